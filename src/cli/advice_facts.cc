#include "cli/advice_facts.h"

#include <algorithm>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "app/advise.h"
#include "app/desk.h"
#include "cli/shared.h"
#include "wire/import_prices.h"
#include "wire/whole_file.h"

namespace prorata::cli {
namespace {

using namespace utilization;

// All that a file's customer is made of.
struct FileHistory {
  std::shared_ptr<const UsageInputs> in;
  std::vector<ReservationVersion> versions;
  std::vector<RatioPeriod> periods;
};

struct DeskHistory {
  UsageFacts facts;
  std::vector<RatioPeriod> periods;
};

// The hours asked for; without days all there are.
Result<HourSpan> asked_span(const AdviceOptions& options, HourSpan known) {
  if (const auto day = TRY(day_if(options.from))) known.from = std::max(known.from, first_hour(*day));
  if (const auto day = TRY(day_if(options.until))) known.until = std::min(known.until, first_hour(*day));
  return known;
}

Result<void> read_prices(const AdviceOptions& options, AdviceFacts& facts) {
  for (const std::string& path : options.prices) {
    wire::ImportReport report;
    wire::WholeFile hourly = TRY(wire::WholeFile::open(path));
    const auto take_hourly = [&](std::span<const HourlyPrice> rows) -> Result<void> {
      facts.hourly.insert(facts.hourly.end(), rows.begin(), rows.end());
      return {};
    };
    TRY(wire::import_hourly_prices(hourly, {.undated = Day{0}}, take_hourly, report));
    print_refusals(report);
    facts.refused += report.refused;
    wire::ImportReport of_terms;
    wire::WholeFile terms = TRY(wire::WholeFile::open(path));
    const auto take_terms = [&](std::span<const PriceRow> rows) -> Result<void> {
      facts.lifetime.insert(facts.lifetime.end(), rows.begin(), rows.end());
      return {};
    };
    TRY(wire::import_prices(terms, {.undated = Day{0}}, take_terms, of_terms));
    print_refusals(of_terms);
    facts.refused += of_terms.refused;
  }
  return {};
}

// What was asked for, or that of the first price of a list that was named; of a desk's own prices that of the customer, where it has some.
Result<Currency> currency_of(const AdviceOptions& options, const AdviceFacts& facts) {
  if (!options.currency.empty()) return Currency::parse(options.currency);
  if (!facts.hourly.empty()) return facts.hourly.front().currency;
  for (const CustomerHistory& customer : facts.customers) {
    const auto in_its_own = std::ranges::find(customer.hourly, customer.currency, &HourlyPrice::currency);
    if (in_its_own != customer.hourly.end()) return customer.currency;
    if (!customer.hourly.empty()) return customer.hourly.front().currency;
  }
  if (!facts.lifetime.empty()) return facts.lifetime.front().price.currency;
  return Currency::usd();
}

Result<void> add_file_customers(const AdviceOptions& options, const std::shared_ptr<const UsageInputs>& in, AdviceFacts& facts) {
  for (const wire::UsageContext& context : in->usage) {
    const bool other = !options.customer.empty() && to_lower(options.customer) != context.customer;
    if (context.window.empty() || other) continue;
    const HourSpan span = TRY(asked_span(options, days_around(context.window)));
    if (span.empty()) continue;
    auto kept = std::make_shared<FileHistory>();
    kept->in = in;
    kept->versions = versions_of(*in, context.customer);
    kept->periods = in->tables.periods(span);
    advice::History history{.roster = &context.roster, .usage = TRY(context.rows()), .versions = kept->versions, .periods = kept->periods};
    facts.customers.push_back({.name = context.customer, .history = history, .kept = std::move(kept)});
  }
  return {};
}

Result<void> load_files(const AdviceOptions& options, AdviceFacts& facts) {
  if (options.reservations.empty() || options.usage.empty() || options.ratios.empty())
    return fail(Code::invalid_argument, "without a desk three things are needed: --reservations, --usage and --ratios");
  const auto in = std::make_shared<UsageInputs>();
  TRY(read_reservations(options.reservations, *in));
  TRY(read_ratios(options.ratios, *in));
  TRY(read_usage(options.usage, options.estimate, std::max(1U, std::thread::hardware_concurrency()), *in));
  TRY(check_customers(*in));
  print_refusals(in->reservations);
  print_refusals(in->ratios);
  for (const wire::UsageReport& each : in->files) print_refusals({.refused = each.refused, .refusals = each.refusals});
  facts.refused += in->refused();
  facts.from_files = true;
  facts.day = Day{INT32_MAX};  // the newest row of the list
  return add_file_customers(options, in, facts);
}

Result<std::vector<CustomerId>> customers_asked(App& app, const AdviceOptions& options) {
  if (!options.customer.empty()) return std::vector{TRY(customer_named(app, options.customer))};
  return TRY(usage_files_of(app))->customers();
}

Result<void> load_desk_customers(Session& session, const AdviceOptions& options, AdviceFacts& facts) {
  App& app = *TRY(session.app());
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  facts.day = day_of(desk_now(TRY(load_desk(*snapshot)), app.clock.now()));
  UsageFactsCache cache;
  for (const CustomerId& id : TRY(customers_asked(app, options))) {
    UsageAsk ask{.customer = id, .estimate = TRY(parse_word<Estimate>(options.estimate, "an estimate"))};
    auto kept = std::make_shared<DeskHistory>();
    kept->facts = TRY(load_usage_facts(app, *snapshot, ask, cache));
    const HourSpan span = TRY(asked_span(options, kept->facts.span));
    if (span.empty()) continue;
    kept->periods = kept->facts.ratios->periods(span);
    facts.customers.push_back({.name = kept->facts.customer.name,
                               .id = id,
                               .history = history_of(kept->facts, kept->periods),
                               .lifetime = TRY(prices_for(*snapshot, kept->facts.roster)),
                               .hourly = TRY(hourly_prices_for(*snapshot, kept->facts.roster)),
                               .currency = kept->facts.customer.currency,
                               .kept = kept});
  }
  return {};
}

// Sizes that a machine could have: those of which a price is known.
std::vector<std::string> known_sizes(const AdviceFacts& facts) {
  std::set<std::string> sizes;
  for (const HourlyPrice& each : facts.hourly) sizes.insert(sku_key(each.sku));
  for (const PriceRow& each : facts.lifetime) sizes.insert(sku_key(each.sku));
  for (const CustomerHistory& customer : facts.customers) {
    for (const PriceRow& each : customer.lifetime) sizes.insert(sku_key(each.sku));
    for (const HourlyPrice& each : customer.hourly) sizes.insert(sku_key(each.sku));
    for (const ReservationVersion& each : customer.history.versions) sizes.insert(each.size);
    for (const Identity& each : *customer.history.roster) sizes.insert(each.size);
  }
  return {sizes.begin(), sizes.end()};
}

}  // namespace

advice::Prices AdviceFacts::prices(const CustomerHistory& customer) const {
  std::vector<PriceRow> rows = customer.lifetime;
  rows.insert(rows.end(), lifetime.begin(), lifetime.end());
  return advice::Prices::make(currency, hourly.empty() ? customer.hourly : hourly, rows, day);
}

Result<AdviceFacts> load_advice_facts(Session& session, const AdviceOptions& options) {
  const auto from = TRY(day_if(options.from));
  const auto until = TRY(day_if(options.until));
  if (from && until && *until <= *from) return fail(Code::invalid_argument, "--from is a day before --until");
  AdviceFacts facts;
  const bool files = !options.reservations.empty() || !options.usage.empty() || !options.ratios.empty();
  if (files)
    TRY(load_files(options, facts));
  else
    TRY(load_desk_customers(session, options, facts));
  TRY(read_prices(options, facts));
  facts.currency = TRY(currency_of(options, facts));
  facts.sizes = known_sizes(facts);
  if (!facts.customers.empty()) return facts;
  return fail(Code::not_found, options.customer.empty()
                                   ? "no usage in these days; import some, or choose other days with --from and --until"
                                   : fmt::format("no usage of '{}' in these days; import some, or choose other days", options.customer));
}

}  // namespace prorata::cli
