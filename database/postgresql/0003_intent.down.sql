DROP TABLE intent_records;
