// Role assignments and definitions on every scope, from the request to the store and back.
#include "support/face_client.h"
#include "support/on_every_store.h"

namespace prorata::testing {
namespace {

const std::string kVersion = "api-version=2022-04-01";
const std::string kRoles = "/providers/Microsoft.Authorization/roleAssignments";
const std::string kDefinitions = "/providers/Microsoft.Authorization/roleDefinitions";
const std::string kReader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const std::string kReservationsReader = "582fc458-8989-419f-a480-75249bc5db7e";
const std::string kReservationsAdministrator = "a8889054-8d42-49c9-bc1c-52486c10e7cd";
const std::string kBerit = "dddddddd-0000-4000-8000-000000000001";
const std::string kCarl = "dddddddd-0000-4000-8000-000000000002";

std::string id(int n) { return "eeeeeeee-0000-4000-8000-00000000000" + std::to_string(n); }

std::string body_of(const std::string& role, const std::string& principal, const std::string& more = {}) {
  return R"({"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/)" + role + R"(","principalId":")" +
         principal + R"(","principalType":"User")" + more + "}}";
}

class Authorization : public OnEveryStore {
 protected:
  FaceClient& client() {
    if (!client_) client_ = std::make_unique<FaceClient>(desk(), arm::authorization_routes());
    return *client_;
  }
  std::string subscription(const CustomerId& customer) { return "/subscriptions/5ab5c" + customer.text().substr(5); }
  std::string own() { return subscription(desk().nordvik); }
  std::string order_of(const Reservation& r) { return "/providers/Microsoft.Capacity/reservationOrders/" + r.order.text(); }
  Reply assign(const std::string& scope, int n, const std::string& role, const std::string& principal, const std::string& more = {}) {
    return client().put(scope + kRoles + "/" + id(n) + "?" + kVersion, body_of(role, principal, more));
  }
  std::vector<std::string> listed(const std::string& scope, const std::string& filter = {}) {
    const Reply list = client().get(scope + kRoles + "?" + kVersion + (filter.empty() ? "" : "&$filter=" + http::percent_encode(filter)));
    EXPECT_EQ(list.status(), 200) << list.response.body;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < list.count("/value"); ++i) names.push_back(list.at("/value/" + std::to_string(i) + "/name"));
    return names;
  }

 private:
  std::unique_ptr<FaceClient> client_;
};
PRORATA_ON_EVERY_STORE(Authorization);

using Names = std::vector<std::string>;

TEST_P(Authorization, AnAssignmentIsMadeReadAndTakenAway) {
  const Reply made = assign(own(), 1, kReader, kBerit);
  EXPECT_EQ(made.status(), 201);
  EXPECT_EQ(made.at("/name"), id(1));
  EXPECT_EQ(made.at("/id"), own() + kRoles + "/" + id(1));
  EXPECT_EQ(made.at("/type"), "Microsoft.Authorization/roleAssignments");
  EXPECT_EQ(made.at("/properties/scope"), own());
  EXPECT_EQ(made.at("/properties/roleDefinitionId"), kDefinitions + "/" + kReader);
  EXPECT_EQ(made.at("/properties/principalId"), kBerit);
  EXPECT_EQ(made.at("/properties/createdBy"), client().caller.principal.id.text());
  EXPECT_EQ(made.at("/properties/condition"), "null");

  const Reply read = client().get(own() + kRoles + "/" + id(1) + "?" + kVersion);
  EXPECT_EQ(read.status(), 200);
  EXPECT_EQ(read.response.body, made.response.body);
  EXPECT_EQ(listed(own()), Names{id(1)});

  const Reply gone = client().remove(own() + kRoles + "/" + id(1) + "?" + kVersion);
  EXPECT_EQ(gone.status(), 200);
  EXPECT_EQ(gone.at("/name"), id(1));
  const Reply again = client().remove(own() + kRoles + "/" + id(1) + "?" + kVersion);
  EXPECT_EQ(again.status(), 204);
  EXPECT_TRUE(again.response.body.empty());
  const Reply missing = client().get(own() + kRoles + "/" + id(1) + "?" + kVersion);
  EXPECT_EQ(missing.status(), 404);
  EXPECT_EQ(missing.code(), "RoleAssignmentNotFound");
  EXPECT_EQ(listed(own()), Names{});
}

