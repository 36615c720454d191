-- orchestrator: each firing of a schedule, and what came of it
CREATE TABLE schedule_firings (
  schedule      TEXT NOT NULL,
  -- the time that it was due at: at most one firing each
  due_at        TEXT NOT NULL,
  -- schedule, asked
  cause         TEXT NOT NULL,
  -- a fencing number: who began last may say how it ended
  claim         INTEGER NOT NULL,
  started_at    TEXT NOT NULL,
  ended_at      TEXT,
  -- completed, failed
  outcome       TEXT,
  detail        TEXT,
  PRIMARY KEY (schedule, due_at)
) WITHOUT ROWID;
