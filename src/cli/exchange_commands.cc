// exchange quote, run, show, resume.
#include <cstdio>

#include <fmt/format.h>

#include "app/run_exchange.h"
#include "cli/commands.h"
#include "cli/exchange_lines.h"
#include "cli/output.h"
#include "cli/shared.h"
#include "wire/json.h"

namespace prorata::cli {
namespace {

Result<ExchangeAsk> ask_of(const ExchangeOptions& options) {
  ExchangeAsk ask{.approved = options.approved};
  for (const std::string& each : options.returns) ask.returns.push_back(TRY(return_line(each)));
  for (const std::string& each : options.purchases) ask.purchases.push_back(TRY(purchase_line(each)));
  return ask;
}

struct Reasons {
  std::vector<std::string> refusals;
  std::vector<std::string> warnings;
};

Reasons reasons_of(const policy::ExchangeDecision& decision) {
  Reasons reasons;
  for (const policy::Refusal each : in_order(decision.line_refusals)) reasons.refusals.emplace_back(to_string(each));
  for (const policy::ExchangeRefusal each : in_order(decision.refusals)) reasons.refusals.emplace_back(to_string(each));
  for (const policy::Warning each : in_order(decision.warnings)) reasons.warnings.emplace_back(to_string(each));
  return reasons;
}

std::string as_json(const std::vector<std::string>& words) {
  std::string out;
  wire::JsonWriter w(out);
  w.begin_array();
  for (const std::string& each : words) w.text(each);
  w.end_array();
  return out;
}

// People read the words on a line, programs a list.
void add_words(Record& record, const Session& session, const std::string& title, const std::string& key,
               const std::vector<std::string>& words) {
  if (session.globals().format == Format::json) return record.add_json(key, as_json(words));
  record.add(title, key, fmt::format("{}", fmt::join(words, " ")));
}

Table returned_lines(const Session& session, const Exchange& e) {
  Table table({{"Reservation", "reservation"},
               {"Units", "quantity", Align::right, true},
               {"Credit", "credit", Align::right},
               {"Commitment cancelled", "remaining_commitment", Align::right}});
  for (const ExchangeReturnLine& line : e.returns)
    table.add(
        {line.reservation.text(), std::to_string(line.quantity), shown(session, line.credit), shown(session, line.remaining_commitment)});
  return table;
}

Table bought_lines(const Session& session, const Exchange& e) {
  const bool people = session.globals().format == Format::table;
  std::vector<Column> columns = {{"Reservation", "reservation"},
                                 {"Size", "sku"},
                                 {"Region", "region"},
                                 {"Units", "quantity", Align::right, true},
                                 {"Term", "term"},
                                 {"Plan", "plan"},
                                 {"Scope", "scope"},
                                 {"Price", "price", Align::right}};
  if (!people) columns.insert(columns.end(), {{"Reservation order", "order"}, {"Product", "product"}});
  Table table(std::move(columns));
  for (const ExchangePurchaseLine& line : e.purchases) {
    const bool to_come = people && e.state != ExchangeState::succeeded;
    std::vector<std::string> cells = {to_come ? "-" : line.reservation.text(),
                                      line.sku,
                                      line.region,
                                      std::to_string(line.quantity),
                                      to_string(line.term),
                                      std::string(to_string(line.plan)),
                                      scope_text(line.scope),
                                      shown(session, line.price)};
    if (!people) cells.insert(cells.end(), {line.order.text(), line.product});
    table.add(std::move(cells));
  }
  return table;
}

void print_exchange(const Session& session, const Exchange& e, const policy::ExchangeDecision* decision) {
  const bool programs = session.globals().format != Format::table;
  Record record;
  record.add("Exchange", "exchange", e.id.text());
  record.add("State", "state", std::string(to_string(e.state)));
  if (!e.failure.empty()) record.add("Because", "failure", e.failure);
  if (programs) record.add("Customer", "customer", e.customer.text());
  record.add("As of", "as_of", to_string(e.as_of));
  record.add("Policy", "policy", e.policy);
  if (programs) record.add("Currency", "currency", std::string(e.net_payable.currency.code()));
  record.add("Comes back", "refunds_total", shown(session, e.refunds_total));
  record.add("New ones cost", "purchases_total", shown(session, e.purchases_total));
  record.add("Left to pay", "net_payable", shown(session, e.net_payable));
  if (decision != nullptr) {
    const Reasons reasons = reasons_of(*decision);
    if (programs && decision->smallest_quantity)
      record.add_number("Smallest quantity that would do", "smallest_quantity", *decision->smallest_quantity);
    add_words(record, session, "Refusals", "refusals", reasons.refusals);
    add_words(record, session, "Warnings", "warnings", reasons.warnings);
  }
  record.add("Returned", "returns", returned_lines(session, e));
  record.add("Bought", "purchases", bought_lines(session, e));
  record.print(stdout, session.globals().format);
}

void print_reasons(const Session& session, const ExchangeQuote& quote, const std::string& approved) {
  const policy::ExchangeDecision& d = quote.decision;
  const bool in_swedish = swedish(session);
  fmt::print("\n");
  for (const policy::Refusal each : in_order(d.line_refusals)) fmt::print("Refused: {}\n", sentence(each, in_swedish));
  for (const policy::ExchangeRefusal each : in_order(d.refusals)) fmt::print("Refused: {}\n", sentence(each, in_swedish));
  for (const policy::Warning each : in_order(d.warnings)) fmt::print("Note: {}\n", sentence(each, in_swedish));
  if (quote.facts.customer.offer != OfferType::csp) fmt::print("Where to go: {}\n", where_to_go(quote.facts.customer.offer));
  if (d.smallest_quantity) fmt::print("{} units of {} would do.\n", *d.smallest_quantity, quote.exchange.purchases.front().sku);
  if (!d.refused())
    fmt::print("{}\n", muted(fmt::format("To do it within ten minutes: prorata exchange run --quote {}{}", quote.exchange.id.text(),
                                         approved.empty() ? "" : fmt::format(" --approved '{}'", approved))));
}

}  // namespace

Result<int> exchange_quote(Session& session, const ExchangeOptions& options) {
  const ExchangeAsk ask = TRY(ask_of(options));
  App& app = *TRY(session.app());
  const ExchangeQuote quote = TRY(quote_exchange(app, ask));
  print_exchange(session, quote.exchange, &quote.decision);
  if (session.globals().format == Format::table) print_reasons(session, quote, options.approved);
  return quote.decision.refused() ? 1 : 0;
}

Result<int> exchange_run(Session& session, const ExchangeOptions& options) {
  ExchangeRun run{.ask = TRY(ask_of(options)), .key = options.key};
  if (!options.quote.empty()) run.quote = TRY(id_in<ExchangeId>(options.quote));
  if (run.quote && (!run.ask.returns.empty() || !run.ask.purchases.empty()))
    return fail(Code::invalid_argument, "a quote says what is exchanged; leave out --return and --buy, or --quote");
  App& app = *TRY(session.app());
  const ExchangeOutcome outcome = TRY(run_exchange(app, run));
  print_exchange(session, outcome.exchange, nullptr);
  return outcome.exchange.state == ExchangeState::succeeded ? 0 : 1;
}

Result<int> exchange_show(Session& session, const ExchangeOptions& options) {
  const ExchangeId id = TRY(id_in<ExchangeId>(options.quote));
  App& app = *TRY(session.app());
  print_exchange(session, TRY(load_exchange(app, id)), nullptr);
  return 0;
}

Result<int> exchange_resume(Session& session) {
  App& app = *TRY(session.app());
  Table table({{"Exchange", "exchange"}, {"State", "state"}, {"Left to pay", "net_payable", Align::right}, {"Because", "failure"}});
  for (const Exchange& each : TRY(resume_exchanges(app)))
    table.add({each.id.text(), std::string(to_string(each.state)), shown(session, each.net_payable), each.failure});
  table.print(stdout, session.globals().format, "No exchange was left half way.");
  return 0;
}

}  // namespace prorata::cli
