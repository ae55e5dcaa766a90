// `prorata import azure` as a whole process: a file in the shape of the REST list, 100,000 reservations and then 200,000, into a fresh desk
// each time. Every tenth reservation stands beside its order with a schedule of twelve payments. The kernel says how much memory it took at
// most; twice the file must not take more.
#include "app/desk.h"
#include "database.h"
#include "system/clock_and_ids.h"
#include "wire/policy_pack.h"

using namespace prorata;
using namespace prorata::bench;

namespace {

constexpr int kRounds = 3;
constexpr int kCustomers = 100;
constexpr double kGoalPerSecond = 20'000;
constexpr long kPeakKibMax = 262'144;

std::string reservation(int n) {
  return fmt::format(
      R"({{"id":"/providers/microsoft.capacity/reservationOrders/10000000-0000-4000-8000-{0:012}/reservations/20000000-0000-4000-8000-{0:012}",)"
      R"("name":"20000000-0000-4000-8000-{0:012}","type":"microsoft.capacity/reservationOrders/reservations","location":"{4}","etag":{1},)"
      R"("sku":{{"name":"Standard_D{2}s_v5"}},"properties":{{"reservedResourceType":"VirtualMachines","userFriendlyRenewState":"Off",)"
      R"("skuDescription":"Reserved VM Instance, Standard_D{2}s_v5","renew":false,"archived":false,"quantity":{3},"appliedScopeType":"Shared",)"
      R"("displayName":"Fleet {0}","provisioningState":"Succeeded","term":"P1Y","expiryDateTime":"2027-01-{5:02}T23:40:17.9916641Z",)"
      R"("purchaseDateTime":"2026-01-{5:02}T23:38:23.8714788Z","benefitStartTime":"2026-01-{5:02}T23:40:17.9916641Z",)"
      R"("lastUpdatedDateTime":"2026-01-{5:02}T23:40:30.7288309Z","expiryDate":"2027-01-{5:02}","purchaseDate":"2026-01-{5:02}",)"
      R"("instanceFlexibility":"On","utilization":{{"trend":"SAME","aggregates":[{{"grain":1.0,"grainUnit":"days","value":0.0,)"
      R"("valueUnit":"percentage"}},{{"grain":30.0,"grainUnit":"days","value":97.5,"valueUnit":"percentage"}}]}},"billingPlan":"Monthly",)"
      R"("billingScopeId":"/subscriptions/{6}"}}}})",
      n, n % 9 + 1, 2 << (n % 5), n % 40 + 1, n % 3 == 0 ? "swedencentral" : "westeurope", n % 28 + 1,
      numbered<SubscriptionId>(1'000'000).text());
}

std::string order(int n) {
  std::string payments;
  for (int month = 0; month < 12; ++month)
    payments += fmt::format(R"({}{{"dueDate":"{}","status":"{}","pricingCurrencyTotal":{{"currencyCode":"USD","amount":120.55}},)"
                            R"("billingCurrencyTotal":{{"currencyCode":"SEK","amount":1265.78}}}})",
                            month == 0 ? "" : ",", to_string(add_months(make_day(2026, 1, static_cast<unsigned>(n % 28 + 1)), month)),
                            month < 6 ? "Succeeded" : "Scheduled");
  return fmt::format(
      R"({{"id":"/providers/microsoft.capacity/reservationOrders/10000000-0000-4000-8000-{0:012}","etag":2,"properties":{{"displayName":"Fleet {0}",)"
      R"("originalQuantity":{1},"term":"P1Y","billingPlan":"Monthly","provisioningState":"Succeeded",)"
      R"("requestDateTime":"2026-01-{2:02}T23:38:23.8714788Z","createdDateTime":"2026-01-{2:02}T23:40:17.9916641Z","reservations":)"
      R"([{{"id":"/providers/microsoft.capacity/reservationOrders/10000000-0000-4000-8000-{0:012}/reservations/20000000-0000-4000-8000-{0:012}"}}],)"
      R"("planInformation":{{"transactions":[{3}]}}}}}})",
      n, n % 40 + 1, n % 28 + 1, payments);
}

void write_list(const std::filesystem::path& path, int count) {
  std::ofstream file(path);
  file << "{\"value\":[";
  for (int i = 0; i < count; ++i) {
    file << (i == 0 ? "" : ",\n") << reservation(i);
    if (i % 10 == 0) file << ",\n" << order(i);
  }
  file << "]}\n";
}

void make_desk(const DeskPlace& place) {
  const std::unique_ptr<Store> store = place.open();
  Changes changes{.audit = {.at = start_of(make_day(2026, 7, 1)), .actor = "bench", .action = "fill"}};
  changes.desk = Desk{.partner = "Bench", .policies = {{make_day(2020, 8, 6), "csp-2020", ""}}};
  for (int n = 0; n < kCustomers; ++n) changes.customers.push_back(made_up_customer(n));
  CHECK(store->commit(std::move(changes)), "a desk with customers");
}

struct Figures {
  Samples seconds;
  Samples cpu_seconds;
  long peak_kib = 0;
};

void import_once(bool postgres, const ScratchFolder& folder, const std::string& list, int count, Figures& figures) {
  const DeskPlace place(postgres, folder);
  make_desk(place);
  const ChildRun run =
      run_child({PRORATA_PROGRAM, "--data", place.at(), "import", "azure", "--customer", numbered<CustomerId>(0).text(), list});
  CHECK(run.exit_code == 0, "everything is imported");
  const auto counted = place.open()->snapshot().value()->counts();
  CHECK(counted->reservations == count, "every reservation is there");
  figures.seconds.add(run.seconds);
  figures.cpu_seconds.add(run.cpu_seconds);
  figures.peak_kib = std::max(figures.peak_kib, run.peak_kib);
}

}  // namespace

int main(int argc, char** argv) {
  say_if_busy();
  const std::string_view only = argc > 1 ? argv[1] : "";  // "sqlite" or "postgres": for a profiler
  const ScratchFolder folder;
  const std::string lists[] = {folder.path() / "100k.json", folder.path() / "200k.json"};
  constexpr int kCounts[] = {100'000, 200'000};
  for (int i = 0; i < 2; ++i) write_list(lists[i], kCounts[i]);

  Table table({"import azure", "reservations", "time", "cpu time", "memory at most", "goal"});
  for (const bool postgres : {false, true}) {
    if ((postgres && postgres_server().empty()) || (!only.empty() && (only == "postgres") != postgres)) continue;
    Figures figures[2];
    for (int round = 0; round < kRounds; ++round)
      for (int i = 0; i < 2; ++i) import_once(postgres, folder, lists[i], kCounts[i], figures[i]);
    for (int i = 0; i < 2; ++i) {
      const double per_second = kCounts[i] / figures[i].seconds.median();
      const bool reached = per_second >= kGoalPerSecond && figures[i].peak_kib < kPeakKibMax;
      table.add({fmt::format("{}, {}", postgres ? "PostgreSQL" : "SQLite", kCounts[i]), rate(per_second),
                 fmt::format("{:.2f} s", figures[i].seconds.median()), fmt::format("{:.2f} s", figures[i].cpu_seconds.median()),
                 mebibytes(figures[i].peak_kib),
                 postgres  ? "shown"
                 : reached ? "20 k/s in 256 MiB, reached"
                           : "20 k/s in 256 MiB, missed"});
    }
  }
  table.print();
  fmt::print("  {:.0f} MB for 100,000 with every tenth order; {} rounds, medians\n",
             static_cast<double>(std::filesystem::file_size(lists[0])) / 1e6, kRounds);
}
