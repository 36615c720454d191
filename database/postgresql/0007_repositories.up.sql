-- orchestrator: the repositories whose charters are kept, beside those of the configuration
CREATE TABLE registered_repositories (
  -- what all spellings of the target have in common
  lane          text NOT NULL PRIMARY KEY,
  target        text NOT NULL,
  added_by      text,
  added_at      timestamptz NOT NULL
);
CREATE INDEX runs_by_lane ON runs (lane, created_at);
