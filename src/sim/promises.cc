#include "sim/promises.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/refund_facts.h"
#include "app/settle.h"
#include "books/customer_price.h"

namespace prorata::sim {
namespace {

std::unexpected<Error> broken(std::string what) { return fail(Code::internal, "a promise is broken: " + std::move(what)); }

bool living(const Reservation& r) { return is_active(r) || r.state == ProvisioningState::pending; }
bool succeeded(const Schedule& schedule, std::size_t i) { return schedule.payments[i].status == PaymentStatus::succeeded; }

// A reservation that came out of others was paid for by them.
bool inherited(const Reservation& r) { return r.lineage.split_source || !r.lineage.merge_sources.empty(); }

std::int64_t metered(const ReturnRecord& r, policy::Meter meter) {
  return meter == policy::Meter::refund ? r.pricing_refund.minor : r.pricing_cancelled.minor;
}

Result<void> check_figures(const ReturnRecord& r) {
  const auto in_order = [](std::initializer_list<Money> amounts) {
    return std::ranges::is_sorted(amounts, {}, &Money::minor) && !amounts.begin()->is_negative();
  };
  const Money nothing = Money::zero(r.refund.currency);
  if (!in_order({nothing, r.refund, r.credit, r.paid})) return broken(fmt::format("return {} refunds more than was paid", r.id.text()));
  if (r.refund + r.fee + r.forfeited != r.credit)
    return broken(fmt::format("return {}: refund, fee and what is forfeited are not the credit", r.id.text()));
  if (!in_order({nothing, r.handling, r.customer_credit}))
    return broken(fmt::format("return {} charges the customer more than its credit", r.id.text()));
  return {};
}

}  // namespace

Result<std::vector<Reservation>> all_reservations(Snapshot& snapshot) {
  std::vector<Reservation> all = TRY(snapshot.reservations({.limit = 1'000'000})).items;
  std::ranges::sort(all, {}, &Reservation::id);
  return all;
}

void Promises::post(const CustomerId& customer, Money amount, ledger::Account debit, ledger::Account credit) {
  const std::string currency(amount.currency.code());
  books_[{customer.text(), currency, std::string(to_string(debit))}] += amount.minor;
  books_[{customer.text(), currency, std::string(to_string(credit))}] -= amount.minor;
}

// Every payment that has succeeded in `after` and had not in `before`.
void Promises::charge(const Reservation& before, const Reservation& after) {
  for (std::size_t i = 0; i < after.schedule.payments.size(); ++i) {
    if (!succeeded(after.schedule, i) || (before.price_known() && succeeded(before.schedule, i))) continue;
    const Money cost = after.schedule.payments[i].billing;
    const Money price = books::customer_part_of(after.schedule, after.customer_price.value_or(total_billing(after.schedule)), i);
    post(after.customer, cost, ledger::Account::customer_receivable, ledger::Account::provider_payable);
    post(after.customer, price - cost, ledger::Account::customer_receivable, ledger::Account::margin);
  }
}

void Promises::charge_changes(const std::vector<Reservation>& now, Day today) {
  for (const Reservation& r : now) {
    const auto before = std::ranges::lower_bound(reservations_, r.id, {}, &Reservation::id);
    const bool is_new = before == reservations_.end() || before->id != r.id;
    if (is_new && !inherited(r)) charge({}, r);
    if (!is_new && living(*before) && r.version != before->version) charge(*before, on_day(*before, today));
  }
}

void Promises::credit_received(const ReturnRecord& r, bool to_bank) {
  post(r.customer, r.refund, to_bank ? ledger::Account::bank : ledger::Account::provider_payable,
       ledger::Account::provider_credit_receivable);
}

Result<void> Promises::book_returns(Snapshot& snapshot, const std::vector<ReturnState>& now) {
  const Desk desk = TRY(load_desk(snapshot));
  std::map<ReturnId, bool> settled_before;
  for (const ReturnState& each : returns_) settled_before.emplace(each.returned.id, each.settlement.has_value());
  for (const auto& [r, settlement] : now) {
    const auto known = settled_before.find(r.id);
    if (known == settled_before.end()) {
      TRY(check_figures(r));
      post(r.customer, r.refund, ledger::Account::provider_credit_receivable, ledger::Account::margin);
      post(r.customer, r.customer_credit, ledger::Account::margin, ledger::Account::customer_credit_payable);
      post(r.customer, r.handling, ledger::Account::customer_credit_payable, ledger::Account::handling_income);
      const Governing governing = TRY(governing_pack(desk, packs_, day_of(r.at)));
      const policy::Meter meter = TRY(binding_meter(*governing.pack, governing.meter));
      if (governing.pack->id != r.policy) return broken(fmt::format("return {} went by {}", r.id.text(), r.policy));
      TRY(check_allowance(snapshot, r.customer, r.at, metered(r, meter), *governing.pack, meter));
    }
    const bool settled_now = settlement && (known == settled_before.end() || !known->second);
    if (!settled_now) continue;
    if (settlement->amount != owed_for(r)) return broken(fmt::format("return {} was settled with another amount", r.id.text()));
    post(r.customer, settlement->amount, ledger::Account::customer_credit_payable,
         settlement->method == "bank" ? ledger::Account::bank : ledger::Account::customer_receivable);
  }
  return {};
}

// Whoever adds to what counts leaves it within the limit. (A change of policy may find more used than the new meter allows; then
// nothing more is added.)
Result<void> Promises::check_allowance(Snapshot& snapshot, const CustomerId& customer, Instant now, std::int64_t added,
                                       const policy::Pack& pack, policy::Meter meter) const {
  if (added == 0) return {};
  const Instant since{now.ticks - std::int64_t{pack.allowance.window_days} * kTicksPerDay};
  std::int64_t used = 0;
  for (const ReturnRecord& r : TRY(snapshot.returns_since(customer, since)))
    if (r.counts) used += metered(r, meter);
  for (const Hold& hold : TRY(snapshot.holds_of(customer)))
    if (now < hold.expires) used += meter == policy::Meter::refund ? hold.refund.minor : hold.cancelled.minor;
  if (used <= pack.allowance.limit_minor) return {};
  return broken(fmt::format("customer {} has used and held {} of {} USD on the {} meter at {}", customer.text(),
                            to_string(Money{used, Currency::usd()}), to_string(Money{pack.allowance.limit_minor, Currency::usd()}),
                            to_string(meter), to_string(now)));
}

Result<void> Promises::check_holds(Snapshot& snapshot, Instant now) {
  const Desk desk = TRY(load_desk(snapshot));
  const Governing governing = TRY(governing_pack(desk, packs_, day_of(now)));
  const policy::Meter meter = TRY(binding_meter(*governing.pack, governing.meter));
  for (const Customer& customer : TRY(snapshot.customers({.limit = 1'000})).items) {
    for (const Hold& hold : TRY(snapshot.holds_of(customer.id))) {
      if (!holds_.insert(hold.id).second) continue;
      const std::int64_t added = meter == policy::Meter::refund ? hold.refund.minor : hold.cancelled.minor;
      TRY(check_allowance(snapshot, customer.id, now, added, *governing.pack, meter));
    }
  }
  return {};
}

Result<void> Promises::check_balances(Snapshot& snapshot) const {
  std::map<Account, std::int64_t> stored;
  for (const ledger::Balance& each : TRY(snapshot.balances(std::nullopt)))
    stored[{each.customer.text(), std::string(each.currency.code()), std::string(to_string(each.account))}] = each.amount_minor;
  std::map<Account, std::int64_t> expected = books_;
  std::erase_if(expected, [](const auto& each) { return each.second == 0; });
  for (const auto& [account, amount] : expected) {
    const auto found = stored.find(account);
    if (found == stored.end() || found->second != amount)
      return broken(fmt::format("{} of {} in {} is {}, expected {}", std::get<2>(account), std::get<0>(account), std::get<1>(account),
                                found == stored.end() ? 0 : found->second, amount));
  }
  if (stored.size() != expected.size()) return broken("an account has a balance that nothing explains");
  return {};
}

// What an order bought is still there or was returned.
Result<void> Promises::check_units(Snapshot& snapshot) const {
  std::map<OrderId, std::int64_t> units;
  for (const Reservation& r : reservations_) units[r.order] += living(r) || r.state == ProvisioningState::expired ? r.quantity : 0;
  for (const ReturnState& each : returns_) units[each.returned.order] += each.returned.quantity;
  for (const auto& [id, count] : units) {
    const std::optional<Order> order = TRY(snapshot.order(id));
    if (!order || order->original_quantity != count)
      return broken(fmt::format("order {} has {} units of {}", id.text(), count, order ? order->original_quantity : 0));
  }
  return {};
}

Result<void> Promises::hold_after_step(Snapshot& snapshot, Instant now) {
  std::vector<Reservation> reservations = TRY(all_reservations(snapshot));
  std::vector<ReturnState> returns = TRY(snapshot.returns(std::nullopt, false));
  charge_changes(reservations, day_of(now));
  TRY(book_returns(snapshot, returns));
  TRY(check_holds(snapshot, now));
  reservations_ = std::move(reservations);
  returns_ = std::move(returns);
  TRY(check_units(snapshot));
  return check_balances(snapshot);
}

}  // namespace prorata::sim
