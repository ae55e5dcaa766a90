#!/usr/bin/env bash
# Azure's own clients, unmodified, and a partner's day over plain HTTP, each against a served sandbox of its own: once on SQLite, once on PostgreSQL.
#
#   tests/clients/run.sh PROGRAM POSTGRES_URL [CLIENT]     './dev test --clients' calls it; CLIENT is az, python, node or partner
#
# Prints 'ok STORE CLIENT CHAPTER' or 'FAIL STORE CLIENT CHAPTER reason' and a summary; its exit code is 1 if anything failed.
set -euo pipefail
program=$(realpath "$1") postgres=$2 only=${3:-}
cd "$(dirname "${BASH_SOURCE[0]}")"
clients=(az python node partner)
node_options=()
# Debian's Node 18 keeps the chance that the clients need behind a flag; later ones have it.
[[ $(node --version 2>/dev/null) != v18.* ]] || node_options=(--experimental-global-webcrypto)
customer="Hafen Werke"
work=$(mktemp -d "${TMPDIR:-/tmp}/prorata-clients.XXXXXX")
trap 'stop_servers; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

stop_servers() {
  local file
  for file in "$work"/*/server.pid; do
    [[ ! -e $file ]] || kill "$(<"$file")" 2>/dev/null || true
  done
  wait
}

say() { printf '%s\n' "$*"; }

# One client's whole run: a desk, a server, the story, and what the desk itself has to say at the end. Its lines go to standard output.
run_one() {
  local store=$1 client=$2 place
  place=$work/$store-$client
  mkdir -p "$place"
  export PRORATA=$program PRORATA_DATA=$place/desk HOME=$place/home TMPDIR=$place XDG_STATE_HOME=$place/state PRORATA_USAGE_DIR=$place/usage PRORATA_FILES_DIR=$place/files
  mkdir -p "$HOME"
  if [[ $store == postgres ]]; then
    PRORATA_DATA=$(database "clients_$client") || { say "FAIL database: it could not be made"; return 0; }
  fi
  { serve "$place" && make_clients; } 2>"$place/start.log" || { say "FAIL start: $(tail -n 3 "$place/start.log" | tr '\n' ' ')"; return 0; }
  "story_$client" 2>"$place/story.log" || [[ $? -eq 1 ]] || say "FAIL to the end: $(tail -n 3 "$place/story.log" | tr '\n' ' ')"
  desk_holds
  stop "$place"
}

# A database on the private server, named in the URL of the first.
database() {
  psql --quiet --no-psqlrc --dbname "$postgres" --command "CREATE DATABASE $1" >&2 && say "${postgres/prorata_test/$1}"
}

serve() {
  "$program" init --sandbox >&2
  "$program" demo load >&2
  "$program" serve --sandbox --listen 127.0.0.1:0 --output json >"$1/served" &
  say $! >"$1/server.pid"
  local until=$((SECONDS + 120))
  until [[ -s $1/served ]]; do
    kill -0 "$(<"$1/server.pid")" && ((SECONDS < until)) || return 1
    sleep 0.1
  done
  DESK_URL=$(jq --raw-output .url "$1/served") DESK_CA=$(jq --raw-output .ca "$1/served")
  export DESK_URL DESK_CA
}

# An admin agent of the customer, and somebody who may configure the sandbox; both sign in at the customer's tenant.
make_clients() {
  local agent admin token
  agent=$("$program" client create --name agent --customer "$customer" --output json)
  admin=$("$program" client create --name admin --customer "$customer" --role global_admin --all-customers --output json)
  DESK_TENANT=$(jq --raw-output .tenantId <<<"$agent")
  DESK_CLIENT=$(jq --raw-output .clientId <<<"$agent") DESK_SECRET=$(jq --raw-output .clientSecret <<<"$agent")
  DESK_ADMIN_CLIENT=$(jq --raw-output .clientId <<<"$admin") DESK_ADMIN_SECRET=$(jq --raw-output .clientSecret <<<"$admin")
  export DESK_TENANT DESK_CLIENT DESK_SECRET DESK_ADMIN_CLIENT DESK_ADMIN_SECRET
  token=$(ask --data grant_type=client_credentials --data "client_id=$DESK_ADMIN_CLIENT" --data "client_secret=$DESK_ADMIN_SECRET" \
    --data scope=https://management.azure.com/.default "$DESK_URL/$DESK_TENANT/oauth2/v2.0/token" | jq --raw-output .access_token)
  # Operations show as running for a second of a clock that runs, so that the clients have something to poll.
  control "$token" clock '{"freeze": false}' && control "$token" settings '{"channel": "self_service", "lag_seconds": 1}'
}

control() { ask --header "Authorization: Bearer $1" --header 'Content-Type: application/json' --data "$3" "$DESK_URL/sandbox/$2" >&2; }
ask() { curl --silent --show-error --fail-with-body --max-time 120 --noproxy '*' --cacert "$DESK_CA" "$@"; }

story_az() { bash az.sh; }
story_python() { PYTHONDONTWRITEBYTECODE=1 REQUESTS_CA_BUNDLE=$DESK_CA /usr/bin/python3 python.py; }
story_node() { NODE_EXTRA_CA_CERTS=$DESK_CA node "${node_options[@]}" node/client.mjs; }

story_partner() { PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 partner.py; }

desk_holds() {
  local sums
  if "$program" audit verify >"$TMPDIR/verify" 2>&1; then say "ok the audit trail holds"; else say "FAIL the audit trail holds $(tail -n 1 "$TMPDIR/verify")"; fi
  sums=$("$program" books balance --output json |
    jq --compact-output 'group_by(.currency) | map([.[].amount | sub("\\."; "") | tonumber] | add) | unique')
  if [[ $sums == '[0]' ]]; then say "ok the books balance"; else say "FAIL the books balance: they sum to $sums"; fi
}

stop() {
  local code=0
  kill "$(<"$1/server.pid")"
  wait "$(<"$1/server.pid")" || code=$?
  rm "$1/server.pid"
  if [[ $code -eq 0 ]]; then say "ok the server drains"; else say "FAIL the server drains: exit code $code"; fi
}

[[ -z $only || " ${clients[*]} " == *" $only "* ]] || { say "run: no client '$only'; there are ${clients[*]}" >&2; exit 2; }
limit=${JOBS:-$(nproc)} running=0
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
for store in sqlite postgres; do
  for client in "${clients[@]}"; do
    [[ -z $only || $only == "$client" ]] || continue
    ((running < limit)) || { wait -n || true; running=$((running - 1)); }
    (run_one "$store" "$client") </dev/null >"$work/$store-$client.out" 2>&1 &
    running=$((running + 1))
  done
done
wait

failed=0 passed=0
for store in sqlite postgres; do
  for client in "${clients[@]}"; do
    [[ -e $work/$store-$client.out ]] || continue
    sed -E "s/^(ok|FAIL) /\1 $store $client: /" "$work/$store-$client.out"
    passed=$((passed + $(grep -c '^ok ' "$work/$store-$client.out" || true)))
    failed=$((failed + $(grep -vc '^ok ' "$work/$store-$client.out" || true)))
  done
done
say "$passed passed, $failed failed"
[[ $failed -eq 0 && $passed -gt 0 ]]
