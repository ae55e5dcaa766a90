// Takes in the provider's invoices, read twice: the first reading says what a file holds, the second brings it in (specs/invoices.md).
//
//   InvoiceSurvey survey;
//   TRY(wire::import_invoice(file, {}, [&](auto lines) { return survey.take(lines); }, report, dialect));
//   InvoiceImport import = TRY(InvoiceImport::begin(app, survey, {.file = name, .dialect = "new_commerce"}));
//   if (!import.nothing_new()) TRY(wire::import_invoice(again, {}, [&](auto lines) { return import.take(lines); }, report, dialect));
//   const std::vector<ImportedInvoice> done = TRY(import.finish());
//
// The same lines again change nothing, in whatever order and form they come. An invoice with other lines than the desk knows of it is a new
// revision, which counts from the moment all of its lines are here; a killed import leaves the revision before. Memory grows with the
// number of invoices in a file, not with their lines.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/write.h"

namespace prorata {

inline constexpr std::size_t kInvoicesInFileMax = 10'000;

struct SurveyedInvoice {
  std::string number;
  std::array<std::uint64_t, 2> sum{};  // of what its lines say, whatever their order
  std::int64_t lines = 0;
  std::vector<InvoiceTotal> totals;
  std::optional<Day> from;
  std::optional<Day> until;

  std::string content() const;
};

class InvoiceSurvey {
 public:
  // Errors: invalid_data for a file of more invoices than kInvoicesInFileMax, or totals beyond what an amount can be.
  Result<void> take(std::span<const InvoiceLine> lines);
  const std::map<std::string, SurveyedInvoice>& invoices() const { return invoices_; }

 private:
  std::map<std::string, SurveyedInvoice> invoices_;
};

enum class InvoiceNews : std::uint8_t { added, corrected, unchanged };
template <>
inline constexpr auto kWords<InvoiceNews> = std::to_array<Word<InvoiceNews>>(
    {{InvoiceNews::added, "added"}, {InvoiceNews::corrected, "corrected"}, {InvoiceNews::unchanged, "unchanged"}});

struct ImportedInvoice {
  Invoice invoice;
  InvoiceNews news = InvoiceNews::unchanged;
};

struct InvoiceSource {
  std::string file;
  std::string dialect;
  WriteRequest request{};  // absent: without an idempotency key
};

class InvoiceImport {
 public:
  // Gives each new revision its number. An import that was begun under the same key and did not end is begun again. Errors: forbidden;
  // those of Store::commit.
  static Result<InvoiceImport> begin(App& app, const InvoiceSurvey& survey, InvoiceSource source);

  bool nothing_new() const { return plans_.empty(); }
  // Errors: those of Store::commit.
  Result<void> take(std::span<const InvoiceLine> lines);
  // Errors: conflict where the second reading was not the first; those of Store::commit.
  Result<std::vector<ImportedInvoice>> finish();

 private:
  struct Plan {
    SurveyedInvoice surveyed;
    std::int64_t revision = 0;
    std::int64_t lines = 0;  // written so far
  };
  InvoiceImport(App& app, InvoiceSource source) : app_(&app), source_(std::move(source)) {}
  Result<void> check_same_as_surveyed() const;
  Result<Changes> reveal(Snapshot& snapshot, std::vector<ImportedInvoice>& done) const;

  App* app_;
  InvoiceSource source_;
  std::map<std::string, Plan> plans_;  // of what is new, by invoice_key
  std::vector<ImportedInvoice> unchanged_;
  InvoiceSurvey second_;
};

}  // namespace prorata
