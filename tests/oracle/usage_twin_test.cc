// The fast reader of usage files and the slow one, over random files of every kind of trouble.
#include <cstdlib>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "oracle/usage_twin.h"

namespace prorata::wire {
namespace {

class RandomFile {
 public:
  explicit RandomFile(std::uint32_t seed) : random_(seed) {}

  std::string text() {
    std::string out = one_in(6) ? "\xEF\xBB\xBF" : "";
    if (one_in(8)) out += "\n\r\n";
    line_end_ = one_in(3) ? "\r\n" : "\n";
    quoted_ = one_in(4);
    trouble_ = one_in(3) ? 40 : 0;
    order_ = {0, 1, 2, 3, 4, 5};
    if (one_in(2)) std::shuffle(order_.begin(), order_.end(), random_);
    static constexpr const char* kNames[] = {"time", "resource_id", "size", "region", "quantity", "remark"};
    out += row([](int column) { return std::string(kNames[column]); });
    const int machines = 1 + in(6);
    const int hours = in(30);
    for (int hour = 0; hour < hours; ++hour)
      for (int machine = 0; machine < machines; ++machine) {
        if (trouble_ > 0 && one_in(trouble_)) out += trouble();
        out += row([&](int column) { return field(column, hour, machine); });
      }
    if (one_in(4) && !out.empty()) out.pop_back();
    if (one_in(10)) out.resize(out.size() - std::min<std::size_t>(out.size(), static_cast<std::size_t>(in(40))));
    return out;
  }

 private:
  int in(int until) { return static_cast<int>(random_() % static_cast<std::uint32_t>(until)); }
  bool one_in(int n) { return in(n) == 0; }

  template <class Field>
  std::string row(const Field& field) {
    std::string out;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      std::string text = field(order_[i]);
      const bool must = text.find_first_of(",\"\n") != std::string::npos;
      if (quoted_ || must) {
        std::string doubled;
        for (const char c : text) doubled += c == '"' ? "\"\"" : std::string(1, c);
        text = '"' + doubled + '"';
      }
      out += (i == 0 ? "" : ",") + text;
    }
    return out + line_end_;
  }

  std::string field(int column, int hour, int machine) {
    static constexpr const char* kQuantities[] = {"1",  "1.000000", "0.5", "0",    "2.25", " 1 ", "1E-3",
                                                  ".5", "-1",       "nan", "1e30", "",     "1,5", "4294.967296"};
    static constexpr const char* kTimes[] = {
        "03/01/2026 07:00", "2026-03-01T07:00:00+05:00", "2026-03-01T23:59:60Z",  "2026-03-01",      "2026-03-01    ",
        "yesterday",        "1999-12-31T23:00:00Z",      " 2026-03-01T05:00:00Z", "2026-03-01 24:00"};
    switch (column) {
      case 0: return trouble_ > 0 && one_in(trouble_) ? kTimes[in(9)] : fmt::format("2026-03-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24);
      case 1:
        return fmt::format("/subscriptions/S{}/resourceGroups/{}/providers/Microsoft.Compute/virtualMachines/{}{}", machine % 2,
                           one_in(9) ? "Web" : "web", trouble_ > 0 && one_in(trouble_) ? "a\"b\nc" : "vm", machine);
      case 2: return machine % 3 == 0 ? "Standard_D2s_v5" : "standard_d4s_v5";
      case 3: return machine % 2 == 0 ? "West Europe" : "westeurope";
      case 4: return kQuantities[trouble_ > 0 && one_in(trouble_) ? in(14) : in(5)];
      default: return one_in(20) ? "told \"you\"" : "x";
    }
  }

  std::string trouble() {
    static const std::string kTroubles[] = {"\n",
                                            "\r\n",
                                            "\r",
                                            "\r\r\n",
                                            "a,b\n",
                                            "\"open, and never closed\n",
                                            "\"a\"b,c\n",
                                            "x\"y,\"z\n,\",1\n",
                                            std::string("nul\0,\"a\nb\"\n", 11),
                                            "\xff\xfe,\"a\nb\",c\n",
                                            "\"\xff\",\"a\nb\",c\n",
                                            ",,,,,\n",
                                            "\"a\"\r,b,c,d,e,f\n",
                                            std::string(1200, ',') + "\"a\nb\"\n",
                                            "\"" + std::string(70'000, 'q') + "\",\"a\nb\"\n",
                                            std::string(70'000, 'q') + ",\"a\nb\"\n"};
    return kTroubles[in(16)];
  }

  std::mt19937 random_;
  std::string line_end_ = "\n";
  bool quoted_ = false;
  int trouble_ = 0;
  std::vector<int> order_;
};

void expect_same(const UsageRead& slow, const UsageRead& fast, const std::string& what) {
  EXPECT_EQ(fast.error, slow.error) << what;
  EXPECT_EQ(fast.rows, slow.rows) << what;
  EXPECT_EQ(fast.refusals, slow.refusals) << what;
  EXPECT_EQ(fast.report.rows, slow.report.rows) << what;
  EXPECT_EQ(fast.report.taken, slow.report.taken) << what;
  EXPECT_EQ(fast.report.refused, slow.report.refused) << what;
  EXPECT_EQ(fast.report.skipped, slow.report.skipped) << what;
}

TEST(UsageTwin, FastAndSlowReadTheSame) {
  const char* set = std::getenv("PRORATA_SEED");
  const std::uint32_t first = set != nullptr && *set != '\0' ? static_cast<std::uint32_t>(std::atoll(set)) : 1;
  std::int64_t foreseen = 0;
  for (std::uint32_t seed = first; seed < first + 600 && !::testing::Test::HasFailure(); ++seed) {
    const std::string text = RandomFile(seed).text();
    const UsageRead slow = read_usage_slowly(text);
    const UsageRead fast = read_usage_fast(text, 1 + seed % 3);
    expect_same(slow, fast, fmt::format("PRORATA_SEED={}", seed));
    for (const std::size_t chunk : {std::size_t{64}, std::size_t{300}, std::size_t{5000}})
      expect_same(slow, read_usage_in_chunks(text, chunk), fmt::format("PRORATA_SEED={} in chunks of {}", seed, chunk));
    foreseen += fast.report.foreseen;
  }
  EXPECT_GT(foreseen, 5000) << "the fast way was hardly taken";
}

}  // namespace
}  // namespace prorata::wire
