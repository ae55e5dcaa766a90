// How long the view over all customers and the global search take with 10,000 customers and 1,000,000 reservations: every sort and filter,
// first pages and later ones, on SQLite, and on PostgreSQL where there is one. Filling goes through the store; the rows of the overview are
// computed by the program itself, which is timed too.
//
//   overview_bench                        both stores, 10,000 customers and 1,000,000 reservations
//   overview_bench sqlite 1000 100000     one store, fewer
#include <malloc.h>

#include "app/bulk_quote.h"
#include "app/desk.h"
#include "app/desk_overview.h"
#include "app/search_desk.h"
#include "database.h"
#include "sim/ids.h"
#include "wire/policy_pack.h"

using namespace prorata;
using namespace prorata::bench;

namespace {

constexpr std::int64_t kCommit = 5'000;
constexpr double kGoalOverview = 0.200;
constexpr double kGoalSearch = 0.300;
constexpr int kRounds = 40;

class StandingClock final : public Clock {
 public:
  Instant now() override { return start_of(make_day(2026, 7, 1)); }
};

void fill(App& app, std::int64_t customers, std::int64_t reservations) {
  CHECK(init_desk(app, {.partner = "Bench"}).has_value(), "a desk can be made");
  Numbers numbers(7);
  for (std::int64_t n = 0; n < customers; n += kCommit) {
    Changes changes{.audit = {.at = app.clock.now(), .actor = "bench", .action = "import.customers"}};
    for (std::int64_t i = n; i < std::min(n + kCommit, customers); ++i) changes.customers.push_back(made_up_customer(i));
    CHECK(app.store.commit(std::move(changes)).has_value(), "customers can be filled in");
  }
  for (std::int64_t n = 0; n < reservations; n += kCommit) {
    Changes changes{.audit = {.at = app.clock.now(), .actor = "bench", .action = "import.azure"}};
    for (std::int64_t i = n; i < std::min(n + kCommit, reservations); ++i) {
      const Instant bought{app.clock.now().ticks - numbers.in(1, 360) * kTicksPerDay};
      changes.reservations.push_back(made_up_reservation(i, numbered<CustomerId>(numbers.in(0, customers)), bought, numbers.in(1, 9)));
    }
    CHECK(app.store.commit(std::move(changes)).has_value(), "reservations can be filled in");
  }
  const std::int64_t requests = reservations / 5;
  for (std::int64_t n = 0; n < requests; n += kCommit) {
    Changes changes{.audit = {.at = app.clock.now(), .actor = "bench", .action = "import.requests"}};
    for (std::int64_t i = n; i < std::min(n + kCommit, requests); ++i)
      changes.support_requests.push_back(
          {.name = fmt::format("refund-{:07}", i),
           .number = support::number_of(add_days(make_day(2026, 1, 1), static_cast<std::int32_t>(i % 180)), i / 180),
           .customer = numbered<CustomerId>(numbers.in(0, customers)),
           .title = "Refund",
           .status = i % 10 == 0 ? support::Status::open : support::Status::closed,
           .service = numbered<ServiceId>(1),
           .classification = numbered<ClassificationId>(1),
           .created = Instant{app.clock.now().ticks - i}});
    CHECK(app.store.commit(std::move(changes)).has_value(), "requests can be filled in");
  }
}

std::vector<OverviewQuery> asked() {
  std::vector<OverviewQuery> all;
  for (const auto& [sort, word] : kWords<OverviewSort>) {
    all.push_back({.sort = sort});
    all.push_back({.expiring = true, .sort = sort});
    all.push_back({.refundable = true, .sort = sort});
    all.push_back({.with_requests = true, .with_credits = true, .sort = sort});
    all.push_back({.text = "00042", .sort = sort});
  }
  return all;
}

void run(bool postgres, std::int64_t customers, std::int64_t reservations, const ScratchFolder& folder, bench::Table& table) {
  const DeskPlace place(postgres, folder);
  const std::unique_ptr<Store> store = place.open();
  StandingClock clock;
  const std::unique_ptr<IdSource> ids = sim::counted_ids(0xBE7C);
  const policy::PackSet packs = *wire::load_packs("");
  App app{*store, clock, *ids, packs, "bench"};
  const char* name = postgres ? "PostgreSQL" : "SQLite";
  const double filled = seconds_of([&] { fill(app, customers, reservations); });
  table.add({fmt::format("{}: filling", name), fmt::format("{:.0f} s", filled), "", ""});
  if (postgres) run_sql(place.at(), "ANALYZE");
  const double computed = seconds_of([&] { CHECK(refresh_overview(app, {}).has_value(), "the overview can be computed"); });
  table.add({fmt::format("{}: computing all rows", name), fmt::format("{:.1f} s", computed),
             fmt::format("{:.0f} reservations/s", static_cast<double>(reservations) / computed), ""});

  Samples lists;
  for (int round = 0; round < kRounds; ++round)
    for (OverviewQuery query : asked())
      for (int page = 0; page < 3; ++page) {
        std::string next;
        lists.add(seconds_of([&] { next = desk_overview(app, query)->page.next; }));
        if (next.empty()) break;
        query.after = next;
      }
  table.add({fmt::format("{}: overview, p99", name), fmt::format("{:.1f} ms", lists.at(0.99) * 1e3), "< 200 ms",
             lists.at(0.99) < kGoalOverview ? "reached" : "missed"});

  Samples searches;
  const std::vector<std::string> texts = {"customer 0042", "web fleet 0", "web", "01970000-0000-7000-8000-0000000f",
                                          "r.example",     "zzz",         "26",  "refund-00"};
  for (int round = 0; round < kRounds; ++round)
    for (const std::string& each : texts)
      searches.add(seconds_of([&] { CHECK(search_desk(app, each, 10).has_value(), "a search answers"); }));
  table.add({fmt::format("{}: search, p99", name), fmt::format("{:.1f} ms", searches.at(0.99) * 1e3), "< 300 ms",
             searches.at(0.99) < kGoalSearch ? "reached" : "missed"});

  const auto before = mallinfo2().uordblks;
  std::size_t most = 0;
  std::int64_t lines = 0;
  const double quoted = seconds_of([&] {
    const auto report = bulk_quote(app, {.query = {}, .approved = "bench"}, {}, [&](const BulkLine&) -> Result<void> {
      if (++lines % 10'000 == 0) most = std::max(most, mallinfo2().uordblks);
      return {};
    });
    CHECK(report.has_value(), "a dry run goes through");
  });
  table.add({fmt::format("{}: dry run of {} quotes", name, lines), fmt::format("{:.1f} s", quoted),
             fmt::format("{:.0f} MB more at most", static_cast<double>(most > before ? most - before : 0) / 1e6), ""});
}

}  // namespace

int main(int argc, char** argv) {
  say_if_busy();
  const std::string which = argc > 1 ? argv[1] : "";
  const std::int64_t customers = argc > 2 ? std::atoll(argv[2]) : 10'000;
  const std::int64_t reservations = argc > 3 ? std::atoll(argv[3]) : 1'000'000;
  const ScratchFolder folder;
  bench::Table table({"what", "ours", "", "goal"});
  if (which != "postgres") run(false, customers, reservations, folder, table);
  if (which != "sqlite" && !postgres_server().empty()) run(true, customers, reservations, folder, table);
  table.print();
  return 0;
}
