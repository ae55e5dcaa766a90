// Any bytes are customers, ratios, rates, statements or refusals with a place.
#include <cstdint>

#include "base/check.h"
#include "wire/import_customers.h"
#include "wire/import_rates.h"
#include "wire/import_ratios.h"
#include "wire/import_statements.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

template <class Row, class Import>
void run(std::string_view text, const Import& import) {
  TextBytes source(text);
  ImportReport report;
  (void)import(source, [](std::span<const Row>) { return Result<void>(); }, report);
  CHECK(report.read == report.accepted + report.skipped + report.refused, "every record is counted once");
  for (const ImportRefused& each : report.refusals) CHECK(!each.place.empty() && !each.reason.empty(), "a refusal says where and why");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  run<Customer>(text, [](ByteSource& source, const ImportSink<Customer>& sink, ImportReport& report) {
    return import_customers(source, {}, sink, report);
  });
  run<FlexibilityRatio>(text, [](ByteSource& source, const ImportSink<FlexibilityRatio>& sink, ImportReport& report) {
    return import_ratios(source, {}, sink, report);
  });
  run<StatedDay>(text, import_statements);
  run<ExchangeRate>(text, import_rates);
  return 0;
}
