// A slow, obvious twin of the refund rules, written from their text alone (sections 1 to 5): its own calendar, its own rounding, its own
// packs, one naive pass. It shares no function with src/ and is only ever compared with it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace prorata::twin {

struct Date {
  int year = 2000;
  int month = 1;
  int day = 1;
  friend auto operator<=>(const Date&, const Date&) = default;
};

Date tomorrow(Date date);
Date yesterday(Date date);
Date months_later(Date date, int months);
int days_until(Date from, Date to);  // counted on the fingers

struct Facts {
  Date start;
  int years = 1;
  bool monthly = false;
  std::int64_t quantity = 1;
  std::int64_t returned = 1;
  std::int64_t price = 0;      // lifetime, all units, billing, minor units
  std::int64_t price_usd = 0;  // the same in USD
  Date as_of;
  int usage = 0;         // 1 used, 0 unused, -1 unknown
  std::string payments;  // one letter a payment: S succeeded, U scheduled, F failed, C cancelled
  std::optional<std::int64_t> price_of_a_unit_today;
  std::string product;
  std::string state = "Succeeded";  // or Pending (an operation holds it), or Cancelled
  bool csp_customer = true;
  bool may_refund = true;
  bool moved_from_another_partner = false;
  bool request_approved = true;
  std::int64_t used_usd = 0;
  std::int64_t held_usd = 0;
  std::string pack;
  std::string meter;
};

struct Answer {
  std::string row;
  std::map<std::string, std::int64_t> figures;  // "elapsed", "paid", "usd.paid", ...
  std::vector<std::string> refusals;
  std::vector<std::string> warnings;
  friend bool operator==(const Answer&, const Answer&) = default;
};

Answer decide(const Facts& facts);

}  // namespace prorata::twin
