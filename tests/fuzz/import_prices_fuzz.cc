// Any bytes are prices, skipped rows or refusals with a place.
#include <cstdint>

#include "base/check.h"
#include "wire/import_prices.h"

using namespace prorata;
using namespace prorata::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TextBytes source({reinterpret_cast<const char*>(data), size});
  ImportReport report;
  const ImportSink<PriceRow> sink = [](std::span<const PriceRow> rows) -> Result<void> {
    for (const PriceRow& row : rows) CHECK(!row.sku.empty() && !row.price.is_negative(), "a price taken has a size and is not negative");
    return {};
  };
  (void)import_prices(source, {.undated = make_day(2026, 1, 1)}, sink, report);
  CHECK(report.read == report.accepted + report.skipped + report.refused, "every record is counted once");
  for (const ImportRefused& each : report.refusals) CHECK(!each.place.empty() && !each.reason.empty(), "a refusal says where and why");
  TextBytes again({reinterpret_cast<const char*>(data), size});
  ImportReport both;
  (void)import_listed_prices(again, {.undated = make_day(2026, 1, 1)}, [](std::span<const ListedPrice>) { return Result<void>(); }, both);
  CHECK(both.read == both.accepted + both.skipped + both.refused && both.accepted >= report.accepted, "both kinds in one pass lose none");
  return 0;
}
