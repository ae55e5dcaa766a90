// Usage that a desk keeps, and the utilization that comes of it, on every store. Figures are made by hand: 2026-03-02 10:00 is when the
// desk's day begins, and a unit costs 36,500 SEK for the 8,760 hours of a year.
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "app/import_portfolio.h"
#include "app/import_statements.h"
#include "app/import_usage.h"
#include "app/run_utilization.h"
#include "app/usage_details.h"
#include "app/utilization_view.h"
#include "support/on_every_store.h"
#include "usage_files/usage_folder.h"
#include "wire/import_statements.h"
#include "wire/import_usage.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using utilization::first_hour;

constexpr std::string_view kHeader = "time,resource_id,size,region,quantity\n";

struct Ran {
  std::string machine = "web-1";
  std::string size = "Standard_D2s_v5";
  std::string subscription = "5ab5c000-0000-4000-8000-000000000001";  // Nordvik's
  std::string quantity = "1";
};

// A row an hour, from the hour of the day until another.
std::string hours(std::string_view day, int from, int until, const Ran& ran = {}) {
  std::string out;
  for (int hour = from; hour < until; ++hour)
    out += fmt::format(
        "{}T{:02}:00:00Z,/subscriptions/{}/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/{},{},westeurope,{}\n", day, hour,
        ran.subscription, ran.machine, ran.size, ran.quantity);
  return out;
}

class Usages : public OnEveryStore {
 protected:
  void SetUp() override {
    OnEveryStore::SetUp();
    if (IsSkipped()) return;
    folder_ = std::filesystem::temp_directory_path() / fmt::format("usage-{}-{}", ::getpid(), static_cast<int>(GetParam()));
    files_ = usage_files::usage_folder(folder_.string(), 0);
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    OnEveryStore::TearDown();
  }
  MadeDesk& desk() {
    MadeDesk& made = OnEveryStore::desk();
    made.app.usage = files_.get();
    return made;
  }
  UsageImport import(const std::string& path, const std::string& text, std::vector<UsageRefusal>* refusals = nullptr) {
    UsageImporter importer = must(UsageImporter::begin(desk().app, {.path = path, .digest = digest(text), .rows_in_memory = 5}));
    wire::TextBytes bytes(text, path);
    wire::UsageReport report;
    must(wire::import_usage(bytes, {}, [&](const wire::UsageBatch& b) { return importer.take(b.rows, b.machines); }, report));
    const UsageImport done = must(
        importer.finish({.dialect = std::string(to_string(report.dialect)), .rows = report.rows, .skipped = 0, .refused = report.refused}));
    if (refusals != nullptr) *refusals = importer.refusals();
    return done;
  }
  UtilizationRun compute() { return must(run_utilization(desk().app, {.threads = 2})); }
  ReservationFigures figures(const Reservation& r) { return must(load_figures(*desk().look(), desk().read(r.id), {})); }
  std::int64_t rows_of(const CustomerId& customer, Day month) {
    const std::optional<UsageMonth> kept = must(files_->read(customer, month));
    std::int64_t sum = 0;
    for (const UsagePart& each : kept ? kept->parts : std::vector<UsagePart>{}) sum += each.rows;
    return sum;
  }
  static std::string digest(const std::string& text) { return fmt::format("{:064x}", std::hash<std::string>{}(text)); }
  static std::string percent(const std::optional<utilization::Percent>& of) { return of ? to_string(*of) : "none"; }

  std::filesystem::path folder_;
  std::unique_ptr<UsageFiles> files_;
};
PRORATA_ON_EVERY_STORE(Usages);

