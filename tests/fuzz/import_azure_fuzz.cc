// Any bytes are taken, skipped or refused with a place; nothing is counted twice, and what is taken can be.
#include <cstdint>

#include "base/check.h"
#include "wire/import_azure.h"

using namespace prorata;
using namespace prorata::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TextBytes source({reinterpret_cast<const char*>(data), size});
  ImportReport report;
  std::int64_t given = 0;
  const AzureSink sink = [&](const std::vector<ImportedOrder>& orders,
                             const std::vector<ImportedReservation>& reservations) -> Result<void> {
    given += static_cast<std::int64_t>(orders.size() + reservations.size());
    for (const ImportedReservation& each : reservations) {
      CHECK(!each.id.empty() && !each.order.empty() && each.quantity.value_or(0) >= 0, "a reservation taken has ids and units");
      CHECK(!each.benefit_start || !each.expiry || *each.benefit_start < *each.expiry, "a reservation taken ends after it starts");
    }
    for (const ImportedOrder& each : orders)
      for (const Payment& payment : each.payments) CHECK(!payment.billing.is_negative(), "a payment taken is not negative");
    return {};
  };
  CHECK(import_azure(source, sink, report).has_value(), "a text in memory never fails as a source");
  CHECK(given == report.accepted && report.read == report.accepted + report.skipped + report.refused, "every record is counted once");
  for (const ImportRefused& each : report.refusals) CHECK(!each.place.empty() && !each.reason.empty(), "a refusal says where and why");
  return 0;
}