TEST_P(Authorization, TheSameTwiceIsRefusedAndTheSameIdChangesItsWords) {
  EXPECT_EQ(assign(own(), 1, kReader, kBerit).status(), 201);
  const Reply twice = assign(own(), 2, kReader, kBerit);
  EXPECT_EQ(twice.status(), 409);
  EXPECT_EQ(twice.code(), "RoleAssignmentExists");
  EXPECT_EQ(twice.at("/error/message"), "The role assignment already exists.");

  const std::int64_t before = desk().commits();
  const Reply reworded = client().put(own() + kRoles + "/" + id(1) + "?api-version=2020-04-01-preview",
                                      body_of(kReader, kBerit, R"(,"description":"changed")"));
  EXPECT_EQ(reworded.status(), 201) << "clients of that age know no other answer";
  EXPECT_EQ(reworded.at("/properties/description"), "changed");
  EXPECT_EQ(desk().commits(), before + 1);

  for (const Reply& other : {assign(own(), 1, kReader, kCarl), assign(own(), 1, "b24988ac-6180-42a0-ab88-20f7382dd24c", kBerit)}) {
    EXPECT_EQ(other.status(), 400);
    EXPECT_EQ(other.code(), "RoleAssignmentUpdateNotPermitted");
  }
  EXPECT_EQ(desk().commits(), before + 1) << "what is refused writes nothing";
}

TEST_P(Authorization, ListsInheritAndNarrow) {
  const Reservation bought = desk().buy({.customer = desk().nordvik});
  const std::string capacity = "/providers/Microsoft.Capacity";
  const std::string order = order_of(bought);
  const std::string reservation = order + "/reservations/" + bought.id.text();
  ASSERT_EQ(assign("", 1, kReader, kBerit).status(), 201) << "at the tenant itself";
  ASSERT_EQ(assign(capacity, 2, kReservationsReader, kBerit).status(), 201);
  ASSERT_EQ(assign(order, 3, kReservationsAdministrator, kCarl).status(), 201);
  ASSERT_EQ(assign(reservation, 4, kReservationsReader, kCarl).status(), 201);
  ASSERT_EQ(assign(own(), 5, kReader, kCarl).status(), 201);

  EXPECT_EQ(listed(order), (Names{id(1), id(2), id(3), id(4)})) << "above, there and below";
  EXPECT_EQ(listed(order, "atScope()"), (Names{id(1), id(2), id(3)}));
  EXPECT_EQ(listed(order, "principalId eq '" + kCarl + "'"), (Names{id(3), id(4)}));
  EXPECT_EQ(listed(order, "assignedTo('" + kCarl + "') and atScope()"), Names{id(3)});
  EXPECT_EQ(listed(reservation), (Names{id(1), id(2), id(3), id(4)}));
  EXPECT_EQ(listed(own()), (Names{id(1), id(5)}));
  EXPECT_EQ(listed(own() + "/providers/Microsoft.Support/supportTickets/t1", "atScope()"), (Names{id(1), id(5)})) << "a resource inherits";
  EXPECT_EQ(listed(""), (Names{id(1), id(2), id(3), id(4), id(5)}));
  EXPECT_EQ(listed(order, "principalId eq '" + id(9) + "'"), Names{});
  EXPECT_EQ(listed("/PROVIDERS/microsoft.capacity/RESERVATIONORDERS/" + bought.order.text(), "PRINCIPALID EQ '" + kCarl + "'"),
            (Names{id(3), id(4)}));

  const Reply page = client().get(order + kRoles + "?$top=3&" + kVersion);
  EXPECT_EQ(page.count("/value"), 3U);
  EXPECT_EQ(client().follow(page.at("/nextLink")).at("/value/0/name"), id(4));
}

