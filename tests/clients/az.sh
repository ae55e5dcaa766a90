#!/usr/bin/env bash
# The az command line, as Debian packages it, against a served sandbox. tests/clients/run.sh sets the environment.
#
# 'az reservations' and 'az support' are extensions that Debian does not package; their requests go through 'az rest', which neither
# polls nor pages: follow does.
# shellcheck disable=SC2317  # chapters are called by their names
set -uo pipefail

capacity=/providers/Microsoft.Capacity v='api-version=2022-11-01'
export AZURE_CONFIG_DIR=$TMPDIR/az REQUESTS_CA_BUNDLE=$DESK_CA AZURE_CORE_COLLECT_TELEMETRY=no AZURE_EXTENSION_USE_DYNAMIC_INSTALL=no
export AZURE_CORE_NO_COLOR=yes
said=$TMPDIR/said heard=$TMPDIR/heard failed=0 why=

az() { timeout 300 /usr/bin/az "$@"; }
uuid() { tr -d '\n' </proc/sys/kernel/random/uuid; }
cli() { "$PRORATA" "$@" --output json; }

# chapter NAME: runs the function of that name, with underscores; the reason of a failure is $why or what az complained of.
chapter() {
  why=
  if "${1// /_}" >"$said" 2>"$heard"; then
    printf 'ok %s\n' "$1"
  else
    failed=1
    printf 'FAIL %s %s\n' "$1" "$(tr '\n' ' ' <<<"${why:-$(grep -m 1 ERROR "$heard" || tail -n 2 "$heard")}" | cut -c 1-400)"
  fi
}

expect() { [[ $1 == "$2" ]] || { why="$3: '$1', not '$2'"; return 1; }; }

# by_and_by WANTED COMMAND: it says so within half a minute.
by_and_by() {
  local until=$((SECONDS + 30))
  while [[ $("$2") != "$1" ]] && ((SECONDS < until)); do sleep 0.5; done
  expect "$("$2")" "$1" "$2"
}

# refused WORDS COMMAND...: it fails and says so in these words.
refused() {
  local words=$1
  shift
  if "$@" >"$TMPDIR/refusal" 2>&1; then why="'$*' was not refused"; return 1; fi
  grep -qF -- "$words" "$TMPDIR/refusal" || { why="no '$words' in: $(grep -m 1 ERROR "$TMPDIR/refusal")"; return 1; }
}

get() { az rest --method get --url "$1" --query "$2" --output tsv; }
send() { az rest --method "$1" --url "$2" --body "$3" --output json; }

# follow METHOD URL BODY: sends it and reads where the answer points to until that has ended. The last answer is in $answer.
follow() {
  local log=$TMPDIR/follow.log place status
  answer=$(az rest --verbose --method "$1" --url "$2" --body "$3" --output json 2>"$log") || { why=$(grep -m 1 ERROR "$log"); return 1; }
  place=$(sed -n "s/^INFO: *'Location': '\(.*\)'/\1/Ip" "$log" | tail -n 1)
  while [[ $place ]]; do
    sleep 1
    answer=$(az rest --verbose --method get --url "$place" --output json 2>"$log") || { why=$(grep -m 1 ERROR "$log"); return 1; }
    status=$(sed -n 's/^INFO: Response status: //p' "$log" | tail -n 1)
    [[ $status == 202 ]] || break
  done
}

line() {
  jq --null-input --compact-output --arg scope "/subscriptions/$subscription" --arg name "$2" --argjson quantity "$1" '
    {sku: {name: "Standard_D2s_v5"}, location: "westeurope", properties: {reservedResourceType: "VirtualMachines", billingScopeId: $scope,
     term: "P1Y", billingPlan: "Upfront", quantity: $quantity, displayName: $name, appliedScopeType: "Shared", renew: false}}'
}

# Quantities and paths of the order's reservations that are still good, and what the books owe for one.
living() { get "$capacity/reservationOrders/$order/reservations?$v" "value[?properties.provisioningState=='Succeeded'].$1"; }
units() { living properties.quantity | sort | paste -sd ' '; }
owed() { cli settle list | jq --compact-output --arg r "${1##*/}" '[.[] | select(.reservation == $r) | {refund, owed}]'; }

