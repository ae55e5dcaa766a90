// Any bytes are refused with a place, or are a pack that has an answer for every return.
#include <cstdint>

#include "base/check.h"
#include "policy/refund.h"
#include "wire/policy_pack.h"

using namespace prorata;

namespace {

void decide_everything(const policy::Pack& pack) {
  const policy::CompiledPack compiled(pack);
  const Day start = make_day(2024, 2, 29);
  const Money price{1'000'003, Currency::usd()};
  policy::RefundCase facts{.start = start, .term = Term{3}, .quantity = 3, .product = "VirtualMachines"};
  for (const Usage usage : {Usage::unused, Usage::used, Usage::unknown})
    for (const std::int32_t elapsed : {0, 5, 6, 31, 365, 1094}) {
      facts.usage = usage;
      facts.schedule = on_day(make_schedule(BillingPlan::upfront, facts.term, start, price, price), add_days(start, elapsed));
      const policy::RefundRequest request{.quantity = 2, .as_of = start_of(add_days(start, elapsed)), .channel_approved = true};
      const auto decision = decide_refund(facts, request, pack, compiled);
      CHECK(decision.has_value() && !decision->row.empty(), "a pack that was read has a row for every return");
      CHECK(!decision->refund.is_negative() && !less(decision->total_paid, decision->refund), "nothing is refunded that was not paid");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<policy::Pack> pack = wire::read_pack({reinterpret_cast<const char*>(data), size});
  if (pack) {
    decide_everything(*pack);
    return 0;
  }
  CHECK(pack.error().code == Code::invalid_data && !pack.error().place.empty(), "a refusal names its place");
  return 0;
}
