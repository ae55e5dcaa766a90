// 'utilization compute' as a process: full disks, files that change while they are read, and that what was there stays.
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <gmock/gmock.h>

#include <fmt/format.h>

#include "processes/process.h"
#include "wire/error_table.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ::testing::HasSubstr;

constexpr const char* kReservations =
    R"({"id":"r-1","region":"westeurope","size":"Standard_D2s_v5","quantity":2,"start":"2026-01-01","end":"2027-01-01"})"
    "\n";
constexpr const char* kRatios = "InstanceSizeFlexibilityGroup,ArmSkuName,Ratio\nDsv5 Series,Standard_D2s_v5,1\n";

std::string usage(int machines, int hours) {
  std::string out = "time,resource_id,size,region,quantity\n";
  for (int hour = 0; hour < hours; ++hour)
    for (int machine = 0; machine < machines; ++machine)
      out += fmt::format("2026-03-{:02}T{:02}:00:00Z,/subscriptions/s/resourceGroups/g/vm-{},Standard_D2s_v5,westeurope,1\n", 1 + hour / 24,
                         hour % 24, machine);
  return out;
}

class UtilizationFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    write_file(in_.file("r.jsonl"), kReservations);
    write_file(in_.file("ratios.csv"), kRatios);
    write_file(in_.file("usage.csv"), usage(30, 600));
  }
  std::vector<std::string> words(const std::string& out) const {
    return {"utilization",    "compute",
            "--reservations", in_.file("r.jsonl"),
            "--usage",        in_.file("usage.csv"),
            "--ratios",       in_.file("ratios.csv"),
            "--out",          out};
  }
  static std::size_t files_in(const std::string& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
  }
  Folder in_;
};

TEST_F(UtilizationFiles, AreWrittenWholeAndReplaceThoseBefore) {
  const Folder out;
  for (int round = 0; round < 2; ++round) {
    const Outcome done = run(words(out.file("answer")), {});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(files_in(out.file("answer")), 3u);
    EXPECT_THAT(read_file(out.file("answer/cells.csv")),
                HasSubstr("reservation,resource,hour,nu\nr-1,/subscriptions/s/resourcegroups/g/vm-0,492312,1000000\n"));
    EXPECT_THAT(read_file(out.file("answer/summary.csv")), HasSubstr("r-1,2026-03-01,48000000,48000000,100.00,100.00,100.00\n"));
  }
}

TEST_F(UtilizationFiles, AreTheSameWhateverTheNumberOfThreads) {
  const Folder out;
  for (const char* threads : {"1", "2", "5"}) {
    std::vector<std::string> asked = words(out.file(threads));
    asked.insert(asked.end(), {"--threads", threads});
    ASSERT_EQ(run(asked, {}).exit_code, 0);
    for (const char* name : {"/cells.csv", "/uncovered.csv", "/summary.csv"})
      EXPECT_EQ(read_file(out.file(threads) + name), read_file(out.file("1") + name)) << name << " with " << threads;
  }
  EXPECT_GT(read_file(out.file("1/uncovered.csv")).size(), 100'000U);
}

// From the second day on a machine weighs three: each day is reckoned by its own table, and no line mixes them.
TEST_F(UtilizationFiles, FollowATableThatChangesInMidMonth) {
  write_file(in_.file("ratios.csv"),
             "InstanceSizeFlexibilityGroup,ArmSkuName,Ratio,From\nDsv5 Series,Standard_D2s_v5,1,\n"
             "Dsv5 Series,Standard_D4s_v5,2,\nDsv5 Series,Standard_D4s_v5,3,2026-03-02\n");
  std::string text = "time,resource_id,size,region,quantity\n";
  for (int hour = 0; hour < 48; ++hour)
    text += fmt::format("2026-03-{:02}T{:02}:00:00Z,/subscriptions/s/resourceGroups/g/vm,Standard_D4s_v5,westeurope,1\n", 1 + hour / 24,
                        hour % 24);
  write_file(in_.file("usage.csv"), text);
  const Folder out;
  ASSERT_EQ(run(words(out.file("answer")), {}).exit_code, 0);
  EXPECT_THAT(read_file(out.file("answer/cells.csv")), HasSubstr("r-1,/subscriptions/s/resourcegroups/g/vm,492312,2000000\n"));
  EXPECT_THAT(read_file(out.file("answer/uncovered.csv")), HasSubstr("/subscriptions/s/resourcegroups/g/vm,492336,1000000\n"));
  EXPECT_THAT(read_file(out.file("answer/uncovered.csv")), ::testing::Not(HasSubstr("vm,492335,")));
  EXPECT_THAT(read_file(out.file("answer/summary.csv")),
              HasSubstr("r-1,2026-03-01,48000000,48000000,100.00,100.00,100.00\nr-1,2026-03-02,48000000,48000000,100.00,100.00,100.00\n"));
}

TEST_F(UtilizationFiles, AFullDiskLeavesNothingHalfDone) {
  const Folder disk;
  if (mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=256k") != 0)
    GTEST_SKIP() << "a small disk cannot be mounted here: " << std::strerror(errno);
  const Outcome full = run(words(disk.file("answer")), {});
  const std::size_t left = files_in(disk.file("answer"));
  umount2(disk.path().c_str(), MNT_DETACH);
  EXPECT_EQ(full.exit_code, wire::exit_code(Code::storage_full)) << full.err;
  EXPECT_THAT(full.err, HasSubstr("make room on the disk"));
  EXPECT_EQ(left, 0u);
}

TEST_F(UtilizationFiles, AFileThatMayNotGrowIsAFullDiskAndTheAnswerBeforeStays) {
  const Folder out;
  ASSERT_EQ(run(words(out.file("answer")), {}).exit_code, 0);
  const std::string before = read_file(out.file("answer/cells.csv"));
  RunOptions limited;
  limited.before_exec = [] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100'000, 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  const Outcome full = run(words(out.file("answer")), limited);
  EXPECT_EQ(full.exit_code, wire::exit_code(Code::storage_full)) << full.err;
  EXPECT_EQ(read_file(out.file("answer/cells.csv")), before);
  EXPECT_EQ(files_in(out.file("answer")), 3u);
}

TEST_F(UtilizationFiles, WhatAKilledRunLeftGoesWithTheNext) {
  const Folder out;
  write_file(in_.file("usage.csv"), usage(300, 700));
  Process killed(words(out.file("answer")), {});
  for (int tries = 0; tries < 500 && (!std::filesystem::exists(out.file("answer")) || files_in(out.file("answer")) < 3); ++tries)
    ::usleep(1000);
  killed.kill_now();
  (void)killed.wait();
  ASSERT_EQ(run(words(out.file("answer")), {}).exit_code, 0);
  EXPECT_EQ(files_in(out.file("answer")), 3u);
}

TEST_F(UtilizationFiles, APipeIsReadToItsEnd) {
  const Folder out;
  std::vector<std::string> piped = words(out.file("answer"));
  piped[5] = "-";
  const Outcome done = run(piped, {.input = usage(1, 3)});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("Taken"));
}

}  // namespace
}  // namespace prorata
