// Microsoft.Support in its two trees: below a subscription, and below the tenant (from 2024 on).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/support_requests.h"
#include "arm/answer.h"
#include "arm/outcome.h"
#include "arm/paging.h"
#include "arm/places.h"
#include "arm/providers.h"
#include "arm/support_files.h"
#include "wire/arm_support.h"
#include "wire/odata.h"

namespace prorata::arm {
namespace support_face {
namespace {

http::Response answer_error(int status, std::string_view code, std::string_view message, std::string_view target = {}) {
  return written(status, [&](wire::JsonWriter& w) {
    w.begin_object().key("error").begin_object().field("code", code).field("message", message).field_if("target", target);
    w.key("details").begin_array().end_array().end_object().end_object();
  });
}

}  // namespace

http::Response answer_for(const Error& why) {
  switch (why.code) {
    case Code::invalid_argument:
      if (why.place == "name") return answer_error(400, "ResourceNameInvalid", "Resource name is invalid. Please provide a valid name");
      return answer_error(400, "BadRequest", why.message, why.place);
    case Code::invalid_data:
      return answer_error(400, "InvalidRequestContent",
                          fmt::format("The request content was invalid and could not be deserialized: '{}'.", why.text()));
    case Code::not_found: return answer_error(404, "ResourceNotFound", why.message);
    case Code::already_exists:
    case Code::conflict:
    case Code::refused: return answer_error(409, "Conflict", why.message, why.place);
    default: return error(why);
  }
}

Outcome<Tree> tree_of(const Call& call, Snapshot& snapshot) {
  if (call.path.has("subscription")) {
    SubscriptionPlace place = TRY(subscription_place(call.caller, snapshot, call.path.at("subscription")));
    return Tree{"/subscriptions/" + place.subscription.id.text(), place.subscription.id, std::move(place.customer)};
  }
  Tree tree{.customer = TRY(customer_of_tenant(call.caller, snapshot))};
  const std::optional<CustomerId>& only = call.caller.principal.customer;
  if (!tree.customer && only) tree.customer = TRY(known_customer(call.caller, snapshot, *only));
  return tree;
}

Outcome<Tree> customers_tree(const Call& call, std::string_view action) {
  const auto snapshot = TRY(call.app.store.snapshot());
  Tree tree = TRY(tree_of(call, *snapshot));
  if (!tree.customer)
    return refused({Code::invalid_argument,
                    "this token is of the partner's own tenant; ask below /subscriptions/{id} of the customer it is about", "tenant"});
  TRY(allow(call, action, tree.target()));
  return tree;
}

}  // namespace support_face
namespace {

using http::Method;
using support::Communication;
using support::SupportRequest;
using support_face::in_words;
using support_face::refused;
using support_face::Row;
using support_face::Tree;
using support_face::tree_of;
using wire::Filter;
using wire::JsonWriter;
using wire::SupportAge;

constexpr PageSizes kTicketPages{.usual = 25, .most = 100};
constexpr PageSizes kMessagePages{.usual = 10, .most = 10};
constexpr std::string_view kRetryAfter = "1";
constexpr std::string_view kReadTickets = "Microsoft.Support/supportTickets/read";
constexpr std::string_view kReadMessages = "Microsoft.Support/supportTickets/communications/read";

SupportAge age_of(const Call& call) { return call.version == kSupport2020 ? SupportAge::from_2020 : SupportAge::from_2024; }

// -------------------------------------------------------------------------------------------------------------------- what is there

std::unexpected<Refused> no_ticket(std::string_view name) {
  return refused({Code::not_found, fmt::format("The Resource 'Microsoft.Support/supportTickets/{}' was not found.", name), {}});
}

// The ticket that the path names, where the caller looks and may know of it.
struct Found {
  Tree tree;
  SupportRequest request;
  RequestPlace place() const { return {request.name, request.customer, request.subscription}; }
};
Outcome<Found> find_ticket(const Call& call, Snapshot& snapshot, const std::string& name, std::string_view action) {
  Tree tree = TRY(tree_of(call, snapshot));
  if (tree.customer) TRY(allow(call, action, tree.target()));
  std::optional<SupportRequest> request = TRY(snapshot.support_request(name));
  if (!request || request->subscription != tree.subscription) return no_ticket(name);
  if (tree.customer) {
    if (request->customer != tree.customer->id) return no_ticket(name);
    return Found{std::move(tree), *std::move(request)};
  }
  tree.customer = TRY(known_customer(call.caller, snapshot, request->customer));
  if (!tree.customer) return no_ticket(name);
  TRY(allow(call, action, tree.target()));
  return Found{std::move(tree), *std::move(request)};
}

wire::TicketView view_of(const Call& call, const Tree& tree) { return {.age = age_of(call), .prefix = tree.prefix}; }

http::Response ticket_answer(const SupportRequest& request, const wire::TicketView& view) {
  return written(200, [&](JsonWriter& w) { wire::write_ticket(w, request, view); });
}

http::Response message_answer(const SupportRequest& request, const Communication& message, const wire::TicketView& view) {
  return written(200, [&](JsonWriter& w) { wire::write_communication(w, request, message, view); });
}

// ------------------------------------------------------------------------------------------------------------------------- catalogue

Outcome<http::Response> list_services(Call& call) {
  TRY(allow(call, "Microsoft.Support/services/read", {}));
  return listed(support::services(), wire::write_service);
}

Outcome<const support::Service*> service_of(const Call& call) {
  const std::string& name = call.path.at("service");
  const support::Service* service = support::find_service(name);
  if (service == nullptr)
    return refused({Code::not_found, fmt::format("The Resource 'Microsoft.Support/services/{}' was not found.", name), {}});
  return service;
}

Outcome<http::Response> get_service(Call& call) {
  TRY(allow(call, "Microsoft.Support/services/read", {}));
  const support::Service* service = TRY(service_of(call));
  return written(200, [&](JsonWriter& w) { wire::write_service(w, *service); });
}

Outcome<http::Response> list_classifications(Call& call) {
  TRY(allow(call, "Microsoft.Support/services/problemClassifications/read", {}));
  const support::Service* service = TRY(service_of(call));
  return listed(service->classifications,
                [&](JsonWriter& w, const support::Classification& each) { wire::write_classification(w, *service, each); });
}

Outcome<http::Response> get_classification(Call& call) {
  TRY(allow(call, "Microsoft.Support/services/problemClassifications/read", {}));
  const support::Service* service = TRY(service_of(call));
  const std::string& name = call.path.at("classification");
  const support::Classification* found = support::find_classification(*service, name);
  if (found == nullptr)
    return refused({Code::not_found, fmt::format("The Resource 'Microsoft.Support/problemClassifications/{}' was not found.", name), {}});
  return written(200, [&](JsonWriter& w) { wire::write_classification(w, *service, *found); });
}

struct Offered {
  std::string_view name;
  std::string_view resource;
  std::string_view operation;
};
constexpr auto kOperations = std::to_array<Offered>({
    {"Microsoft.Support/services/read", "Service", "Lists the services that support is given for"},
    {"Microsoft.Support/services/problemClassifications/read", "Problem classification",
     "Lists what a request about a service can be about"},
    {"Microsoft.Support/supportTickets/read", "Support ticket", "Lists support tickets"},
    {"Microsoft.Support/supportTickets/write", "Support ticket", "Files or changes a support ticket"},
    {"Microsoft.Support/supportTickets/communications/read", "Communication", "Lists the messages of a support ticket"},
    {"Microsoft.Support/supportTickets/communications/write", "Communication", "Adds a message to a support ticket"},
    {"Microsoft.Support/checkNameAvailability/action", "Name", "Tells whether a ticket may have a name"},
});

Outcome<http::Response> list_operations(Call& call) {
  TRY(allow(call, "Microsoft.Support/operations/read", {}));
  return listed(kOperations, [](JsonWriter& w, const Offered& each) {
    w.begin_object().field("name", each.name).key("display").begin_object().field("description", each.operation);
    w.field("operation", each.operation).field("provider", "Microsoft Support").field("resource", each.resource);
    w.end_object().end_object();
  });
}

// ----------------------------------------------------------------------------------------------------------------------------- names

Outcome<wire::NameCheck> read_check(const Call& call, const std::vector<std::string_view>& types) {
  wire::JsonReader reader;
  wire::NameCheck check = TRY(in_words(wire::read_name_check(reader, call.request.body)));
  if (std::ranges::any_of(types, [&](std::string_view type) { return equal_ignoring_case(check.type, type); })) return check;
  return refused({Code::invalid_argument,
                  fmt::format("'{}' is not the type of what is named here; write {}", check.type.substr(0, 80), fmt::join(types, " or ")),
                  "type"});
}

http::Response name_answer(const support::NameAnswer& answer) {
  return written(200, [&](JsonWriter& w) { wire::write_name_answer(w, answer); });
}

Outcome<http::Response> check_ticket_name(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Tree tree = TRY(tree_of(call, *snapshot));
  TRY(allow(call, "Microsoft.Support/checkNameAvailability/action", tree.target()));
  const wire::NameCheck check = TRY(read_check(call, {"Microsoft.Support/supportTickets", "Microsoft.Support/fileWorkspaces"}));
  const bool workspace = to_lower(check.type).ends_with("fileworkspaces");
  const bool taken =
      workspace ? TRY(snapshot->file_workspace(check.name)).has_value() : TRY(snapshot->support_request(check.name)).has_value();
  return name_answer(support::check_request_name(check.name, taken));
}

Outcome<http::Response> check_message_name(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Found at =
      TRY(find_ticket(call, *snapshot, call.path.at("ticket"), "Microsoft.Support/supportTickets/checkNameAvailability/action"));
  const wire::NameCheck check = TRY(read_check(call, {"Microsoft.Support/communications"}));
  const bool taken = support::find_communication(at.request, check.name) != nullptr;
  support::NameAnswer answer = support::check_communication_name(check.name, taken);
  // The tenant's tree calls a GUID free, and refuses it when the message is sent.
  if (!at.tree.subscription && !taken && CustomerId::parse(check.name)) answer = {};
  return name_answer(answer);
}

// --------------------------------------------------------------------------------------------------------------------------- tickets

struct TicketFilter {
  SupportQuery query;
  std::optional<std::string> service;
  std::optional<std::string> classification;
};

// Moments are printed in whole seconds, so `gt` begins with the next one.
Result<Instant> created_after(const Filter& part) {
  const Instant at = TRY(wire::instant_in(part));
  if (part.compare == wire::Compare::ge) return at;
  if (part.compare == wire::Compare::gt) return add_seconds(at, 1);
  return fail(Code::invalid_argument, "CreatedDate may be compared by 'gt' and 'ge' only", "$filter");
}

// The last segment of "/providers/.../services/{guid}", or the text itself.
std::string last_segment(std::string_view text) { return to_lower(text.substr(text.rfind('/') + 1)); }

Result<TicketFilter> read_ticket_filter(std::string_view text) {
  TicketFilter out;
  const std::vector<Filter> parts = TRY(wire::conjunction(TRY(wire::parse_filter(text))));
  for (const Filter& part : parts) {
    if (wire::names(part, "status")) {
      const Result<support::Status> status = parse_word<support::Status>(TRY(wire::text_in(part)), "a status");
      if (!status) return fail(Code::invalid_argument, status.error().message, "$filter");
      out.query.status = *status;
    } else if (wire::names(part, "createdDate")) {
      out.query.created_from = std::max(out.query.created_from.value_or(Instant{INT64_MIN}), TRY(created_after(part)));
    } else if (wire::names(part, "serviceId")) {
      out.service = last_segment(TRY(wire::text_in(part)));
    } else if (wire::names(part, "problemClassificationId")) {
      out.classification = last_segment(TRY(wire::text_in(part)));
    } else {
      return wire::unknown_in_filter(part, "Status, CreatedDate, ServiceId and ProblemClassificationId");
    }
  }
  return out;
}

bool passes(const Tree& tree, const TicketFilter& filter, const SupportRequest& request) {
  return request.subscription == tree.subscription && (!filter.service || request.service.text() == *filter.service) &&
         (!filter.classification || request.classification.text() == *filter.classification);
}

// At the partner's own tenant each ticket is somebody else's.
Outcome<bool> may_know(const Call& call, Snapshot& snapshot, const Tree& tree, const SupportRequest& request) {
  if (tree.customer) return true;
  const std::optional<Customer> customer = TRY(known_customer(call.caller, snapshot, request.customer));
  return customer && call.allows(kReadTickets, target_of(*customer, tree.scope()));
}

Outcome<http::Response> list_tickets(Call& call) {
  const PageAsk ask = TRY(in_words(page_ask(call.request, kTicketPages)));
  TicketFilter filter = TRY(in_words(read_ticket_filter(call.request.query.get("$filter"))));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Tree tree = TRY(tree_of(call, *snapshot));
  if (tree.customer) TRY(allow(call, kReadTickets, tree.target()));
  filter.query.subscription = tree.subscription;
  if (tree.customer) filter.query.customer = tree.customer->id;
  filter.query.after = ask.after;

  std::vector<SupportRequest> found;
  do {
    filter.query.limit = ask.limit - found.size();
    Page<SupportRequest> page = TRY(snapshot->support_requests(filter.query));
    for (SupportRequest& each : page.items)
      if (passes(tree, filter, each) && TRY(may_know(call, *snapshot, tree, each))) found.push_back(std::move(each));
    filter.query.after = page.next;
  } while (!filter.query.after.empty() && found.size() < ask.limit);

  return listed(call.request, filter.query.after, [&](JsonWriter& w) {
    for (const SupportRequest& each : found) wire::write_ticket(w, each, view_of(call, tree));
  });
}

Outcome<http::Response> get_ticket(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Found at = TRY(find_ticket(call, *snapshot, call.path.at("ticket"), kReadTickets));
  return ticket_answer(at.request, view_of(call, at.tree));
}

// Where a client comes back to.
std::string operation_link(const Call& call, const Tree& tree, std::string_view folder, const OperationId& id) {
  return fmt::format("{}{}/providers/Microsoft.Support/{}/{}?api-version={}", call.request.base_url(), tree.prefix, folder, id.text(),
                     call.version);
}

http::Response accepted(const Call& call, const Tree& tree, const OperationId& id) {
  http::Response response = http::empty(202);
  response.with("Azure-AsyncOperation", operation_link(call, tree, "operationsStatus", id));
  response.with("Location", operation_link(call, tree, "operationResults", id)).with("Retry-After", std::string(kRetryAfter));
  return response;
}

Outcome<http::Response> put_ticket(Call& call) {
  const Tree tree = TRY(support_face::customers_tree(call, "Microsoft.Support/supportTickets/write"));
  wire::JsonReader reader;
  support::NewRequest request = TRY(in_words(wire::read_new_ticket(reader, call.request.body, age_of(call))));
  request.name = call.path.at("ticket");
  request.customer = tree.customer->id;
  request.subscription = tree.subscription;
  request.filed_by = call.app.actor;
  const std::string resource = wire::ticket_path(tree.prefix, request.name);
  const SupportWork work = TRY(in_words(file_request(call.app, {std::move(request), resource})));
  return accepted(call, tree, work.operation.id);
}

Outcome<http::Response> patch_ticket(Call& call) {
  Found at;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    at = TRY(find_ticket(call, *snapshot, call.path.at("ticket"), "Microsoft.Support/supportTickets/write"));
  }
  wire::JsonReader reader;
  const wire::TicketChange change = TRY(in_words(wire::read_ticket_change(reader, call.request.body)));
  const SupportRequest after = TRY(in_words(change_request(call.app, {at.place(), change.change})));
  wire::TicketView view = view_of(call, at.tree);
  if (view.age == SupportAge::from_2024) view.status_word = change.status_word;
  return ticket_answer(after, view);
}

// -------------------------------------------------------------------------------------------------------------------------- messages

struct MessageFilter {
  bool web = true;  // all messages of this desk come by the web
  Instant from{INT64_MIN};
};

Result<MessageFilter> read_message_filter(std::string_view text) {
  MessageFilter out;
  const std::vector<Filter> parts = TRY(wire::conjunction(TRY(wire::parse_filter(text))));
  for (const Filter& part : parts) {
    if (wire::names(part, "communicationType")) {
      out.web &= equal_ignoring_case(TRY(wire::text_in(part)), "web");
    } else if (wire::names(part, "createdDate")) {
      out.from = std::max(out.from, TRY(created_after(part)));
    } else {
      return wire::unknown_in_filter(part, "communicationType and createdDate");
    }
  }
  return out;
}

Outcome<http::Response> list_messages(Call& call) {
  const PageAsk ask = TRY(in_words(page_ask(call.request, kMessagePages)));
  const MessageFilter filter = TRY(in_words(read_message_filter(call.request.query.get("$filter"))));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Found at = TRY(find_ticket(call, *snapshot, call.path.at("ticket"), kReadMessages));
  std::vector<const Communication*> found;  // newest first
  for (const Communication& each : at.request.thread)
    if (filter.web && filter.from <= each.created) found.insert(found.begin(), &each);
  const Slice slice = TRY(in_words(slice_of(ask, found.size())));
  return listed(call.request, slice.next, [&](JsonWriter& w) {
    for (std::size_t i = slice.from; i < slice.until; ++i) wire::write_communication(w, at.request, *found[i], view_of(call, at.tree));
  });
}

Outcome<http::Response> get_message(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Found at = TRY(find_ticket(call, *snapshot, call.path.at("ticket"), kReadMessages));
  const std::string& name = call.path.at("message");
  const Communication* message = support::find_communication(at.request, name);
  if (message == nullptr)
    return refused({Code::not_found, fmt::format("The Resource 'Microsoft.Support/communications/{}' was not found.", name), {}});
  return message_answer(at.request, *message, view_of(call, at.tree));
}

Outcome<http::Response> put_message(Call& call) {
  Found at;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    at = TRY(find_ticket(call, *snapshot, call.path.at("ticket"), "Microsoft.Support/supportTickets/communications/write"));
  }
  wire::JsonReader reader;
  support::NewCommunication message = TRY(in_words(wire::read_new_communication(reader, call.request.body)));
  message.name = call.path.at("message");
  if (message.sender.empty()) message.sender = at.request.contact.email;
  const std::string resource = wire::ticket_path(at.tree.prefix, at.request.name) + "/communications/" + message.name;
  const SupportWork work = TRY(in_words(say(call.app, {at.place(), std::move(message), resource})));
  return accepted(call, at.tree, work.operation.id);
}

