#include "app/settlement_desk.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/match_invoices.h"
#include "app/settle.h"
#include "app/settlement_profile.h"
#include "app/usage_months.h"

namespace prorata {
namespace {

// Whose cases the one who asks may see: all of the desk, those of one customer, or the part of the desk that they are limited to.
class Sight {
 public:
  static Result<Sight> of(App& app, Snapshot& snapshot, const std::optional<CustomerId>& customer) {
    Sight sight(app, snapshot);
    if (customer) {
      const std::optional<Customer> one = TRY(snapshot.customer(*customer));
      if (!one) return fail(Code::not_found, fmt::format("customer {} is not in this desk", customer->text()));
      TRY(authorize(app, access::Right::settle, target_of(*one), access::Access::read));
      return sight;
    }
    const bool limited = app.acting != nullptr && (app.acting->principal.reseller || app.acting->principal.customer);
    if (!limited) TRY(authorize(app, access::Right::settle, target_of_desk(), access::Access::read));
    sight.part_ = limited;
    return sight;
  }

  bool whole() const { return !part_; }

  Result<bool> sees(const std::optional<CustomerId>& id) {
    if (!part_) return true;
    if (!id) return false;
    const std::optional<Customer>& customer = *TRY(customer_of(*id));
    return customer && allowed(*app_, access::Right::settle, target_of(*customer), access::Access::read);
  }

  Result<const std::optional<Customer>*> customer_of(const CustomerId& id) {
    auto known = customers_.find(id);
    if (known == customers_.end()) known = customers_.emplace(id, TRY(snapshot_->customer(id))).first;
    return &known->second;
  }

 private:
  Sight(App& app, Snapshot& snapshot) : app_(&app), snapshot_(&snapshot) {}
  App* app_;
  Snapshot* snapshot_;
  bool part_ = false;
  std::unordered_map<CustomerId, std::optional<Customer>> customers_;
};

// What the state of a case rests on.
struct Facts {
  Snapshot& snapshot;
  SettlementProfile profile;
  Day today;
  std::optional<std::map<ReturnId, CreditMatch>> matches;  // absent: asked for one by one

