#include "wire/import_rates.h"

#include <fmt/format.h>

namespace prorata::wire {
namespace {

enum Column : std::size_t { kDate, kFrom, kTo, kRate };

Result<Ratio> parse_rate(std::string_view text) {
  const Ratio rate = TRY(parse_decimal(text));
  if (rate.part == 0) return fail(Code::invalid_data, "a rate of zero cannot be");
  return rate;
}

Result<void> read_rate(const CsvRow& row, std::vector<ExchangeRate>& out) {
  const ExchangeRate rate{.day = TRY(parse_field(row, kDate, "date", parse_day)),
                          .from = TRY(parse_field(row, kFrom, "from", Currency::parse)),
                          .to = TRY(parse_field(row, kTo, "to", Currency::parse)),
                          .rate = TRY(parse_field(row, kRate, "rate", parse_rate))};
  if (rate.from == rate.to)
    return fail(Code::invalid_data, fmt::format("a rate from {} to itself says nothing", rate.from.code()), row.place(kTo));
  out.push_back(rate);
  return {};
}

}  // namespace

Result<void> import_rates(ByteSource& source, const ImportSink<ExchangeRate>& sink, ImportReport& report) {
  CsvReader csv(source, {{"date"}, {"from"}, {"to"}, {"rate"}});
  TRY(csv.read_header());
  RowBatches<ExchangeRate> batches(sink);
  return import_csv_rows<ExchangeRate>(csv, source.name(), read_rate, batches, report);
}

}  // namespace prorata::wire
