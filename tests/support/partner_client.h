// Partner Center's face as a client drives it: requests with headers, answers whose JSON can be looked into.
//
//   PartnerClient client(desk);
//   const Reply list = client.get("/customers?size=1");
//   const Reply next = client.get(list.at("/links/next/uri"), {{"MS-ContinuationToken", list.at("/continuationToken")}});
#pragma once

#include <utility>
#include <vector>

#include "partner_center/face.h"
#include "support/face_client.h"

namespace prorata::testing {

using Headers = std::vector<std::pair<std::string, std::string>>;

class PartnerClient {
 public:
  explicit PartnerClient(MadeDesk& desk)
      : desk_(&desk),
        face_(partner_center::all_routes(), {.store = desk.app.store, .clock = desk.clock, .ids = *desk.ids, .packs = packs()}) {
    caller.principal = {.id = PrincipalId::trusted("aaaaaaaa-0000-4000-8000-000000000001"),
                        .name = "anna@partner.example",
                        .roles = {access::Standing::admin_agent}};
    caller.tenant = desk.nordvik.text();
  }

  // `target` begins below /v1, as links do.
  Reply send(http::Method method, std::string_view target, std::string body, const Headers& headers) {
    const std::size_t mark = target.find('?');
    http::Request request{.method = method,
                          .target = std::string(target),
                          .path = "/v1" + std::string(target.substr(0, mark)),
                          .body = std::move(body),
                          .host = "desk.test:8443",
                          .peer = "127.0.0.1:1",
                          .id = "cccccccc-0000-4000-8000-000000000001"};
    if (mark != std::string_view::npos) request.query = must(http::parse_query(target.substr(mark + 1)));
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    Caller who = caller;
    for (access::RoleAssignment& each : must(desk_->look()->role_assignments_of(who.principal.id)))
      who.assignments.push_back(std::move(each));
    Reply reply{face_.answer(request, who)};
    EXPECT_LT(reply.status(), 500) << target << ": " << reply.response.body;
    return reply;
  }
  Reply get(std::string_view target, const Headers& headers = {}) { return send(http::Method::get, target, {}, headers); }
  Reply put(std::string_view target, std::string body, const Headers& headers = {}) {
    return send(http::Method::put, target, std::move(body), headers);
  }
  Reply post(std::string_view target, std::string body, const Headers& headers = {}) {
    return send(http::Method::post, target, std::move(body), headers);
  }
  Reply patch(std::string_view target, std::string body, const Headers& headers = {}) {
    return send(http::Method::patch, target, std::move(body), headers);
  }
  Reply remove(std::string_view target, const Headers& headers = {}) { return send(http::Method::delete_, target, {}, headers); }
  // The page after this one.
  Reply next(const Reply& page) { return get(page.at("/links/next/uri"), {{"MS-ContinuationToken", page.at("/continuationToken")}}); }

  void with_roles(std::vector<access::Standing> roles) { caller.principal.roles = std::move(roles); }

  Caller caller;

 private:
  MadeDesk* desk_;
  partner_center::Face face_;
};

inline Headers request_id(int n) { return {{"MS-RequestId", fmt::format("eeeeeeee-0000-4000-8000-{:012}", n)}}; }
inline Headers if_match(const std::string& etag) { return {{"If-Match", "\"" + etag + "\""}}; }

}  // namespace prorata::testing
