// Usage that a desk keeps, as processes: killed in mid-import, on a full disk, with damaged files.
#include <sys/mount.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>

#include <fmt/format.h>

#include "processes/process.h"
#include "wire/error_table.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ::testing::HasSubstr;

constexpr std::string_view kCustomer = "c0000000-0000-4000-8000-000000000001";

std::string usage(int machines, int days) {
  std::string out = "time,resource_id,size,region,quantity\n";
  for (int hour = 0; hour < days * 24; ++hour)
    for (int machine = 0; machine < machines; ++machine)
      out += fmt::format("2026-03-{:02}T{:02}:00:00Z,/subscriptions/s/resourceGroups/g/vm-{},Standard_D2s_v5,westeurope,1\n", 1 + hour / 24,
                         hour % 24, machine);
  return out;
}

class UsageKept : public ::testing::Test {
 protected:
  void SetUp() override {
    write_file(in_.file("customers.csv"), fmt::format("id,name,domain,country,currency\n{},Nordvik,nordvik.example,SE,SEK\n", kCustomer));
    must({"init"}, desk());
    must({"import", "customers", in_.file("customers.csv")}, desk());
  }
  RunOptions desk() const { return {.data = in_.file("desk")}; }
  std::vector<std::string> import(const std::string& name) const {
    return {"usage", "import", in_.file(name), "--customer", std::string(kCustomer)};
  }
  std::string month() const { return fmt::format("{}/usage/{}/2026-03.usage", in_.file("desk"), kCustomer); }
  Folder in_;
};

TEST_F(UsageKept, OfAKilledImportIsWholeAfterTheNext) {
  write_file(in_.file("first.csv"), usage(3, 10));
  write_file(in_.file("second.csv"), usage(200, 28));
  must(import("first.csv"), desk());
  const std::string before = read_file(month());
  for (int round = 0; round < 6; ++round) {
    Process importing(import("second.csv"), desk());
    std::this_thread::sleep_for(std::chrono::milliseconds(40 * round));
    importing.kill_now();
    importing.wait();
    const Outcome shown = run({"-o", "json", "usage", "coverage"}, desk());  // whatever was reached can be read
    ASSERT_EQ(shown.exit_code, 0) << shown.err;
  }
  must(import("second.csv"), desk());
  EXPECT_THAT(must({"-o", "json", "usage", "coverage"}, desk()), HasSubstr("\"machines\": 200"));
  const std::string once = read_file(month());
  must(import("second.csv"), desk());
  EXPECT_EQ(read_file(month()), once) << "the same file again changes nothing";
  EXPECT_NE(once, before);
}

TEST_F(UsageKept, StaysAsItWasOnAFullDisk) {
  const Folder disk;
  if (mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=128k") != 0)
    GTEST_SKIP() << "a small disk cannot be mounted here: " << std::strerror(errno);
  RunOptions small = desk();
  small.environment["PRORATA_USAGE_DIR"] = disk.path();
  write_file(in_.file("first.csv"), usage(3, 10));
  write_file(in_.file("second.csv"), usage(1500, 2));
  must(import("first.csv"), small);
  const std::string path = fmt::format("{}/{}/2026-03.usage", disk.path(), kCustomer);
  const std::string before = read_file(path);
  const Outcome full = run(import("second.csv"), small);
  const std::string after = read_file(path);
  umount2(disk.path().c_str(), MNT_DETACH);
  EXPECT_EQ(full.exit_code, wire::exit_code(Code::storage_full)) << full.err;
  EXPECT_THAT(full.err, HasSubstr("make room on the disk"));
  EXPECT_EQ(after, before);
}

TEST_F(UsageKept, ThatIsDamagedIsNamed) {
  write_file(in_.file("first.csv"), usage(3, 10));
  must(import("first.csv"), desk());
  std::string bytes = read_file(month());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(month(), bytes);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"usage", "coverage"}, {"utilization", "run"}, import("first.csv")}) {
    const Outcome told = run(words, desk());
    EXPECT_EQ(told.exit_code, wire::exit_code(Code::storage_corrupt)) << told.err;
    EXPECT_THAT(told.err, HasSubstr("2026-03.usage' is damaged: its checksum is another one"));
  }
  std::filesystem::remove(month());
  must(import("first.csv"), desk());
  must({"utilization", "run"}, desk());
}

std::string gzip(std::string_view text) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

// A folder as people have them: what cannot be read is named, with its reason, and the rest is taken in.
TEST_F(UsageKept, OfAFolderIsAllThatCanBeRead) {
  std::filesystem::create_directories(in_.file("exports/older"));
  std::string noise;
  for (std::uint32_t i = 0, x = 12'345; i < 5'000; ++i) noise += static_cast<char>((x = x * 1'664'525 + 1'013'904'223) >> 24U);
  const std::string packed = gzip(usage(9, 3));
  write_file(in_.file("exports/a-noise.csv"), noise);
  write_file(in_.file("exports/b-good.csv"), usage(2, 10));
  write_file(in_.file("exports/c-cut.csv.gz"), packed.substr(0, packed.size() / 2));
  write_file(in_.file("exports/d-notes.txt"), "Dear all,\nthe exports are in this folder.\n");
  write_file(in_.file("exports/e-empty.csv"), "");
  write_file(in_.file("exports/older/good.csv.gz"), gzip(usage(5, 1)));
  const Outcome told = run(import("exports"), desk());
  EXPECT_EQ(told.exit_code, 1) << told.err;
  for (const char* name : {"a-noise.csv", "c-cut.csv.gz", "d-notes.txt", "e-empty.csv"})
    EXPECT_THAT(told.err, HasSubstr(fmt::format("Not read: {}/exports/{}:", in_.path(), name)));
  EXPECT_THAT(told.out, HasSubstr("b-good.csv"));
  EXPECT_THAT(told.out, HasSubstr("good.csv.gz"));
  EXPECT_THAT(told.out, ::testing::Not(HasSubstr("c-cut")));
  const std::string list = must({"-o", "json", "usage", "list"}, desk());
  EXPECT_THAT(list, HasSubstr("b-good.csv"));
  EXPECT_THAT(list, ::testing::Not(HasSubstr("c-cut")));
  EXPECT_THAT(must({"-o", "json", "usage", "coverage"}, desk()), HasSubstr("\"machines\": 5")) << "nothing of the file that was cut off";

  const Outcome none = run(import("exports/c-cut.csv.gz"), desk());
  EXPECT_EQ(none.exit_code, wire::exit_code(Code::invalid_data)) << none.err;
  write_file(in_.file("exports/c-cut.csv.gz"), packed);
  EXPECT_EQ(run(import("exports"), desk()).exit_code, 1);
  EXPECT_THAT(must({"-o", "json", "usage", "coverage"}, desk()), HasSubstr("\"machines\": 9"));
}

}  // namespace
}  // namespace prorata
