#!/usr/bin/env bash
# Makes the secrets that compose.yaml mounts, each once: a random password, the database's address with it in, and the keys of an S3
# store; and the folder for what the office adds of its own (docker/office).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p office
# The folder is closed to others on this machine; the files in it must be readable for the user in the container.
mkdir -p -m 0700 secrets
made=
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -e "secrets/$1" ] || { printf '%s' "$2" >"secrets/$1" && chmod 0444 "secrets/$1" && made="$made $1"; }; }
keep postgres_password "$(random)"
keep database_url "postgresql+psycopg://gongkai:$(cat secrets/postgres_password)@db:5432/gongkai"
keep s3_access_key gongkai
keep s3_secret_key "$(random)"
[ -n "$made" ] || { echo "docker/secrets is there already: nothing changed"; exit 0; }
echo "docker/secrets made:$made. Keep a copy in a safe place: without it the database does not open."
