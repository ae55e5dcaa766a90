#include "app/bulk_request.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/draft_request.h"
#include "app/execute_request.h"
#include "app/request_quote.h"
#include "app/request_record.h"
#include "app/submit_request.h"
#include "app/write.h"
#include "base/fingerprint.h"

namespace prorata {
namespace {

using request::Request;

// A decision as for an approved request: approval is what a request is for.
constexpr std::string_view kAsApproved = "bulk";

Result<void> check_lines(const BulkRequestAsk& ask) {
  if (ask.lines.empty()) return fail(Code::invalid_argument, "which reservations? Name at least one", "lines");
  if (ask.lines.size() > kBulkLinesMax)
    return fail(Code::invalid_argument, fmt::format("{} reservations at most at one time", kBulkLinesMax), "lines");
  std::set<ReservationId> seen;
  for (const BulkLineAsk& each : ask.lines)
    if (!seen.insert(each.reservation).second)
      return fail(Code::invalid_argument, fmt::format("reservation {} is named twice", each.reservation.text()), "lines");
  return {};
}

// What is wrong with one line, and says nothing of the others.
bool of_one_line(Code code) {
  switch (code) {
    case Code::invalid_argument:
    case Code::not_found:
    case Code::forbidden:
    case Code::refused:
    case Code::stale_quote:
    case Code::already_exists: return true;
    default: return false;
  }
}

// How many units the allowance takes whole, now, and from when all of them: a pack that cuts a refund at the limit lets every one through,
// but what is lost is no fit.
Fitting what_fits_whole(const RefundFacts& facts, const GoverningDecision& governing, std::int64_t quantity) {
  const auto fits = [&](std::int64_t units, Instant at) {
    policy::RefundCase later = with_allowance(facts.refund_case, facts.history, at, *governing.pack, governing.meter);
    later.schedule = on_day(std::move(later.schedule), day_of(at));
    const auto decision = decide_refund(
        later, {.quantity = units, .as_of = at, .meter = governing.meter, .channel_approved = true, .channel = facts.desk.channel},
        *governing.pack);
    return decision && !decision->amounts.refusals.has(policy::Refusal::refund_limit_exceeded) && !decision->needs_consent() &&
           !decision->facts.accept_nothing;
  };
  return {
      .quantity_now = policy::largest_quantity_that_fits(quantity, [&](std::int64_t units) { return fits(units, facts.now); }),
      .whole_from = policy::first_moment_that_fits(facts.history, facts.now, facts.reservation.expiry,
                                                   governing.pack->allowance.window_days, [&](Instant at) { return fits(quantity, at); })};
}

// A contact that is wrong is wrong for every line.
bool is_the_contact(const Error& error) {
  return error.code == Code::invalid_argument &&
         (error.place.starts_with("contactDetails") || error.place.starts_with("properties.contactDetails"));
}

// The allowance of each customer as the lines use it up.
class Planner {
 public:
  Planner(App& app, Snapshot& snapshot, bool fit = false) : app_(app), snapshot_(snapshot), fit_(fit) {}

  Result<BulkRow> row(const BulkLineAsk& ask) {
    BulkRow row{.ask = ask};
    const Result<void> looked = look(row);
    if (looked) return row;
    if (!of_one_line(looked.error().code)) return std::unexpected(looked.error());
    row.problem = looked.error();
    row.state = BulkState::unknown;
    return row;
  }

  // The customer of a row, with what stood against its allowance before the first line.
  Result<BulkCustomer> customer(const Customer& customer, const policy::Pack& pack, policy::Meter meter, Instant now) {
    const policy::AllowanceState state = allowance_at(TRY(load_allowance(snapshot_, customer.id, now)), now, pack.allowance.window_days);
    return BulkCustomer{.customer = customer,
                        .limit = pack.allowance.limit_minor,
                        .used = state.used.on(meter),
                        .held = state.held.on(meter),
                        .left = state.free(meter, pack.allowance.limit_minor)};
  }

