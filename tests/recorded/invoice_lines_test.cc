// Invoice line items as the provider documents them: every line of the answers and every documented column is understood.
#include <algorithm>

#include "recordings.h"
#include "wire/import_invoice.h"

namespace prorata::wire {
namespace {

std::vector<std::filesystem::path> documented_answers() {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& each : std::filesystem::directory_iterator(reference() / "data" / "partner-center", error))
    if (each.path().filename().string().starts_with("get-invoiceline-items")) files.push_back(each.path());
  std::ranges::sort(files);
  return files;
}

TEST(RecordedInvoices, EveryLineOfTheDocumentedAnswersIsRead) {
  const std::vector<std::filesystem::path> files = documented_answers();
  if (files.empty()) GTEST_SKIP() << "no documented answers in " << reference();
  std::size_t lines = 0;
  std::size_t of_reservations = 0;
  for (const std::filesystem::path& path : files) {
    Result<FileBytes> file = FileBytes::open(path.string());
    ASSERT_TRUE(file);
    ImportReport report;
    InvoiceDialect dialect{};
    const Result<void> read = import_invoice(
        *file, {},
        [&](std::span<const InvoiceLine> rows) -> Result<void> {
          lines += rows.size();
          for (const InvoiceLine& row : rows) of_reservations += row.order ? 1 : 0;
          return {};
        },
        report, dialect);
    EXPECT_TRUE(read) << path;
    for (const ImportRefused& each : report.refusals) {
      // Legacy answers name their invoice in the address that was asked, and lines of usage are no charges.
      const bool known = each.reason.contains("--invoice") || each.reason.contains("rated usage");
      EXPECT_TRUE(known) << each.text();
    }
  }
  EXPECT_GT(lines, 4u);
  EXPECT_GT(of_reservations, 2u);
}

}  // namespace
}  // namespace prorata::wire
