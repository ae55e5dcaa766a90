// Service requests: the desk's support requests, seen from Partner Center. The same request is a ticket of Microsoft.Support to whoever
// asks there; its number is the id here.
#include <fmt/format.h>

#include "app/authorize.h"
#include "app/support_requests.h"
#include "partner_center/answer.h"
#include "support/contact.h"
#include "wire/partner_records.h"

namespace prorata::partner_center {
namespace {

using access::Access;
using access::Right;
using http::Method;
using http::Response;
using support::SupportRequest;

constexpr PageSizes kPages{.usual = 100, .most = 500};
constexpr std::size_t kRequestsAtOnce = 200;

std::unexpected<Refused> no_request(std::string_view id) {
  return refuse(404, code::kNotFound, fmt::format("no service request {}", id.substr(0, 80)));
}

access::Target target_of(const Customer& customer, const SupportRequest& request) {
  access::Target target = prorata::target_of(customer);
  if (request.subscription) {
    target.scope = access::scope_of(*request.subscription);
    target.subscription = request.subscription;
  }
  return target;
}

// A number begins with its day: "260302" of "2603020010000017".
std::optional<Day> day_in(std::string_view number) {
  if (number.size() != 16) return std::nullopt;
  const Result<Day> day = parse_day(fmt::format("20{}-{}-{}", number.substr(0, 2), number.substr(2, 2), number.substr(4, 2)));
  return day ? std::optional(*day) : std::nullopt;
}

Result<std::optional<SupportRequest>> numbered(Snapshot& snapshot, std::string_view number) {
  const std::optional<Day> day = day_in(number);
  if (!day) return std::optional<SupportRequest>();
  SupportQuery query{.created_from = start_of(*day), .created_until = start_of(add_days(*day, 1)), .limit = kRequestsAtOnce};
  do {
    Page<SupportRequest> page = TRY(snapshot.support_requests(query));
    for (SupportRequest& each : page.items)
      if (each.number == number) return std::optional(std::move(each));
    query.after = page.next;
  } while (!query.after.empty());
  return std::optional<SupportRequest>();
}

struct Found {
  Customer customer;
  SupportRequest request;
  RequestPlace place() const { return {request.name, request.customer, request.subscription}; }
};
Outcome<Found> find(Call& call, Right right, Access access) {
  const std::string& id = call.path.at("request");
  const auto snapshot = TRY(call.app.store.snapshot());
  std::optional<SupportRequest> request = TRY(numbered(*snapshot, id));
  std::optional<Customer> customer = request ? TRY(snapshot->customer(request->customer)) : std::nullopt;
  if (!customer || !sees(call, *customer)) return no_request(id);
  TRY(allow(call, right, access, target_of(*customer, *request)));
  return Found{*std::move(customer), *std::move(request)};
}

Response shown(int status, const SupportRequest& request, const Customer& customer) {
  return written(status, [&](wire::JsonWriter& w) { wire::write_service_request(w, request, customer); });
}

// What the caller may know of, however many it may not.
Outcome<Response> list(Call& call, const std::optional<CustomerId>& of) {
  const PageAsk ask = TRY(page_ask(call, kPages));
  const auto snapshot = TRY(call.app.store.snapshot());
  std::vector<SupportRequest> found;
  SupportQuery query{.customer = of, .after = ask.after};
  do {
    query.limit = ask.limit - found.size();
    Page<SupportRequest> page = TRY(snapshot->support_requests(query));
    for (SupportRequest& each : page.items) {
      const std::optional<Customer> customer = TRY(snapshot->customer(each.customer));
      if (customer && sees(call, *customer) && call.allows(Right::open_record, Access::read, target_of(*customer, each)))
        found.push_back(std::move(each));
    }
    query.after = page.next;
  } while (!query.after.empty() && found.size() < ask.limit);
  return collection_of(call, found, {.cursor = query.after}, wire::write_listed_service_request);
}

Outcome<Response> list_all(Call& call) { return list(call, call.caller.principal.customer); }

Outcome<Response> list_of_customer(Call& call) {
  CustomerId id;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    id = TRY(customer_of(call, *snapshot)).id;
  }
  return list(call, id);
}

Outcome<Response> get_request(Call& call) {
  const Found found = TRY(find(call, Right::open_record, Access::read));
  return shown(200, found.request, found.customer);
}

Outcome<Response> list_topics(Call& call) {
  TRY(allow(call, Right::look_up, Access::read, {}));
  std::int64_t count = 0;
  for (const support::Service& service : support::services()) count += static_cast<std::int64_t>(service.classifications.size());
  return collection(call, count, {}, [&](wire::JsonWriter& w) {
    for (const support::Service& service : support::services())
      for (const support::Classification& each : service.classifications) wire::write_support_topic(w, service, each);
  });
}

Outcome<Customer> organization(Call& call, std::string_view text) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Result<CustomerId> id = CustomerId::parse(text);
  std::optional<Customer> customer = id ? TRY(snapshot->customer(*id)) : std::nullopt;
  if (customer && sees(call, *customer)) return *std::move(customer);
  return refuse(400, code::kInvalidInput, fmt::format("organization.id: '{}' is none of the partner's customers", text.substr(0, 80)));
}

