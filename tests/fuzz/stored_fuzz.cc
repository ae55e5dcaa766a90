// Any bytes are a stored value of a kind, the same when it is written and read again, or storage_corrupt.
#include <cstdint>

#include "base/check.h"
#include "wire/stored.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

template <class T>
void read_as(std::string_view body) {
  JsonReader reader;
  const Result<T> value = decode<T>(reader, body);
  if (!value) {
    CHECK(value.error().code == Code::storage_corrupt, "what the desk did not write is corrupt");
    return;
  }
  const std::string once = encode(*value);
  const Result<T> again = decode<T>(reader, once);
  CHECK(again && encode(*again) == once, "what was read can be written and read again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  read_as<Desk>(body);
  read_as<Customer>(body);
  read_as<Order>(body);
  read_as<Reservation>(body);
  read_as<Revision>(body);
  read_as<Hold>(body);
  read_as<Exchange>(body);
  read_as<Quote>(body);
  read_as<ReturnRecord>(body);
  read_as<Settlement>(body);
  read_as<ledger::Entry>(body);
  read_as<Reseller>(body);
  read_as<PriceRow>(body);
  read_as<FlexibilityRatio>(body);
  read_as<ExchangeRate>(body);
  read_as<Client>(body);
  read_as<User>(body);
  read_as<SigningKeyRow>(body);
  read_as<access::RoleAssignment>(body);
  read_as<support::SupportRequest>(body);
  read_as<Operation>(body);
  read_as<AgreedPrice>(body);
  read_as<support::FileWorkspace>(body);
  read_as<support::FileChunk>(body);
  read_as<UsageImport>(body);
  read_as<ReservationMonth>(body);
  read_as<CustomerMonth>(body);
  read_as<Webhook>(body);
  read_as<Delivery>(body);
  read_as<NotifySettings>(body);
  read_as<Progress>(body);
  read_as<Alert>(body);
  read_as<CustomerOverview>(body);
  if (const Result<Schedule> schedule = decode_schedule(body))
    CHECK(*decode_schedule(encode_schedule(*schedule)) == *schedule, "a schedule comes back the same");
  return 0;
}