the_cloud_is_found_by_its_metadata() {
  az cloud register --name Desk --endpoint-resource-manager "$DESK_URL" && az cloud set --name Desk || return 1
  expect "$(az cloud show --name Desk --query endpoints.activeDirectory --output tsv)" "$DESK_URL/adfs" 'where one signs in'
}

a_wrong_secret_is_told_so() {
  refused AADSTS7000215 az login --service-principal --username "$DESK_CLIENT" --password guessed --tenant "$DESK_TENANT"
}

signs_in() {
  az login --service-principal --username "$DESK_CLIENT" --password "$DESK_SECRET" --tenant "$DESK_TENANT" || return 1
  subscription=$(az account show --query id --output tsv) || return 1
  expect "$(az account show --query tenantId --output tsv)" "$DESK_TENANT" tenant
}

orders_are_listed() {
  expect "$(get "$capacity/reservationOrders?$v" "value[?properties.displayName=='SAP application'].properties.term")" P3Y 'the term of one'
}

a_price_becomes_an_order() {
  local body priced
  body=$(line 4 'By az') || return 1
  priced=$(send post "$capacity/calculatePrice?$v" "$body") || return 1
  order=$(jq --raw-output .properties.reservationOrderId <<<"$priced")
  price=$(jq .properties.billingCurrencyTotal.amount <<<"$priced")
  expect "$(jq '.properties.pricingCurrencyTotal.amount | round' <<<"$priced")" 2360 'four of 590 USD' || return 1
  follow put "$capacity/reservationOrders/$order?$v" "$body" || return 1
  expect "$(jq --raw-output .name <<<"$answer")" "$order" 'the order' && by_and_by 4 units
}

splits_and_merges() {
  local sources
  whole=$(living id) || return 1
  follow post "$capacity/reservationOrders/$order/split?$v" "{\"properties\":{\"reservationId\":\"$whole\",\"quantities\":[1,3]}}" || return 1
  expect "$(units)" '1 3' 'after the split' || return 1
  sources=$(living id | jq --raw-input --slurp --compact-output 'split("\n") | map(select(. != ""))')
  follow post "$capacity/reservationOrders/$order/merge?$v" "{\"properties\":{\"sources\":$sources}}" || return 1
  expect "$(units)" 4 'after the merge'
}

the_scope_becomes_one_subscription() {
  whole=$(living id) || return 1
  follow patch "$whole?$v" \
    "{\"properties\":{\"appliedScopeType\":\"Single\",\"appliedScopeProperties\":{\"subscriptionId\":\"/subscriptions/$subscription\"}}}" || return 1
  expect "$(get "$whole?$v" properties.appliedScopeType)" Single 'the scope' &&
    expect "$(cli reservation show "$whole" | jq --raw-output .scope)" "Single /subscriptions/$subscription" 'the scope, as the desk has it'
}

a_return_pays_once() {
  local back quote session before
  back="\"scope\":\"Reservation\",\"reservationToReturn\":{\"reservationId\":\"$whole\",\"quantity\":1}"
  quote=$(send post "$capacity/reservationOrders/$order/calculateRefund?$v" "{\"id\":\"$capacity/reservationOrders/$order\",\"properties\":{$back}}") || return 1
  session=$(jq --raw-output .properties.sessionId <<<"$quote")
  expect "$(jq '.properties.billingRefundAmount.amount * 4 * 100 | round' <<<"$quote")" "$(jq '. * 100 | round' <<<"$price")" \
    'a quarter comes back on the first day' || return 1
  back="{\"properties\":{\"sessionId\":\"$session\",\"returnReason\":\"not needed\",$back}}"
  follow post "$capacity/reservationOrders/$order/return?$v" "$back" || return 1
  expect "$(units)" 3 'units left' || return 1
  before=$(owed "$whole")
  expect "$(jq --compact-output '[.[].refund | tonumber]' <<<"$before")" \
    "$(jq --compact-output '[.properties.billingRefundAmount.amount]' <<<"$quote")" 'the books' || return 1
  follow post "$capacity/reservationOrders/$order/return?$v" "$back" || return 1
  expect "$(owed "$whole")" "$before" 'the books after the same return again' && expect "$(units)" 3 'units after it'
}

