// Lists, and changes of a reservation that move no money.
#include "capacity_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class CapacityChanges : public CapacityDesk {
 protected:
  Reply patch(const Reservation& r, std::string_view properties) {
    return client().patch(v(path_of(r)), fmt::format(R"({{"properties":{}}})", properties));
  }
};
PRORATA_ON_EVERY_STORE(CapacityChanges);

TEST_P(CapacityChanges, AReservationIsRead) {
  const Reservation web = buy();
  const Reply read = client().get(v(path_of(web)));
  EXPECT_EQ(read.at("/id"), "/providers/microsoft.capacity" + path_of(web));
  EXPECT_EQ(read.at("/name"), web.id.text());
  EXPECT_EQ(read.at("/etag"), "6");
  EXPECT_EQ(read.at("/properties/quantity"), "3");
  EXPECT_EQ(read.at("/properties/displayName"), "web");
  EXPECT_EQ(read.at("/properties/expiryDate"), "2027-03-02");
  EXPECT_EQ(read.at("/properties/expiryDateTime"), "2027-03-02T10:00:00.0000000Z");
  EXPECT_EQ(read.at("/properties/billingScopeId"), "/subscriptions/" + subscription(desk().nordvik));
  expect_refused(client().get(v(fmt::format("/reservationOrders/{}/reservations/11111111-1111-4111-8111-111111111111", web.order.text()))),
                 404, "ReservationIdNotInReservationOrder");
  expect_refused(client().get(v(fmt::format("/reservationOrders/{}/reservations/..%3B", web.order.text()))), 400, "InvalidReservationId");
}

TEST_P(CapacityChanges, OnePatchIsOneRevision) {
  const Reservation web = buy();
  const std::string own = subscription(desk().nordvik);
  const Reply single = patch(
      web,
      fmt::format(
          R"({{"appliedScopeType":"Single","appliedScopes":["/subscriptions/{}"],"instanceFlexibility":"Off","name":"new name","renew":false}})",
          own));
  ASSERT_EQ(single.status(), 200) << single.response.body;
  EXPECT_EQ(single.at("/etag"), "7");
  EXPECT_EQ(single.at("/properties/appliedScopeType"), "Single");
  EXPECT_EQ(single.at("/properties/appliedScopeProperties/subscriptionId"), "/subscriptions/" + own);
  EXPECT_EQ(single.at("/properties/appliedScopeProperties/displayName"), "Production");
  EXPECT_EQ(single.at("/properties/instanceFlexibility"), "Off");
  EXPECT_EQ(single.at("/properties/displayName"), "new name");
  EXPECT_EQ(single.at("/properties/provisioningState"), "Succeeded");
  const Reply shared = patch(web, R"({"appliedScopeType":"Shared"})");
  EXPECT_EQ(shared.at("/properties/appliedScopeProperties"), "(absent)");
  const Reply revisions = client().get(v(path_of(web) + "/revisions"));
  EXPECT_EQ(revisions.count("/value"), 8u);
  EXPECT_EQ(revisions.at("/value/0/name"), "8");
  EXPECT_EQ(revisions.at("/value/1/properties/appliedScopeType"), "Single");
}

TEST_P(CapacityChanges, ScopesOfEveryKind) {
  const Reservation web = buy();
  const std::string own = subscription(desk().nordvik);
  const Reply group = patch(
      web,
      fmt::format(R"({{"appliedScopeType":"Single","appliedScopeProperties":{{"resourceGroupId":"/subscriptions/{}/resourceGroups/rg"}}}})",
                  own));
  EXPECT_EQ(group.at("/properties/appliedScopeType"), "Single") << group.response.body;
  EXPECT_EQ(group.at("/properties/userFriendlyAppliedScopeType"), "ResourceGroup");
  const Reply management = patch(
      web,
      fmt::format(
          R"({{"appliedScopeType":"ManagementGroup","appliedScopeProperties":{{"tenantId":"{0}","managementGroupId":"/providers/Microsoft.Management/managementGroups/{0}"}}}})",
          desk().nordvik.text()));
  EXPECT_EQ(management.at("/properties/appliedScopeType"), "ManagementGroup") << management.response.body;
}

