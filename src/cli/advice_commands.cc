// recommend buy, resize, rescope, return, exchange.
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "advice/buy.h"
#include "advice/what_if.h"
#include "app/advise.h"
#include "cli/advice_facts.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/shared.h"
#include "utilization/summary.h"

namespace prorata::cli {
namespace {

using namespace utilization;
using namespace advice;

// Hours of the size itself: nu / weight, to six decimals, cut.
std::string hours_of(std::int64_t nu, std::int64_t weight) { return quantity_text(static_cast<std::uint64_t>(nu / weight)); }

std::string hour_price(std::int64_t nano, int digits = 9) {
  std::string text;
  append_decimal(text, nano, digits);
  while (text.ends_with('0') && !text.ends_with(".0")) text.pop_back();
  return text;
}

std::string percent_of(std::int64_t used, std::int64_t reserved) {
  UsedTotals totals;
  totals.add(reserved, used, 1);
  const std::optional<Percent> percent = totals.percent();
  return percent ? to_string(*percent) : "";
}

std::string text_of(const CoverScope& scope) {
  switch (scope.kind) {
    case ScopeKind::resource_group: return fmt::format("/subscriptions/{}/resourceGroups/{}", scope.subscription, scope.resource_group);
    case ScopeKind::subscription: return "/subscriptions/" + scope.subscription;
    case ScopeKind::management_group: return fmt::format("management group, {} subscriptions", scope.subscriptions.size());
    case ScopeKind::shared: return "Shared";
  }
  return {};
}

std::string last_word(const std::string& resource_id) { return resource_id.substr(resource_id.rfind('/') + 1); }

// The answer, and below it what it rests on. CSV and TSV hold one table, the answer.
void print_advice(const Session& session, const Table& answer, const Table& behind, std::string_view nothing) {
  const Format format = session.globals().format;
  if (format == Format::json) {
    Record record;
    record.add("Advice", "advice", answer);
    record.add("Behind it", "behind", behind);
    return record.print(stdout, format);
  }
  answer.print(stdout, format, nothing);
  if (format != Format::table || behind.empty()) return;
  fmt::print("\n{}\n", heading("What it rests on"));
  behind.print(stdout, format);
}

// Once each, to people; programs have them in the row.
void print_missing(const Session& session, const std::set<std::string>& missing) {
  if (session.globals().format == Format::table)
    for (const std::string& each : missing) fmt::print("Missing: {}\n", each);
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, "; ")); }

int exit_code(const AdviceFacts& facts, const std::set<std::string>& missing) { return facts.refused > 0 || !missing.empty() ? 1 : 0; }

// Uncovered hours of one size, without and with the change, and their price.
Table behind_table() {
  return Table({{"For", "for"},
                {"Region", "region"},
                {"Size", "size"},
                {"Price an hour", "hour_price", Align::right},
                {"Uncovered h", "uncovered_hours", Align::right},
                {"Then", "uncovered_hours_then", Align::right},
                {"Costs", "cost", Align::right},
                {"Then costs", "cost_then", Align::right},
                {"Units", "nu", Align::right, true},
                {"Then units", "nu_then", Align::right, true}});
}

void add_part(Table& table, const Session& session, const std::string& about, const std::string& region, const BuyPart& part) {
  table.add({about, region, part.size, hour_price(part.hour_nano), hours_of(part.nu_before, part.weight),
             hours_of(part.nu_after, part.weight), shown_bare(session, part.before), shown_bare(session, part.after),
             std::to_string(part.nu_before), std::to_string(part.nu_after)});
}