// Nobody chats with this desk.
Outcome<http::Response> list_chats(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  TRY(find_ticket(call, *snapshot, call.path.at("ticket"), kReadMessages));
  return http::json(200, R"({"value":[]})");
}

Outcome<http::Response> get_chat(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  TRY(find_ticket(call, *snapshot, call.path.at("ticket"), kReadMessages));
  return refused(
      {Code::not_found, fmt::format("The Resource 'Microsoft.Support/chatTranscripts/{}' was not found.", call.path.at("chat")), {}});
}

// ------------------------------------------------------------------------------------------------------------------------ operations

struct Work {
  Tree tree;
  Operation operation;
  bool running = false;
};

Outcome<Work> work_of(const Call& call, Snapshot& snapshot, std::string_view action) {
  Tree tree = TRY(tree_of(call, snapshot));
  const std::string& text = call.path.at("operation");
  const auto missing = [&] { return refused({Code::not_found, fmt::format("The operation '{}' was not found.", text), {}}); };
  const Result<OperationId> id = OperationId::parse(text);
  if (!id) return missing();
  std::optional<Operation> operation = TRY(snapshot.operation(*id));
  if (!operation || !operation->resource.starts_with(wire::ticket_path(tree.prefix, ""))) return missing();
  if (!tree.customer) tree.customer = TRY(known_customer(call.caller, snapshot, operation->customer));
  if (!tree.customer || tree.customer->id != operation->customer) return missing();
  TRY(allow(call, action, tree.target()));
  const bool running = call.app.clock.now() < operation->ready;
  return Work{std::move(tree), *std::move(operation), running};
}