// The request that the same words under the same id made before; absent where there is none.
Outcome<std::optional<SupportRequest>> made_before(Call& call, const support::NewRequest& asked) {
  const auto snapshot = TRY(call.app.store.snapshot());
  std::optional<SupportRequest> there = TRY(snapshot->support_request(asked.name));
  if (!there) return std::optional<SupportRequest>();
  if (there->customer == asked.customer && there->title == asked.title && there->description == asked.description) return there;
  return refuse(409, code::kBadRequest, "the MS-RequestId was used for another service request; choose a new one");
}

Outcome<Response> post_request(Call& call) {
  wire::JsonReader reader;
  wire::ServiceRequestBody body = TRY(wire::read_service_request(reader, call.request.body, call.path.at("request")));
  const Customer customer = TRY(organization(call, body.organization));
  TRY(allow(call, Right::submit_request, Access::full, prorata::target_of(customer)));
  support::NewRequest& asked = body.request;
  asked.name = "partner-center-" + call.request_id();
  asked.customer = customer.id;
  asked.filed_by = call.app.actor;
  if (const std::optional<SupportRequest> there = TRY(made_before(call, asked))) return shown(201, *there, customer);
  const support::NewRequest kept = asked;
  Result<SupportWork> work = file_request(call.app, {std::move(asked), "/v1/servicerequests"});
  if (!work && work.error().code == Code::already_exists)
    if (const std::optional<SupportRequest> there = TRY(made_before(call, kept))) return shown(201, *there, customer);
  return shown(201, TRY(std::move(work)).request, customer);
}

// A note is kept under the request's id, so that it is said once however often it is sent.
Outcome<void> add_note(Call& call, const Found& found, const std::string& text) {
  const std::string sender = support::is_email(call.app.actor) ? call.app.actor : found.request.contact.email;
  const std::string name = "note-" + call.request_id();
  const support::Communication* before = support::find_communication(found.request, name);
  if (before != nullptr && before->body == text) return {};
  if (before != nullptr) return refuse(409, code::kBadRequest, "the MS-RequestId was used for another note; choose a new one");
  TRY(say(call.app, {found.place(),
                     {.name = name, .sender = sender, .subject = found.request.title, .body = text},
                     "/v1/servicerequests/" + found.request.number}));
  return {};
}

Outcome<Response> patch_request(Call& call) {
  const Found found = TRY(find(call, Right::submit_request, Access::full));
  wire::JsonReader reader;
  const wire::ServiceRequestChange change = TRY(wire::read_service_request_change(reader, call.request.body));
  if (!change.note.empty()) TRY(add_note(call, found, change.note));
  if (change.status || change.severity)
    TRY(change_request(call.app, {found.place(), {.severity = change.severity, .status = change.status}}));
  const auto snapshot = TRY(call.app.store.snapshot());
  return shown(200, TRY(load_request(*snapshot, found.place())), found.customer);
}

}  // namespace

std::vector<Route> service_request_routes() {
  std::vector<Route> routes;
  routes.push_back({.pattern = "/v1/servicerequests", .handler = list_all});
  routes.push_back({.pattern = "/v1/customers/{customer}/servicerequests", .handler = list_of_customer});
  routes.push_back({.pattern = "/v1/servicerequests/supporttopics", .handler = list_topics});
  routes.push_back({.pattern = "/v1/servicerequests/{request}", .handler = get_request});
  routes.push_back(
      {.method = Method::patch, .pattern = "/v1/servicerequests/{request}", .handler = patch_request, .kind = http::Kind::writes});
  // What is filed has no number yet: there the last segment is the language of whoever is to answer.
  routes.push_back(
      {.method = Method::post, .pattern = "/v1/servicerequests/{request}", .handler = post_request, .kind = http::Kind::writes});
  return routes;
}

}  // namespace prorata::partner_center
