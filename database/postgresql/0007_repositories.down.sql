DROP INDEX runs_by_lane;
DROP TABLE registered_repositories;
