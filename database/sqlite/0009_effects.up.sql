-- reposync: what was, is or would be written outside of the house, each thing once
CREATE TABLE effects (
  effect_id        TEXT NOT NULL PRIMARY KEY,
  -- of the run and the step that wanted it; null for what no run wanted
  run_id           TEXT,
  lineage          TEXT NOT NULL,
  step             TEXT NOT NULL,
  kind             TEXT NOT NULL,
  -- what it is about at the forge, whichever run wants it
  natural_key      TEXT NOT NULL,
  -- lineage, step and natural key of what may happen once; null for what only would happen
  once_key         TEXT,
  forge            TEXT NOT NULL,
  repository       TEXT NOT NULL,
  -- the commit that it speaks of
  head_sha         TEXT,
  state            TEXT NOT NULL,
  -- one sentence: what it does
  summary          TEXT NOT NULL,
  -- what is to be written, as it was worked out
  request          TEXT NOT NULL,
  request_hash     TEXT NOT NULL,
  -- what the forge calls what came of it
  external_id      TEXT,
  external_url     TEXT,
  attempts         integer NOT NULL,
  error            TEXT,
  released_by      TEXT,
  created_at       TEXT NOT NULL,
  updated_at       TEXT NOT NULL,
  done_at          TEXT,
  -- until when whoever reserved it may be at work on it
  lease_until      TEXT,
  -- when it is worked on without a step; null when nothing is owed
  drive_at         TEXT
);
CREATE UNIQUE INDEX effects_once ON effects (once_key);
CREATE UNIQUE INDEX effects_by_run ON effects (run_id, step, natural_key);
CREATE INDEX effects_by_natural_key ON effects (natural_key, updated_at);
CREATE INDEX effects_by_time ON effects (created_at);
CREATE INDEX effects_due ON effects (drive_at) WHERE drive_at IS NOT NULL;

-- reposync: what forges said of their limits
CREATE TABLE forge_limits (
  -- a hash of forge, address and whose credential it is; never the credential
  credential       TEXT NOT NULL,
  resource         TEXT NOT NULL,
  remaining        integer,
  "limit"          integer,
  reset_at         TEXT,
  blocked_until    TEXT,
  updated_at       TEXT NOT NULL,
  PRIMARY KEY (credential, resource)
);
