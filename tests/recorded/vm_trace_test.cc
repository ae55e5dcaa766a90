// A published trace of real machines, as the usage of a customer: its percentages are those that are worked out here by hand, hour by hour.
// Where the trace is absent the test says so.
#include <map>

#include <fmt/format.h>

#include "app/import_usage.h"
#include "app/run_utilization.h"
#include "app/utilization_view.h"
#include "recordings.h"
#include "store/open.h"
#include "support/made_desk.h"
#include "usage_files/usage_folder.h"
#include "wire/import_usage.h"
#include "wire/unpacked_bytes.h"

namespace prorata::wire {
namespace {

using namespace prorata::testing;

constexpr std::int64_t kBegins = 1'800'000;  // seconds, where the trace does
constexpr std::int64_t kWindowHours = 72;
constexpr std::int64_t kUnits = 100;
constexpr int kLines = 300;  // of five minutes

struct Machine {
  char flavour;
  std::int64_t from;   // seconds from the trace's begin
  std::int64_t until;  // the same
};

// The letters of the trace that lie a factor of two apart, as sizes of one flexibility group.
const std::map<char, std::pair<std::string, std::int64_t>> kSizes = {
    {'b', {"Standard_D2s_v5", 1}}, {'g', {"Standard_D4s_v5", 2}}, {'k', {"Standard_D8s_v5", 4}}, {'m', {"Standard_D16s_v5", 8}}};

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  FileBytes file = must(FileBytes::open(path.string()));
  UnpackedBytes text(file);
  std::string all;
  std::string piece(1U << 16U, '\0');
  while (const std::size_t got = must(text.read(piece))) all.append(piece, 0, got);
  std::vector<std::string> out;
  for (std::size_t at = 0; at < all.size() && out.size() < kLines;) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    out.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> out{""};
  for (const char each : line.substr(line.find(' ') + 1)) {
    if (each == ',')
      out.emplace_back();
    else
      out.back().push_back(each);
  }
  return out;
}

std::vector<Machine> machines_of(const std::filesystem::path& folder) {
  std::map<int, std::int64_t> seconds_of;  // of a bin, the least
  std::ifstream bins(folder / "v1.interval_map.txt");
  std::int64_t seconds = 0;
  for (int bin = 0; bins >> seconds >> bin;) seconds_of.try_emplace(bin, seconds);
  const std::vector<std::string> flavours = lines_of(folder / "v1.dev.txt.gz");
  const std::vector<std::string> lives = lines_of(folder / "v1.dev.c2100000.txt.gz");
  std::vector<Machine> out;
  for (std::size_t i = 0; i < flavours.size(); ++i) {
    const std::int64_t from = std::stoll(flavours[i]) - kBegins;
    const std::vector<std::string> sizes = words_of(flavours[i]);
    const std::vector<std::string> bins_of = words_of(lives[i]);
    for (std::size_t j = 0; j < std::min(sizes.size(), bins_of.size()); ++j) {
      if (sizes[j].size() != 1 || !kSizes.contains(sizes[j][0]) || bins_of[j].size() < 2) continue;
      const bool still_runs = bins_of[j][0] == 'C';
      const std::int64_t life = seconds_of[std::stoi(bins_of[j].substr(1))];
      const std::int64_t until = still_runs ? kWindowHours * 3'600 : std::min(from + life, kWindowHours * 3'600);
      if (until > from) out.push_back({sizes[j][0], from, until});
    }
  }
  return out;
}

TEST(VmTrace, GivesThePercentagesThatAreWorkedOutByHand) {
  const std::filesystem::path folder = reference() / "data/vm-trace";
  if (!std::filesystem::exists(folder / "v1.dev.txt.gz"))
    GTEST_SKIP() << "no trace in " << folder << "; set PRORATA_REFERENCE to the folder that has it";
  const std::vector<Machine> machines = machines_of(folder);
  ASSERT_GT(machines.size(), 1'000U);

  const auto store = store::memory_store();
  MadeDesk desk(*store);
  const std::filesystem::path kept = std::filesystem::temp_directory_path() / fmt::format("vm-trace-{}", ::getpid());
  const auto files = usage_files::usage_folder(kept.string());
  desk.app.usage = files.get();
  std::vector<FlexibilityRatio> ratios;
  for (const auto& [letter, size] : kSizes) ratios.push_back({"Dsv5 Series", size.first, {size.second, 1}});
  must(import_ratios(desk.app, ratios, "test"));
  const Reservation fleet = desk.buy({.customer = desk.nordvik, .quantity = kUnits});

  const Instant begin = *parse_instant("2026-03-10T00:00:00Z");
  std::string text = "from,to,resource_id,size,region\n";
  std::vector<std::int64_t> needed(kWindowHours);  // nu: by hand
  for (std::size_t i = 0; i < machines.size(); ++i) {
    const Machine& m = machines[i];
    const auto& [size, weight] = kSizes.at(m.flavour);
    text += fmt::format(
        "{},{},/subscriptions/5ab5c000-0000-4000-8000-000000000001/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-{},{},"
        "westeurope\n",
        to_string(add_seconds(begin, m.from)), to_string(add_seconds(begin, m.until)), i, size);
    for (std::int64_t hour = m.from / 3'600; hour * 3'600 < m.until; ++hour) {
      const std::int64_t ran = std::min(m.until, (hour + 1) * 3'600) - std::max(m.from, hour * 3'600);
      needed[static_cast<std::size_t>(hour)] += (ran * 1'000'000 + 1'800) / 3'600 * weight;  // half up
    }
  }
  UsageImporter importer = must(UsageImporter::begin(desk.app, {.path = "/trace.csv", .digest = std::string(64, 'f')}));
  TextBytes bytes(text, "trace");
  UsageReport report;
  must(import_usage(bytes, {.threads = 2}, [&](const UsageBatch& batch) { return importer.take(batch.rows, batch.machines); }, report));
  ASSERT_EQ(report.refused, 0);
  must(importer.finish({.dialect = "power_states", .rows = report.rows}));
  must(run_utilization(desk.app, {}));

  const ReservationFigures figures = must(load_figures(*desk.look(), desk.read(fleet.id), {}));
  std::filesystem::remove_all(kept);
  ASSERT_EQ(figures.days.size(), 3U);
  std::int64_t used_in_all = 0;
  for (std::size_t day = 0; day < 3; ++day) {
    std::int64_t used = 0;
    std::int64_t least = INT64_MAX;
    std::int64_t most = 0;
    for (std::size_t hour = day * 24; hour < day * 24 + 24; ++hour) {
      const std::int64_t taken = std::min(needed[hour], kUnits * 1'000'000);
      used += taken;
      least = std::min(least, taken);
      most = std::max(most, taken);
    }
    EXPECT_EQ(figures.days[day].used_nu, used) << day;
    EXPECT_EQ(figures.days[day].average.hundredths, used * 10'000 / (kUnits * 24 * 1'000'000)) << day;
    EXPECT_EQ(figures.days[day].least.hundredths, least * 10'000 / (kUnits * 1'000'000)) << day;
    EXPECT_EQ(figures.days[day].most.hundredths, most * 10'000 / (kUnits * 1'000'000)) << day;
    used_in_all += used;
  }
  EXPECT_EQ(figures.totals().used_uh(), used_in_all);
  EXPECT_EQ(figures.totals().reserved_uh(), kUnits * 72 * 1'000'000);
}

}  // namespace
}  // namespace prorata::wire
