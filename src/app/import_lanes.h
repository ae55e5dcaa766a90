// Takes the batches of a large import side by side: while the store writes one, the next is decided. Batches that have an order in common
// go one after the other, so the last word on a reservation is the one that came last.
//
//   PortfolioImport portfolio(app, source);
//   ImportLanes lanes(portfolio);
//   TRY(lanes.take(orders, reservations));      // as often as there are batches
//   TRY(lanes.finish());                        // now the counts of `portfolio` are those of all of them
#pragma once

#include <deque>
#include <future>
#include <unordered_set>
#include <vector>

#include "app/import_portfolio.h"

namespace prorata {

class ImportLanes {
 public:
  explicit ImportLanes(PortfolioImport& portfolio) : portfolio_(portfolio) {}
  ~ImportLanes() = default;  // waits for what is on its way
  ImportLanes(const ImportLanes&) = delete;
  ImportLanes& operator=(const ImportLanes&) = delete;

  // Errors: those of PortfolioImport::take, of this batch or of one before it.
  Result<void> take(std::vector<ImportedOrder> orders, std::vector<ImportedReservation> reservations);
  Result<void> finish();  // waits for all of them, and makes them durable

 private:
  struct Batch {
    std::vector<ImportedOrder> orders;
    std::vector<ImportedReservation> reservations;
    std::unordered_set<OrderId> touched;
    std::future<Result<void>> done;
  };
  bool shares_an_order(const Batch& batch) const;
  Result<void> land_oldest();

  PortfolioImport& portfolio_;
  std::deque<Batch> on_their_way_;  // oldest first; the tasks refer to their batches, which a deque leaves in place
};

}  // namespace prorata
