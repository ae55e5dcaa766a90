// A made-up partner end to end through files, by the program as people run it: lists and usage as CSV, 'usage import', 'utilization run',
// 'utilization export' and 'show'. What comes out is compared, day by day of every reservation and size by size of what nothing covered,
// with the engine asked directly about the partner as it was made; a difference is the only thing printed then, and the exit code is 1.
//
//   ./dev bench usage_partner [ROWS] [PROCESSES]      1,000,000 rows and one process that computes, unless said
//
// A row takes about 165 bytes of disk while it runs. The desk is one on SQLite; with PRORATA_TEST_POSTGRES and more than one process it is
// on PostgreSQL, and the processes share the work.
#include <charconv>
#include <map>
#include <set>
#include <thread>

#include "base/fingerprint.h"
#include "bench.h"
#include "sim/metered_partner.h"
#include "utilization/coverage.h"
#include "utilization/summary.h"

using namespace prorata;
using namespace prorata::bench;
using namespace prorata::utilization;

namespace {

constexpr std::size_t kRowsUsual = 1'000'000;
constexpr std::size_t kRowsOfAFile = 10'000'000;

std::string tenant_of(std::size_t customer) { return fmt::format("7e000000-0000-4000-8000-{:012x}", customer); }

// Only what a list can say: one version a reservation.
sim::MeteredPartner make_partner(std::size_t rows) {
  sim::MeteredPartner partner = sim::make_metered_partner({.seed = 20'260'601, .rows = rows, .management_groups = false});
  for (sim::MeteredCustomer& customer : partner.customers) {
    std::set<std::string> seen;
    std::erase_if(customer.versions, [&](const ReservationVersion& each) { return !seen.insert(each.id).second; });
  }
  return partner;
}

// What was found, as one text a line: of each day of a reservation, and of each size and region that was left uncovered.
struct Found {
  std::set<std::string> days;
  std::map<std::string, std::int64_t> uncovered_uh;
  std::int64_t reserved_uh = 0;
  std::int64_t used_uh = 0;

  void add_day(const std::string& reservation, std::string_view day, std::int64_t reserved, std::int64_t used) {
    days.insert(fmt::format("{},{},{},{}", reservation, day, reserved, used));
    reserved_uh += reserved;
    used_uh += used;
  }
  std::string checksum() const {
    Fingerprint mark;
    for (const std::string& each : days) mark.add(each);
    for (const auto& [size, uh] : uncovered_uh) mark.add(size).add(uh);
    return mark.text();
  }
};

// ------------------------------------------------------------------------------------------------------------- what the engine says

void add_expected(const sim::MeteredPartner& partner, std::size_t index, unsigned threads, Found& found) {
  const sim::MeteredCustomer& customer = partner.customers[index];
  const UsageRows rows = partner.rows_of(index);
  if (rows.size() == 0) return;
  const auto [first, last] = std::ranges::minmax(rows.hour());
  const HourSpan known{add_hours(partner.window.from, first), add_hours(partner.window.from, last + 1)};
  const Result<Plan> plan = Plan::make(customer.roster, customer.versions, partner.table, known);
  CHECK(plan.has_value(), "a made-up customer can be planned");
  Coverage coverage;
  CHECK(cover(*plan, rows, {.threads = threads}, coverage).has_value(), "a made-up customer can be covered");
  for (std::uint32_t version = 0; version < customer.versions.size(); ++version)
    for (const DayOfVersion& day : coverage.days(version)) {
      UsedTotals totals;
      totals.add(day.reserved, day.used, plan->versions()[version].weight);
      found.add_day(customer.versions[version].id, to_string(day.day), totals.reserved_uh(), totals.used_uh());
    }
  coverage.for_each_uncovered([&](const Uncovered& each) {
    const Identity& identity = customer.roster[each.resource];
    found.uncovered_uh[identity.size + ' ' + identity.region] += each.nu / plan->resources()[each.resource].weight;
  });
}

// ------------------------------------------------------------------------------------------------------------------------- the files

class OutFile {
 public:
  explicit OutFile(const std::filesystem::path& path) : file_(std::fopen(path.c_str(), "wb")) { CHECK(file_ != nullptr, path.string()); }
  ~OutFile() {
    flush();
    CHECK(std::fclose(file_) == 0, "the file is written");
  }
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;
  std::string& text() { return text_; }
  void flush_if_full() {
    if (text_.size() > (1U << 20U)) flush();
  }

