// How long the first page of 'reservation list' takes on 1,000,000 reservations, over many filters, all sorts, both directions and pages
// deep within: on SQLite, and on PostgreSQL where there is one. Filling goes through the store in commits of 10,000.
//
//   list_bench                        both stores, 1,000,000 reservations
//   list_bench sqlite 100000          one store, fewer
#include "app/desk.h"
#include "database.h"
#include "store/statements.h"

using namespace prorata;
using namespace prorata::bench;

namespace {

constexpr std::int64_t kCommit = 10'000;
constexpr int kRounds = 3;  // the first finds no statement prepared and nothing in memory; all of them count
constexpr double kGoalSeconds = 0.050;
constexpr std::int64_t kCustomers = 2'000;
constexpr std::int64_t kSkus = 120;
constexpr std::int64_t kRegions = 30;
const Day kToday = make_day(2026, 7, 1);

// A number below `count` of which small ones are common and large ones rare, as customers and sizes are.
std::int64_t skewed(Numbers& numbers, std::int64_t count) {
  const std::int64_t a = numbers.in(0, 1'000);
  return a * a * numbers.in(0, 1'000) * count / 1'000'000'000;
}

std::string sku_name(std::int64_t n) { return fmt::format("Standard_{}{}s_v{}", "DEFLM"[n % 5], 2 << (n / 5 % 6), 3 + n / 30); }
std::string region_name(std::int64_t n) { return n == 0 ? "swedencentral" : fmt::format("region{:02}", n); }
std::string product_name(std::int64_t n) {
  static constexpr const char* kProducts[] = {"VirtualMachines", "SqlDatabases", "CosmosDb", "AppService", "RedisCache", "Databricks"};
  return kProducts[n];
}
std::string name_of(std::int64_t n, Numbers& numbers) {
  static constexpr const char* kNames[] = {"web", "batch", "database", "build", "Test", "reporting", "kubernetes", "desktop"};
  return fmt::format("{} {:07}", kNames[skewed(numbers, 8)], n);
}

Reservation listed_reservation(std::int64_t n, Numbers& numbers) {
  const std::int64_t customer = skewed(numbers, kCustomers);
  const Day start{kToday.since_epoch - static_cast<std::int32_t>(numbers.in(0, 1'460))};
  Reservation r =
      made_up_reservation(n, numbered<CustomerId>(customer), {start_of(start).ticks + numbers.in(0, kTicksPerDay)}, numbers.in(1, 40));
  r.name = name_of(n, numbers);
  // A size of the oldest generation is no longer sold, so all of its reservations are old ones.
  const std::int64_t sku = skewed(numbers, kSkus);
  r.sku = sku_name(days_between(start, kToday) < 730 && sku < 30 ? sku + 30 : sku);
  r.region = region_name(skewed(numbers, kRegions));
  r.product = product_name(numbers.in(0, 5'000) == 0 ? 5 : skewed(numbers, 5));
  r.term = Term{numbers.in(0, 2) == 0 ? 1 : 3};
  r.expiry = expiry_of(r.benefit_start, r.term);
  r.state = ProvisioningState::succeeded;
  if (day_of(r.expiry) <= kToday)
    r.state = ProvisioningState::expired;
  else if (numbers.in(0, 8) == 0)
    r.state = ProvisioningState::cancelled;
  else if (numbers.in(0, 20'000) == 0)
    r.state = ProvisioningState::pending;
  r.archived = !is_active(r) && numbers.in(0, 6) == 0;
  return r;
}

void fill(Store& store, std::int64_t count) {
  CHECK(store.commit({.audit = {.at = start_of(kToday), .actor = "bench", .action = "desk.init"}, .desk = Desk{.partner = "Bench"}}),
        "a desk");
  Changes customers{.audit = {.at = start_of(kToday), .actor = "bench", .action = "fill"}};
  for (std::int64_t n = 0; n < kCustomers; ++n) customers.customers.push_back(made_up_customer(n));
  CHECK(store.commit(std::move(customers)), "customers");
  Numbers numbers(11);
  for (std::int64_t from = 0; from < count; from += kCommit) {
    Changes changes{.audit = {.at = start_of(kToday), .actor = "bench", .action = "fill"}};
    for (std::int64_t n = from; n < std::min(count, from + kCommit); ++n) changes.reservations.push_back(listed_reservation(n, numbers));
    CHECK(store.commit(std::move(changes)), "reservations");
  }
}

struct Filter {
  std::string name;
  std::function<void(ReservationQuery&)> set;
};

// Each filter with values that match many, some and few.
std::vector<Filter> filters() {
  std::vector<Filter> all = {{"all", [](ReservationQuery&) {}}};
  const auto add = [&](std::string name, std::function<void(ReservationQuery&)> set) { all.push_back({std::move(name), std::move(set)}); };
  for (const std::int64_t n : {0, 3, 40, 500, 1'500, 1'990})
    add(fmt::format("customer {}", n), [n](ReservationQuery& q) { q.customer = numbered<CustomerId>(n); });
  for (const ProvisioningState state : {ProvisioningState::succeeded, ProvisioningState::cancelled, ProvisioningState::expired,
                                        ProvisioningState::pending, ProvisioningState::failed})
    add(fmt::format("state {}", to_string(state)), [state](ReservationQuery& q) { q.state = state; });
  for (const std::int64_t n : {0, 30, 45, 80, 119}) add("sku " + sku_name(n), [n](ReservationQuery& q) { q.sku = sku_name(n); });
  add("sku of nobody", [](ReservationQuery& q) { q.sku = "Standard_X9"; });
  for (const std::int64_t n : {0, 5, 20, 29}) add("region " + region_name(n), [n](ReservationQuery& q) { q.region = region_name(n); });
  for (const std::int64_t n : {0, 3, 5}) add("product " + product_name(n), [n](ReservationQuery& q) { q.product = product_name(n); });
  for (const char* prefix : {"web", "DESKTOP", "web 00001", "web 0000100", "zebra"})
    add(fmt::format("name {}", prefix), [prefix](ReservationQuery& q) { q.name_prefix = prefix; });
  for (const int days : {1, 30, 365}) {
    add(fmt::format("expires in {} days", days), [days](ReservationQuery& q) {
      q.expires_from = kToday;
      q.expires_until = add_days(kToday, days);
    });
  }
  add("archived", [](ReservationQuery& q) { q.archived = true; });
  add("order", [](ReservationQuery& q) { q.order = numbered<OrderId>(777); });
  const auto both = [&](std::string name, std::size_t a, std::size_t b) {
    all.push_back({std::move(name), [first = all[a].set, second = all[b].set](ReservationQuery& q) {
                     first(q);
                     second(q);
                   }});
  };
  const auto index = [&](std::string_view name) {
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].name == name) return i;
    CHECK(false, name);
  };
  const std::pair<std::string, std::string> pairs[] = {{"customer 0", "state Succeeded"},
                                                       {"customer 3", "archived"},
                                                       {"customer 40", "region swedencentral"},
                                                       {"state Cancelled", "region region05"},
                                                       {"state Expired", "product AppService"},
                                                       {"state Succeeded", "expires in 30 days"},
                                                       {"sku " + sku_name(45), "region region20"},
                                                       {"sku " + sku_name(0), "region swedencentral"},
                                                       {"product VirtualMachines", "state Cancelled"},
                                                       {"name web", "region region05"},
                                                       {"customer 0", "name web"},
                                                       {"archived", "region region20"}};
  for (const auto& [a, b] : pairs) both(fmt::format("{}, {}", a, b), index(a), index(b));
  return all;
}

// A cursor into the middle of a list: at some reservation's own place in the order.
std::string cursor_at(const Reservation& r, const ReservationQuery& query) {
  const auto at = [&](std::string_view value) { return store::sql::cursor(value, r.id.text()); };
  switch (query.sort) {
    case ReservationSort::expiry: return at(std::to_string(r.expiry.ticks));
    case ReservationSort::purchased: return at(std::to_string(r.purchased.ticks));
    case ReservationSort::name: return at(to_lower(r.name));
    case ReservationSort::quantity: return at(std::to_string(r.quantity));
    case ReservationSort::sku: return at(sku_key(query.sku.empty() ? r.sku : query.sku));
    case ReservationSort::region: return at(region_key(query.region.empty() ? r.region : query.region));
  }
  CHECK(false, "a sort");
}

struct Slowest {
  double seconds = 0;
  std::string name;
};

void time_lists(Store& store, std::int64_t count, Samples& samples, std::vector<Slowest>& slowest) {
  Numbers numbers(11);
  const Reservation middle = [&] {
    const auto snapshot = *store.snapshot();
    return **snapshot->reservation(numbered<ReservationId>(count / 2));
  }();
  for (const Filter& filter : filters()) {
    for (const auto& [sort, word] : kWords<ReservationSort>) {
      for (const bool descending : {false, true}) {
        for (const bool deep : {false, true}) {
          ReservationQuery query{.sort = sort, .descending = descending};
          filter.set(query);
          if (deep) query.after = cursor_at(middle, query);
          const double seconds = seconds_of([&] {
            const auto snapshot = *store.snapshot();
            const Result<Page<Reservation>> page = snapshot->reservations(query);
            CHECK(page.has_value(), page.error().message);
          });
          samples.add(seconds);
          slowest.push_back(
              {seconds, fmt::format("{} by {}{}{}", filter.name, word, descending ? " descending" : "", deep ? ", deep" : "")});
        }
      }
    }
  }
}

void measure(bool postgres, std::int64_t count, Table& table, bool tell) {
  const ScratchFolder folder;
  const DeskPlace place(postgres, folder);
  const std::unique_ptr<Store> store = place.open();
  const double filling = seconds_of([&] { fill(*store, count); });
  if (postgres) run_sql(place.at(), "VACUUM ANALYZE");
  Samples first;
  Samples all;
  std::vector<Slowest> slowest;
  for (int round = 0; round < kRounds; ++round) {
    Samples samples;
    time_lists(*store, count, samples, slowest);
    all.add(samples);
    if (round == 0) first = samples;
  }
  const double p99 = all.at(0.99);
  table.add({postgres ? "PostgreSQL" : "SQLite", rate(static_cast<double>(count) / filling), std::to_string(slowest.size()),
             milliseconds(first.at(0.99)), milliseconds(all.median()), milliseconds(p99), milliseconds(all.at(1)),
             fmt::format("< 50 ms, {}", p99 < kGoalSeconds ? "reached" : "missed")});
  if (!tell) return;
  std::ranges::sort(slowest, std::greater(), &Slowest::seconds);
  for (std::size_t i = 0; i < std::min<std::size_t>(slowest.size(), 60); ++i)
    fmt::print("    {:>10}  {}\n", milliseconds(slowest[i].seconds), slowest[i].name);
}

}  // namespace

int main(int argc, char** argv) {
  say_if_busy();
  const std::string_view only = argc > 1 ? argv[1] : "";
  const std::int64_t count = argc > 2 ? std::atoll(argv[2]) : 1'000'000;
  Table table({fmt::format("list, {} reservations", count), "filling", "lists", "p99 when first asked", "median", "p99", "longest",
               "goal for p99"});
  for (const bool postgres : {false, true}) {
    if ((postgres && postgres_server().empty()) || (!only.empty() && (only == "postgres") != postgres)) continue;
    measure(postgres, count, table, argc > 1);
  }
  table.print();
  if (postgres_server().empty()) fmt::print("  no PostgreSQL: PRORATA_TEST_POSTGRES is not set ('./dev bench' starts one)\n");
}
