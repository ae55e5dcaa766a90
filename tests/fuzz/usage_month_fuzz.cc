// Any bytes, under a checksum that fits, are a month of usage that is valid and written again the same, or refused.
#include <cstdint>

#include "base/check.h"
#include "usage_files/month_format.h"

using namespace prorata;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = usage_files::resealed(std::string(reinterpret_cast<const char*>(data), size));
  const Result<UsageMonth> month = usage_files::decode_month(bytes, "fuzz");
  if (!month) return 0;
  for (const UsagePart& each : month->parts)
    CHECK(utilization::UsageBits::check(each.exact.view(month->first_day, each.machines.size())).has_value(), "what is decoded is valid");
  const Result<UsageMonth> again = usage_files::decode_month(usage_files::encode_month(*month), "fuzz");
  CHECK(again && again->parts == month->parts, "what was decoded can be written and read again");
  return 0;
}
