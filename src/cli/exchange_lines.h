// The lines of an exchange as they are written at the command line.
#pragma once

#include <string_view>

#include "app/quote_exchange.h"

namespace prorata::cli {

// RESERVATION or RESERVATION=UNITS. Errors: invalid_argument.
Result<ExchangeReturnAsk> return_line(std::string_view text);

// SIZE and then name=value, separated by commas. What is not said is as in the reservation that is returned. Errors: invalid_argument.
Result<ExchangePurchaseAsk> purchase_line(std::string_view text);

}  // namespace prorata::cli