an_exchange_buys_what_it_said() {
  local session bought
  follow post "$capacity/calculateExchange?$v" "{\"properties\":{\"reservationsToExchange\":[{\"reservationId\":\"$(living id)\",\"quantity\":1}],
    \"reservationsToPurchase\":[$(line 2 'Exchanged by az')]}}" || return 1
  session=$(jq --raw-output .properties.sessionId <<<"$answer")
  follow post "$capacity/exchange?$v" "{\"properties\":{\"sessionId\":\"$session\"}}" || return 1
  expect "$(jq --raw-output .status <<<"$answer")" Succeeded 'the exchange' || return 1
  bought=$(jq --raw-output '.properties.reservationsToPurchase[0].reservationOrderId' <<<"$answer")
  expect "$(get "$capacity/reservationOrders/${bought##*/}?$v" properties.originalQuantity)" 2 'units bought' && expect "$(units)" 2 'units left'
}

a_request_for_support_has_a_thread() {
  local support='api-version=2020-04-01' service problem ticket
  service=$(get "/providers/Microsoft.Support/services?$support" 'value[0].id') || return 1
  problem=$(get "$service/problemClassifications?$support" 'value[0].id') || return 1
  ticket=/subscriptions/$subscription/providers/Microsoft.Support/supportTickets/az-$(uuid)
  follow put "$ticket?$support" "$(jq --null-input --compact-output --arg s "$service" --arg p "$problem" '{properties: {title: "By az",
    description: "May we return one unit?", severity: "minimal", problemClassificationId: $p, serviceId: $s, contactDetails: {firstName: "Greta",
    lastName: "Hafen", preferredContactMethod: "email", primaryEmailAddress: "greta@hafenwerke.example", country: "DEU",
    preferredTimeZone: "W. Europe Standard Time", preferredSupportLanguage: "en-US"}}}')" || return 1
  follow put "$ticket/communications/first?$support" \
    '{"properties":{"subject":"Its number","body":"It is the one in westeurope.","sender":"greta@hafenwerke.example"}}' || return 1
  expect "$(get "$ticket/communications/first?$support" properties.body)" 'It is the one in westeurope.' 'the message' &&
    expect "$(az resource show --ids "$ticket" --api-version 2020-04-01 --query properties.title --output tsv)" 'By az' 'the request'
}

a_role_is_given_once_and_taken_back() {
  local scope=/subscriptions/$subscription roles='api-version=2022-04-01' name given reader
  reader=$(get "$scope/providers/Microsoft.Authorization/roleDefinitions?$roles&\$filter=roleName%20eq%20%27Reader%27" 'value[0].id') || return 1
  given="{\"properties\":{\"roleDefinitionId\":\"$reader\",\"principalId\":\"$(uuid)\",\"principalType\":\"User\"}}"
  name=$scope/providers/Microsoft.Authorization/roleAssignments/$(uuid)
  send put "$name?$roles" "$given" || return 1
  refused RoleAssignmentExists send put "$scope/providers/Microsoft.Authorization/roleAssignments/$(uuid)?$roles" "$given" || return 1
  az role assignment delete --ids "$name" && refused 'Not Found' get "$name?$roles" id
}

usage_can_be_asked_for() {
  expect "$(az consumption reservation summary list --grain daily --reservation-order-id "$order" --start-date 2026-08-01 --end-date 2026-08-31)" \
    '[]' 'summaries of August'
}

what_is_not_there_is_not_found() {
  refused ReservationOrderNotFound get "$capacity/reservationOrders/$(uuid)?$v" id &&
    refused InvalidReservationOrderId get "$capacity/reservationOrders/no-id?$v" id &&
    refused UnsupportedReservationTerm send post "$capacity/calculatePrice?$v" "$(line 1 x | sed s/P1Y/P9Y/)" &&
    refused InvalidResourceType get "$capacity/reservationOrders?api-version=1999-01-01" id
}

a_forged_token_is_refused() {
  refused Unauthorized az rest --method get --url "$DESK_URL$capacity/reservationOrders?$v" --skip-authorization-header \
    --headers 'Authorization=Bearer a.forged.token'
}

chapter 'the cloud is found by its metadata'
chapter 'a wrong secret is told so'
chapter 'signs in'
chapter 'orders are listed'
chapter 'a price becomes an order'
chapter 'splits and merges'
chapter 'the scope becomes one subscription'
chapter 'a return pays once'
chapter 'an exchange buys what it said'
chapter 'a request for support has a thread'
chapter 'a role is given once and taken back'
chapter 'usage can be asked for'
chapter 'what is not there is not found'
chapter 'a forged token is refused'
exit "$failed"
