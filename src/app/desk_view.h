// The desk at a glance: what every living reservation would give back today under each pack, the allowance of each customer, and what
// expires soon.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/refund_facts.h"

namespace prorata {

struct DeskRow {
  std::string customer;
  Reservation reservation;  // as it stands today
  std::int64_t days_left = 0;
  std::vector<std::optional<policy::RefundDecision>> by_pack;  // in the order of DeskView::packs; empty where no price is known
};

struct DeskAllowance {
  std::string customer;
  policy::AllowanceState state;
};

struct DeskView {
  Desk desk;
  Instant now;
  std::vector<const policy::Pack*> packs;
  const policy::Pack* governing = nullptr;
  policy::Meter meter = policy::Meter::refund;
  std::vector<DeskRow> rows;              // by expiry, the first `limit`
  std::int64_t more = 0;                  // living reservations beyond them
  std::vector<DeskAllowance> allowances;  // of customers against whose allowance something stands
  Counts counts;
};

// The channel is taken as approved: the view shows what would be paid, not who may ask for it.
Result<DeskView> desk_view(App& app, std::size_t limit);

}  // namespace prorata
