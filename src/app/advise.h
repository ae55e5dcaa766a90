// What advice about a desk's own reservations is worth today: idle units given back, or exchanged for what should be bought. The figures
// are those of a refund or exchange quote at this moment, decided by the same functions; nothing is stored.
//
//   const UsageFacts facts = TRY(load_usage_facts(app, *snapshot, {.customer = id}));
//   const advice::History history = history_of(facts, periods);          // facts and periods outlive it
//   const std::vector<ReturnWorth> all = TRY(worth_of_returns(app, *snapshot, TRY(advice::advise_returning(history))));
#pragma once

#include <span>
#include <vector>

#include "advice/buy.h"
#include "advice/what_if.h"
#include "app/quote_exchange.h"
#include "app/quote_refund.h"
#include "app/usage_facts.h"

namespace prorata {

advice::History history_of(const UsageFacts& facts, std::span<const utilization::RatioPeriod> periods);

// The reservation prices that the desk has for the regions in which the customer's machines run.
Result<std::vector<PriceRow>> prices_for(Snapshot& snapshot, const utilization::Roster& roster);

// The same of what an hour costs without a reservation.
Result<std::vector<HourlyPrice>> hourly_prices_for(Snapshot& snapshot, const utilization::Roster& roster);

struct ReturnWorth {
  advice::ReturnAdvice advice;
  policy::RefundDecision decision;  // with its refusals, if there are any
};
// Each by itself, against the allowance as it is now. Errors: those of load_refund_facts and decide_refund.
Result<std::vector<ReturnWorth>> worth_of_returns(App& app, Snapshot& snapshot, std::span<const advice::ReturnAdvice> returns);

struct ExchangeWorth {
  advice::ReturnAdvice returned;
  advice::PoolOffer bought;
  std::int64_t bought_quantity = 0;
  Money saving;  // of the purchase, over the history
  policy::ExchangeDecision decision;
};
// Every idle return against every purchase that is worth making; pairs that no exchange allows are there with their refusals. Errors: those
// of load_exchange_facts and decide_exchange.
Result<std::vector<ExchangeWorth>> worth_of_exchanges(App& app, Snapshot& snapshot, std::span<const advice::ReturnAdvice> returns,
                                                      std::span<const advice::BuyAdvice> purchases);

}  // namespace prorata