TEST_P(Usages, SayHowMuchOfAReservationWasUsed) {
  const Reservation web = desk().buy({.customer = desk().nordvik});
  import("/in/march.csv", std::string(kHeader) + hours("2026-03-02", 0, 24) + hours("2026-03-03", 12, 24));
  EXPECT_EQ(compute().computed, 1);

  const ReservationFigures of = figures(web);
  ASSERT_THAT(of.days, SizeIs(2));
  EXPECT_EQ(of.days[0].active_hours, 14);  // from 10:00
  EXPECT_EQ(percent(of.days[0].average), "100.00");
  EXPECT_EQ(percent(of.days[1].least), "0.00");
  EXPECT_EQ(percent(of.days[1].average), "50.00");
  EXPECT_EQ(percent(of.days[1].most), "100.00");
  EXPECT_EQ(of.totals().reserved_uh(), 38'000'000);
  EXPECT_EQ(of.totals().used_uh(), 26'000'000);
  EXPECT_EQ(percent(of.totals().percent()), "68.42");
  EXPECT_EQ(unused_money(of), (Money{50'00, *Currency::parse("SEK")}));  // 12 of 8,760 hours
  ASSERT_TRUE(of.windows);
  EXPECT_EQ(of.windows->watermark, first_hour(make_day(2026, 3, 4)));
  EXPECT_EQ(percent(of.windows->day_1), "50.00");
  EXPECT_EQ(percent(of.windows->days_7), "68.42");
  EXPECT_EQ(of.windows->trend, std::nullopt);

  const CustomerMonth month = *must(desk().look()->customer_month(desk().nordvik, make_day(2026, 3, 1)));
  ASSERT_THAT(month.uncovered, SizeIs(1));
  EXPECT_EQ(month.uncovered[0].uh, 10'000'000);  // before 10:00
  EXPECT_EQ(desk().read(web.id).usage, Usage::used);

  const utilization::HourSpan days{first_hour(make_day(2026, 3, 2)), first_hour(make_day(2026, 3, 4))};
  const std::vector<UsageDetail> details = must(load_usage_details(desk().app, *desk().look(), desk().nordvik, days));
  ASSERT_THAT(details, SizeIs(2));
  EXPECT_EQ(details[0].used_uh + details[1].used_uh, of.totals().used_uh());
  EXPECT_EQ(details[1].reserved_uh, 24'000'000);
}

TEST_P(Usages, OfTheSameFileCountOnce) {
  const std::string text = std::string(kHeader) + hours("2026-03-02", 0, 8) + hours("2026-04-01", 0, 3);
  EXPECT_EQ(import("/in/a.csv", text).kept, 11);
  EXPECT_EQ(import("/in/a.csv", text).kept, 11);
  EXPECT_EQ(rows_of(desk().nordvik, make_day(2026, 3, 1)), 8);

  import("/in/elsewhere.csv", text);  // the same content
  EXPECT_EQ(rows_of(desk().nordvik, make_day(2026, 3, 1)), 8);
  EXPECT_EQ(rows_of(desk().nordvik, make_day(2026, 4, 1)), 3);

  import("/in/elsewhere.csv", std::string(kHeader) + hours("2026-03-02", 0, 5));  // another content of the same path
  EXPECT_EQ(rows_of(desk().nordvik, make_day(2026, 3, 1)), 5);
  EXPECT_THAT(must(files_->months(desk().nordvik)), ElementsAre(make_day(2026, 3, 1)));

  std::vector<std::string> standing;
  for (const UsageImport& each : must(desk().look()->usage_imports()))
    if (!each.replaced) standing.push_back(each.path);
  EXPECT_THAT(standing, ElementsAre("/in/elsewhere.csv"));
}

// A file that turns out to be cut off when months have been written already: nothing of it stays, and nothing it would have replaced is
// lost.
TEST_P(Usages, OfAFileThatIsAbandonedAreAsTheyWere) {
  const std::string old = std::string(kHeader) + hours("2026-03-02", 0, 8);
  import("/in/a.csv", old);
  import("/in/b.csv", std::string(kHeader) + hours("2026-03-05", 0, 3));
  const std::string before = must(files_->digest(desk().nordvik, make_day(2026, 3, 1)));
  const std::string other = std::string(kHeader) + hours("2026-03-02", 0, 20) + hours("2026-04-02", 0, 20);
  for (const std::string path : {"/in/a.csv", "/in/new.csv"}) {
    UsageImporter importer = must(UsageImporter::begin(desk().app, {.path = path, .digest = digest("new"), .rows_in_memory = 5}));
    wire::TextBytes bytes(other, path);
    wire::UsageReport report;
    must(wire::import_usage(bytes, {}, [&](const wire::UsageBatch& b) { return importer.take(b.rows, b.machines); }, report));
    EXPECT_EQ(rows_of(desk().nordvik, make_day(2026, 4, 1)), 20) << "it was written";
    must(importer.abandon());
  }
  EXPECT_EQ(rows_of(desk().nordvik, make_day(2026, 3, 1)), 11);
  EXPECT_THAT(must(files_->months(desk().nordvik)), ElementsAre(make_day(2026, 3, 1)));
  import("/in/a.csv", old);
  EXPECT_EQ(rows_of(desk().nordvik, make_day(2026, 3, 1)), 11);
  EXPECT_NE(before, "");
}

// The months of a customer that two processes compute, in whatever order, say the same of its reservations.
TEST_P(Usages, MonthsMayBeComputedInAnyOrder) {
  const Reservation idle = desk().buy({.customer = desk().nordvik});
  desk().clock.pass_days(60);
  for (const std::string_view day : {"2026-03-02", "2026-04-01"}) {
    std::string text(kHeader);
    for (int i = 0; i < 30; ++i) text += hours(to_string(add_days(*parse_day(day), i)), 0, 24, {.size = "Standard_E4s_v5"});
    import(fmt::format("/in/{}.csv", day), text);
  }
  for (const int month : {4, 3}) {
    const UtilizationRun run = must(run_utilization(desk().app, {.month = make_day(2026, static_cast<unsigned>(month), 1)}));
    EXPECT_EQ(run.computed, 1);
    EXPECT_TRUE(run.failures.empty());
  }
  EXPECT_EQ(desk().read(idle.id).usage, Usage::unused) << "the second commit sees what the first found";
}

// What another process holds is waited for: here it finishes, and here its lease runs out.
TEST_P(Usages, AreWaitedForWhereAnotherComputesThem) {
  import("/in/a.csv", std::string(kHeader) + hours("2026-03-02", 0, 8) + hours("2026-04-02", 0, 8));
  const std::vector<std::string> names = {fmt::format("utilization/{}/2026-03", desk().nordvik.text()),
                                          fmt::format("utilization/{}/2026-04", desk().nordvik.text())};
  LeaseAsk other{.worker = "another", .now = desk().app.clock.now(), .lease_seconds = 3600, .wanted = names, .limit = 2};
  ASSERT_EQ(must(desk().app.store.lease(other)).taken, names);
  std::jthread finishes([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    LeaseAsk done{.worker = "another", .now = desk().app.clock.now(), .finished = {names[0]}, .given_up = {names[1]}};
    must(desk().app.store.lease(done));
  });
  const UtilizationRun run = compute();
  EXPECT_EQ(run.by_others, 1);
  EXPECT_EQ(run.computed, 1);
  EXPECT_EQ(compute().by_others, 0) << "what was done before a run is for it to look at";
}

TEST_P(Usages, OfTwoFilesAreAdded) {
  const Reservation web = desk().buy({.customer = desk().nordvik});
  import("/in/a.csv", std::string(kHeader) + hours("2026-03-03", 0, 24, {.quantity = "0.25"}));
  import("/in/b.csv", std::string(kHeader) + hours("2026-03-03", 0, 24, {.quantity = "0.5"}));
  compute();
  EXPECT_EQ(percent(figures(web).totals().percent()), "75.00");
}

TEST_P(Usages, OfNobodysSubscriptionAreRefusedByLine) {
  std::vector<UsageRefusal> refusals;
  const UsageImport done =
      import("/in/a.csv",
             std::string(kHeader) + hours("2026-03-02", 0, 1) +
                 hours("2026-03-02", 1, 2, {.subscription = "99999999-0000-4000-8000-000000000001"}) + hours("2026-03-02", 2, 3),
             &refusals);
  EXPECT_EQ(done.kept, 2);
  EXPECT_EQ(done.refused, 1);
  ASSERT_THAT(refusals, SizeIs(1));
  EXPECT_EQ(refusals[0].line, 3);
  EXPECT_NE(refusals[0].reason.find("subscription 99999999-"), std::string::npos) << refusals[0].reason;
}

TEST_P(Usages, ThatComeLateTouchTheirMonthOnly) {
  const Reservation web = desk().buy({.customer = desk().nordvik});
  import("/in/march.csv", std::string(kHeader) + hours("2026-03-10", 0, 24));
  import("/in/april.csv", std::string(kHeader) + hours("2026-04-10", 0, 24));
  import("/in/may.csv", std::string(kHeader) + hours("2026-05-10", 0, 24));
  EXPECT_EQ(compute().computed, 3);
  const auto revisions = [&] {
    std::vector<std::string> out;
    for (const CustomerMonth& each : must(desk().look()->customer_months(desk().nordvik))) out.push_back(each.revision);
    return out;
  };
  const std::vector<std::string> before = revisions();
  const UtilizationRun again = compute();
  EXPECT_EQ(again.computed, 0);
  EXPECT_EQ(again.unchanged, 3);

  import("/in/late.csv", std::string(kHeader) + hours("2026-03-11", 0, 12));
  const UtilizationRun late = compute();
  EXPECT_EQ(late.computed, 1);
  EXPECT_EQ(late.unchanged, 2);
  EXPECT_NE(revisions()[0], before[0]);
  EXPECT_EQ(revisions()[1], before[1]);
  EXPECT_EQ(revisions()[2], before[2]);
}

TEST_P(Usages, BeforeAndAfterAReturnAreOfTwoVersions) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 2});
  desk().clock.put(*parse_instant("2026-03-05T00:00:00Z"));
  desk().give_back(web.id, 1);
  import("/in/a.csv", std::string(kHeader) + hours("2026-03-04", 0, 24) + hours("2026-03-05", 0, 24));
  compute();
  const ReservationFigures of = figures(web);
  ASSERT_THAT(of.days, SizeIs(2));
  EXPECT_EQ(percent(of.days[0].average), "50.00");   // one machine, two units
  EXPECT_EQ(percent(of.days[1].average), "100.00");  // one and one
}

