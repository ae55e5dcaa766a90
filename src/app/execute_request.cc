#include "app/execute_request.h"

#include <fmt/format.h>

#include "app/desk.h"
#include "app/request_quote.h"
#include "app/request_record.h"
#include "app/return_reservation.h"
#include "app/run_exchange.h"
#include "app/write.h"

namespace prorata {
namespace {

using request::Act;
using request::Request;
using request::State;

constexpr std::size_t kRequestsAtOnce = 200;

std::string amount(Money money) { return fmt::format("{} {}", to_string(money), money.currency.code()); }

Result<Request> reload(App& app, std::int64_t number) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  return load_request_numbered(*snapshot, number);
}

std::string what_changed(const request::Quoted& agreed, const request::Quoted& now) {
  if (agreed.refund != now.refund) return fmt::format("{} were agreed to, {} come back now", amount(agreed.refund), amount(now.refund));
  if (agreed.net_payable != now.net_payable)
    return fmt::format("{} to pay were agreed to, {} are to pay now", amount(agreed.net_payable), amount(now.net_payable));
  return "a figure of the quote has changed";
}

// What an agent has to agree to anew, in the state it is in.
Request asking_again(Request request, const request::Quoted& now, Instant at) {
  request.agree_again = true;
  request.quoted = now;
  request.updated = at;
  return request;
}

std::string sentence_of(const Error& error) { return error.message; }

// The first commit. Comes back as executing, waiting for the agent, or failed.
Result<Request> begin(App& app, std::int64_t number) {
  return write_request(app, {.number = number},
                       [&](Snapshot& snapshot, const Request& before, const Desk&, Instant now) -> Result<Changes> {
                         TRY(check_not_expired(before, now));
                         Changes changes{.audit = request_note(app, "request.execute", before, now)};
                         const Result<RequestQuote> quote = quote_request(app, snapshot, before);
                         const bool for_good = !quote && (quote.error().code == Code::refused || quote.error().code == Code::not_found ||
                                                          quote.error().code == Code::invalid_argument);
                         if (!quote && !for_good) return std::unexpected(quote.error());
                         if (!quote) {
                           TRY(end_undone(changes, app, snapshot, before, Act::give_up, sentence_of(quote.error()), now));
                           return changes;
                         }
                         if (quote->refused()) {
                           TRY(end_undone(changes, app, snapshot, before, Act::give_up, refused_by(*quote).error().message, now));
                           return changes;
                         }
                         if (!request::agreed(before, quote->quoted)) {
                           changes.audit.after = what_changed(*before.quoted, quote->quoted);
                           put_request(changes, app, &before, asking_again(before, quote->quoted, now), now);
                           return changes;
                         }
                         put_request(changes, app, &before, TRY(request::take(before, Act::begin, {who_acts(app), now, {}})), now);
                         return changes;
                       });
}

// What the commit that executes a refund writes beside the return.
Result<void> complete_with(App& app, std::int64_t number, const RefundQuote& quote, const ReturnRecord& record, Snapshot& snapshot,
                           Changes& changes) {
  const Request before = TRY(load_request_numbered(snapshot, number));
  Request after = TRY(request::take(before, Act::complete, {who_acts(app), record.at, {}}));
  if (before.quoted->fingerprint != figures_mark(quote.decision))
    return fail(Code::stale_quote, fmt::format("the figures of {} have changed", request::number_text(number)));
  after.outcome = record.id.text();
  TRY(close_its_ticket(
      changes, app, snapshot, before, fmt::format("{} was done", request::number_text(number)),
      fmt::format("Return {}: {} come back, {} of fee taken off.", record.id.text(), amount(record.refund), amount(record.fee)),
      record.at));
  put_request(changes, app, &before, std::move(after), record.at);
  return {};
}

Result<void> execute_refund(App& app, const Request& request) {
  ReturnAsk ask{.refund = refund_ask_of(request), .accept_clip = request.accept_clip};
  ask.key = fmt::format("{} return", request::number_text(request.number));
  ask.within = [&](const RefundQuote& quote, const ReturnRecord& record, Snapshot& snapshot, Changes& changes) {
    return complete_with(app, request.number, quote, record, snapshot, changes);
  };
  TRY(return_reservation(app, ask));
  return {};
}

Result<void> accept_with(App& app, std::int64_t number, const Exchange& exchange, Snapshot& snapshot, Changes& changes) {
  const Request before = TRY(load_request_numbered(snapshot, number));
  if (before.state != State::executing || !before.outcome.empty())
    return fail(Code::refused, fmt::format("{} is {}", request::number_text(number), to_string(before.state)));
  if (before.quoted->fingerprint != figures_mark(exchange))
    return fail(Code::stale_quote, fmt::format("the figures of {} have changed", request::number_text(number)));
  Request after = before;
  after.outcome = exchange.id.text();
  after.updated = exchange.updated;
  put_request(changes, app, &before, std::move(after), exchange.updated);
  return {};
}

Result<void> execute_exchange(App& app, const Request& request) {
  ExchangeRun run{.ask = exchange_ask_of(request), .key = fmt::format("{} exchange", request::number_text(request.number))};
  run.within = [&](const Exchange& exchange, Snapshot& snapshot, Changes& changes) {
    return accept_with(app, request.number, exchange, snapshot, changes);
  };
  TRY(run_exchange(app, run));
  return {};
}

// A commit after which the request is no longer executing, because nothing was done.
Result<Request> set_back(App& app, const Request& request, Act act, const std::string& note) {
  return write_request(app, {.number = request.number},
                       [&](Snapshot& snapshot, const Request& before, const Desk&, Instant now) -> Result<Changes> {
                         Changes changes{.audit = request_note(app, "request.execute", before, now)};
                         if (act == Act::give_up) {
                           TRY(end_undone(changes, app, snapshot, before, act, note, now));
                           return changes;
                         }
                         Request after = TRY(request::take(before, act, {who_acts(app), now, note}));
                         if (act == Act::step_back) {
                           const Result<RequestQuote> quote = quote_request(app, snapshot, before);
                           if (quote && !request::agreed(before, quote->quoted)) after = asking_again(std::move(after), quote->quoted, now);
                         }
                         changes.audit.after = fmt::format("{}: {}", to_string(after.state), note);
                         put_request(changes, app, &before, std::move(after), now);
                         return changes;
                       });
}

// How an execution that failed leaves the request.
Result<Request> after_failure(App& app, const Request& request, const Error& error) {
  Result<Request> left = fail(error.code, error.message, error.place, error.reason);
  switch (error.code) {
    case Code::outcome_unknown: left = set_back(app, request, Act::lose_sight, error.message); break;
    case Code::stale_quote:
    case Code::forbidden: left = set_back(app, request, Act::step_back, error.message); break;
    case Code::refused:
    case Code::not_found:
    case Code::invalid_argument: left = set_back(app, request, Act::give_up, error.message); break;
    default: break;  // it stays executing, and is resumed
  }
  if (left) return left;
  // Somebody else may have finished it meanwhile, or the commit that seemed lost was not.
  const Result<Request> seen = reload(app, request.number);
  if (seen && seen->state != State::executing) return seen;
  if (error.code == Code::outcome_unknown || error.code == Code::busy || error.code == Code::unavailable)
    return fail(error.code, fmt::format("{}; {} is executing, 'prorata request resume {}' looks and goes on", error.message,
                                        request::number_text(request.number), request::number_text(request.number)));
  return std::unexpected(error);
}

// The second commit, and an exchange's further ones.
Result<Request> finish(App& app, const Request& request) {
  const Result<void> done = request.kind == request::Kind::refund ? execute_refund(app, request) : execute_exchange(app, request);
  if (!done) return after_failure(app, request, done.error());
  return reload(app, request.number);
}

// Nothing of it happened, or all: the request's row is written in the same commit as what it asked for.
Result<Request> look(App& app, const Request& request) {
  if (!request.outcome.empty()) return finish(app, request);  // an exchange that was accepted goes on by itself
  return set_back(app, request, Act::step_back, "looked: nothing was done; it may be executed");
}

Result<Request> expire(App& app, std::int64_t number) {
  return write_request(app, {.number = number},
                       [&](Snapshot& snapshot, const Request& before, const Desk&, Instant now) -> Result<Changes> {
                         Changes changes{.audit = request_note(app, "request.expire", before, now)};
                         TRY(end_undone(changes, app, snapshot, before, Act::expire,
                                        fmt::format("nobody finished it by {}", to_string(*before.expires)), now));
                         return changes;
                       });
}

Result<std::vector<Request>> all_in(App& app, State state) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::vector<Request> out;
  RequestQuery query{.state = state, .limit = kRequestsAtOnce};
  do {
    Page<Request> page = TRY(snapshot->requests(query));
    for (Request& each : page.items) out.push_back(std::move(each));
    query.after = std::move(page.next);
  } while (!query.after.empty());
  return out;
}