  Result<std::optional<CreditMatch>> match_of(const ReturnId& id) {
    if (!matches) return snapshot.credit_match(id);
    const auto found = matches->find(id);
    return found == matches->end() ? std::optional<CreditMatch>() : std::optional(found->second);
  }
};

bool has_arrived(const SettlementCase& each) { return each.match && each.match->state == CreditState::arrived; }

// The lines that a match names, of the revision that counts.
Result<void> find_lines(Snapshot& snapshot, SettlementCase& each) {
  if (!each.match) return {};
  if (!each.match->line.empty())
    if (std::optional<InvoiceLine> line = TRY(snapshot.invoice_line(each.match->line))) each.lines.push_back(*std::move(line));
  for (const std::string& name : each.match->lines)
    if (Result<InvoiceLine> line = line_named(snapshot, name)) each.lines.push_back(*std::move(line));
  return {};
}

CaseState state_of_arrived(const SettlementCase& each) {
  if (each.lines.empty()) return CaseState::matched;  // an invoice was named by hand
  const InvoiceLine& line = each.lines.front();
  if (line.amount.currency != each.returned->refund.currency) return CaseState::other_currency;
  if (each.match->difference && !each.match->difference->is_zero()) return CaseState::off;
  return month_of(line.from) == month_of(day_of(each.at)) ? CaseState::matched : CaseState::other_month;
}

Result<CaseState> state_of(Facts& facts, const SettlementCase& each) {
  if (each.returned->refund.is_zero()) return CaseState::matched;  // nothing is to come
  if (!each.match) {
    if (TRY(credit_was_booked(facts.snapshot, each.returned->id))) return CaseState::matched;
    return each.missing_from <= facts.today ? CaseState::missing : CaseState::waiting;
  }
  switch (each.match->state) {
    case CreditState::arrived: return state_of_arrived(each);
    case CreditState::different: return CaseState::off;
    case CreditState::ambiguous: return CaseState::ambiguous;
    case CreditState::missing: return CaseState::missing;
    case CreditState::expected: break;
  }
  return each.missing_from <= facts.today ? CaseState::missing : CaseState::waiting;
}

bool credit_is_here(const SettlementCase& each) {
  const bool by_state = each.state == CaseState::matched || each.state == CaseState::other_month || each.state == CaseState::other_currency;
  return by_state || has_arrived(each);
}

Result<SettlementCase> case_of(Facts& facts, ReturnState state) {
  SettlementCase out{.id = state.returned.id.text(), .at = state.returned.at, .owed = owed_for(state.returned)};
  const auto missing_days = static_cast<std::int32_t>(std::min<std::int64_t>(facts.profile.missing_days, 36'500));
  out.missing_from = add_days(day_of(state.returned.at), missing_days);
  out.match = TRY(facts.match_of(state.returned.id));
  out.settlement = std::move(state.settlement);
  out.returned = std::move(state.returned);
  TRY(find_lines(facts.snapshot, out));
  out.state = TRY(state_of(facts, out));
  if (const std::optional<ReturnNote> on = TRY(facts.snapshot.return_note(out.returned->id))) out.note = on->note;
  out.open = !credit_is_here(out) || (!out.settlement && !out.owed.is_zero());
  return out;
}

SettlementCase case_of(InvoiceLine line) {
  SettlementCase out{.id = line_name(line),
                     .state = CaseState::unrequested,
                     .at = start_of(line.from),
                     .missing_from = line.from,
                     .owed = Money::zero(line.amount.currency)};
  out.lines.push_back(std::move(line));
  return out;
}

Result<std::vector<ReturnState>> returns_asked(Snapshot& snapshot, const SettlementAsk& ask) {
  if (!ask.month) return snapshot.returns(ask.customer, false);
  std::vector<ReturnState> out;
  const Instant before_it{start_of(*ask.month).ticks - 1};
  const Instant its_end{start_of(add_months(*ask.month, 1)).ticks - 1};
  for (const ReturnRecord& each : TRY(snapshot.returns_between(before_it, its_end))) {
    if (ask.customer && each.customer != *ask.customer) continue;
    if (std::optional<ReturnState> state = TRY(snapshot.returned(each.id))) out.push_back(*std::move(state));
  }
  return out;
}

// Credits of reservations that nothing was found for.
Result<void> add_unrequested(Snapshot& snapshot, const SettlementAsk& ask, std::vector<SettlementCase>& cases) {
  for (const Invoice& invoice : TRY(snapshot.invoices())) {
    const bool elsewhere =
        ask.month && (!invoice.from || !invoice.until || *invoice.until < *ask.month || add_months(*ask.month, 1) <= *invoice.from);
    if (invoice.revision == 0 || elsewhere) continue;
    InvoiceLineQuery query{.invoice = invoice.number, .revision = invoice.revision, .state = LineState::unexpected};
    do {
      Page<InvoiceLine> page = TRY(snapshot.invoice_lines(query));
      for (InvoiceLine& line : page.items) {
        const bool wanted = line.amount.is_negative() && (!ask.month || month_of(line.from) == *ask.month) &&
                            (!ask.customer || line.customer == ask.customer);
        if (wanted) cases.push_back(case_of(std::move(line)));
      }
      query.after = page.next;
    } while (!query.after.empty());
  }
  return {};
}

SettlementSums& sums_in(std::vector<SettlementSums>& sums, Currency currency) {
  for (SettlementSums& each : sums)
    if (each.currency == currency) return each;
  const Money zero = Money::zero(currency);
  return sums.emplace_back(SettlementSums{currency, zero, zero, zero, zero, zero});
}

void add_up(SettlementView& view, const SettlementCase& each) {
  ++view.counts[each.state];
  if (!each.returned) return;
  SettlementSums& sums = sums_in(view.sums, each.returned->refund.currency);
  sums.expected += each.returned->refund;
  if (credit_is_here(each)) {
    const bool same = each.match && each.match->amount && each.match->amount->currency == sums.currency;
    sums.arrived += same ? -*each.match->amount : each.returned->refund;
  }
  sums.owed += each.owed;
  if (!each.note.empty()) sums.noted += each.owed;
  if (each.settlement) sums.settled += each.settlement->amount;
  if (each.note.empty() && !each.settlement && !each.owed.is_zero()) ++view.to_note;
}

// What was booked, by account. Memory does not grow with the entries.
Result<std::vector<ledger::Balance>> booked_in(Snapshot& snapshot, const SettlementAsk& ask) {
  std::map<std::pair<Currency, ledger::Account>, std::int64_t> booked;
  if (ask.month) {
    const EntryQuery query{.customer = ask.customer, .from = start_of(*ask.month), .until = start_of(add_months(*ask.month, 1))};
    TRY(snapshot.entries(query, [&](const ledger::Entry& entry) {
      for (const ledger::Posting& each : entry.postings()) booked[{entry.head().currency, each.account}] += each.amount_minor;
      return true;
    }));
  } else {
    for (const ledger::Balance& each : TRY(snapshot.balances(ask.customer))) booked[{each.currency, each.account}] += each.amount_minor;
  }
  std::vector<ledger::Balance> out;
  for (const auto& [of, amount] : booked)
    if (amount != 0) out.push_back({.currency = of.first, .account = of.second, .amount_minor = amount});
  return out;
}

// What is shown of a case beside its figures.
Result<void> fill_in(Snapshot& snapshot, Sight& sight, SettlementCase& each) {
  std::optional<CustomerId> customer = each.returned ? std::optional(each.returned->customer) : each.lines.front().customer;
  if (customer) each.customer = *TRY(sight.customer_of(*customer));
  if (!each.returned) return {};
  each.reservation = TRY(snapshot.reservation(each.returned->reservation));
  if (each.state == CaseState::other_month && each.reservation)
    each.in_purchase_month = month_of(each.lines.front().from) == month_of(day_of(each.reservation->purchased));
  const Result<std::int64_t> number = request::parse_number(each.returned->reference);
  if (!number) return {};
  const std::optional<request::Request> request = TRY(snapshot.request_numbered(*number));
  if (!request || request->customer != each.returned->customer) return {};
  each.agreed = AgreedRefund{.request = *number, .refund = each.returned->refund, .as_of = each.at};
  // An exchange was agreed to as a whole; a refund with its own figures.
  if (request->quoted && each.returned->exchange.empty()) {
    each.agreed->refund = request->quoted->refund;
    each.agreed->as_of = request->quoted->as_of;
  }
  return {};
}

}  // namespace

Result<SettlementView> settlement_view(App& app, const SettlementAsk& ask) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Sight sight = TRY(Sight::of(app, *snapshot, ask.customer));
  const Moment moment = TRY(load_moment(app, *snapshot));
  Facts facts{*snapshot, TRY(load_profile(*snapshot)), day_of(moment.now), std::nullopt};
  if (!ask.month) {
    facts.matches.emplace();
    for (CreditMatch& each : TRY(snapshot->credit_matches(ask.customer))) facts.matches->emplace(each.returned, std::move(each));
  }

  std::vector<SettlementCase> cases;
  for (ReturnState& state : TRY(returns_asked(*snapshot, ask))) {
    const bool nothing = state.returned.refund.is_zero() && owed_for(state.returned).is_zero();
    if (nothing || !TRY(sight.sees(state.returned.customer))) continue;
    SettlementCase each = TRY(case_of(facts, std::move(state)));
    if (ask.month || each.open || each.id == ask.only) cases.push_back(std::move(each));
  }
  std::vector<SettlementCase> lines;
  TRY(add_unrequested(*snapshot, ask, lines));
  for (SettlementCase& each : lines)
    if (TRY(sight.sees(each.lines.front().customer))) cases.push_back(std::move(each));
  std::ranges::sort(cases, {}, [](const SettlementCase& each) { return std::pair(each.at, each.id); });

  SettlementView view{.now = moment.now, .whole = sight.whole()};
  for (SettlementCase& each : cases) {
    add_up(view, each);
    const bool wanted = (!ask.state || each.state == *ask.state) && (ask.only.empty() || each.id == ask.only);
    if (!wanted) continue;
    const auto place = static_cast<std::size_t>(view.total++);
    if (place >= ask.offset && place < ask.offset + ask.limit) view.cases.push_back(std::move(each));
  }
  for (SettlementCase& each : view.cases) TRY(fill_in(*snapshot, sight, each));
  if (view.whole) view.ledger = TRY(booked_in(*snapshot, ask));
  return view;
}

}  // namespace prorata
