// Takes in what lists said: customers, orders, reservations, prices, ratios, rates. Idempotent: the same file again changes nothing,
// and a list older than what the desk knows never brings back what was returned here.
//
//   PortfolioImport import(app, {.customer = id, .as_of = day});
//   TRY(import.take(orders, reservations));            // as often as there are batches, in any order
//   ImportCounts counts = import.counts();
//
// Prices come from the order's schedule where a list gave one, else from the price list at the purchase date, else they stay
// unknown (a quote then says what to import). A schedule is shared among the order's living reservations by quantity.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "app/app.h"
#include "app/imported.h"

namespace prorata {

struct ImportSource {
  std::optional<CustomerId> customer;  // whose lists these are; absent: found by the subscription each reservation is billed to
  std::optional<Day> as_of;            // the day the lists were made; absent: today
  std::string name;                    // for the audit trail: the file
};

struct ImportCounts {
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::int64_t older = 0;  // than what the desk knows: left as it is
  std::int64_t refused = 0;
};

struct ImportRefusal {
  std::string subject;  // "reservation 9df3..."
  std::string reason;
};

class PortfolioImport {
 public:
  PortfolioImport(App& app, ImportSource source) : app_(app), source_(std::move(source)) {}

  // One commit. A record that cannot be taken is counted and kept in refusals(); the rest of the batch goes on. May be called by several
  // threads at once, with batches that have no order in common (app/import_lanes does it); the counts are read when all have returned.
  Result<void> take(std::span<const ImportedOrder> orders, std::span<const ImportedReservation> reservations);

  // After the last batch: commits the counts to the audit trail, and with that commit every batch before it is durable. After a failure of
  // power in mid-import the same list again brings what is missing.
  Result<void> finish();

  const ImportCounts& orders() const { return orders_; }
  const ImportCounts& reservations() const { return reservations_; }
  std::int64_t prices_unknown() const { return prices_unknown_; }
  const std::vector<ImportRefusal>& refusals() const { return refusals_; }  // the first thousand

 private:
  struct Batch;
  using PriceKey = std::tuple<std::string, std::string, int>;

  AuditNote note(Instant now) const;
  Result<Changes> merge(Snapshot& snapshot, std::span<const ImportedOrder> orders, std::span<const ImportedReservation> reservations,
                        Batch& batch);
  Result<CustomerId> owner_of(Batch& batch, const ImportedReservation& record);
  void merge_order(Batch& batch, const ImportedOrder& record);
  void merge_reservation(Batch& batch, const ImportedReservation& record);
  Result<void> price_batch(Snapshot& snapshot, Batch& batch);
  Result<Schedule> listed_schedule(Snapshot& snapshot, const Reservation& reservation, Currency currency);

  App& app_;
  ImportSource source_;
  ImportCounts orders_;
  ImportCounts reservations_;
  std::int64_t prices_unknown_ = 0;
  std::vector<ImportRefusal> refusals_;
  std::map<PriceKey, std::vector<PriceRow>> price_cache_;               // one entry a SKU, region and term: as large as the catalog at most
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();  // for the counts, the refusals and the cache
};

// Each is one commit a call; the same rows again are harmless.
Result<ImportCounts> import_customers(App& app, std::span<const Customer> customers, std::string source);
Result<void> import_prices(App& app, std::vector<PriceRow> rows, const std::string& source, std::vector<HourlyPrice> hourly = {});
Result<void> import_ratios(App& app, std::vector<FlexibilityRatio> rows, const std::string& source);
Result<void> import_rates(App& app, std::vector<ExchangeRate> rows, const std::string& source);

}  // namespace prorata
