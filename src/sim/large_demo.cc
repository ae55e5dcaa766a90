#include "sim/large_demo.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "app/decide_request.h"
#include "app/draft_request.h"
#include "app/import_portfolio.h"
#include "app/import_usage.h"
#include "app/move_clock.h"
#include "app/return_reservation.h"
#include "app/run_utilization.h"
#include "app/settle.h"
#include "app/submit_request.h"
#include "base/check.h"
#include "sim/chance.h"
#include "sim/ids.h"

namespace prorata::sim {
namespace {

// The desk takes its lists in on the first day, and the story ends three months later, on the day of the small demo.
constexpr std::string_view kBegins = "2026-06-15T08:00:00Z";
constexpr std::int64_t kLastDay = 92;
constexpr std::int64_t kDaysBefore = 4 * 365;
constexpr std::size_t kAtOnce = 500;
constexpr std::int64_t kReturns = 48;
constexpr std::int64_t kRequests = 26;
constexpr std::int64_t kApprovalAboveUsd = 5'000;

struct Country {
  std::string_view code, currency, form;
  std::vector<std::string_view> places;  // made up
  std::vector<std::string_view> trades;
  std::string_view region;
};
const std::vector<Country>& countries() {
  static const std::vector<Country> kCountries = {
      {"SE",
       "SEK",
       "AB",
       {"Almvik", "Björnsund", "Ekhamra", "Furudal", "Granvik", "Hassela", "Järnvik", "Klippa", "Lindhem", "Måsholm", "Näsbro", "Ormsjö",
        "Ravlunda", "Skogsta", "Tallvik", "Västerö", "Åsmark", "Ödehult"},
       {"Logistik", "Energi", "Tryckeri", "Bygg", "Instrument", "Livs", "Vård", "Spel", "Trä", "Rederi"},
       "swedencentral"},
      {"NO",
       "NOK",
       "AS",
       {"Bergvåg", "Dalnes", "Fjordlia", "Granheim", "Havneset", "Lyngvik", "Nordhøgda", "Storlien", "Tindra", "Vestnesodden"},
       {"Sjømat", "Kraft", "Analyse", "Bygg", "Verft", "Transport"},
       "norwayeast"},
      {"DK",
       "DKK",
       "A/S",
       {"Birkholt", "Egelund", "Havnsø", "Klitmark", "Løvbjerg", "Østerholt"},
       {"Medico", "Landbrug", "Design", "Fragt", "Energi"},
       "westeurope"},
      {"FI",
       "EUR",
       "Oy",
       {"Hopeasaari", "Kaarnamäki", "Lumiranta", "Metsäpelto", "Suvilahti", "Tuulivuori"},
       {"Ohjelmistot", "Metalli", "Terveys", "Rakennus", "Meri"},
       "northeurope"},
      {"DE",
       "EUR",
       "GmbH",
       {"Altenried", "Buchental", "Eichsee", "Falkenau", "Grünhof", "Lindenfurt", "Rotbach", "Silberwald"},
       {"Werke", "Maschinen", "Medien", "Pharma", "Spedition", "Optik"},
       "germanywestcentral"},
      {"NL",
       "EUR",
       "B.V.",
       {"Duinbeek", "Heldermeer", "Kranenbrug", "Rietveen", "Waterhof"},
       {"Media", "Bloemen", "Techniek", "Zorg"},
       "westeurope"},
      {"GB",
       "GBP",
       "Ltd",
       {"Ashcombe", "Brackenford", "Elderwick", "Hollowmere", "Oakhampton Vale", "Thornbury Cross"},
       {"Clinics", "Foods", "Estates", "Freight", "Learning"},
       "uksouth"},
      {"US",
       "USD",
       "Inc.",
       {"Cedar Bluff", "Granite Fork", "Maple Hollow", "Pine Crest", "Red Mesa", "Silver Prairie"},
       {"Freight", "Health", "Outdoor", "Robotics", "Dairy"},
       "centralus"}};
  return kCountries;
}
constexpr std::array kCountryOften = {0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 6, 6, 7};

struct Size {
  std::string_view product, group, sku;
  std::int64_t ratio;
  std::int64_t year_usd, three_years_usd;  // a unit, whole dollars, on the newer list
};
constexpr std::array kSizes = {Size{"VirtualMachines", "DSv5 Series", "Standard_D2s_v5", 1, 590, 1'140},
                               Size{"VirtualMachines", "DSv5 Series", "Standard_D4s_v5", 2, 1'180, 2'280},
                               Size{"VirtualMachines", "DSv5 Series", "Standard_D8s_v5", 4, 2'360, 4'560},
                               Size{"VirtualMachines", "DSv5 Series", "Standard_D16s_v5", 8, 4'720, 9'120},
                               Size{"VirtualMachines", "ESv5 Series", "Standard_E4s_v5", 1, 1'490, 2'890},
                               Size{"VirtualMachines", "ESv5 Series", "Standard_E8s_v5", 2, 2'980, 5'780},
                               Size{"VirtualMachines", "ESv5 Series", "Standard_E16s_v5", 4, 5'960, 11'560},
                               Size{"VirtualMachines", "FSv2 Series", "Standard_F4s_v2", 1, 1'040, 2'005},
                               Size{"VirtualMachines", "FSv2 Series", "Standard_F8s_v2", 2, 2'080, 4'010},
                               Size{"SqlDatabases", "", "SQLDB_GP_Compute_Gen5", 1, 1'590, 3'010},
                               Size{"SuseLinux", "", "sles_standard_3-4_vcpu_vm", 1, 640, 1'290}};
constexpr std::size_t kMachineSizes = 9;  // the first ones

constexpr std::array<std::string_view, 16> kPurposes = {
    "Web",     "Batch",   "Build agents", "Reporting", "Terminal servers", "Integration", "Booking",   "Search",
    "Payroll", "Archive", "Render farm",  "Test lab",  "Intranet",         "Telemetry",   "Data lake", "Warehouse"};

struct Rate {
  std::string_view currency;
  std::int64_t per_thousand_usd;
};
constexpr std::array kRates = {Rate{"SEK", 9'450}, Rate{"NOK", 10'060}, Rate{"EUR", 858}, Rate{"GBP", 742}, Rate{"DKK", 6'402}};

// Letters that a domain may have.
std::string domain_of(std::string_view name) {
  static const std::map<std::string_view, std::string_view> kPlain = {{"å", "a"}, {"ä", "a"}, {"ö", "o"}, {"ø", "o"}, {"ü", "u"},
                                                                      {"Å", "a"}, {"Ä", "a"}, {"Ö", "o"}, {"Ø", "o"}, {"Ü", "u"}};
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    if (const auto two = kPlain.find(name.substr(i, 2)); two != kPlain.end()) {
      out += two->second;
      i += 2;
    } else {
      if (name[i] != ' ') out += name[i];
      ++i;
    }
  }
  return to_lower(out);
}

// The smaller numbers far more often.
std::int64_t leaning_low(Chance& chance, std::int64_t least, std::int64_t most) {
  return std::min({chance.between(least, most), chance.between(least, most), chance.between(least, most)});
}

class LargeStory {
 public:
  LargeStory(App& app, const LargeDemoWanted& wanted, const std::function<void(std::int64_t)>& progress)
      : ids_(counted_ids(0xDE300002)),
        app_{app.store, app.clock, *ids_, app.packs, "demo", app.usage},
        wanted_(wanted),
        chance_(wanted.seed),
        progress_(progress),
        begins_(*parse_instant(kBegins)) {}

  Result<DemoReport> tell() {
    TRY(begin_demo(app_, begins_, kLargeDemo));
    TRY(move_to(0));
    TRY(import_lists());
    TRY(import_partner());
    TRY(live_through_the_quarter());
    if (app_.usage != nullptr) TRY(meter());
    return DemoReport{static_cast<std::int64_t>(customers_.size()), wanted_.reservations, returned_,
                      add_seconds(begins_, kLastDay * 86'400)};
  }

 private:
  void step() { progress_(++steps_); }

  Result<void> move_to(std::int64_t day) {
    TRY(move_clock(app_, {.to = add_seconds(begins_, day * 86'400), .freeze = true}, [](std::int64_t) {}));
    return {};
  }

  // ---- lists -------------------------------------------------------------------------------------------------------------------------

  Result<void> import_lists() {
    std::vector<ExchangeRate> rates;
    std::vector<PriceRow> prices;
    // Prices rose by an eighth in between, so that a return is weighed against what a unit would cost today.
    for (const auto& [from, eighths] : {std::pair(make_day(2022, 1, 1), 8), std::pair(make_day(2025, 1, 1), 9)}) {
      for (const Rate& rate : kRates)
        rates.push_back({from, Currency::usd(), TRY(Currency::parse(rate.currency)), {rate.per_thousand_usd, 1'000}});
      std::set<std::string_view> regions;
      for (const Country& country : countries()) regions.insert(country.region);
      for (const Size& size : kSizes)
        for (const std::string_view region : regions)
          for (const auto& [years, dollars] : {std::pair(1, size.year_usd), std::pair(3, size.three_years_usd)}) {
            PriceRow row{.product = std::string(size.product),
                         .sku = std::string(size.sku),
                         .region = std::string(region),
                         .term = Term{years},
                         .from = from,
                         .price = {dollars * 100 * eighths / 9, Currency::usd()}};
            prices.push_back(row);
            for (const Rate& rate : kRates) {
              PriceRow local = row;
              local.price = TRY(convert(row.price, TRY(Currency::parse(rate.currency)), rates, from));
              prices.push_back(std::move(local));
            }
          }
    }
    std::vector<FlexibilityRatio> ratios;
    for (std::size_t i = 0; i < kMachineSizes; ++i)
      ratios.push_back({std::string(kSizes[i].group), std::string(kSizes[i].sku), {kSizes[i].ratio, 1}});
    TRY(import_rates(app_, std::move(rates), "demo"));
    TRY(import_prices(app_, std::move(prices), "demo"));
    TRY(import_ratios(app_, std::move(ratios), "demo"));
    step();
    return {};
  }

  // ---- customers and what they have --------------------------------------------------------------------------------------------------

  void make_customers() {
    std::set<std::string> names;
    while (static_cast<std::int64_t>(customers_.size()) < wanted_.customers) {
      const Country& country = countries()[static_cast<std::size_t>(chance_.pick(kCountryOften))];
      const std::string_view place = chance_.pick(country.places);
      const std::string name = fmt::format("{} {} {}", place, chance_.pick(country.trades), country.form);
      if (!names.insert(name).second) continue;
      Customer customer{.id = CustomerId::trusted(ids_->next()),
                        .name = name,
                        .domain = domain_of(name.substr(0, name.size() - country.form.size() - 1)) + ".example",
                        .country = std::string(country.code),
                        .currency = *Currency::parse(country.currency),
                        .price_ratio = {chance_.between(100, 115), 100},
                        .handling_rate = {chance_.one_in(3) ? 2 : 0, 100},
                        .may_buy = chance_.one_in(9)};
      static constexpr std::array<std::string_view, 4> kKinds = {"Production", "Test", "Data", "Archive"};
      const auto count = static_cast<std::size_t>(leaning_low(chance_, 1, 4));
      for (std::size_t i = 0; i < count; ++i)
        customer.subscriptions.push_back({.id = SubscriptionId::trusted(ids_->next()),
                                          .name = std::string(kKinds[i]),
                                          .resource_groups = {"web", "data"},
                                          .management_group = {}});
      regions_.push_back(country.region);
      // A few are large: a tail that halves as it doubles.
      std::int64_t weight = chance_.between(4, 20);
      while (weight < 400 && chance_.between(1, 100) <= 48) weight *= 2;
      for (std::int64_t i = 0; i < weight; ++i) lots_.push_back(customers_.size());
      customers_.push_back(std::move(customer));
    }
  }

  Scope scope_of(const Customer& customer) {
    const Subscription& subscription = chance_.pick(customer.subscriptions);
    const std::string id = "/subscriptions/" + subscription.id.text();
    const std::int64_t kind = chance_.between(1, 10);
    if (kind <= 6) return {};
    if (kind <= 9) return {.type = ScopeType::single, .id = id, .display_name = subscription.name};
    return {.type = ScopeType::resource_group, .id = id + "/resourceGroups/web", .display_name = "web"};
  }

  ImportedReservation make_reservation(std::size_t owner, std::int64_t number) {
    const Customer& customer = customers_[owner];
    const Size& size = kSizes[static_cast<std::size_t>(chance_.one_in(8) ? chance_.between(0, std::ssize(kSizes) - 1)
                                                                         : leaning_low(chance_, 0, std::ssize(kSizes) - 1))];
    // More was bought lately than long ago.
    const std::int64_t days_ago = std::min(chance_.between(1, kDaysBefore), chance_.between(1, kDaysBefore));
    const Instant bought = add_seconds(begins_, -days_ago * 86'400 + chance_.between(-3, 8) * 3'600 + chance_.between(0, 3'599));
    const Term term{chance_.one_in(3) ? 3 : 1};
    const Instant expiry = expiry_of(bought, term);
    const bool ended = expiry <= begins_;
    const bool cancelled = !ended && chance_.one_in(40);
    const std::int64_t quantity = leaning_low(chance_, 1, 6);
    ImportedReservation r;
    r.order = OrderId::trusted(ids_->next());
    r.id = ReservationId::trusted(ids_->next());
    r.revision = 1;
    r.name = fmt::format("{} {}", chance_.pick(kPurposes), number);
    r.product = std::string(size.product);
    r.sku = std::string(size.sku);
    r.region = std::string(regions_[owner]);
    r.sku_description = fmt::format("{}, {}, {} year{}", size.sku, regions_[owner], term.years, term.years == 1 ? "" : "s");
    r.quantity = quantity;
    r.term = term;
    r.plan = chance_.one_in(2) ? BillingPlan::monthly : BillingPlan::upfront;
    r.purchased = r.benefit_start = bought;
    r.expiry = expiry;
    r.updated = bought;
    r.state = ended ? ProvisioningState::expired : cancelled ? ProvisioningState::cancelled : ProvisioningState::succeeded;
    r.scope = scope_of(customer);
    r.instance_flexibility = !chance_.one_in(7);
    r.archived = ended && (expiry < add_seconds(begins_, -45 * 86'400) || chance_.one_in(2));
    r.renew = !ended && !cancelled && chance_.one_in(5);
    r.billing_scope = "/subscriptions/" + customer.subscriptions.front().id.text();
    r.usage = chance_.one_in(12) ? Usage::unknown : Usage::used;
    return r;
  }

  Result<void> import_partner() {
    make_customers();
    TRY(import_customers(app_, customers_, "demo"));
    step();
    PortfolioImport import(app_, {.as_of = day_of(begins_), .name = "demo"});
    std::vector<ImportedOrder> orders;
    std::vector<ImportedReservation> reservations;
    for (std::int64_t number = 1; number <= wanted_.reservations; ++number) {
      const std::size_t owner = chance_.pick(lots_);
      ImportedReservation r = make_reservation(owner, number);
      ImportedOrder order;
      order.id = r.order;
      order.revision = 1;
      order.name = r.name;
      order.term = r.term;
      order.plan = r.plan;
      order.original_quantity = r.quantity;
      order.requested = order.created = order.benefit_start = r.purchased;
      order.expiry = r.expiry;
      order.state = r.state;
      order.reservations = {r.id};
      if (*r.state == ProvisioningState::succeeded) living_.push_back({r.id, owner, r});
      orders.push_back(std::move(order));
      reservations.push_back(std::move(r));
      if (reservations.size() < kAtOnce && number < wanted_.reservations) continue;
      TRY(import.take({}, reservations));
      TRY(import.take(orders, {}));  // an order belongs to whom its reservations belong to
      orders.clear();
      reservations.clear();
      step();
    }
    TRY(import.finish());
    if (!import.refusals().empty())
      return fail(Code::internal,
                  fmt::format("the demo's own list: {}: {}", import.refusals().front().subject, import.refusals().front().reason));
    return {};
  }

  // ---- three months of business ------------------------------------------------------------------------------------------------------

  struct Living {
    ReservationId id;
    std::size_t owner;
    ImportedReservation as_listed;
  };
  struct Person {
    Acting acting;
    std::string first, last, email;
  };

  Person person(std::string first, std::string last) {
    const std::string email = to_lower(first) + "@partner.example";
    return {.acting = {.principal = {.id = PrincipalId::trusted(ids_->next()), .name = email, .roles = {access::Standing::admin_agent}},
                       .assignments = {}},
            .first = std::move(first),
            .last = std::move(last),
            .email = email};
  }
  App as(const Person& who) {
    App app = app_;
    app.actor = who.email;
    app.acting = &who.acting;
    return app;
  }

  Result<void> live_through_the_quarter() {
    const Person asks = person("Maja", "Strand");
    const Person approves = person("Erik", "Nygren");
    TRY(change_request_rules(app_, {.approval_above = std::optional(Money{kApprovalAboveUsd * 100, Currency::usd()})}));
    std::int64_t next_return = 0;
    std::int64_t next_request = 0;
    for (std::int64_t week = 1; week * 7 < kLastDay; ++week) {
      TRY(move_to(week * 7));
      for (; next_return < kReturns * week / 13; ++next_return) TRY(give_back(week));
      // What was asked for in the last weeks stands open at the end; a day on the allowance and in the inbox.
      if (week >= 10)
        for (; next_request < kRequests * (week - 9) / 4; ++next_request) TRY(ask(asks, approves, next_request));
      step();
    }
    TRY(move_to(kLastDay));
    step();
    return {};
  }

  // What a policy refuses is left alone: the partner had looked at the quote.
  static bool is_refusal(const Error& why) { return why.code == Code::refused || why.code == Code::not_found; }

  Result<void> give_back(std::int64_t week) {
    const Living& one = chance_.pick(living_);
    const std::int64_t units = leaning_low(chance_, 1, std::max<std::int64_t>(1, one.as_listed.quantity.value_or(1) / 2));
    const std::string reference = fmt::format("request {}", 2'000 + serial_++);
    const Result<ReturnOutcome> outcome = return_reservation(
        app_, {.refund = {.reservation = one.id, .quantity = units, .approved = reference}, .accept_clip = true, .key = reference});
    if (!outcome) return is_refusal(outcome.error()) ? Result<void>() : std::unexpected(outcome.error());
    ++returned_;
    if (week > 10 || chance_.one_in(4)) return {};  // the provider's credit is still to come
    TRY(receive_credit(app_, {outcome->record.id, fmt::format("G{:06}", 5'000 + serial_), false}));
    if (chance_.one_in(3)) return {};  // and still to be passed on
    TRY(settle_return(
        app_,
        {.returned = outcome->record.id, .method = "bank", .reference = fmt::format("CN-{}", serial_), .key = "settle " + reference}));
    return {};
  }

  // A draft, and of most of them more: filed, approved inside, decided, withdrawn.
  Result<void> ask(const Person& who, const Person& other, std::int64_t number) {
    const Living& one = chance_.pick(living_);
    App asking = as(who);
    const std::string key = fmt::format("demo-ask-{}", number);
    const Result<DraftedRequest> draft = draft_request(
        asking,
        {.from = {},
         .lines = {
             .returns = {{.order = {}, .reservation = one.id, .quantity = leaning_low(chance_, 1, *one.as_listed.quantity), .sku = {}}},
             .reason = chance_.one_in(2) ? "The customer needs less." : "The workload has moved.",
             .key = key}});
    if (!draft) return is_refusal(draft.error()) ? Result<void>() : std::unexpected(draft.error());
    if (number % 6 == 0) return {};
    SubmitAsk submit{.number = draft->request.number, .accept_clip = true, .key = key + "-file"};
    submit.contact = {.first_name = who.first,
                      .last_name = who.last,
                      .method = support::ContactMethod::email,
                      .email = who.email,
                      .time_zone = "W. Europe Standard Time",
                      .country = "SWE",
                      .language = "en-US"};
    Result<request::Request> filed = submit_request(asking, submit);
    if (!filed) return is_refusal(filed.error()) ? Result<void>() : std::unexpected(filed.error());
    App deciding = as(other);
    if (number % 6 == 1) return {};
    if (filed->state == request::State::partner_approval) {
      if (number % 2 == 0) return {};
      filed = TRY(approve_inside(deciding, {.number = filed->number, .note = "The quote is right.", .key = key + "-inside"}));
    }
    if (number % 6 == 5) {
      TRY(withdraw_request(asking, {.number = filed->number, .reason = "The customer keeps it after all.", .key = key + "-back"}));
    } else if (number % 6 == 4) {
      TRY(decide_request(deciding,
                         {.number = filed->number, .approve = false, .reason = "It was moved from another partner.", .key = key + "-no"}));
    } else if (number % 6 == 3) {
      const request::Request done =
          TRY(decide_request(deciding, {.number = filed->number, .approve = true, .reason = {}, .key = key + "-yes"}));
      returned_ += done.state == request::State::completed;
    }
    return {};
  }

  // ---- a year of usage ---------------------------------------------------------------------------------------------------------------

  // Machines like what is reserved, so that most of it is used, some wasted and some not covered at all.
  Result<void> meter() {
    std::vector<UsageMachine> machines;
    std::vector<std::int64_t> habits;
    for (std::int64_t i = 0; i < wanted_.machines; ++i) {
      const Living& like = chance_.pick(living_);
      const Customer& customer = customers_[like.owner];
      const auto size = std::ranges::find(kSizes, like.as_listed.sku, [](const Size& each) { return std::string(each.sku); });
      if (size == kSizes.end() || size->group.empty()) continue;
      const Subscription& subscription = chance_.pick(customer.subscriptions);
      const std::string id = fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Compute/virtualMachines/vm-{:05}",
                                         subscription.id.text(), chance_.one_in(2) ? "web" : "data", i);
      machines.push_back({.identity = utilization::make_identity(id, like.as_listed.sku, like.as_listed.region), .customer = {}});
      habits.push_back(chance_.between(1, 100));
    }
    UsageImporter import =
        TRY(UsageImporter::begin(app_, {.path = "/demo/usage", .digest = fmt::format("demo {}", wanted_.seed), .customer = {}}));
    UsageCounts counts{.dialect = "hourly"};
    const Day last = day_of(add_seconds(begins_, kLastDay * 86'400));
    std::vector<UsageRow> rows;
    // Month by month, so that each is gathered once.
    for (Day day = make_day(2025, 9, 1); day < last;) {
      const Day end = std::min(next_month(day), last);
      rows.clear();
      for (std::uint32_t machine = 0; machine < machines.size(); ++machine) add_use(machine, habits[machine], day, end, rows);
      for (UsageRow& row : rows) row.line = ++counts.rows;
      TRY(import.take(rows, machines));
      day = end;
      step();
    }
    TRY(import.finish(counts));
    TRY(run_utilization(app_, {.threads = wanted_.threads}));
    step();
    return {};
  }

  void add_use(std::uint32_t machine, std::int64_t habit, Day from, Day until, std::vector<UsageRow>& rows) {
    const auto add = [&](Day day, int hour, std::int64_t hours) {
      rows.push_back({.machine = machine,
                      .quantity = static_cast<std::uint32_t>(utilization::kFullHour),
                      .from = utilization::add_hours(utilization::first_hour(day), hour),
                      .hours = static_cast<std::uint16_t>(hours)});
    };
    if (habit <= 55) {  // always on, but for a day now and then
      Day day = from;
      if (habit % 5 == 0 && day < until) day = add_days(day, static_cast<std::int32_t>(chance_.between(0, 6)));
      if (day < until) add(day, 0, days_between(day, until) * 24);
      return;
    }
    for (Day day = from; day < until; day = add_days(day, 1)) {
      const bool weekend = ((day.since_epoch % 7) + 7) % 7 == 2 || ((day.since_epoch % 7) + 7) % 7 == 3;  // 1970 began on a Thursday
      if (habit <= 85 && !weekend) add(day, 6, 12);
      if (habit > 85 && chance_.one_in(2)) add(day, static_cast<int>(chance_.between(0, 8)), chance_.between(2, 15));
    }
  }

  std::unique_ptr<IdSource> ids_;
  App app_;
  LargeDemoWanted wanted_;
  Chance chance_;
  const std::function<void(std::int64_t)>& progress_;
  Instant begins_;
  std::int64_t steps_ = 0;
  std::int64_t serial_ = 1;
  std::int64_t returned_ = 0;
  std::vector<Customer> customers_;
  std::vector<std::string_view> regions_;  // of each customer
  std::vector<std::size_t> lots_;          // a customer stands in it as often as it is likely to buy
  std::vector<Living> living_;
};

}  // namespace

std::int64_t large_demo_steps() { return 2 + 20 + 14 + 14; }

Result<DemoReport> load_large_demo(App& app, const LargeDemoWanted& wanted, const std::function<void(std::int64_t)>& progress) {
  return LargeStory(app, wanted, progress).tell();
}

}  // namespace prorata::sim
