// 'utilization run' as processes: several that share the work, killed and stopped in the middle of it, and on a full disk. Whatever
// happens, the results are those of one undisturbed run.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include <gmock/gmock.h>

#include <fmt/format.h>

#include "processes/process.h"
#include "store/desks.h"
#include "wire/error_table.h"
#include "wire/json.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ::testing::HasSubstr;

constexpr int kCustomers = 30;
constexpr int kMonths = 3;  // with usage: January to March 2026

std::string customer_id(int n) { return fmt::format("c0000000-0000-4000-8000-{:012}", n); }
std::string subscription_id(int n) { return fmt::format("5ab00000-0000-4000-8000-{:012}", n); }

// Every customer has two reservations of which one is used by its machines in every month and one never, and machines that nothing covers.
class SharedDesk {
 public:
  explicit SharedDesk(const RunOptions& options) : options_(options) {
    std::string customers = "id,name,domain,country,currency,subscriptions\n";
    std::string reservations = "[";
    std::string usage = "time,resource_id,size,region,quantity\n";
    for (int n = 1; n <= kCustomers; ++n) {
      customers += fmt::format("{0},Customer {1:03},c{1}.example,SE,SEK,{2}\n", customer_id(n), n, subscription_id(n));
      for (const auto& [number, region] : {std::pair(2 * n, "westeurope"), std::pair(2 * n + 1, "uksouth")})
        reservations += fmt::format(
            R"({}{{"id":"/providers/Microsoft.Capacity/reservationOrders/0d000000-0000-4000-8000-{:012}/reservations/5e000000-0000-4000-8000-{:012}",)"
            R"("location":"{}","sku":{{"name":"Standard_D2s_v5"}},"properties":{{"displayName":"r{}","reservedResourceType":"VirtualMachines",)"
            R"("quantity":2,"term":"P3Y","billingPlan":"Upfront","provisioningState":"Succeeded","purchaseDateTime":"2026-01-01T00:00:00Z",)"
            R"("expiryDateTime":"2029-01-01T00:00:00Z","billingScopeId":"/subscriptions/{}","appliedScopeType":"Shared"}}}})",
            number == 2 ? "" : ",", number, number, region, number, subscription_id(n));
      for (int month = 1; month <= kMonths; ++month)
        for (int day : {1, 2, 15})
          for (int hour = 0; hour < 24; ++hour)
            for (int machine = 0; machine < 3; ++machine)
              if ((hour + machine + n) % 3 != 0)
                usage +=
                    fmt::format("2026-{:02}-{:02}T{:02}:00:00Z,/subscriptions/{}/resourceGroups/g/vm-{},Standard_D2s_v5,westeurope,0.{}\n",
                                month, day, hour, subscription_id(n), machine, 1 + (hour + n) % 9);
    }
    write_file(in_.file("customers.csv"), customers);
    write_file(in_.file("reservations.json"), reservations + "]");
    write_file(in_.file("usage.csv"), usage);
    must({"init"}, options_);
    must({"import", "customers", in_.file("customers.csv")}, options_);
    must({"import", "azure", in_.file("reservations.json")}, options_);
    must({"usage", "import", in_.file("usage.csv")}, options_);
  }

  std::vector<std::string> words(int lease) const { return {"-o", "json", "utilization", "run", "--lease", std::to_string(lease)}; }
  // Everything that a run leaves behind, but for who did it and when.
  std::string results() const {
    return must({"utilization", "export"}, options_) + must({"-o", "json", "utilization", "show"}, options_) +
           must({"-o", "csv", "reservation", "list", "--limit", "1000"}, options_);
  }
  const RunOptions& options() const { return options_; }

 private:
  RunOptions options_;
  Folder in_;
};

// The undisturbed run, once.
const std::string& results_of_one_run() {
  static const std::string kResults = [] {
    const Folder folder;
    const SharedDesk desk({.data = folder.file("desk")});
    must(desk.words(60), desk.options());
    return desk.results();
  }();
  return kResults;
}

std::int64_t number(const Outcome& outcome, const std::string& name) {
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return parse_integer(field(outcome.out, name), 0, 1'000'000, "a count").value_or(-1);
}

