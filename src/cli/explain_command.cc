// utilization explain: why an hour went where.
#include <fmt/format.h>

#include "advice/explain.h"
#include "cli/advice_facts.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/shared.h"

namespace prorata::cli {
namespace {

using namespace utilization;
using namespace advice;

// "taken", "nothing was left for it", "nothing was left of it", or why it could not.
std::string why(const Offered& offered, std::int64_t left_of_machine, bool sv) {
  if (offered.standing != Standing::eligible) return std::string(sentence(offered.standing, sv));
  if (offered.taken > 0) return sv ? "täcker den" : "covers it";
  if (left_of_machine == 0) return sv ? "behövdes inte: andra hade täckt den" : "was not needed: others had covered it";
  return sv ? "hade inget kvar" : "had nothing left";
}

// One row a machine and reservation, first takers first.
Table offers(const Session& session, const HourExplained& hour) {
  const bool people = session.globals().format == Format::table;
  Table table({{"Machine", "machine"},
               {"Size", "size"},
               {"Needs", "need", Align::right, true},
               {"Reservation", "reservation"},
               {"Takes", "taken", Align::right, true},
               {"Standing", "standing"},
               {"Why", "why"},
               {"Left", "left", Align::right, true}});
  for (const MachineExplained& m : hour.machines) {
    std::int64_t open = m.need;
    for (const Offered& each : m.offered) {
      const std::string reason = why(each, open, swedish(session));
      open -= each.taken;
      const std::string name = people ? m.identity.resource_id.substr(m.identity.resource_id.rfind('/') + 1) : m.identity.resource_id;
      table.add({name, m.identity.size, std::to_string(m.need), each.reservation, std::to_string(each.taken),
                 std::string(to_string(each.standing)), reason, std::to_string(open)});
    }
  }
  return table;
}

Table takers(const HourExplained& hour) {
  Table table({{"Reservation", "reservation"},
               {"Size", "size"},
               {"Units", "quantity", Align::right, true},
               {"Scope", "scope"},
               {"Exact", "exact"},
               {"Until", "end"},
               {"Offers", "capacity", Align::right, true},
               {"Used", "used", Align::right, true},
               {"Unused", "unused", Align::right, true}});
  constexpr auto kScopes = std::to_array<std::string_view>({"resource_group", "subscription", "management_group", "shared"});
  for (const ReservationExplained& each : hour.reservations)
    table.add({each.reservation, each.version.size, std::to_string(each.version.quantity),
               std::string(kScopes[static_cast<std::size_t>(each.version.scope.kind)]), each.version.exact ? "yes" : "no",
               to_string(each.version.end), std::to_string(each.capacity), std::to_string(each.used), std::to_string(each.unused())});
  return table;
}

void print_hour(const Session& session, const std::string& customer, const HourExplained& hour) {
  const Format format = session.globals().format;
  if (format == Format::csv || format == Format::tsv) return offers(session, hour).print(stdout, format);
  Record record;
  record.add("Hour", "hour", to_string(hour.hour));
  record.add("Customer", "customer", customer);
  record.add("Reservation", "reservation", hour.reservation);
  record.add("Region", "region", hour.region);
  record.add("Flexibility group", "group", hour.group);
  record.add_number("Machines of the group need", "need", hour.need());
  record.add_number("Taken by reservations", "taken", hour.taken());
  record.add_number("Left uncovered", "left", hour.left());
  record.add_number("Machines of other groups or regions", "ran_elsewhere", hour.ran_elsewhere);
  record.add("Reservations, first takers first", "reservations", takers(hour));
  record.add("Machines, in usage order, and who took what of them", "machines", offers(session, hour), "No machine of the group ran.");
  record.print(stdout, format);
}

bool owns(const CustomerHistory& customer, const std::string& id) {
  for (const ReservationVersion& each : customer.history.versions)
    if (each.id == id) return true;
  return false;
}

}  // namespace

Result<int> utilization_explain(Session& session, const AdviceOptions& options) {
  const Hour hour = hour_of(TRY(parse_instant(options.hour)));
  const std::string id = to_lower(options.reservation.substr(options.reservation.rfind('/') + 1));
  AdviceOptions asked = options;
  if (asked.customer.empty() && asked.reservations.empty() && asked.usage.empty()) {  // at a desk the reservation says whose it is
    App& app = *TRY(session.app());
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    const std::optional<Reservation> reservation = TRY(snapshot->reservation(TRY(id_in<ReservationId>(options.reservation))));
    if (!reservation)
      return fail(Code::not_found, fmt::format("reservation {} is not in this desk; 'prorata reservation list' shows them", id));
    asked.customer = reservation->customer.text();
  }
  const AdviceFacts facts = TRY(load_advice_facts(session, asked));
  for (const CustomerHistory& customer : facts.customers) {
    if (!owns(customer, id)) continue;
    print_hour(session, customer.name, TRY(explain_hour(customer.history, id, hour)));
    return facts.refused > 0 ? 1 : 0;
  }
  return fail(Code::not_found, fmt::format("no reservation '{}' with usage in these days", options.reservation));
}

}  // namespace prorata::cli
