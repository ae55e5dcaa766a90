#include "store/sql.h"

#include "base/check.h"
#include "base/text.h"

namespace prorata::store {

const std::string& SqlRow::text(std::size_t i) const {
  CHECK(cells_[i].has_value(), "a column that is never null");
  return *cells_[i];
}

std::int64_t SqlRow::integer(std::size_t i) const {
  const Result<std::int64_t> value = parse_integer(text(i), INT64_MIN, INT64_MAX, "a number");
  CHECK(value.has_value(), "a column of whole numbers");
  return *value;
}

Result<SqlRows> SqlConnection::run(std::string_view sql, std::vector<Value> values) {
  const Call call{sql, std::move(values)};
  std::vector<SqlRows> answers = TRY(run_all(std::span(&call, 1)));
  return std::move(answers.front());
}

}  // namespace prorata::store
