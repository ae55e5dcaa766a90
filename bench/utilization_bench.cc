// `cover_all` beside DuckDB with two threads: a made-up partner's month, rows in memory to the full answer (used hours of each
// reservation, what each took of each machine a day, what was left of each machine a day), with the plain reading of the same rows as a
// measure of what memory can deliver.
//
//   ./dev bench utilization [ROWS] [duckdb|alone]     11,000,000 rows unless said; above 20,000,000 DuckDB runs only where asked
//
// Both sides have integers ready: ours the plan, DuckDB its star schema (bench/duckdb/utilization.sql). All sums of both sides are
// compared before any time is printed; a difference is the only thing printed then, and the exit code is 1.
#include <array>
#include <charconv>
#include <cstring>
#include <map>
#include <memory>
#include <numeric>
#include <thread>
#include <tuple>

#include "bench.h"
#include "sim/metered_partner.h"
#include "utilization/coverage.h"

using namespace prorata;
using namespace prorata::bench;
using namespace prorata::utilization;

namespace {

constexpr std::size_t kRowsUsual = 11'000'000;
constexpr std::size_t kRowsWithPeerMost = 20'000'000;
constexpr int kPasses = 6;
constexpr std::size_t kBytesOfARow = 10;

// Counts, sums and sums weighted by place of the three outputs, as utilization.sql has them.
using Sums = std::array<std::string, 9>;

std::string text_of(unsigned __int128 value) {
  std::string text;
  do text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
  while ((value /= 10) != 0);
  return text;
}

struct Summed {
  std::uint64_t count = 0;
  unsigned __int128 sum = 0;
  unsigned __int128 weighted = 0;
  void add(std::int64_t nu, std::uint64_t place) {
    ++count;
    sum += static_cast<std::uint64_t>(nu);
    weighted += static_cast<unsigned __int128>(static_cast<std::uint64_t>(nu)) * place;
  }
};

// The partner with everything that is made once: plans, bits, room for the answers.
struct Partner {
  sim::MeteredPartner made;
  std::vector<Plan> plans;
  std::vector<UsageBits> bits;
  std::vector<CoverJob> by_rows;
  std::vector<CoverJob> by_bits;
  std::vector<Coverage> answers;
  std::size_t machines = 0;
  std::size_t versions = 0;
  std::size_t bits_bytes = 0;
  double rows_checked_seconds = 0;
  double plans_seconds = 0;

  explicit Partner(std::size_t rows) : made(sim::make_metered_partner({.seed = 20'260'601, .rows = rows, .management_groups = false})) {
    answers.resize(made.customers.size());
    plans_seconds = seconds_of([&] {
      for (const sim::MeteredCustomer& customer : made.customers) {
        Result<Plan> plan = Plan::make(customer.roster, customer.versions, made.table, made.window);
        CHECK(plan.has_value(), "a made-up customer can be planned");
        plans.push_back(std::move(*plan));
      }
    });
    rows_checked_seconds = seconds_of([&] {
      for (std::size_t i = 0; i < plans.size(); ++i) by_rows.push_back({&plans[i], made.rows_of(i), &answers[i]});
    });
    for (std::size_t i = 0; i < plans.size(); ++i) {
      bits.push_back(UsageBits::make(std::get<UsageRows>(by_rows[i].usage)));
      machines += made.customers[i].roster.size();
      versions += made.customers[i].versions.size();
    }
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const UsageBitsView view = bits[i].view();
      bits_bytes += view.full.size_bytes() + view.partials.size_bytes() + view.partials_from.size_bytes();
      by_bits.push_back({&plans[i], view, &answers[i]});
    }
  }

  std::size_t rows() const { return made.resource.size(); }

  void cover(std::span<const CoverJob> jobs, unsigned threads, Instructions instructions = Instructions::best) {
    CHECK(cover_all(jobs, {.threads = threads, .instructions = instructions}).has_value(), "every customer is covered");
  }

