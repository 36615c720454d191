#!/usr/bin/env bash
# Makes a role and a user for each service, when PostgreSQL's container starts for the first time (it runs what lies in
# /docker-entrypoint-initdb.d). What the roles may do is granted by `charter db upgrade`.
set -euo pipefail
for service in orchestrator reposync agents ingest; do
  # postgresql://USER:PASSWORD@HOST/DATABASE, the service's own secret
  url=$(<"${SECRETS:-/run/secrets}/database_$service")
  password=${url#*://"$service":}
  psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
    --set=role="charter_$service" --set=user="$service" --set=password="${password%%@*}" <<'SQL'
CREATE ROLE :"role";
CREATE ROLE :"user" LOGIN PASSWORD :'password' IN ROLE :"role";
SQL
done
