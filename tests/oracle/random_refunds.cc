#include "oracle/random_refunds.h"

#include <fmt/format.h>

namespace prorata::twin {
namespace {

std::int64_t between(std::int64_t least, std::int64_t most) { return *rc::gen::inRange<std::int64_t>(least, most + 1); }
bool one_in(int n) { return between(1, n) == 1; }

Date random_start() {
  static constexpr Date kEnds[] = {{2023, 1, 31}, {2023, 3, 1}, {2024, 2, 29}, {2024, 1, 30}, {2023, 10, 31}, {2025, 12, 31}, {2099, 3, 1}};
  if (one_in(2)) return kEnds[static_cast<std::size_t>(between(0, std::size(kEnds) - 1))];
  return {static_cast<int>(between(2019, 2030)), static_cast<int>(between(1, 12)), static_cast<int>(between(1, 28))};
}

// Around the days on which something changes, and anywhere in the term.
Date random_moment(const Facts& f) {
  const Date expiry = months_later(f.start, f.years * 12);
  if (one_in(20)) return yesterday(f.start);
  if (one_in(20)) return expiry;
  if (one_in(10)) return yesterday(expiry);
  Date date = months_later(f.start, one_in(2) ? 0 : static_cast<int>(between(0, f.years * 12 - 1)));
  for (std::int64_t days = between(0, one_in(3) ? 40 : 7); days > 0; --days) date = tomorrow(date);
  return date;
}

std::string random_payments(const Facts& f) {
  std::string letters;
  const int count = f.monthly ? f.years * 12 : 1;
  for (int k = 0; k < count; ++k) letters += months_later(f.start, k) <= f.as_of ? 'S' : 'U';
  if (one_in(3)) letters[static_cast<std::size_t>(between(0, count - 1))] = "SUFC"[static_cast<std::size_t>(between(0, 3))];
  if (one_in(6)) letters.replace(static_cast<std::size_t>(between(0, count - 1)), std::string::npos, 1, 'U');
  letters.resize(static_cast<std::size_t>(count), 'U');
  return letters;
}

Day day(Date date) { return make_day(date.year, static_cast<unsigned>(date.month), static_cast<unsigned>(date.day)); }

PaymentStatus status_of(char letter) {
  switch (letter) {
    case 'S': return PaymentStatus::succeeded;
    case 'U': return PaymentStatus::scheduled;
    case 'F': return PaymentStatus::failed;
    default: return PaymentStatus::cancelled;
  }
}

}  // namespace

Facts random_facts() {
  Facts f;
  f.start = random_start();
  f.years = *rc::gen::element(1, 1, 3, 5);
  f.monthly = one_in(2);
  f.quantity = one_in(3) ? between(1, 1'000'000) : between(1, 12);
  f.returned = one_in(12) ? *rc::gen::element<std::int64_t>(-1, 0, f.quantity + 1) : between(1, f.quantity);
  f.price = one_in(4) ? between(0, 60) : one_in(4) ? between(0, 1'000'000'000'000) : between(0, 9'000'000);
  f.price_usd = one_in(4) ? f.price : one_in(4) ? between(0, 60) : between(0, 20'000'000);
  f.as_of = random_moment(f);
  f.usage = static_cast<int>(between(-1, 1));
  f.payments = random_payments(f);
  if (one_in(2)) f.price_of_a_unit_today = between(0, f.price / f.quantity + 2);
  f.product = *rc::gen::element<std::string>("VirtualMachines", "VirtualMachines", "SuseLinux", "VMwareCloudSimple", "FabricPrePurchase");
  f.state = *rc::gen::element<std::string>("Succeeded", "Succeeded", "Succeeded", "Succeeded", "Pending", "Cancelled");
  f.csp_customer = !one_in(10);
  f.may_refund = !one_in(10);
  f.moved_from_another_partner = one_in(10);
  f.request_approved = !one_in(4);
  f.used_usd = one_in(2) ? 0 : between(0, 5'100'000);
  f.held_usd = one_in(2) ? 0 : between(0, 1'000'000);
  return f;
}

Asked as_asked(const Facts& f) {
  const Currency currency = *Currency::parse("SEK");
  const BillingPlan plan = f.monthly ? BillingPlan::monthly : BillingPlan::upfront;
  Asked asked{.facts = {.start = day(f.start),
                        .term = Term{f.years},
                        .plan = plan,
                        .quantity = f.quantity,
                        .product = f.product,
                        .usage = f.usage == 1   ? Usage::used
                                 : f.usage == 0 ? Usage::unused
                                                : Usage::unknown,
                        .offer = f.csp_customer ? OfferType::csp : OfferType::pay_as_you_go,
                        .authorized = f.may_refund,
                        .active = f.state == "Succeeded",
                        .operation_in_progress = f.state == "Pending",
                        .transferred_in = f.moved_from_another_partner,
                        .allowance_used = f.used_usd,
                        .allowance_held = f.held_usd},
              .request = {.quantity = f.returned,
                          .as_of = add_seconds(start_of(day(f.as_of)), 86'399),
                          .meter = *parse_word<policy::Meter>(f.meter, "a meter"),
                          .channel_approved = f.request_approved}};
  asked.facts.schedule = make_schedule(plan, Term{f.years}, day(f.start), {f.price, currency}, Money{f.price_usd, Currency::usd()});
  for (std::size_t i = 0; i < f.payments.size(); ++i) asked.facts.schedule.payments[i].status = status_of(f.payments[i]);
  if (f.price_of_a_unit_today) asked.facts.current_unit_price = Money{*f.price_of_a_unit_today, currency};
  return asked;
}

std::string in_words(const Facts& f) {
  const auto date = [](Date d) { return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day); };
  return fmt::format(
      "{} ({}), {} year(s), {}, {} of {} units, {} / {} USD, from {} on {}, usage {}, payments {}, unit price today {}, {}, {}, used {} "
      "held {}",
      f.pack, f.meter, f.years, f.monthly ? "monthly" : "upfront", f.returned, f.quantity, f.price, f.price_usd, date(f.start),
      date(f.as_of), f.usage, f.payments, f.price_of_a_unit_today.value_or(-1), f.product, f.state, f.used_usd, f.held_usd);
}

}  // namespace prorata::twin
