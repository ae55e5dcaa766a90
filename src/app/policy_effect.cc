#include "app/policy_effect.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/refund_facts.h"

namespace prorata {
namespace {

constexpr std::size_t kPage = 500;
constexpr std::size_t kCustomersKept = 1'000;

struct Known {
  Customer customer;
  policy::AllowanceHistory history;
};

class Comparer {
 public:
  Comparer(App& app, Snapshot& snapshot, const policy::Pack& a, const policy::Pack& b, Moment moment)
      : app_(app), snapshot_(snapshot), a_(a), b_(b), moment_(std::move(moment)) {
    effect_.now = moment_.now;
  }

  Result<void> look_at(const Reservation& stored) {
    const Known& known = *TRY(known_customer(stored.customer));
    const Reservation r = on_day(stored, day_of(moment_.now));
    if (!is_active(r) || !allowed(app_, access::Right::quote, target_of(known.customer, r))) return {};
    ++effect_.looked_at;
    Result<policy::RefundCase> facts = fail(Code::not_found, "its price is not known");
    if (r.price_known()) facts = refund_case_of(snapshot_, cache_, known.customer, r, moment_.now);
    if (!facts && facts.error().code == Code::not_found) {
      ++effect_.unknown;
      return {};
    }
    const policy::RefundCase found = TRY(std::move(facts));
    const policy::RefundDecision under_a = TRY(decide(found, known, r, a_));
    const policy::RefundDecision under_b = TRY(decide(found, known, r, b_));
    add(known.customer.id, under_a, under_b);
    return {};
  }
  bool full() const { return effect_.looked_at >= kEffectLookedAtMax; }
  PolicyEffect take(bool complete) {
    effect_.complete = complete;
    effect_.customers = static_cast<std::int64_t>(touched_.size());
    std::ranges::sort(effect_.sums, {}, &EffectSum::currency);
    return std::move(effect_);
  }

 private:
  Result<const Known*> known_customer(const CustomerId& id) {
    const auto found = known_.find(id);
    if (found != known_.end()) return &found->second;
    if (known_.size() >= kCustomersKept) known_.clear();
    Known fresh{.customer = TRY(snapshot_.customer(id)).value_or(Customer{.id = id, .name = id.text()}),
                .history = TRY(load_allowance(snapshot_, id, moment_.now))};
    return &known_.emplace(id, std::move(fresh)).first->second;
  }

  // As an approved return of all its units, on the pack's own meter.
  Result<policy::RefundDecision> decide(const policy::RefundCase& facts, const Known& known, const Reservation& r,
                                        const policy::Pack& pack) const {
    const policy::Meter meter = pack.allowance.meter;
    return decide_refund(with_allowance(facts, known.history, moment_.now, pack, meter),
                         {.quantity = r.quantity, .as_of = moment_.now, .meter = meter, .channel_approved = true}, pack);
  }

  void add(const CustomerId& customer, const policy::RefundDecision& a, const policy::RefundDecision& b) {
    const std::int64_t under_a = a.refused() ? 0 : a.refund.minor;
    const std::int64_t under_b = b.refused() ? 0 : b.refund.minor;
    effect_.refused_now += !a.refused() && b.refused() ? 1 : 0;
    effect_.allowed_now += a.refused() && !b.refused() ? 1 : 0;
    if (under_a != under_b || a.refused() != b.refused()) {
      ++effect_.differ;
      touched_.insert(customer);
    }
    auto sum = std::ranges::find(effect_.sums, a.currency, &EffectSum::currency);
    if (sum == effect_.sums.end()) sum = effect_.sums.insert(sum, EffectSum{.currency = a.currency});
    ++sum->reservations;
    sum->under_a_minor += under_a;
    sum->under_b_minor += under_b;
  }

  App& app_;
  Snapshot& snapshot_;
  const policy::Pack& a_;
  const policy::Pack& b_;
  Moment moment_;
  FactsCache cache_;
  std::unordered_map<CustomerId, Known> known_;
  std::set<CustomerId> touched_;
  PolicyEffect effect_;
};

}  // namespace

Result<PolicyEffect> policy_effect(App& app, const PolicyEffectAsk& ask) {
  const policy::Pack* const a = TRY(app.packs.find(ask.a));
  const policy::Pack* const b = TRY(app.packs.find(ask.b));
  access::Target target = target_of_desk();
  ReservationQuery query{.state = ProvisioningState::succeeded, .limit = kPage};
  if (app.acting != nullptr) {
    target.customer = query.customer = app.acting->principal.customer;
    target.reseller = app.acting->principal.reseller;
  }
  TRY(authorize(app, access::Right::quote, target));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Comparer comparer(app, *snapshot, *a, *b, TRY(load_moment(app, *snapshot)));
  do {
    const Page<Reservation> page = TRY(snapshot->reservations(query));
    for (const Reservation& each : page.items) {
      if (comparer.full()) return comparer.take(false);
      TRY(comparer.look_at(each));
    }
    query.after = page.next;
  } while (!query.after.empty());
  return comparer.take(true);
}

}  // namespace prorata