 private:
  Result<void> look(BulkRow& row) {
    RefundFacts facts = TRY(load_refund_facts(app_, snapshot_, row.ask.reservation));
    const access::Target target = target_of(facts.customer, facts.stored);
    if (!allowed(app_, access::Right::list_customers, target, access::Access::read))
      return fail(Code::not_found, fmt::format("reservation {} is not in this desk", row.ask.reservation.text()));
    row.customer = facts.customer;
    row.reservation = facts.reservation;
    TRY(authorize(app_, access::Right::quote, target));
    TRY(authorize(app_, access::Right::submit_request, target));
    if (!facts.reservation.price_known()) return fail(Code::not_found, "its price is not known; import the order with its payments");

    // What earlier lines take counts as returned now: it comes back when a return of today does, not when a hold runs out.
    std::vector<policy::CountedReturn>& taken = taken_[facts.customer.id];
    facts.history.returns.insert(facts.history.returns.end(), taken.begin(), taken.end());
    RefundAsk refund{.reservation = row.ask.reservation, .quantity = row.ask.quantity, .approved = std::string(kAsApproved)};
    GoverningDecision governing = TRY(decide_under_governing_pack(app_, facts, refund, facts.now));
    const policy::AllowanceRule& rule = governing.pack->allowance;
    row.free_before = allowance_at(facts.history, facts.now, rule.window_days).free(governing.meter, rule.limit_minor);
    if (over_the_allowance(governing.decision)) row.fix = what_fits_whole(facts, governing, governing.decision.quantity);
    if (fit_ && row.fix && row.fix->quantity_now > 0) {
      row.ask.quantity = refund.quantity = row.fix->quantity_now;
      governing = TRY(decide_under_governing_pack(app_, facts, refund, facts.now));
      row.fix.reset();
    }
    const policy::RefundDecision& decision = governing.decision;
    row.state = decision.refused()                                 ? BulkState::refused
                : decision.needs_consent() && !row.ask.accept_clip ? BulkState::cut
                                                                   : BulkState::fits;
    if (row.state == BulkState::fits) {
      const policy::MeteredAmount amount{.refund = decision.amounts.pricing.refund,
                                         .cancelled = decision.amounts.pricing.cancelled_commitment};
      taken.push_back({facts.now, amount});
      row.taken = amount.on(governing.meter);
    }
    row.decision = std::move(governing.decision);
    return {};
  }

  static bool over_the_allowance(const policy::RefundDecision& decision) {
    return decision.amounts.refusals.has(policy::Refusal::refund_limit_exceeded) || decision.needs_consent();
  }