  Sums sums() const {
    Summed used;
    Summed take;
    Summed left;
    std::uint64_t first_resource = 0;
    std::uint64_t first_version = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const Coverage& answer = answers[i];
      for (std::uint32_t v = 0; v < answer.versions().size(); ++v) {
        const HourSpan active = answer.versions()[v].active;
        for (Hour hour = active.from; hour < active.until; hour = add_hours(hour, 1)) {
          const auto place = static_cast<std::uint64_t>(hours_between(made.window.from, hour));
          const std::int64_t nu = answer.used(v, hour);
          if (nu != 0) used.add(nu, (first_version + v) % 1009 + place * 7 + 1);
        }
      }
      const auto day = [&](Day d) { return static_cast<std::uint64_t>(days_between(day_of(made.window.from), d)) * 7; };
      answer.for_each_take(
          [&](const Take& t) { take.add(t.nu, (first_resource + t.resource) % 1009 + (first_version + t.version) % 31 + day(t.day) + 1); });
      answer.for_each_uncovered([&](const Uncovered& u) { left.add(u.nu, (first_resource + u.resource) % 1009 + day(u.day) + 1); });
      first_resource += made.customers[i].roster.size();
      first_version += answer.versions().size();
    }
    Sums sums;
    std::size_t at = 0;
    for (const Summed* each : {&used, &take, &left})
      for (const unsigned __int128 value : {static_cast<unsigned __int128>(each->count), each->sum, each->weighted})
        sums[at++] = text_of(value);
    return sums;
  }
};

// Reading every byte of the three columns once, as fast as the machine can.
template <class T>
[[gnu::always_inline]] inline std::uint64_t read_words(const T* from, std::size_t count) {
  const char* bytes = reinterpret_cast<const char*>(from);
  const std::size_t words = count * sizeof(T) / sizeof(std::uint64_t);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t word;
    std::memcpy(&word, bytes + i * sizeof word, sizeof word);
    sum += word;
  }
  return sum;
}
[[gnu::always_inline]] inline std::uint64_t read_rows(const sim::MeteredPartner& p, std::size_t from, std::size_t until) {
  return read_words(p.resource.data() + from, until - from) + read_words(p.hour.data() + from, until - from) +
         read_words(p.quantity.data() + from, until - from);
}
std::uint64_t read_plain(const sim::MeteredPartner& p, std::size_t from, std::size_t until) { return read_rows(p, from, until); }
#ifdef __x86_64__
[[gnu::target("arch=x86-64-v4")]] std::uint64_t read_v4(const sim::MeteredPartner& p, std::size_t from, std::size_t until) {
  return read_rows(p, from, until);
}
[[gnu::target("arch=x86-64-v3")]] std::uint64_t read_v3(const sim::MeteredPartner& p, std::size_t from, std::size_t until) {
  return read_rows(p, from, until);
}
#endif
using Reader = std::uint64_t (*)(const sim::MeteredPartner&, std::size_t, std::size_t);
Reader reader() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("x86-64-v4")) return read_v4;
  if (__builtin_cpu_supports("x86-64-v3")) return read_v3;
#endif
  return read_plain;
}

std::uint64_t stream(const sim::MeteredPartner& partner, unsigned threads) {
  static const Reader kRead = reader();
  std::vector<std::uint64_t> sums(threads);
  std::vector<std::thread> others;
  const std::size_t rows = partner.resource.size();
  const auto part = [&](unsigned i) { sums[i] = kRead(partner, rows / threads * i, i + 1 == threads ? rows : rows / threads * (i + 1)); };
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(part, i);
  part(0);
  for (std::thread& each : others) each.join();
  return std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
}

// DuckDB's star schema as text files.
class Star {
 public:
  Star(const Partner& partner, const std::filesystem::path& folder) : partner_(partner) {
    write_usage(folder / "usage.csv");
    write_versions(folder / "version.csv");
    write_resources(folder / "resource.csv");
  }

 private:
  using Key = std::tuple<std::size_t, std::uint32_t, int, std::string, std::string, std::string>;

  static int pass_of(const ReservationVersion& version) {
    const int scope = version.scope.kind == ScopeKind::resource_group ? 0 : version.scope.kind == ScopeKind::subscription ? 2 : 4;
    return scope + (version.exact ? 0 : 1);
  }
  // What all versions of one pass that may cover the same machines share.
  static Key key(std::size_t customer, std::uint32_t pool, int pass, const std::string& size, const std::string& subscription,
                 const std::string& group) {
    return {customer, pool, pass, pass % 2 == 0 ? size : "", pass < 4 ? subscription : "", pass < 2 ? group : ""};
  }

