// The OpenAPI document says what is routed, no more and no less.
#include "serve/openapi.h"

#include <set>
#include <sstream>

#include "arm/all_routes.h"
#include "partner_center/face.h"
#include "serve/portal_sign_in.h"
#include "serve/sandbox.h"
#include "serve/sign_in.h"
#include "served_desk.h"

namespace prorata::testing {
namespace {

using wire::JsonReader;
using wire::JsonValue;

std::string method_of(http::Method method) { return to_lower(to_string(method)); }

class OpenApi : public ::testing::Test {
 protected:
  OpenApi() : root_(must(reader_.read(document_))) {}

  std::optional<JsonValue> operation(http::Method method, std::string_view pattern) const {
    const auto path = must(wire::member(root_, "paths")).find(serve::openapi_path(pattern));
    return path ? path->find(method_of(method)) : std::nullopt;
  }
  // The names of an operation's parameters in `in`, and the words that a parameter may be.
  static std::set<std::string> parameters(const JsonValue& operation, std::string_view in) {
    std::set<std::string> names;
    if (const auto list = operation.find("parameters"))
      for (auto each = list->first(); each; each = each->next())
        if (wire::text_if(*each, "in") == in) names.emplace(wire::text_if(*each, "name"));
    return names;
  }
  static std::vector<std::string> versions(const JsonValue& operation) {
    std::vector<std::string> out;
    if (const auto list = operation.find("parameters"))
      for (auto each = list->first(); each; each = each->next())
        if (wire::text_if(*each, "name") == "api-version")
          for (auto word = each->find("schema")->find("enum")->first(); word; word = word->next()) out.emplace_back(word->text());
    return out;
  }
  static std::set<std::string> braces(const std::string& path) {
    std::set<std::string> names;
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
      names.insert(path.substr(at + 1, path.find('}', at) - at - 1));
    return names;
  }

  std::string document_ = serve::openapi(true);
  JsonReader reader_;
  JsonValue root_;
};

TEST_F(OpenApi, HasEveryRouteOfTheProvidersWithItsVersions) {
  ASSERT_GT(arm::all_routes().size(), 50U);
  for (const arm::Route& route : arm::all_routes()) {
    const auto found = operation(route.method, route.pattern);
    ASSERT_TRUE(found) << method_of(route.method) << ' ' << route.pattern;
    EXPECT_EQ(versions(*found), std::vector<std::string>(route.versions.begin(), route.versions.end())) << route.pattern;
    EXPECT_EQ(parameters(*found, "path"), braces(serve::openapi_path(route.pattern))) << route.pattern;
    EXPECT_FALSE(found->find("security")) << route.pattern << " needs a token";
  }
}

TEST_F(OpenApi, HasEveryRouteOfPartnerCenterWithItsOwnErrors) {
  for (const partner_center::Route& route : partner_center::all_routes()) {
    const auto found = operation(route.method, route.pattern);
    ASSERT_TRUE(found) << method_of(route.method) << ' ' << route.pattern;
    EXPECT_EQ(parameters(*found, "path"), braces(route.pattern)) << route.pattern;
    EXPECT_FALSE(found->find("security")) << route.pattern << " needs a token";
    EXPECT_EQ(wire::text_if(*found->find("responses")->find("default"), "$ref"), "#/components/responses/PartnerError");
  }
}

TEST_F(OpenApi, HasSignInAndTheSandboxAndNothingThatIsNotRouted) {
  std::size_t routed = arm::all_routes().size() + partner_center::all_routes().size();
  for (const auto& table : {serve::SignIn::paths(), serve::Sandbox::paths()})
    for (const http::Route& route : table) {
      EXPECT_TRUE(operation(route.method, route.pattern)) << route.pattern;
      ++routed;
    }
  for (const http::Route& route : serve::PortalSignIn::paths()) {  // the portal's own page stands in its own document
    const bool of_programs = route.pattern.contains("/oauth2/");
    EXPECT_EQ(operation(route.method, route.pattern).has_value(), of_programs) << route.pattern;
    routed += of_programs ? 1 : 0;
  }
  std::set<std::string> ids;
  std::size_t named = 0;
  for (auto path = root_.find("paths")->first(); path; path = path->next())
    for (auto each = path->first(); each; each = each->next()) {
      ids.emplace(wire::text_if(*each, "operationId"));
      ++named;
    }
  EXPECT_EQ(named, routed + 3) << "beside them /healthz, /readyz and the document itself";
  EXPECT_EQ(ids.size(), named) << "an operationId names one operation";
}

// "#/components/responses/Error" leads somewhere.
TEST_F(OpenApi, WhatItRefersToIsInIt) {
  int found = 0;
  for (std::size_t at = document_.find("\"#/"); at != std::string::npos; at = document_.find("\"#/", at + 1), ++found) {
    std::istringstream steps(document_.substr(at + 3, document_.find('"', at + 1) - at - 3));
    std::optional<JsonValue> here = root_;
    for (std::string step; here && std::getline(steps, step, '/');) here = here->find(step);
    EXPECT_TRUE(here) << steps.str();
  }
  EXPECT_GT(found, 100);
}

TEST_F(OpenApi, LeavesOutTheSandboxWhereThereIsNone) {
  EXPECT_TRUE(document_.contains("/sandbox/clock"));
  EXPECT_FALSE(serve::openapi(false).contains("/sandbox/"));
}

TEST_F(OpenApi, IsServedToAnybody) {
  const Place place(Where::memory);
  ServedDesk served(place);
  served.start({.sandbox = true});
  const Answer answer = served.get("/openapi.json", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, document_);
  EXPECT_EQ(served.post("/openapi.json", "", "{}").status, 401) << "what is not read is the faces' to refuse";
}

}  // namespace
}  // namespace prorata::testing
