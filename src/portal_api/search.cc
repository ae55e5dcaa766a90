// One field that finds everything: ids wherever they stand in what was pasted, numbers of support requests, names.
#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "portal_api/answer.h"

namespace prorata::portal_api {
namespace {

using http::Response;

constexpr std::size_t kGuidLength = 36;
constexpr std::size_t kGuidsMax = 4;

struct Hit {
  std::string_view kind;
  std::string title;
  std::string detail;
  std::string path;
  std::string id;
  std::string order;
  std::string customer;
};

// The GUIDs of a text, a link of another portal for example.
std::vector<std::string> guids_in(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at + kGuidLength <= text.size() && out.size() < kGuidsMax;) {
    const Result<CustomerId> id = CustomerId::parse(text.substr(at, kGuidLength));
    if (id && !has(out, id->text())) out.push_back(id->text());
    at += id ? kGuidLength : 1;
  }
  return out;
}

class Search {
 public:
  Search(Call& call, Snapshot& snapshot, Instant now, std::size_t limit) : call_(call), snapshot_(snapshot), now_(now), limit_(limit) {}

  Outcome<void> by_id(const std::string& guid) {
    if (const auto reservation = TRY(snapshot_.reservation(ReservationId::trusted(guid)))) TRY(take(*reservation));
    if (const auto order = TRY(snapshot_.order(OrderId::trusted(guid)))) TRY(take(*order));
    if (const auto customer = TRY(snapshot_.customer(CustomerId::trusted(guid)))) take(*customer);
    return {};
  }

  // By its name, or by the number that begins with its day.
  Outcome<void> by_request(const std::string& text) {
    if (const auto named = TRY(snapshot_.support_request(text))) TRY(take(*named));
    if (text.size() != 16 || !std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; })) return {};
    const Result<Day> day = parse_day(fmt::format("20{}-{}-{}", text.substr(0, 2), text.substr(2, 2), text.substr(4, 2)));
    if (!day) return {};
    SupportQuery query{.created_from = start_of(*day), .created_until = start_of(add_days(*day, 1)), .limit = 200};
    do {
      const Page<support::SupportRequest> page = TRY(snapshot_.support_requests(query));
      for (const support::SupportRequest& each : page.items)
        if (each.number == text) TRY(take(each));
      query.after = page.next;
    } while (!query.after.empty());
    return {};
  }

  Outcome<void> by_words(const std::string& text) {
    const access::Principal& who = call_.caller.principal;
    if (!who.customer) {
      const Page<Customer> page = TRY(snapshot_.customers({.text = text, .reseller = who.reseller, .limit = limit_}));
      for (const Customer& each : page.items) take(each);
    }
    const bool by_assignments = !who.of_customer && who.roles.empty();
    if (by_assignments) return {};
    const FleetQuery query{.words = words_of(text), .reseller = who.reseller, .only_customer = who.customer};
    const FleetWindow window = TRY(call_.fleet.window(snapshot_, query, now_, {0, limit_}));
    std::unordered_map<ReservationId, Reservation> rows;
    for (Reservation& each : TRY(snapshot_.reservations_by_id(window.ids))) rows.emplace(each.id, std::move(each));
    for (const ReservationId& id : window.ids)
      if (const auto row = rows.find(id); row != rows.end()) TRY(take(row->second));
    return {};
  }

  const std::vector<Hit>& hits() const { return hits_; }

 private:
  void add(Hit hit) {
    const bool there = std::ranges::any_of(hits_, [&](const Hit& each) { return each.path == hit.path && each.kind == hit.kind; });
    if (!there) hits_.push_back(std::move(hit));
  }

  void take(const Customer& customer) {
    if (!sees(call_, customer) || !call_.allows(Right::list_customers, Access::read, target_of(customer))) return;
    add({.kind = "customer",
         .title = customer.name,
         .detail = customer.domain,
         .path = fmt::format("/customers/{}/reservations", customer.id.text()),
         .id = customer.id.text(),
         .customer = customer.id.text()});
  }

  Outcome<std::optional<Customer>> known(const CustomerId& id) {
    std::optional<Customer> customer = TRY(snapshot_.customer(id));
    if (customer && !sees(call_, *customer)) customer.reset();
    return customer;
  }

  Outcome<void> take(const Reservation& reservation) {
    const std::optional<Customer> customer = TRY(known(reservation.customer));
    if (!customer || !call_.allows(Right::list_customers, Access::read, target_of(*customer, reservation))) return {};
    add({.kind = "reservation",
         .title = reservation.name,
         .detail = fmt::format("{} · {} · {}", reservation.sku, reservation.region, customer->name),
         .path = fmt::format("/reservations/{}/overview", reservation.id.text()),
         .id = reservation.id.text(),
         .order = reservation.order.text(),
         .customer = customer->id.text()});
    return {};
  }

  Outcome<void> take(const Order& order) {
    const std::optional<Customer> customer = TRY(known(order.customer));
    access::Target target = customer ? target_of(*customer) : access::Target{};
    target.scope = access::scope_of(order.id);
    if (!customer || !call_.allows(Right::list_customers, Access::read, target)) return {};
    add({.kind = "order",
         .title = order.name.empty() ? order.id.text() : order.name,
         .detail = customer->name,
         .path = fmt::format("/orders/{}", order.id.text()),
         .id = order.id.text(),
         .order = order.id.text(),
         .customer = customer->id.text()});
    return {};
  }

  Outcome<void> take(const support::SupportRequest& request) {
    const std::optional<Customer> customer = TRY(known(request.customer));
    if (!customer) return {};
    const bool own = request.filed_by == call_.app.actor;
    if (!own && !call_.allows(Right::open_record, Access::read, target_of(*customer))) return {};
    add({.kind = "supportRequest",
         .title = request.title,
         .detail = fmt::format("{} · {}", request.number, customer->name),
         .path = fmt::format("/requests/{}", http::percent_encode(request.name)),
         .id = request.name,
         .customer = customer->id.text()});
    return {};
  }

  Call& call_;
  Snapshot& snapshot_;
  Instant now_;
  std::size_t limit_;
  std::vector<Hit> hits_;
};

Outcome<Response> search(Call& call) {
  const std::string text(trim(TRY(text_asked(call, "q", 2'000))));
  if (text.empty()) return bad_parameter("q", "say what to look for");
  const auto limit = static_cast<std::size_t>(TRY(number_asked(call, "limit", 8, 1, 20)));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  Search search(call, *snapshot, moment.now, limit);
  const std::vector<std::string> guids = guids_in(text);
  for (const std::string& each : guids) TRY(search.by_id(each));
  TRY(search.by_request(text));
  if (guids.empty()) TRY(search.by_words(text));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().key("hits").begin_array();
    for (const Hit& each : search.hits()) {
      w.begin_object().field("kind", each.kind).field("title", std::string_view(each.title)).field_if("detail", each.detail);
      w.field("path", std::string_view(each.path)).field_if("id", each.id).field_if("order", each.order);
      w.field_if("customer", each.customer).end_object();
    }
    w.end_array().end_object();
  });
}

}  // namespace

std::vector<Route> search_routes() { return {{.pattern = "/api/search", .handler = search}}; }

}  // namespace prorata::portal_api
