// Any bytes as the body of any operation of Partner Center's face, and as a filter: read, or refused with the place in the document. What
// is read keeps to the limits that the use cases rely on.
#include <cstdint>
#include <string_view>

#include "app/carts.h"
#include "base/check.h"
#include "wire/partner_bodies.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

template <class T>
bool was_read(const Result<T>& result) {
  if (!result) CHECK(result.error().code == Code::invalid_data && !result.error().place.empty(), "a refusal names its place");
  return result.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  JsonReader reader;
  const auto cart = read_cart(reader, text);
  if (was_read(cart))
    for (const CartLineAsk& each : *cart) {
      CHECK(!each.item.empty() && each.quantity >= 0, "a line names something");
      if (const Result<CatalogItem> item = parse_item(each.item))
        CHECK(parse_item(item_name(*item)).has_value(), "the name of an item can be read again");
    }
  was_read(read_billing_profile(reader, text));
  was_read(read_subscription_change(reader, text));
  const auto inventory = read_inventory(reader, text);
  if (was_read(inventory)) CHECK(!inventory->items.empty(), "an item at least");
  was_read(read_member(reader, text));
  was_read(read_buying(reader, text));
  const auto request = read_service_request(reader, text, "en-US");
  if (was_read(request)) CHECK(!request->organization.empty() && !request->request.title.empty(), "what a request needs");
  was_read(read_service_request_change(reader, text));
  const auto filter = read_field_filter(reader, text);
  if (was_read(filter)) CHECK(!filter->field.empty() && !filter->compare.empty(), "a filter is whole");
  return 0;
}
