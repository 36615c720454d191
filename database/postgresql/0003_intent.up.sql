-- orchestrator: what a repository declares of itself, over the versions of its charter
CREATE TABLE intent_records (
  repository_id text NOT NULL,
  record_id     text NOT NULL,
  kind          text NOT NULL,
  text          text NOT NULL,
  path          text NOT NULL,
  line          integer NOT NULL,
  first_version integer NOT NULL,
  last_version  integer NOT NULL,
  gone_version  integer,
  PRIMARY KEY (repository_id, record_id)
);