TEST_P(Usages, OfASplitAreThoseOfItsPartsFromThenOn) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 2});
  desk().clock.put(*parse_instant("2026-03-05T00:00:00Z"));
  const std::vector<Reservation> parts = must(split_reservation(desk().app, web.id, {1, 1}, ""));
  import("/in/a.csv", std::string(kHeader) + hours("2026-03-04", 0, 24) + hours("2026-03-05", 0, 24));
  const UsageFacts facts = must(load_usage_facts(desk().app, *desk().look(), {.customer = desk().nordvik}));
  ASSERT_THAT(facts.versions, SizeIs(3));
  std::int64_t units_hours = 0;  // two units on either day
  for (const utilization::ReservationVersion& each : facts.versions)
    units_hours += each.quantity * utilization::intersection(utilization::active_hours(each), facts.span).hours();
  EXPECT_EQ(units_hours, 2 * 48);
  EXPECT_THAT(parts, SizeIs(2));
}

TEST_P(Usages, OfNoHourSinceTheStartMakeAReservationUnused) {
  const Reservation web = desk().buy({.customer = desk().nordvik});
  std::string text{kHeader};
  for (int day = 2; day <= 9; ++day) text += hours(fmt::format("2026-03-{:02}", day), 0, 24, {.size = "Standard_E4s_v5"});
  import("/in/a.csv", text);
  desk().clock.put(*parse_instant("2026-03-10T06:00:00Z"));
  compute();
  EXPECT_EQ(desk().read(web.id).usage, Usage::unused);

  desk().clock.put(*parse_instant("2026-03-20T06:00:00Z"));  // ten days later nothing more is known
  import("/in/b.csv", std::string(kHeader) + hours("2026-03-09", 3, 4, {.machine = "new", .size = "Standard_E4s_v5"}));
  compute();
  EXPECT_EQ(desk().read(web.id).usage, Usage::unknown);
}