  void write_usage(const std::filesystem::path& path) const {
    std::ofstream file(path);
    file << "resource,hour,quantity\n";
    std::string text;
    std::size_t first = 0;
    for (const sim::MeteredCustomer& customer : partner_.made.customers) {
      for (std::size_t i = customer.rows_from; i < customer.rows_until; ++i) {
        fmt::format_to(std::back_inserter(text), "{},{},{}\n", first + partner_.made.resource[i], partner_.made.hour[i],
                       partner_.made.quantity[i]);
        if (text.size() < (1U << 20U)) continue;
        file << text;
        text.clear();
      }
      first += customer.roster.size();
    }
    file << text;
    CHECK(file.flush().good(), "the rows are written");
  }
  void write_versions(const std::filesystem::path& path) {
    std::ofstream file(path);
    file << "version,pass,entity,turn,capacity,from_hour,until_hour\n";
    std::size_t first = 0;
    for (std::size_t c = 0; c < partner_.plans.size(); ++c) {
      const std::vector<ReservationVersion>& versions = partner_.made.customers[c].versions;
      std::vector<std::size_t> order(versions.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return takes_before(versions[a], versions[b]); });
      for (std::size_t turn = 0; turn < order.size(); ++turn) {
        const ReservationVersion& version = versions[order[turn]];
        const PlannedVersion& planned = partner_.plans[c].versions()[order[turn]];
        if (planned.active.empty()) continue;
        const int pass = pass_of(version);
        const auto entity = entities_.try_emplace(
            key(c, planned.pool, pass, version.size, version.scope.subscription, version.scope.resource_group), entities_.size());
        file << fmt::format("{},{},{},{},{},{},{}\n", first + order[turn], pass, entity.first->second, turn, planned.capacity,
                            hours_between(partner_.made.window.from, planned.active.from),
                            hours_between(partner_.made.window.from, planned.active.until));
      }
      first += versions.size();
    }
    CHECK(file.flush().good(), "the versions are written");
  }
  void write_resources(const std::filesystem::path& path) const {
    std::ofstream file(path);
    file << "resource,weight,entity_0,entity_1,entity_2,entity_3,entity_4,entity_5\n";
    std::size_t first = 0;
    for (std::size_t c = 0; c < partner_.plans.size(); ++c) {
      const Roster& roster = partner_.made.customers[c].roster;
      for (std::size_t r = 0; r < roster.size(); ++r) {
        const PlannedResource& planned = partner_.plans[c].resources()[r];
        std::string line = fmt::format("{},{}", first + r, planned.weight);
        for (int pass = 0; pass < kPasses; ++pass) {
          const auto found = entities_.find(key(c, planned.pool, pass, roster[r].size, roster[r].subscription, roster[r].resource_group));
          line += found == entities_.end() ? "," : fmt::format(",{}", found->second);
        }
        file << line << '\n';
      }
      first += roster.size();
    }
    CHECK(file.flush().good(), "the resources are written");
  }

  const Partner& partner_;
  std::map<Key, std::size_t> entities_;
};

// A node process with the rows loaded, which runs a round whenever it is told to.
class DuckDb {
 public:
  DuckDb(const std::filesystem::path& folder, unsigned threads, int hours) {
    int to[2];
    int from[2];
    CHECK(::pipe(to) == 0 && ::pipe(from) == 0, "pipes");
    std::fflush(nullptr);
    child_ = ::fork();
    CHECK(child_ >= 0, "a process can be started");
    if (child_ == 0) {
      ::dup2(to[0], 0);
      ::dup2(from[1], 1);
      for (const int end : {to[0], to[1], from[0], from[1]}) ::close(end);
      ::execlp("node", "node", PRORATA_SOURCE_DIR "/bench/duckdb/run.mjs", folder.c_str(), std::to_string(threads).c_str(),
               std::to_string(kPasses).c_str(), std::to_string(hours).c_str(), nullptr);
      ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    to_ = ::fdopen(to[1], "w");
    from_ = ::fdopen(from[0], "r");
    load_seconds_ = seconds_of([&] { ready_ = line(); });
  }
  ~DuckDb() {
    std::fclose(to_);
    std::fclose(from_);
    rusage usage{};
    ::wait4(child_, nullptr, 0, &usage);
  }
  DuckDb(const DuckDb&) = delete;
  DuckDb& operator=(const DuckDb&) = delete;

  static bool is_here() {
    return installed("node") && std::filesystem::exists(PRORATA_SOURCE_DIR "/bench/duckdb/node_modules/@duckdb/node-api/package.json");
  }
  std::string version() const { return ready_.starts_with("ready ") ? ready_.substr(6) : ""; }
  double load_seconds() const { return load_seconds_; }
  // The most memory it has had, in KiB.
  long peak_kib() const {
    std::ifstream status(fmt::format("/proc/{}/status", child_));
    for (std::string text; std::getline(status, text);)
      if (text.starts_with("VmHWM:")) return std::strtol(text.c_str() + 6, nullptr, 10);
    return 0;
  }

  // Seconds, and the sums of the round.
  std::pair<double, Sums> round() {
    std::fputs("round\n", to_);
    std::fflush(to_);
    const std::string answer = line();
    std::pair<double, Sums> round;
    std::size_t at = answer.find(' ');
    CHECK(at != std::string::npos, "DuckDB answers; what it says instead stands above");
    round.first = std::strtod(answer.c_str(), nullptr);
    for (std::string& sum : round.second) {
      const std::size_t end = std::min(answer.find(' ', at + 1), answer.size());
      sum = answer.substr(at + 1, end - at - 1);
      at = end;
    }
    return round;
  }

 private:
  std::string line() {
    std::string text;
    for (int c = std::fgetc(from_); c != EOF && c != '\n'; c = std::fgetc(from_)) text += static_cast<char>(c);
    return text;
  }

  pid_t child_ = -1;
  FILE* to_ = nullptr;
  FILE* from_ = nullptr;
  std::string ready_;
  double load_seconds_ = 0;
};

long own_peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

std::string of_processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string text; std::getline(info, text);)
    if (text.starts_with("model name")) return text.substr(text.find(':') + 2);
  return "unknown";
}

