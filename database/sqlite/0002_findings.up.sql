-- orchestrator: what is remembered of a finding from version to version of the charter
CREATE TABLE findings (
  repository_id    TEXT NOT NULL,
  id               TEXT NOT NULL,
  repository       TEXT NOT NULL,
  agent            TEXT NOT NULL,
  rule             TEXT NOT NULL,
  severity         TEXT NOT NULL,
  title            TEXT NOT NULL,
  path             TEXT,
  line             INTEGER,
  -- open, fixed, dismissed
  state            TEXT NOT NULL,
  -- the repository's own settings switch it off
  hidden           INTEGER NOT NULL DEFAULT 0,
  first_version    INTEGER NOT NULL,
  first_run_id     TEXT NOT NULL,
  first_sha        TEXT NOT NULL,
  first_at         TEXT NOT NULL,
  last_version     INTEGER NOT NULL,
  last_run_id      TEXT NOT NULL,
  last_sha         TEXT NOT NULL,
  last_at          TEXT NOT NULL,
  fixed_version    INTEGER,
  fixed_run_id     TEXT,
  fixed_sha        TEXT,
  fixed_at         TEXT,
  dismissed_by     TEXT,
  dismissed_reason TEXT,
  dismissed_at     TEXT,
  reopened_by      TEXT,
  reopened_reason  TEXT,
  reopened_at      TEXT,
  PRIMARY KEY (repository_id, id)
);
CREATE INDEX findings_id ON findings (id);
