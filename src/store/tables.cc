#include "store/tables.h"

#include "base/check.h"

namespace prorata::store {

const Table& table(Kind kind) {
  static const std::array<Table, kKindCount> kTables = {{
      {Kind::desk, "desk", Writing::versioned, false, {}},
      {Kind::customer, "customer", Writing::versioned, false, {"name_key", "search", "reseller", "offer"}},
      {Kind::order, "reservation_order", Writing::versioned, false, {"customer"}},
      {Kind::reservation,
       "reservation",
       Writing::versioned,
       false,
       {"order_id", "customer", "state", "sku_key", "region_key", "product_key", "name_key", "quantity", "purchased", "expiry", "archived",
        "renew", "next_event"}},
      {Kind::hold, "hold", Writing::versioned, true, {"customer", "state"}},
      {Kind::exchange, "exchange", Writing::versioned, false, {"state"}},
      {Kind::revision, "revision", Writing::added, false, {"reservation", "number"}},
      {Kind::quote, "quote", Writing::added, false, {}},
      {Kind::returned, "returned", Writing::added, true, {"customer", "at"}},
      {Kind::settlement, "settlement", Writing::added, true, {"customer"}},
      {Kind::entry, "entry", Writing::added, true, {"customer", "currency", "at", "place"}},
      {Kind::outbox, "outbox", Writing::added, false, {"kind", "place"}},
      {Kind::answered, "answered", Writing::added, false, {"request", "answer"}},
      {Kind::reseller, "reseller", Writing::replaced, false, {}},
      {Kind::price, "price", Writing::replaced, false, {"sku_key", "region_key", "term"}},
      {Kind::ratio, "ratio", Writing::replaced, false, {"sku_key"}},
      {Kind::rate, "rate", Writing::replaced, false, {}},
      {Kind::client, "client", Writing::versioned, false, {"name_key"}},
      {Kind::user, "desk_user", Writing::versioned, false, {"name_key"}, "name_key"},
      {Kind::signing_key, "signing_key", Writing::versioned, false, {"created"}},
      {Kind::role_assignment, "role_assignment", Writing::versioned, false, {"principal", "scope_key"}},
      {Kind::support_request,
       "support_request",
       Writing::versioned,
       false,
       {"number", "customer", "subscription", "status", "created"},
       "number"},
      {Kind::operation, "operation", Writing::versioned, false, {}},
      {Kind::agreed_price, "agreed_price", Writing::replaced, false, {}},
      {Kind::file_workspace, "file_workspace", Writing::versioned, false, {}},
      {Kind::file_chunk, "file_chunk", Writing::replaced, false, {}},
      {Kind::usage_import, "usage_import", Writing::replaced, false, {}},
      {Kind::reservation_month, "reservation_month", Writing::replaced, false, {"customer", "month"}},
      {Kind::customer_month, "customer_month", Writing::replaced, false, {}},
      {Kind::webhook, "webhook", Writing::versioned, false, {}},
      {Kind::delivery, "delivery", Writing::versioned, false, {"state", "target", "due", "batch", "created"}},
      {Kind::notify_settings, "notify_settings", Writing::versioned, false, {}},
      {Kind::progress, "progress", Writing::versioned, false, {}},
      {Kind::alert, "alert", Writing::added, false, {}},
      {Kind::customer_overview,
       "customer_overview",
       Writing::replaced,
       false,
       {"name_key", "reseller", "currency", "reservations", "expiring", "badly_used", "refundable", "refundable_minor", "refundable_usd",
        "open_requests", "provider_credit", "customer_credit", "allowance_used"}},
  }};
  const Table& found = kTables[static_cast<std::size_t>(kind)];
  CHECK(found.kind == kind, "the tables stand in the order of their kinds");
  return found;
}

const std::string* text_in(const Value& value) {
  if (const auto* elsewhere = std::get_if<const std::string*>(&value)) return *elsewhere;
  return std::get_if<std::string>(&value);
}

std::string to_text(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const std::string* text = text_in(value)) return *text;
  return {};
}

}  // namespace prorata::store
