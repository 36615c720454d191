DROP INDEX node_executions_stopping;
DROP INDEX runs_expiry;
DROP INDEX runs_line;
ALTER TABLE run_tasks DROP COLUMN not_before;
ALTER TABLE runs DROP COLUMN expires_at;
ALTER TABLE runs DROP COLUMN turn;
ALTER TABLE runs DROP COLUMN lane;