// One kind of work, once a round.
struct Contender {
  std::string name;
  std::function<void()> work;
  Samples seconds = {};
  std::vector<double> each = {};
};

struct Asked {
  std::size_t rows = kRowsUsual;
  bool peer = true;
};

Asked asked_of(int count, char** words) {
  Asked asked;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), asked.rows);
    if (error == std::errc{} && end == word.data() + word.size()) asked.peer = asked.rows <= kRowsWithPeerMost;
  }
  for (int i = 1; i < count; ++i) {
    if (std::string_view(words[i]) == "duckdb") asked.peer = true;
    if (std::string_view(words[i]) == "alone") asked.peer = false;
  }
  return asked;
}

struct Ratio2 {
  double median;
  double least;
};
Ratio2 ratios(const Contender& over, const Contender& under) {
  Samples all;
  const std::size_t rounds = std::min(over.each.size(), under.each.size());
  for (std::size_t i = 0; i < rounds; ++i) all.add(over.each[i] / under.each[i]);
  return {all.median(), all.at(0)};
}

int difference(const std::string& who, const Sums& theirs, const Sums& ours) {
  fmt::print("  {} and ours differ, so there are no times:\n", who);
  static constexpr const char* kNames[] = {"used: count",     "used: sum",        "used: weighted", "takes: count",       "takes: sum",
                                           "takes: weighted", "uncovered: count", "uncovered: sum", "uncovered: weighted"};
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (theirs[i] != ours[i]) fmt::print("    {}: {} and {}\n", kNames[i], theirs[i], ours[i]);
  return 1;
}

}  // namespace

