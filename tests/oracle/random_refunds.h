// Random returns, near the edges where figures change, as the twin and as the program read them.
#pragma once

#include <rapidcheck.h>

#include "oracle/refund_twin.h"
#include "policy/refund.h"

namespace prorata::twin {

struct PackAndMeter {
  const char* pack;
  const char* meter;
};
inline constexpr PackAndMeter kPacksAndMeters[] = {
    {"csp-2020", "refund"}, {"azure-2022", "refund"}, {"azure-2022", "cancelled_commitment"}, {"azure-2026", "cancelled_commitment"}};

// Draws from rapidcheck: only within a property.
Facts random_facts();

struct Asked {
  policy::RefundCase facts;
  policy::RefundRequest request;
};
Asked as_asked(const Facts& facts);

// For the message of a failed comparison.
std::string in_words(const Facts& facts);

}  // namespace prorata::twin
