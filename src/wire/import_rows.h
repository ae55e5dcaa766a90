// What the importers of plain lists share: they read records or rows, collect what those say, and give it on in batches.
//
//   RowBatches<ExchangeRate> rates(sink);
//   TRY(import_csv_rows<ExchangeRate>(csv, source.name(), read_rate, rates, report));  // gives the last batch too
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "wire/csv.h"
#include "wire/import_report.h"
#include "wire/json.h"
#include "wire/records.h"

namespace prorata::wire {

inline constexpr std::size_t kImportBatch = 1000;

template <class Row>
using ImportSink = std::function<Result<void>(std::span<const Row>)>;

template <class Row>
class RowBatches {
 public:
  explicit RowBatches(const ImportSink<Row>& sink) : sink_(sink) {}

  std::vector<Row>& rows() { return rows_; }
  Result<void> give_full() { return rows_.size() < kImportBatch ? Result<void>() : finish(); }
  Result<void> finish() {
    if (rows_.empty()) return {};
    Result<void> taken = sink_(rows_);
    rows_.clear();
    return taken;
  }

 private:
  const ImportSink<Row>& sink_;
  std::vector<Row> rows_;
};

// Counts one record: refused with its error, skipped where it added no row, else accepted.
template <class Row, class Read>
Result<void> import_one(const std::string& file, const Read& read, RowBatches<Row>& batches, ImportReport& report) {
  const std::size_t before = batches.rows().size();
  Result<void> done = read(batches.rows());
  if (!done) {
    batches.rows().erase(batches.rows().begin() + static_cast<std::ptrdiff_t>(before), batches.rows().end());
    report.refuse(file, done.error());
  } else if (batches.rows().size() == before) {
    report.skip();
  } else {
    report.accept();
  }
  return batches.give_full();
}

// `read` is Result<void>(const JsonValue&, std::vector<Row>&). Errors: those of the source and of the sink.
template <class Row, class Read>
Result<void> import_json_records(ByteSource& source, ObjectForm form, const Read& read, RowBatches<Row>& batches, ImportReport& report) {
  RecordReader records(source, form);
  JsonReader reader;
  while (std::optional<Result<Record>> next = records.next()) {
    if (!*next && next->error().code != Code::invalid_data) return std::unexpected(next->error());
    const auto read_next = [&](std::vector<Row>& rows) -> Result<void> {
      if (!*next) return std::unexpected(next->error());
      return read(TRY(reader.read((*next)->text, (*next)->origin())), rows);
    };
    TRY(import_one<Row>(source.name(), read_next, batches, report));
  }
  return batches.finish();
}

// `read` is Result<void>(const CsvRow&, std::vector<Row>&). The header is read already. Errors: those of the source and of the sink.
template <class Row, class Read>
Result<void> import_csv_rows(CsvReader& csv, const std::string& file, const Read& read, RowBatches<Row>& batches, ImportReport& report) {
  while (std::optional<Result<const CsvRow*>> next = csv.next()) {
    if (!*next && next->error().code != Code::invalid_data) return std::unexpected(next->error());
    const auto read_next = [&](std::vector<Row>& rows) -> Result<void> {
      if (!*next) return std::unexpected(next->error());
      return read(***next, rows);
    };
    TRY(import_one<Row>(file, read_next, batches, report));
  }
  return batches.finish();
}

// What `parse` makes of a field, which may not be empty; an error gets the field's place.
template <class Parse>
auto parse_field(const CsvRow& row, std::size_t asked, std::string_view name, const Parse& parse) -> decltype(parse(std::string_view())) {
  const std::string_view text = trim(row.field(asked));
  if (text.empty()) return fail(Code::invalid_data, "the field '" + std::string(name) + "' is empty", row.place(asked));
  auto parsed = parse(text);
  if (!parsed) return fail(Code::invalid_data, std::move(parsed).error().message, row.place(asked));
  return parsed;
}

}  // namespace prorata::wire