// Waits until the process holds work, then stops it where it stands, but not with the desk's writer lock in its hand, which would hold up
// everybody. False where it was too fast.
bool stop_in_the_middle(const Place& place, Process& process) {
  while (!process.has_ended()) {
    if (place.number("SELECT count(*) FROM work_lease WHERE finished = 0") == 0) continue;
    process.signal(SIGSTOP);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // what it said before it stopped arrives
    const std::int64_t writing = place.number(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid::bigint = (hashtext(current_schema())::bigint & 4294967295)");
    if (writing == 0 && place.number("SELECT count(*) FROM work_lease WHERE finished = 0") > 0) return true;
    process.signal(SIGCONT);
  }
  return false;
}

class SharedRuns : public ::testing::Test {
 protected:
  void SetUp() override { PRORATA_SKIP_WITHOUT(place_); }
  RunOptions options() const { return {.data = place_.at(), .environment = {{"PRORATA_USAGE_DIR", files_.path()}}}; }
  Place place_{Where::postgres};
  Folder files_;
};

TEST_F(SharedRuns, DoEveryMonthOnce) {
  const SharedDesk desk(options());
  Process one(desk.words(120), desk.options());
  ASSERT_TRUE(stop_in_the_middle(place_, one));
  Process two(desk.words(120), desk.options());
  const std::string by_both = "SELECT count(DISTINCT worker) FROM work_lease";
  while (!two.has_ended() && place_.number(by_both) < 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  one.signal(SIGCONT);
  const Outcome first = one.wait();
  const Outcome second = two.wait();
  EXPECT_GT(number(first, "computed"), 0) << first.out;
  EXPECT_GT(number(second, "computed"), 0) << second.out;
  EXPECT_EQ(number(first, "computed") + number(second, "computed"), kCustomers * kMonths) << first.out << second.out;
  EXPECT_EQ(number(first, "by_others"), number(second, "computed"));
  EXPECT_EQ(desk.results(), results_of_one_run());
  EXPECT_EQ(run({"audit", "verify"}, desk.options()).exit_code, 0);
}

TEST_F(SharedRuns, TakeOverWhatAKilledOneHeldWhenItsLeaseIsOver) {
  const SharedDesk desk(options());
  Process killed(desk.words(2), desk.options());
  ASSERT_TRUE(stop_in_the_middle(place_, killed));
  killed.kill_now();
  killed.wait();
  const std::int64_t held = place_.number("SELECT count(*) FROM work_lease WHERE finished = 0");
  ASSERT_GT(held, 0);
  const Outcome other = run(desk.words(2), desk.options());
  EXPECT_EQ(number(other, "computed") + number(other, "unchanged"), kCustomers * kMonths) << other.out;
  EXPECT_EQ(place_.number("SELECT count(*) FROM work_lease WHERE finished = 0"), 0);
  EXPECT_EQ(desk.results(), results_of_one_run());
}

// One that was only slow finds its work done by another, and whatever it still writes is the same.
TEST_F(SharedRuns, DoNoHarmWhereALeaseEndsUnderSomebodyWhoLives) {
  const SharedDesk desk(options());
  Process slow(desk.words(1), desk.options());
  ASSERT_TRUE(stop_in_the_middle(place_, slow));
  EXPECT_EQ(run(desk.words(1), desk.options()).exit_code, 0);
  slow.signal(SIGCONT);
  const Outcome late = slow.wait();
  EXPECT_EQ(late.exit_code, 0) << late.err;
  EXPECT_EQ(desk.results(), results_of_one_run());
  EXPECT_EQ(run({"audit", "verify"}, desk.options()).exit_code, 0);
}

TEST(RunInAFolder, IsCompleteAfterTheNextWhereverItWasKilled) {
  const Folder folder;
  const SharedDesk desk({.data = folder.file("desk")});
  for (int round = 0; round < 6; ++round) {
    Process running(desk.words(1), desk.options());
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + 45 * round));
    running.kill_now();
    running.wait();
    EXPECT_EQ(run({"audit", "verify"}, desk.options()).exit_code, 0);
  }
  const Outcome last = run(desk.words(1), desk.options());
  // What a killed one had finished while this one began counts as done by another.
  EXPECT_EQ(number(last, "computed") + number(last, "unchanged") + number(last, "by_others"), kCustomers * kMonths) << last.out;
  EXPECT_EQ(desk.results(), results_of_one_run());
}

// A limit on the size of files says what a full disk says, wherever the tests run.
TEST(RunInAFolder, StopsOnAFullDiskAndGoesOnWithRoom) {
  const Folder folder;
  const SharedDesk desk({.data = folder.file("desk")});
  RunOptions limited = desk.options();
  rlim_t size = 0;
  for (const char* name : {"prorata.db", "prorata.db-wal"}) {
    struct stat info{};
    if (stat(folder.file("desk").append("/").append(name).c_str(), &info) == 0) size = std::max(size, static_cast<rlim_t>(info.st_size));
  }
  limited.before_exec = [size] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{size, size};
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  const Outcome full = run(desk.words(1), limited);
  EXPECT_EQ(full.exit_code, wire::exit_code(Code::storage_full)) << full.out << full.err;
  EXPECT_THAT(full.err, HasSubstr("make room on the disk"));
  EXPECT_EQ(run({"audit", "verify"}, desk.options()).exit_code, 0);
  const Outcome after = run(desk.words(1), desk.options());
  EXPECT_EQ(number(after, "computed") + number(after, "unchanged"), kCustomers * kMonths) << after.out;
  EXPECT_GT(number(after, "computed"), 0) << "the disk was full before the end";
  EXPECT_EQ(desk.results(), results_of_one_run());
}

}  // namespace
}  // namespace prorata