TEST_P(Usages, KnownByTheDayAreEstimated) {
  const Reservation web = desk().buy({.customer = desk().nordvik});
  UsageImporter importer = must(UsageImporter::begin(desk().app, {.path = "/in/d.csv", .digest = digest("d")}));
  const UsageMachine machine{.identity = utilization::make_identity("/subscriptions/5ab5c000-0000-4000-8000-000000000001/resourceGroups/"
                                                                    "web/providers/Microsoft.Compute/virtualMachines/web-1",
                                                                    "Standard_D2s_v5", "westeurope")};
  const UsageRow row{
      .line = 2, .quantity = 12'000'000, .from = first_hour(make_day(2026, 3, 3)), .hours = 24, .grain = UsageGrain::estimated};
  must(importer.take(std::span(&row, 1), std::span(&machine, 1)));
  EXPECT_EQ(must(importer.finish({.dialect = "cost_details", .rows = 1})).estimated, 1);
  using utilization::Estimate;
  for (const auto& [estimate, used] : {std::pair(Estimate::optimistic, 24u), std::pair(Estimate::pessimistic, 12u)}) {
    const UsageFacts facts =
        must(load_usage_facts(desk().app, *desk().look(), {.customer = desk().nordvik, .span = {}, .estimate = estimate}));
    EXPECT_EQ(facts.quantity.size(), used);
    EXPECT_THAT(facts.known.estimated, ElementsAre(make_day(2026, 3, 3)));
    EXPECT_EQ(facts.known.watermark, first_hour(make_day(2026, 3, 4)));
  }
  EXPECT_THAT(must(load_usage_facts(desk().app, *desk().look(), {.customer = desk().prairie})).quantity, IsEmpty());
}

