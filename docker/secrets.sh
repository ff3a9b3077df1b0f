#!/usr/bin/env bash
# Makes the two secrets that compose.yaml mounts, once: a random password, and the database's address with it in; and the folder
# for what the office adds of its own (docker/office).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p office
[ ! -e secrets ] || { echo "docker/secrets is there already: nothing changed"; exit 0; }
# The folder is closed to others on this machine; the files in it must be readable for the user in the container.
mkdir -m 0700 secrets
password="$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
printf '%s' "$password" >secrets/postgres_password
printf 'postgresql+psycopg://gongkai:%s@db:5432/gongkai' "$password" >secrets/database_url
chmod 0444 secrets/*
echo "docker/secrets made. Keep a copy in a safe place: without it the database does not open."
