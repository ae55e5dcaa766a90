// How a decision came to its figures, step by step, in the order a person would work them out.
//
//   for (const Step& step : derive(decision, refund_case, pack)) ... sentence(step, Language::swedish)
//
// The promise: every figure here was taken from the decision, none is worked out again; so a derivation cannot disagree with what is
// paid. The steps of the billing currency come first, then those in USD (only where they differ), then the allowance, warnings and
// refusals, these in order of precedence. The rules are those of docs/specs/refunds.md.
#pragma once

#include <vector>

#include "policy/pack.h"
#include "policy/refund.h"
#include "policy/step.h"

namespace prorata::policy {

// Requires the case and the pack that decide_refund() was given.
std::vector<Step> derive(const RefundDecision& decision, const RefundCase& facts, const Pack& pack);

}  // namespace prorata::policy
