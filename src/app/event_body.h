// The body of an event in the outbox: a flat JSON object, written member by member.
//
//   changes.outbox.push_back({"allowance.back", EventBody().text("customer", id.text()).number("days", 30).take()});
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/money.h"

namespace prorata {

class EventBody {
 public:
  EventBody& text(std::string_view name, std::string_view value);  // valid UTF-8, as everything in the desk is
  EventBody& number(std::string_view name, std::int64_t value);
  EventBody& amount(std::string_view name, Money value);  // a decimal string, without its currency
  std::string take() { return std::move(json_) + '}'; }

 private:
  void key(std::string_view name);
  std::string json_ = "{";
};

}  // namespace prorata