int main(int count, char** words) {
  say_if_busy();
  const Asked asked = asked_of(count, words);
  Partner partner(asked.rows);
  fmt::print("  {} rows, {} machines, {} versions, {} customers; {}; {}\n", partner.rows(), partner.machines, partner.versions,
             partner.plans.size(), of_processor(), __VERSION__);
  fmt::print("  made once: plans {}, rows looked through {}; bits {:.2f} a row\n", milliseconds(partner.plans_seconds),
             milliseconds(partner.rows_checked_seconds), static_cast<double>(partner.bits_bytes) * 8 / static_cast<double>(partner.rows()));

  // Every way must give the same sums before one is timed; this also touches all memory that is written later.
  partner.cover(partner.by_rows, 1);
  const Sums ours = partner.sums();
  partner.cover(partner.by_bits, 2);
  if (partner.sums() != ours) return difference("the bit form", partner.sums(), ours);
  partner.cover(partner.by_rows, 2, Instructions::baseline);
  if (partner.sums() != ours) return difference("the baseline instructions", partner.sums(), ours);

  const ScratchFolder folder;
  std::unique_ptr<DuckDb> peer;
  if (asked.peer && DuckDb::is_here()) {
    const Star files(partner, folder.path());
    peer = std::make_unique<DuckDb>(folder.path(), 2, partner.made.window.hours());
  }
  if (asked.peer && !peer)
    fmt::print("  node or @duckdb/node-api is not here, so DuckDB is left out; './dev bench' installs it where there is npm\n");

  std::uint64_t kept = 0;
  std::vector<Contender> all;
  all.push_back({"reading the rows, 1 thread", [&] { kept += stream(partner.made, 1); }});
  all.push_back({"reading the rows, 2 threads", [&] { kept += stream(partner.made, 2); }});
  all.push_back({"rows, 1 thread", [&] { partner.cover(partner.by_rows, 1); }});
  all.push_back({"rows, 2 threads", [&] { partner.cover(partner.by_rows, 2); }});
  all.push_back({"bits, 1 thread", [&] { partner.cover(partner.by_bits, 1); }});
  all.push_back({"bits, 2 threads", [&] { partner.cover(partner.by_bits, 2); }});
  all.push_back({"rows, 1 thread, baseline instructions", [&] { partner.cover(partner.by_rows, 1, Instructions::baseline); }});
  const std::size_t rounds = asked.rows <= 2'000'000 ? 15 : asked.rows <= kRowsWithPeerMost ? 9 : 5;
  const std::size_t peer_rounds = asked.rows <= kRowsWithPeerMost ? std::min<std::size_t>(rounds, 5) : 1;
  Contender duck{.name = "DuckDB, 2 threads", .work = {}};
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t turn = 0; turn < all.size(); ++turn) {
      Contender& one = all[(turn + round) % all.size()];
      const double seconds = seconds_of(one.work);
      one.seconds.add(seconds);
      one.each.push_back(seconds);
    }
    if (!peer || round >= peer_rounds) continue;
    const auto [seconds, sums] = peer->round();
    if (sums != ours) return difference("DuckDB", sums, ours);
    duck.seconds.add(seconds);
    duck.each.push_back(seconds);
  }
  partner.cover(partner.by_rows, 2);
  if (partner.sums() != ours) return difference("the last round", partner.sums(), ours);

  const auto rows = static_cast<double>(partner.rows());
  Table table({"utilization", "time", "rows", "of the rows' bytes", "share of reading", "goal"});
  const auto line = [&](const Contender& one, const std::string& share, const std::string& goal) {
    const double seconds = one.seconds.median();
    table.add({one.name, milliseconds(seconds), rate(rows / seconds), fmt::format("{:.1f} GB/s", rows * kBytesOfARow / seconds / 1e9),
               share, goal});
  };
  const auto share = [&](std::size_t reading, std::size_t one) {
    const Ratio2 r = ratios(all[reading], all[one]);
    return fmt::format("{:.0f} % ({:.0f} %)", r.median * 100, r.least * 100);
  };
  line(all[0], "", "");
  line(all[1], "", "");
  line(all[2], share(0, 2), "20 %");
  line(all[3], share(1, 3), "35 %");
  line(all[4], share(0, 4), "");
  line(all[5], share(1, 5), "80 %, aim 100 %");
  line(all[6], share(0, 6), fmt::format("half of the best; {}", times(ratios(all[2], all[6]).median)));
  if (peer) line(duck, "", "");
  table.print();
  fmt::print("  {} rounds taking turns, medians; in brackets the least of a round\n", rounds);
  if (peer) {
    const Ratio2 one = ratios(duck, all[2]);
    const Ratio2 two = ratios(duck, all[3]);
    const Ratio2 bit = ratios(duck, all[5]);
    fmt::print(
        "  DuckDB {} with 2 threads beside ours: rows, 1 thread {:.0f}x (least {:.0f}x; goal 400x, aim 1000x), 2 threads {:.0f}x, bits "
        "{:.0f}x\n",
        peer->version(), one.median, one.least, two.median, bit.median);
    fmt::print("  DuckDB loaded in {:.1f} s and had {} at most\n", peer->load_seconds(), mebibytes(peer->peak_kib()));
  }
  const std::size_t input = partner.rows() * kBytesOfARow + partner.bits_bytes;
  fmt::print("  memory at most {}, of which the input of both forms {}\n", mebibytes(own_peak_kib()),
             mebibytes(static_cast<long>(input / 1024)));
  fmt::print("  sums: {}\n", fmt::join(ours, " "));
  return kept == 0 ? 1 : 0;  // nobody may leave out the reading
}
