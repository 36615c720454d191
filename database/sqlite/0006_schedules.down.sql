DROP TABLE schedule_firings;
