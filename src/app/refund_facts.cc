#include "app/refund_facts.h"

#include <fmt/format.h>

#include "app/shared.h"

namespace prorata {
namespace {

constexpr std::int32_t kLongestWindowDays = 365 * 5;

// The newest price of one unit in the currency it was bought in; absent where no list has one.
std::optional<Money> current_unit_price(const std::vector<PriceRow>& rows, Currency currency, Day today) {
  std::vector<PriceRow> in_currency;
  for (const PriceRow& row : rows)
    if (row.price.currency == currency) in_currency.push_back(row);
  const PriceRow* row = price_on(in_currency, today);
  return row == nullptr ? std::nullopt : std::optional(row->price);
}

// Every payment with both amounts: one without a pricing amount is converted at its own day.
Result<Schedule> with_pricing(Schedule schedule, Snapshot& snapshot, FactsCache& cache) {
  for (Payment& payment : schedule.payments) {
    if (payment.pricing) continue;
    const std::vector<ExchangeRate>& rates = *TRY(cache.rates(snapshot));
    payment.pricing = TRY(convert(payment.billing, Currency::usd(), rates, payment.due));
  }
  return schedule;
}

}  // namespace

Result<const std::vector<ExchangeRate>*> FactsCache::rates(Snapshot& snapshot) {
  if (!rates_) rates_ = TRY(snapshot.rates());
  return &*rates_;
}

Result<const std::vector<PriceRow>*> FactsCache::prices(Snapshot& snapshot, const Reservation& r) {
  const std::tuple key{sku_key(r.sku), region_key(r.region), r.term.years};
  auto found = prices_.find(key);
  if (found == prices_.end()) found = prices_.emplace(key, TRY(snapshot.prices(r.sku, r.region, r.term))).first;
  return &found->second;
}

Result<policy::RefundCase> refund_case_of(Snapshot& snapshot, FactsCache& cache, const Customer& customer, const Reservation& r,
                                          Instant now) {
  policy::RefundCase facts{.start = day_of(r.benefit_start),
                           .term = r.term,
                           .expiry = day_of(r.expiry),
                           .plan = r.plan,
                           .quantity = r.quantity,
                           .product = r.product,
                           .usage = r.usage,
                           .offer = customer.offer,
                           .active = is_active(r),
                           .operation_in_progress = r.state == ProvisioningState::pending,
                           .transferred_in = r.transferred_in};
  facts.schedule = TRY(with_pricing(r.schedule, snapshot, cache));
  if (r.price_known()) {
    const std::vector<PriceRow>& rows = *TRY(cache.prices(snapshot, r));
    facts.current_unit_price = current_unit_price(rows, r.schedule.payments.front().billing.currency, day_of(now));
  }
  return facts;
}

Result<policy::AllowanceHistory> load_allowance(Snapshot& snapshot, const CustomerId& customer, Instant now,
                                                const std::optional<HoldId>& own_hold) {
  policy::AllowanceHistory history;
  const Instant since{now.ticks - kLongestWindowDays * kTicksPerDay};
  for (const ReturnRecord& record : TRY(snapshot.returns_since(customer, since)))
    if (record.counts) history.returns.push_back({record.at, {record.pricing_refund.minor, record.pricing_cancelled.minor}});
  for (const Hold& hold : TRY(snapshot.holds_of(customer)))
    if (hold.state == HoldState::held && hold.id != own_hold)
      history.holds.push_back({hold.expires, {hold.refund.minor, hold.cancelled.minor}});
  return history;
}

policy::RefundCase with_allowance(policy::RefundCase refund_case, const policy::AllowanceHistory& history, Instant at,
                                  const policy::Pack& pack, policy::Meter meter) {
  const policy::AllowanceState state = allowance_at(history, at, pack.allowance.window_days);
  refund_case.allowance_used = state.used.on(meter);
  refund_case.allowance_held = state.held.on(meter);
  return refund_case;
}

Result<policy::Meter> binding_meter(const policy::Pack& pack, const std::string& chosen) {
  if (chosen.empty()) return pack.allowance.meter;
  const policy::Meter meter = TRY(parse_word<policy::Meter>(chosen, "a meter"));
  if (!pack.allows(meter)) return fail(Code::invalid_argument, fmt::format("policy {} does not let the meter be '{}'", pack.id, chosen));
  return meter;
}

Result<RefundFacts> load_refund_facts(App& app, Snapshot& snapshot, const ReservationId& id, const std::optional<HoldId>& own_hold) {
  TRY(snapshot.expect_refund(id));
  Moment moment = TRY(load_moment(app, snapshot));
  RefundFacts facts{.stored = TRY(load_reservation(snapshot, id)), .desk = std::move(moment.desk), .now = moment.now};
  facts.customer = TRY(load_customer_of(snapshot, facts.stored));
  facts.reservation = on_day(facts.stored, day_of(moment.now));
  FactsCache cache;
  facts.refund_case = TRY(refund_case_of(snapshot, cache, facts.customer, facts.reservation, facts.now));
  facts.history = TRY(load_allowance(snapshot, facts.customer.id, facts.now, own_hold));
  return facts;
}

}  // namespace prorata