TEST_P(CapacityChanges, WhatAPatchIsRefusedFor) {
  const Reservation web = buy();
  const std::int64_t commits = desk().commits();
  const std::string foreign = subscription(desk().prairie);
  expect_refused(patch(web, R"({"appliedScopeType":"Shared"})"), 400, "AppliedScopesSameAsExisting");
  expect_refused(patch(web, R"({"name":"web","renew":false})"), 400, "PatchValuesSameAsExisting");
  expect_refused(patch(web, "{}"), 400, "PatchValuesSameAsExisting");
  expect_refused(patch(web, R"({"appliedScopeType":"Single"})"), 400, "MissingAppliedScopesForSingle");
  expect_refused(patch(web, R"({"appliedScopeType":"Single","appliedScopes":["/subscriptions/a","/subscriptions/b"]})"), 400,
                 "InvalidSingleAppliedScopesCount");
  expect_refused(patch(web, fmt::format(R"({{"appliedScopeType":"Single","appliedScopes":["/subscriptions/{}"]}})", foreign)), 400,
                 "AppliedScopesNotAssociatedWithCommerceAccount");
  expect_refused(patch(web, R"({"appliedScopeType":"Single","appliedScopes":"x"})"), 400, "InvalidRequestContent", "appliedScopes");
  expect_refused(patch(web, R"({"renew":"yes"})"), 400, "InvalidRequestContent", "/properties/renew");
  expect_refused(patch(web, R"({"name":""})"), 400, "InvalidRequestContent", "/properties/name");
  expect_refused(patch(web, R"({"renew":true,"renewProperties":{}})"), 400, "InvalidRequestContent", "purchaseProperties");
  expect_refused(patch(web, "[]"), 400, "InvalidRequestContent", "/properties");
  client().with_roles({access::Standing::user_management_admin});
  expect_refused(patch(web, R"({"name":"x"})"), 403, "AuthorizationFailed", "Microsoft.Capacity/reservationorders/reservations/write");
  EXPECT_EQ(desk().commits(), commits);
}

TEST_P(CapacityChanges, ARenewalBuysWhatItSays) {
  const Reservation web = buy();
  const Reply on = patch(web, fmt::format(R"({{"renew":true,"renewProperties":{{"purchaseProperties":{}}}}})",
                                          body_for(desk().nordvik, {.quantity = 5, .term = "P3Y", .plan = "Monthly", .name = "next"})));
  ASSERT_EQ(on.status(), 200) << on.response.body;
  EXPECT_EQ(on.at("/properties/userFriendlyRenewState"), "On");
  EXPECT_EQ(on.at("/properties/renewProperties"), "(absent)");
  for (const char* expand : {"expand", "%24expand"}) {
    const Reply read = client().get(v(path_of(web), fmt::format("{}=renewProperties", expand)));
    EXPECT_EQ(read.at("/properties/renewProperties/purchaseProperties/properties/quantity"), "5");
    EXPECT_EQ(read.at("/properties/renewProperties/purchaseProperties/properties/displayName"), "next");
    EXPECT_EQ(read.at("/properties/renewProperties/pricingCurrencyTotal/amount"), "36500.0");
  }
  desk().move_days(366);
  const Reply ended = client().get(v(path_of(web)));
  EXPECT_EQ(ended.at("/properties/provisioningState"), "Expired");
  EXPECT_EQ(ended.at("/properties/userFriendlyRenewState"), "Renewed");
  const Reservation heir = desk().read(*desk().read(web.id).lineage.renewed_into);
  EXPECT_EQ(heir.quantity, 5);
  EXPECT_EQ(heir.name, "next");
  EXPECT_EQ(heir.billing_scope, "/subscriptions/" + subscription(desk().nordvik));
  expect_refused(patch(web, R"({"name":"too late"})"), 409, "OperationCannotBePerformedInCurrentState");
}

TEST_P(CapacityChanges, SplitAndMerge) {
  const Reservation web = buy();
  const std::string body = fmt::format(R"({{"properties":{{"quantities":[1,2],"reservationId":"{}"}}}})", id_of(web));
  const Reply split = client().post(order_path(web, "/split"), body);
  ASSERT_EQ(split.status(), 200) << split.response.body;
  EXPECT_EQ(split.count(""), 3u);
  EXPECT_EQ(split.at("/0/properties/quantity"), "1");
  EXPECT_EQ(split.at("/1/properties/quantity"), "2");
  EXPECT_EQ(split.at("/0/properties/splitProperties/splitSource"), "/providers/microsoft.capacity" + path_of(web));
  EXPECT_EQ(split.at("/2/properties/extendedStatusInfo/statusCode"), "Split");
  EXPECT_EQ(split.at("/2/type"), "Microsoft.Capacity/reservationOrders/reservations/revisions");
  EXPECT_TRUE(split.header("Location").find("/splitoperationresults/" + web.id.text() + "_7?api-version=2022-11-01") != std::string::npos);
  const Reply result = client().follow(split.header("Location"));
  EXPECT_EQ(result.count(""), 3u);
  EXPECT_EQ(result.at("/2/name"), web.order.text() + "/" + web.id.text());

  std::string sources;
  for (const int i : {0, 1}) sources += fmt::format(R"({}"{}")", i == 0 ? "" : ",", result.at(fmt::format("/{}/id", i)));
  const Reply merged = client().post(order_path(web, "/merge"), fmt::format(R"({{"properties":{{"sources":[{}]}}}})", sources));
  ASSERT_EQ(merged.status(), 200) << merged.response.body;
  EXPECT_EQ(merged.count(""), 3u);
  EXPECT_EQ(merged.at("/2/properties/quantity"), "3");
  EXPECT_EQ(merged.at("/0/properties/extendedStatusInfo/statusCode"), "Merged");
  const Reply after = client().follow(merged.header("Location"));
  EXPECT_EQ(after.count(""), 3u);
  EXPECT_EQ(after.at("/2/properties/provisioningState"), "Succeeded");
  EXPECT_EQ(client().get(order_path(web, "/reservations")).count("/value"), 4u);
  EXPECT_EQ(client().get(order_path(web)).count("/properties/reservations"), 4u);
}

