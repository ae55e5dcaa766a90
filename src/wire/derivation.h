// A derivation in JSON: one object a step.
//
//   {"rule": "refund.fee", "inputs": {"credit": {"amount": "3000.00", "currency": "USD"}, "fee_rate": "0.12"},
//    "result": {"amount": "360.00", "currency": "USD"}, "sentence": "Early termination fee: 12 % × 3 000.00 USD = 360.00 USD."}
//
// Days, units and numbers are JSON numbers, dates and words strings, payments of one amount {"count", "amount", "currency"}. A rate is a
// decimal string, or "part/over" where it has no end. The result of a refusal or a warning is null.
#pragma once

#include <span>
#include <string>

#include "policy/step.h"

namespace prorata::wire {

std::string derivation_json(std::span<const policy::Step> steps, Language language);

}  // namespace prorata::wire