TEST_P(Authorization, GiveWhatTheySayAndNoMore) {
  const Reservation mine = desk().buy({.customer = desk().nordvik});
  const Reservation other = desk().buy({.customer = desk().nordvik});
  ASSERT_EQ(assign(order_of(mine), 1, kReservationsAdministrator, kBerit).status(), 201);
  client().caller.principal = {.id = PrincipalId::trusted(kBerit), .name = "berit"};
  EXPECT_EQ(assign(order_of(mine), 2, kReservationsReader, kCarl).status(), 201) << "an administrator of the order gives access to it";
  const Reply refused = assign(order_of(other), 3, kReservationsReader, kCarl);
  EXPECT_EQ(refused.status(), 403);
  EXPECT_EQ(refused.code(), "AuthorizationFailed");
  EXPECT_NE(refused.at("/error/message").find("'Microsoft.Authorization/roleAssignments/write'"), std::string::npos);
  client().caller.principal = {.id = PrincipalId::trusted(kCarl), .name = "carl"};
  EXPECT_EQ(assign(order_of(mine), 4, kReservationsReader, kBerit).status(), 403) << "a reader reads";
  EXPECT_EQ(listed(order_of(mine)), (Names{id(1), id(2)}));
  EXPECT_EQ(client().remove(order_of(mine) + kRoles + "/" + id(1) + "?" + kVersion).status(), 403);
}

TEST_P(Authorization, OfAnotherTenantAreNotFound) {
  const Reservation theirs = desk().buy({.customer = desk().prairie});
  EXPECT_EQ(assign(subscription(desk().prairie), 1, kReader, kBerit).code(), "SubscriptionNotFound");
  EXPECT_EQ(assign(order_of(theirs), 1, kReservationsReader, kBerit).code(), "ReservationOrderNotFound");
  client().at_own_tenant();
  EXPECT_EQ(assign(order_of(theirs), 1, kReservationsReader, kBerit).status(), 201);
  client().caller.principal.customer = desk().nordvik;
  EXPECT_EQ(listed(own()), Names{});
  EXPECT_EQ(assign("/providers/Microsoft.Capacity", 2, kReservationsReader, kBerit).status(), 403) << "a part of the desk is not all of it";
  EXPECT_EQ(assign(order_of(theirs), 3, kReservationsReader, kCarl).status(), 404);
}

TEST_P(Authorization, BadRequestsAreNamedAndWriteNothing) {
  const std::int64_t before = desk().commits();
  struct Row {
    std::string scope;
    std::string name;
    std::string body;
    int status;
    std::string code;
  };
  const std::string good = body_of(kReader, kBerit);
  const Row rows[] = {
      {own(), "first", good, 400, "InvalidRoleAssignmentId"},
      {own(), id(1), "", 400, "InvalidRequestContent"},
      {own(), id(1), "{", 400, "InvalidRequestContent"},
      {own(), id(1), "[]", 400, "InvalidRequestContent"},
      {own(), id(1), R"({"properties":null})", 400, "InvalidRequestContent"},
      {own(), id(1), R"({"properties":{"roleDefinitionId":7,"principalId":"x"}})", 400, "InvalidRequestContent"},
      {own(), id(1), R"({"properties":{"principalId":"x"}})", 400, "InvalidRequestContent"},
      {own(), id(1), body_of(kReader, kBerit, R"(,"principalType":"Robot")"), 400, "InvalidRequestContent"},
      {own(), id(1), body_of("reader", kBerit), 400, "InvalidRoleDefinitionId"},
      {own(), id(1), body_of(id(9), kBerit), 404, "RoleDefinitionDoesNotExist"},
      {own(), id(1), body_of(kReservationsReader, kBerit), 400, "InvalidRoleDefinition"},
      {own(), id(1), body_of(kReader, "'; DROP TABLE role_assignment"), 400, "InvalidPrincipalId"},
      {own(), id(1), body_of(kReader, kBerit, R"(,"condition":"@Resource[x] eq 1","conditionVersion":"2.0")"), 400,
       "ConditionsNotSupported"},
      {own(), id(1), body_of(kReader, kBerit, R"(,"delegatedManagedIdentityResourceId":"/x")"), 400,
       "DelegatedManagedIdentityNotSupported"},
      {"/providers/Microsoft.Management/managementGroups/m", id(1), good, 400, "InvalidScope"},
      {own() + "/resourceGroups/none", id(1), good, 404, "ResourceGroupNotFound"},
      {"/providers/Microsoft.Capacity/reservationOrders/" + id(8), id(1), good, 404, "ReservationOrderNotFound"},
      {own() + "/providers/Microsoft.Support/supportTickets/t", id(1), good, 400, "InvalidScope"},
  };
  for (const Row& row : rows) {
    const Reply reply = client().put(row.scope + kRoles + "/" + row.name + "?" + kVersion, row.body);
    EXPECT_EQ(reply.status(), row.status) << row.scope << " " << row.body << "\n" << reply.response.body;
    EXPECT_EQ(reply.code(), row.code) << row.scope << " " << row.body;
  }
  EXPECT_EQ(desk().commits(), before);
  for (const std::string filter :
       {"principalId", "displayName eq 'x'", "principalId ne 'x'", "principalId eq 'x' or atScope()", "assignedTo()"}) {
    const Reply reply = client().get(own() + kRoles + "?" + kVersion + "&$filter=" + http::percent_encode(filter));
    EXPECT_EQ(reply.status(), 400) << filter;
  }
  EXPECT_EQ(client().get(own() + kRoles + "?api-version=2014-01-01").code(), "InvalidResourceType");
}

