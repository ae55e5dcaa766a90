#include "app/directory_roles.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"

namespace prorata {
namespace {

constexpr auto kRoles = std::to_array<DirectoryRole>({{"729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator"},
                                                      {"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Account Administrator"}});
constexpr std::size_t kUsersAtOnce = 500;

}  // namespace

std::span<const DirectoryRole> directory_roles() { return kRoles; }

const DirectoryRole* find_directory_role(std::string_view id) {
  const auto* found = std::ranges::find_if(kRoles, [&](const DirectoryRole& each) { return equal_ignoring_case(each.id, id); });
  return found == kRoles.end() ? nullptr : found;
}

Result<std::vector<User>> users_of(Snapshot& snapshot, const CustomerId& customer) {
  std::vector<User> out;
  NameQuery query{.limit = kUsersAtOnce};
  do {
    Page<User> page = TRY(snapshot.users(query));
    for (User& each : page.items)
      if (each.of_customer && each.customer == customer && !each.disabled) out.push_back(std::move(each));
    query.after = page.next;
  } while (!query.after.empty());
  return out;
}

Result<std::string> set_role_member(App& app, const RoleMemberAsk& ask) {
  return write_and_tell(app, ask.request, [&](Snapshot& snapshot) -> Result<Telling> {
    const Moment at = TRY(load_moment(app, snapshot));
    const std::optional<Customer> customer = TRY(snapshot.customer(ask.customer));
    if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", ask.customer.text()), {}, "customer");
    TRY(authorize(app, access::Right::manage_users, target_of(*customer)));
    const DirectoryRole* role = find_directory_role(ask.role);
    if (role == nullptr) return fail(Code::not_found, fmt::format("'{}' is no directory role", ask.role.substr(0, 80)), {}, "role");
    std::optional<User> user = TRY(snapshot.user(ask.user));
    if (!user || !user->of_customer || user->customer != ask.customer || user->disabled)
      return fail(Code::not_found, fmt::format("{} has no user {}", customer->name, ask.user.text()), {}, "user");

    std::vector<std::string>& held = user->directory_roles;
    const auto present = std::ranges::find(held, role->id);
    Changes changes{.audit = {.at = at.now,
                              .actor = app.actor,
                              .action = ask.member ? "directory_role.give" : "directory_role.take",
                              .customer = customer->id.text(),
                              .subject = user->id.text(),
                              .after = fmt::format("{}: {}", user->name, role->name)}};
    const bool changes_something = (present != held.end()) != ask.member;
    if (changes_something) {
      if (ask.member)
        held.emplace_back(role->id);
      else
        held.erase(present);
      changes.users = {*user};
    }
    return Telling{std::move(changes), ask.tell ? ask.tell(*user) : std::string()};
  });
}

}  // namespace prorata
