#include "serve/sandbox.h"

#include <fmt/format.h>

#include "app/desk.h"
#include "app/move_clock.h"
#include "app/sandbox.h"
#include "arm/face.h"
#include "wire/json.h"

namespace prorata::serve {
namespace {

using http::Call;
using http::Kind;
using http::Method;
using http::Request;
using http::Response;
using wire::JsonReader;
using wire::JsonValue;
using wire::JsonWriter;

constexpr std::int64_t kFaultSecondsMax = 300;
constexpr std::int64_t kFaultCountMax = 1'000'000;

Result<JsonValue> object_in(JsonReader& reader, const Request& request, std::initializer_list<std::string_view> members) {
  JsonValue body = TRY(reader.read(request.body));
  if (!body.is_object()) return wire::bad_value(body, "an object is expected here");
  TRY(wire::only_members(body, members));
  return body;
}

Response clock_answer(const Desk& desk, Instant now) {
  std::string body;
  JsonWriter(body).begin_object().field("now", std::string_view(to_string(now))).field("frozen", desk.frozen_at.has_value()).end_object();
  return http::json(200, std::move(body));
}

Response settings_answer(const Desk& desk) {
  std::string body;
  JsonWriter w(body);
  w.begin_object().key("policies").begin_array();
  for (const PolicyChoice& each : desk.policies)
    w.begin_object()
        .field("from", std::string_view(to_string(each.from)))
        .field("policy", std::string_view(each.pack))
        .field_if("meter", each.meter)
        .end_object();
  w.end_array().key("channel");
  if (desk.channel)
    w.text(to_string(*desk.channel));
  else
    w.null();
  w.field("lag_seconds", desk.lag_seconds).end_object();
  return http::json(200, std::move(body));
}

Response faults_answer(int status, const std::vector<Fault>& faults) {
  std::string body;
  JsonWriter w(body);
  w.begin_object().key("value").begin_array();
  for (const Fault& each : faults)
    w.begin_object()
        .field("operation", std::string_view(each.operation))
        .field("fault", to_string(each.kind))
        .field("count", each.count)
        .field("seconds", each.seconds)
        .end_object();
  w.end_array().end_object();
  return http::json(status, std::move(body));
}

// "30d", or as durations are written elsewhere: "P30D", "P3M", "P1Y", "PT12H".
std::string span_of(std::string_view text) {
  std::string lower = to_lower(text);
  if (lower.starts_with("pt") && lower.ends_with('h')) return lower.substr(2);
  if (lower.starts_with('p') && !lower.starts_with("pt")) return lower.substr(1);
  return lower;
}

Result<Response> show_clock(App& app) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Moment now = TRY(load_moment(app, *snapshot));
  return clock_answer(now.desk, now.now);
}

Result<Response> move(App& app, const Request& request) {
  JsonReader reader;
  const JsonValue body = TRY(object_in(reader, request, {"set", "advance", "freeze"}));
  const auto set = wire::member_if(body, "set");
  const auto advance = wire::member_if(body, "advance");
  const auto freeze = wire::member_if(body, "freeze");
  if (set && advance) return fail(Code::invalid_argument, "set and advance exclude each other");
  if (!set && !advance && !freeze) return fail(Code::invalid_argument, "say set, advance or freeze");
  std::optional<bool> frozen;
  if (freeze) frozen = TRY(wire::boolean_of(*freeze));
  std::optional<Instant> to;
  if (set) to = TRY(wire::instant_at(body, "set"));
  if (advance) {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    to = TRY(later_by(TRY(load_moment(app, *snapshot)).now, span_of(TRY(wire::text_at(body, "advance")))));
  }
  if (to) TRY(move_clock(app, {.to = *to, .freeze = frozen.value_or(false)}, [](std::int64_t) {}));
  if (frozen) TRY(change_sandbox(app, {.frozen = frozen}));
  return show_clock(app);
}

Result<Response> show_settings(App& app) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  return settings_answer(TRY(load_desk(*snapshot)));
}

Result<std::vector<PolicyChoice>> timeline_of(const JsonValue& list) {
  if (!list.is_array()) return wire::bad_value(list, "a list of {\"from\", \"policy\", \"meter\"} is expected here");
  std::vector<PolicyChoice> out;
  for (auto each = list.first(); each; each = each->next()) {
    TRY(wire::only_members(*each, {"from", "policy", "meter"}));
    PolicyChoice choice{.from = TRY(wire::day_at(*each, "from")), .pack = std::string(TRY(wire::text_at(*each, "policy")))};
    if (wire::member_if(*each, "meter")) choice.meter = to_string(TRY(wire::word_at<policy::Meter>(*each, "meter", "a meter")));
    out.push_back(std::move(choice));
  }
  return out;
}

Result<Response> set(App& app, const Request& request) {
  JsonReader reader;
  const JsonValue body = TRY(object_in(reader, request, {"policy", "policies", "channel", "lag_seconds"}));
  SandboxChange change;
  if (wire::member_if(body, "policy")) change.policies = governed_by(std::string(TRY(wire::text_at(body, "policy"))));
  if (const auto list = wire::member_if(body, "policies")) {
    if (change.policies) return fail(Code::invalid_argument, "policy and policies exclude each other");
    change.policies = TRY(timeline_of(*list));
  }
  if (const auto channel = body.find("channel")) {
    change.channel.emplace();
    if (!channel->is_null()) *change.channel = TRY(wire::word_at<policy::Channel>(body, "channel", "a channel"));
  }
  if (wire::member_if(body, "lag_seconds")) change.lag_seconds = TRY(wire::integer_at(body, "lag_seconds", INT64_MIN, INT64_MAX));
  return settings_answer(TRY(change_sandbox(app, change)));
}