TEST_P(CapacityChanges, WhatASplitOrMergeIsRefusedFor) {
  const Reservation web = buy();
  const Reservation other = buy({.name = "other"});
  const std::int64_t commits = desk().commits();
  const auto split = [&](std::string_view quantities, const std::string& of) {
    return client().post(order_path(web, "/split"),
                         fmt::format(R"({{"properties":{{"quantities":{},"reservationId":"{}"}}}})", quantities, of));
  };
  expect_refused(split("[1,1]", id_of(web)), 400, "BadRequest", "add up");
  expect_refused(split("[3]", id_of(web)), 400, "BadRequest");
  expect_refused(split("[]", id_of(web)), 400, "InvalidRequestContent");
  expect_refused(split("[-1,4]", id_of(web)), 400, "InvalidRequestContent", "/properties/quantities/0");
  expect_refused(split("[1,2]", id_of(other)), 404, "ReservationIdNotInReservationOrder");
  expect_refused(split("[1,2]", "x"), 400, "InvalidReservationId");
  expect_refused(
      client().post(order_path(web, "/merge"), fmt::format(R"({{"properties":{{"sources":["{}","{}"]}}}})", id_of(web), id_of(web))), 400,
      "BadRequest", "twice");
  expect_refused(client().get(order_path(web, "/splitOperationResults/" + web.id.text())), 404, "NotFound");
  EXPECT_EQ(desk().commits(), commits);
}

TEST_P(CapacityChanges, OnlyWhatHasEndedIsArchived) {
  const Reservation web = buy();
  expect_refused(client().post(v(path_of(web) + "/archive"), ""), 409, "OperationCannotBePerformedInCurrentState");
  desk().give_back(web.id, 3);
  const Reply archived = client().post(v(path_of(web) + "/archive"), "");
  EXPECT_EQ(archived.status(), 200);
  EXPECT_EQ(archived.response.body, "");
  EXPECT_EQ(client().get(v(path_of(web))).at("/properties/archived"), "true");
  EXPECT_EQ(client().post(v(path_of(web) + "/archive"), "").status(), 200);
  EXPECT_EQ(client().post(v(path_of(web) + "/unarchive"), "").status(), 200);
  EXPECT_EQ(client().get(v(path_of(web))).at("/properties/archived"), "false");
}

TEST_P(CapacityChanges, ScopesThatAreAvailable) {
  const Reservation web = buy();
  const std::string own = "/subscriptions/" + subscription(desk().nordvik);
  const std::string foreign = "/subscriptions/" + subscription(desk().prairie);
  const Reply scopes = client().post(v(path_of(web) + "/availableScopes"),
                                     fmt::format(R"({{"properties":{{"scopes":["{}","{}","nonsense/at/all"]}}}})", own, foreign));
  EXPECT_EQ(scopes.at("/properties/scopes/0/scope"), own);
  EXPECT_EQ(scopes.at("/properties/scopes/0/valid"), "true");
  EXPECT_EQ(scopes.at("/properties/scopes/1/valid"), "false");
  EXPECT_EQ(scopes.at("/properties/scopes/2/valid"), "false");
  expect_refused(client().post(v(path_of(web) + "/availableScopes"), R"({"properties":{"scopes":[1]}})"), 400, "InvalidRequestContent");
}

