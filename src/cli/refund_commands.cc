// refund quote and return, settle, books, audit.
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/quote_refund.h"
#include "app/return_reservation.h"
#include "app/settle.h"
#include "books/balances.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/shared.h"
#include "policy/derivation.h"
#include "wire/books_export.h"
#include "wire/derivation.h"

namespace prorata::cli {
namespace {

std::string joined_refusals(const policy::RefundDecision& d) {
  std::string out;
  for (const policy::Refusal each : in_order(d.amounts.refusals)) (out += out.empty() ? "" : " ") += to_string(each);
  return out;
}

std::string joined_warnings(const policy::RefundDecision& d) {
  std::string out;
  for (const policy::Warning each : in_order(d.amounts.warnings)) (out += out.empty() ? "" : " ") += to_string(each);
  return out;
}

// The figures of one decision, as a record.
Record figures(const Session& session, const RefundQuote& quote) {
  const policy::RefundDecision& d = quote.decision;
  const policy::SideAmounts& b = d.amounts.billing;
  const auto money = [&](std::int64_t minor) { return shown(session, d.billing(minor)); };
  const auto usd = [&](std::int64_t minor) { return shown(session, Money{minor, Currency::usd()}); };
  Record record;
  record.add("Quote", "quote", quote.quote.id.text());
  record.add("Reservation", "reservation", quote.quote.reservation.text());
  record.add("Units", "quantity", fmt::format("{} of {}", d.quantity, d.of_quantity));
  record.add("As of", "as_of", to_string(quote.quote.as_of));
  record.add("Policy", "policy", d.policy);
  record.add("Row", "row", d.row);
  record.add(
      "Days", "days",
      fmt::format("{} since the start; {} of {} left of what is paid", d.facts.elapsed_days, d.facts.left_days, d.facts.period_days));
  record.add("Paid", "paid", money(b.paid));
  record.add("Consumed", "consumed", money(b.consumed));
  record.add("Credit", "credit", money(b.credit));
  record.add("Early termination fee", "fee", money(b.fee));
  if (d.amounts.forfeited != 0) record.add("Forfeited over the allowance", "forfeited", money(d.amounts.forfeited));
  record.add("Refund", "refund", money(b.refund));
  record.add("Refund on the allowance's side", "pricing_refund", usd(d.amounts.pricing.refund));
  record.add("Remaining commitment cancelled", "remaining_commitment", money(b.remaining_commitment));
  record.add("Allowance free before it", "allowance_free", usd(d.amounts.free));
  record.add("Refusals", "refusals", joined_refusals(d));
  record.add("Warnings", "warnings", joined_warnings(d));
  return record;
}

// How the figures came about, numbered. Warnings and refusals are steps too; people read them below, as reasons.
void print_derivation(const Session& session, std::span<const policy::Step> steps) {
  fmt::print("{}\n", heading(swedish(session) ? "Så är det räknat" : "How it is worked out"));
  int number = 0;
  for (const policy::Step& step : steps)
    if (step.result) fmt::print("{:>3}. {}\n", ++number, sentence(step, session.globals().language));
}

void print_reasons(const Session& session, const RefundQuote& quote) {
  const policy::RefundDecision& d = quote.decision;
  const bool sv = swedish(session);
  for (const policy::Refusal each : in_order(d.amounts.refusals)) {
    fmt::print("{}: {}", sv ? "Nekas" : "Refused", sentence(each, sv));
    if (each == policy::Refusal::support_request_required)
      fmt::print(" {}", sv ? "Ange den godkända med --approved." : "Name the approved one with --approved.");
    fmt::print("\n");
  }
  for (const policy::Warning each : in_order(d.amounts.warnings)) fmt::print("{}: {}\n", sv ? "Obs" : "Note", sentence(each, sv));
  if (quote.facts.customer.offer != OfferType::csp) fmt::print("Where to go: {}\n", where_to_go(quote.facts.customer.offer));
  if (!quote.fitting) return;
  const Fitting& fitting = *quote.fitting;
  const std::string from = fitting.whole_from ? to_string(*fitting.whole_from) : "";
  if (sv)
    fmt::print("Ryms nu: {} av {} enheter. {}\n", fitting.quantity_now, d.quantity,
               from.empty() ? "Allt ryms aldrig inom perioden." : fmt::format("Allt ryms från {}.", from));
  else
    fmt::print("Fits now: {} of {} units. {}\n", fitting.quantity_now, d.quantity,
               from.empty() ? "All of it never fits within the term." : fmt::format("All of it fits from {}.", from));
}

void print_other_policies(const Session& session, const RefundQuote& quote) {
  Table table({{"Policy", "policy"},
               {"Row", "row"},
               {"Credit", "credit", Align::right},
               {"Fee", "fee", Align::right},
               {"Refund", "refund", Align::right},
               {"Refusals", "refusals"}});
  const auto add = [&](const policy::RefundDecision& d) {
    table.add({d.policy, d.row, shown_bare(session, d.billing(d.amounts.billing.credit)),
               shown_bare(session, d.billing(d.amounts.billing.fee)), shown_bare(session, d.refund), joined_refusals(d)});
  };
  add(quote.decision);
  for (const policy::RefundDecision& other : quote.others) add(other);
  table.print(stdout, session.globals().format);
}

// The words that do what the quote promises, ready to be pasted.
std::string command_to_return(const RefundQuote& quote, const RefundOptions& options) {
  std::string words = fmt::format("prorata refund return {} -q {} --quote {}", quote.quote.reservation.text(), quote.decision.quantity,
                                  quote.quote.id.text());
  if (!options.approved.empty()) words += " --approved " + as_shell_word(options.approved);
  if (!options.hold.empty()) words += " --hold " + as_shell_word(options.hold);
  if (quote.decision.needs_consent()) words += " --accept-clip";
  return words;
}

void add_return(Record& record, const Session& session, const ReturnRecord& r) {
  record.add("Return", "return", r.id.text());
  record.add("Reservation", "reservation", r.reservation.text());
  record.add_number("Units", "quantity", r.quantity);
  record.add("At", "at", to_string(r.at));
  record.add("Policy", "policy", r.policy);
  record.add("Row", "row", r.row);
  record.add("Credit", "credit", shown(session, r.credit));
  record.add("Early termination fee", "fee", shown(session, r.fee));
  record.add("Refund", "refund", shown(session, r.refund));
  if (!r.forfeited.is_zero()) record.add("Forfeited", "forfeited", shown(session, r.forfeited));
  record.add("Counts to the allowance", "pricing_refund", shown(session, r.pricing_refund));
  record.add("Owed to the customer", "owed", shown(session, owed_for(r)));
  if (session.globals().format != Format::table) record.add("Currency", "currency", std::string(r.refund.currency.code()));
}

Result<RefundAsk> ask_of(const RefundOptions& options) {
  RefundAsk ask{.reservation = TRY(id_in<ReservationId>(options.reservation)), .quantity = options.quantity, .approved = options.approved};
  if (!options.hold.empty()) ask.hold = TRY(id_in<HoldId>(options.hold));
  return ask;
}

Result<EntryQuery> entry_query(App& app, const BooksOptions& options) {
  EntryQuery query;
  if (!options.customer.empty()) query.customer = TRY(customer_named(app, options.customer));
  if (!options.currency.empty()) query.currency = TRY(Currency::parse(options.currency));
  if (const auto day = TRY(day_if(options.from))) query.from = start_of(*day);
  if (const auto day = TRY(day_if(options.until))) query.until = start_of(*day);
  return query;
}

}  // namespace

Result<int> refund_quote(Session& session, const RefundOptions& options) {
  if (options.reservation.empty())
    return fail(Code::invalid_argument, "which reservation? Name one, or ask for many with --all; 'prorata reservation list' shows them");
  App& app = *TRY(session.app());
  RefundAsk ask = TRY(ask_of(options));
  ask.every_policy = options.all_policies;
  const RefundQuote quote = TRY(quote_refund(app, ask));
  if (options.all_policies && session.globals().format != Format::table) {
    print_other_policies(session, quote);
    return quote.decision.refused() ? 1 : 0;
  }
  const std::vector<policy::Step> steps = derive(quote.decision, quote.facts.refund_case, *quote.pack);
  Record record = figures(session, quote);
  record.add_json("derivation", wire::derivation_json(steps, session.globals().language));
  record.print(stdout, session.globals().format);
  if (session.globals().format == Format::table) {
    fmt::print("\n");
    print_derivation(session, steps);
    if (quote.decision.amounts.refusals.bits != 0 || quote.decision.amounts.warnings.bits != 0) fmt::print("\n");
    print_reasons(session, quote);
    if (options.all_policies) {
      fmt::print("\n{}\n", heading(swedish(session) ? "Samma fall enligt varje policy" : "The same case under every policy"));
      print_other_policies(session, quote);
    }
    if (!quote.decision.refused())
      fmt::print("{}\n", muted((swedish(session) ? "Gör det inom tio minuter: " : "To do it within ten minutes: ") +
                               command_to_return(quote, options)));
  }
  return quote.decision.refused() ? 1 : 0;
}

Result<int> refund_return(Session& session, const RefundOptions& options) {
  App& app = *TRY(session.app());
  ReturnAsk ask{.refund = TRY(ask_of(options)), .accept_clip = options.accept_clip, .key = options.key};
  if (!options.quote.empty()) ask.quote = TRY(id_in<QuoteId>(options.quote));
  const ReturnOutcome outcome = TRY(return_reservation(app, ask));
  Record record;
  add_return(record, session, outcome.record);
  record.add_flag("Replayed", "replayed", outcome.replayed);
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> settle_list(Session& session, const SettleOptions& options) {
  App& app = *TRY(session.app());
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::optional<CustomerId> customer;
  if (!options.customer.empty()) customer = TRY(customer_named(app, options.customer));
  std::vector<Column> columns = {{"Since", "since"},
                                 {"Customer", "customer_name"},
                                 {"Return", "return"},
                                 {"For", "for"},
                                 {"Refund", "refund", Align::right},
                                 {"Owed", "owed", Align::right},
                                 {"Currency", "currency"},
                                 {"Settled", "settled"},
                                 {"Reference", "reference"}};
  const bool programs = session.globals().format != Format::table;
  if (programs) columns.insert(columns.end(), {{"Tenant", "customer"}, {"Reservation", "reservation"}});
  Table table(std::move(columns));
  const std::vector<ReturnState> states = TRY(snapshot->returns(customer, !options.all));
  CustomerNames names(*snapshot);
  TRY(names.learn(customers_of(states, [](const ReturnState& each) { return each.returned.customer; })));
  for (const ReturnState& state : states) {
    const ReturnRecord& r = state.returned;
    std::vector<std::string> cells = {to_string(day_of(r.at)),
                                      names.of(r.customer),
                                      r.id.text(),
                                      r.exchange.empty() ? "refund" : "exchange",
                                      shown_bare(session, r.refund),
                                      shown_bare(session, owed_for(r)),
                                      std::string(r.refund.currency.code()),
                                      state.settlement ? to_string(state.settlement->paid_on) : "",
                                      state.settlement ? state.settlement->reference : ""};
    if (programs) cells.insert(cells.end(), {r.customer.text(), r.reservation.text()});
    table.add(std::move(cells));
  }
  table.print(stdout, session.globals().format, "No customer waits for a credit.");
  return 0;
}

Result<int> settle_pay(Session& session, const SettleOptions& options) {
  App& app = *TRY(session.app());
  const Settlement s = TRY(settle_return(app, {.returned = TRY(id_in<ReturnId>(options.returned)),
                                               .paid_on = TRY(day_if(options.date)),
                                               .method = options.method,
                                               .reference = options.reference,
                                               .key = options.key}));
  Record record;
  record.add("Return", "return", s.returned.text());
  record.add("Paid", "amount", shown(session, s.amount));
  if (session.globals().format != Format::table) record.add("Currency", "currency", std::string(s.amount.currency.code()));
  record.add("On", "paid_on", to_string(s.paid_on));
  record.add("By", "method", s.method);
  record.add("Reference", "reference", s.reference);
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> books_credit(Session& session, const CreditOptions& options) {
  App& app = *TRY(session.app());
  const Money amount = TRY(receive_credit(app, {TRY(id_in<ReturnId>(options.returned)), options.invoice, options.to == "bank"}));
  Record record;
  record.add("Credit received", "amount", shown(session, amount));
  if (session.globals().format != Format::table) record.add("Currency", "currency", std::string(amount.currency.code()));
  record.add("On", "invoice", options.invoice);
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> books_balance(Session& session, const BooksOptions& options) {
  App& app = *TRY(session.app());
  const EntryQuery query = TRY(entry_query(app, options));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::vector<ledger::Balance> balances;
  if (query.from || query.until) {
    books::Balances sums;
    TRY(snapshot->entries(query, [&](const ledger::Entry& entry) {
      sums.add(entry);
      return true;
    }));
    balances = sums.all();
  } else {
    balances = TRY(snapshot->balances(query.customer));
  }
  std::vector<Column> columns = {
      {"Customer", "customer_name"}, {"Account", "account"}, {"Balance", "amount", Align::right}, {"Currency", "currency"}};
  const bool programs = session.globals().format != Format::table;
  if (programs) columns.push_back({"Tenant", "customer"});
  Table table(std::move(columns));
  CustomerNames names(*snapshot);
  TRY(names.learn(customers_of(balances, [](const ledger::Balance& each) { return each.customer; })));
  for (const ledger::Balance& each : balances) {
    if (query.currency && each.currency != *query.currency) continue;
    std::vector<std::string> cells = {names.of(each.customer), std::string(to_string(each.account)),
                                      shown_bare(session, Money{each.amount_minor, each.currency}), std::string(each.currency.code())};
    if (programs) cells.push_back(each.customer.text());
    table.add(std::move(cells));
  }
  table.print(stdout, session.globals().format, "The books are empty.");
  return 0;
}

Result<int> books_journal(Session& session, const BooksOptions& options) {
  App& app = *TRY(session.app());
  const EntryQuery query = TRY(entry_query(app, options));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::vector<Column> columns = {{"Day", "day"},
                                 {"Event", "event"},
                                 {"Customer", "customer_name"},
                                 {"Account", "account"},
                                 {"Debit", "debit", Align::right},
                                 {"Credit", "credit", Align::right},
                                 {"Currency", "currency"},
                                 {"Memo", "memo"},
                                 {"Reference", "reference"}};
  const bool programs = session.globals().format != Format::table;
  if (programs)
    columns.insert(columns.end(),
                   {{"At", "at"}, {"Entry", "entry"}, {"Group", "group"}, {"Tenant", "customer"}, {"Reservation", "reservation"}});
  Table table(std::move(columns));
  CustomerNames names(*snapshot);
  TRY(snapshot->entries(query, [&](const ledger::Entry& entry) {
    const ledger::EntryHead& head = entry.head();
    for (const ledger::Posting& posting : entry.postings()) {
      const Money amount{posting.amount_minor < 0 ? -posting.amount_minor : posting.amount_minor, head.currency};
      const std::string text = shown_bare(session, amount);
      std::vector<std::string> cells = {to_string(day_of(head.at)),
                                        head.event,
                                        names.of(head.customer),
                                        std::string(to_string(posting.account)),
                                        posting.amount_minor > 0 ? text : "",
                                        posting.amount_minor < 0 ? text : "",
                                        std::string(head.currency.code()),
                                        head.memo,
                                        head.reference};
      if (programs) cells.insert(cells.end(), {to_string(head.at), head.id.text(), head.group, head.customer.text(), head.reservation});
      table.add(std::move(cells));
    }
    return true;
  }));
  table.print(stdout, session.globals().format, "No entries.");
  return 0;
}

Result<int> books_export(Session& session, const BooksOptions& options) {
  App& app = *TRY(session.app());
  const EntryQuery query = TRY(entry_query(app, options));
  const wire::BooksFormat format = TRY(parse_word<wire::BooksFormat>(options.format, "an export format"));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const std::unique_ptr<Snapshot> names = TRY(app.store.snapshot());
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(options.file.empty() ? nullptr : std::fopen(options.file.c_str(), "wb"),
                                                       std::fclose);
  if (!options.file.empty() && file == nullptr)
    return fail(Code::storage_denied, fmt::format("{}: {}", options.file, std::strerror(errno)));
  std::FILE* out = file ? file.get() : stdout;
  const auto sink = [&](std::string_view text) -> Result<void> {
    if (std::fwrite(text.data(), 1, text.size(), out) == text.size() && std::fflush(out) == 0) return {};
    return fail(errno == ENOSPC ? Code::storage_full : Code::unavailable,
                fmt::format("{}: {}", options.file.empty() ? "standard output" : options.file, std::strerror(errno)));
  };
  wire::BooksExport exported(format, sink, [&](const CustomerId& id) {
    const auto who = names->customer(id);
    return who && *who ? (*who)->name : std::string();
  });
  TRY(exported.begin());
  std::optional<Error> broken;
  TRY(snapshot->entries(query, [&](const ledger::Entry& entry) {
    const Result<void> added = exported.add(entry);
    if (!added) broken = added.error();
    return added.has_value();
  }));
  if (broken) return std::unexpected(*broken);
  TRY(exported.end());
  return 0;
}

Result<int> audit_verify(Session& session) {
  App& app = *TRY(session.app());
  Progress progress("Verifying", "commits", 0);
  const std::int64_t commits = TRY(app.store.verify([&](std::int64_t number) { progress.at(number); }));
  Record record;
  if (session.globals().format == Format::table)
    record.add("Verified", "commits", fmt::format("{} commits: chain, rows, balances and allowance agree", commits));
  else
    record.add_number("Verified", "commits", commits);
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> audit_list(Session& session, const AuditOptions& options) {
  App& app = *TRY(session.app());
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Table table({{"No", "number", Align::right, true},
               {"At", "at"},
               {"Who", "actor"},
               {"What", "action"},
               {"About", "subject"},
               {"Before", "before"},
               {"After", "after"},
               {"Hash", "hash"}});
  TRY(snapshot->audit(options.from, [&](const AuditRecord& record) {
    const AuditNote& n = record.note;
    const std::string hash = session.globals().format == Format::table ? record.hash.substr(0, 12) : record.hash;
    table.add({std::to_string(record.number), to_string(n.at), n.actor, n.action, n.subject, n.before, n.after, hash});
    return static_cast<std::int64_t>(table.size()) < options.limit;
  }));
  table.print(stdout, session.globals().format);
  return 0;
}

}  // namespace prorata::cli