Result<Response> add_fault(Faults& faults, const Request& request) {
  JsonReader reader;
  const JsonValue body = TRY(object_in(reader, request, {"operation", "fault", "count", "seconds"}));
  Fault fault{.operation = std::string(TRY(wire::text_at(body, "operation"))),
              .kind = TRY(wire::word_at<FaultKind>(body, "fault", "a fault"))};
  if (fault.operation.empty() || fault.operation.size() > 1'000)
    return fail(Code::invalid_argument, "an operation is a method and a path, such as 'POST */return', or '*'");
  if (wire::member_if(body, "count")) fault.count = TRY(wire::integer_at(body, "count", 1, kFaultCountMax));
  if (wire::member_if(body, "seconds")) fault.seconds = TRY(wire::integer_at(body, "seconds", 0, kFaultSecondsMax));
  faults.add(fault);
  return faults_answer(201, faults.all());
}

}  // namespace

Response Sandbox::admitted(const Call& call, const Handler& handler) {
  const auto caller = gate_.admit(call.request);
  if (!caller) return caller.error();
  const access::Principal& principal = (*caller)->principal;
  const access::Action& action = access::action_of(access::Right::configure);
  const access::Target desk{.scope = access::root_scope()};
  if (!access::decide(principal, (*caller)->assignments, action, desk).allowed)
    return arm::error(403, access::kAuthorizationFailed, access::refusal_text(principal, action.name, desk.scope));
  App app = app_;
  app.actor = principal.name;
  Result<Response> made = handler(call, app);
  gate_.changed();
  return made ? std::move(*made) : arm::error(made.error());
}

Result<Response> Sandbox::reset(App& app) {
  if (!seed_)
    return fail(Code::refused,
                "there is nothing to go back to: this sandbox was not filled by 'prorata demo load'; make a new one instead");
  if (resetting_.exchange(true)) return fail(Code::conflict, "the sandbox is being reset already");
  const auto again = [&]() -> Result<void> {
    TRY(start_over(app));
    return seed_(app);
  };
  const Result<void> done = again();
  faults_.clear();
  resetting_ = false;
  if (!done) return std::unexpected(done.error());
  return show_clock(app);
}

std::vector<http::Route> Sandbox::routes(Sandbox* of) {
  std::vector<http::Route> all;
  const auto add = [&](Method method, std::string pattern, Kind kind, Handler handler) {
    all.push_back({.method = method,
                   .pattern = std::move(pattern),
                   .handler = [of, handler = std::move(handler)](const Call& call) { return of->admitted(call, handler); },
                   .kind = kind});
  };
  add(Method::get, "/sandbox/clock", Kind::reads, [](const Call&, App& app) { return show_clock(app); });
  add(Method::post, "/sandbox/clock", Kind::writes, [](const Call& call, App& app) { return move(app, call.request); });
  add(Method::get, "/sandbox/settings", Kind::reads, [](const Call&, App& app) { return show_settings(app); });
  add(Method::post, "/sandbox/settings", Kind::writes, [](const Call& call, App& app) { return set(app, call.request); });
  add(Method::get, "/sandbox/faults", Kind::reads, [of](const Call&, App&) { return faults_answer(200, of->faults_.all()); });
  add(Method::post, "/sandbox/faults", Kind::reads, [of](const Call& call, App&) { return add_fault(of->faults_, call.request); });
  add(Method::delete_, "/sandbox/faults", Kind::reads, [of](const Call&, App&) -> Result<Response> {
    of->faults_.clear();
    return http::empty(204);
  });
  add(Method::post, "/sandbox/reset", Kind::writes, [of](const Call&, App& app) { return of->reset(app); });
  return all;
}

std::vector<http::Route> Sandbox::paths() {
  std::vector<http::Route> all = routes(nullptr);
  for (http::Route& each : all) each.handler = nullptr;
  return all;
}

Sandbox::Sandbox(App app, Gate& gate, Faults& faults, Seed seed)
    : app_(std::move(app)), gate_(gate), faults_(faults), seed_(std::move(seed)), router_(routes(this)) {}

std::optional<http::Destination> Sandbox::find(const Request& request) const {
  http::Found found = router_.find(request.method, request.path);
  if (!found.path_known()) return std::nullopt;
  if (found.route == nullptr)
    return http::Destination{kSandboxFace, Kind::reads, [allow = found.allow](const Request& each) {
                               return arm::error(
                                          405, "MethodNotAllowed",
                                          fmt::format("The method '{}' is not allowed here; it may be {}.", to_string(each.method), allow))
                                   .with("Allow", allow);
                             }};
  return http::Destination{kSandboxFace, found.route->kind, [found = std::move(found)](const Request& each) {
                             return found.route->handler({.request = each, .path = found.captures, .route = *found.route});
                           }};
}

}  // namespace prorata::serve
