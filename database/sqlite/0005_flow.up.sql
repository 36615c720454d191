-- orchestrator: the line for a place: a lane per repository, turns that go round the lanes, and the end of waiting
ALTER TABLE runs ADD COLUMN lane TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN expires_at TEXT;
CREATE INDEX runs_line ON runs (turn, created_at, run_id) WHERE status = 'queued';
CREATE INDEX runs_expiry ON runs (expires_at) WHERE expires_at IS NOT NULL;
-- when an attempt may begin, if it was put off
ALTER TABLE run_tasks ADD COLUMN not_before TEXT;
-- platform: cancelled attempts whose holder has not let go yet, looked for every second
CREATE INDEX node_executions_stopping ON node_executions (service, worker) WHERE status = 'cancelled' AND worker IS NOT NULL;
