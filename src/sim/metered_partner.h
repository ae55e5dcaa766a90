// A made-up partner whose customers' machines are metered by the hour: a month of usage and the reservations that should cover it.
//
//   const MeteredPartner partner = make_metered_partner({.seed = 42, .rows = 1'000'000});
//   const utilization::UsageRows rows = partner.rows_of(0);
//
// Believable: a few large customers and many small ones, machines that are always on, on in office hours, or now and then, scale sets,
// hours that are begun or ended in the middle; 64 of 100 machine hours are on. The same seed makes the same partner on every machine.
#pragma once

#include <cstdint>
#include <vector>

#include "catalog/catalog.h"
#include "utilization/reservations.h"
#include "utilization/usage.h"
#include "utilization/weights.h"

namespace prorata::sim {

struct MeteredPartnerWanted {
  std::uint64_t seed = 1;
  std::size_t rows = 1'000'000;  // about
  bool management_groups = true;
};

struct MeteredCustomer {
  utilization::Roster roster;
  std::vector<utilization::ReservationVersion> versions;
  std::size_t rows_from = 0;  // into the partner's columns
  std::size_t rows_until = 0;
};

struct MeteredPartner {
  utilization::HourSpan window;
  std::vector<FlexibilityRatio> ratios;
  utilization::RatioTable table;
  std::vector<MeteredCustomer> customers;
  // The rows of all customers, one customer after the other, in order of their resources, then of hours.
  std::vector<std::uint32_t> resource;
  std::vector<std::uint16_t> hour;
  std::vector<std::uint32_t> quantity;

  utilization::UsageRows rows_of(std::size_t customer) const;
};

MeteredPartner make_metered_partner(const MeteredPartnerWanted& wanted);

}  // namespace prorata::sim
