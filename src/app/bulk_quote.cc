#include "app/bulk_quote.h"

#include <algorithm>
#include <unordered_map>

#include "app/authorize.h"

namespace prorata {
namespace {

constexpr std::size_t kPage = 500;
constexpr std::size_t kCustomersKept = 1'000;

struct Known {
  Customer customer;
  policy::AllowanceHistory history;
};

class Decider {
 public:
  Decider(App& app, const BulkAsk& ask) : app_(app), ask_(ask) {}

  // Everything of a page is decided at one moment of the desk.
  Result<std::string> page(Snapshot& snapshot, const std::string& after, std::vector<BulkLine>& lines) {
    const Moment moment = TRY(load_moment(app_, snapshot));
    ReservationQuery query = ask_.query;
    if (!query.state) query.state = ProvisioningState::succeeded;
    query.limit = kPage;
    query.after = after;
    const Page<Reservation> page = TRY(snapshot.reservations(query));
    for (const Reservation& stored : page.items) {
      const Known& known = *TRY(known_customer(snapshot, stored.customer, moment.now));
      const Reservation today = on_day(stored, day_of(moment.now));
      if (!authorize(app_, access::Right::quote, target_of(known.customer, today))) continue;  // a list leaves out what is not theirs
      lines.push_back(TRY(decided(snapshot, known, stored, today, moment)));
    }
    return page.next;
  }

 private:
  Result<const Known*> known_customer(Snapshot& snapshot, const CustomerId& id, Instant now) {
    auto found = known_.find(id);
    if (found != known_.end()) return &found->second;
    if (known_.size() >= kCustomersKept) known_.clear();
    Known fresh{.customer = TRY(snapshot.customer(id)).value_or(Customer{.id = id, .name = id.text()}),
                .history = TRY(load_allowance(snapshot, id, now))};
    return &known_.emplace(id, std::move(fresh)).first->second;
  }

  Result<BulkLine> decided(Snapshot& snapshot, const Known& known, const Reservation& stored, const Reservation& today,
                           const Moment& moment) {
    BulkLine line{.customer = known.customer.name, .reservation = today, .decision = {}, .problem = {}, .made = {}};
    if (!today.price_known()) {
      line.problem = "its price is not known; import the order with its payments";
      return line;
    }
    Result<policy::RefundCase> refund_case = refund_case_of(snapshot, cache_, known.customer, today, moment.now);
    if (!refund_case && refund_case.error().code == Code::not_found) {
      line.problem = refund_case.error().text();
      return line;
    }
    const RefundFacts facts{.customer = known.customer,
                            .reservation = today,
                            .stored = stored,
                            .refund_case = TRY(std::move(refund_case)),
                            .history = known.history,
                            .desk = moment.desk,
                            .now = moment.now};
    line.decision =
        TRY(decide_under_governing_pack(app_, facts, {.reservation = today.id, .approved = ask_.approved}, moment.now)).decision;
    return line;
  }

  App& app_;
  const BulkAsk& ask_;
  FactsCache cache_;
  std::unordered_map<CustomerId, Known> known_;
};

void add(BulkReport& report, const BulkLine& line) {
  ++report.lines;
  if (!line.decision) {
    ++report.undecided;
    return;
  }
  if (line.decision->refused()) {
    ++report.refused;
    return;
  }
  auto sum = std::ranges::find(report.sums, line.decision->currency, &BulkSum::currency);
  if (sum == report.sums.end()) sum = report.sums.insert(sum, BulkSum{.currency = line.decision->currency});
  ++sum->lines;
  sum->refund_minor += line.decision->refund.minor;
}

}  // namespace

Result<BulkReport> bulk_quote(App& app, const BulkAsk& ask, const Act& act, const EachLine& each) {
  BulkReport report;
  Decider decider(app, ask);
  std::string after;
  do {
    std::vector<BulkLine> lines;
    std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    after = TRY(decider.page(*snapshot, after, lines));
    snapshot.reset();  // what is done with the lines commits
    for (BulkLine& line : lines) {
      add(report, line);
      if (act && line.decision && !line.decision->refused()) {
        Result<std::string> made = act(line);
        if (made) {
          line.made = std::move(*made);
        } else {
          line.problem = made.error().text();
          ++report.failed;
        }
      }
      TRY(each(line));
    }
  } while (!after.empty());
  std::ranges::sort(report.sums, {}, &BulkSum::currency);
  return report;
}

Act store_quotes(App& app, const std::string& approved) {
  return [&app, approved](const BulkLine& line) -> Result<std::string> {
    return TRY(quote_refund(app, {.reservation = line.reservation.id, .approved = approved})).quote.id.text();
  };
}

}  // namespace prorata