// The parts of a difference, each size's two sides on one row.
void add_difference(Table& table, const Session& session, const std::string& about, const Difference& difference, const Prices& prices) {
  std::map<std::tuple<std::string, std::string, std::uint32_t>, BuyPart> parts;
  const auto price_of = [&](const LeftPart& each) { return prices.hour_nano(each.region, each.size).value_or(0); };
  const auto part_of = [&](const LeftPart& each) -> BuyPart& {
    BuyPart& part = parts[{each.region, each.size, each.period}];
    part.size = each.size, part.weight = each.weight, part.hour_nano = price_of(each);
    if (part.before.currency != prices.currency()) part.before = part.after = Money::zero(prices.currency());
    return part;
  };
  for (const LeftPart& each : difference.before) {
    BuyPart& part = part_of(each);
    part.nu_before = each.nu, part.before = payg(each.nu, each.weight, price_of(each), prices.currency());
  }
  for (const LeftPart& each : difference.after) {
    BuyPart& part = part_of(each);
    part.nu_after = each.nu, part.after = payg(each.nu, each.weight, price_of(each), prices.currency());
  }
  for (const auto& [key, part] : parts) add_part(table, session, about, std::get<0>(key), part);
}

Table buy_table() {
  return Table({{"Customer", "customer"},
                {"Region", "region"},
                {"Group", "group"},
                {"Reserve", "size"},
                {"Term", "term"},
                {"Units", "quantity", Align::right, true},
                {"At most", "quantity_most", Align::right, true},
                {"Used %", "used", Align::right},
                {"Hours", "hours", Align::right, true},
                {"Uncovered in", "hours_uncovered", Align::right, true},
                {"Costs now", "cost_before", Align::right},
                {"Reservation", "reservation", Align::right},
                {"Rest", "cost_after", Align::right},
                {"Saving", "saving", Align::right},
                {"One unit", "lifetime", Align::right},
                {"Pays from h", "break_even_hours", Align::right},
                {"Currency", "currency"},
                {"Missing", "missing"}});
}

void add_buy(Table& table, const Session& session, const std::string& customer, const BuyAdvice& a, Currency currency) {
  const bool known = a.missing.empty();
  const auto money = [&](Money amount) { return known ? shown_bare(session, amount) : std::string(); };
  table.add({customer, a.offer.region, a.offer.group, a.offer.size, to_string(a.offer.term), std::to_string(a.quantity),
             std::to_string(a.quantity_most), a.used ? to_string(*a.used) : "", std::to_string(a.hours), std::to_string(a.hours_uncovered),
             money(a.cost.before), money(a.cost.reservation), money(a.cost.after), known ? shown_bare(session, a.cost.saving()) : "",
             money(a.lifetime), known && a.break_even_hours ? std::to_string(*a.break_even_hours) : "", std::string(currency.code()),
             known                                       ? ""
             : session.globals().format == Format::table ? "prices"
                                                         : joined(a.missing)});
}

Result<BuyAsk> buy_ask(const AdviceOptions& options) { return BuyAsk{.term = TRY(parse_term(options.term)), .size = options.size}; }

void add_used(std::vector<std::string>& cells, const UsedChange& change) {
  cells.insert(cells.end(), {std::to_string(change.quantity), std::to_string(change.active_hours),
                             percent_of(change.used_before_uh, change.reserved_uh), percent_of(change.used_after_uh, change.reserved_uh)});
}

void add_saving(std::vector<std::string>& cells, const Session& session, const Difference& d, Currency currency) {
  const bool known = d.missing.empty();
  cells.insert(cells.end(), {known ? shown_bare(session, d.saving()) : "", std::string(currency.code()),
                             known                                       ? ""
                             : session.globals().format == Format::table ? "prices"
                                                                         : joined(d.missing)});
}

const std::vector<Column> kSavingColumns = {{"Units", "quantity", Align::right, true},
                                            {"Hours", "hours", Align::right, true},
                                            {"Used %", "used", Align::right},
                                            {"Then %", "used_then", Align::right},
                                            {"Saving", "saving", Align::right},
                                            {"Currency", "currency"},
                                            {"Missing", "missing"}};

Table saving_table(std::vector<Column> first) {
  first.insert(first.end(), kSavingColumns.begin(), kSavingColumns.end());
  return Table(std::move(first));
}

