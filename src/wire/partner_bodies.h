// What requests of Partner Center hold, and the envelope of its answers. Members are found in any letter case, as .NET clients write them;
// those that nobody here asks for are passed over; a null says nothing.
//
//   JsonReader reader;
//   const CartBody cart = TRY(read_cart(reader, request.body));
//
// Errors of all readers: invalid_data with the place in the document.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/carts.h"
#include "app/customer_desk.h"
#include "support/support_request.h"
#include "wire/json.h"

namespace prorata::wire {

// {"uri":...,"method":"GET","headers":[]}; with a token the header that brings it.
void write_link(JsonWriter& w, std::string_view name, std::string_view uri, std::string_view token = {});
// "attributes":{"etag":...,"objectType":...}; without an etag none.
void write_attributes(JsonWriter& w, std::string_view object_type, std::string_view etag = {});
// An amount as a JSON number.
void write_number(JsonWriter& w, std::string_view name, Money amount);
std::string currency_symbol(Currency currency);  // "kr"; the code where there is none of its own
inline constexpr std::string_view kNoDate = "0001-01-01T00:00:00";

Result<std::vector<CartLineAsk>> read_cart(JsonReader& reader, std::string_view body);

struct BillingProfileBody {
  BillingProfile profile;
};
Result<BillingProfileBody> read_billing_profile(JsonReader& reader, std::string_view body);

// What may be changed of a subscription: its name, and whether it is suspended. Whoever sends the whole of it back must not change the
// rest.
struct SubscriptionBody {
  std::optional<std::string> name;
  std::optional<bool> suspended;
};
Result<SubscriptionBody> read_subscription_change(JsonReader& reader, std::string_view body);

struct InventoryBody {
  struct Item {
    std::string product;
    std::string sku;  // empty: all of the product
  };
  std::vector<Item> items;
  std::string customer;
  std::string subscription;
};
Result<InventoryBody> read_inventory(JsonReader& reader, std::string_view body);

Result<PrincipalId> read_member(JsonReader& reader, std::string_view body);

Result<bool> read_buying(JsonReader& reader, std::string_view body);

struct ServiceRequestBody {
  support::NewRequest request;  // but for name and customer
  std::string organization;     // whose it is: the customer's id
};
// `locale` is that of the address: "en-US".
Result<ServiceRequestBody> read_service_request(JsonReader& reader, std::string_view body, std::string_view locale);

struct ServiceRequestChange {
  std::optional<support::Status> status;
  std::optional<support::Severity> severity;
  std::string note;  // empty: none
};
Result<ServiceRequestChange> read_service_request_change(JsonReader& reader, std::string_view body);

// {"Field":"CompanyName","Value":"cont","Operator":"starts_with"}
struct FieldFilter {
  std::string field;
  std::string value;
  std::string compare;  // in small letters
};
Result<FieldFilter> read_field_filter(JsonReader& reader, std::string_view text);

}  // namespace prorata::wire
