// `prorata price` beside `jq -c .`: the built programs as whole processes, on one file of 1,000,000 lines with every pack, plan and
// currency. The kernel says how much memory each took at most.
#include "bench.h"

using namespace prorata;
using namespace prorata::bench;

namespace {

constexpr int kLines = 1'000'000;
constexpr int kRounds = 3;
constexpr long kPeakKibMax = 65'536;

std::string amount(std::int64_t minor, int digits) {
  if (digits == 0) return std::to_string(minor);
  const std::int64_t major = digits == 2 ? 100 : 1000;
  return fmt::format("{}.{:0{}}", minor / major, minor % major, digits);
}

// One return of one fleet; a fifth of the lines say all that may be said.
std::string line(Numbers& numbers, int number) {
  struct Money {
    const char* code;
    int digits;
    std::int64_t per_usd;  // thousandths
  };
  static constexpr Money kCurrencies[] = {{"SEK", 2, 10'500}, {"USD", 2, 1'000}, {"EUR", 2, 920}, {"JPY", 0, 1'500}, {"KWD", 3, 3'070}};
  static constexpr const char* kPacks[] = {"csp-2020", "azure-2022", "azure-2026"};
  static constexpr const char* kProducts[] = {"VirtualMachines", "SqlDatabases", "CosmosDb", "RedHat"};
  const Money& currency = kCurrencies[numbers.in(0, 5)];
  const bool monthly = numbers.in(0, 2) == 0;
  const int years = numbers.in(0, 2) == 0 ? 1 : 3;
  const std::int64_t units = numbers.in(1, 21);
  const std::int64_t usd = numbers.in(20'000, 30'000'000);
  const std::int64_t price = usd * currency.per_usd / 1000;
  const auto start_year = static_cast<int>(numbers.in(2023, 2026));
  std::string out = fmt::format(
      R"({{"id":"line-{}","policy":"{}","as_of":"2026-{:02}-{:02}T{:02}:15:00Z","currency":"{}","billing_plan":"{}","term":"P{}Y",)"
      R"("start":"{}-{:02}-{:02}","quantity":{},"return_quantity":{},"price":"{}","pricing_price":"{}","used":{})",
      number, kPacks[numbers.in(0, 3)], numbers.in(1, 7), numbers.in(1, 29), numbers.in(0, 24), currency.code,
      monthly ? "Monthly" : "Upfront", years, start_year, numbers.in(1, 13), numbers.in(1, 29), units, numbers.in(1, units + 1),
      amount(price, currency.digits), amount(usd, 2),
      numbers.in(0, 8) == 0   ? "null"
      : numbers.in(0, 3) == 0 ? "false"
                              : "true");
  if (numbers.in(0, 5) == 0)
    out += fmt::format(R"(,"current_unit_price":"{}","product":"{}","allowance":{{"used":"{}","held":"{}"}})",
                       amount(price / units * numbers.in(80, 120) / 100, currency.digits), kProducts[numbers.in(0, 4)],
                       amount(numbers.in(0, 4'500'000), 2), amount(numbers.in(0, 100'000), 2));
  return out + "}\n";
}

void write_lines(const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  Numbers numbers(7);
  for (int i = 0; i < kLines; ++i) file << line(numbers, i);
  CHECK(file.flush().good(), "the file is written");
}

}  // namespace

int main() {
  say_if_busy();
  const ScratchFolder folder;
  const std::string path = folder.path() / "lines.json";
  write_lines(path);
  const bool jq = installed("jq");
  Samples ours;
  Samples ours_cpu;
  Samples peer;
  Samples peer_cpu;
  long ours_peak = 0;
  long peer_peak = 0;
  for (int round = 0; round < kRounds; ++round) {
    const ChildRun run = run_child({PRORATA_PROGRAM, "price", path});
    CHECK(run.exit_code == 0, "every line is priced");
    ours.add(run.seconds);
    ours_cpu.add(run.cpu_seconds);
    ours_peak = std::max(ours_peak, run.peak_kib);
    if (!jq) continue;
    const ChildRun other = run_child({"jq", "-c", ".", path});
    CHECK(other.exit_code == 0, "jq reads every line");
    peer.add(other.seconds);
    peer_cpu.add(other.cpu_seconds);
    peer_peak = std::max(peer_peak, other.peak_kib);
  }
  const double per_second = kLines / ours.median();
  Table table({"price, 1,000,000 lines", "prorata price", "jq -c .", "ratio", "goal"});
  const std::string none = "not installed";
  table.add({"lines", rate(per_second), jq ? rate(kLines / peer.median()) : none, jq ? times(peer.median() / ours.median()) : "", "10x"});
  table.add({"time", fmt::format("{:.2f} s", ours.median()), jq ? fmt::format("{:.2f} s", peer.median()) : "", "", ""});
  table.add({"cpu time", fmt::format("{:.2f} s", ours_cpu.median()), jq ? fmt::format("{:.2f} s", peer_cpu.median()) : "",
             jq ? times(peer_cpu.median() / ours_cpu.median()) : "", ""});
  table.add({"memory at most", mebibytes(ours_peak), jq ? mebibytes(peer_peak) : "", "",
             ours_peak < kPeakKibMax ? "< 64 MiB, reached" : "< 64 MiB, missed"});
  table.print();
  fmt::print("  {:.0f} MB; {} rounds taking turns, medians\n", static_cast<double>(std::filesystem::file_size(path)) / 1e6, kRounds);
}
