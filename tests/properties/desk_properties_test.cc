// What the whole desk keeps to, through the use cases on a store in memory.
#include <map>

#include <fmt/format.h>

#include "drawn.h"
#include "sim/world.h"
#include "store/open.h"

namespace prorata {
namespace {

using namespace prorata::testing;

RC_GTEST_PROP(DeskProperty, AReturnPaysWhatItsQuoteSaidAndAKeyRepeatsIt, ()) {
  const std::unique_ptr<Store> store = store::memory_store();
  MadeDesk desk(*store, {{make_day(2020, 8, 6), drawn_pack().id, ""}});
  const Reservation bought = desk.buy({.customer = drawn_one_in(2) ? desk.nordvik : desk.prairie,
                                       .plan = *rc::gen::element(BillingPlan::upfront, BillingPlan::monthly),
                                       .years = *rc::gen::element(1, 3),
                                       .quantity = drawn_between(1, 20)});
  desk.set_usage(bought.id, *rc::gen::element(Usage::unused, Usage::used, Usage::unknown));
  desk.clock.pass_seconds(drawn_between(0, 34'560'000));
  if (drawn_one_in(2)) desk.do_what_is_due();

  const std::int64_t quantity = drawn_between(1, bought.quantity);
  const RefundQuote quoted = must(quote_refund(desk.app, {.reservation = bought.id, .quantity = quantity, .approved = "request 7"}));
  ReturnAsk ask = MadeDesk::returning(bought.id, quantity, "key");
  ask.quote = quoted.quote.id;
  ask.accept_clip = true;
  const Result<ReturnOutcome> done = return_reservation(desk.app, ask);
  RC_ASSERT(done.has_value() == !quoted.decision.refused());
  if (!done) return;
  RC_ASSERT(done->record.refund == quoted.decision.refund);
  RC_ASSERT(done->record.pricing_refund.minor == quoted.decision.amounts.pricing.refund);
  RC_ASSERT(done->record.remaining_commitment.minor == quoted.decision.amounts.billing.remaining_commitment);

  desk.clock.pass_days(drawn_between(0, 100));
  const ReturnOutcome again = must(return_reservation(desk.app, ask));
  RC_ASSERT(again.replayed);
  RC_ASSERT(again.record == done->record);
  RC_ASSERT(desk.verified() == desk.commits());
}

// The stored balances are what folding the entries gives, and each entry sums to zero.
void check_books(Store& store) {
  const std::unique_ptr<Snapshot> snapshot = must(store.snapshot());
  using Account = std::tuple<std::string, std::string, ledger::Account>;
  std::map<Account, std::int64_t> folded;
  must(snapshot->entries({}, [&](const ledger::Entry& entry) {
    std::int64_t sum = 0;
    for (const ledger::Posting& posting : entry.postings()) {
      sum += posting.amount_minor;
      folded[{entry.head().customer.text(), std::string(entry.head().currency.code()), posting.account}] += posting.amount_minor;
    }
    RC_ASSERT(sum == 0);
    return true;
  }));
  std::erase_if(folded, [](const auto& each) { return each.second == 0; });
  std::map<Account, std::int64_t> stored;
  for (const ledger::Balance& each : must(snapshot->balances(std::nullopt)))
    stored[{each.customer.text(), std::string(each.currency.code()), each.account}] = each.amount_minor;
  RC_ASSERT(stored == folded);
}

RC_GTEST_PROP(DeskProperty, AnySequenceOfUseCasesKeepsItsPromisesAndVerifies, ()) {
  const auto seed = static_cast<std::uint64_t>(drawn_between(0, INT64_MAX - 1));
  const std::unique_ptr<Store> store = store::memory_store();
  sim::World world({.seed = seed, .steps = 40, .faults = drawn_one_in(2)}, packs(), {store.get()});
  const Result<sim::WorldReport> report = world.run();  // verifies at its end
  if (!report) RC_FAIL(fmt::format("{}\nrun a longer one of it with: ./dev sim {}", report.error().text(), seed));
  check_books(*store);
}

}  // namespace
}  // namespace prorata
