// exchange quote, run, show, resume.
#include <cstdio>

#include <fmt/format.h>

#include "app/run_exchange.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/shared.h"
#include "wire/json.h"

namespace prorata::cli {
namespace {

std::unexpected<Error> bad_line(std::string_view line, std::string_view why) {
  return fail(Code::invalid_argument, fmt::format("'{}': {}", line, why));
}

// RESERVATION or RESERVATION=UNITS.
Result<ExchangeReturnAsk> return_line(std::string_view text) {
  const std::size_t equals = text.find('=');
  ExchangeReturnAsk line{.reservation = TRY(id_in<ReservationId>(text.substr(0, equals)))};
  if (equals != std::string_view::npos) line.quantity = TRY(parse_integer(text.substr(equals + 1), 1, 1'000'000, "units to return"));
  return line;
}

// SIZE and then name=value, separated by commas. What is not said is as in the reservation that is returned.
Result<ExchangePurchaseAsk> purchase_line(std::string_view text) {
  ExchangePurchaseAsk ask{.line = {.product = ""}};
  bool term_said = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const std::size_t equals = part.find('=');
    const std::string_view name = equals == std::string_view::npos ? "sku" : part.substr(0, equals);
    const std::string value(trim(equals == std::string_view::npos ? part : part.substr(equals + 1)));
    if (value.empty()) return bad_line(text, fmt::format("'{}' has no value", name));
    if (name == "sku") {
      ask.line.sku = value;
    } else if (name == "quantity") {
      ask.line.quantity = TRY(parse_integer(value, 1, 1'000'000, "a quantity"));
    } else if (name == "region") {
      ask.line.region = value;
    } else if (name == "term") {
      ask.line.term = TRY(parse_term(value));
      term_said = true;
    } else if (name == "plan") {
      ask.line.plan = TRY(parse_word<BillingPlan>(value, "a billing plan"));
    } else if (name == "product") {
      ask.line.product = value;
    } else if (name == "scope") {
      ask.scope = TRY(scope_named(value));
    } else if (name == "name") {
      ask.line.name = value;
    } else {
      return bad_line(text, fmt::format("there is no '{}'; there are quantity, region, term, plan, scope, product and name", name));
    }
  }
  if (ask.line.sku.empty()) return bad_line(text, "which size? Write it first: Standard_D4s_v5,quantity=2,term=P1Y");
  if (!term_said) return bad_line(text, "for how long? Add term=P1Y, P3Y or P5Y");
  return ask;
}

Result<ExchangeAsk> ask_of(const ExchangeOptions& options) {
  ExchangeAsk ask{.approved = options.approved};
  for (const std::string& each : options.returns) ask.returns.push_back(TRY(return_line(each)));
  for (const std::string& each : options.purchases) ask.purchases.push_back(TRY(purchase_line(each)));
  return ask;
}

std::string amount(Money money) { return to_string(money); }

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

void write_words(wire::JsonWriter& w, std::string_view name, const std::vector<std::string>& words) {
  w.key(name).begin_array();
  for (const std::string& each : words) w.text(each);
  w.end_array();
}

void print_json(const Exchange& e, const policy::ExchangeDecision* decision) {
  std::string out;
  wire::JsonWriter w(out);
  w.begin_object().field("exchange", std::string_view(e.id.text()));
  w.field("state", to_string(e.state)).field("customer", std::string_view(e.customer.text()));
  w.field("as_of", std::string_view(to_string(e.as_of))).field("policy", std::string_view(e.policy));
  w.field("currency", e.net_payable.currency.code());
  w.key("returns").begin_array();
  for (const ExchangeReturnLine& line : e.returns) {
    w.begin_object().field("reservation", std::string_view(line.reservation.text())).field("quantity", line.quantity);
    w.field("credit", std::string_view(amount(line.credit)));
    w.field("remaining_commitment", std::string_view(amount(line.remaining_commitment))).end_object();
  }
  w.end_array().key("purchases").begin_array();
  for (const ExchangePurchaseLine& line : e.purchases) {
    w.begin_object().field("order", std::string_view(line.order.text())).field("reservation", std::string_view(line.reservation.text()));
    w.field("product", std::string_view(line.product)).field("sku", std::string_view(line.sku));
    w.field("region", std::string_view(line.region)).field("term", std::string_view(to_string(line.term)));
    w.field("plan", to_string(line.plan)).field("quantity", line.quantity).field("price", std::string_view(amount(line.price)));
    w.field("scope", std::string_view(scope_text(line.scope))).end_object();
  }
  w.end_array();
  w.field("refunds_total", std::string_view(amount(e.refunds_total)));
  w.field("purchases_total", std::string_view(amount(e.purchases_total)));
  w.field("net_payable", std::string_view(amount(e.net_payable)));
  if (!e.failure.empty()) w.field("failure", std::string_view(e.failure));
  if (decision != nullptr) {
    const Reasons reasons = reasons_of(*decision);
    if (decision->smallest_quantity) w.field("smallest_quantity", *decision->smallest_quantity);
    write_words(w, "refusals", reasons.refusals);
    write_words(w, "warnings", reasons.warnings);
  }
  w.end_object();
  fmt::print("{}\n", out);
}

void print_lines(const Session& session, const Exchange& e) {
  fmt::print("\n{}\n", heading("Returned"));
  Table returned({{"Reservation", "reservation"},
                  {"Units", "quantity", Align::right, true},
                  {"Credit", "credit", Align::right},
                  {"Commitment cancelled", "remaining_commitment", Align::right}});
  for (const ExchangeReturnLine& line : e.returns)
    returned.add(
        {line.reservation.text(), std::to_string(line.quantity), shown(session, line.credit), shown(session, line.remaining_commitment)});
  returned.print(stdout, Format::table);
  fmt::print("\n{}\n", heading("Bought"));
  Table bought({{"Reservation", "reservation"},
                {"Size", "sku"},
                {"Region", "region"},
                {"Units", "quantity", Align::right, true},
                {"Term", "term"},
                {"Plan", "plan"},
                {"Scope", "scope"},
                {"Price", "price", Align::right}});
  for (const ExchangePurchaseLine& line : e.purchases)
    bought.add({e.state == ExchangeState::succeeded ? line.reservation.text() : "-", line.sku, line.region, std::to_string(line.quantity),
                to_string(line.term), std::string(to_string(line.plan)), scope_text(line.scope), shown(session, line.price)});
  bought.print(stdout, Format::table);
}

void print_exchange(const Session& session, const Exchange& e, const policy::ExchangeDecision* decision) {
  if (session.globals().format == Format::json) return print_json(e, decision);
  Record record;
  record.add("Exchange", "exchange", e.id.text());
  record.add("State", "state", std::string(to_string(e.state)));
  if (!e.failure.empty()) record.add("Because", "failure", e.failure);
  record.add("As of", "as_of", to_string(e.as_of));
  record.add("Policy", "policy", e.policy);
  record.add("Comes back", "refunds_total", shown(session, e.refunds_total));
  record.add("New ones cost", "purchases_total", shown(session, e.purchases_total));
  record.add("Left to pay", "net_payable", shown(session, e.net_payable));
  if (decision != nullptr) {
    const Reasons reasons = reasons_of(*decision);
    record.add("Refusals", "refusals", fmt::format("{}", fmt::join(reasons.refusals, " ")));
    record.add("Warnings", "warnings", fmt::format("{}", fmt::join(reasons.warnings, " ")));
  }
  record.print(stdout, session.globals().format);
  if (session.globals().format == Format::table) print_lines(session, e);
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
