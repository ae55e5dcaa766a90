// Any bytes as the body of any operation of the portal's face: read, or refused with the place in the document. What is read keeps to the
// limits that the use cases rely on.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/portal_bodies.h"

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
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  JsonReader reader;
  was_read(read_portal_flag(reader, body, "on"));
  was_read(read_portal_text(reader, body, "name"));
  was_read(read_portal_scope(reader, body));
  was_read(read_portal_assignment(reader, body));
  was_read(read_portal_message(reader, body));
  was_read(read_portal_support_change(reader, body));
  const auto renewal = read_portal_renewal(reader, body);
  if (was_read(renewal)) CHECK(!renewal->quantity || *renewal->quantity >= 1, "units are counted from one");
  const auto quote = read_portal_quote(reader, body);
  if (was_read(quote)) CHECK(!quote->reservation.empty() && quote->quantity >= 0, "a quote is of something");
  const auto request = read_portal_support_request(reader, body);
  if (was_read(request)) CHECK(!request->request.customer.empty(), "a ticket is about a customer");
  const auto clock = read_portal_clock(reader, body);
  if (was_read(clock)) CHECK(clock->to.has_value() != !clock->by.empty(), "time goes to a moment or by an amount");
  return 0;
}
