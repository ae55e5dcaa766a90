// Support requests: the ticket with which a refund or an exchange is asked for, as the wizard files it and the record shows it.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/quote_refund.h"
#include "app/support_requests.h"
#include "portal_api/answer.h"
#include "support/classification.h"
#include "wire/portal_bodies.h"

namespace prorata::portal_api {
namespace {

using http::Method;
using http::Response;
using support::SupportRequest;

constexpr std::string_view kResource = "/api/support-requests";
constexpr std::size_t kRowsAtOnce = 200;

access::Target target_of(const Customer& customer, const SupportRequest& request) {
  access::Target target = prorata::target_of(customer);
  if (request.subscription) {
    target.scope = access::scope_of(*request.subscription);
    target.subscription = request.subscription;
  }
  return target;
}

struct Found {
  Customer customer;
  SupportRequest request;
  RequestPlace place() const { return {request.name, request.customer, request.subscription}; }
};

std::unexpected<Refused> no_request(std::string_view name) {
  return refuse(404, "not_found", fmt::format("there is no support request {}", name.substr(0, 80)));
}

// Who filed it goes on with it, whatever their role.
Outcome<void> allow_on(const Call& call, const Found& found, Right right, Access access) {
  if (found.request.filed_by == call.app.actor) return {};
  return allow(call, right, access, target_of(found.customer, found.request));
}

Outcome<Found> find(Call& call, Right right, Access access) {
  const std::string& name = call.path.at("name");
  const auto snapshot = TRY(call.app.store.snapshot());
  std::optional<SupportRequest> request = TRY(snapshot->support_request(name));
  std::optional<Customer> customer = request ? TRY(snapshot->customer(request->customer)) : std::nullopt;
  if (!customer || !sees(call, *customer)) return no_request(name);
  Found found{*std::move(customer), *std::move(request)};
  TRY(allow_on(call, found, right, access));
  return found;
}

void write_named(JsonWriter& w, std::string_view key, std::string_view id, std::string_view name) {
  w.key(key).begin_object().field("id", id).field("name", name).end_object();
}

void write_contact(JsonWriter& w, const support::Contact& c) {
  w.key("contact").begin_object().field("firstName", std::string_view(c.first_name)).field("lastName", std::string_view(c.last_name));
  w.field("method", to_string(c.method)).field("email", std::string_view(c.email)).key("additionalEmails").begin_array();
  for (const std::string& each : c.additional_emails) w.text(each);
  w.end_array().field_if("phone", c.phone).field("timeZone", std::string_view(c.time_zone));
  w.field("country", std::string_view(c.country)).field("language", std::string_view(c.language)).end_object();
}

void write_request(JsonWriter& w, const SupportRequest& r, const Customer& customer) {
  const support::Service* service = support::find_service(r.service.text());
  const support::Classification* about = service == nullptr ? nullptr : support::find_classification(*service, r.classification.text());
  w.begin_object().field("name", std::string_view(r.name)).field("number", std::string_view(r.number));
  write_customer_ref(w, customer);
  if (r.subscription) w.field("subscription", std::string_view(r.subscription->text()));
  w.field("title", std::string_view(r.title)).field("description", std::string_view(r.description));
  w.field("severity", to_string(r.severity)).field("status", to_string(r.status));
  write_named(w, "service", r.service.text(), service == nullptr ? std::string_view() : service->name);
  write_named(w, "classification", r.classification.text(), about == nullptr ? std::string_view() : about->name);
  write_contact(w, r.contact);
  write_instant(w, "created", r.created);
  write_instant(w, "modified", r.modified);
  write_instant(w, "answerBy", r.service_level.expiration);
  w.field("filedBy", std::string_view(r.filed_by)).key("thread").begin_array();
  for (const support::Communication& each : r.thread) {
    w.begin_object().field("name", std::string_view(each.name)).field("direction", to_string(each.direction));
    w.field("sender", std::string_view(each.sender)).field("subject", std::string_view(each.subject));
    w.field("body", std::string_view(each.body));
    write_instant(w, "created", each.created);
    w.end_object();
  }
  w.end_array().end_object();
}

Response shown(int status, const SupportRequest& request, const Customer& customer) {
  return written(status, [&](JsonWriter& w) { write_request(w, request, customer); });
}

// ---- lists ---------------------------------------------------------------------------------------------------------------------------

void write_listed(JsonWriter& w, const SupportRequest& r, const Customer& customer) {
  w.begin_object().field("name", std::string_view(r.name)).field("number", std::string_view(r.number));
  write_customer_ref(w, customer);
  w.field("title", std::string_view(r.title)).field("severity", to_string(r.severity)).field("status", to_string(r.status));
  write_instant(w, "created", r.created);
  write_instant(w, "modified", r.modified);
  write_instant(w, "answerBy", r.service_level.expiration);
  w.field("messages", static_cast<std::int64_t>(r.thread.size()));
  if (!r.thread.empty()) w.field("lastFrom", std::string_view(r.thread.back().sender));
  w.end_object();
}

Outcome<Response> list(Call& call) {
  const auto limit = static_cast<std::size_t>(TRY(number_asked(call, "limit", 100, 1, 500)));
  SupportQuery query{.customer = TRY(id_asked<CustomerId>(call, "customer")), .after = TRY(text_asked(call, "after", 1'000))};
  const std::optional<ReservationId> about = TRY(id_asked<ReservationId>(call, "reservation"));
  if (call.request.query.has("status")) query.status = TRY(word_asked(call, "status", support::Status::open));
  if (call.caller.principal.customer) query.customer = call.caller.principal.customer;
  const auto snapshot = TRY(call.app.store.snapshot());
  std::vector<Found> found;
  do {
    query.limit = std::min(kRowsAtOnce, limit - found.size());
    Page<SupportRequest> page = TRY(snapshot->support_requests(query));
    for (SupportRequest& each : page.items) {
      if (about && !to_lower(each.description).contains(about->text())) continue;
      std::optional<Customer> customer = TRY(snapshot->customer(each.customer));
      if (!customer || !sees(call, *customer)) continue;
      Found one{*std::move(customer), std::move(each)};
      if (allow_on(call, one, Right::open_record, Access::read)) found.push_back(std::move(one));
    }
    query.after = page.next;
  } while (!query.after.empty() && found.size() < limit);
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field_if("next", query.after).key("rows").begin_array();
    for (const Found& each : found) write_listed(w, each.request, each.customer);
    w.end_array().end_object();
  });
}

Outcome<Response> get(Call& call) {
  const Found found = TRY(find(call, Right::open_record, Access::read));
  return shown(200, found.request, found.customer);
}

// ---- writes --------------------------------------------------------------------------------------------------------------------------

// What the operator needs beside the words: both ids, the units, the quote with its figures. In English, as its people read.
Outcome<std::string> attached(Call& call, const wire::PortalSupportRequest& asked) {
  std::string out;
  if (!asked.reservation) {
    if (asked.quote) return refuse(400, "invalid_argument", "a quote is of a reservation: name that too", "/reservation");
    return out;
  }
  const auto snapshot = TRY(call.app.store.snapshot());
  const Record record = TRY(record_of(call, *snapshot, *asked.reservation, Right::submit_request, Access::full));
  if (record.customer.id != asked.request.customer)
    return refuse(400, "invalid_argument", "this reservation is another customer's", "/reservation");
  out += fmt::format("\n\nReservation: {} ({}, {})\nReservation ID: {}\nReservation order ID: {}", record.reservation.name,
                     record.reservation.sku, record.reservation.region, record.reservation.id.text(), record.reservation.order.text());
  if (asked.quantity) out += fmt::format("\nUnits: {} of {}", *asked.quantity, record.reservation.quantity);
  if (!asked.quote) return out;
  const std::optional<Quote> quote = TRY(snapshot->quote(*asked.quote));
  if (!quote || quote->reservation != *asked.reservation)
    return refuse(400, "invalid_argument", fmt::format("{} is no quote of this reservation", asked.quote->text()), "/quoteId");
  if (asked.quantity && *asked.quantity != quote->quantity)
    return refuse(400, "invalid_argument", fmt::format("that quote is for {} units", quote->quantity), "/quantity");
  TRY(check_quote_age(quote->id.text(), quote->as_of, record.now));
  const RefundFacts facts = TRY(load_refund_facts(call.app, *snapshot, *asked.reservation));
  const GoverningDecision decided =
      TRY(decide_under_governing_pack(call.app, facts, {.reservation = *asked.reservation, .quantity = quote->quantity}, quote->as_of));
  if (fingerprint(decided.decision) != quote->fingerprint)
    return refuse(409, "stale_quote", fmt::format("what quote {} rested on has changed; ask for a new one", quote->id.text()), "/quoteId");
  out += fmt::format("\nQuote: {} of {}\nRefund: {} {} for {} units under {}", quote->id.text(), to_string(quote->as_of),
                     to_string(decided.decision.refund), decided.decision.currency.code(), quote->quantity, quote->policy);
  return out;
}

// What the same words under the same key made before; absent where there is none.
Outcome<std::optional<SupportRequest>> made_before(Call& call, const support::NewRequest& asked) {
  const auto snapshot = TRY(call.app.store.snapshot());
  std::optional<SupportRequest> there = TRY(snapshot->support_request(asked.name));
  if (!there) return std::nullopt;
  const bool same = there->customer == asked.customer && there->title == asked.title && there->description.starts_with(asked.description);
  if (same) return there;
  return refuse(409, "key_reused", "this Idempotency-Key was used for another support request; choose a new one");
}

Outcome<Customer> customer_to_serve(Call& call, const CustomerId& id) {
  const auto snapshot = TRY(call.app.store.snapshot());
  std::optional<Customer> customer = TRY(snapshot->customer(id));
  if (!customer || !sees(call, *customer))
    return refuse(400, "invalid_argument", fmt::format("there is no customer {}", id.text()), "/customer");
  return *std::move(customer);
}

Outcome<Response> post(Call& call) {
  wire::JsonReader reader;
  wire::PortalSupportRequest asked = TRY(wire::read_portal_support_request(reader, call.request.body));
  support::NewRequest& request = asked.request;
  const Customer customer = TRY(customer_to_serve(call, request.customer));
  // For a reservation the right on its order decides, which `attached` asks for.
  if (!asked.reservation) TRY(allow(call, Right::submit_request, Access::full, prorata::target_of(customer)));
  request.name = "portal-" + call.key_digits();
  request.filed_by = call.app.actor;
  if (request.service.empty()) request.service = support::kBilling;
  if (request.classification.empty()) request.classification = support::kExchangesAndRefunds;
  if (const std::optional<SupportRequest> there = TRY(made_before(call, request))) return shown(201, *there, customer);
  const support::NewRequest words = request;
  request.description += TRY(attached(call, asked));
  Result<SupportWork> work = file_request(call.app, {std::move(request), std::string(kResource)});
  if (!work && work.error().code == Code::already_exists)
    if (const std::optional<SupportRequest> there = TRY(made_before(call, words))) return shown(201, *there, customer);
  if (!work) return std::unexpected(with_pointer(work.error()));
  return shown(201, work->request, customer);
}

Outcome<Response> patch(Call& call) {
  const Found found = TRY(find(call, Right::submit_request, Access::full));
  wire::JsonReader reader;
  const support::RequestChange change = TRY(wire::read_portal_support_change(reader, call.request.body));
  const Result<SupportRequest> changed = change_request(call.app, {found.place(), change});
  if (!changed) return std::unexpected(with_pointer(changed.error()));
  return shown(200, *changed, found.customer);
}

Outcome<Response> post_message(Call& call) {
  const Found found = TRY(find(call, Right::submit_request, Access::full));
  wire::JsonReader reader;
  wire::PortalMessage message = TRY(wire::read_portal_message(reader, call.request.body));
  if (message.sender.empty()) message.sender = support::is_email(call.app.actor) ? call.app.actor : found.request.contact.email;
  const std::string name = "portal-" + call.key_digits();
  if (const support::Communication* before = support::find_communication(found.request, name)) {
    if (before->body == message.body) return shown(201, found.request, found.customer);
    return refuse(409, "key_reused", "this Idempotency-Key was used for another message; choose a new one");
  }
  const Result<SupportWork> work =
      say(call.app, {found.place(),
                     {.name = name, .sender = message.sender, .subject = message.subject, .body = message.body},
                     fmt::format("{}/{}", kResource, found.request.name)});
  if (!work) return std::unexpected(with_pointer(work.error()));
  return shown(201, work->request, found.customer);
}

}  // namespace

std::vector<Route> support_routes() {
  const std::string all(kResource);
  const std::string one = all + "/{name}";
  std::vector<Route> routes = {{.pattern = all, .handler = list}, {.pattern = one, .handler = get}};
  routes.push_back({.method = Method::post, .pattern = all, .handler = post, .kind = http::Kind::writes, .key = Key::needed});
  routes.push_back({.method = Method::patch, .pattern = one, .handler = patch, .kind = http::Kind::writes});
  routes.push_back(
      {.method = Method::post, .pattern = one + "/messages", .handler = post_message, .kind = http::Kind::writes, .key = Key::needed});
  return routes;
}

}  // namespace prorata::portal_api
