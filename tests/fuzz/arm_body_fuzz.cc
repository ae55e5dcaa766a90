// Any bytes as the body of any operation of the reservation API, and as a filter or an order of a list: read, or refused with the code of a
// client's mistake. What is read keeps to the limits that the use cases rely on.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/arm_filter.h"
#include "wire/arm_requests.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

template <class T>
bool read(const Result<T>& result) {
  CHECK(result || result.error().code == Code::invalid_argument || result.error().code == Code::invalid_data, "a client's mistake");
  return result.has_value();
}

bool units_are_few(std::int64_t units) { return 1 <= units && units <= kUnitsMax; }

void check_purchase(const PurchaseBody& body) {
  CHECK(units_are_few(body.line.quantity), "units within their limit");
  CHECK(!body.line.sku.empty() && !body.billing.empty(), "something to buy, and who pays");
  CHECK(body.line.name.size() <= kDisplayNameBytesMax, "a short name");
  CHECK(body.line.term.years == 1 || body.line.term.years == 3 || body.line.term.years == 5, "a term that is sold");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto purchase = read_purchase(text);
  if (read(purchase)) check_purchase(*purchase);
  const auto patch = read_patch(text);
  if (read(patch) && patch->renewal) check_purchase(*patch->renewal);
  const auto split = read_split(text);
  if (read(split))
    for (const std::int64_t each : split->quantities) CHECK(units_are_few(each), "units within their limit");
  const auto merge = read_merge(text);
  if (read(merge)) CHECK(!merge->empty() && merge->size() <= kLinesMax, "a list within its limit");
  const auto refund = read_calculate_refund(text);
  if (read(refund)) CHECK(units_are_few(refund->units.quantity), "units within their limit");
  const auto given_back = read_return(text);
  if (read(given_back)) CHECK(QuoteId::parse(given_back->session).has_value(), "a session is an id");
  const auto exchange = read_calculate_exchange(text);
  if (read(exchange))
    for (const PurchaseBody& each : exchange->purchases) check_purchase(each);
  read(read_exchange(text));
  read(read_change_directory(text));
  read(read_available_scopes(text));
  read(read_scope_path(text));
  read(read_subscription(text));

  const auto filter = read_reservation_filter(text);
  if (read(filter)) {
    ReservationQuery query;
    filter->narrow(query);
    Reservation some;
    some.updated = some.expiry = Instant{};
    filter->matches(some, Instant{});
  }
  ReservationQuery query;
  read(read_order_by(text, query));
  return 0;
}
