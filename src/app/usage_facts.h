// Loads what the utilization of a customer rests on, and runs the engine over it: the same facts for 'utilization run', for advice and for
// an explanation, so that their figures agree to the unit.
//
//   const UsageFacts facts = TRY(load_usage_facts(app, *snapshot, {.customer = id, .span = span}));
//   const CoveredCustomer covered = TRY(cover_customer(facts));
//   covered.coverages(), facts.versions, facts.roster ...       // utilization/summary.h takes these
//
// A reservation's versions come from its revisions: each that changes units, size, scope, flexibility or life ends one version and begins
// the next. A part of a split or a merge begins where its sources end. What is not a virtual machine is left out. A what-if changes
// facts.versions and covers again. Utilization rules section 4.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/usage_months.h"
#include "utilization/coverage.h"
#include "utilization/estimate.h"
#include "utilization/plan.h"
#include "utilization/reservations.h"
#include "utilization/usage.h"
#include "utilization/weights.h"

namespace prorata {

struct UsageAsk {
  CustomerId customer;
  utilization::HourSpan span;  // empty: all months of which there is usage
  utilization::Estimate estimate = utilization::Estimate::optimistic;
  utilization::Spill spill = utilization::Spill::go_on;
};

// Where usage is known. `watermark` is the first hour of which nothing is.
struct UsageKnown {
  std::optional<utilization::Hour> first;
  std::optional<utilization::Hour> watermark;
  std::vector<Day> gaps;       // days between the two without any usage
  std::vector<Day> estimated;  // days with usage that is known by the day only
};

struct UsageFacts {
  Customer customer;
  utilization::HourSpan span;    // what was asked for, as far as usage is known: what is covered
  utilization::HourSpan window;  // of the rows: the whole days around what was asked for
  utilization::Roster roster;    // who used, in usage order

  // Rows by resource, then by hour: usage() is a view of them.
  std::vector<std::uint32_t> resource;
  std::vector<std::uint16_t> hour;  // from window.from
  std::vector<std::uint32_t> quantity;

  UsageKnown known;  // within the window
  std::int64_t flexible_only = 0;

  std::vector<Reservation> reservations;                  // as they are today, by id; those of machines
  std::vector<utilization::ReservationVersion> versions;  // id: the reservation's; those active in the span
  std::shared_ptr<const utilization::Ratios> ratios;
  utilization::Spill spill = utilization::Spill::go_on;
  std::string revision;  // names these facts: the same facts, the same text; 32 hexadecimal digits

  utilization::UsageRows usage() const;
  std::vector<utilization::RatioPeriod> periods() const { return ratios->periods(span); }
};

// What several customers have in common, read once.
class UsageFactsCache {
 public:
  Result<std::shared_ptr<const utilization::Ratios>> ratios(Snapshot& snapshot);
  std::string ratios_revision(utilization::HourSpan span) const;  // of those that count in the span; requires ratios() before

 private:
  std::vector<FlexibilityRatio> rows_;
  std::shared_ptr<const utilization::Ratios> ratios_;
};

// Errors: not_found for a customer that is not here; invalid_argument where the app has no usage files (it says how to name the folder);
// storage_corrupt, naming the usage file; invalid_data where versions of one reservation overlap.
Result<UsageFacts> load_usage_facts(App& app, Snapshot& snapshot, const UsageAsk& ask);
Result<UsageFacts> load_usage_facts(App& app, Snapshot& snapshot, const UsageAsk& ask, UsageFactsCache& cache);

// The revision of the facts without loading usage: what a result is compared with before anything is computed.
Result<std::string> usage_revision(App& app, Snapshot& snapshot, const UsageAsk& ask, UsageFactsCache& cache);

// The customer's reservations of machines, by id.
Result<std::vector<Reservation>> machine_reservations(Snapshot& snapshot, const CustomerId& customer);

// The versions of one reservation, oldest first. `revisions` in any order; none: it has always been as it is.
std::vector<utilization::ReservationVersion> versions_of(const Customer& customer, const Reservation& reservation,
                                                         std::vector<Revision> revisions);
// Usage that the scope may cover, with the customer's hierarchy.
utilization::CoverScope cover_scope(const Customer& customer, const Scope& scope);

// The engine's answer, one coverage a ratio period.
struct CoveredPeriod {
  utilization::HourSpan span;
  utilization::Plan plan;
  utilization::Coverage coverage;
};
struct CoveredCustomer {
  std::vector<CoveredPeriod> periods;
  std::vector<const utilization::Coverage*> coverages() const;  // in order, for utilization/summary.h
};
// Errors: those of Plan::make and cover(). The facts' spill holds, whatever the options say.
Result<CoveredCustomer> cover_customer(const UsageFacts& facts, utilization::CoverOptions options = {});

// The usage files of the app. Errors: invalid_argument where it has none, saying how to name the folder.
Result<UsageFiles*> usage_files_of(App& app);

}  // namespace prorata
