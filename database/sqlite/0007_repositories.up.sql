-- orchestrator: the repositories whose charters are kept, beside those of the configuration
CREATE TABLE registered_repositories (
  -- what all spellings of the target have in common
  lane          TEXT NOT NULL PRIMARY KEY,
  target        TEXT NOT NULL,
  added_by      TEXT,
  added_at      TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX runs_by_lane ON runs (lane, created_at);