template <class Refusals>
std::string words_of(const Refusals& refusals) {
  std::string out;
  for (const auto each : in_order(refusals)) (out += out.empty() ? "" : " ") += to_string(each);
  return out;
}

// At a desk what the units bring today; out of files only which they are.
Result<Table> return_table(Session& session, const AdviceFacts& facts) {
  std::vector<Column> columns = {{"Customer", "customer"},
                                 {"Reservation", "reservation"},
                                 {"Size", "size"},
                                 {"Return", "quantity", Align::right, true},
                                 {"Of", "of_quantity", Align::right, true},
                                 {"Hours", "hours", Align::right, true},
                                 {"Used %", "used", Align::right}};
  if (!facts.from_files)
    columns.insert(columns.end(), {{"Refund", "refund", Align::right}, {"Currency", "currency"}, {"Row", "row"}, {"Refusals", "refusals"}});
  Table table(std::move(columns));
  for (const CustomerHistory& customer : facts.customers) {
    const std::vector<ReturnAdvice> returns = TRY(advise_returning(customer.history));
    const auto cells_of = [&](const ReturnAdvice& a) {
      return std::vector<std::string>{customer.name,
                                      a.reservation,
                                      a.size,
                                      std::to_string(a.quantity),
                                      std::to_string(a.of_quantity),
                                      std::to_string(a.active_hours),
                                      percent_of(a.used_uh, a.reserved_uh)};
    };
    if (facts.from_files) {
      for (const ReturnAdvice& each : returns) table.add(cells_of(each));
      continue;
    }
    App& app = *TRY(session.app());
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    for (const ReturnWorth& each : TRY(worth_of_returns(app, *snapshot, returns))) {
      std::vector<std::string> cells = cells_of(each.advice);
      cells.insert(cells.end(), {shown_bare(session, each.decision.refund), std::string(each.decision.currency.code()), each.decision.row,
                                 words_of(each.decision.amounts.refusals)});
      table.add(std::move(cells));
    }
  }
  return table;
}

}  // namespace

Result<int> recommend_buy(Session& session, const AdviceOptions& options) {
  const BuyAsk ask = TRY(buy_ask(options));
  const AdviceFacts facts = TRY(load_advice_facts(session, options));
  Table answer = buy_table();
  Table behind = behind_table();
  std::set<std::string> missing;
  for (const CustomerHistory& customer : facts.customers)
    for (const BuyAdvice& each : TRY(advise_buying(customer.history, facts.prices(customer), ask))) {
      add_buy(answer, session, customer.name, each, facts.currency);
      missing.insert(each.missing.begin(), each.missing.end());
      for (const BuyPart& part : each.cost.parts) add_part(behind, session, each.offer.group, each.offer.region, part);
    }
  print_advice(session, answer, behind, "Nothing is uncovered.");
  print_missing(session, missing);
  return exit_code(facts, missing);
}

Result<int> recommend_rescope(Session& session, const AdviceOptions& options) {
  const AdviceFacts facts = TRY(load_advice_facts(session, options));
  Table answer = saving_table({{"Customer", "customer"}, {"Reservation", "reservation"}, {"Scope", "scope"}, {"Wider", "scope_then"}});
  Table behind = behind_table();
  std::set<std::string> missing;
  for (const CustomerHistory& customer : facts.customers) {
    const Prices prices = facts.prices(customer);
    for (const RescopeAdvice& each : TRY(advise_rescoping(customer.history, prices))) {
      std::vector<std::string> cells = {customer.name, each.change.reservation, text_of(each.from), text_of(each.to)};
      add_used(cells, each.change);
      add_saving(cells, session, each.difference, facts.currency);
      answer.add(std::move(cells));
      missing.insert(each.difference.missing.begin(), each.difference.missing.end());
      add_difference(behind, session, fmt::format("{} to {}", each.change.reservation, text_of(each.to)), each.difference, prices);
    }
  }
  print_advice(session, answer, behind, "No wider scope would use an idle hour.");
  print_missing(session, missing);
  return exit_code(facts, missing);
}

