-- platform: every service, rows carry their service
-- (only tables of small rows are WITHOUT ROWID: it would put big values into the inner pages of the b-tree. A table with a rowid needs
-- NOT NULL on its key, which SQLite otherwise lets be null)
CREATE TABLE outbox_messages (
  id            TEXT PRIMARY KEY NOT NULL,
  service       TEXT NOT NULL,
  destination   TEXT NOT NULL,
  message_type  TEXT NOT NULL,
  body          TEXT NOT NULL,
  attempts      INTEGER NOT NULL DEFAULT 0,
  created_at    TEXT NOT NULL,
  not_before    TEXT NOT NULL
);
CREATE INDEX outbox_messages_due ON outbox_messages (service, not_before);

CREATE TABLE node_executions (
  task_id       TEXT NOT NULL,
  attempt       INTEGER NOT NULL,
  service       TEXT NOT NULL,
  run_id        TEXT NOT NULL,
  step          TEXT NOT NULL,
  kind          TEXT NOT NULL,
  status        TEXT NOT NULL,
  -- claim is the fencing number; lost_claims counts those whose worker vanished (a released claim is not lost)
  claim         INTEGER NOT NULL DEFAULT 0,
  lost_claims   INTEGER NOT NULL DEFAULT 0,
  worker        TEXT,
  lease_until   TEXT,
  command       TEXT,
  result        TEXT,
  progress      TEXT,
  accepted_sent INTEGER NOT NULL DEFAULT 0,
  created_at    TEXT NOT NULL,
  started_at    TEXT,
  ended_at      TEXT,
  PRIMARY KEY (task_id, attempt)
);
CREATE INDEX node_executions_open ON node_executions (service, status, lease_until) WHERE status IN ('pending', 'running');
CREATE INDEX node_executions_run ON node_executions (run_id);

CREATE TABLE blobs (
  sha256        TEXT PRIMARY KEY NOT NULL,
  bytes         INTEGER NOT NULL,
  compression   TEXT NOT NULL,
  content       BLOB NOT NULL,
  created_at    TEXT NOT NULL
);

-- orchestrator
CREATE TABLE run_requests (
  run_id        TEXT PRIMARY KEY NOT NULL,
  body          TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  refused       TEXT,
  drive_at      TEXT NOT NULL
);
CREATE INDEX run_requests_open ON run_requests (drive_at) WHERE refused IS NULL;

CREATE TABLE runs (
  correlation_id   TEXT PRIMARY KEY NOT NULL,
  run_id           TEXT NOT NULL UNIQUE,
  thread_id        TEXT NOT NULL,
  workflow         TEXT NOT NULL,
  workflow_hash    TEXT NOT NULL,
  project          TEXT NOT NULL,
  status           TEXT NOT NULL,
  control          TEXT,
  checkpoint_seq   INTEGER NOT NULL,
  event_seq        INTEGER NOT NULL,
  payload          TEXT NOT NULL,
  repository       TEXT,
  result           TEXT,
  created_at       TEXT NOT NULL,
  updated_at       TEXT NOT NULL,
  started_at       TEXT,
  ended_at         TEXT,
  deadline_at      TEXT,
  version          INTEGER NOT NULL
);
CREATE INDEX runs_status ON runs (status, created_at);
CREATE INDEX runs_created ON runs (created_at);
CREATE INDEX runs_deadline ON runs (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX runs_thread ON runs (thread_id, created_at);
CREATE UNIQUE INDEX runs_live_thread ON runs (thread_id) WHERE status IN ('queued', 'running', 'cancelling');

CREATE TABLE run_commands (
  command_id    TEXT PRIMARY KEY NOT NULL,
  run_id        TEXT NOT NULL,
  type          TEXT NOT NULL,
  body          TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  drive_at      TEXT NOT NULL
);
CREATE INDEX run_commands_drive ON run_commands (drive_at);

CREATE TABLE workflow_texts (
  hash          TEXT PRIMARY KEY NOT NULL,
  name          TEXT NOT NULL,
  body          TEXT NOT NULL,
  created_at    TEXT NOT NULL
);

CREATE TABLE run_tasks (
  task_id        TEXT PRIMARY KEY NOT NULL,
  run_id         TEXT NOT NULL,
  epoch          INTEGER NOT NULL,
  step_number    INTEGER NOT NULL,
  step           TEXT NOT NULL,
  kind           TEXT NOT NULL,
  status         TEXT NOT NULL,
  attempt        INTEGER NOT NULL,
  checkpoint_seq INTEGER NOT NULL,
  drive_at       TEXT,
  writes         TEXT,
  failure        TEXT,
  created_at     TEXT NOT NULL,
  started_at     TEXT,
  ended_at       TEXT,
  duration_ms    INTEGER
);
CREATE INDEX run_tasks_run ON run_tasks (run_id, step_number);
CREATE INDEX run_tasks_drive ON run_tasks (drive_at) WHERE drive_at IS NOT NULL;

CREATE TABLE run_events (
  run_id        TEXT NOT NULL,
  seq           INTEGER NOT NULL,
  type          TEXT NOT NULL,
  data          TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
);

CREATE TABLE checkpoints (
  thread_id         TEXT NOT NULL,
  seq               INTEGER NOT NULL,
  run_id            TEXT NOT NULL,
  step_number       INTEGER NOT NULL,
  source            TEXT NOT NULL,
  parent_thread_id  TEXT,
  parent_seq        INTEGER,
  next_steps        TEXT NOT NULL,
  control           TEXT NOT NULL,
  workflow          TEXT NOT NULL,
  workflow_hash     TEXT NOT NULL,
  created_at        TEXT NOT NULL,
  PRIMARY KEY (thread_id, seq)
);
CREATE INDEX checkpoints_run ON checkpoints (run_id);

-- one row per channel and checkpoint that changed it: what changed, not the whole value
CREATE TABLE channel_versions (
  thread_id     TEXT NOT NULL,
  channel       TEXT NOT NULL,
  seq           INTEGER NOT NULL,
  change        TEXT NOT NULL,
  value         TEXT NOT NULL,
  PRIMARY KEY (thread_id, channel, seq)
);

CREATE TABLE charters (
  repository_id TEXT NOT NULL,
  version       INTEGER NOT NULL,
  run_id        TEXT NOT NULL UNIQUE,
  target        TEXT NOT NULL,
  head_sha      TEXT NOT NULL,
  content_hash  TEXT NOT NULL,
  document      TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  PRIMARY KEY (repository_id, version)
);
CREATE INDEX charters_target ON charters (target, created_at);

CREATE TABLE artifacts (
  run_id        TEXT NOT NULL,
  type          TEXT NOT NULL,
  provider      TEXT NOT NULL,
  persona       TEXT,
  media_type    TEXT NOT NULL,
  url           TEXT NOT NULL,
  metadata      TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  PRIMARY KEY (run_id, type)
);

-- reposync
CREATE TABLE repositories (
  repository_id  TEXT PRIMARY KEY,
  name           TEXT NOT NULL,
  identity       TEXT NOT NULL,
  url            TEXT,
  default_branch TEXT,
  head_sha       TEXT,
  created_at     TEXT NOT NULL,
  synced_at      TEXT
) WITHOUT ROWID;

-- agents
CREATE TABLE facts_cache (
  repository_id TEXT NOT NULL,
  part          TEXT NOT NULL,
  cache_key     TEXT NOT NULL,
  content       BLOB NOT NULL,
  PRIMARY KEY (repository_id, part)
);