// From 15 March on a large machine weighs three small ones and not two.
TEST_P(Usages, AreWeighedByTheTableOfTheirDay) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 2});
  must(import_ratios(desk().app, {{"Dsv5 Series", "Standard_D2s_v5", {1, 1}}, {"Dsv5 Series", "Standard_D4s_v5", {2, 1}}}, "test"));
  std::string text(kHeader);
  for (const char* day : {"2026-03-14", "2026-03-15"}) text += hours(day, 0, 24, {.size = "Standard_D4s_v5"});
  import("/in/a.csv", text);
  import("/in/february.csv", std::string(kHeader) + hours("2026-02-14", 0, 24, {.size = "Standard_D4s_v5"}));
  EXPECT_EQ(compute().computed, 2);
  EXPECT_EQ(must(desk().look()->customer_month(desk().nordvik, make_day(2026, 3, 1)))->uncovered, std::vector<UncoveredUsage>());
  must(import_ratios(desk().app, {{"Dsv5 Series", "Standard_D4s_v5", {3, 1}, make_day(2026, 3, 15)}}, "test"));
  const UtilizationRun run = compute();
  EXPECT_EQ(run.computed, 1) << "a table of March does not touch February";
  EXPECT_EQ(run.unchanged, 1);
  const ReservationFigures of = figures(web);
  ASSERT_THAT(of.days, SizeIs(14)) << "from the 2nd on, for February is known too";
  for (const std::size_t day : {12U, 13U}) EXPECT_EQ(percent(of.days[day].average), "100.00");
  EXPECT_EQ(of.days[12].used_nu, of.days[13].used_nu);
  const CustomerMonth march = *must(desk().look()->customer_month(desk().nordvik, make_day(2026, 3, 1)));
  ASSERT_THAT(march.uncovered, SizeIs(1));
  EXPECT_EQ(march.uncovered[0].uh, 8'000'000) << "a third of a day of the large machine";
  EXPECT_EQ(compute().unchanged, 2);
}