Result<int> recommend_resize(Session& session, const AdviceOptions& options) {
  const AdviceFacts facts = TRY(load_advice_facts(session, options));
  Table answer = saving_table(
      {{"Customer", "customer"}, {"Machine", "machine"}, {"Size", "size"}, {"Fits as", "size_then"}, {"Reservation", "reservation"}});
  Table behind = behind_table();
  std::set<std::string> missing;
  const bool people = session.globals().format == Format::table;
  for (const CustomerHistory& customer : facts.customers) {
    const Prices prices = facts.prices(customer);
    for (const ResizeAdvice& each : TRY(advise_resizing(customer.history, prices, facts.sizes))) {
      const std::string machine = people ? last_word(each.machine.resource_id) : each.machine.resource_id;
      std::vector<std::string> cells = {customer.name, machine, each.machine.size, each.to_size, each.change.reservation};
      add_used(cells, each.change);
      add_saving(cells, session, each.difference, facts.currency);
      answer.add(std::move(cells));
      missing.insert(each.difference.missing.begin(), each.difference.missing.end());
      add_difference(behind, session, fmt::format("{} to {}", machine, each.to_size), each.difference, prices);
    }
  }
  print_advice(session, answer, behind, "No machine of another size would use an idle hour.");
  print_missing(session, missing);
  return exit_code(facts, missing);
}

Result<int> recommend_return(Session& session, const AdviceOptions& options) {
  const AdviceFacts facts = TRY(load_advice_facts(session, options));
  const Table answer = TRY(return_table(session, facts));
  answer.print(stdout, session.globals().format, "No unit was idle in every hour.");
  return exit_code(facts, {});
}

Result<int> recommend_exchange(Session& session, const AdviceOptions& options) {
  const BuyAsk ask = TRY(buy_ask(options));
  const AdviceFacts facts = TRY(load_advice_facts(session, options));
  if (facts.from_files)
    return fail(Code::invalid_argument, "what an exchange brings is decided at a desk; leave --reservations, --usage and --ratios out");
  Table table({{"Customer", "customer"},
               {"Reservation", "reservation"},
               {"Return", "quantity", Align::right, true},
               {"Buy", "size"},
               {"Region", "region"},
               {"Units", "buy_quantity", Align::right, true},
               {"Comes back", "refunds_total", Align::right},
               {"Price", "purchases_total", Align::right},
               {"To pay", "net_payable", Align::right},
               {"Currency", "currency"},
               {"Saving", "saving", Align::right},
               {"Refusals", "refusals"}});
  App& app = *TRY(session.app());
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::set<std::string> missing;
  for (const CustomerHistory& customer : facts.customers) {
    const std::vector<BuyAdvice> purchases = TRY(advise_buying(customer.history, facts.prices(customer), ask));
    for (const BuyAdvice& each : purchases) missing.insert(each.missing.begin(), each.missing.end());
    const std::vector<ReturnAdvice> returns = TRY(advise_returning(customer.history));
    for (const ExchangeWorth& each : TRY(worth_of_exchanges(app, *snapshot, returns, purchases))) {
      const policy::ExchangeDecision& d = each.decision;
      const std::string refusals = words_of(d.line_refusals) + (d.line_refusals.any() ? " " : "") + words_of(d.refusals);
      table.add({customer.name, each.returned.reservation, std::to_string(each.returned.quantity), each.bought.size, each.bought.region,
                 std::to_string(each.bought_quantity), shown_bare(session, d.refunds_total), shown_bare(session, d.purchases_total),
                 shown_bare(session, d.net_payable), std::string(d.currency.code()), shown(session, each.saving), refusals});
    }
  }
  table.print(stdout, session.globals().format, "Nothing idle to exchange for something worth buying.");
  print_missing(session, missing);
  return exit_code(facts, missing);
}

}  // namespace prorata::cli