Outcome<http::Response> get_status(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Work work = TRY(work_of(call, *snapshot, "Microsoft.Support/operationsStatus/read"));
  http::Response response = written(200, [&](JsonWriter& w) {
    w.begin_object();
    w.field("id", fmt::format("{}/providers/Microsoft.Support/operationsStatus/{}", work.tree.prefix, work.operation.id.text()));
    w.field("status", work.running ? "InProgress" : std::string_view(work.operation.state));
    if (!work.running) w.key("properties").raw(work.operation.answer);
    w.end_object();
  });
  if (work.running) response.with("Retry-After", std::string(kRetryAfter));
  return response;
}

// The ticket or the message that the work made.
Outcome<http::Response> get_result(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Work work = TRY(work_of(call, *snapshot, "Microsoft.Support/operationResults/read"));
  if (work.running) return accepted(call, work.tree, work.operation.id);
  constexpr std::string_view kMessages = "/communications/";
  const std::string rest = work.operation.resource.substr(wire::ticket_path(work.tree.prefix, "").size());
  const std::size_t mark = rest.find(kMessages);
  const SupportRequest request =
      TRY(in_words(load_request(*snapshot, {rest.substr(0, mark), work.operation.customer, work.tree.subscription})));
  const wire::TicketView view = view_of(call, work.tree);
  if (mark == std::string::npos) return ticket_answer(request, view);
  const Communication* message = support::find_communication(request, rest.substr(mark + kMessages.size()));
  if (message == nullptr) return refused({Code::not_found, "The message of this operation was not found.", {}});
  return message_answer(request, *message, view);
}

