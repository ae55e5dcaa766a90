// The three packs as values, for tests of this room: the files in policies/ are read one room higher.
#pragma once

#include "policy/pack.h"

namespace prorata::policy {

inline std::vector<Row> sample_rows(Ratio fee_later) {
  return {{.name = "grace_unused", .elapsed_from = 0, .elapsed_until = 5, .used = false, .credit = Credit::full},
          {.name = "grace_used", .elapsed_from = 0, .elapsed_until = 5, .used = true},
          {.name = "later_unused", .elapsed_from = 6, .used = false, .fee_rate = fee_later},
          {.name = "later_used", .elapsed_from = 6, .used = true, .fee_rate = fee_later}};
}

inline Pack csp_2020() {
  return {.id = "csp-2020",
          .from = make_day(2020, 8, 6),
          .until = make_day(2021, 11, 17),
          .rows = sample_rows({12, 100}),
          .allowance = {.limit_minor = 5'000'000, .meters_allowed = {Meter::refund}, .over_limit = OverLimit::clip}};
}

inline Pack azure_2022() {
  return {.id = "azure-2022",
          .from = make_day(2021, 11, 18),
          .until = make_day(2026, 1, 14),
          .rows = sample_rows({0, 1}),
          .allowance = {.limit_minor = 5'000'000, .meters_allowed = {Meter::refund, Meter::cancelled_commitment}},
          .price_basis = PriceBasis::lower_of_purchase_and_current,
          .not_refundable = {"SuseLinux", "VMwareCloudSimple"},
          .channel = Channel::self_service};
}

inline Pack azure_2026() {
  return {.id = "azure-2026",
          .from = make_day(2026, 1, 15),
          .rows = sample_rows({0, 1}),
          .allowance = {.limit_minor = 5'000'000, .meter = Meter::cancelled_commitment, .meters_allowed = {Meter::cancelled_commitment}},
          .price_basis = PriceBasis::lower_of_purchase_and_current,
          .not_refundable = {"SuseLinux", "FabricPrePurchase"},
          .channel = Channel::self_service};
}

}  // namespace prorata::policy