  App& app_;
  Snapshot& snapshot_;
  bool fit_;
  std::unordered_map<CustomerId, std::vector<policy::CountedReturn>> taken_;
};

bool counts(const BulkRow& row) { return row.state == BulkState::fits || row.state == BulkState::made; }

std::int64_t refund_of(const BulkRow& row) {
  if (row.made && row.made->quoted) return row.made->quoted->refund.minor;
  return row.decision ? row.decision->refund.minor : 0;
}

// Sums of the rows as they are now.
Result<void> sum_up(BulkPlan& plan, Planner& planner, const policy::Pack& pack) {
  plan.customers.clear();
  plan.totals.clear();
  plan.makeable = 0;
  for (const BulkRow& row : plan.rows) {
    if (!row.customer) continue;
    auto its = std::ranges::find(plan.customers, row.customer->id, [](const BulkCustomer& each) { return each.customer.id; });
    if (its == plan.customers.end()) its = plan.customers.insert(its, TRY(planner.customer(*row.customer, pack, plan.meter, plan.now)));
    if (!counts(row)) {
      ++its->others;
      continue;
    }
    ++plan.makeable;
    ++its->lines;
    its->refund_minor += refund_of(row);
    // What was made stands in `held` by now, or in `used`.
    const std::int64_t taken = row.state == BulkState::made ? 0 : row.taken;
    its->taken += row.taken;
    its->left = std::max<std::int64_t>(0, its->left - taken);
    auto total = std::ranges::find(plan.totals, row.customer->currency, &BulkTotal::currency);
    if (total == plan.totals.end()) total = plan.totals.insert(total, BulkTotal{.currency = row.customer->currency});
    ++total->lines;
    total->refund_minor += refund_of(row);
  }
  std::ranges::sort(plan.totals, {}, &BulkTotal::currency);
  return {};
}

Result<BulkPlan> plan_in(App& app, Snapshot& snapshot, const std::vector<BulkLineAsk>& lines, bool fit = false) {
  const Moment moment = TRY(load_moment(app, snapshot));
  const Governing governing = TRY(governing_pack(moment.desk, app.packs, day_of(moment.now)));
  BulkPlan plan{.now = moment.now, .policy = governing.pack->id, .meter = TRY(binding_meter(*governing.pack, governing.meter))};
  Planner planner(app, snapshot, fit);
  for (const BulkLineAsk& each : lines) plan.rows.push_back(TRY(planner.row(each)));
  TRY(sum_up(plan, planner, *governing.pack));
  return plan;
}

// ---- making them
// -------------------------------------------------------------------------------------------------------------------------

AskFor ask_of(const BulkRequestAsk& ask, const BulkLineAsk& line) {
  AskFor out{.kind = request::Kind::refund,
             .returns = {{.order = {}, .reservation = line.reservation, .quantity = line.quantity, .sku = {}}},
             .purchases = {},
             .reason = ask.reason,
             .key = {}};
  if (ask.severity) out.severity = *ask.severity;
  return out;
}

SubmitAsk submission(const BulkRequestAsk& ask, const BulkLineAsk& line) {
  return {.contact = ask.contact, .severity = ask.severity, .accept_clip = line.accept_clip, .key = {}};
}

// The request drafted and submitted, into one set of changes.
struct Filing {
  Changes changes;
  Request request;
};
Result<Filing> filing(App& app, Snapshot& snapshot, const BulkRequestAsk& ask, const BulkLineAsk& line, const RequestId& id) {
  const Moment at = TRY(load_moment(app, snapshot));
  const DraftedRequest draft = TRY(new_draft(app, snapshot, id, ask_of(ask, line), at.now));
  if (line.seen && (*line.seen != draft.request.quoted->refund || ask.policy != draft.request.quoted->policy))
    return fail(Code::stale_quote, fmt::format("its figures have changed since they were looked at: {} {} now; look at them again",
                                               to_string(draft.request.quoted->refund), draft.request.quoted->refund.currency.code()));
  Filing out{.changes = {.audit = request_note(app, "request.submit", draft.request, at.now)}, .request = {}};
  out.changes.audit.before.clear();
  out.request = TRY(submit_into(out.changes, app, snapshot, submission(ask, line), draft.request, at.desk, at.now));
  put_request(out.changes, app, nullptr, out.request, at.now);
  return out;
}

Result<Request> load_made(App& app, const RequestId& id) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::optional<Request> request = TRY(snapshot->request(id));
  if (!request) return fail(Code::storage_corrupt, "a key answers with a request that is not here; run 'prorata audit verify'");
  return *std::move(request);
}

std::string words_of(const BulkLineAsk& line) {
  return fmt::format("{} of {}, {}, {}", line.quantity, line.reservation.text(), line.accept_clip ? "cut or not" : "whole",
                     line.seen ? to_string(*line.seen) : std::string("any"));
}

Result<Request> make_one(App& app, const BulkRequestAsk& ask, const BulkLineAsk& line) {
  const RequestId id = RequestId::trusted(app.ids.next());
  WriteRequest words;
  if (!ask.key.empty()) words = {fmt::format("bulk {}", Fingerprint().add(ask.key).add(line.reservation.text()).text()), words_of(line)};
  const Committed committed = TRY(write(app.store, words, [&](Snapshot& snapshot) -> Result<Changes> {
    Filing out = TRY(filing(app, snapshot, ask, line, id));
    if (!ask.key.empty()) out.changes.idempotency = IdempotencyRecord{words.key, words.request, id.text()};
    return std::move(out.changes);
  }));
  return execute_if_approved(app, TRY(load_made(app, committed.replayed ? RequestId::trusted(committed.answer) : id)));
}

std::string canonical(const BulkRequestAsk& ask) {
  Fingerprint mark;
  mark.add(ask.policy).add(ask.reason).add(ask.severity ? to_string(*ask.severity) : "");
  for (const BulkLineAsk& each : ask.lines) mark.add(words_of(each));
  return fmt::format("request {} lines {}", ask.lines.size(), mark.text());
}

// Which lines are to be made: a 1 or a 0 for each, settled in one commit under the key of the whole.
struct Settled {
  std::string which;
  BulkPlan plan;  // empty where it was settled before
};
std::string makeable(const BulkPlan& plan) {
  std::string out;
  for (const BulkRow& each : plan.rows) out += each.state == BulkState::fits ? '1' : '0';
  return out;
}
Result<Settled> settle_lines(App& app, const BulkRequestAsk& ask) {
  if (ask.key.empty()) {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    Settled out{.which = {}, .plan = TRY(plan_in(app, *snapshot, ask.lines))};
    out.which = makeable(out.plan);
    return out;
  }
  Settled out;
  const WriteRequest words{ask.key, canonical(ask)};
  const Committed committed = TRY(write(app.store, words, [&](Snapshot& snapshot) -> Result<Changes> {
    out.plan = TRY(plan_in(app, snapshot, ask.lines));
    out.which = makeable(out.plan);
    Changes changes{.audit = {.at = out.plan.now, .actor = app.actor, .action = "request.bulk"}};
    changes.audit.after = fmt::format("{} lines, {} to be made", out.plan.rows.size(), out.plan.makeable);
    changes.idempotency = IdempotencyRecord{words.key, words.request, out.which};
    return changes;
  }));
  if (committed.replayed) out = {.which = committed.answer, .plan = {}};
  if (out.which.size() != ask.lines.size()) return fail(Code::key_reused, "this key was used for something else; choose a new one");
  return out;
}

// What is left out of a call that is made again, beside what was made meanwhile.
Result<std::vector<BulkRow>> left_out_again(App& app, const BulkRequestAsk& ask, const std::string& which) {
  std::vector<BulkLineAsk> rest;
  for (std::size_t i = 0; i < which.size(); ++i)
    if (which[i] == '0') rest.push_back(ask.lines[i]);
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::vector<BulkRow> rows = TRY(plan_in(app, *snapshot, rest)).rows;
  for (BulkRow& each : rows) {
    if (each.state != BulkState::fits) continue;
    // It would fit by now. This call settled without it; another one may make it.
    each.state = BulkState::failed;
    each.taken = 0;
    each.problem = Error{Code::refused, "it did not fit when this was first asked, and would now; ask for it anew"};
  }
  return rows;
}

Result<void> look_at_made(App& app, BulkRow& row) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  row.customer = TRY(snapshot->customer(row.made->customer));
  std::optional<Reservation> reservation = TRY(snapshot->reservation(row.ask.reservation));
  if (reservation) row.reservation = on_day(*std::move(reservation), day_of(row.made->created));
  return {};
}

}  // namespace

