// A customer's own people, and the roles they hold in their directory.
#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/directory_roles.h"
#include "partner_center/answer.h"

namespace prorata::partner_center {
namespace {

using access::Access;
using access::Right;
using http::Method;
using http::Response;

std::unexpected<Refused> no_user(std::string_view id) {
  return refuse(404, code::kNoUser, fmt::format("the customer has no user {}", id.substr(0, 80)));
}

struct People {
  Customer customer;
  std::vector<User> users;
};
Outcome<People> people_of(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  Customer customer = TRY(customer_for(call, *snapshot, Right::list_customers, Access::read));
  std::vector<User> users = TRY(users_of(*snapshot, customer.id));
  return People{std::move(customer), std::move(users)};
}

Outcome<User> user_in(const People& people, std::string_view id) {
  for (const User& each : people.users)
    if (equal_ignoring_case(each.id.text(), id)) return each;
  return no_user(id);
}

Outcome<const DirectoryRole*> role_of(const Call& call) {
  const DirectoryRole* role = find_directory_role(call.path.at("role"));
  if (role == nullptr) return refuse(404, code::kNotFound, fmt::format("no directory role {}", call.path.at("role").substr(0, 80)));
  return role;
}

bool holds(const User& user, const DirectoryRole& role) {
  return std::ranges::find(user.directory_roles, role.id) != user.directory_roles.end();
}

Outcome<Response> list_users(Call& call) {
  const People people = TRY(people_of(call));
  return collection_of(call, people.users, {}, wire::write_customer_user);
}

Outcome<Response> get_user(Call& call) {
  const People people = TRY(people_of(call));
  const User user = TRY(user_in(people, call.path.at("user")));
  return written(200, [&](wire::JsonWriter& w) { wire::write_customer_user(w, user); });
}

Outcome<Response> list_roles_of_user(Call& call) {
  const People people = TRY(people_of(call));
  const User user = TRY(user_in(people, call.path.at("user")));
  std::vector<DirectoryRole> held;
  for (const DirectoryRole& each : directory_roles())
    if (holds(user, each)) held.push_back(each);
  return collection_of(call, held, {},
                       [&](wire::JsonWriter& w, const DirectoryRole& each) { wire::write_directory_role(w, each, people.customer.id); });
}

Outcome<Response> list_roles(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Customer customer = TRY(customer_for(call, *snapshot, Right::list_customers, Access::read));
  return collection_of(call, directory_roles(), {},
                       [&](wire::JsonWriter& w, const DirectoryRole& each) { wire::write_directory_role(w, each, customer.id); });
}

Outcome<Response> list_members(Call& call) {
  const DirectoryRole* role = TRY(role_of(call));
  People people = TRY(people_of(call));
  std::erase_if(people.users, [&](const User& each) { return !holds(each, *role); });
  return collection_of(call, people.users, {}, [&](wire::JsonWriter& w, const User& each) { wire::write_user_member(w, each, *role); });
}

Outcome<CustomerId> customer_to_change(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  return TRY(customer_for(call, *snapshot, Right::manage_users, Access::full)).id;
}

Outcome<Response> post_member(Call& call) {
  const CustomerId customer = TRY(customer_to_change(call));
  const DirectoryRole* role = TRY(role_of(call));
  wire::JsonReader reader;
  const PrincipalId user = TRY(wire::read_member(reader, call.request.body));
  std::string answer = TRY(set_role_member(
      call.app,
      {.customer = customer,
       .user = user,
       .role = std::string(role->id),
       .member = true,
       .request = call.write_request(),
       .tell = [&](const User& after) { return body_of([&](wire::JsonWriter& w) { wire::write_user_member(w, after, *role); }); }}));
  return http::json(201, std::move(answer));
}

Outcome<Response> delete_member(Call& call) {
  const CustomerId customer = TRY(customer_to_change(call));
  const DirectoryRole* role = TRY(role_of(call));
  const Result<PrincipalId> user = PrincipalId::parse(call.path.at("user"));
  if (!user) return no_user(call.path.at("user"));
  TRY(set_role_member(
      call.app, {.customer = customer, .user = *user, .role = std::string(role->id), .member = false, .request = call.write_request()}));
  return http::empty(204);
}

}  // namespace

std::vector<Route> user_routes() {
  const std::string users = "/v1/customers/{customer}/users";
  const std::string roles = "/v1/customers/{customer}/directoryroles";
  std::vector<Route> routes;
  routes.push_back({.pattern = users, .handler = list_users});
  routes.push_back({.pattern = users + "/{user}", .handler = get_user});
  routes.push_back({.pattern = users + "/{user}/directoryroles", .handler = list_roles_of_user});
  routes.push_back({.pattern = roles, .handler = list_roles});
  routes.push_back({.pattern = roles + "/{role}/usermembers", .handler = list_members});
  routes.push_back({.method = Method::post, .pattern = roles + "/{role}/usermembers", .handler = post_member, .kind = http::Kind::writes});
  routes.push_back(
      {.method = Method::delete_, .pattern = roles + "/{role}/usermembers/{user}", .handler = delete_member, .kind = http::Kind::writes});
  return routes;
}

}  // namespace prorata::partner_center
