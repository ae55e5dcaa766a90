// Advice and brute force over the same random customers: every quantity that could be bought is put to the slow twin of the engine
// (coverage_twin.h), priced machine by machine, and the cheapest must be what is advised, to the unit and to the cent. Every hour that is
// explained is the twin's hour, and hours add up to the figures of the advice. PRORATA_SEED replays a run.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "advice/buy.h"
#include "advice/explain.h"
#include "advice/what_if.h"
#include "oracle/coverage_twin.h"
#include "oracle/random_usage.h"

namespace prorata::twin {
namespace {

using namespace utilization;

constexpr int kContexts = 400;

std::uint64_t seed() {
  const char* set = std::getenv("PRORATA_SEED");
  const std::uint64_t value = set != nullptr && *set != '\0' ? std::strtoull(set, nullptr, 10) : std::random_device{}();
  std::cout << "PRORATA_SEED=" << value << " replays this\n";
  return value;
}

struct Customer {
  Context context;
  AskedUsage asked;
  std::vector<RatioPeriod> periods;
  std::map<std::string, std::int64_t> hour_nano;  // by size, the same in every region
  std::map<std::string, std::int64_t> lifetime;   // minor
  advice::History history() const {
    return {.roster = &asked.roster,
            .usage = asked.rows(),
            .versions = asked.versions,
            .periods = periods,
            .spill = context.spill ? Spill::go_on : Spill::stop};
  }
  advice::Prices prices() const {
    std::vector<HourlyPrice> hourly;
    std::vector<PriceRow> terms;
    for (const std::string region : {"region1", "region2"}) {
      for (const auto& [size, nano] : hour_nano) hourly.push_back({size, region, Day{0}, Currency::usd(), nano});
      for (const auto& [size, minor] : lifetime) terms.push_back({"", size, region, Term{1}, Day{0}, {minor, Currency::usd()}});
    }
    return advice::Prices::make(Currency::usd(), hourly, terms, Day{20'000});
  }
};

// Few enough units that every quantity can be tried.
bool is_small(const Context& context) {
  for (const MeteredRow& row : context.rows)
    if (row.quantity > 2'000'000) return false;
  return context.rows.size() < 600;
}

std::unique_ptr<Customer> random_customer(sim::Chance& chance) {
  auto customer = std::make_unique<Customer>();
  do customer->context = random_context(chance);
  while (!is_small(customer->context));
  customer->context.spill = true;
  customer->asked = as_asked(customer->context, RowOrder::by_resource);
  customer->periods = {{customer->asked.span, &customer->asked.table}};
  for (const char* size : {"a1", "a2", "a9", "b1", "b5", "unknown"}) {
    customer->hour_nano[size] = chance.between(1, 40) * 10'000'000;
    // About as dear as some share of a year of hours, so that either answer comes up.
    customer->lifetime[size] = customer->hour_nano[size] / 10'000'000 * 8'760 * chance.between(0, 120) / 100;
  }
  return customer;
}

using LeftOfSizes = std::map<std::string, std::int64_t>;
LeftOfSizes left_in(const Context& context, const std::string& region, const std::string& group) {
  LeftOfSizes left;
  for (const auto& [key, nu] : allocate(context).left) {
    const auto& [id, size, where] = key.first;
    const auto known = context.sizes.find(size);
    const std::string its = known == context.sizes.end() ? size : known->second.group;
    if (where == region && its == group) left[size] += nu;
  }
  return left;
}

std::int64_t rounded(__int128 part, __int128 over) { return static_cast<std::int64_t>((2 * part + over) / (2 * over)); }
std::int64_t weight_of(const Context& context, const std::string& size) {
  const auto known = context.sizes.find(size);
  return known == context.sizes.end() ? 1 : known->second.weight;
}
std::int64_t price_of(const Customer& customer, const LeftOfSizes& left) {
  std::int64_t cents = 0;
  for (const auto& [size, nu] : left)
    cents += rounded(static_cast<__int128>(nu) * customer.hour_nano.at(size),
                     static_cast<__int128>(weight_of(customer.context, size)) * 1'000'000 * 10'000'000);
  return cents;
}

// What the whole pool costs with so many units more.
std::int64_t cost_by_twin(const Customer& customer, const advice::PoolOffer& offer, std::int64_t quantity) {
  Context more = customer.context;
  if (quantity > 0)
    more.versions.push_back({.id = "zz",
                             .region = offer.region,
                             .size = offer.size,
                             .quantity = quantity,
                             .start_second = 3600 * more.from_hour,
                             .end_second = 3600 * more.until_hour + 10L * 365 * 86'400});
  const std::int64_t hours = more.until_hour - more.from_hour;
  return rounded(static_cast<__int128>(customer.lifetime.at(offer.size)) * quantity * hours, 8'760) +
         price_of(customer, left_in(more, offer.region, offer.group));
}

std::string difference_to_brute_force(const Customer& customer, std::int64_t& bought) {
  const advice::Prices prices = customer.prices();
  const auto advised = advise_buying(customer.history(), prices, {.term = Term{1}});
  if (!advised) return advised.error().message;
  for (const advice::BuyAdvice& each : *advised) {
    if (!each.missing.empty()) return each.missing.front();
    std::int64_t best = 0;
    std::int64_t least = cost_by_twin(customer, each.offer, 0);
    if (each.cost.before.minor != least) return "the cost before differs";
    for (std::int64_t quantity = 1; quantity <= each.quantity_most + 1; ++quantity) {
      const std::int64_t cost = cost_by_twin(customer, each.offer, quantity);
      if (cost < least) least = cost, best = quantity;
    }
    if (each.quantity != best) return "brute force buys " + std::to_string(best) + ", advice " + std::to_string(each.quantity);
    bought += each.quantity > 0 ? 1 : 0;
    if (each.cost.cost().minor != least) return "the cost differs";
    if (each.cost.saving().minor < 0) return "a purchase that costs more";
  }
  return {};
}

TEST(AdviceTwin, BuyingIsAsCheapAsTheBestOfEveryQuantity) {
  const std::uint64_t first = seed();
  std::int64_t bought = 0;
  for (std::uint64_t i = 0; i < kContexts; ++i) {
    sim::Chance chance(first + i);
    const std::unique_ptr<Customer> customer = random_customer(chance);
    const std::string found = difference_to_brute_force(*customer, bought);
    ASSERT_TRUE(found.empty()) << found << "; PRORATA_SEED=" << first + i << " meets it at once";
  }
  EXPECT_GT(bought, kContexts / 10) << "chance must not make everything not worth buying";
}

// Where the explained hours of one pool add up to the uncovered units of the advice, size by size.
std::string difference_to_hours(const Customer& customer) {
  const advice::History history = customer.history();
  const Cells twin = allocate(customer.context);
  const auto advised = advise_buying(history, customer.prices(), {.term = Term{1}});
  if (!advised) return advised.error().message;
  for (std::size_t v = 0; v < customer.asked.versions.size(); ++v) {
    const ReservationVersion& version = customer.asked.versions[v];
    std::map<std::string, std::int64_t> left;
    std::string region, group;
    for (Hour hour = history.span().from; hour < history.span().until; hour = add_hours(hour, 1)) {
      const auto told = explain_hour(history, version.id, hour);
      if (!told) return told.error().message;
      const bool same_pool = region.empty() || (told->region == region && told->group == group);
      if (!same_pool) return {};  // its versions are of several pools
      region = told->region, group = told->group;
      std::map<std::string, std::int64_t> taken;
      for (const advice::MachineExplained& machine : told->machines) {
        std::int64_t sum = machine.left;
        for (const advice::Offered& offered : machine.offered) {
          sum += offered.taken;
          taken[offered.reservation] += offered.taken;
          if (offered.taken > 0 && offered.standing != advice::Standing::eligible) return "who is not eligible took";
        }
        if (sum != machine.need) return "need is not taken and left";
        const ResourceName name{machine.identity.resource_id, machine.identity.size, machine.identity.region};
        const auto twins = twin.left.find({name, hour.since_epoch});
        if (machine.left != (twins == twin.left.end() ? 0 : twins->second)) return "what is left differs";
        left[machine.identity.size] += machine.left;
      }
      for (const advice::ReservationExplained& each : told->reservations) {
        if (each.used != taken[each.reservation]) return "used is not what machines were given";
        if (each.unused() < 0) return "more than there is";
      }
      if (told->need() != told->taken() + told->left()) return "the hour does not add up";
    }
    std::erase_if(left, [](const auto& each) { return each.second == 0; });
    std::map<std::string, std::int64_t> of_advice;
    for (const advice::BuyAdvice& each : *advised)
      if (each.offer.region == region && each.offer.group == group)
        for (const advice::BuyPart& part : each.cost.parts) of_advice[part.size] += part.nu_before;
    if (left != of_advice) return "the hours of " + version.id + " do not add up to the advice";
  }
  return {};
}

TEST(AdviceTwin, ExplainedHoursAreTheTwinsAndAddUpToTheAdvice) {
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < kContexts / 4; ++i) {
    sim::Chance chance(first + i);
    const std::unique_ptr<Customer> customer = random_customer(chance);
    const std::string found = difference_to_hours(*customer);
    ASSERT_TRUE(found.empty()) << found << "; PRORATA_SEED=" << first + i << " meets it at once";
  }
}

// Used of one version in the twin, all hours together.
std::int64_t used_by_twin(const Context& context, std::size_t version) {
  std::int64_t sum = 0;
  for (const auto& [key, nu] : allocate(context).used)
    if (key.first == version) sum += nu;
  return sum;
}
std::map<std::pair<std::string, std::string>, std::int64_t> all_left(const Context& context) {
  std::map<std::pair<std::string, std::string>, std::int64_t> left;  // by region and size
  for (const auto& [key, nu] : allocate(context).left) left[{std::get<2>(key.first), std::get<1>(key.first)}] += nu;
  return left;
}

// The twin is told the change and must leave as much as the advice says.
std::string difference_to_what_if(const Customer& customer, std::size_t& rescoped_seen, std::size_t& returned_seen) {
  const advice::History history = customer.history();
  const advice::Prices prices = customer.prices();
  const auto rescoped = advise_rescoping(history, prices);
  if (!rescoped) return rescoped.error().message;
  rescoped_seen += rescoped->size();
  const auto now = all_left(customer.context);
  for (const advice::RescopeAdvice& each : *rescoped) {
    Context changed = customer.context;
    std::size_t place = 0;
    for (std::size_t v = 0; v < changed.versions.size(); ++v) {
      const ReservationVersion& version = customer.asked.versions[v];
      if (version.id == each.change.reservation && active_hours(version).holds(add_hours(history.span().until, -1))) place = v;
    }
    changed.versions[place].scope = static_cast<int>(each.to.kind);
    changed.versions[place].subscription = each.to.subscription;
    if (used_by_twin(changed, place) / weight_of(changed, changed.versions[place].size) != each.change.used_after_uh)
      return "used after differs";
    std::int64_t saving = 0;
    const auto then = all_left(changed);
    const auto price = [&](const auto& all, const auto& key) {
      const auto found = all.find(key);
      return found == all.end() ? 0 : price_of(customer, {{key.second, found->second}});
    };
    for (const auto& [key, nu] : now) saving += price(now, key) - price(then, key);
    for (const auto& [key, nu] : then)
      if (!now.contains(key)) saving -= price(then, key);
    if (saving != each.difference.saving().minor || saving <= 0) return "the saving differs";
  }
  const auto returned = advise_returning(history);
  if (!returned) return returned.error().message;
  returned_seen += returned->size();
  for (const advice::ReturnAdvice& each : *returned) {
    Context one_more = customer.context;  // that, and a unit more, which somebody needed
    for (std::size_t v = 0; v < one_more.versions.size(); ++v) {
      const ReservationVersion& version = customer.asked.versions[v];
      if (version.id != each.reservation || !active_hours(version).holds(add_hours(history.span().until, -1))) continue;
      one_more.versions[v].quantity -= each.quantity + 1;
      if (one_more.versions[v].quantity < 0) continue;
      const std::int64_t used = used_by_twin(customer.context, v);
      if (one_more.versions[v].quantity == 0) one_more.versions[v].end_second = one_more.versions[v].start_second;
      if (used_by_twin(one_more, v) == used) return "one unit more could go";
    }
  }
  return {};
}

TEST(AdviceTwin, AnotherScopeAndFewerUnitsDoWhatTheTwinSays) {
  const std::uint64_t first = seed();
  std::size_t rescoped = 0;
  std::size_t returned = 0;
  for (std::uint64_t i = 0; i < kContexts; ++i) {
    sim::Chance chance(first + i);
    const std::unique_ptr<Customer> customer = random_customer(chance);
    const std::string found = difference_to_what_if(*customer, rescoped, returned);
    ASSERT_TRUE(found.empty()) << found << "; PRORATA_SEED=" << first + i << " meets it at once";
  }
  EXPECT_GT(rescoped, 10U);
  EXPECT_GT(returned, 10U);
}

// What resizing a machine would do, by trying every machine, size and reservation there is.
struct Resizing {
  std::string reservation;
  std::string machine;
  std::string from;
  std::string to;
  std::int64_t saving = 0;
  friend auto operator<=>(const Resizing&, const Resizing&) = default;
};

std::int64_t price_of_all(const Customer& customer, const Cells& cells) {
  std::map<std::pair<std::string, std::string>, std::int64_t> left;  // by region and size
  for (const auto& [key, nu] : cells.left) left[{std::get<2>(key.first), std::get<1>(key.first)}] += nu;
  std::int64_t cents = 0;
  for (const auto& [key, nu] : left) cents += price_of(customer, {{key.second, nu}});
  return cents;
}

// In whole micro-hours of its size, as advice shows it: what is less is no reason to resize a machine.
std::int64_t used_uh_by(const Customer& customer, const Cells& cells, std::size_t version) {
  std::int64_t used = 0;
  for (const auto& [key, nu] : cells.used)
    if (key.first == version) used += nu;
  return used / weight_of(customer.context, customer.context.versions[version].size);
}

// Whether the machine, once it has that size, is one that the reservation itself may cover: that a change elsewhere lets it cover more is
// no advice about this machine.
bool may_cover(const Context& context, const OwnedVersion& version, const MeteredRow& row) {
  const auto group_of = [&](const std::string& size) {
    const auto known = context.sizes.find(size);
    return known == context.sizes.end() ? size : known->second.group;
  };
  if (version.region != row.region || group_of(version.size) != group_of(row.size)) return false;
  if (version.exact && (version.size != row.size || row.flexible_only)) return false;
  switch (version.scope) {
    case 0: return version.subscription == row.subscription && version.resource_group == row.resource_group;
    case 1: return version.subscription == row.subscription;
    case 2: return version.below.contains(row.subscription);
    default: return true;
  }
}

std::set<Resizing> resizings_by_twin(const Customer& customer) {
  const Context& context = customer.context;
  const Cells now = allocate(context);
  const std::int64_t price_now = price_of_all(customer, now);
  std::set<ResourceName> uncovered;
  for (const auto& [key, nu] : now.left) uncovered.insert(key.first);
  std::set<Resizing> out;
  for (const ResourceName& machine : uncovered)
    for (const auto& [size, nano] : customer.hour_nano) {
      const auto& [id, from, region] = machine;
      const bool as_many_processors = size.back() == from.back() && size != from;  // a1 and b1
      if (!as_many_processors) continue;
      Context then = context;
      MeteredRow resized;
      for (MeteredRow& row : then.rows)
        if (row.resource == id && row.size == from && row.region == region) {
          row.size = size;
          resized = row;
        }
      const Cells after = allocate(then);
      const std::int64_t saving = price_now - price_of_all(customer, after);
      if (saving <= 0) continue;
      for (std::size_t v = 0; v < context.versions.size(); ++v) {
        const OwnedVersion& version = context.versions[v];
        const bool owned = version.start_second <= 3600 * (context.until_hour - 1) && 3600 * context.until_hour <= version.end_second;
        if (owned && may_cover(context, version, resized) && used_uh_by(customer, after, v) > used_uh_by(customer, now, v))
          out.insert({version.id, id, from, size, saving});
      }
    }
  return out;
}

TEST(AdviceTwin, ResizingIsWhatTryingEveryMachineAndSizeFinds) {
  const std::uint64_t first = seed();
  std::size_t found = 0;
  for (std::uint64_t i = 0; i < kContexts; ++i) {
    sim::Chance chance(first + i);
    const std::unique_ptr<Customer> customer = random_customer(chance);
    if (customer->context.rows.size() > 200) continue;
    std::vector<std::string> sizes;
    for (const auto& [size, nano] : customer->hour_nano) sizes.push_back(size);
    const auto advised = advise_resizing(customer->history(), customer->prices(), sizes);
    ASSERT_TRUE(advised) << advised.error().message;
    std::set<Resizing> ours;
    for (const advice::ResizeAdvice& each : *advised)
      ours.insert({each.change.reservation, each.machine.resource_id, each.machine.size, each.to_size, each.difference.saving().minor});
    const std::set<Resizing> twins = resizings_by_twin(*customer);
    ASSERT_TRUE(ours == twins) << ours.size() << " and " << twins.size() << "; PRORATA_SEED=" << first + i << " meets it at once";
    found += twins.size();
  }
  EXPECT_GT(found, 20U) << "chance must not leave nothing to resize";
}

// A purchase takes what the others leave, hour by hour. Under spill=stop a machine that was covered in part is offered to nobody, so what
// is left is not what a purchase could take: nothing is advised, and the answer says so.
TEST(AdviceTwin, BuyingIsRefusedWhereNothingSpills) {
  sim::Chance chance(7);
  const std::unique_ptr<Customer> customer = random_customer(chance);
  customer->context.spill = false;
  const auto advised = advise_buying(customer->history(), customer->prices(), {.term = Term{1}});
  ASSERT_FALSE(advised);
  EXPECT_EQ(advised.error().code, Code::unsupported);
}

}  // namespace
}  // namespace prorata::twin