Result<BulkPlan> plan_requests(App& app, const BulkRequestAsk& ask) {
  TRY(check_lines(ask));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  return plan_in(app, *snapshot, ask.lines, ask.fit);
}

Result<BulkMade> request_many(App& app, const BulkRequestAsk& ask) {
  TRY(check_lines(ask));
  const Settled settled = TRY(settle_lines(app, ask));
  const bool again = settled.plan.rows.empty();

  BulkMade out;
  for (std::size_t i = 0; i < ask.lines.size(); ++i) {
    BulkRow row = again ? BulkRow{.ask = ask.lines[i]} : settled.plan.rows[i];
    if (settled.which[i] == '1') {
      Result<Request> made = make_one(app, ask, ask.lines[i]);
      if (!made && (!of_one_line(made.error().code) || (out.made == 0 && is_the_contact(made.error()))))
        return std::unexpected(made.error());
      if (made) {
        row.made = *std::move(made);
        row.state = BulkState::made;
        ++out.made;
        if (again) TRY(look_at_made(app, row));
      } else {
        row.problem = made.error();
        row.state = BulkState::failed;
        row.taken = 0;
        ++out.failed;
      }
    }
    out.plan.rows.push_back(std::move(row));
  }
  if (again) {
    const std::vector<BulkRow> rest = TRY(left_out_again(app, ask, settled.which));
    std::size_t next = 0;
    for (std::size_t i = 0; i < out.plan.rows.size(); ++i)
      if (settled.which[i] == '0') out.plan.rows[i] = rest[next++];
  }
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Moment moment = TRY(load_moment(app, *snapshot));
  const Governing governing = TRY(governing_pack(moment.desk, app.packs, day_of(moment.now)));
  out.plan.now = moment.now;
  out.plan.policy = governing.pack->id;
  out.plan.meter = TRY(binding_meter(*governing.pack, governing.meter));
  for (BulkRow& each : out.plan.rows)
    if (each.made && each.made->quoted)
      each.taken =
          out.plan.meter == policy::Meter::refund ? each.made->quoted->pricing_refund.minor : each.made->quoted->pricing_cancelled.minor;
  Planner planner(app, *snapshot);
  TRY(sum_up(out.plan, planner, *governing.pack));
  return out;
}

}  // namespace prorata
