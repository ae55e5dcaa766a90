// How programs find out how to sign in, and how they do: discovery, key sets, cloud metadata, and the token endpoints. No token is needed
// for any of it. People's own way in is serve/portal_sign_in.h; what they came back with from there is redeemed at the same endpoints.
#pragma once

#include <optional>

#include "app/app.h"
#include "http/router.h"
#include "http/server.h"
#include "identity/documents.h"
#include "identity/throttle.h"
#include "serve/keys.h"

namespace prorata::serve {

inline constexpr std::string_view kIdentityFace = "identity";

class PortalSignIn;

class SignIn {
 public:
  SignIn(App app, Keys& keys, PortalSignIn& people);

  // Who answers the request; absent where its path is none of these.
  std::optional<http::Destination> find(const http::Request& request) const;
  // What there is to ask for, without anybody who answers.
  static std::vector<http::Route> paths();

 private:
  http::Response token(const http::Call& call);
  static std::vector<http::Route> routes(SignIn* of);

  App app_;
  Keys& keys_;
  PortalSignIn& people_;
  identity::Throttle throttle_;
  http::Router router_;
};

}  // namespace prorata::serve
