#include "app/statements.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/customer_terms.h"
#include "app/settlement_profile.h"

namespace prorata {
namespace {

// What an entry does to the customer's account.
Standing moved_by(const ledger::Entry& entry) {
  const Currency currency = entry.head().currency;
  Standing moved{Money::zero(currency), Money::zero(currency)};
  for (const ledger::Posting& posting : entry.postings()) {
    if (posting.account == ledger::Account::customer_receivable) moved.owes += Money{posting.amount_minor, currency};
    if (posting.account == ledger::Account::customer_credit_payable) moved.owed -= Money{posting.amount_minor, currency};
  }
  return moved;
}

void add(Standing& standing, const Standing& moved) {
  standing.owes += moved.owes;
  standing.owed += moved.owed;
}

StatementLine line_of(const ledger::Entry& entry, const Standing& moved) {
  const ledger::EntryHead& head = entry.head();
  return {.day = day_of(head.at),
          .event = head.event,
          .what = head.memo,
          .reservation = head.reservation,
          .reference = head.reference,
          .charged = moved.owes,
          .credited = moved.owed};
}

// An instalment that was noticed late stands on its own day; lines of one day stay in the order of the books.
void sort_by_day(std::vector<StatementLine>& lines) {
  std::vector<std::pair<Day, std::size_t>> order;
  for (std::size_t i = 0; i < lines.size(); ++i) order.emplace_back(lines[i].day, i);
  std::ranges::sort(order);
  std::vector<StatementLine> sorted;
  for (const auto& [day, i] : order) sorted.push_back(std::move(lines[i]));
  lines = std::move(sorted);
}

Result<void> name_reservations(Snapshot& snapshot, std::vector<StatementLine>& lines) {
  std::vector<ReservationId> ids;
  for (const StatementLine& line : lines)
    if (const Result<ReservationId> id = ReservationId::parse(line.reservation)) ids.push_back(*id);
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  std::map<std::string, std::string> names;
  for (const Reservation& each : TRY(snapshot.reservations_by_id(ids))) names[each.id.text()] = each.name.empty() ? each.sku : each.name;
  for (StatementLine& line : lines)
    if (const auto found = names.find(line.reservation); found != names.end()) line.reservation = found->second;
  return {};
}

}  // namespace

Result<Statement> statement_of(App& app, const StatementAsk& ask) {
  if (ask.until <= ask.from)
    return fail(Code::invalid_argument, fmt::format("a period from {} until {} holds no day", to_string(ask.from), to_string(ask.until)));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const std::optional<Customer> customer = TRY(snapshot->customer(ask.customer));
  if (!customer)
    return fail(Code::not_found, fmt::format("customer {} is not in this desk; 'prorata customer list' shows them", ask.customer.text()));
  TRY(authorize(app, access::Right::settle, target_of(*customer), access::Access::read));

  Statement out{.customer = *customer,
                .billed = billed_party(*customer, TRY(snapshot->customer_terms(ask.customer))),
                .profile = TRY(load_profile(*snapshot)),
                .currency = ask.currency,
                .from = ask.from,
                .until = ask.until};
  out.opening = {Money::zero(ask.currency), Money::zero(ask.currency)};
  const EntryQuery query{.customer = ask.customer, .currency = ask.currency, .until = start_of(ask.until)};
  TRY(snapshot->entries(query, [&](const ledger::Entry& entry) {
    const Standing moved = moved_by(entry);
    if (moved.owes.is_zero() && moved.owed.is_zero()) return true;
    if (entry.head().at < start_of(ask.from))
      add(out.opening, moved);
    else
      out.lines.push_back(line_of(entry, moved));
    return true;
  }));
  sort_by_day(out.lines);
  out.closing = out.opening;
  for (StatementLine& line : out.lines) {
    add(out.closing, {line.charged, line.credited});
    line.balance = out.closing.balance();
  }
  TRY(name_reservations(*snapshot, out.lines));
  return out;
}

std::string line_text(const StatementLine& line, Language language) {
  std::string what = line.what;
  if (language == Language::swedish) {
    static const std::map<std::string, std::string, std::less<>> kSwedish = {
        {"purchase", "Köp"},         {"instalment", "Delbetalning"}, {"return", "Återlämnat"}, {"handling", "Hanteringsavgift"},
        {"settlement", "Reglering"}, {"exchange", "Byte"},           {"reversal", "Rättelse"}};
    const auto found = kSwedish.find(line.event);
    if (found != kSwedish.end()) what = found->second;
  }
  if (line.event == "handling" && language == Language::english) what = "handling charge";  // the entry tells of the return
  if (!line.reservation.empty()) what += fmt::format(", {}", line.reservation);
  const bool outside = line.event == "settlement" && !line.reference.empty();
  return outside ? fmt::format("{} ({})", what, line.reference) : what;
}

}  // namespace prorata
