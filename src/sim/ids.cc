#include "sim/ids.h"

#include <atomic>

#include <fmt/format.h>

namespace prorata::sim {
namespace {

class Counted final : public IdSource {
 public:
  explicit Counted(std::uint32_t seed) : seed_(seed) {}
  std::string next() override { return fmt::format("{:08x}-0000-7000-8000-{:012x}", seed_, ++count_); }

 private:
  std::uint32_t seed_;
  std::atomic<std::uint64_t> count_ = 0;
};

}  // namespace

std::unique_ptr<IdSource> counted_ids(std::uint32_t seed) { return std::make_unique<Counted>(seed); }

}  // namespace prorata::sim
