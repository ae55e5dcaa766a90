// How people sign in: the desk's own page with name and password, and the authorization code with PKCE for programs on their machine, which
// come back to an address of theirs on localhost.
//
//   GET  /sign-in?to=/reservations      the page
//   POST /sign-in                       sets the session cookie and goes there
//   GET  /{tenant}/oauth2/v2.0/authorize?client_id=...&redirect_uri=http://localhost:8400/&code_challenge=...
//   POST /{tenant}/oauth2/v2.0/token    grant_type=authorization_code (serve/sign_in.h hands it on)
//
// A form counts only with the cookie that was set with it and from this origin. A code is good for one minute and once.
#pragma once

#include <optional>

#include "app/app.h"
#include "http/router.h"
#include "http/server.h"
#include "identity/throttle.h"
#include "serve/keys.h"
#include "serve/sessions.h"

namespace prorata::serve {

inline constexpr std::int64_t kCodeSeconds = 60;

class PortalSignIn {
 public:
  PortalSignIn(App app, Keys& keys, Sessions& sessions);

  // Who answers the request; absent where its path is none of these.
  std::optional<http::Destination> find(const http::Request& request) const;
  // What there is to ask for, without anybody who answers.
  static std::vector<http::Route> paths();

  // The answer of a token endpoint to grant_type=authorization_code.
  http::Response redeem(const http::Request& request, const http::Fields& form, const std::string& tenant);

 private:
  http::Response show(const http::Call& call);
  http::Response enter(const http::Call& call);
  http::Response authorize(const http::Call& call);
  static std::vector<http::Route> routes(PortalSignIn* of);

  App app_;
  Keys& keys_;
  Sessions& sessions_;
  identity::Throttle throttle_;
  http::Router router_;
};

}  // namespace prorata::serve
