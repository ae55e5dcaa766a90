#include "app/advise.h"

#include <iterator>
#include <set>
#include <string>

namespace prorata {

advice::History history_of(const UsageFacts& facts, std::span<const utilization::RatioPeriod> periods) {
  return {.roster = &facts.roster, .usage = facts.usage(), .versions = facts.versions, .periods = periods, .spill = facts.spill};
}

namespace {

template <class Row>
Result<std::vector<Row>> rows_of_regions(Snapshot& snapshot, const utilization::Roster& roster,
                                         Result<std::vector<Row>> (Snapshot::*read)(const std::string&)) {
  std::set<std::string> regions;
  for (const utilization::Identity& each : roster) regions.insert(each.region);
  std::vector<Row> all;
  for (const std::string& region : regions) {
    std::vector<Row> rows = TRY((snapshot.*read)(region));
    all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
  }
  return all;
}

}  // namespace

Result<std::vector<PriceRow>> prices_for(Snapshot& snapshot, const utilization::Roster& roster) {
  return rows_of_regions(snapshot, roster, &Snapshot::prices_in);
}

Result<std::vector<HourlyPrice>> hourly_prices_for(Snapshot& snapshot, const utilization::Roster& roster) {
  return rows_of_regions(snapshot, roster, &Snapshot::hourly_prices_in);
}

Result<std::vector<ReturnWorth>> worth_of_returns(App& app, Snapshot& snapshot, std::span<const advice::ReturnAdvice> returns) {
  std::vector<ReturnWorth> all;
  for (const advice::ReturnAdvice& each : returns) {
    const ReservationId id = TRY(ReservationId::parse(each.reservation));
    const RefundFacts facts = TRY(load_refund_facts(app, snapshot, id));
    GoverningDecision governing = TRY(decide_under_governing_pack(app, facts, {.reservation = id, .quantity = each.quantity}, facts.now));
    all.push_back({each, std::move(governing.decision)});
  }
  return all;
}

Result<std::vector<ExchangeWorth>> worth_of_exchanges(App& app, Snapshot& snapshot, std::span<const advice::ReturnAdvice> returns,
                                                      std::span<const advice::BuyAdvice> purchases) {
  std::vector<ExchangeWorth> all;
  for (const advice::ReturnAdvice& each : returns)
    for (const advice::BuyAdvice& bought : purchases) {
      if (bought.quantity == 0) continue;
      const PurchaseLine line{
          .sku = bought.offer.size, .region = bought.offer.region, .term = bought.offer.term, .quantity = bought.quantity};
      const ExchangeAsk ask{.returns = {{TRY(ReservationId::parse(each.reservation)), each.quantity}}, .purchases = {{line, line.scope}}};
      const ExchangeFacts facts = TRY(load_exchange_facts(app, snapshot, ask));
      GoverningExchange governing = TRY(decide_exchange_under_governing_pack(app, facts, {}, facts.now));
      all.push_back({each, bought.offer, bought.quantity, bought.cost.saving(), std::move(governing.decision)});
    }
  return all;
}

}  // namespace prorata
