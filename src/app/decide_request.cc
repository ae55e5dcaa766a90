#include "app/decide_request.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/execute_request.h"
#include "app/request_record.h"

namespace prorata {
namespace {

using request::Act;
using request::Request;
using request::State;

// Who wrote a request down for the customer's own user is that user.
bool asked_it(const App& app, const Request& request) {
  return app.acting != nullptr && request.asked_by && !request.asked_by->id.empty() &&
         request.asked_by->id == app.acting->principal.id.text();
}

Result<void> may_withdraw(const App& app, Snapshot& snapshot, const Request& request) {
  if (request.state == State::draft && asked_it(app, request)) return authorize_lines(app, snapshot, request, access::Right::ask);
  return authorize_lines(app, snapshot, request, access::Right::submit_request);
}

}  // namespace

Result<Request> approve_inside(App& app, const ApproveAsk& ask) {
  const Request approved = TRY(
      write_request(app, {.number = ask.number, .key = ask.key, .words = "approve inside " + ask.note, .seen_version = ask.seen_version},
                    [&](Snapshot& snapshot, const Request& before, const Desk& desk, Instant now) -> Result<Changes> {
                      TRY(authorize_above(app, snapshot, before, kApproveInside));
                      TRY(check_not_expired(before, now));
                      Request after = TRY(handed_over(before, desk, {who_acts(app), now, ask.note}));
                      after.approved_by = who_acts(app);
                      Changes changes{.audit = request_note(app, "request.approve", before, now)};
                      put_request(changes, app, &before, std::move(after), now);
                      return changes;
                    }));
  return execute_if_approved(app, approved);
}

Result<Request> decide_request(App& app, const DecideAsk& ask) {
  if (!ask.approve && trim(ask.reason).empty())
    return fail(Code::invalid_argument, "a rejection needs a reason; the partner reads it", "reason");
  const Request decided =
      TRY(write_request(app,
                        {.number = ask.number,
                         .key = ask.key,
                         .words = fmt::format("decide {} {}", ask.approve ? "approve" : "reject", ask.reason),
                         .seen_version = ask.seen_version},
                        [&](Snapshot& snapshot, const Request& before, const Desk&, Instant now) -> Result<Changes> {
                          TRY(authorize_above(app, snapshot, before, before.state == State::partner_approval ? kApproveInside : kDecide));
                          TRY(check_not_expired(before, now));
                          Changes changes{.audit = request_note(app, ask.approve ? "request.decide" : "request.reject", before, now)};
                          Request judged = before;
                          judged.decided_by = who_acts(app);
                          judged.decision_reason = ask.reason;
                          if (!ask.approve) {
                            TRY(end_undone(changes, app, snapshot, judged, Act::reject, ask.reason, now));
                            return changes;
                          }
                          Request after = TRY(request::take(std::move(judged), Act::approve, {who_acts(app), now, ask.reason}));
                          put_request(changes, app, &before, std::move(after), now);
                          return changes;
                        }));
  return execute_if_approved(app, decided);
}

Result<Request> withdraw_request(App& app, const WithdrawAsk& ask) {
  return write_request(app, {.number = ask.number, .key = ask.key, .words = "withdraw " + ask.reason, .seen_version = ask.seen_version},
                       [&](Snapshot& snapshot, const Request& before, const Desk&, Instant now) -> Result<Changes> {
                         TRY(may_withdraw(app, snapshot, before));
                         Changes changes{.audit = request_note(app, "request.withdraw", before, now)};
                         TRY(end_undone(changes, app, snapshot, before, Act::withdraw, ask.reason, now));
                         return changes;
                       });
}

Result<void> follow_ticket(Changes& changes, App& app, Snapshot& snapshot, const support::SupportRequest& before,
                           support::SupportRequest& after, Instant now) {
  const std::optional<Request> request = TRY(snapshot.request_of_ticket(before.name));
  if (!request) return {};
  const std::string number = request::number_text(request->number);
  if (request::at_its_end(request->state)) {
    if (after.status == support::Status::closed) return {};
    return fail(Code::conflict, fmt::format("{} is {}; file a new request", number, to_string(request->state)), "status");
  }
  const bool closed_now = after.status == support::Status::closed && before.status != support::Status::closed;
  if (closed_now && !request::next(request->state, Act::withdraw))
    return fail(Code::conflict, fmt::format("{} is {}; it is closed when that has ended", number, to_string(request->state)), "status");
  if (closed_now) {
    after = support::answered(std::move(after), app.ids.next(), fmt::format("{} is withdrawn", number), "The ticket was closed.", now);
    Request left = *request;
    left.ticket.clear();  // the ticket is in this commit already
    Changes undone{.audit = changes.audit};
    TRY(end_undone(undone, app, snapshot, left, Act::withdraw, "the ticket was closed", now));
    undone.requests.front().ticket = request->ticket;
    std::ranges::move(undone.requests, std::back_inserter(changes.requests));
    std::ranges::move(undone.holds, std::back_inserter(changes.holds));
    std::ranges::move(undone.outbox, std::back_inserter(changes.outbox));
    return {};
  }
  Request kept = *request;
  kept.severity = after.severity;
  kept.due = after.service_level.expiration;
  kept.updated = now;
  put_request(changes, app, &*request, std::move(kept), now);
  return {};
}

}  // namespace prorata
