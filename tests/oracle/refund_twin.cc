#include "oracle/refund_twin.h"

#include <algorithm>

namespace prorata::twin {
namespace {

int days_in(int year, int month) {
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (month == 2) return leap ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Half away from zero; nothing here is negative.
std::int64_t rounded(__int128 numerator, __int128 denominator) {
  const __int128 whole = numerator / denominator;
  const __int128 rest = numerator % denominator;
  return static_cast<std::int64_t>(rest * 2 >= denominator ? whole + 1 : whole);
}

std::vector<std::int64_t> instalments(std::int64_t price, int count) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(count), price / count);
  std::int64_t left_over = price - price / count * count;
  for (std::size_t i = 0; left_over > 0; ++i, --left_over) ++all[i];
  return all;
}

struct Side {
  std::int64_t paid = 0, consumed = 0, pro_rated = 0, credit = 0, fee = 0, refund = 0, remaining = 0, cancelled = 0;
};

struct Table {
  int fee_percent_later;
  bool clips;
  bool lower_price_counts;
  bool needs_request;
  std::vector<std::string> never;
};

Table table_of(const std::string& pack) {
  if (pack == "csp-2020") return {12, true, false, true, {}};
  if (pack == "azure-2022")
    return {0, false, true, false, {"Databricks", "SynapsePrePurchase", "RedHat", "RedHatOsa", "SuseLinux", "VMwareCloudSimple"}};
  return {0,
          false,
          true,
          false,
          {"RedHat", "RedHatOsa", "SuseLinux", "Databricks", "SynapsePrePurchase", "DefenderPrePurchase", "SentinelPrePurchase",
           "CopilotPrePurchase", "FabricPrePurchase"}};
}

struct Period {
  int days = 1;
  int left = 0;
  std::size_t current = 0;
};

Period period_of(const Facts& f, Date expiry) {
  if (!f.monthly) return {days_until(f.start, expiry), days_until(f.as_of, expiry), 0};
  Period period;
  for (int k = 0; k < f.years * 12; ++k)
    if (months_later(f.start, k) <= f.as_of) period.current = static_cast<std::size_t>(k);
  const int k = static_cast<int>(period.current);
  const Date from = months_later(f.start, k);
  const Date until = k + 1 < f.years * 12 ? months_later(f.start, k + 1) : expiry;
  period.days = days_until(from, until);
  period.left = days_until(f.as_of, until);
  return period;
}

// One run of section 3 in one currency.
Side run(const Facts& f, const Table& table, const Period& period, std::int64_t price, bool used, int elapsed) {
  Side s;
  const auto share = [&](std::int64_t x) { return rounded(static_cast<__int128>(x) * f.returned, f.quantity); };
  const std::vector<std::int64_t> parts = instalments(price, f.monthly ? f.years * 12 : 1);
  if (f.payments[period.current] == 'S') s.paid = share(parts[period.current]);
  if (f.monthly)
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (f.payments[i] == 'U' || f.payments[i] == 'F') s.remaining += share(parts[i]);
  s.consumed = rounded(static_cast<__int128>(s.paid) * (period.days - period.left), period.days);
  s.pro_rated = s.paid - s.consumed;
  s.credit = elapsed <= 5 && !used ? s.paid : s.pro_rated;
  if (table.lower_price_counts && f.price_of_a_unit_today) {
    const __int128 today = static_cast<__int128>(*f.price_of_a_unit_today) * f.quantity;  // against the price of all units, in billing
    if (today < f.price) s.credit = rounded(s.credit * today, f.price);
  }
  s.fee = elapsed > 5 ? rounded(static_cast<__int128>(s.credit) * table.fee_percent_later, 100) : 0;
  s.refund = s.credit - s.fee;
  s.cancelled = s.credit + s.remaining;
  return s;
}

void write(std::map<std::string, std::int64_t>& figures, const std::string& prefix, const Side& s) {
  figures[prefix + "paid"] = s.paid;
  figures[prefix + "consumed"] = s.consumed;
  figures[prefix + "pro_rated"] = s.pro_rated;
  figures[prefix + "credit"] = s.credit;
  figures[prefix + "fee"] = s.fee;
  figures[prefix + "refund"] = s.refund;
  figures[prefix + "remaining_commitment"] = s.remaining;
  figures[prefix + "cancelled_commitment"] = s.cancelled;
}

}  // namespace

