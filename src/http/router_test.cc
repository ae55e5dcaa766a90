#include "http/router.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace prorata::http {
namespace {

Response nothing(const Call&) { return empty(204); }

Router router_of(const std::vector<std::pair<Method, std::string>>& rows) {
  std::vector<Route> routes;
  for (const auto& [method, pattern] : rows) routes.push_back({.method = method, .pattern = pattern, .handler = nothing});
  return Router(std::move(routes));
}

const Router& azure() {
  static const Router router = router_of({
      {Method::get, "/"},
      {Method::get, "/providers/Microsoft.Capacity/reservationOrders"},
      {Method::get, "/providers/Microsoft.Capacity/reservationOrders/{order}"},
      {Method::put, "/providers/Microsoft.Capacity/reservationOrders/{order}"},
      {Method::get, "/providers/Microsoft.Capacity/reservationOrders/{order}/reservations/{reservation}"},
      {Method::get, "/providers/Microsoft.Capacity/reservationOrders/latest"},
      {Method::get, "/{tenant}/v2.0/keys"},
      {Method::get, "/{tenant}/v2.0/{rest...}"},
      {Method::get, "/{scope...}/providers/Microsoft.Authorization/roleAssignments"},
      {Method::put, "/{scope...}/providers/Microsoft.Authorization/roleAssignments/{name}"},
      {Method::get, "/files/{rest...}"},
  });
  return router;
}

TEST(Router, FindsThePatternThatFits) {
  const struct {
    Method method;
    std::string path;
    std::string pattern;  // empty: none
    std::string allow;
  } cases[] = {
      {Method::get, "/", "/", ""},
      {Method::get, "/providers/Microsoft.Capacity/reservationOrders", "/providers/Microsoft.Capacity/reservationOrders", ""},
      {Method::get, "/PROVIDERS/microsoft.capacity/RESERVATIONORDERS", "/providers/Microsoft.Capacity/reservationOrders", ""},
      {Method::get, "/providers/microsoft.capacity/reservationorders/", "/providers/Microsoft.Capacity/reservationOrders", ""},
      {Method::get, "/providers/Microsoft.Capacity/reservationOrders/7", "/providers/Microsoft.Capacity/reservationOrders/{order}", ""},
      {Method::head, "/providers/Microsoft.Capacity/reservationOrders/7", "/providers/Microsoft.Capacity/reservationOrders/{order}", ""},
      // The literal wins where it has the method; where it has not, the capture may answer.
      {Method::get, "/providers/Microsoft.Capacity/reservationOrders/LATEST", "/providers/Microsoft.Capacity/reservationOrders/latest", ""},
      {Method::put, "/providers/Microsoft.Capacity/reservationOrders/latest", "/providers/Microsoft.Capacity/reservationOrders/{order}",
       ""},
      {Method::delete_, "/providers/Microsoft.Capacity/reservationOrders/7", "", "GET, HEAD, PUT"},
      {Method::get, "/providers/Microsoft.Capacity/nothing", "", ""},
      {Method::get, "/providers/Microsoft.Capacity/reservationOrders/7/reservations", "", ""},
      // One literal more beats the rest of a path.
      {Method::get, "/contoso/v2.0/keys", "/{tenant}/v2.0/keys", ""},
      {Method::get, "/contoso/v2.0/keys/old", "/{tenant}/v2.0/{rest...}", ""},
      {Method::get, "/contoso/v2.0", "/{tenant}/v2.0/{rest...}", ""},
      {Method::get, "/files", "/files/{rest...}", ""},
      {Method::get, "/files/a/b/c", "/files/{rest...}", ""},
      // A scope is any number of segments, also none, also one that is a known path itself.
      {Method::get, "/providers/Microsoft.Authorization/roleAssignments", "/{scope...}/providers/Microsoft.Authorization/roleAssignments",
       ""},
      {Method::get, "/subscriptions/1/providers/microsoft.authorization/roleassignments",
       "/{scope...}/providers/Microsoft.Authorization/roleAssignments", ""},
      {Method::put, "/providers/Microsoft.Capacity/reservationOrders/7/providers/Microsoft.Authorization/roleAssignments/9",
       "/{scope...}/providers/Microsoft.Authorization/roleAssignments/{name}", ""},
      {Method::post, "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments/9", "", "PUT"},
  };
  for (const auto& each : cases) {
    const Found found = azure().find(each.method, each.path);
    EXPECT_EQ(found.route ? found.route->pattern : "", each.pattern) << each.path;
    EXPECT_EQ(found.allow, each.allow) << each.path;
    EXPECT_EQ(found.path_known(), !each.pattern.empty() || !each.allow.empty()) << each.path;
  }
}

TEST(Router, CapturesKeepTheirSpelling) {
  const Found found = azure().find(Method::get, "/providers/microsoft.capacity/reservationorders/AB9761BB/reservations/CdE");
  ASSERT_TRUE(found.route);
  EXPECT_EQ(found.captures.at("order"), "AB9761BB");
  EXPECT_EQ(found.captures.at("reservation"), "CdE");
  EXPECT_FALSE(found.captures.has("scope"));
}

TEST(Router, ACaptureOfManySegmentsBeginsWithASlash) {
  const auto scope = [](const std::string& path) { return azure().find(Method::put, path).captures.at("scope"); };
  EXPECT_EQ(scope("/Subscriptions/S1/providers/Microsoft.Authorization/roleAssignments/9"), "/Subscriptions/S1");
  EXPECT_EQ(scope("/providers/Microsoft.Authorization/roleAssignments/9"), "/");
  EXPECT_EQ(azure().find(Method::get, "/files/a/B").captures.at("rest"), "/a/B");
  EXPECT_EQ(azure().find(Method::get, "/files").captures.at("rest"), "/");
}

TEST(Router, AHeadRouteIsPreferredToTheGetOfItsPath) {
  const Router router = router_of({{Method::get, "/a"}, {Method::head, "/a"}});
  EXPECT_EQ(router.find(Method::head, "/a").route->method, Method::head);
  EXPECT_EQ(router.find(Method::get, "/a").route->method, Method::get);
}

TEST(Router, AVersionIsAcceptedInAnyLetterCase) {
  const Route some{.versions = {"2022-11-01", "2020-04-01-preview"}};
  EXPECT_TRUE(some.accepts("2020-04-01-PREVIEW"));
  EXPECT_FALSE(some.accepts("2022-11-02"));
  EXPECT_TRUE(Route{}.accepts("anything"));
}

TEST(Router, APathOfVeryManySegmentsIsNotKnown) {
  std::string path;
  for (int i = 0; i < 5000; ++i) path += "/a";
  EXPECT_FALSE(azure().find(Method::get, "/files" + path).path_known());
}

TEST(RouterDeathTest, APatternThatCannotBeMeantStopsTheProgram) {
  EXPECT_DEATH(router_of({{Method::get, "/a/{x}"}, {Method::get, "/A/{y}"}}), "one method and one pattern");
  EXPECT_DEATH(router_of({{Method::get, "/a/{x...}/b"}}), "first or last");
  EXPECT_DEATH(router_of({{Method::get, "/{x...}/b/{y...}"}}), "one \\{name");
  EXPECT_DEATH(router_of({{Method::get, "/a{x}"}}), "whole segment");
  EXPECT_DEATH(azure().find(Method::get, "/").captures.at("order"), "capture of that name");
}

}  // namespace
}  // namespace prorata::http
