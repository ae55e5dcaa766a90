#include "wire/import_ratios.h"

#include <fmt/format.h>

namespace prorata::wire {
namespace {

enum Column : std::size_t { kGroup, kSku, kRatio, kFrom };

constexpr std::size_t kTextBytesMax = 256;

Result<std::string> checked_text(std::string_view text) {
  if (text.size() > kTextBytesMax) return fail(Code::invalid_data, fmt::format("a text of {} bytes is too long", text.size()));
  return std::string(text);
}

Result<Ratio> parse_ratio(std::string_view text) {
  const Ratio ratio = TRY(parse_decimal(text));
  if (ratio.part == 0) return fail(Code::invalid_data, "a ratio of zero cannot be");
  return ratio;
}

Result<void> read_ratio(const CsvRow& row, const RatioDefaults& defaults, std::vector<FlexibilityRatio>& out) {
  const bool dated = !trim(row.field(kFrom)).empty();
  out.push_back({.group = TRY(parse_field(row, kGroup, "InstanceSizeFlexibilityGroup", checked_text)),
                 .sku = TRY(parse_field(row, kSku, "ArmSkuName", checked_text)),
                 .ratio = TRY(parse_field(row, kRatio, "Ratio", parse_ratio)),
                 .from = dated ? TRY(parse_field(row, kFrom, "From", parse_day)) : defaults.undated});
  return {};
}

}  // namespace

Result<void> import_ratios(ByteSource& source, const RatioDefaults& defaults, const ImportSink<FlexibilityRatio>& sink,
                           ImportReport& report) {
  CsvReader csv(source, {{"InstanceSizeFlexibilityGroup"}, {"ArmSkuName"}, {"Ratio"}, {"From", CsvColumn::optional}});
  TRY(csv.read_header());
  RowBatches<FlexibilityRatio> batches(sink);
  return import_csv_rows<FlexibilityRatio>(
      csv, source.name(), [&](const CsvRow& row, std::vector<FlexibilityRatio>& out) { return read_ratio(row, defaults, out); }, batches,
      report);
}

}  // namespace prorata::wire
