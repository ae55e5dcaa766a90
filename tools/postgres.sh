# shellcheck shell=bash
# A PostgreSQL 15 cluster that belongs to one command: a folder of its own, a unix socket, no TCP, gone when the command ends.
# Sourced by ./dev.
#   postgres_start      starts it and exports PRORATA_TEST_POSTGRES; a trap stops it on any exit

postgres_folder=
postgres_programs=/usr/lib/postgresql/15/bin

# The folder is under /var/tmp because the path of a socket may have 107 characters only, and because /tmp is memory on some machines,
# where a durable write costs nothing and a benchmark of it says nothing.
postgres_start() {
  postgres_folder=$(mktemp -d /var/tmp/prorata-postgres.XXXXXX)
  trap postgres_stop EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [[ $(id -u) -eq 0 ]]; then chown postgres: "$postgres_folder"; fi
  postgres_create >"$postgres_folder/create.log" 2>&1 || {
    cat "$postgres_folder"/*.log >&2
    echo "dev: the private PostgreSQL in $postgres_folder did not start; its log is above" >&2
    exit 1
  }
  export PRORATA_TEST_POSTGRES="postgresql:///prorata_test?host=$postgres_folder&user=prorata"
}

postgres_create() {
  as_postgres initdb -D "$postgres_folder/data" --username=prorata --auth=trust --encoding=UTF8 --locale=C --no-sync
  as_postgres tee -a "$postgres_folder/data/postgresql.conf" >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$postgres_folder'
max_connections = 400
shared_buffers = 128MB
jit = off
fsync = on
timezone = 'UTC'
END
  as_postgres pg_ctl start --wait -D "$postgres_folder/data" -l "$postgres_folder/server.log"
  as_postgres createdb -h "$postgres_folder" -U prorata prorata_test
}

postgres_stop() {
  [[ -d $postgres_folder ]] || return 0
  as_postgres pg_ctl stop --mode=immediate -D "$postgres_folder/data" >/dev/null 2>&1 || true
  rm -rf "$postgres_folder"
}

# PostgreSQL refuses to run as root. It also wants to enter the folder it is started in, which 'postgres' may not do in root's home.
as_postgres() (
  cd "$postgres_folder" || exit
  export PATH="$postgres_programs:$PATH"
  if [[ $(id -u) -eq 0 ]]; then exec runuser -u postgres -- "$@"; else exec "$@"; fi
)
