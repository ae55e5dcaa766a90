// What 'recommend' and 'utilization explain' work on: the usage that a desk keeps, or files without a desk.
//
//   const AdviceFacts facts = TRY(load_advice_facts(session, options));
//   for (const CustomerHistory& each : facts.customers) advise_buying(each.history(), TRY(facts.prices(...)), ...)
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "advice/history.h"
#include "advice/prices.h"
#include "app/usage_facts.h"
#include "cli/commands.h"
#include "cli/usage_inputs.h"

namespace prorata::cli {

struct CustomerHistory {
  std::string name;                 // of the customer, or what the usage files call it
  std::optional<CustomerId> id;     // at a desk
  advice::History history;          // a view of what `kept` holds
  std::vector<PriceRow> lifetime;   // that the desk has
  std::vector<HourlyPrice> hourly;  // the same
  Currency currency;                // of the customer, at a desk
  std::shared_ptr<const void> kept;
};

struct AdviceFacts {
  std::vector<CustomerHistory> customers;  // those with usage in the span
  std::vector<HourlyPrice> hourly;         // of a list that was named; they count instead of the desk's
  std::vector<PriceRow> lifetime;
  std::vector<std::string> sizes;  // that the ratio table or the prices name
  Currency currency;
  Day day;  // prices are those in force on it
  bool from_files = false;
  std::int64_t refused = 0;  // rows of the files

  advice::Prices prices(const CustomerHistory& customer) const;
};

// Errors: those of the readers and of the desk; invalid_argument where files are named in part, or --from is not before --until.
Result<AdviceFacts> load_advice_facts(Session& session, const AdviceOptions& options);

}  // namespace prorata::cli
