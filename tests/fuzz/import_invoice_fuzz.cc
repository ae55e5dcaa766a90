// Any bytes are lines of invoices or refusals with a place; two readings say the same.
#include <cstdint>

#include "app/import_invoices.h"
#include "base/check.h"
#include "wire/import_invoice.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

InvoiceSurvey survey_of(std::string_view text, const InvoiceFile& file) {
  TextBytes source(text);
  ImportReport report;
  InvoiceDialect dialect{};
  InvoiceSurvey survey;
  const auto take = [&](std::span<const InvoiceLine> lines) {
    for (const InvoiceLine& line : lines) {
      CHECK(!line.invoice.empty() && !line.invoice.contains('/'), "a line has an invoice, and a name");
      CHECK(line.from <= line.until, "a charge ends after it begins");
    }
    return survey.take(lines);
  };
  (void)import_invoice(source, file, take, report, dialect);
  CHECK(report.read == report.accepted + report.skipped + report.refused, "every record is counted once");
  for (const ImportRefused& each : report.refusals) CHECK(!each.place.empty() && !each.reason.empty(), "a refusal says where and why");
  return survey;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const InvoiceFile& file : {InvoiceFile{}, InvoiceFile{.number = "G1"}}) {
    const InvoiceSurvey once = survey_of(text, file);
    const InvoiceSurvey again = survey_of(text, file);
    CHECK(once.invoices().size() == again.invoices().size(), "the same file holds the same invoices");
    for (const auto& [key, invoice] : once.invoices())
      CHECK(again.invoices().at(key).content() == invoice.content(), "the same lines have the same content");
  }
  return 0;
}
