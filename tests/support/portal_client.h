// The portal's face as a browser drives it: requests with headers, answers whose JSON can be looked into.
//
//   PortalClient client(desk);
//   const Reply list = client.get("/reservations?limit=1");
//   EXPECT_EQ(client.put("/reservations/.../name", R"({"name":"Web"})").status(), 200);      // with a new Idempotency-Key
#pragma once

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "portal_api/face.h"
#include "support/face_client.h"

namespace prorata::testing {

using PortalHeaders = std::vector<std::pair<std::string, std::string>>;

class PortalClient {
 public:
  explicit PortalClient(MadeDesk& desk)
      : desk_(&desk),
        face_(portal_api::all_routes(),
              {.store = desk.app.store, .clock = desk.clock, .ids = *desk.ids, .packs = packs(), .contents = desk.app.contents}) {
    caller.principal = {.id = PrincipalId::trusted("aaaaaaaa-0000-4000-8000-000000000001"),
                        .name = "anna@partner.example",
                        .roles = {access::Standing::admin_agent}};
    caller.tenant = desk.nordvik.text();
  }

  // `target` begins below /api.
  Reply send(http::Method method, std::string_view target, std::string body, const PortalHeaders& headers) {
    const std::size_t mark = target.find('?');
    http::Request request{.method = method,
                          .target = std::string(target),
                          .path = "/api" + std::string(target.substr(0, mark)),
                          .body = std::move(body),
                          .host = "desk.test:8443",
                          .peer = "127.0.0.1:1",
                          .id = "cccccccc-0000-4000-8000-000000000001"};
    if (mark != std::string_view::npos) request.query = must(http::parse_query(target.substr(mark + 1)));
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    if (method != http::Method::get && !request.headers.has("Idempotency-Key"))
      request.headers.add("Idempotency-Key", fmt::format("key {}", ++keys_));
    Caller who = caller;
    for (access::RoleAssignment& each : must(desk_->look()->role_assignments_of(who.principal.id)))
      who.assignments.push_back(std::move(each));
    Reply reply{face_.answer(request, who)};
    EXPECT_LT(reply.status(), 500) << target << ": " << reply.response.body;
    return reply;
  }
  Reply get(std::string_view target, const PortalHeaders& headers = {}) { return send(http::Method::get, target, {}, headers); }
  Reply put(std::string_view target, std::string body, const PortalHeaders& headers = {}) {
    return send(http::Method::put, target, std::move(body), headers);
  }
  Reply post(std::string_view target, std::string body, const PortalHeaders& headers = {}) {
    return send(http::Method::post, target, std::move(body), headers);
  }
  Reply patch(std::string_view target, std::string body, const PortalHeaders& headers = {}) {
    return send(http::Method::patch, target, std::move(body), headers);
  }
  Reply remove(std::string_view target) { return send(http::Method::delete_, target, {}, {}); }

  void with_roles(std::vector<access::Standing> roles) { caller.principal.roles = std::move(roles); }

  Caller caller;

 private:
  MadeDesk* desk_;
  portal_api::Face face_;
  int keys_ = 0;
};

}  // namespace prorata::testing
