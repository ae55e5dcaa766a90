#include "app/request_record.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/event_body.h"
#include "app/shared.h"
#include "app/write.h"

namespace prorata {
namespace {

using request::Act;
using request::Request;
using request::State;

OutboxItem changed(const App& app, const Request& request, State to, State previous, Instant at) {
  return {"request.changed", EventBody()
                                 .text("request", request.id.text())
                                 .text("number", request::number_text(request.number))
                                 .text("kind", to_string(request.kind))
                                 .text("customer", request.customer.text())
                                 .text("state", to_string(to))
                                 .text("previous", to_string(previous))
                                 .text("actor", app.actor)
                                 .text("at", to_string(at))
                                 .take()};
}

}  // namespace

request::Who who_acts(const App& app) {
  if (app.acting == nullptr) return {.name = app.actor};
  return {.id = app.acting->principal.id.text(), .name = app.actor};
}

Result<Request> load_request_numbered(Snapshot& snapshot, std::int64_t number) {
  std::optional<Request> request = TRY(snapshot.request_numbered(number));
  if (!request)
    return fail(Code::not_found,
                fmt::format("request {} is not in this desk; 'prorata request list' shows what is", request::number_text(number)));
  return *std::move(request);
}

Result<void> authorize_lines(const App& app, Snapshot& snapshot, const Request& request, access::Right right, access::Access access) {
  if (app.acting == nullptr) return {};
  const std::optional<Customer> owner = TRY(snapshot.customer(request.customer));
  if (!owner) return fail(Code::not_found, fmt::format("customer {} is not in this desk", request.customer.text()));
  for (const request::ReturnLine& each : request.returns) {
    const std::optional<Reservation> reservation = TRY(snapshot.reservation(each.reservation));
    access::Target target = reservation ? target_of(*owner, *reservation) : target_of(*owner);
    TRY(authorize(app, right, target, access));
  }
  return {};
}

Result<void> authorize_above(const App& app, Snapshot& snapshot, const Request& request, std::string_view action) {
  if (app.acting == nullptr) return {};
  const std::optional<Customer> owner = TRY(snapshot.customer(request.customer));
  if (!owner) return fail(Code::not_found, fmt::format("customer {} is not in this desk", request.customer.text()));
  access::Target target = target_of(*owner);
  if (!request.returns.empty()) target.scope = access::scope_of(request.returns.front().order, request.returns.front().reservation);
  if (request.submitted_by && !request.submitted_by->id.empty()) target.asked_by = PrincipalId::trusted(request.submitted_by->id);
  return authorize(app, action, target);
}

Result<void> check_not_expired(const Request& request, Instant now) {
  if (!request::holds_allowance(request.state) || !request.expires || now < *request.expires) return {};
  if (request.state == State::executing || request.state == State::outcome_unknown) return {};
  return fail(Code::refused,
              fmt::format("{} expired at {}; make a new one", request::number_text(request.number), to_string(*request.expires)));
}

AuditNote request_note(const App& app, std::string action, const Request& request, Instant now) {
  return {.at = now,
          .actor = app.actor,
          .action = std::move(action),
          .customer = request.customer.text(),
          .subject = request::number_text(request.number),
          .before = std::string(to_string(request.state))};
}

void put_request(Changes& changes, const App& app, const Request* before, Request after, Instant now) {
  const std::size_t known = before == nullptr ? 0 : before->steps.size();
  for (std::size_t i = known; i < after.steps.size(); ++i)
    changes.outbox.push_back(changed(app, after, after.steps[i].to, after.steps[i].from, now));
  if (known == after.steps.size()) changes.outbox.push_back(changed(app, after, after.state, after.state, now));
  if (changes.audit.after.empty()) changes.audit.after = std::string(to_string(after.state));
  changes.requests.push_back(std::move(after));
}

Result<void> release_its_hold(Changes& changes, Snapshot& snapshot, const Request& request, Instant now) {
  if (!request.hold) return {};
  std::optional<Hold> hold = TRY(snapshot.hold(*request.hold));
  if (!hold || hold->state != HoldState::held || hold->expires <= now) return {};
  hold->state = HoldState::released;
  changes.holds.push_back(*std::move(hold));
  return {};
}

Result<void> close_its_ticket(Changes& changes, App& app, Snapshot& snapshot, const Request& request, std::string subject, std::string body,
                              Instant now) {
  if (request.ticket.empty()) return {};
  std::optional<support::SupportRequest> ticket = TRY(snapshot.support_request(request.ticket));
  if (!ticket || ticket->status == support::Status::closed) return {};
  *ticket = support::answered(*std::move(ticket), app.ids.next(), subject, std::move(body), now);
  ticket->status = support::Status::closed;
  ticket->modified = now;
  changes.support_requests.push_back(*std::move(ticket));
  return {};
}

Result<void> end_undone(Changes& changes, App& app, Snapshot& snapshot, const Request& before, Act act, std::string reason, Instant now) {
  Request after = TRY(request::take(before, act, {who_acts(app), now, reason}));
  if (act == Act::give_up) after.failure = reason;
  after.agree_again = false;
  TRY(release_its_hold(changes, snapshot, before, now));
  TRY(close_its_ticket(changes, app, snapshot, before, fmt::format("{} is {}", request::number_text(before.number), to_string(after.state)),
                       reason.empty() ? fmt::format("{} at {}.", to_string(after.state), to_string(now)) : reason, now));
  if (!reason.empty()) changes.audit.after = fmt::format("{}: {}", to_string(after.state), reason);
  put_request(changes, app, &before, std::move(after), now);
  return {};
}

Result<void> end_request_of(Changes& changes, App& app, Snapshot& snapshot, const Exchange& exchange, Instant now) {
  const Result<std::int64_t> number = request::parse_number(exchange.reference);
  if (!number) return {};
  const std::optional<Request> before = TRY(snapshot.request_numbered(*number));
  const bool its_own = before && before->kind == request::Kind::exchange && before->outcome == exchange.id.text();
  if (!its_own || request::at_its_end(before->state)) return {};
  if (exchange.state == ExchangeState::failed) return end_undone(changes, app, snapshot, *before, Act::give_up, exchange.failure, now);
  Request after = TRY(request::take(*before, Act::complete, {who_acts(app), now, {}}));
  TRY(close_its_ticket(changes, app, snapshot, *before, fmt::format("{} was done", request::number_text(before->number)),
                       fmt::format("Exchange {}: {} {} came back, {} were bought for, {} are left to pay.", exchange.id.text(),
                                   to_string(exchange.refunds_total), exchange.net_payable.currency.code(),
                                   to_string(exchange.purchases_total), to_string(exchange.net_payable)),
                       now));
  put_request(changes, app, &*before, std::move(after), now);
  return {};
}

Result<Request> handed_over(Request request, const Desk& desk, const request::Doing& doing) {
  request = TRY(request::take(std::move(request), Act::hand_over, doing));
  const bool by_rule = desk.automatic_approval && request.quoted && request.quoted->refusals.empty() && !request.quoted->clipped;
  if (!by_rule) return request;
  const request::Who rule{.name = "rule"};
  request.decided_by = rule;
  request.decision_reason = "the policy allows it without a refusal";
  return request::take(std::move(request), Act::approve, {rule, doing.at, request.decision_reason});
}

std::string title_of(const Request& request) {
  std::string lines;
  for (const request::ReturnLine& each : request.returns) {
    if (!lines.empty()) lines += ", ";
    lines += each.quantity == 0 ? fmt::format("all of {}", each.sku) : fmt::format("{} x {}", each.quantity, each.sku);
  }
  if (request.kind == request::Kind::refund) return "Refund of " + lines;
  std::string wishes;
  for (const request::PurchaseWish& each : request.purchases)
    wishes += fmt::format("{}{} x {}", wishes.empty() ? "" : ", ", each.line.quantity, each.line.sku);
  return wishes.empty() ? "Exchange of " + lines : fmt::format("Exchange of {} for {}", lines, wishes);
}

Result<void> check_seen(const Request& request, std::int64_t seen_version) {
  if (seen_version == 0 || request.version == seen_version) return {};
  return fail(
      Code::conflict,
      fmt::format("{} was changed meanwhile and is {} now; read it again", request::number_text(request.number), to_string(request.state)),
      {}, std::string(kChangedMeanwhile));
}

Result<Request> write_request(App& app, const RequestWrite& ask, const RequestDecide& decide) {
  const WriteRequest request{ask.key, fmt::format("{} {}", ask.words, request::number_text(ask.number))};
  TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment at = TRY(load_moment(app, snapshot));
    const Request before = TRY(load_request_numbered(snapshot, ask.number));
    TRY(check_seen(before, ask.seen_version));
    Changes changes = TRY(decide(snapshot, before, at.desk, at.now));
    if (!ask.key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, before.id.text()};
    return changes;
  }));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  return load_request_numbered(*snapshot, ask.number);
}

}  // namespace prorata
