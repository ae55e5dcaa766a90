#include "app/import_lanes.h"

#include <algorithm>

namespace prorata {
namespace {

constexpr std::size_t kLanes = 2;  // one that the store writes, one that is decided

}  // namespace

bool ImportLanes::shares_an_order(const Batch& batch) const {
  const auto touched_before = [&](const OrderId& id) {
    return std::ranges::any_of(on_their_way_, [&](const Batch& before) { return before.touched.contains(id); });
  };
  return std::ranges::any_of(batch.touched, touched_before);
}

Result<void> ImportLanes::land_oldest() {
  const Result<void> done = on_their_way_.front().done.get();
  on_their_way_.pop_front();
  return done;
}

Result<void> ImportLanes::take(std::vector<ImportedOrder> orders, std::vector<ImportedReservation> reservations) {
  Batch batch{.orders = std::move(orders), .reservations = std::move(reservations)};
  for (const ImportedOrder& each : batch.orders) batch.touched.insert(each.id);
  for (const ImportedReservation& each : batch.reservations) batch.touched.insert(each.order);
  while (on_their_way_.size() >= kLanes || shares_an_order(batch)) TRY(land_oldest());
  Batch& started = on_their_way_.emplace_back(std::move(batch));
  started.done = std::async(std::launch::async, [this, &started] { return portfolio_.take(started.orders, started.reservations); });
  return {};
}

Result<void> ImportLanes::finish() {
  while (!on_their_way_.empty()) TRY(land_oldest());
  return portfolio_.finish();
}

}  // namespace prorata