TEST_P(CapacityChanges, ListsAreFilteredOrderedCountedAndPaged) {
  for (int i = 1; i <= 9; ++i) buy({.quantity = i, .name = fmt::format("n{}", i)});
  const Reservation gone = buy({.quantity = 1, .name = "gone"});
  desk().give_back(gone.id, 1);
  const auto list = [&](std::string_view query) { return client().get(v("/reservations", query)); };
  EXPECT_EQ(list("").count("/value"), 10u);
  EXPECT_EQ(list("").at("/summary"), "(absent)");
  EXPECT_EQ(list("selectedState=cancelled").at("/value/0/name"), gone.id.text());
  EXPECT_EQ(list("selectedState=Succeeded").count("/value"), 9u);
  EXPECT_EQ(list("%24filter=properties%2Fquantity+eq+4").at("/value/0/properties/displayName"), "n4");
  EXPECT_EQ(list("%24filter=(properties%2FdisplayName%20eq%20%27N3%27)+or+properties/displayName+eq+'n5'").count("/value"), 2u);
  EXPECT_EQ(list("%24filter=properties/provisioningState+eq+'Succeeded'+and+sku/name+eq+'standard_d2s_V5'").count("/value"), 9u);
  EXPECT_EQ(list("%24filter=properties/displayName+eq+'o''neill'").count("/value"), 0u);
  EXPECT_EQ(list("%24filter=properties/reservedResourceType+eq+'SuseLinux'").count("/value"), 0u);
  EXPECT_EQ(list("%24filter=properties/archived+eq+false").count("/value"), 10u);
  EXPECT_EQ(list("%24orderby=properties%2Fquantity%20desc").at("/value/0/properties/quantity"), "9");
  const Reply summary = list("refreshSummary=true&take=1");
  EXPECT_EQ(summary.at("/summary/succeededCount"), "9");
  EXPECT_EQ(summary.at("/summary/cancelledCount"), "1");
  for (const char* bad :
       {"%24filter=properties/quantity+gt+4", "%24filter=x+eq+1", "%24filter=((((", "%24filter=properties/archived+eq+'may'",
        "%24filter=sku/name+eq+'unended", "%24orderby=properties/term", "take=0", "take=x", "selectedState=x", "%24skiptoken=zz"})
    expect_refused(list(bad), 400, "BadRequest");

  std::vector<std::string> seen;
  Reply page = list("take=4&%24orderby=properties%2Fquantity&selectedState=Succeeded");
  for (int pages = 1; pages < 10; ++pages) {
    EXPECT_LE(page.count("/value"), 4u);
    for (std::size_t i = 0; i < page.count("/value"); ++i) seen.push_back(page.at(fmt::format("/value/{}/properties/quantity", i)));
    if (page.at("/nextLink") == "(absent)") break;
    page = client().follow(page.at("/nextLink"));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "2", "3", "4", "5", "6", "7", "8", "9"}));
  EXPECT_EQ(list("%24orderby=properties%2Fquantity&%24skiptoken=8").count("/value"), 2u);
}

TEST_P(CapacityChanges, AListGoesOnAtANameOfAnyLetters) {
  for (const char* name : {"Ärla", "Åre", "Ölme"}) buy({.name = name});
  const Reply first = client().get(v("/reservations", "take=1&%24orderby=properties/displayName"));
  const Reply second = client().follow(first.at("/nextLink"));
  EXPECT_EQ(second.count("/value"), 1u) << second.response.body;
  EXPECT_NE(second.at("/value/0/name"), first.at("/value/0/name"));
}

TEST_P(CapacityChanges, AListShowsWhatAnAssignmentReaches) {
  const Reservation web = buy();
  buy({.name = "other"});
  client().with_roles({});
  EXPECT_EQ(client().get(v("/reservations")).count("/value"), 0u);
  expect_refused(client().get(v(path_of(web))), 403, "AuthorizationFailed", "Microsoft.Capacity/reservationorders/reservations/read");
  must(desk().app.store.commit({.audit = note("assign"),
                                .role_assignments = {{.id = RoleAssignmentId::trusted("dddddddd-0000-4000-8000-000000000001"),
                                                      .scope = access::scope_of(web.order),
                                                      .role = RoleDefinitionId::trusted(std::string(access::find_role_named("Reader")->id)),
                                                      .principal = client().caller.principal.id}}}));
  EXPECT_EQ(client().get(v("/reservations")).count("/value"), 1u);
  EXPECT_EQ(client().get(v("/reservationOrders")).at("/value/0/name"), web.order.text());
  EXPECT_EQ(client().get(v("/reservationOrders")).count("/value"), 1u);
  EXPECT_EQ(client().get(v(path_of(web))).status(), 200);
  expect_refused(patch(web, R"({"name":"x"})"), 403, "AuthorizationFailed");
}

}  // namespace
}  // namespace prorata
