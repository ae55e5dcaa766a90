// What a disk, a folder or another process can do to a desk on SQLite: each has its own code and words, and leaves nothing half done.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <gmock/gmock.h>

#include "processes/small_desk.h"
#include "wire/error_table.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ::testing::HasSubstr;

int exit_of(Code code) { return wire::exit_code(code); }

// Prices enough to fill a small disk: the import commits them in many batches.
std::string many_prices(int count) {
  std::string out = "sku,region,term,from,currency,price,product\n";
  for (int n = 0; n < count; ++n) out += fmt::format("Standard_X{}s_v9,westeurope,P1Y,2020-01-01,USD,{}.00,VirtualMachines\n", n, 100 + n);
  return out;
}

class Storage : public ::testing::Test {
 protected:
  RunOptions here() const { return {.data = place_.at()}; }
  Place place_{Where::sqlite};
};

// ---- a full disk
// -------------------------------------------------------------------------------------------------------------------------

TEST_F(Storage, AFullDiskStopsAnImportAndRoomLetsItGoOn) {
  const Folder disk;
  if (mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=2m") != 0)
    GTEST_SKIP() << "a small disk cannot be mounted here: " << std::strerror(errno) << "; AFileThatMayNotGrow covers the rest";
  struct Unmount {
    const std::string& path;
    ~Unmount() { umount2(path.c_str(), MNT_DETACH); }
  } const unmount{disk.path()};
  const RunOptions desk{.data = disk.file("desk")};
  must({"init", "--sandbox"}, desk);
  const Folder lists;
  write_file(lists.file("prices.csv"), many_prices(20'000));

  const Outcome full = run({"import", "prices", lists.file("prices.csv")}, desk);
  EXPECT_EQ(full.exit_code, exit_of(Code::storage_full));
  EXPECT_THAT(full.err, HasSubstr("make room on the disk and do it again"));
  const Outcome verified = run({"audit", "verify"}, desk);
  EXPECT_EQ(verified.exit_code, 0) << verified.err;

  ASSERT_EQ(mount("tmpfs", disk.path().c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
  const std::string after = must({"import", "prices", lists.file("prices.csv"), "-o", "json"}, desk);
  EXPECT_EQ(field(after, "rows"), "20000");
  EXPECT_EQ(run({"audit", "verify"}, desk).exit_code, 0);
}

TEST_F(Storage, AFullDiskIsSaidByInitToo) {
  const Folder disk;
  if (mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=16k") != 0)
    GTEST_SKIP() << "a small disk cannot be mounted here: " << std::strerror(errno);
  const Outcome full = run({"init"}, {.data = disk.file("desk")});
  umount2(disk.path().c_str(), MNT_DETACH);
  EXPECT_EQ(full.exit_code, exit_of(Code::storage_full)) << full.err;
  EXPECT_THAT(full.err, HasSubstr("make room on the disk"));
}

// A limit on the size of files says what a quota or a file system's own limit says.
TEST_F(Storage, AFileThatMayNotGrowIsAFullDisk) {
  const SmallDesk desk(place_, "azure-2022", 10);
  struct stat log{};
  ASSERT_EQ(stat((place_.at() + "/prorata.db-wal").c_str(), &log), 0);
  RunOptions limited = here();
  limited.before_exec = [size = static_cast<rlim_t>(log.st_size)] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{size, size};
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  const std::vector<std::string> words = {"refund", "return", desk.reservations[0], "-q", "1", "--idempotency-key", "k"};
  const Outcome full = run(words, limited);
  EXPECT_EQ(full.exit_code, exit_of(Code::storage_full)) << full.err;
  EXPECT_THAT(full.err, HasSubstr("make room on the disk"));
  EXPECT_EQ(desk.used().minor, 0) << "nothing half done";
  EXPECT_EQ(desk.verify().exit_code, 0);
  EXPECT_EQ(run(words, here()).exit_code, 0) << "with room it goes through";
  EXPECT_EQ(desk.used().minor, kSmallSizes[0].unit_minor);
}

// ---- folders that cannot be used
// ---------------------------------------------------------------------------------------------------------

TEST_F(Storage, AnothersFolderIsDenied) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const SmallDesk desk(place_, "azure-2022", 10);
  RunOptions nobody = here();
  nobody.before_exec = [] { (void)!setuid(65534); };
  const std::vector<std::string> words = {"refund", "return", desk.reservations[0], "-q", "1"};
  const Outcome closed = run(words, nobody);
  EXPECT_EQ(closed.exit_code, exit_of(Code::storage_denied)) << "a desk is its owner's alone: " << closed.err;
  EXPECT_THAT(closed.err, HasSubstr("look at the folder's owner and permissions"));
  ASSERT_EQ(chmod(place_.at().c_str(), 0755), 0);
  const Outcome denied = run(words, nobody);
  EXPECT_EQ(denied.exit_code, exit_of(Code::storage_denied)) << denied.err;
  EXPECT_THAT(denied.err, HasSubstr("look at the folder's owner and permissions"));
  EXPECT_EQ(desk.used().minor, 0);

  const Outcome none = run({"init"}, {.data = "/proc/desk"});
  EXPECT_NE(none.exit_code, 0);
  EXPECT_THAT(none.err, HasSubstr("/proc/desk cannot be made"));
}

TEST_F(Storage, AReadOnlyDiskCanBeReadAndNotWritten) {
  const SmallDesk desk(place_, "azure-2022", 10);
  const Folder disk;
  if (mount(place_.at().c_str(), disk.path().c_str(), nullptr, MS_BIND, nullptr) != 0)
    GTEST_SKIP() << "a folder cannot be mounted here: " << std::strerror(errno);
  ASSERT_EQ(mount(nullptr, disk.path().c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr), 0);
  const RunOptions read_only{.data = disk.path()};
  const Outcome written = run({"refund", "return", desk.reservations[0], "-q", "1"}, read_only);
  const Outcome read = run({"audit", "verify"}, read_only);
  umount2(disk.path().c_str(), MNT_DETACH);
  EXPECT_EQ(written.exit_code, exit_of(Code::storage_denied)) << written.err;
  EXPECT_THAT(written.err, HasSubstr("look at the folder's owner and permissions"));
  EXPECT_EQ(read.exit_code, 0) << read.err;
}

TEST_F(Storage, AFolderThatHoldsNoDeskSaysHowToMakeOne) {
  const Folder empty;
  const Outcome none = run({"desk"}, {.data = empty.path()});
  EXPECT_EQ(none.exit_code, exit_of(Code::not_found));
  EXPECT_THAT(none.err, HasSubstr(fmt::format("prorata --data {} init", empty.path())));
  EXPECT_EQ(run({"desk"}, {.data = empty.file("nowhere")}).exit_code, exit_of(Code::not_found));

  write_file(empty.file("prorata.db"), "");
  EXPECT_EQ(run({"desk"}, {.data = empty.path()}).exit_code, exit_of(Code::not_found)) << "an empty file is no desk either";
  write_file(empty.file("prorata.db"), std::string(8192, 'x'));
  const Outcome corrupt = run({"desk"}, {.data = empty.path()});
  EXPECT_EQ(corrupt.exit_code, exit_of(Code::storage_corrupt)) << corrupt.err;

  for (const char* command : {"desk", "init"}) {
    const Outcome file = run({command}, {.data = empty.file("prorata.db")});
    EXPECT_EQ(file.exit_code, exit_of(Code::invalid_argument)) << file.err;
    EXPECT_THAT(file.err, HasSubstr("is a file"));
  }
}

// ---- other processes
// ---------------------------------------------------------------------------------------------------------------------

TEST_F(Storage, ALockedDeskIsBusyAndCanBeRead) {
  const SmallDesk desk(place_, "azure-2022", 10);
  const int lock = open((place_.at() + "/prorata.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(lock, 0);
  ASSERT_EQ(flock(lock, LOCK_EX | LOCK_NB), 0);
  const std::vector<std::string> words = {"refund", "return", desk.reservations[0], "-q", "1"};
  std::vector<std::string> hasty = words;
  hasty.insert(hasty.end(), {"--lock-wait", "0"});
  const Outcome busy = run(hasty, here());
  EXPECT_EQ(busy.exit_code, exit_of(Code::busy)) << busy.err;
  EXPECT_THAT(busy.err, HasSubstr("is locked by process"));
  RunOptions by_environment = here();
  by_environment.environment["PRORATA_LOCK_WAIT"] = "0";
  EXPECT_EQ(run(words, by_environment).exit_code, exit_of(Code::busy));
  EXPECT_EQ(run({"desk"}, here()).exit_code, 0) << "readers do not wait for the writer";

  Process patient(words, here());  // waits, and goes on when the lock is free
  close(lock);
  EXPECT_EQ(patient.wait().exit_code, 0);
  EXPECT_EQ(desk.used().minor, kSmallSizes[0].unit_minor);
}

class BothStores : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override { PRORATA_SKIP_WITHOUT(place_); }
  RunOptions here() const { return {.data = place_.at()}; }
  Place place_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(, BothStores, ::testing::Values(Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(BothStores, InitsAtOnceMakeOneDesk) {
  std::vector<Process> processes;
  for (int n = 0; n < 8; ++n) processes.emplace_back(std::vector<std::string>{"init", "--partner", fmt::format("Partner {}", n)}, here());
  int made = 0;
  for (Process& process : processes) {
    const Outcome done = process.wait();
    made += done.exit_code == 0 ? 1 : 0;
    EXPECT_TRUE(done.exit_code == 0 || done.exit_code == exit_of(Code::already_exists)) << done.exit_code << ": " << done.err;
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(field(must({"audit", "verify", "-o", "json"}, here()), "commits"), "1");
}

TEST_P(BothStores, ANewerSchemaIsRefused) {
  must({"init"}, here());
  place_.run("UPDATE meta SET value = '99' WHERE name = 'schema'");
  for (const char* command : {"desk", "init"}) {
    const Outcome newer = run({command}, here());
    EXPECT_EQ(newer.exit_code, exit_of(Code::schema_newer)) << newer.err;
    EXPECT_THAT(newer.err, HasSubstr("upgrade this program"));
  }
}

TEST_P(BothStores, NoPasswordIsPrinted) {
  const Outcome made = run({"init"}, here());
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const Outcome unreachable = run({"desk"}, {.data = "postgresql://anna:hemligt@127.0.0.1:1/desk?connect_timeout=2"});
  EXPECT_EQ(unreachable.exit_code, exit_of(Code::unavailable));
  EXPECT_EQ((unreachable.out + unreachable.err).find("hemligt"), std::string::npos) << unreachable.err;
}

}  // namespace
}  // namespace prorata
