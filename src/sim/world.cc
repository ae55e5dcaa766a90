#include "sim/world.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/allowance_desk.h"
#include "app/change_reservation.h"
#include "app/import_portfolio.h"
#include "app/move_clock.h"
#include "app/purchase.h"
#include "app/return_reservation.h"
#include "app/settle.h"
#include "base/check.h"
#include "sim/ids.h"
#include "wire/stored.h"

namespace prorata::sim {
namespace {

constexpr std::string_view kBegins = "2025-06-01T09:00:00Z";
constexpr std::int64_t kWorldDays = 730;
constexpr int kTimePart = 6;     // one step in so many is time passing
constexpr int kRowsEvery = 100;  // steps between two looks at everything
constexpr int kAttempts = 12;    // more than there are misfortunes in one operation

struct WorldCustomer {
  std::string_view name, currency;
  Ratio price, handling;
};
constexpr std::array kCustomers = {
    WorldCustomer{"Alder", "SEK", {11, 10}, {2, 100}},
    WorldCustomer{"Birch", "USD", {1, 1}, {0, 1}},
    WorldCustomer{"Cedar", "JPY", {107, 100}, {1, 3}},
    WorldCustomer{"Elm", "KWD", {9, 10}, {1, 1}},
};
struct WorldRate {
  std::string_view currency;
  Ratio per_dollar;
};
constexpr std::array kRates = {WorldRate{"SEK", {9'450, 1'000}}, WorldRate{"JPY", {157, 1}}, WorldRate{"KWD", {307, 1'000}}};

struct WorldSize {
  std::string_view sku;
  std::int64_t year_cents;  // one unit, one year, USD
};
constexpr std::array kSizes = {WorldSize{"Standard_B1s", 4'731}, WorldSize{"Standard_D4s_v5", 118'037},
                               WorldSize{"Standard_M64", 2'100'003}};

// What can be put right by asking again.
bool passing(Code code) {
  return code == Code::busy || code == Code::unavailable || code == Code::outcome_unknown || code == Code::conflict;
}

// Asks until there is an answer that is no misfortune.
template <class Call>
auto insist(const Call& ask) {
  auto answer = ask();
  for (int attempt = 1; attempt < kAttempts && !answer && passing(answer.error().code); ++attempt) answer = ask();
  return answer;
}

std::string text_of(const Error& error) { return fmt::format("{}: {}", to_string(error.code), error.text()); }

std::string text_of(const ReturnRecord& r) {
  return fmt::format("return {}: {} of {} for {} {}, {} USD, by {}", r.id.text(), r.quantity, r.reservation.text(), to_string(r.refund),
                     r.refund.currency.code(), to_string(r.pricing_refund), r.policy);
}

std::string ids_of(const std::vector<Reservation>& reservations) {
  std::string out;
  for (const Reservation& each : reservations) (out += out.empty() ? "" : " ") += each.id.text();
  return out;
}

using Rows = std::vector<std::string>;

// A row of the outbox is named after its commit, whose id is each store's own.
std::string without_commit_ids(std::string rows) {
  constexpr std::string_view kOutbox = "[\"outbox\",\"";
  for (std::size_t at = 0; (at = rows.find(kOutbox, at)) != std::string::npos;) {
    at += kOutbox.size();
    rows.erase(at, rows.find('/', at) - at);
  }
  return rows;
}

Result<Rows> rows_of(Store& store) {
  Rows rows;
  const std::unique_ptr<Snapshot> snapshot = TRY(store.snapshot());
  std::set<OrderId> orders;
  for (const Reservation& r : TRY(all_reservations(*snapshot))) {
    rows.push_back(fmt::format("{} {}", r.version, wire::encode(r)));
    for (const Revision& revision : TRY(snapshot->revisions_of(r.id))) rows.push_back(wire::encode(revision));
    orders.insert(r.order);
  }
  for (const OrderId& id : orders) rows.push_back(wire::encode(*TRY(snapshot->order(id))));
  for (const Customer& customer : TRY(snapshot->customers({.limit = 1'000})).items) {
    rows.push_back(fmt::format("{} {}", customer.version, wire::encode(customer)));
    std::vector<Hold> holds = TRY(snapshot->holds_of(customer.id));
    std::ranges::sort(holds, {}, &Hold::id);
    for (const Hold& hold : holds) rows.push_back(wire::encode(hold));
  }
  for (const auto& [returned, settlement] : TRY(snapshot->returns(std::nullopt, false)))
    rows.push_back(wire::encode(returned) + (settlement ? wire::encode(*settlement) : ""));
  TRY(snapshot->entries({}, [&](const ledger::Entry& entry) {
    rows.push_back(wire::encode(entry));
    return true;
  }));
  TRY(snapshot->audit(1, [&](const AuditRecord& record) {
    rows.push_back(fmt::format("{} {} {} {}", record.number, record.note.action, record.note.after, without_commit_ids(record.rows)));
    return true;
  }));
  return rows;
}

}  // namespace

// Real time in the world: all stations live in the same moment.
class World::Time final : public Clock {
 public:
  explicit Time(Instant at) : at_(at) {}
  Instant now() override { return at_; }
  void pass(std::int64_t seconds) { at_ = add_seconds(at_, seconds); }

 private:
  Instant at_;
};

// One store and who works at it. The rival works on the same store, without the misfortunes.
struct World::Station {
  Station(Store& given, Clock& clock, const policy::PackSet& packs, std::uint32_t seed)
      : store(given),
        faulty(given),
        ids(counted_ids(seed)),
        app{faulty, clock, *ids, packs, "agent"},
        rival{given, clock, *ids, packs, "rival"} {}

  Store& store;
  FaultyStore faulty;
  std::unique_ptr<IdSource> ids;
  App app;
  App rival;
  std::string rival_said;

  Answer give_back(const ReturnAsk& ask);
  std::string rival_does(const Reservation& wanted, bool returns);
};

// What a station says: how it failed, if it did, and a text that all stations must agree on.
struct World::Answer {
  std::optional<Code> failed;
  std::string text;
  std::string id;  // of what was made, where something was

  static Answer good(std::string text, std::string id = {}) { return {.text = std::move(text), .id = std::move(id)}; }
  static Answer bad(const Error& error) { return {.failed = error.code, .text = text_of(error)}; }
  static Answer wrong(std::string what) { return bad({Code::internal, std::move(what), {}}); }
};

World::Answer World::Station::give_back(const ReturnAsk& ask) {
  const auto done = insist([&] { return return_reservation(app, ask); });
  return done ? Answer::good(text_of(done->record)) : Answer::bad(done.error());
}

std::string World::Station::rival_does(const Reservation& wanted, bool returns) {
  if (returns) {
    const auto done = return_reservation(rival, {.refund = {.reservation = wanted.id, .quantity = 1, .approved = "rival"}});
    return done ? text_of(done->record) : text_of(done.error());
  }
  const Money amount{700'000, Currency::usd()};
  const auto held = place_hold(rival, {wanted.customer, amount, amount, "rival"});
  return held ? held->id.text() : text_of(held.error());
}

struct World::Quoted {
  QuoteId id;
  RefundAsk ask;
};

struct World::Asked {
  std::string name;
  Ask ask;
  std::string answer;
};

World::World(WorldOptions options, const policy::PackSet& packs, const std::vector<Store*>& stores)
    : options_(options), packs_(packs), chance_(options.seed), time_(std::make_unique<Time>(*parse_instant(kBegins))), promises_(packs) {
  CHECK(!stores.empty(), "a world needs a store");
  for (Store* store : stores)
    stations_.push_back(std::make_unique<Station>(*store, *time_, packs, static_cast<std::uint32_t>(options.seed)));
}

World::~World() = default;

// ---- asking --------------------------------------------------------------------------------------------------------------------------

std::string World::new_key() { return fmt::format("key {}", ++keys_); }

std::deque<Fault> World::misfortune(Trouble trouble) {
  std::deque<Fault> faults;
  if (!options_.faults || trouble == Trouble::none || !chance_.one_in(3)) return faults;
  for (std::int64_t left = chance_.between(1, 4); left > 0; --left) faults.push_back(chance_.pick(kWords<Fault>).first);
  if (trouble == Trouble::alone) std::erase(faults, Fault::rival);
  report_.faults += static_cast<std::int64_t>(faults.size());
  return faults;
}

Result<World::Answer> World::ask_all(const std::string& name, const Ask& ask, Trouble trouble) {
  const std::deque<Fault> faults = misfortune(trouble);
  const Reservation* wanted = any_active();
  const bool rival_returns = chance_.one_in(2);
  std::vector<Answer> answers;
  for (const auto& station : stations_) {
    station->rival_said.clear();
    station->faulty.suffer(faults);
    station->faulty.set_rival([&, at = station.get()] {
      if (wanted != nullptr) at->rival_said += at->rival_does(*wanted, rival_returns);
    });
    answers.push_back(ask(*station));
    station->faulty.suffer({});
    const Answer& first = answers.front();
    const Answer& last = answers.back();
    if (last.text != first.text || station->rival_said != stations_.front()->rival_said)
      return fail(Code::internal, fmt::format("{}: the stores answer differently:\n  {} [{}]\n  {} [{}]", name, first.text,
                                              stations_.front()->rival_said, last.text, station->rival_said));
  }
  Answer& answer = answers.front();
  last_ = fmt::format("{}: {} [{}]", name, answer.text, stations_.front()->rival_said);
  ++report_.operations[name];
  if (!answer.failed) ++report_.done[name];
  const bool hopeless = answer.failed && (passing(*answer.failed) || *answer.failed == Code::internal);
  if (hopeless) return fail(Code::internal, fmt::format("{}: {}", name, answer.text));
  return answer;
}

// What is asked under a key may be asked again later.
Result<World::Answer> World::ask_with_key(const std::string& name, const Ask& ask) {
  Answer answer = TRY(ask_all(name, ask));
  if (!answer.failed) asked_.push_back({name, ask, answer.text});
  return answer;
}

Result<void> World::check_promises() {
  const std::unique_ptr<Snapshot> snapshot = TRY(stations_.front()->store.snapshot());
  return promises_.hold_after_step(*snapshot, TRY(load_moment(stations_.front()->app, *snapshot)).now);
}

const Reservation* World::any_reservation() {
  const std::vector<Reservation>& all = promises_.reservations();
  return all.empty() ? nullptr : &chance_.pick(all);
}

const Reservation* World::any_active() {
  for (int attempt = 0; attempt < 8; ++attempt) {
    const Reservation* each = any_reservation();
    if (each != nullptr && is_active(*each)) return each;
  }
  return nullptr;
}

const ReturnState* World::any_return() {
  const std::vector<ReturnState>& all = promises_.returns();
  return all.empty() ? nullptr : &chance_.pick(all);
}

Result<Instant> World::now() {
  const std::unique_ptr<Snapshot> snapshot = TRY(stations_.front()->store.snapshot());
  return TRY(load_moment(stations_.front()->app, *snapshot)).now;
}

// ---- what people do ------------------------------------------------------------------------------------------------------------------

Result<void> World::begin() {
  const Day from = make_day(2025, 1, 1);
  std::vector<ExchangeRate> rates;
  for (const WorldRate& rate : kRates) rates.push_back({from, Currency::usd(), TRY(Currency::parse(rate.currency)), rate.per_dollar});
  std::vector<PriceRow> prices;
  for (const WorldSize& size : kSizes)
    for (const int years : {1, 3}) {
      // In the second year everything is cheaper: what is returned then is worth less under the newer packs.
      const std::int64_t cents = size.year_cents * (years == 1 ? 1 : 2);
      for (const auto& [day, price] : {std::pair(from, cents), std::pair(make_day(2026, 1, 1), cents * 7 / 8)})
        prices.push_back({"VirtualMachines", std::string(size.sku), "westeurope", Term{years}, day, {price, Currency::usd()}});
    }
  std::vector<Customer> customers;
  const std::unique_ptr<IdSource> ids = counted_ids(0xC0570BE5);
  for (const WorldCustomer& c : kCustomers) {
    customers.push_back({.id = CustomerId::trusted(ids->next()),
                         .name = std::string(c.name),
                         .currency = TRY(Currency::parse(c.currency)),
                         .price_ratio = c.price,
                         .handling_rate = c.handling});
    customers_.push_back(customers.back().id);
  }
  const std::vector<PolicyChoice> policies = {
      {make_day(2020, 8, 6), "csp-2020", ""}, {make_day(2026, 1, 1), "azure-2022", "refund"}, {make_day(2026, 9, 1), "azure-2026", ""}};
  for (const auto& station : stations_) {
    TRY(init_desk(station->app, {.partner = "World", .sandbox = true, .policies = policies}));
    TRY(import_rates(station->app, rates, "world"));
    TRY(import_prices(station->app, prices, "world"));
    TRY(import_customers(station->app, customers, "world"));
  }
  return {};
}

Result<void> World::buy() {
  const PurchaseAsk ask{.customer = chance_.pick(customers_),
                        .line = {.sku = std::string(chance_.pick(kSizes).sku),
                                 .region = "westeurope",
                                 .term = Term{chance_.one_in(3) ? 3 : 1},
                                 .plan = chance_.one_in(2) ? BillingPlan::monthly : BillingPlan::upfront,
                                 .quantity = chance_.between(1, 9)},
                        .key = new_key()};
  TRY(ask_with_key("buy", [ask](Station& at) {
    const auto bought = insist([&] { return purchase(at.app, ask); });
    return bought ? Answer::good("bought " + bought->id.text()) : Answer::bad(bought.error());
  }));
  return {};
}

Result<void> World::set_usage() {
  const Reservation* r = any_reservation();
  if (r == nullptr) return {};
  const Usage usage = chance_.pick(kWords<Usage>).first;
  const ChangeAsk ask{r->id, "usage", std::string(to_string(usage)), new_key()};
  TRY(ask_with_key("usage", [ask, usage](Station& at) {
    const auto changed = insist([&] {
      return change_reservation(at.app, ask, [&](Reservation each, Instant now) -> Result<Reservation> {
        each.usage = usage;
        ++each.revision;
        each.updated = now;
        return each;
      });
    });
    return changed ? Answer::good("usage " + changed->id.text()) : Answer::bad(changed.error());
  }));
  return {};
}

Result<void> World::quote(const Reservation& of, std::int64_t quantity) {
  const RefundAsk ask{.reservation = of.id, .quantity = quantity, .approved = "request", .every_policy = chance_.one_in(4)};
  const Answer answer = TRY(ask_all("quote", [ask](Station& at) {
    const auto quoted = insist([&] { return quote_refund(at.app, ask); });
    if (!quoted) return Answer::bad(quoted.error());
    return Answer::good(fmt::format("{} {}", quoted->quote.id.text(), quoted->quote.fingerprint), quoted->quote.id.text());
  }));
  if (!answer.failed) quotes_.push_back({QuoteId::trusted(answer.id), ask});
  return {};
}

Result<void> World::quote_any() {
  const Reservation* r = any_reservation();
  if (r == nullptr) return {};
  return quote(*r, chance_.between(0, r->quantity));
}

Result<void> World::return_by(const Quoted& quoted, bool accept_clip) {
  const ReturnAsk ask{.refund = quoted.ask, .quote = quoted.id, .accept_clip = accept_clip, .key = new_key()};
  TRY(ask_with_key("return by quote", [ask](Station& at) { return at.give_back(ask); }));
  return {};
}

Result<void> World::return_by_quote() {
  if (quotes_.empty()) return {};
  const Quoted quoted = chance_.one_in(6) ? chance_.pick(quotes_) : quotes_.back();
  if (quotes_.size() > 1) quotes_.pop_back();
  return return_by(quoted, chance_.one_in(2));
}

// Two agents with a customer's two quotes in hand: each fits, together they may not.
Result<void> World::return_both_of_two_quotes() {
  const Reservation* one = any_active();
  const Reservation* other = any_active();
  if (one == nullptr || other == nullptr || one->customer != other->customer) return {};
  const std::size_t before = quotes_.size();
  TRY(quote(*one, 0));
  TRY(quote(*other, 0));
  const std::vector<Quoted> both(quotes_.begin() + static_cast<std::ptrdiff_t>(before), quotes_.end());
  for (const Quoted& each : both) {
    TRY(check_promises());
    time_->pass(chance_.between(1, 200));
    TRY(return_by(each, true));
  }
  return {};
}

Result<void> World::return_directly() {
  const Reservation* r = chance_.one_in(5) ? any_reservation() : any_active();
  if (r == nullptr) return {};
  const ReturnAsk ask{.refund = {.reservation = r->id,
                                 .quantity = chance_.one_in(3) ? chance_.between(0, r->quantity + 1) : 1,
                                 .approved = chance_.one_in(9) ? "" : "request"},
                      .accept_clip = chance_.one_in(2),
                      .key = new_key()};
  TRY(ask_with_key("return", [ask](Station& at) { return at.give_back(ask); }));
  return {};
}

// Quote, then return at once, never differs.
Result<void> World::quote_and_return_at_once() {
  const Reservation* r = any_active();
  if (r == nullptr) return {};
  const RefundAsk ask{.reservation = r->id, .quantity = chance_.between(1, r->quantity), .approved = "request"};
  const auto both = [ask](Station& at) {
    const auto quoted = quote_refund(at.app, ask);
    if (!quoted) return Answer::bad(quoted.error());
    const auto done = return_reservation(at.app, {.refund = ask, .quote = quoted->quote.id, .accept_clip = true});
    const bool as_quoted = done ? !quoted->decision.refused() && done->record.refund == quoted->decision.refund &&
                                      done->record.pricing_refund.minor == quoted->decision.amounts.pricing.refund
                                : quoted->decision.refused() && done.error().code == Code::refused;
    if (!as_quoted)
      return Answer::wrong(fmt::format("quoted {}, then {}", quoted->quote.fingerprint, done ? "another" : done.error().text()));
    return done ? Answer::good(text_of(done->record)) : Answer::bad(done.error());
  };
  TRY(ask_all("quote and return", both, Trouble::none));
  return {};
}

Result<void> World::split() {
  const Reservation* r = any_active();
  if (r == nullptr || r->quantity < 2) return {};
  const std::int64_t first = chance_.between(1, r->quantity - 1);
  const std::vector<std::int64_t> parts = {first, r->quantity - first};
  TRY(ask_with_key("split", [id = r->id, parts, key = new_key()](Station& at) {
    const auto made = insist([&] { return split_reservation(at.app, id, parts, key); });
    return made ? Answer::good("split into " + ids_of(*made)) : Answer::bad(made.error());
  }));
  return {};
}

Result<void> World::merge() {
  const Reservation* r = any_active();
  if (r == nullptr) return {};
  std::vector<ReservationId> ids;
  for (const Reservation& each : promises_.reservations())
    if (each.order == r->order && is_active(each)) ids.push_back(each.id);
  if (ids.size() < 2) return {};
  TRY(ask_with_key("merge", [ids, key = new_key()](Station& at) {
    const auto merged = insist([&] { return merge_reservations(at.app, ids, key); });
    return merged ? Answer::good("merged into " + merged->id.text()) : Answer::bad(merged.error());
  }));
  return {};
}

Result<void> World::change() {
  const Reservation* r = any_reservation();
  if (r == nullptr) return {};
  const std::pair<const char*, Change> kChanges[] = {
      {"rename", [](Reservation each, Instant now) { return rename(std::move(each), "renamed", now); }},
      {"renewal", [](Reservation each, Instant now) { return set_renewal(std::move(each), true, std::nullopt, now); }},
      {"no renewal", [](Reservation each, Instant now) { return set_renewal(std::move(each), false, std::nullopt, now); }},
      {"archive", [](Reservation each, Instant now) { return archive(std::move(each), true, now); }},
      {"scope",
       [](Reservation each, Instant now) {
         return change_scope(std::move(each), {ScopeType::single, "/subscriptions/5ab5c000-0000-4000-8000-000000000001", ""}, now);
       }},
  };
  const auto& one = chance_.pick(kChanges);
  TRY(ask_with_key("change", [ask = ChangeAsk{r->id, one.first, "by chance", new_key()}, how = one.second](Station& at) {
    const auto changed = insist([&] { return change_reservation(at.app, ask, how); });
    return changed ? Answer::good(ask.action + " " + changed->id.text()) : Answer::bad(changed.error());
  }));
  return {};
}

// A hold has no key: whoever lost the answer looks whether the request holds something already.
Result<void> World::hold() {
  const Money amount{chance_.between(0, 2'000'000), Currency::usd()};
  const HoldAsk ask{chance_.pick(customers_), amount, amount, new_key()};
  const Answer answer = TRY(ask_all("hold", [ask](Station& at) {
    const auto held = insist([&]() -> Result<Hold> {
      const std::unique_ptr<Snapshot> snapshot = TRY(at.store.snapshot());
      for (Hold& each : TRY(snapshot->holds_of(ask.customer)))
        if (each.reference == ask.reference) return std::move(each);
      return place_hold(at.app, ask);
    });
    return held ? Answer::good("held by " + held->id.text(), held->id.text()) : Answer::bad(held.error());
  }));
  if (!answer.failed) held_.push_back(HoldId::trusted(answer.id));
  return {};
}

Result<void> World::release() {
  if (held_.empty()) return {};
  TRY(ask_all("release", [id = chance_.pick(held_)](Station& at) {
    bool lost_answer = false;
    const auto released = insist([&]() -> Result<Hold> {
      const std::unique_ptr<Snapshot> snapshot = TRY(at.store.snapshot());
      const std::optional<Hold> held = TRY(snapshot->hold(id));
      if (lost_answer && held && held->state == HoldState::released) return *held;
      lost_answer = true;
      return release_hold(at.app, id);
    });
    return released ? Answer::good("released") : Answer::bad(released.error());
  }));
  return {};
}

Result<void> World::settle() {
  const ReturnState* state = any_return();
  if (state == nullptr) return {};
  const SettleAsk ask{.returned = state->returned.id,
                      .method = chance_.one_in(2) ? "bank" : "receivable",
                      .reference = fmt::format("CN-{}", keys_),
                      .key = new_key()};
  TRY(ask_with_key("settle", [ask](Station& at) {
    const auto settled = insist([&] { return settle_return(at.app, ask); });
    return settled ? Answer::good(fmt::format("{} by {}", to_string(settled->amount), settled->method)) : Answer::bad(settled.error());
  }));
  return {};
}

Result<void> World::receive() {
  const ReturnState* state = any_return();
  if (state == nullptr) return {};
  const CreditAsk ask{state->returned.id, fmt::format("G-{}", chance_.between(1, 2)), chance_.one_in(2)};
  const ReturnRecord record = state->returned;
  const Answer answer = TRY(ask_all("credit", [ask](Station& at) {
    const auto amount = insist([&] { return receive_credit(at.app, ask); });
    return amount ? Answer::good(to_string(*amount)) : Answer::bad(amount.error());
  }));
  const bool first = !answer.failed && credited_.insert(record.id).second;
  if (first) promises_.credit_received(record, ask.to_bank);
  return {};
}

// A key gives its first answer again, however much later.
Result<void> World::ask_again() {
  if (asked_.empty()) return {};
  const Asked asked = chance_.pick(asked_);
  const Answer answer = TRY(ask_all("again", asked.ask));
  if (answer.text == asked.answer) return {};
  return fail(Code::internal, fmt::format("{} again: first '{}', then '{}'", asked.name, asked.answer, answer.text));
}

// A list from before the last change says what was bought, as if nothing had been returned since.
Result<void> World::import_old_list() {
  const Reservation* r = any_reservation();
  if (r == nullptr) return {};
  const ImportedReservation listed{.order = r->order,
                                   .id = r->id,
                                   .name = "as it was",
                                   .quantity = r->original_quantity,
                                   .updated = Instant{r->purchased.ticks - 1},
                                   .state = ProvisioningState::succeeded};
  TRY(ask_all("old list", [listed, customer = r->customer](Station& at) {
    PortfolioImport import(at.app, {.customer = customer, .name = "old list"});
    const auto taken = insist([&]() -> Result<std::int64_t> {
      TRY(import.take({}, {{listed}}));
      return import.reservations().changed;
    });
    if (!taken) return Answer::bad(taken.error());
    return *taken == 0 ? Answer::good("nothing changed") : Answer::wrong("an old list changed a reservation");
  }));
  return {};
}

// Time passes by itself, or the sandbox's clock is moved.
Result<void> World::pass_time() {
  const std::int64_t mean = kWorldDays * 86'400 * kTimePart / options_.steps;
  const std::int64_t seconds = chance_.between(0, 2 * mean);
  if (chance_.one_in(3)) {
    time_->pass(seconds);
    return {};
  }
  const Instant to = add_seconds(TRY(now()), seconds);
  const auto move = [to](Station& at) {
    const auto moved = insist([&] { return move_clock(at.app, {.to = to}, [](std::int64_t) {}); });
    return moved ? Answer::good(fmt::format("{} charged, {} ended, {} renewed", moved->instalments, moved->expired, moved->renewed))
                 : Answer::bad(moved.error());
  };
  TRY(ask_all("clock", move, Trouble::alone));  // a rival in between would live on another day than the promises are reckoned for
  return {};
}

// ---- the run -------------------------------------------------------------------------------------------------------------------------

Result<void> World::step() {
  time_->pass(chance_.between(0, 120));
  if (chance_.one_in(kTimePart)) return pass_time();
  using Do = Result<void> (World::*)();
  constexpr Do kDoings[] = {&World::buy,
                            &World::buy,
                            &World::buy,
                            &World::set_usage,
                            &World::quote_any,
                            &World::quote_any,
                            &World::quote_any,
                            &World::return_by_quote,
                            &World::return_by_quote,
                            &World::return_directly,
                            &World::return_directly,
                            &World::quote_and_return_at_once,
                            &World::return_both_of_two_quotes,
                            &World::return_both_of_two_quotes,
                            &World::split,
                            &World::split,
                            &World::merge,
                            &World::change,
                            &World::change,
                            &World::hold,
                            &World::release,
                            &World::settle,
                            &World::receive,
                            &World::ask_again,
                            &World::ask_again,
                            &World::import_old_list};
  return (this->*chance_.pick(kDoings))();
}

// Every row of every store, read as anybody reads it, is that of the reference; and each store agrees with itself.
Result<void> World::check_rows() {
  const Rows expected = TRY(rows_of(stations_.front()->store));
  for (const auto& station : stations_) {
    const Rows rows = TRY(rows_of(station->store));
    const auto [ours, theirs] = std::ranges::mismatch(expected, rows);
    if (ours != expected.end() || theirs != rows.end())
      return fail(Code::internal, fmt::format("the stores hold different rows:\n  {}\n  {}", ours == expected.end() ? "nothing" : *ours,
                                              theirs == rows.end() ? "nothing" : *theirs));
    report_.commits = TRY(station->store.verify([](std::int64_t) {}));
  }
  return {};
}

Result<WorldReport> World::run() {
  TRY(begin());
  for (int i = 1; i <= options_.steps; ++i) {
    Result<void> done = step();
    if (done) done = check_promises();
    if (done && i % kRowsEvery == 0) done = check_rows();
    if (!done) return fail(done.error().code, fmt::format("step {} of {}: {}\nafter {}", i, options_.steps, done.error().text(), last_));
  }
  TRY(check_rows());
  report_.ends = TRY(now());
  return report_;
}

}  // namespace prorata::sim
