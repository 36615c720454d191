-- platform: every service, rows carry their service
CREATE TABLE outbox_messages (
  id            uuid PRIMARY KEY,
  service       text NOT NULL,
  destination   text NOT NULL,
  message_type  text NOT NULL,
  -- text: a message must arrive with the very bytes that were written (jsonb reorders members and rewrites numbers)
  body          text NOT NULL,
  attempts      integer NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL,
  not_before    timestamptz NOT NULL
);
CREATE INDEX outbox_messages_due ON outbox_messages (service, not_before);

CREATE TABLE node_executions (
  task_id       text NOT NULL,
  attempt       integer NOT NULL,
  service       text NOT NULL,
  run_id        text NOT NULL,
  step          text NOT NULL,
  kind          text NOT NULL,
  status        text NOT NULL,
  -- claim is the fencing number; lost_claims counts those whose worker vanished (a released claim is not lost)
  claim         integer NOT NULL DEFAULT 0,
  lost_claims   integer NOT NULL DEFAULT 0,
  worker        text,
  lease_until   timestamptz,
  command       text,
  result        text,
  progress      text,
  accepted_sent boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL,
  started_at    timestamptz,
  ended_at      timestamptz,
  PRIMARY KEY (task_id, attempt)
);
CREATE INDEX node_executions_open ON node_executions (service, status, lease_until) WHERE status IN ('pending', 'running');
CREATE INDEX node_executions_run ON node_executions (run_id);

CREATE TABLE blobs (
  sha256        text PRIMARY KEY,
  bytes         bigint NOT NULL,
  compression   text NOT NULL,
  content       bytea NOT NULL,
  created_at    timestamptz NOT NULL
);
-- compressed already
ALTER TABLE blobs ALTER COLUMN content SET STORAGE EXTERNAL;

-- orchestrator
CREATE TABLE run_requests (
  run_id        text PRIMARY KEY,
  body          jsonb NOT NULL,
  created_at    timestamptz NOT NULL,
  refused       text,
  drive_at      timestamptz NOT NULL
);
CREATE INDEX run_requests_open ON run_requests (drive_at) WHERE refused IS NULL;

CREATE TABLE runs (
  correlation_id   uuid PRIMARY KEY,
  run_id           text NOT NULL UNIQUE,
  thread_id        text NOT NULL,
  workflow         text NOT NULL,
  workflow_hash    text NOT NULL,
  project          text NOT NULL,
  status           text NOT NULL,
  control          jsonb,
  checkpoint_seq   bigint NOT NULL,
  event_seq        bigint NOT NULL,
  payload          jsonb NOT NULL,
  repository       jsonb,
  result           jsonb,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  started_at       timestamptz,
  ended_at         timestamptz,
  deadline_at      timestamptz,
  version          integer NOT NULL
);
CREATE INDEX runs_status ON runs (status, created_at);
CREATE INDEX runs_created ON runs (created_at);
CREATE INDEX runs_deadline ON runs (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX runs_thread ON runs (thread_id, created_at);
CREATE UNIQUE INDEX runs_live_thread ON runs (thread_id) WHERE status IN ('queued', 'running', 'cancelling');

CREATE TABLE run_commands (
  command_id    uuid PRIMARY KEY,
  run_id        text NOT NULL,
  type          text NOT NULL,
  body          jsonb NOT NULL,
  created_at    timestamptz NOT NULL,
  drive_at      timestamptz NOT NULL
);
CREATE INDEX run_commands_drive ON run_commands (drive_at);

CREATE TABLE workflow_texts (
  hash          text PRIMARY KEY,
  name          text NOT NULL,
  body          text NOT NULL,
  created_at    timestamptz NOT NULL
);

CREATE TABLE run_tasks (
  task_id        text PRIMARY KEY,
  run_id         text NOT NULL,
  epoch          integer NOT NULL,
  step_number    integer NOT NULL,
  step           text NOT NULL,
  kind           text NOT NULL,
  status         text NOT NULL,
  attempt        integer NOT NULL,
  checkpoint_seq bigint NOT NULL,
  drive_at       timestamptz,
  writes         jsonb,
  failure        jsonb,
  created_at     timestamptz NOT NULL,
  started_at     timestamptz,
  ended_at       timestamptz,
  duration_ms    bigint
);
CREATE INDEX run_tasks_run ON run_tasks (run_id, step_number);
CREATE INDEX run_tasks_drive ON run_tasks (drive_at) WHERE drive_at IS NOT NULL;

CREATE TABLE run_events (
  run_id        text NOT NULL,
  seq           bigint NOT NULL,
  type          text NOT NULL,
  data          jsonb NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (run_id, seq)
);

CREATE TABLE checkpoints (
  thread_id         text NOT NULL,
  seq               bigint NOT NULL,
  run_id            text NOT NULL,
  step_number       integer NOT NULL,
  source            text NOT NULL,
  parent_thread_id  text,
  parent_seq        bigint,
  next_steps        jsonb NOT NULL,
  control           jsonb NOT NULL,
  workflow          text NOT NULL,
  workflow_hash     text NOT NULL,
  created_at        timestamptz NOT NULL,
  PRIMARY KEY (thread_id, seq)
);
CREATE INDEX checkpoints_run ON checkpoints (run_id);

-- one row per channel and checkpoint that changed it: what changed, not the whole value
CREATE TABLE channel_versions (
  thread_id     text NOT NULL,
  channel       text NOT NULL,
  seq           bigint NOT NULL,
  change        text NOT NULL,
  value         jsonb NOT NULL,
  PRIMARY KEY (thread_id, channel, seq)
);

CREATE TABLE charters (
  repository_id text NOT NULL,
  version       integer NOT NULL,
  run_id        text NOT NULL UNIQUE,
  target        text NOT NULL,
  head_sha      text NOT NULL,
  content_hash  text NOT NULL,
  document      jsonb NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (repository_id, version)
);
CREATE INDEX charters_target ON charters (target, created_at);

CREATE TABLE artifacts (
  run_id        text NOT NULL,
  type          text NOT NULL,
  provider      text NOT NULL,
  persona       text,
  media_type    text NOT NULL,
  url           text NOT NULL,
  metadata      jsonb NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (run_id, type)
);

-- reposync
CREATE TABLE repositories (
  repository_id  text PRIMARY KEY,
  name           text NOT NULL,
  identity       text NOT NULL,
  url            text,
  default_branch text,
  head_sha       text,
  created_at     timestamptz NOT NULL,
  synced_at      timestamptz
);

-- agents
CREATE TABLE facts_cache (
  repository_id text NOT NULL,
  part          text NOT NULL,
  cache_key     text NOT NULL,
  content       bytea NOT NULL,
  PRIMARY KEY (repository_id, part)
);
