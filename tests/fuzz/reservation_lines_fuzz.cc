// Any bytes are versions that the engine can use, or refusals with a place.
#include <cstdint>

#include "base/check.h"
#include "wire/reservation_lines.h"

using namespace prorata;
using namespace prorata::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TextBytes source({reinterpret_cast<const char*>(data), size});
  std::vector<CustomerVersion> versions;
  ImportReport report;
  (void)read_reservation_lines(source, versions, report);
  CHECK(report.read == report.accepted + report.refused, "every record is counted once");
  CHECK(static_cast<std::int64_t>(versions.size()) == report.accepted, "what is accepted is given");
  for (const ImportRefused& each : report.refusals) CHECK(!each.place.empty() && !each.reason.empty(), "a refusal says where and why");
  for (const CustomerVersion& each : versions) {
    CHECK(each.version.start < each.version.end && each.version.quantity > 0 && !each.version.id.empty(), "a version is whole");
    CHECK(normalised(each.version) == each.version, "and in lower case");
  }
  return 0;
}
