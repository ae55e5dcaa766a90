#include "wire/import_ratios.h"

#include <fmt/format.h>

namespace prorata::wire {
namespace {

enum Column : std::size_t { kGroup, kSku, kRatio };

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

Result<void> read_ratio(const CsvRow& row, std::vector<FlexibilityRatio>& out) {
  out.push_back({.group = TRY(parse_field(row, kGroup, "InstanceSizeFlexibilityGroup", checked_text)),
                 .sku = TRY(parse_field(row, kSku, "ArmSkuName", checked_text)),
                 .ratio = TRY(parse_field(row, kRatio, "Ratio", parse_ratio))});
  return {};
}

}  // namespace

Result<void> import_ratios(ByteSource& source, const ImportSink<FlexibilityRatio>& sink, ImportReport& report) {
  CsvReader csv(source, {{"InstanceSizeFlexibilityGroup"}, {"ArmSkuName"}, {"Ratio"}});
  TRY(csv.read_header());
  RowBatches<FlexibilityRatio> batches(sink);
  return import_csv_rows<FlexibilityRatio>(csv, source.name(), read_ratio, batches, report);
}

}  // namespace prorata::wire
