// Which roles a customer's own people hold in their directory. The two that matter to whoever looks after the customer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/told.h"

namespace prorata {

struct DirectoryRole {
  std::string_view id;
  std::string_view name;
};
std::span<const DirectoryRole> directory_roles();
const DirectoryRole* find_directory_role(std::string_view id);  // any letter case; nullptr where there is none

// The customer's own people who may sign in, by name.
Result<std::vector<User>> users_of(Snapshot& snapshot, const CustomerId& customer);

struct RoleMemberAsk {
  CustomerId customer;
  PrincipalId user;
  std::string role;
  bool member = true;  // from now on; or no longer
  WriteRequest request;
  Tell<User> tell;  // absent: nothing is told
};
// Again: the same. Errors: not_found for the customer ("customer"), the user ("user") and the role ("role"); forbidden.
Result<std::string> set_role_member(App& app, const RoleMemberAsk& ask);

}  // namespace prorata
