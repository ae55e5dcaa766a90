// The documents with which clients find out how to sign in, and the answers of the token endpoint. Plain JSON texts, made from the address
// under which the client came ("https://desk.example:8443", without a slash at the end), because clients compare the two.
//
//   discovery(base, tenant)                    // GET /{tenant}/v2.0/.well-known/openid-configuration
//   adfs_discovery(base)                       // GET /adfs/.well-known/openid-configuration: how the az command line gets by without
//                                              // asking another host about us
//   metadata_endpoints(base, "2015-01-01")     // GET /metadata/endpoints?api-version=2015-01-01: 'az cloud register'
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata::identity {

// OpenID Connect discovery of a tenant ("common" and "organizations" are tenants too).
std::string discovery(std::string_view base, std::string_view tenant);
// The same for clients that take us for a federation service: /adfs, or /adfs/tenants/{t} where a tenant is given.
std::string adfs_discovery(std::string_view base, std::string_view tenant = {});
// GET /common/discovery/instance, for clients that ask us and not Microsoft.
std::string instance_discovery(std::string_view base, std::string_view tenant, std::string_view api_version);

// The issuer that discovery() names and tokens carry.
std::string issuer_of(std::string_view base, std::string_view tenant);

// Cloud metadata in the shape of the version: 2015-01-01 and 1.0; 2018-01-01; 2019-05-01, a list of clouds; 2022-09-01, one cloud.
// Errors: unsupported, naming the versions.
Result<std::string> metadata_endpoints(std::string_view base, std::string_view api_version);

struct IssuedToken {
  std::string token;
  std::int64_t seconds = 3599;  // it is valid for
  Instant issued;
  std::string resource;  // the audience; written in the old form only
};
std::string token_answer(const IssuedToken& token);        // /oauth2/v2.0/token: numbers are numbers
std::string token_answer_first(const IssuedToken& token);  // /oauth2/token: numbers are strings, with the resource

enum class SignInFault {
  invalid_secret,
  unknown_application,
  unknown_tenant,
  missing_parameter,
  unsupported_grant,
  invalid_scope,
  invalid_user,  // name or password
  too_many_attempts,
};

struct SignInRefusal {
  SignInFault fault = SignInFault::invalid_secret;
  std::string detail;  // the parameter, grant type, scope, tenant or client id that is meant
  Instant now;
  std::string trace;        // GUIDs by which the operator finds it in the log
  std::string correlation;  // the client's own, where it sent one
};
int status_of(SignInFault fault);  // HTTP
std::string token_refusal(const SignInRefusal& refusal);

}  // namespace prorata::identity
