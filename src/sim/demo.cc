#include "sim/demo.h"

#include <array>

#include <fmt/format.h>

#include "app/allowance_desk.h"
#include "app/change_reservation.h"
#include "app/desk.h"
#include "app/import_portfolio.h"
#include "app/move_clock.h"
#include "app/purchase.h"
#include "app/return_reservation.h"
#include "app/settle.h"
#include "base/check.h"
#include "sim/ids.h"

namespace prorata::sim {
namespace {

struct DemoCustomer {
  std::string_view name, domain, country, currency;
  OfferType offer = OfferType::csp;
  Ratio price{1, 1};
  Ratio handling{0, 1};
};

constexpr std::array kCustomers = {
    DemoCustomer{"Nordvik Logistik AB", "nordvik.example", "SE", "SEK", OfferType::csp, {108, 100}, {2, 100}},
    DemoCustomer{"Björkö Energi AB", "bjorko-energi.example", "SE", "SEK", OfferType::csp, {11, 10}},
    DemoCustomer{"Solberg & Søn AS", "solberg.example", "NO", "NOK", OfferType::csp, {107, 100}},
    DemoCustomer{"Hafen Werke GmbH", "hafenwerke.example", "DE", "EUR", OfferType::csp, {105, 100}, {1, 100}},
    DemoCustomer{"Polder Media B.V.", "poldermedia.example", "NL", "EUR"},
    DemoCustomer{"Castle Street Clinics Ltd", "castleclinics.example", "GB", "GBP", OfferType::csp, {112, 100}},
    DemoCustomer{"Ångström Instrument AB", "angstrom.example", "SE", "SEK"},
    DemoCustomer{"Kivi Ohjelmistot Oy", "kivi.example", "FI", "EUR", OfferType::csp, {106, 100}},
    DemoCustomer{"Rosenholm Kommune", "rosenholm.example", "DK", "DKK", OfferType::csp, {104, 100}},
    DemoCustomer{"Prairie Freight Inc.", "prairiefreight.example", "US", "USD", OfferType::csp, {11, 10}},
    DemoCustomer{"Fjällräv Spel AB", "fjallravspel.example", "SE", "SEK", OfferType::pay_as_you_go},
};

struct DemoSize {
  std::string_view product, sku;
  std::int64_t year_usd, three_years_usd;  // one unit, whole dollars
};

constexpr std::array kSizes = {
    DemoSize{"VirtualMachines", "Standard_B2ms", 430, 830},         DemoSize{"VirtualMachines", "Standard_D2s_v5", 590, 1'140},
    DemoSize{"VirtualMachines", "Standard_D4s_v5", 1'180, 2'280},   DemoSize{"VirtualMachines", "Standard_D8s_v5", 2'360, 4'560},
    DemoSize{"VirtualMachines", "Standard_E4s_v5", 1'490, 2'890},   DemoSize{"VirtualMachines", "Standard_E16s_v5", 5'960, 11'560},
    DemoSize{"VirtualMachines", "Standard_F8s_v2", 2'080, 4'010},   DemoSize{"SqlDatabases", "SQLDB_GP_Compute_Gen5", 1'590, 3'010},
    DemoSize{"SuseLinux", "sles_standard_3-4_vcpu_vm", 640, 1'290},
};

// What Azure's own examples buy.
constexpr DemoSize kTutorialSize{"VirtualMachines", "Standard_B1s", 55, 107};
constexpr std::string_view kTutorialRegion = "westus";

struct DemoRate {
  std::string_view currency;
  std::int64_t per_thousand_usd;  // units of the currency for 1,000 USD
};
constexpr std::array kRates = {DemoRate{"SEK", 9'450}, DemoRate{"NOK", 10'060}, DemoRate{"EUR", 858}, DemoRate{"GBP", 742},
                               DemoRate{"DKK", 6'402}};

struct DemoPurchase {
  int day;  // of the year that the demo tells
  int customer, size;
  std::string_view region, name;
  int years;
  BillingPlan plan;
  int quantity;
  Usage usage;
  bool renew = false;
};

constexpr auto kUp = BillingPlan::upfront;
constexpr auto kMonthly = BillingPlan::monthly;
constexpr std::array kPurchases = {
    DemoPurchase{0, 0, 2, "swedencentral", "Terminal servers", 1, kUp, 6, Usage::used, true},
    DemoPurchase{0, 3, 5, "westeurope", "SAP application", 3, kUp, 4, Usage::used},
    DemoPurchase{4, 1, 7, "swedencentral", "Metering database", 1, kMonthly, 8, Usage::used},
    DemoPurchase{11, 5, 3, "uksouth", "Patient records", 1, kUp, 3, Usage::used},
    DemoPurchase{19, 9, 1, "centralus", "Dispatch", 3, kMonthly, 10, Usage::used},
    DemoPurchase{33, 4, 6, "westeurope", "Render farm", 1, kUp, 5, Usage::unused},
    DemoPurchase{47, 2, 4, "norwayeast", "Drawing office", 3, kMonthly, 2, Usage::used},
    DemoPurchase{60, 6, 2, "swedencentral", "Laboratory", 1, kMonthly, 3, Usage::used},
    DemoPurchase{72, 7, 3, "northeurope", "Build agents", 3, kUp, 2, Usage::used},
    DemoPurchase{88, 8, 0, "westeurope", "School portals", 1, kUp, 12, Usage::used, true},
    DemoPurchase{101, 0, 8, "swedencentral", "SUSE subscriptions", 1, kUp, 4, Usage::used},
    DemoPurchase{126, 3, 3, "germanywestcentral", "Warehouse", 3, kMonthly, 6, Usage::used},
    DemoPurchase{150, 9, 5, "centralus", "Route planning", 3, kUp, 5, Usage::used},
    DemoPurchase{166, 1, 2, "swedencentral", "Customer portal", 1, kMonthly, 4, Usage::used},
    DemoPurchase{190, 5, 7, "uksouth", "Booking database", 3, kUp, 2, Usage::used},
    DemoPurchase{214, 6, 5, "swedencentral", "Simulation", 3, kMonthly, 2, Usage::unused},
    DemoPurchase{239, 4, 1, "westeurope", "Editors", 1, kMonthly, 7, Usage::used},
    DemoPurchase{262, 2, 6, "norwayeast", "Site models", 1, kUp, 2, Usage::unknown},
    DemoPurchase{288, 7, 4, "northeurope", "Test lab", 1, kMonthly, 3, Usage::unused},
    DemoPurchase{305, 0, 3, "westeurope", "Reporting", 3, kUp, 2, Usage::used},
    DemoPurchase{331, 8, 2, "westeurope", "Case handling", 3, kMonthly, 4, Usage::used},
    DemoPurchase{352, 3, 1, "westeurope", "Kiosks", 1, kUp, 8, Usage::unknown},
    DemoPurchase{361, 9, 2, "centralus", "Telematics", 1, kUp, 3, Usage::unused},
    DemoPurchase{363, 1, 4, "swedencentral", "Forecasts", 1, kMonthly, 2, Usage::unused},
};

struct DemoReturn {
  int day;
  std::size_t purchase;  // of kPurchases
  int quantity;
  bool settled;
};
constexpr std::array kReturns = {DemoReturn{130, 3, 1, true}, DemoReturn{205, 12, 2, true}, DemoReturn{270, 5, 2, false},
                                 DemoReturn{340, 11, 1, false}};

constexpr std::string_view kBegins = "2025-09-15T08:00:00Z";
constexpr std::int64_t kLastDay = 365;

// The made-up partner's year, one event after the other.
class Story {
 public:
  Story(App& app, const std::function<void(std::int64_t)>& progress)
      : ids_(counted_ids(0xDE300001)),
        app_{app.store, app.clock, *ids_, app.packs, "demo"},
        progress_(progress),
        begins_(*parse_instant(kBegins)) {}

  Result<DemoReport> tell() {
    TRY(begin_demo(app_, begins_, kDemo));
    TRY(move_to(0));
    TRY(import_lists());
    TRY(import_customers(app_, customers_, "demo"));
    for (std::size_t next = 0, giving = 0; next < kPurchases.size() || giving < kReturns.size();) {
      const bool returns_first = giving < kReturns.size() && (next == kPurchases.size() || kReturns[giving].day < kPurchases[next].day);
      if (returns_first)
        TRY(give_back(kReturns[giving++]));
      else
        TRY(buy(kPurchases[next++]));
      progress_(++steps_);
    }
    TRY(move_to(kLastDay));
    TRY(place_hold(app_, {customers_[9].id, {420'000, Currency::usd()}, {420'000, Currency::usd()}, "request 1042"}));
    return DemoReport{static_cast<std::int64_t>(customers_.size()), static_cast<std::int64_t>(kPurchases.size()),
                      static_cast<std::int64_t>(kReturns.size()), add_seconds(begins_, kLastDay * 86'400)};
  }

 private:
  Result<void> move_to(std::int64_t day) {
    TRY(move_clock(app_, {.to = add_seconds(begins_, day * 86'400), .freeze = true}, [](std::int64_t) {}));
    return {};
  }

  Result<void> import_lists() {
    const Day from = make_day(2025, 1, 1);
    std::vector<ExchangeRate> rates;
    for (const DemoRate& rate : kRates)
      rates.push_back({from, Currency::usd(), TRY(Currency::parse(rate.currency)), {rate.per_thousand_usd, 1'000}});
    std::vector<PriceRow> prices;
    std::vector<std::pair<DemoSize, std::string_view>> offered = {{kTutorialSize, kTutorialRegion}};
    for (const DemoSize& size : kSizes)
      for (const std::string_view region :
           {"swedencentral", "westeurope", "northeurope", "uksouth", "norwayeast", "centralus", "germanywestcentral"})
        offered.emplace_back(size, region);
    for (const auto& [size, region] : offered)
      for (const auto& [years, dollars] : {std::pair(1, size.year_usd), std::pair(3, size.three_years_usd)}) {
        PriceRow row{.product = std::string(size.product),
                     .sku = std::string(size.sku),
                     .region = std::string(region),
                     .term = Term{years},
                     .from = from,
                     .price = {dollars * 100, Currency::usd()}};
        prices.push_back(row);
        for (const ExchangeRate& rate : rates) {
          PriceRow local = row;
          local.price = TRY(convert(row.price, rate.to, rates, from));
          prices.push_back(std::move(local));
        }
      }
    TRY(import_rates(app_, std::move(rates), "demo"));
    TRY(import_prices(app_, std::move(prices), "demo"));
    for (std::size_t i = 0; i < kCustomers.size(); ++i) {
      const DemoCustomer& c = kCustomers[i];
      customers_.push_back({.id = CustomerId::trusted(ids_->next()),
                            .name = std::string(c.name),
                            .domain = std::string(c.domain),
                            .country = std::string(c.country),
                            .currency = TRY(Currency::parse(c.currency)),
                            .offer = c.offer,
                            .subscriptions = {{SubscriptionId::trusted(ids_->next()), "Production", {"web", "data"}, ""}},
                            .price_ratio = c.price,
                            .handling_rate = c.handling});
    }
    return {};
  }

  Result<void> buy(const DemoPurchase& p) {
    TRY(move_to(p.day));
    const DemoSize& size = kSizes[static_cast<std::size_t>(p.size)];
    const CustomerId customer = customers_[static_cast<std::size_t>(p.customer)].id;
    const Reservation bought = TRY(purchase(app_, {customer,
                                                   {.product = std::string(size.product),
                                                    .sku = std::string(size.sku),
                                                    .region = std::string(p.region),
                                                    .term = Term{p.years},
                                                    .plan = p.plan,
                                                    .quantity = p.quantity,
                                                    .name = std::string(p.name)},
                                                   ""}));
    TRY(change_reservation(app_, {bought.id, "usage", std::string(to_string(p.usage)), ""},
                           [&](Reservation r, Instant now) -> Result<Reservation> {
                             r.usage = p.usage;
                             ++r.revision;
                             r.updated = now;
                             return r;
                           }));
    if (p.renew)
      TRY(change_reservation(app_, {bought.id, "renewal", "on", ""},
                             [](Reservation r, Instant now) { return set_renewal(std::move(r), true, std::nullopt, now); }));
    bought_.push_back(bought.id);
    return {};
  }

  Result<void> give_back(const DemoReturn& r) {
    TRY(move_to(r.day));
    const std::string reference = fmt::format("request {}", 1'000 + r.day);
    const ReturnOutcome outcome =
        TRY(return_reservation(app_, {.refund = {.reservation = bought_[r.purchase], .quantity = r.quantity, .approved = reference},
                                      .accept_clip = true,
                                      .key = reference}));
    if (!r.settled) return {};
    TRY(receive_credit(app_, {outcome.record.id, fmt::format("G{:06}", 4'000 + r.day), false}));
    TRY(settle_return(
        app_,
        {.returned = outcome.record.id, .method = "bank", .reference = fmt::format("CN-{}", 700 + r.day), .key = "settle " + reference}));
    return {};
  }

  std::unique_ptr<IdSource> ids_;
  App app_;
  const std::function<void(std::int64_t)>& progress_;
  Instant begins_;
  std::int64_t steps_ = 0;
  std::vector<Customer> customers_;
  std::vector<ReservationId> bought_;
};

}  // namespace

Result<void> begin_demo(App& app, Instant begins, std::string_view action) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Moment moment = TRY(load_moment(app, *snapshot));
  if (!moment.desk.sandbox) return fail(Code::not_sandbox, "the demo loads into a sandbox only; make one with 'prorata init --sandbox'");
  if (TRY(snapshot->counts()).customers > 0)
    return fail(Code::already_exists, "this desk has customers already; the demo loads into an empty sandbox");
  if (moment.desk.frozen_at || begins < moment.now) {
    // The story begins in the past: a fresh sandbox may be wound back once, before anything has happened in it.
    Changes changes;
    changes.audit = {
        .at = begins, .actor = app.actor, .action = std::string(action), .before = to_string(moment.now), .after = to_string(begins)};
    changes.desk = moment.desk;
    changes.desk->frozen_at = begins;
    TRY(app.store.commit(std::move(changes)));
  }
  return {};
}

std::int64_t demo_steps() { return static_cast<std::int64_t>(kPurchases.size() + kReturns.size()); }

Result<DemoReport> load_demo(App& app, const std::function<void(std::int64_t)>& progress) { return Story(app, progress).tell(); }

}  // namespace prorata::sim