TEST_P(Authorization, DefinitionsAreListedByNameAndPlace) {
  const Reply reader = client().get(own() + kDefinitions + "?" + kVersion + "&$filter=roleName%20eq%20'Reader'");
  EXPECT_EQ(reader.count("/value"), 1U);
  EXPECT_EQ(reader.at("/value/0/id"), own() + kDefinitions + "/" + kReader);
  EXPECT_EQ(reader.at("/value/0/properties/roleName"), "Reader");
  EXPECT_EQ(reader.at("/value/0/properties/type"), "BuiltInRole");
  EXPECT_EQ(reader.at("/value/0/properties/permissions/0/actions/0"), "*/read");

  const auto named = [&](const std::string& scope, const std::string& name) {
    return client()
        .get(scope + kDefinitions + "?" + kVersion + "&$filter=" + http::percent_encode("roleName eq '" + name + "'"))
        .count("/value");
  };
  EXPECT_EQ(named("/providers/Microsoft.Capacity", "reservations reader"), 1U);
  EXPECT_EQ(named(own(), "Reservations Reader"), 0U) << "not to be assigned at a subscription";
  EXPECT_EQ(named("", "Reservations Reader"), 1U);
  EXPECT_EQ(client().get(kDefinitions + "?" + kVersion + "&$filter=type%20eq%20'CustomRole'").at("/value"), "[]");
  EXPECT_EQ(client().get(kDefinitions + "?" + kVersion + "&$filter=atScopeAndBelow()").count("/value"), access::built_in_roles().size());
  EXPECT_EQ(client().get(kDefinitions + "/" + kReader + "?" + kVersion).at("/name"), kReader);
  EXPECT_EQ(client().get(kDefinitions + "/" + id(9) + "?" + kVersion).code(), "RoleDefinitionDoesNotExist");
  EXPECT_EQ(client().get(kDefinitions + "?" + kVersion + "&$filter=color%20eq%20'red'").status(), 400);
}

TEST_P(Authorization, PermissionsSayWhatTheCallerMayDoThere) {
  const auto permits = [&](std::string_view action) {
    return client().get(own() + "/providers/Microsoft.Authorization/permissions?" + kVersion).response.body.find(action) !=
           std::string::npos;
  };
  EXPECT_TRUE(permits("Microsoft.Authorization/roleAssignments/write"));
  client().with_roles({access::Standing::sales_agent});
  EXPECT_FALSE(permits("Microsoft.Authorization/roleAssignments/write"));
  EXPECT_TRUE(permits("Microsoft.Resources/subscriptions/read"));
  EXPECT_EQ(client().get(own() + "/providers/Microsoft.Authorization/denyAssignments?" + kVersion).status(), 403);
}

}  // namespace
}  // namespace prorata::testing