 private:
  void flush() {
    CHECK(std::fwrite(text_.data(), 1, text_.size(), file_) == text_.size(), "there is room on the disk");
    text_.clear();
  }
  std::FILE* file_;
  std::string text_;
};

std::string scope_text(const CoverScope& scope) {
  const std::string subscription = "/subscriptions/" + scope.subscription;
  if (scope.kind == ScopeKind::shared) return R"("appliedScopeType":"Shared")";
  return fmt::format(R"("appliedScopeType":"Single","appliedScopes":["{}"])",
                     scope.kind == ScopeKind::subscription ? subscription : subscription + "/resourceGroups/" + scope.resource_group);
}

void write_lists(const sim::MeteredPartner& partner, const std::filesystem::path& folder) {
  OutFile customers(folder / "customers.csv");
  OutFile reservations(folder / "reservations.json");
  OutFile ratios(folder / "ratios.csv");
  customers.text() = "id,name,domain,country,currency,subscriptions\n";
  ratios.text() = "InstanceSizeFlexibilityGroup,ArmSkuName,Ratio\n";
  for (const FlexibilityRatio& each : partner.ratios)
    ratios.text() +=
        fmt::format("{},{},{}\n", each.group, each.sku, static_cast<double>(each.ratio.part) / static_cast<double>(each.ratio.over));
  reservations.text() = "[\n";
  bool first = true;
  for (std::size_t i = 0; i < partner.customers.size(); ++i) {
    const sim::MeteredCustomer& customer = partner.customers[i];
    std::set<std::string> subscriptions;
    for (const Identity& each : customer.roster) subscriptions.insert(each.subscription);
    customers.text() += fmt::format("{},Customer {},c{}.example,SE,SEK,{}\n", tenant_of(i), i, i, fmt::join(subscriptions, ";"));
    customers.flush_if_full();
    for (const ReservationVersion& each : customer.versions) {
      reservations.text() += fmt::format(
          R"({}{{"id":"/providers/Microsoft.Capacity/reservationOrders/{}/reservations/{}","location":"{}","sku":{{"name":"{}"}},)"
          R"("properties":{{"displayName":"made up","reservedResourceType":"VirtualMachines","quantity":{},"term":"P1Y","billingPlan":"Upfront",)"
          R"("provisioningState":"Succeeded","purchaseDateTime":"{}","benefitStartTime":"{}","expiryDateTime":"{}","instanceFlexibility":"{}",)"
          R"("billingScopeId":"/subscriptions/{}",{}}}}})",
          first ? "" : ",\n", each.id, each.id, each.region, each.size, each.quantity, to_string(each.start), to_string(each.start),
          to_string(each.end), each.exact ? "Off" : "On", *subscriptions.begin(), scope_text(each.scope));
      reservations.flush_if_full();
      first = false;
    }
  }
  reservations.text() += "\n]\n";
}

// Hour by hour within a customer, as exports are; some customers a file.
std::uint64_t write_usage(const sim::MeteredPartner& partner, const std::filesystem::path& folder) {
  std::vector<std::string> hours;
  for (Hour hour = partner.window.from; hour < partner.window.until; hour = add_hours(hour, 1)) hours.push_back(to_string(hour));
  std::filesystem::create_directory(folder);
  std::unique_ptr<OutFile> out;
  std::size_t in_file = kRowsOfAFile;
  int number = 0;
  for (const sim::MeteredCustomer& customer : partner.customers) {
    if (in_file >= kRowsOfAFile) {
      out = std::make_unique<OutFile>(folder / fmt::format("usage-{:03}.csv", number++));
      out->text() = "time,resource_id,size,region,quantity\n";
      in_file = 0;
    }
    std::vector<std::string> middle;
    for (const Identity& each : customer.roster) middle.push_back(fmt::format(",{},{},{},", each.resource_id, each.size, each.region));
    std::vector<std::vector<std::size_t>> by_hour(hours.size());
    for (std::size_t row = customer.rows_from; row < customer.rows_until; ++row) by_hour[partner.hour[row]].push_back(row);
    for (std::size_t hour = 0; hour < by_hour.size(); ++hour)
      for (const std::size_t row : by_hour[hour]) {
        std::string& text = out->text();
        text += hours[hour];
        text += middle[partner.resource[row]];
        text += quantity_text(partner.quantity[row]);
        text += '\n';
        out->flush_if_full();
      }
    in_file += customer.rows_until - customer.rows_from;
  }
  out.reset();
  std::uint64_t bytes = 0;
  for (const auto& each : std::filesystem::directory_iterator(folder)) bytes += each.file_size();
  return bytes;
}

// ----------------------------------------------------------------------------------------------------------------------- the program

std::int64_t micro_hours(std::string_view text) {
  const Result<std::uint32_t> small = parse_quantity(text);
  if (small) return *small;
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::int64_t uh = 0;
  std::from_chars(text.data(), text.data() + dot, uh);
  std::string fraction(dot < text.size() ? text.substr(dot + 1) : std::string_view());
  fraction.resize(6, '0');
  return uh * kFullHour + std::strtoll(fraction.c_str(), nullptr, 10);
}

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (std::size_t from = 0; from <= line.size();) {
    const std::size_t end = std::min(line.find(',', from), line.size());
    cells.emplace_back(line.substr(from, end - from));
    from = end + 1;
  }
  return cells;
}

std::string value_of(const std::string& line, const std::string& name) {
  const std::string key = '"' + name + "\": \"";
  const std::size_t at = line.find(key);
  return at == std::string::npos ? "" : line.substr(at + key.size(), line.find('"', at + key.size()) - at - key.size());
}

