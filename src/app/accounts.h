// Who may sign in: programs (clients) and people (users). Secrets and passwords come here hashed; nobody here has ever seen one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

struct NewClient {
  std::string name;
  // Whose tenant it signs in at. Absent: in a sandbox the first customer, by name, that buys through a partner and has a subscription.
  std::optional<CustomerId> customer;
  std::vector<access::Standing> roles;  // of the desk; none: what role assignments give it
  bool of_customer = false;             // the customer's own program; its roles do not count
  bool all_customers = false;           // not limited to the customer whose tenant it signs in at
  std::string secret_hash;
};

// Errors: not_found for the customer; invalid_argument where no customer is named and none can be chosen.
Result<Client> create_client(App& app, const NewClient& asked);
// From now on it cannot sign in, and its tokens are refused. Again: the same. Errors: not_found.
Result<Client> revoke_client(App& app, const ClientId& id);

struct NewUser {
  std::string name;     // an e-mail address, to sign in with
  std::string display;  // empty: the name
  std::vector<access::Standing> roles;
  std::optional<ResellerId> reseller;  // sees that reseller's customers only
  std::optional<CustomerId> customer;  // sees that customer only
  bool of_customer = false;            // belongs to that customer
  bool may_buy = false;
  std::string password_hash;
};

// Errors: invalid_argument for a name that is no e-mail address or a customer's user without a customer; not_found; already_exists.
Result<User> add_user(App& app, const NewUser& asked);
// What is absent stays as it is.
struct UserChange {
  std::string name;
  std::optional<std::vector<access::Standing>> roles;
  std::optional<bool> disabled;
};
// Somebody signed in changes nobody's way in to their own gain: never their own row, and who is or becomes a global admin is for global
// admins alone. The same holds for add_user. Errors: not_found; forbidden; refused for a customer's user with a role, one's own row, or a
// global admin.
Result<User> change_user(App& app, const UserChange& change);

// Errors of both: not_found.
Result<User> disable_user(App& app, const std::string& name);
Result<User> set_password(App& app, const std::string& name, std::string password_hash);

}  // namespace prorata
