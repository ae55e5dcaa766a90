// Rows once decoded, remembered by their text: a row that still reads the same is not decoded again. Nothing here can be out of date, for
// the text is read from the database every time and compared whole. One thread at a time; it belongs to a connection.
#pragma once

#include <any>
#include <array>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "store/sql.h"
#include "store/tables.h"
#include "wire/json.h"
#include "wire/stored.h"

namespace prorata::store {

class DecodedRows {
 public:
  // Any row, decoded and not remembered.
  template <class T>
  Result<T> decode(const std::string& body) {
    return wire::decode<T>(reader_, body);
  }

  template <class T>
  Result<T> decode_remembered(Kind kind, const std::string& id, const std::string& body) {
    Rows& rows = kinds_[static_cast<std::size_t>(kind)];
    const auto found = rows.find(id);
    if (found != rows.end() && found->second.body == body) return *std::any_cast<T>(&found->second.value);
    T value = TRY(decode<T>(body));
    if (body.size() > kBodyMax) return value;
    if (found == rows.end() && rows.size() >= kKept) rows.clear();
    rows.insert_or_assign(id, Remembered{body, value});
    return value;
  }

 private:
  static constexpr std::size_t kKept = 64;        // of each kind
  static constexpr std::size_t kBodyMax = 8'192;  // with all of a customer's subscriptions: what is larger is rare, and would add up
  struct Remembered {
    std::string body;
    std::any value;
  };
  using Rows = std::unordered_map<std::string, Remembered>;

  wire::JsonReader reader_;  // keeps its buffers
  std::array<Rows, kKindCount> kinds_;
};

}  // namespace prorata::store