Found read_answers(const std::filesystem::path& exported, const std::filesystem::path& shown) {
  Found found;
  std::ifstream days(exported);
  std::string line;
  std::getline(days, line);
  while (std::getline(days, line)) {
    const std::vector<std::string> cells = cells_of(line);
    CHECK(cells.size() == 9, line);
    found.add_day(cells[1], cells[2], micro_hours(cells[4]), micro_hours(cells[5]));
  }
  std::ifstream all(shown);
  while (std::getline(all, line))
    if (const std::string hours = value_of(line, "uncovered_hours"); !hours.empty())
      found.uncovered_uh[value_of(line, "size") + ' ' + value_of(line, "region")] += micro_hours(hours);
  return found;
}

class Program {
 public:
  Program(const std::filesystem::path& folder, std::string at) : folder_(folder), at_(std::move(at)) {
    ::setenv("PRORATA_USAGE_DIR", (folder / "usage").c_str(), 1);
  }
  std::vector<std::string> words(std::vector<std::string> more) const {
    more.insert(more.begin(), {PRORATA_PROGRAM, "--data", at_});
    return more;
  }
  ChildRun run(std::vector<std::string> more, const std::string& output = {}) const {
    const ChildRun run = run_child(words(more), {}, output);
    CHECK(run.exit_code == 0, fmt::format("'{}' exits with {}", fmt::join(more, " "), run.exit_code));
    return run;
  }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
  std::string at_;
};

void add_step(Table& table, const std::string& what, const ChildRun& run, double rows) {
  table.add({what, fmt::format("{:.1f} s", run.seconds), fmt::format("{:.1f} s", run.cpu_seconds), mebibytes(run.peak_kib),
             rows > 0 ? rate(rows / run.seconds) : ""});
}

std::string place_of_desk(const ScratchFolder& folder, int processes) {
  const char* server = std::getenv("PRORATA_TEST_POSTGRES");
  return processes > 1 && server != nullptr ? std::string(server) : (folder.path() / "desk").string();
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t wanted = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : kRowsUsual;
  const int processes = argc > 2 ? std::atoi(argv[2]) : 1;
  say_if_busy();
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  const ScratchFolder folder;
  Found expected;
  std::uint64_t bytes = 0;
  std::size_t rows = 0, machines = 0, reservations = 0, customers = 0;
  {
    const sim::MeteredPartner partner = make_partner(wanted);
    rows = partner.resource.size();
    customers = partner.customers.size();
    for (const sim::MeteredCustomer& each : partner.customers) machines += each.roster.size(), reservations += each.versions.size();
    for (std::size_t i = 0; i < partner.customers.size(); ++i) add_expected(partner, i, threads, expected);
    write_lists(partner, folder.path());
    bytes = write_usage(partner, folder.path() / "in");
  }
  fmt::print("  {} rows of {} machines, {} reservations, {} customers; {:.2f} GB of CSV\n", rows, machines, reservations, customers,
             static_cast<double>(bytes) / 1e9);
  const Program desk(folder.path(), place_of_desk(folder, processes));
  desk.run({"init"});
  Table table({"step", "time", "processor", "peak memory", "rows"});
  add_step(table, "import customers", desk.run({"import", "customers", desk.file("customers.csv")}), 0);
  add_step(table, "import azure", desk.run({"import", "azure", desk.file("reservations.json")}), 0);
  desk.run({"import", "ratios", desk.file("ratios.csv")});
  add_step(table, "usage import", desk.run({"usage", "import", desk.file("in")}), static_cast<double>(rows));
  std::filesystem::remove_all(folder.path() / "in");
  std::vector<ChildRun> runs(static_cast<std::size_t>(processes));
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < runs.size(); ++i) others.emplace_back([&, i] { runs[i] = desk.run({"utilization", "run"}); });
  runs[0] = desk.run({"utilization", "run"});
  others.clear();
  for (std::size_t i = 0; i < runs.size(); ++i)
    add_step(table, runs.size() == 1 ? "utilization run" : fmt::format("utilization run, process {}", i + 1), runs[i],
             static_cast<double>(rows));
  add_step(table, "utilization run, nothing new", desk.run({"utilization", "run"}), static_cast<double>(rows));
  add_step(table, "utilization export", desk.run({"utilization", "export"}, desk.file("days.csv")), 0);
  add_step(table, "utilization show", desk.run({"-o", "json", "utilization", "show"}, desk.file("shown.json")), 0);

  const Found found = read_answers(desk.file("days.csv"), desk.file("shown.json"));
  const bool same = found.days == expected.days && found.uncovered_uh == expected.uncovered_uh;
  if (!same) {
    fmt::print("  DIFFERENT: the program {}, the engine {}; {} and {} days of reservations, {} and {} uh used\n", found.checksum(),
               expected.checksum(), found.days.size(), expected.days.size(), found.used_uh, expected.used_uh);
    return 1;
  }
  table.print();
  fmt::print("  {} days of reservations, {} of {} uh used, checksum {}, as the engine by itself\n", found.days.size(), found.used_uh,
             found.reserved_uh, found.checksum());
  return 0;
}
