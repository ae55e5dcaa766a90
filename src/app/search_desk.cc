#include "app/search_desk.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/authorize.h"

namespace prorata {
namespace {

// Who acts may know of some customers only; each is asked about once.
class Known {
 public:
  Known(App& app, Snapshot& snapshot) : app_(app), snapshot_(snapshot) {}
  Result<bool> of(const CustomerId& id) {
    if (app_.acting == nullptr) return true;
    const std::optional<Customer> customer = TRY(snapshot_.customer(id));
    return customer && of(*customer);
  }
  bool of(const Customer& customer) const {
    return authorize(app_, access::Right::list_customers, target_of(customer), access::Access::read).has_value();
  }

 private:
  App& app_;
  Snapshot& snapshot_;
};

// Digits and letters a to f, and hyphens: what an id can begin with.
bool begins_an_id(std::string_view text) {
  return text.size() >= 3 && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-'; });
}

Found found_of(const Reservation& r) {
  return {FoundKind::reservation, r.id.text(), r.name,
          fmt::format("{} x {}, {}, expires {}", r.quantity, r.sku, to_string(r.state), to_string(day_of(r.expiry))), r.customer};
}

}  // namespace

Result<std::vector<Found>> search_desk(App& app, const std::string& given, std::size_t limit) {
  const std::string text = to_lower(trim(given));
  if (text.empty()) return fail(Code::invalid_argument, "what is looked for? A part of a name, or the beginning of an id or a number");
  if (text.size() > kSearchTextMax) return fail(Code::invalid_argument, fmt::format("at most {} bytes can be looked for", kSearchTextMax));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Known known(app, *snapshot);
  std::vector<Found> out;

  for (const Customer& each : TRY(snapshot->customers({.text = text, .limit = limit})).items)
    if (known.of(each)) out.push_back({FoundKind::customer, each.id.text(), each.name, each.domain, each.id});

  std::set<std::string> seen;
  const auto add_reservations = [&](const std::vector<Reservation>& items) -> Result<void> {
    for (const Reservation& each : items)
      if (seen.size() < limit && TRY(known.of(each.customer)) && seen.insert(each.id.text()).second) out.push_back(found_of(each));
    return {};
  };
  TRY(add_reservations(TRY(snapshot->reservations({.name_prefix = text, .sort = ReservationSort::name, .limit = limit})).items));
  if (begins_an_id(text)) {
    TRY(add_reservations(TRY(snapshot->reservations_starting(text, limit))));
    for (const Order& each : TRY(snapshot->orders_starting(text, limit)))
      if (TRY(known.of(each.customer)))
        out.push_back({FoundKind::order, each.id.text(), fmt::format("{} reservations", each.reservations.size()), "", each.customer});
  }
  for (const support::SupportRequest& each : TRY(snapshot->support_requests_starting(text, limit)))
    if (TRY(known.of(each.customer)))
      out.push_back({FoundKind::support_request, each.name, fmt::format("{} {}", each.number, each.title),
                     std::string(to_string(each.status)), each.customer});
  return out;
}

}  // namespace prorata
