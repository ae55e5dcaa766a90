// From a CSV of hourly usage to who covers whom, beside DuckDB reading and allocating the same file with as many threads. Each run is a
// process of its own, so that the kernel says what memory it took. Sums are compared before a time is printed; where they differ there is
// no time. DuckDB's side is bench/duckdb/usage_csv.sql.
//
//   ./dev bench usage_csv [ROWS [ordered|shuffled]]        default 4000000 ordered
#include <sys/stat.h>

#include <iostream>
#include <map>
#include <sstream>

#include "bench.h"
#include "utilization/coverage.h"
#include "utilization/weights.h"
#include "wire/import_usage.h"
#include "wire/usage_columns.h"
#include "wire/whole_file.h"

using namespace prorata;
using namespace prorata::bench;
using namespace prorata::utilization;

namespace {

constexpr int kRounds = 3;
constexpr int kHours = 720;
constexpr std::int32_t kFirstHour = 492'312;  // 2026-03-01

struct Size {
  const char* name;
  std::int64_t ratio;
  int group;
};
constexpr Size kSizes[] = {{"Standard_D2s_v5", 1, 1}, {"Standard_D4s_v5", 2, 1}, {"Standard_D8s_v5", 4, 1}, {"Standard_D16s_v5", 8, 1},
                           {"Standard_E2s_v5", 1, 2}, {"Standard_E4s_v5", 2, 2}, {"Standard_E8s_v5", 4, 2}};
constexpr const char* kRegions[] = {"westeurope", "swedencentral", "eastus", "northeurope"};

std::string machine_id(std::int64_t number) {
  return fmt::format(
      "/subscriptions/{:08x}-0000-4000-8000-{:012x}/resourceGroups/rg-{}/providers/Microsoft.Compute/virtualMachines/vm-{:06}",
      number % 97 * 2654435761 % 0xFFFFFFFF, number % 97, number % 311, number);
}

// Machines run most hours, most of them whole ones; rows of an hour stand together, or in any order.
void write_usage(const std::string& path, std::int64_t rows, bool shuffled) {
  Numbers numbers(11);
  const std::int64_t machines = std::max<std::int64_t>(1, rows * 10 / 7 / kHours);
  std::vector<std::string> middle;
  for (std::int64_t i = 0; i < machines; ++i) {
    const Size& size = kSizes[numbers.in(0, std::size(kSizes))];
    middle.push_back(fmt::format(",{},{},{},", machine_id(i), size.name, kRegions[numbers.in(0, 4)]));
  }
  std::vector<bool> runs;
  for (std::int64_t i = 0; i < machines; ++i) runs.push_back(numbers.in(0, 10) < 7);
  std::vector<std::string> lines;
  std::ofstream file(path, std::ios::binary);
  file << "time,resource_id,size,region,quantity,subscription_name,tags\n";
  std::int64_t written = 0;
  for (int hour = 0; hour < kHours && written < rows; ++hour) {
    const std::string time = to_string(Hour{kFirstHour + hour});
    for (std::int64_t i = 0; i < machines && written < rows; ++i) {
      // Seven of ten run, for days at a time.
      const bool turns = numbers.in(0, 1000) < (runs[static_cast<std::size_t>(i)] ? 9 : 21);
      if (turns) runs[static_cast<std::size_t>(i)] = !runs[static_cast<std::size_t>(i)];
      if (!runs[static_cast<std::size_t>(i)]) continue;
      const std::string quantity = numbers.in(0, 20) == 0 ? fmt::format("0.{:06}", numbers.in(1, 1'000'000)) : "1.000000";
      std::string line =
          fmt::format("{}{}{},Subscription {},team-{}\n", time, middle[static_cast<std::size_t>(i)], quantity, i % 97, i % 13);
      ++written;
      if (shuffled)
        lines.push_back(std::move(line));
      else
        file << line;
    }
  }
  for (std::size_t i = lines.size(); i > 1; --i)
    std::swap(lines[i - 1], lines[static_cast<std::size_t>(numbers.in(0, static_cast<std::int64_t>(i)))]);
  for (const std::string& line : lines) file << line;
  CHECK(file.flush().good(), "the file is written");
}

std::vector<ReservationVersion> reservations(std::int64_t rows) {
  Numbers numbers(13);
  std::vector<ReservationVersion> made;
  const std::int64_t count = std::max<std::int64_t>(8, rows / kHours / 14);
  for (std::int64_t i = 0; i < count; ++i) {
    const Size& size = kSizes[numbers.in(0, std::size(kSizes))];
    const std::int32_t from = kFirstHour - static_cast<std::int32_t>(numbers.in(-200, 5'000));
    made.push_back(normalised({.id = fmt::format("reservation-{:06}", i),
                               .region = kRegions[numbers.in(0, 4)],
                               .size = size.name,
                               .quantity = numbers.in(1, 12),
                               .start = start_of(Hour{from}),
                               .end = start_of(Hour{from + static_cast<std::int32_t>(numbers.in(4'500, 9'000))})}));
  }
  return made;
}

void write_lists(const std::string& folder, std::int64_t rows) {
  std::ofstream weights(folder + "/weights.csv");
  weights << "size,pool_group,weight\n";
  for (const Size& each : kSizes) weights << fmt::format("{},{},{}\n", to_lower(each.name), each.group, each.ratio);
  std::ofstream list(folder + "/reservations.csv");
  list << "id,region,size,quantity,starts,ends\n";
  for (const ReservationVersion& each : reservations(rows))
    list << fmt::format("{},{},{},{},{},{}\n", each.id, each.region, each.size, each.quantity, hour_of(each.start).since_epoch,
                        hour_of(each.end).since_epoch);
}

RatioTable ratio_table() {
  std::vector<FlexibilityRatio> ratios;
  for (const Size& each : kSizes) ratios.push_back({each.group == 1 ? "Dsv5 Series" : "Esv5 Series", each.name, {each.ratio, 1}});
  return RatioTable::make(ratios);
}

// One run of ours in a process of its own; prints what both sides print.
int run_ours(const std::string& what, unsigned threads, const std::string& folder, std::int64_t rows_expected) {
  Result<wire::WholeFile> file = wire::WholeFile::open(folder + "/usage.csv");
  CHECK(file, "the file is there");
  wire::UsageReport report;
  if (what == "parse") {
    std::uint64_t sum = 0;
    std::uint64_t weighted = 0;
    const auto take = [&](const wire::UsageBatch& batch) -> Result<void> {
      for (const wire::UsageRow& row : batch.rows) {
        sum += row.quantity;
        weighted += std::uint64_t{row.quantity} * static_cast<std::uint64_t>(row.from.since_epoch % 1000);
      }
      return {};
    };
    const double seconds = seconds_of([&] { CHECK(wire::import_usage(*file, {.threads = threads}, take, report), "the file is read"); });
    fmt::print("seconds {}\nsums {} {} {}\nforeseen {}\n", seconds, report.taken, sum, weighted, report.foreseen);
    return 0;
  }
  double parsed = 0;
  Coverage coverage;
  Plan plan;
  std::vector<wire::UsageContext> usage;
  const std::vector<ReservationVersion> versions = reservations(rows_expected);
  const double seconds = seconds_of([&] {
    wire::UsageColumns columns({.rows_expected = static_cast<std::size_t>(rows_expected)});
    parsed = seconds_of([&] {
      CHECK(wire::import_usage(
                *file, {.threads = threads}, [&](const wire::UsageBatch& batch) { return columns.take(batch); }, report),
            "the file is read");
      usage = columns.finish();
    });
    const RatioTable table = ratio_table();
    Result<Plan> made = Plan::make(usage[0].roster, versions, table, usage[0].window);
    CHECK(made, "the plan is made");
    plan = *std::move(made);
    CHECK(cover(plan, *usage[0].rows(), {.threads = threads}, coverage), "the usage is covered");
  });
  __int128 used = 0;
  __int128 weighted = 0;
  for (std::uint32_t version = 0; version < versions.size(); ++version)
    for (std::int32_t hour = usage[0].window.from.since_epoch; hour < usage[0].window.until.since_epoch; ++hour) {
      const std::int64_t nu = coverage.used(version, Hour{hour});
      used += nu;
      weighted += static_cast<__int128>(nu) * (hour % 1000);
    }
  __int128 taken = 0;
  __int128 left = 0;
  const std::vector<Take> takes = coverage.takes();
  const std::vector<Uncovered> uncovered = coverage.uncovered();
  for (const Take& each : takes) taken += each.nu;
  for (const Uncovered& each : uncovered) left += each.nu;
  fmt::print("seconds {}\nparsed {}\nsums {} {} {} {} {} {}\nforeseen {}\n", seconds, parsed, used, weighted, takes.size(), taken,
             uncovered.size(), left, report.foreseen);
  return 0;
}

struct Run {
  double seconds = 0;
  double parsed = 0;
  double cpu_seconds = 0;  // of the whole process, its start included
  long peak_kib = 0;
  std::string sums;
  double foreseen = 0;
};

Run read_run(const ChildRun& child, const std::string& output) {
  CHECK(child.exit_code == 0, "the run succeeds");
  Run run{.cpu_seconds = child.cpu_seconds, .peak_kib = child.peak_kib};
  std::ifstream file(output);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    if (key == "seconds") words >> run.seconds;
    if (key == "parsed") words >> run.parsed;
    if (key == "foreseen") words >> run.foreseen;
    if (key == "sums") run.sums = line;
  }
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 5 && words[0] == "--ours")
    return run_ours(words[1], static_cast<unsigned>(std::stoul(words[2])), words[3], std::stoll(words[4]));

  say_if_busy();
  const std::int64_t rows = words.empty() ? 4'000'000 : std::stoll(words[0]);
  const bool shuffled = words.size() > 1 && words[1] == "shuffled";
  const ScratchFolder scratch;
  const std::string folder = scratch.path();
  write_usage(folder + "/usage.csv", rows, shuffled);
  write_lists(folder, rows);
  const double megabytes = static_cast<double>(std::filesystem::file_size(folder + "/usage.csv")) / 1e6;
  const std::string script = std::string(PRORATA_SOURCE_DIR) + "/bench/duckdb/usage_csv.mjs";
  const bool duckdb =
      installed("node") && std::filesystem::exists(std::string(PRORATA_SOURCE_DIR) + "/bench/duckdb/node_modules/@duckdb/node-api");

  const std::string output = folder + "/run.txt";
  const auto ours = [&](const std::string& what, int threads) {
    return read_run(run_child({argv[0], "--ours", what, std::to_string(threads), folder, std::to_string(rows)}, {}, output), output);
  };
  const auto peer = [&](const std::string& what, int threads) {
    return read_run(run_child({"node", script, what, std::to_string(threads), folder}, {}, output), output);
  };
  Table table({fmt::format("{} rows, {:.0f} MB, {}", rows, megabytes, shuffled ? "shuffled" : "ordered"), "prorata", "DuckDB", "ratio",
               "cpu", "DuckDB", "ratio", "memory", "DuckDB", "ratio"});
  double foreseen = 0;
  for (const std::string what : {"parse", "whole"})
    for (const int threads : {1, 2}) {
      Samples mine;
      Samples mine_cpu;
      Samples theirs;
      Samples theirs_cpu;
      long mine_kib = 0;
      long theirs_kib = 0;
      for (int round = 0; round < kRounds; ++round) {
        const Run run = ours(what, threads);
        mine.add(run.seconds);
        mine_cpu.add(run.cpu_seconds);
        mine_kib = std::max(mine_kib, run.peak_kib);
        foreseen = run.foreseen;
        if (!duckdb) continue;
        const Run other = peer(what, threads);
        if (run.sums != other.sums) {
          fmt::print("  the sums differ, so there is no time:\n  ours   {}\n  DuckDB {}\n", run.sums, other.sums);
          return 1;
        }
        theirs.add(other.seconds);
        theirs_cpu.add(other.cpu_seconds);
        theirs_kib = std::max(theirs_kib, other.peak_kib);
      }
      const std::string name =
          fmt::format("{}, {} thread{}", what == "parse" ? "reading" : "file to result", threads, threads == 1 ? "" : "s");
      table.add({name, fmt::format("{:.3f} s, {:.0f} MB/s", mine.median(), megabytes / mine.median()),
                 duckdb ? fmt::format("{:.3f} s", theirs.median()) : "not installed", duckdb ? times(theirs.median() / mine.median()) : "",
                 fmt::format("{:.3f} s", mine_cpu.median()), duckdb ? fmt::format("{:.3f} s", theirs_cpu.median()) : "",
                 duckdb ? times(theirs_cpu.median() / mine_cpu.median()) : "", mebibytes(mine_kib), duckdb ? mebibytes(theirs_kib) : "",
                 duckdb ? times(static_cast<double>(theirs_kib) / static_cast<double>(mine_kib)) : ""});
    }
  table.print();
  fmt::print("  {:.1f} % of rows read as foreseen; {} rounds taking turns, medians; sums equal\n",
             foreseen * 100 / static_cast<double>(rows), kRounds);
}
