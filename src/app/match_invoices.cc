#include "app/match_invoices.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/event_body.h"
#include "app/settlement_profile.h"
#include "app/shared.h"
#include "app/write.h"
#include "books/books.h"
#include "books/matching.h"

namespace prorata {
namespace {

constexpr std::size_t kLinesAtOnce = 1000;
constexpr std::size_t kCustomersAtOnce = 500;

books::Tolerance tolerance_of(const SettlementProfile& profile) {
  return {.minor = profile.tolerance_minor, .across = profile.tolerance_across};
}

Day missing_from(const ReturnRecord& record, const SettlementProfile& profile) {
  return add_days(day_of(record.at), static_cast<std::int32_t>(std::min<std::int64_t>(profile.missing_days, 36'500)));
}

// A return that still waits for its credit; one that has it from an older revision of this invoice is looked for again, so that it follows
// its line.
struct Waiting {
  ReturnRecord record;
  std::optional<CreditMatch> match;
  bool found_before = false;
};

// What one batch of lines is compared with, read when it is first asked for.
class Facts {
 public:
  Facts(Snapshot& snapshot, const Invoice& invoice) : snapshot_(snapshot), invoice_(invoice) {}

  Result<const std::vector<ExchangeRate>*> rates() {
    if (!rates_) rates_ = TRY(snapshot_.rates());
    return &*rates_;
  }

  Result<std::vector<Waiting>> waiting(const InvoiceLine& line) {
    std::set<CustomerId> customers;
    if (line.customer) customers.insert(*line.customer);
    if (line.order)
      if (const std::optional<Order> order = TRY(snapshot_.order(*line.order))) customers.insert(order->customer);  // it may have moved
    std::vector<Waiting> out;
    for (const CustomerId& customer : customers)
      for (const ReturnRecord& record : *TRY(returns_of(customer))) {
        const bool wanted = (!line.order || record.order == *line.order) && !record.refund.is_zero();
        if (!wanted) continue;
        if (std::optional<Waiting> each = TRY(as_waiting(record))) out.push_back(*std::move(each));
      }
    return out;
  }

  // What was charged for the reservations of an order within the months of the invoice.
  Result<std::vector<books::ExpectedCharge>> charges(const OrderId& order) {
    std::vector<books::ExpectedCharge> out;
    for (const Reservation& reservation : TRY(snapshot_.reservations_of(order)))
      for (const auto& [of, day, amount] : *TRY(charges_of(reservation.customer)))
        if (of == reservation.id.text()) out.push_back({order, day, amount});
    return out;
  }

 private:
  struct Charged {
    std::string reservation;
    Day day;
    Money amount;
  };

  // Lines come by customer, so the last one is nearly always the right one.
  Result<const std::vector<ReturnRecord>*> returns_of(const CustomerId& customer) {
    if (!returns_ || returns_->first != customer) {
      std::vector<ReturnRecord> records;
      for (ReturnState& each : TRY(snapshot_.returns(customer, false))) records.push_back(std::move(each.returned));
      returns_ = std::pair(customer, std::move(records));
    }
    return &returns_->second;
  }

  Result<std::optional<Waiting>> as_waiting(const ReturnRecord& record) {
    Waiting out{.record = record, .match = TRY(snapshot_.credit_match(record.id))};
    const bool arrived = out.match && out.match->state == CreditState::arrived;
    if (!arrived) {
      if (!out.match && TRY(credit_was_booked(snapshot_, record.id))) return std::optional<Waiting>();
      return std::optional(std::move(out));
    }
    const std::string now = fmt::format("{}/{:06}/", invoice_key(invoice_.number), invoice_.revision);
    out.found_before = !out.match->line.empty() && out.match->invoice == invoice_.number && !out.match->line.starts_with(now);
    return out.found_before ? std::optional(std::move(out)) : std::nullopt;
  }

  Result<const std::vector<Charged>*> charges_of(const CustomerId& customer) {
    if (!charges_ || charges_->first != customer) {
      std::vector<Charged> charged;
      const EntryQuery query{.customer = customer,
                             .from = start_of(first_of_month(*invoice_.from)),
                             .until = start_of(add_months(first_of_month(*invoice_.until), 1))};
      TRY(snapshot_.entries(query, [&](const ledger::Entry& entry) {
        for (const ledger::Posting& posting : entry.postings())
          if (posting.account == ledger::Account::provider_payable && posting.amount_minor < 0)
            charged.push_back({entry.head().reservation, day_of(entry.head().at), Money{-posting.amount_minor, entry.head().currency}});
        return true;
      }));
      charges_ = std::pair(customer, std::move(charged));
    }
    return &charges_->second;
  }

  static Day first_of_month(Day day) { return *parse_day(to_string(day).substr(0, 8) + "01"); }

  Snapshot& snapshot_;
  const Invoice& invoice_;
  std::optional<std::vector<ExchangeRate>> rates_;
  std::optional<std::pair<CustomerId, std::vector<ReturnRecord>>> returns_;
  std::optional<std::pair<CustomerId, std::vector<Charged>>> charges_;
};

LineState state_of(books::Verdict verdict) {
  switch (verdict) {
    case books::Verdict::matched: return LineState::matched;
    case books::Verdict::different: return LineState::different;
    case books::Verdict::ambiguous: return LineState::ambiguous;
    case books::Verdict::unexpected: return LineState::unexpected;
  }
  return LineState::open;
}

void count(MatchCounts& counts, LineState state) {
  ++counts.looked_at;
  counts.matched += state == LineState::matched ? 1 : 0;
  counts.different += state == LineState::different ? 1 : 0;
  counts.ambiguous += state == LineState::ambiguous ? 1 : 0;
  counts.unexpected += state == LineState::unexpected ? 1 : 0;
}

std::vector<ledger::Entry> credit_entries(App& app, const ReturnRecord& record, const InvoiceLine& line, Money came, Money expected,
                                          Instant now) {
  const books::Event event{.at = now,
                           .customer = record.customer,
                           .group = record.id.text(),
                           .reservation = record.reservation.text(),
                           .memo = fmt::format("provider credit on invoice {}, line {}", line.invoice, line.number),
                           .reference = line.invoice};
  return books::write_provider_credit(event, came, expected, books::ProviderCreditTo::provider_payable, entry_ids(app));
}

// What is booked of a line: what came, where it is of the return's currency; else what was expected, for the books of a customer are kept
// in the currency in which it is billed.
Money booked_for(const ReturnRecord& record, Money came) { return came.currency == record.refund.currency ? came : record.refund; }

// One run over some lines: what has to change, gathered for one commit.
class Round {
 public:
  Round(App& app, Snapshot& snapshot, const Invoice& invoice, const SettlementProfile& profile, Instant now)
      : app_(app), facts_(snapshot, invoice), tolerance_(tolerance_of(profile)), now_(now) {}

  // Lines of one key.
  Result<void> take(std::span<const InvoiceLine> lines) {
    std::vector<InvoiceLine> credits;
    std::vector<InvoiceLine> charged;
    for (const InvoiceLine& line : lines) {
      if (line.state == LineState::other) continue;
      if (line.state == LineState::matched && line.amount.is_negative()) {
        count(counts_, line.state);
        continue;
      }
      (line.amount.is_negative() ? credits : charged).push_back(line);
    }
    if (!credits.empty()) TRY(take_credits(credits));
    if (!charged.empty()) TRY(take_charges(charged));
    return {};
  }

  const MatchCounts& counts() const { return counts_; }
  Changes changes() && { return std::move(changes_); }

 private:
  Result<void> take_credits(std::vector<InvoiceLine>& lines) {
    std::vector<Waiting> waiting = TRY(facts_.waiting(lines.front()));
    std::vector<books::ExpectedCredit> expected;
    for (const Waiting& each : waiting) {
      const bool follow = each.found_before && each.match->amount && each.match->amount->currency == each.record.refund.currency;
      expected.push_back({each.record.id, each.record.customer, each.record.order, each.record.quantity,
                          follow ? -*each.match->amount : each.record.refund});
    }
    std::vector<books::CreditLine> came;
    for (const InvoiceLine& line : lines) came.push_back({line.order, line.customer, line.quantity, -line.amount, line.from});
    const books::CreditMatches found = books::match_credits(expected, came, *TRY(facts_.rates()), tolerance_);

    for (std::size_t i = 0; i < lines.size(); ++i) {
      InvoiceLine after = lines[i];
      const books::LineMatch& match = found.lines[i];
      after.state = state_of(match.verdict);
      after.difference = match.difference;
      after.about.clear();
      for (const std::size_t each : match.expected) after.about.push_back(waiting[each].record.id.text());
      put(lines[i], after);
      if (match.verdict == books::Verdict::matched) arrive(waiting[match.expected.front()], after);
    }
    for (std::size_t i = 0; i < waiting.size(); ++i) TRY(note_open(waiting[i], found, i, lines));
    return {};
  }

  // The credit of a return stands on this line.
  void arrive(const Waiting& waiting, const InvoiceLine& line) {
    CreditMatch match = waiting.match.value_or(CreditMatch{.returned = waiting.record.id, .customer = waiting.record.customer});
    match.state = CreditState::arrived;
    match.invoice = line.invoice;
    match.line = invoice_line_id(line);
    match.lines.clear();
    match.amount = line.amount;
    match.difference = line.difference;
    match.at = now_;
    match.actor = app_.actor;
    if (!waiting.found_before) {
      const Money came = booked_for(waiting.record, -line.amount);
      std::ranges::move(credit_entries(app_, waiting.record, line, came, waiting.record.refund, now_),
                        std::back_inserter(changes_.entries));
      changes_.outbox.push_back(credit_word("credit.matched", waiting.record, match, came));
      ++counts_.booked;
    }
    changes_.credit_matches.push_back(std::move(match));
  }

  // A credit that is on no line for certain: different or ambiguous, told once.
  Result<void> note_open(const Waiting& waiting, const books::CreditMatches& found, std::size_t i, std::span<const InvoiceLine> lines) {
    if (waiting.found_before || found.of_expected[i].empty()) return {};
    const books::LineMatch& first = found.lines[found.of_expected[i].front()];
    if (first.verdict == books::Verdict::matched) return {};
    CreditMatch match = waiting.match.value_or(CreditMatch{.returned = waiting.record.id, .customer = waiting.record.customer});
    const CreditMatch before = match;
    const bool different = first.verdict == books::Verdict::different;
    const InvoiceLine& line = lines[found.of_expected[i].front()];
    match.state = different ? CreditState::different : CreditState::ambiguous;
    match.invoice = line.invoice;
    match.line = different ? invoice_line_id(line) : "";
    match.lines.clear();
    if (!different)
      for (const std::size_t each : found.of_expected[i]) match.lines.push_back(line_name(lines[each]));
    match.amount = different ? std::optional(line.amount) : std::nullopt;
    match.difference = different ? first.difference : std::nullopt;
    if (match == before) return {};
    match.at = now_;
    match.actor = app_.actor;
    if (different) changes_.outbox.push_back(credit_word("credit.different", waiting.record, match, -line.amount));
    changes_.credit_matches.push_back(std::move(match));
    return {};
  }

  Result<void> take_charges(const std::vector<InvoiceLine>& lines) {
    std::vector<books::ChargeLine> came;
    for (const InvoiceLine& line : lines) came.push_back({*line.order, line.from, line.amount});
    const std::vector<books::ExpectedCharge> expected = TRY(facts_.charges(*lines.front().order));
    const std::vector<books::LineMatch> found = books::match_charges(expected, came, *TRY(facts_.rates()), tolerance_);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      InvoiceLine after = lines[i];
      after.state = state_of(found[i].verdict);
      after.difference = found[i].difference;
      put(lines[i], after);
    }
    return {};
  }

  void put(const InvoiceLine& before, const InvoiceLine& after) {
    count(counts_, after.state);
    if (!(before == after)) changes_.invoice_lines.push_back(after);
  }

  App& app_;
  Facts facts_;
  books::Tolerance tolerance_;
  Instant now_;
  MatchCounts counts_;
  Changes changes_;
};

// Neither found nor told to be missing.
bool is_on_no_line(const std::optional<CreditMatch>& match) { return !match || match->state == CreditState::expected; }

// The others that the line could have been of wait for another one.
Result<void> free_others(Snapshot& snapshot, const InvoiceLine& line, const ReturnId& taken, Changes& changes) {
  for (const std::string& about : line.about) {
    std::optional<CreditMatch> match = about == taken.text() ? std::nullopt : TRY(snapshot.credit_match(ReturnId::trusted(about)));
    if (!match || match->state != CreditState::ambiguous) continue;
    std::erase(match->lines, line_name(line));
    if (match->lines.empty()) {
      match->state = CreditState::expected;
      match->invoice.clear();
    }
    changes.credit_matches.push_back(*std::move(match));
  }
  return {};
}

bool is_empty(const Changes& changes) { return changes.invoice_lines.empty() && changes.credit_matches.empty(); }

void add(MatchCounts& sum, const MatchCounts& more) {
  sum.looked_at += more.looked_at;
  sum.matched += more.matched;
  sum.different += more.different;
  sum.ambiguous += more.ambiguous;
  sum.unexpected += more.unexpected;
  sum.booked += more.booked;
}

Result<Invoice> load_invoice(Snapshot& snapshot, const std::string& number) {
  std::optional<Invoice> invoice = TRY(snapshot.invoice(number));
  if (!invoice || invoice->revision == 0)
    return fail(Code::not_found,
                fmt::format("invoice {} is not in this desk; 'prorata invoice list' shows what is, 'prorata invoice import' "
                            "takes one in",
                            number));
  return *invoice;
}

// The lines after a key, up to the end of another: lines of one key are never parted.
struct Batch {
  std::vector<InvoiceLine> lines;
  bool more = false;
};
Result<Batch> read_batch(Snapshot& snapshot, const Invoice& invoice, const std::string& after_key) {
  InvoiceLineQuery query{.invoice = invoice.number,
                         .revision = invoice.revision,
                         .by = InvoiceLineQuery::By::match_key,
                         .after_key = after_key,
                         .limit = kLinesAtOnce};
  while (true) {
    Page<InvoiceLine> page = TRY(snapshot.invoice_lines(query));
    if (page.next.empty()) return Batch{std::move(page.items), false};
    const std::string last = match_key(page.items.back());
    if (match_key(page.items.front()) == last) {  // more lines of one key than were asked for
      query.limit *= 2;
      continue;
    }
    std::erase_if(page.items, [&](const InvoiceLine& line) { return match_key(line) == last; });
    return Batch{std::move(page.items), true};
  }
}

// As write(), for what may find that nothing is to be done: then nothing is written, not even to the log.
Result<void> write_if_changed(Store& store, const std::function<Result<std::optional<Changes>>(Snapshot&)>& decide) {
  for (int attempt = 0; attempt < kWriteAttempts; ++attempt) {
    std::unique_ptr<Snapshot> snapshot = TRY(store.snapshot());
    std::optional<Changes> changes = TRY(decide(*snapshot));
    if (!changes) return {};
    snapshot.reset();
    const Result<Committed> committed = store.commit(*std::move(changes));
    if (committed) return {};
    if (committed.error().code != Code::conflict) return std::unexpected(committed.error());
  }
  return fail(Code::conflict, "others kept changing what is matched here; run it again");
}

struct RoundDone {
  MatchCounts counts;
  std::string after_key;
  bool more = false;
  bool changed = false;
};

// Everything about one batch from one snapshot. `done` is what it came to.
Result<Changes> decide_round(App& app, Snapshot& snapshot, const std::string& number, const std::string& after_key, RoundDone& done) {
  const Moment moment = TRY(load_moment(app, snapshot));
  Invoice invoice = TRY(load_invoice(snapshot, number));
  const SettlementProfile profile = TRY(load_profile(snapshot));
  const Batch batch = TRY(read_batch(snapshot, invoice, after_key));

  Round round(app, snapshot, invoice, profile, moment.now);
  for (std::size_t i = 0; i < batch.lines.size();) {
    const std::string key = match_key(batch.lines[i]);
    std::size_t end = i;
    while (end < batch.lines.size() && match_key(batch.lines[end]) == key) ++end;
    TRY(round.take(std::span(batch.lines).subspan(i, end - i)));
    i = end;
  }
  done = {.counts = round.counts(), .more = batch.more};
  if (!batch.lines.empty()) done.after_key = match_key(batch.lines.back());
  Changes changes = std::move(round).changes();
  done.changed = !is_empty(changes);
  changes.audit = {.at = moment.now,
                   .actor = app.actor,
                   .action = "invoice.match",
                   .subject = invoice.number,
                   .after = fmt::format("{} lines, {} credits booked", changes.invoice_lines.size(), done.counts.booked)};
  changes.invoices.push_back(std::move(invoice));  // its version keeps two runs, or a run and an import, from crossing
  return changes;
}

}  // namespace

std::string line_name(const InvoiceLine& line) { return fmt::format("{}/{}", line.invoice, line.number); }

Result<InvoiceLine> line_named(Snapshot& snapshot, const std::string& name) {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string::npos)
    return fail(Code::invalid_argument, fmt::format("'{}' is not a line; say INVOICE/NUMBER, as 'prorata invoice show' prints it", name));
  const std::int64_t number = TRY(parse_integer(name.substr(slash + 1), 1, 99'999'999, "the number of a line"));
  const Invoice invoice = TRY(load_invoice(snapshot, name.substr(0, slash)));
  std::optional<InvoiceLine> line =
      TRY(snapshot.invoice_line(invoice_line_id({.invoice = invoice.number, .revision = invoice.revision, .number = number})));
  if (!line) return fail(Code::not_found, fmt::format("invoice {} has {} lines, and no line {}", invoice.number, invoice.lines, number));
  return *line;
}

OutboxItem credit_word(std::string kind, const ReturnRecord& record, const CreditMatch& match, Money amount) {
  return {std::move(kind), EventBody()
                               .text("return", record.id.text())
                               .text("customer", record.customer.text())
                               .text("invoice", match.invoice)
                               .amount("amount", amount)
                               .text("currency", amount.currency.code())
                               .text("at", to_string(match.at))
                               .take()};
}

Result<bool> credit_was_booked(Snapshot& snapshot, const ReturnId& id) { return TRY(snapshot.answered("credit " + id.text())).has_value(); }

Result<MatchCounts> match_invoice(App& app, const std::string& number) {
  TRY(authorize(app, access::Right::settle, target_of_desk()));
  MatchCounts counts;
  std::string after_key;
  while (true) {
    RoundDone done;
    TRY(write_if_changed(app.store, [&](Snapshot& snapshot) -> Result<std::optional<Changes>> {
      Changes changes = TRY(decide_round(app, snapshot, number, after_key, done));
      return done.changed ? std::optional(std::move(changes)) : std::nullopt;
    }));
    add(counts, done.counts);
    if (!done.more) return counts;
    after_key = done.after_key;
  }
}

namespace {

// The credits of a customer that are missing from today on; absent where none is.
Result<std::optional<Changes>> decide_missing(App& app, Snapshot& snapshot, const CustomerId& customer) {
  const Moment moment = TRY(load_moment(app, snapshot));
  const SettlementProfile profile = TRY(load_profile(snapshot));
  Changes changes;
  for (const ReturnState& state : TRY(snapshot.returns(customer, false))) {
    const ReturnRecord& record = state.returned;
    const bool late = !record.refund.is_zero() && missing_from(record, profile) <= day_of(moment.now);
    if (!late) continue;
    const std::optional<CreditMatch> before = TRY(snapshot.credit_match(record.id));
    if (!is_on_no_line(before) || (!before && TRY(credit_was_booked(snapshot, record.id)))) continue;
    CreditMatch match = before.value_or(CreditMatch{.returned = record.id, .customer = record.customer});
    match.state = CreditState::missing;
    match.at = moment.now;
    match.actor = app.actor;
    changes.outbox.push_back(credit_word("credit.missing", record, match, record.refund));
    changes.credit_matches.push_back(std::move(match));
  }
  if (changes.credit_matches.empty()) return std::optional<Changes>();
  changes.audit = {.at = moment.now,
                   .actor = app.actor,
                   .action = "credit.missing",
                   .customer = customer.text(),
                   .subject = customer.text(),
                   .after = fmt::format("{} credits missing", changes.credit_matches.size())};
  return std::optional(std::move(changes));
}

}  // namespace

Result<std::int64_t> note_missing(App& app) {
  TRY(authorize(app, access::Right::settle, target_of_desk()));
  std::int64_t noted = 0;
  CustomerQuery query{.limit = kCustomersAtOnce};
  while (true) {
    const Page<Customer> page = TRY(TRY(app.store.snapshot())->customers(query));
    for (const Customer& customer : page.items) {
      std::size_t of_customer = 0;
      TRY(write_if_changed(app.store, [&](Snapshot& snapshot) -> Result<std::optional<Changes>> {
        std::optional<Changes> changes = TRY(decide_missing(app, snapshot, customer.id));
        of_customer = changes ? changes->credit_matches.size() : 0;
        return changes;
      }));
      noted += static_cast<std::int64_t>(of_customer);
    }
    if (page.next.empty()) return noted;
    query.after = page.next;
  }
}

namespace {

enum class Only { where_said, where_known };

// What was said before of a line and a return; absent where it was not.
Result<std::optional<Assigned>> as_it_stands(App& app, const AssignLineAsk& ask, Only only) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const std::optional<ReturnState> state = TRY(snapshot->returned(ask.returned));
  const std::optional<Customer> customer = state ? TRY(snapshot->customer(state->returned.customer)) : std::optional<Customer>();
  // Asked before the line is looked for: who may not settle is not told which invoices there are.
  TRY(authorize(app, access::Right::settle, customer ? target_of(*customer) : target_of_desk()));
  if (!customer) return std::optional<Assigned>();
  const InvoiceLine line = TRY(line_named(*snapshot, ask.line));
  const bool said = line.state == LineState::matched && line.about == std::vector{ask.returned.text()};
  if (!said && only == Only::where_said) return std::optional<Assigned>();
  return std::optional(Assigned{line, state->returned, booked_for(state->returned, -line.amount), line.difference});
}

}  // namespace

Result<Assigned> assign_line(App& app, const AssignLineAsk& ask) {
  Assigned assigned;
  const auto decide = [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    InvoiceLine line = TRY(line_named(snapshot, ask.line));
    const std::optional<ReturnState> state = TRY(snapshot.returned(ask.returned));
    if (!state)
      return fail(Code::not_found,
                  fmt::format("return {} is not in this desk; 'prorata credits list' shows the open ones", ask.returned.text()));
    const ReturnRecord& record = state->returned;
    const std::optional<Customer> customer = TRY(snapshot.customer(record.customer));
    if (customer) TRY(authorize(app, access::Right::settle, target_of(*customer)));
    const std::optional<CreditMatch> before = TRY(snapshot.credit_match(record.id));
    const Invoice invoice = TRY(load_invoice(snapshot, line.invoice));

    if (!line.amount.is_negative())
      return fail(Code::refused, fmt::format("line {} is a charge; only a credit can be of a return", line_name(line)));
    if (line.state == LineState::matched)
      return fail(Code::refused, fmt::format("line {} is of return {} already", line_name(line), line.about.front()));
    if (line.customer && *line.customer != record.customer)
      return fail(Code::refused, fmt::format("line {} is of customer {}, and the return of {}", line_name(line), line.customer->text(),
                                             record.customer.text()));
    const bool arrived = before && before->state == CreditState::arrived;
    const bool corrected = arrived && before->invoice == line.invoice && before->line != invoice_line_id(line) &&
                           !before->line.starts_with(fmt::format("{}/{:06}/", invoice_key(line.invoice), line.revision));
    if ((arrived && !corrected) || (!before && TRY(credit_was_booked(snapshot, record.id))))
      return fail(Code::refused, fmt::format("the credit of return {} has arrived already{}", record.id.text(),
                                             arrived ? " on invoice " + before->invoice : std::string()));
    const std::vector<ExchangeRate> rates = TRY(snapshot.rates());
    const std::optional<Money> off = books::difference_of(-line.amount, record.refund, rates, line.from);
    if ((!off || !off->is_zero()) && !ask.accept_difference)
      return fail(Code::invalid_argument, fmt::format("line {} brings {} {} and {} {} were expected; say --accept-difference to take it so",
                                                      line_name(line), to_string(-line.amount), line.amount.currency.code(),
                                                      to_string(record.refund), record.refund.currency.code()));

    const Money came = booked_for(record, -line.amount);
    const Money booked_before = corrected ? booked_for(record, -*before->amount) : Money::zero(came.currency);
    Changes changes;
    TRY(free_others(snapshot, line, record.id, changes));
    line.state = LineState::matched;
    line.about = {record.id.text()};
    line.difference = off;
    CreditMatch match = before.value_or(CreditMatch{.returned = record.id, .customer = record.customer});
    match.state = CreditState::arrived;
    match.invoice = line.invoice;
    match.line = invoice_line_id(line);
    match.lines.clear();
    match.amount = line.amount;
    match.difference = off;
    match.at = moment.now;
    match.actor = app.actor;

    changes.audit = {.at = moment.now,
                     .actor = app.actor,
                     .action = "invoice.assign",
                     .customer = record.customer.text(),
                     .subject = line_name(line),
                     .after = fmt::format("return {}, {} {}", record.id.text(), to_string(came), came.currency.code())};
    // What an older revision brought stands in the books; only what this one brings more or less is added.
    const Money expected = corrected ? Money::zero(came.currency) : record.refund;
    changes.entries = credit_entries(app, record, line, came - booked_before, expected, moment.now);
    changes.outbox.push_back(credit_word("credit.matched", record, match, came));
    changes.credit_matches.push_back(match);
    changes.invoice_lines.push_back(line);
    changes.invoices.push_back(invoice);
    if (!ask.request.key.empty()) changes.idempotency = IdempotencyRecord{ask.request.key, ask.request.request, line_name(line)};
    assigned = {.line = line, .returned = record, .booked = came, .difference = off};
    return changes;
  };

  if (std::optional<Assigned> said = TRY(as_it_stands(app, ask, Only::where_said))) return *std::move(said);
  const Committed committed = TRY(write(app.store, ask.request, decide));
  if (committed.replayed) return *TRY(as_it_stands(app, ask, Only::where_known));
  TRY(match_invoice(app, assigned.line.invoice));  // what was ambiguous because of it may be clear now
  return assigned;
}

Result<std::vector<CreditView>> expected_credits(App& app, const CreditsQuery& query) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const std::optional<Customer> customer = query.customer ? TRY(snapshot->customer(*query.customer)) : std::optional<Customer>();
  TRY(authorize(app, access::Right::settle, customer ? target_of(*customer) : target_of_desk(), access::Access::read));
  const Moment moment = TRY(load_moment(app, *snapshot));
  const SettlementProfile profile = TRY(load_profile(*snapshot));
  std::map<ReturnId, CreditMatch> matches;
  for (CreditMatch& each : TRY(snapshot->credit_matches(query.customer))) matches.emplace(each.returned, std::move(each));

  std::vector<CreditView> out;
  for (ReturnState& state : TRY(snapshot->returns(query.customer, false))) {
    CreditView view{.returned = std::move(state.returned)};
    if (view.returned.refund.is_zero()) continue;
    view.missing_from = missing_from(view.returned, profile);
    const auto match = matches.find(view.returned.id);
    if (match != matches.end()) {
      view.state = match->second.state;
      view.match = match->second;
    } else if (TRY(credit_was_booked(*snapshot, view.returned.id))) {
      view.state = CreditState::arrived;
    }
    if (view.state == CreditState::expected && view.missing_from <= day_of(moment.now)) view.state = CreditState::missing;
    if (query.all || view.state != CreditState::arrived) out.push_back(std::move(view));
  }
  return out;
}

}  // namespace prorata
