-- ingest: every delivery with a good signature, and what became of it
CREATE TABLE webhook_events (
  event_id         TEXT NOT NULL PRIMARY KEY,
  provider         TEXT NOT NULL,
  -- the forge's id of the delivery
  delivery_id      TEXT NOT NULL,
  event            TEXT NOT NULL,
  action           TEXT,
  signature_status TEXT NOT NULL,
  -- owner/name, as the payload says
  repository       TEXT,
  ref              TEXT,
  head_sha         TEXT,
  actor            TEXT,
  content_type     TEXT NOT NULL,
  -- the raw bytes; null once they are older than they are kept
  body             BLOB,
  bytes            integer NOT NULL,
  -- how often it came
  deliveries       integer NOT NULL,
  disposition      TEXT NOT NULL,
  reason           TEXT NOT NULL,
  run_id           TEXT,
  received_at      TEXT NOT NULL,
  disposed_at      TEXT,
  -- when its message is sent again; null when nothing is owed
  drive_at         TEXT,
  -- the message
  message_type     TEXT,
  message          TEXT,
  trace_context    TEXT
);
CREATE UNIQUE INDEX webhook_events_by_delivery ON webhook_events (provider, delivery_id);
CREATE INDEX webhook_events_by_time ON webhook_events (received_at);
CREATE INDEX webhook_events_due ON webhook_events (drive_at) WHERE drive_at IS NOT NULL;

-- orchestrator: the windows that collect bursts, one for each repository and branch or pull request
CREATE TABLE trigger_windows (
  correlation_id   TEXT NOT NULL PRIMARY KEY,
  version          integer NOT NULL,
  -- idle, open
  status           TEXT NOT NULL,
  repository       TEXT NOT NULL,
  line             TEXT NOT NULL,
  -- when the window closes; null while it is not open
  due_at           TEXT,
  -- of the last run
  last_run_id      TEXT,
  last_head_sha    TEXT,
  updated_at       TEXT NOT NULL
);
CREATE INDEX trigger_windows_due ON trigger_windows (due_at) WHERE due_at IS NOT NULL;

-- orchestrator: what the windows and the registry made of each event
CREATE TABLE trigger_events (
  event_id         TEXT NOT NULL PRIMARY KEY,
  window_id        TEXT,
  -- what makes two reports the same happening; null where there is nothing to tell by
  happening        TEXT,
  head_sha         TEXT,
  disposition      TEXT NOT NULL,
  reason           TEXT NOT NULL,
  run_id           TEXT,
  -- what was reported; null for what concerns no window
  message          TEXT,
  trace_context    TEXT,
  received_at      TEXT NOT NULL
);
CREATE INDEX trigger_events_by_window ON trigger_events (window_id, received_at);
CREATE INDEX trigger_events_by_time ON trigger_events (received_at);

ALTER TABLE registered_repositories ADD COLUMN forge_id TEXT;
ALTER TABLE registered_repositories ADD COLUMN name TEXT;
-- the address that charters and findings are kept under, where the repository has moved since
ALTER TABLE registered_repositories ADD COLUMN known_as TEXT;
ALTER TABLE registered_repositories ADD COLUMN default_branch TEXT;
-- what deviates from the rules of the configuration
ALTER TABLE registered_repositories ADD COLUMN rules TEXT;
-- when it is analysed beside the audit; null for never, or for when the configuration says
ALTER TABLE registered_repositories ADD COLUMN schedule TEXT;
-- the lane of the address in the configuration, where the row only keeps what is learned of that one; null for one that was added
ALTER TABLE registered_repositories ADD COLUMN configured TEXT;
-- why nothing is started for it; null when it is looked after
ALTER TABLE registered_repositories ADD COLUMN paused TEXT;
-- the first of the answers that it does not exist; null after any other
ALTER TABLE registered_repositories ADD COLUMN missing_since TEXT;
CREATE UNIQUE INDEX registered_repositories_by_forge_id ON registered_repositories (forge_id) WHERE forge_id IS NOT NULL;

-- the commit that a run analyses, once it is known: what other systems call the run by
ALTER TABLE runs ADD COLUMN head_sha TEXT;
UPDATE runs SET head_sha = json_extract(repository, '$.head_sha') WHERE repository IS NOT NULL;
CREATE INDEX runs_by_head ON runs (head_sha, created_at) WHERE head_sha IS NOT NULL;
