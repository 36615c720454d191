-- orchestrator: what a repository declares of itself, over the versions of its charter
CREATE TABLE intent_records (
  repository_id TEXT NOT NULL,
  record_id     TEXT NOT NULL,
  kind          TEXT NOT NULL,
  text          TEXT NOT NULL,
  path          TEXT NOT NULL,
  line          INTEGER NOT NULL,
  first_version INTEGER NOT NULL,
  last_version  INTEGER NOT NULL,
  gone_version  INTEGER,
  PRIMARY KEY (repository_id, record_id)
) WITHOUT ROWID;
