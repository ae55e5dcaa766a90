// Distinct ids: an order id is not a reservation id, and the compiler knows.
//
//   ReservationId id = TRY(ReservationId::parse("AB9761BB-324C-474A-B96C-3471BD643328"));   // stored in lower case
//
// Azure's ids are GUIDs and compare without regard to letter case; ours are kept in lower case from the first moment.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace prorata {

namespace detail {
// 8-4-4-4-12 hexadecimal digits in lower case, or the empty string.
std::string guid_of(std::string_view text);
std::unexpected<Error> not_a_guid(std::string_view text, std::string_view kind);
}  // namespace detail

template <class Tag>
class Id {
 public:
  Id() = default;  // no id; empty() holds

  static Result<Id> parse(std::string_view text) {
    std::string guid = detail::guid_of(text);
    if (guid.empty()) return detail::not_a_guid(text, Tag::kName);
    return Id(std::move(guid));
  }
  // For text that the store wrote or an IdSource made: known to be a GUID in lower case.
  static Id trusted(std::string text) { return Id(std::move(text)); }

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  explicit Id(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct CustomerTag {
  static constexpr std::string_view kName = "customer id";
};
struct ResellerTag {
  static constexpr std::string_view kName = "reseller id";
};
struct SubscriptionTag {
  static constexpr std::string_view kName = "subscription id";
};
struct OrderTag {
  static constexpr std::string_view kName = "reservation order id";
};
struct ReservationTag {
  static constexpr std::string_view kName = "reservation id";
};
struct QuoteTag {
  static constexpr std::string_view kName = "quote id";
};
struct ReturnTag {
  static constexpr std::string_view kName = "return id";
};
struct HoldTag {
  static constexpr std::string_view kName = "hold id";
};
struct ExchangeTag {
  static constexpr std::string_view kName = "exchange id";
};
struct EntryTag {
  static constexpr std::string_view kName = "entry id";
};

using CustomerId = Id<CustomerTag>;  // the tenant (directory) id
using ResellerId = Id<ResellerTag>;
using SubscriptionId = Id<SubscriptionTag>;
using OrderId = Id<OrderTag>;
using ReservationId = Id<ReservationTag>;
using QuoteId = Id<QuoteTag>;
using ReturnId = Id<ReturnTag>;
using HoldId = Id<HoldTag>;
using ExchangeId = Id<ExchangeTag>;
using EntryId = Id<EntryTag>;

}  // namespace prorata

template <class Tag>
struct std::hash<prorata::Id<Tag>> {
  std::size_t operator()(const prorata::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.text()); }
};