TEST_P(Usages, ThatNothingCoversHaveAPrice) {
  desk();
  import("/in/a.csv",
         std::string(kHeader) + hours("2026-03-03", 0, 10) + hours("2026-03-03", 0, 1, {.machine = "x", .size = "Standard_X"}));
  compute();
  const auto price = [](Day from, Currency currency, std::int64_t nano) {
    return HourlyPrice{"standard_d2s_v5", "West Europe", from, currency, nano};
  };
  must(import_prices(
      desk().app, {}, "test",
      {price(make_day(2026, 1, 1), Currency::usd(), 100'000'000), price(make_day(2026, 1, 1), *Currency::parse("SEK"), 1'055'000'000),
       price(make_day(2026, 4, 1), *Currency::parse("SEK"), 9'000'000'000)}));
  const std::vector<UncoveredCost> uncovered = must(load_uncovered(*desk().look(), desk().nordvik, {}));
  ASSERT_THAT(uncovered, SizeIs(2));
  EXPECT_EQ(uncovered[0].usage.uh, 10'000'000);
  EXPECT_EQ(uncovered[0].cost, (Money{10'55, *Currency::parse("SEK")})) << "the customer's currency, and the price of that month";
  EXPECT_EQ(uncovered[1].cost, std::nullopt);
  EXPECT_THAT(must(load_uncovered(*desk().look(), desk().nordvik, {.from = make_day(2026, 4, 1)})), IsEmpty());
}

TEST_P(Usages, StandBesideMicrosoftsStatement) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 2});
  import("/in/a.csv", std::string(kHeader) + hours("2026-03-03", 0, 12) + hours("2026-03-04", 0, 24));
  compute();
  const auto statement = [&](std::string_view lines) {
    const std::string text = fmt::format("ReservationId,UsageDate,ReservedHours,UsedHours,InstanceId\n{}", lines);
    wire::TextBytes bytes(text, "details.csv");
    wire::ImportReport report;
    StatementImport import(desk().app, "details.csv");
    must(wire::import_statements(
        bytes,
        [&](std::span<const StatedDay> rows) -> Result<void> {
          import.take(rows);
          return {};
        },
        report));
    EXPECT_EQ(report.refused, 0);
    return must(import.finish());
  };
  const std::string first =
      fmt::format("{0},2026-03-03T00:00:00Z,48,9.5,web-1\n{0},03/03/2026,48,2.0000005,web-2\n{0},2026-03-06,48,1,x\n", web.id.text());
  StatementCounts counts = statement(first + "5e5e0000-0000-7000-8000-00000000dead,2026-03-03,24,1,web-1\n");
  EXPECT_EQ(counts.added, 2);
  ASSERT_THAT(counts.unknown, SizeIs(1));
  counts = statement(first);
  EXPECT_EQ(counts.unchanged, 2);
  EXPECT_EQ(counts.added + counts.changed, 0);

  std::vector<ComparedDay> days = compare_days(figures(web));
  ASSERT_THAT(days, SizeIs(3));
  EXPECT_EQ(days[0].theirs->used_uh, 11'500'001);
  EXPECT_EQ(days[0].theirs->reserved_uh, 48'000'000);
  EXPECT_EQ(days[0].difference_uh(), 499'999);
  EXPECT_EQ(days[1].difference_uh(), std::nullopt) << "theirs says nothing of the day";
  EXPECT_FALSE(days[2].ours);
  EXPECT_EQ(days[2].difference_uh(), std::nullopt);

  counts = statement(fmt::format("{},2026-03-04,48,25,web-1\n{},2026-03-03,48,12,web-1\n", web.id.text(), web.id.text()));
  EXPECT_EQ(counts.added, 1);
  EXPECT_EQ(counts.changed, 1);
  days = compare_days(figures(web));
  EXPECT_EQ(days[0].difference_uh(), 0);
  EXPECT_EQ(days[1].difference_uh(), -1'000'000);
  const std::vector<ComparedFigures> months = compare_by_grain(days, Grain::monthly);
  ASSERT_THAT(months, SizeIs(1));
  EXPECT_EQ(months[0].days, 2) << "the sixth is known on one side only";
  EXPECT_EQ(months[0].ours_uh, 36'000'000);
  EXPECT_EQ(months[0].theirs_uh, 37'000'000);
  EXPECT_EQ(must(load_customer_figures(*desk().look(), desk().nordvik, {})).at(0).statements.size(), 3U);
}

TEST_P(Usages, OfServicesThatNeedFlexibilityAreNotCoveredByExactReservations) {
  const Reservation web = desk().buy({.customer = desk().nordvik});
  UsageImporter importer = must(UsageImporter::begin(desk().app, {.path = "/in/batch.csv", .digest = digest("batch")}));
  UsageMachine pool{.identity = utilization::make_identity("/subscriptions/5ab5c000-0000-4000-8000-000000000001/resourceGroups/batch/pool",
                                                           "Standard_D2s_v5", "westeurope")};
  pool.flexible_only = true;
  const UsageRow row{.line = 2, .quantity = 1'000'000, .from = first_hour(make_day(2026, 3, 3)), .hours = 24};
  must(importer.take(std::span(&row, 1), std::span(&pool, 1)));
  must(importer.finish({.dialect = "hourly", .rows = 1}));
  compute();
  EXPECT_EQ(percent(figures(web).days.at(0).average), "100.00");
  desk().clock.put(*parse_instant("2026-03-03T10:00:00Z"));
  desk().change(web.id, "flexibility", [](Reservation r, Instant now) -> Result<Reservation> {
    r.instance_flexibility = false;
    ++r.revision;
    r.updated = now;
    return r;
  });
  EXPECT_EQ(compute().computed, 1);
  EXPECT_EQ(percent(figures(web).days.at(0).average), "41.66") << "ten of 24 hours";
}

TEST_P(Usages, NeedAFolder) {
  desk();
  OnEveryStore::desk().app.usage = nullptr;
  expect_failed(run_utilization(OnEveryStore::desk().app, {}), Code::invalid_argument, "--usage-dir");
}

}  // namespace
}  // namespace prorata