Date tomorrow(Date date) {
  if (date.day < days_in(date.year, date.month)) return {date.year, date.month, date.day + 1};
  if (date.month < 12) return {date.year, date.month + 1, 1};
  return {date.year + 1, 1, 1};
}

Date yesterday(Date date) {
  if (date.day > 1) return {date.year, date.month, date.day - 1};
  if (date.month > 1) return {date.year, date.month - 1, days_in(date.year, date.month - 1)};
  return {date.year - 1, 12, 31};
}

Date months_later(Date date, int months) {
  for (; months > 0; --months) {
    ++date.month;
    if (date.month > 12) date = {date.year + 1, 1, date.day};
  }
  date.day = std::min(date.day, days_in(date.year, date.month));  // at the end, so that it never drifts
  return date;
}

int days_until(Date from, Date to) {
  int days = 0;
  for (; from < to; from = tomorrow(from)) ++days;
  for (; to < from; to = tomorrow(to)) --days;
  return days;
}

Answer decide(const Facts& f) {
  const Table table = table_of(f.pack);
  const Date expiry = months_later(f.start, f.years * 12);
  const int elapsed = days_until(f.start, f.as_of);
  const bool in_term = f.start <= f.as_of && f.as_of < expiry;
  const bool active = in_term && f.state != "Cancelled";
  const bool quantity_fits = 1 <= f.returned && f.returned <= f.quantity;

  Answer answer;
  const auto refuse = [&](bool when, const char* code) {
    if (when) answer.refusals.emplace_back(code);
  };
  refuse(!f.may_refund, "not_authorized");
  refuse(!f.csp_customer, "customer_offer_not_supported");
  refuse(!active, "reservation_not_active");
  refuse(f.state == "Pending", "operation_in_progress");
  refuse(!quantity_fits, "invalid_quantity");
  refuse(std::ranges::count(table.never, f.product) > 0, "product_not_refundable");
  refuse(f.moved_from_another_partner && !f.monthly, "transferred_upfront");
  refuse(table.needs_request && !f.request_approved, "support_request_required");

  auto& figures = answer.figures;
  const std::int64_t free = std::max<std::int64_t>(0, 5'000'000 - f.used_usd - f.held_usd);
  figures = {{"elapsed", elapsed}, {"free", free}, {"forfeited", 0}, {"metered", 0}, {"days", 0}, {"left", 0}};
  write(figures, "", {});
  write(figures, "usd.", {});
  if (!active || !quantity_fits) return answer;

  const Period period = period_of(f, expiry);
  figures["days"] = period.days;
  figures["left"] = period.left;
  bool used = f.usage == 1;
  if (f.usage == -1) {
    answer.warnings.emplace_back("usage_unknown");
    used = run(f, table, period, f.price, true, elapsed).refund <= run(f, table, period, f.price, false, elapsed).refund;
  }
  if (table.lower_price_counts && !f.price_of_a_unit_today) answer.warnings.emplace_back("current_price_unknown");
  answer.row = std::string(elapsed <= 5 ? "grace" : "later") + (used ? "_used" : "_unused");
  Side billing = run(f, table, period, f.price, used, elapsed);
  Side usd = run(f, table, period, f.price_usd, used, elapsed);

  const std::int64_t metered = f.meter == "refund" ? usd.refund : usd.cancelled;
  figures["metered"] = metered;
  if (metered > free && table.clips) {
    const std::int64_t kept = rounded(static_cast<__int128>(billing.refund) * free, usd.refund);
    figures["forfeited"] = billing.refund - kept;
    billing.refund = kept;
    usd.refund = free;
    answer.warnings.emplace_back("clipped");
  }
  refuse(metered > free && !table.clips, "refund_limit_exceeded");
  write(figures, "", billing);
  write(figures, "usd.", usd);
  return answer;
}

}  // namespace prorata::twin
