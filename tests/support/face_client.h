// A face as a client drives it: requests by a few words, answers whose JSON can be looked into.
//
//   FaceClient client(desk, subscription_routes());
//   const Reply list = client.get("/subscriptions?api-version=2022-12-01");
//   EXPECT_EQ(list.at("/value/0/displayName"), "Production");
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "arm/face.h"
#include "support/made_desk.h"
#include "wire/json.h"

namespace prorata::testing {

struct Reply {
  http::Response response;

  int status() const { return response.status; }
  std::string header(std::string_view name) const { return std::string(response.headers.get(name)); }

  // The text at a JSON pointer, as it was written; "(absent)" where there is nothing, "null", "[]" and "{}" for these.
  std::string at(std::string_view pointer) const {
    wire::JsonReader reader;
    const auto root = reader.read(response.body);
    if (!root) return "(no JSON: " + response.body + ")";
    std::optional<wire::JsonValue> value = *root;
    while (value && !pointer.empty()) {
      pointer.remove_prefix(1);
      const std::string_view step = pointer.substr(0, pointer.find('/'));
      value = value->is_array() ? item(*value, step) : value->find(step);
      pointer.remove_prefix(step.size());
    }
    return value ? shown(*value) : "(absent)";
  }
  std::size_t count(std::string_view pointer) const {
    std::size_t n = 0;
    while (at(std::string(pointer) + "/" + std::to_string(n)) != "(absent)") ++n;
    return n;
  }
  std::string code() const { return at("/error/code"); }

 private:
  static std::optional<wire::JsonValue> item(const wire::JsonValue& list, std::string_view step) {
    std::size_t left = std::strtoul(std::string(step).c_str(), nullptr, 10);
    std::optional<wire::JsonValue> each = list.first();
    for (; each && left > 0; --left) each = each->next();
    return each;
  }
  static std::string shown(const wire::JsonValue& value) {
    if (value.is_null()) return "null";
    if (value.is_array()) return value.size() == 0 ? "[]" : "[...]";
    if (value.is_object()) return value.size() == 0 ? "{}" : "{...}";
    return std::string(value.text());
  }
};

class FaceClient {
 public:
  FaceClient(MadeDesk& desk, std::vector<arm::Route> routes)
      : desk_(&desk),
        face_(std::move(routes),
              {.store = desk.app.store, .clock = desk.clock, .ids = *desk.ids, .packs = packs(), .contents = desk.app.contents}) {
    caller.principal = {.id = PrincipalId::trusted("aaaaaaaa-0000-4000-8000-000000000001"),
                        .name = "anna@partner.example",
                        .roles = {access::Standing::global_admin}};
    caller.tenant = desk.nordvik.text();
    caller.application = "bbbbbbbb-0000-4000-8000-000000000001";
  }

  // What the caller holds is read from the store at each request, as a server does.
  Reply send(http::Method method, std::string_view target, std::string body = {}) {
    http::Request request{
        .method = method, .target = std::string(target), .body = std::move(body), .host = "desk.test:8443", .peer = "127.0.0.1:1"};
    const std::size_t mark = target.find('?');
    request.path = decoded(target.substr(0, mark));
    while (request.path.size() > 1 && request.path.ends_with('/')) request.path.pop_back();
    if (mark != std::string_view::npos) request.query = must(http::parse_query(target.substr(mark + 1)));
    request.headers.add("Content-Type", "application/json");
    request.id = "cccccccc-0000-4000-8000-000000000001";
    arm::Caller who = caller;
    for (access::RoleAssignment& each : must(desk_->look()->role_assignments_of(who.principal.id)))
      who.assignments.push_back(std::move(each));
    Reply reply{face_.answer(request, who)};
    EXPECT_LT(reply.status(), 500) << target << ": " << reply.response.body;
    return reply;
  }
  Reply get(std::string_view target) { return send(http::Method::get, target); }
  Reply put(std::string_view target, std::string body) { return send(http::Method::put, target, std::move(body)); }
  Reply post(std::string_view target, std::string body) { return send(http::Method::post, target, std::move(body)); }
  Reply patch(std::string_view target, std::string body) { return send(http::Method::patch, target, std::move(body)); }
  Reply remove(std::string_view target) { return send(http::Method::delete_, target); }

  // A link of an answer, as a client follows it.
  Reply follow(std::string_view link) {
    constexpr std::string_view kHost = "https://desk.test:8443";
    EXPECT_TRUE(link.starts_with(kHost)) << "'" << link << "' is no link to this server";
    return get(link.substr(std::min(link.size(), kHost.size())));
  }

  void at_own_tenant() { caller.tenant = "0a57e600-0000-4000-8000-000000000009"; }  // the partner's
  void with_roles(std::vector<access::Standing> roles) { caller.principal.roles = std::move(roles); }
  http::Kind kind_of(http::Method method, std::string_view path) const {
    return face_.find({.method = method, .path = std::string(path)}).route->kind;
  }

  arm::Caller caller;

 private:
  // As a server decodes it before a handler sees it; a sign that begins no pair of digits stands for itself.
  static std::string decoded(std::string_view path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
      const std::string pair(path.substr(std::min(path.size(), i + 1), 2));
      char* end = nullptr;
      const long value = std::strtol(pair.c_str(), &end, 16);
      const bool encoded = path[i] == '%' && pair.size() == 2 && *end == '\0';
      out += encoded ? static_cast<char>(value) : path[i];
      if (encoded) i += 2;
    }
    return out;
  }

  MadeDesk* desk_;
  arm::Face face_;
};

}  // namespace prorata::testing
