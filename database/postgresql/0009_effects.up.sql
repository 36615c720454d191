-- reposync: what was, is or would be written outside of the house, each thing once
CREATE TABLE effects (
  effect_id        text NOT NULL PRIMARY KEY,
  -- of the run and the step that wanted it; null for what no run wanted
  run_id           text,
  lineage          text NOT NULL,
  step             text NOT NULL,
  kind             text NOT NULL,
  -- what it is about at the forge, whichever run wants it
  natural_key      text NOT NULL,
  -- lineage, step and natural key of what may happen once; null for what only would happen
  once_key         text,
  forge            text NOT NULL,
  repository       text NOT NULL,
  -- the commit that it speaks of
  head_sha         text,
  state            text NOT NULL,
  -- one sentence: what it does
  summary          text NOT NULL,
  -- what is to be written, as it was worked out
  request          jsonb NOT NULL,
  request_hash     text NOT NULL,
  -- what the forge calls what came of it
  external_id      text,
  external_url     text,
  attempts         integer NOT NULL,
  error            text,
  released_by      text,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  done_at          timestamptz,
  -- until when whoever reserved it may be at work on it
  lease_until      timestamptz,
  -- when it is worked on without a step; null when nothing is owed
  drive_at         timestamptz
);
CREATE UNIQUE INDEX effects_once ON effects (once_key);
CREATE UNIQUE INDEX effects_by_run ON effects (run_id, step, natural_key);
CREATE INDEX effects_by_natural_key ON effects (natural_key, updated_at);
CREATE INDEX effects_by_time ON effects (created_at);
CREATE INDEX effects_due ON effects (drive_at) WHERE drive_at IS NOT NULL;

-- reposync: what forges said of their limits
CREATE TABLE forge_limits (
  -- a hash of forge, address and whose credential it is; never the credential
  credential       text NOT NULL,
  resource         text NOT NULL,
  remaining        integer,
  "limit"          integer,
  reset_at         timestamptz,
  blocked_until    timestamptz,
  updated_at       timestamptz NOT NULL,
  PRIMARY KEY (credential, resource)
);