// Those that wait and have run out of time. None does so sooner after it was made than a hold lasts, so only the old ones are looked at.
Result<std::vector<std::int64_t>> run_out(App& app, State state) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Moment moment = TRY(load_moment(app, *snapshot));
  const Instant now = moment.now;
  std::vector<std::int64_t> out;
  RequestQuery query{
      .state = state, .created_until = Instant{add_seconds(now, -moment.desk.hold_days * 86'400).ticks + 1}, .limit = kRequestsAtOnce};
  do {
    const Page<Request> page = TRY(snapshot->requests(query));
    for (const Request& each : page.items)
      if (each.expires && *each.expires <= now) out.push_back(each.number);
    query.after = page.next;
  } while (!query.after.empty());
  return out;
}

}  // namespace

Result<Request> execute_if_approved(App& app, const Request& request) {
  if (request.state != State::approved || request.agree_again) return request;
  const Result<Request> begun = begin(app, request.number);
  if (!begun) {
    const Result<Request> seen = reload(app, request.number);
    if (seen && seen->state != State::approved) return seen;  // somebody else was faster
    return std::unexpected(begun.error());
  }
  return begun->state == State::executing ? finish(app, *begun) : *begun;
}

Result<Request> agree_again(App& app, const AgreeAsk& ask) {
  bool changed_again = false;
  const Request agreed = TRY(write_request(
      app,
      {.number = ask.number,
       .key = ask.key,
       .words = "agree " + (ask.amount ? amount(*ask.amount) : std::string()),
       .seen_version = ask.seen_version},
      [&](Snapshot& snapshot, const Request& before, const Desk&, Instant now) -> Result<Changes> {
        TRY(authorize_lines(app, snapshot, before, access::Right::submit_request));
        TRY(check_not_expired(before, now));
        if (!before.agree_again)
          return fail(Code::refused,
                      fmt::format("{} has nothing to agree to; it is {}", request::number_text(before.number), to_string(before.state)));
        const Money shown = before.kind == request::Kind::refund ? before.quoted->refund : before.quoted->net_payable;
        if (ask.amount && *ask.amount != shown)
          return fail(Code::stale_quote, fmt::format("you agreed to {}; it is now {}. Agree again", amount(*ask.amount), amount(shown)), {},
                      "amount_moved");
        const RequestQuote quote = TRY(quote_request(app, snapshot, before));
        changed_again = !request::agreed(before, quote.quoted);
        Request after = changed_again ? asking_again(before, quote.quoted, now) : before;
        Changes changes{.audit = request_note(app, "request.agree", before, now)};
        if (!changed_again) {
          after.agree_again = false;
          after.updated = now;
          after.quoted = quote.quoted;
        }
        changes.audit.after = fmt::format("{}{}", changed_again ? "changed again: " : "", amount(quote.quoted.refund));
        put_request(changes, app, &before, std::move(after), now);
        return changes;
      }));
  if (changed_again)
    return fail(Code::stale_quote, fmt::format("the figures of {} have changed once more: {} come back now; agree to that",
                                               request::number_text(ask.number), amount(agreed.quoted->refund)));
  return execute_if_approved(app, agreed);
}

Result<Request> resume_request(App& app, std::int64_t number) {
  const Request request = TRY(reload(app, number));
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    TRY(authorize_lines(app, *snapshot, request, access::Right::submit_request));
  }
  switch (request.state) {
    case State::executing: return finish(app, request);
    case State::outcome_unknown: return look(app, request);
    case State::approved: return execute_if_approved(app, request);
    default: return request;
  }
}

Result<std::vector<Request>> expire_requests(App& app) {
  std::vector<Request> out;
  for (const State state : {State::submitted, State::partner_approval, State::with_operator, State::approved})
    for (const std::int64_t each : TRY(run_out(app, state))) {
      Result<Request> expired = expire(app, each);
      if (expired)
        out.push_back(*std::move(expired));
      else if (expired.error().code != Code::refused)  // somebody has just moved it on
        return std::unexpected(expired.error());
    }
  return out;
}

Result<std::vector<Request>> resume_requests(App& app) {
  std::vector<Request> out = TRY(expire_requests(app));
  std::optional<Error> first_error;
  const auto keep = [&](Result<Request> result) {
    if (result)
      out.push_back(*std::move(result));
    else if (!first_error)
      first_error = result.error();
  };
  for (const State state : {State::executing, State::outcome_unknown, State::approved})
    for (const Request& each : TRY(all_in(app, state)))
      if (!(each.state == State::approved && each.agree_again)) keep(resume_request(app, each.number));
  if (out.empty() && first_error) return std::unexpected(*first_error);
  return out;
}

}  // namespace prorata
