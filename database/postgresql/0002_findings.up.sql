-- orchestrator: what is remembered of a finding from version to version of the charter
CREATE TABLE findings (
  repository_id    text NOT NULL,
  id               text NOT NULL,
  repository       text NOT NULL,
  agent            text NOT NULL,
  rule             text NOT NULL,
  severity         text NOT NULL,
  title            text NOT NULL,
  path             text,
  line             integer,
  -- open, fixed, dismissed
  state            text NOT NULL,
  -- the repository's own settings switch it off
  hidden           boolean NOT NULL DEFAULT false,
  first_version    integer NOT NULL,
  first_run_id     text NOT NULL,
  first_sha        text NOT NULL,
  first_at         timestamptz NOT NULL,
  last_version     integer NOT NULL,
  last_run_id      text NOT NULL,
  last_sha         text NOT NULL,
  last_at          timestamptz NOT NULL,
  fixed_version    integer,
  fixed_run_id     text,
  fixed_sha        text,
  fixed_at         timestamptz,
  dismissed_by     text,
  dismissed_reason text,
  dismissed_at     timestamptz,
  reopened_by      text,
  reopened_reason  text,
  reopened_at      timestamptz,
  PRIMARY KEY (repository_id, id)
);
CREATE INDEX findings_id ON findings (id);