constexpr auto kTreeRows = std::to_array<Row>({
    {Method::post, "checkNameAvailability", check_ticket_name},
    {Method::get, "supportTickets", list_tickets},
    {Method::get, "supportTickets/{ticket}", get_ticket},
    {Method::put, "supportTickets/{ticket}", put_ticket, http::Kind::writes},
    {Method::patch, "supportTickets/{ticket}", patch_ticket, http::Kind::writes},
    {Method::post, "supportTickets/{ticket}/checkNameAvailability", check_message_name},
    {Method::get, "supportTickets/{ticket}/communications", list_messages},
    {Method::get, "supportTickets/{ticket}/communications/{message}", get_message},
    {Method::put, "supportTickets/{ticket}/communications/{message}", put_message, http::Kind::writes},
    {Method::get, "operationsStatus/{operation}", get_status},
    {Method::get, "operationResults/{operation}", get_result},
});
constexpr auto kNewRows = std::to_array<Row>({
    {Method::get, "supportTickets/{ticket}/chatTranscripts", list_chats},
    {Method::get, "supportTickets/{ticket}/chatTranscripts/{chat}", get_chat},
});
constexpr auto kCatalogueRows = std::to_array<Row>({
    {Method::get, "operations", list_operations},
    {Method::get, "services", list_services},
    {Method::get, "services/{service}", get_service},
    {Method::get, "services/{service}/problemClassifications", list_classifications},
    {Method::get, "services/{service}/problemClassifications/{classification}", get_classification},
});

}  // namespace

std::vector<Route> support_routes() {
  std::vector<Route> routes;
  const std::string tenant = "/providers/Microsoft.Support/";
  const std::string subscription = "/subscriptions/{subscription}" + tenant;
  const auto add = [&](const std::string& folder, std::span<const Row> rows, const std::vector<std::string_view>& versions) {
    for (const Row& row : rows)
      routes.push_back({.method = row.method,
                        .pattern = folder + std::string(row.path),
                        .versions = versions,
                        .handler = answering(row.handler),
                        .kind = row.kind});
  };
  add(tenant, kCatalogueRows, {kSupport2024, kSupport2020});
  add(subscription, kTreeRows, {kSupport2024, kSupport2020});
  add(subscription, kNewRows, {kSupport2024});
  add(subscription, support_face::file_rows(), {kSupport2024});
  add(tenant, kTreeRows, {kSupport2024});  // the earlier age knows no tickets of a tenant
  add(tenant, kNewRows, {kSupport2024});
  add(tenant, support_face::file_rows(), {kSupport2024});
  return routes;
}

}  // namespace prorata::arm
