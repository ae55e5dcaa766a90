#include "app/accounts.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/write.h"

namespace prorata {
namespace {

constexpr std::size_t kPage = 200;

std::string roles_text(const std::vector<access::Standing>& roles) {
  std::string out;
  for (const access::Standing each : roles) (out += out.empty() ? "" : ", ") += to_string(each);
  return out.empty() ? "no role" : out;
}

Result<Customer> find_customer(Snapshot& snapshot, const CustomerId& id) {
  std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer)
    return fail(Code::not_found, fmt::format("customer {} is not in this desk; 'prorata customer list' shows who is", id.text()));
  return std::move(*customer);
}

Result<Customer> first_with_subscription(Snapshot& snapshot) {
  CustomerQuery query{.offer = OfferType::csp, .limit = kPage};
  do {
    Page<Customer> page = TRY(snapshot.customers(query));
    for (Customer& each : page.items)
      if (!each.subscriptions.empty()) return std::move(each);
    query.after = page.next;
  } while (!query.after.empty());
  return fail(Code::invalid_argument,
              "no customer of this desk has a subscription, so there is no tenant to sign in at; import customers, or 'prorata demo load'");
}

Result<Customer> customer_of(Snapshot& snapshot, const Desk& desk, const NewClient& asked) {
  if (asked.customer) return find_customer(snapshot, *asked.customer);
  if (desk.sandbox) return first_with_subscription(snapshot);
  return fail(Code::invalid_argument, "at whose tenant does the program sign in? Name the customer with --customer");
}

// An address of one word on each side of its '@'.
bool is_sign_in_name(std::string_view name) {
  const std::size_t at = name.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == name.size() || name.size() > 254 || name.find('@', at + 1) != name.npos)
    return false;
  for (const char c : name)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f || std::string_view("<>\"'(),;:\\[]").contains(c)) return false;
  return true;
}

bool is_global(const std::vector<access::Standing>& roles) {
  return std::ranges::find(roles, access::Standing::global_admin) != roles.end();
}

// Who manages users gives no more than a global admin would: the role above all is for those who have it.
Result<void> may_make(const App& app, const std::vector<access::Standing>& roles) {
  const bool above_them = app.acting != nullptr && is_global(roles) && !is_global(app.acting->principal.roles);
  if (above_them) return fail(Code::refused, "only a global admin makes or changes a global admin");
  return {};
}

Result<User> load_user(Snapshot& snapshot, const std::string& name) {
  std::optional<User> user = TRY(snapshot.user_named(name));
  if (!user) return fail(Code::not_found, fmt::format("there is no user '{}'; 'prorata user list' shows who is", name));
  return std::move(*user);
}

Changes user_changes(const App& app, const Moment& now, std::string action, User user, std::string before, std::string after) {
  Changes changes{.audit = {.at = now.now,
                            .actor = app.actor,
                            .action = std::move(action),
                            .customer = user.customer ? user.customer->text() : "",
                            .subject = user.name,
                            .before = std::move(before),
                            .after = std::move(after)}};
  changes.users.push_back(std::move(user));
  return changes;
}

}  // namespace

Result<Client> create_client(App& app, const NewClient& asked) {
  Client client{.id = ClientId::trusted(app.ids.next()),
                .name = asked.name,
                .object = PrincipalId::trusted(app.ids.next()),
                .secret_hash = asked.secret_hash,
                .roles = asked.of_customer ? std::vector<access::Standing>() : asked.roles,
                .of_customer = asked.of_customer};
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment now = TRY(load_moment(app, snapshot));
    TRY(authorize(app, access::Right::configure, target_of_desk()));
    const Customer customer = TRY(customer_of(snapshot, now.desk, asked));
    client.tenant = customer.id.text();
    if (asked.of_customer || !asked.all_customers) client.customer = customer.id;
    client.created = now.now;
    Changes changes{.audit = {.at = now.now,
                              .actor = app.actor,
                              .action = "client.create",
                              .customer = customer.id.text(),
                              .subject = client.id.text(),
                              .after = fmt::format("{}: {}", client.name, roles_text(client.roles))}};
    changes.clients.push_back(client);
    return changes;
  }));
  return client;
}

Result<Client> revoke_client(App& app, const ClientId& id) {
  Client client;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment now = TRY(load_moment(app, snapshot));
    TRY(authorize(app, access::Right::configure, target_of_desk()));
    const std::optional<Client> found = TRY(snapshot.client(id));
    if (!found) return fail(Code::not_found, fmt::format("there is no client {}; 'prorata client list' shows them", id.text()));
    client = *found;
    const std::string before = client.revoked ? "revoked" : "may sign in";
    if (!client.revoked) client.revoked = now.now;
    Changes changes{
        .audit = {
            .at = now.now, .actor = app.actor, .action = "client.revoke", .subject = id.text(), .before = before, .after = "revoked"}};
    changes.clients.push_back(client);
    return changes;
  }));
  return client;
}

Result<User> add_user(App& app, const NewUser& asked) {
  if (!is_sign_in_name(asked.name))
    return fail(Code::invalid_argument, fmt::format("'{}' is not an e-mail address; users sign in with one", asked.name));
  if (asked.of_customer && !asked.customer) return fail(Code::invalid_argument, "a customer's own user needs that customer");
  User user{.id = PrincipalId::trusted(app.ids.next()),
            .name = asked.name,
            .display = asked.display.empty() ? asked.name : asked.display,
            .password_hash = asked.password_hash,
            .roles = asked.of_customer ? std::vector<access::Standing>() : asked.roles,
            .reseller = asked.reseller,
            .customer = asked.customer,
            .of_customer = asked.of_customer,
            .may_buy = asked.may_buy};
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment now = TRY(load_moment(app, snapshot));
    TRY(authorize(app, access::Right::manage_users, target_of_desk()));
    TRY(may_make(app, user.roles));
    if (TRY(snapshot.user_named(user.name)))
      return fail(Code::already_exists, fmt::format("there is a user '{}' already; names are the same in any letter case", user.name));
    if (user.customer) TRY(find_customer(snapshot, *user.customer));
    user.created = now.now;
    return user_changes(app, now, "user.add", user, "", roles_text(user.roles));
  }));
  return user;
}

Result<User> change_user(App& app, const UserChange& change) {
  User user;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment now = TRY(load_moment(app, snapshot));
    TRY(authorize(app, access::Right::manage_users, target_of_desk()));
    user = TRY(load_user(snapshot, change.name));
    if (app.acting != nullptr && app.acting->principal.id == user.id)
      return fail(Code::refused, "nobody changes their own roles; ask another who manages users");
    TRY(may_make(app, user.roles));
    const std::string before = fmt::format("{}{}", roles_text(user.roles), user.disabled ? ", disabled" : "");
    if (change.roles) {
      if (user.of_customer && !change.roles->empty())
        return fail(Code::refused, fmt::format("{} belongs to a customer and has no role of the desk", user.name));
      TRY(may_make(app, *change.roles));
      user.roles = *change.roles;
    }
    user.disabled = change.disabled.value_or(user.disabled);
    return user_changes(app, now, "user.change", user, before,
                        fmt::format("{}{}", roles_text(user.roles), user.disabled ? ", disabled" : ""));
  }));
  return user;
}

Result<User> disable_user(App& app, const std::string& name) {
  User user;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment now = TRY(load_moment(app, snapshot));
    TRY(authorize(app, access::Right::manage_users, target_of_desk()));
    user = TRY(load_user(snapshot, name));
    const std::string before = user.disabled ? "disabled" : "may sign in";
    user.disabled = true;
    return user_changes(app, now, "user.disable", user, before, "disabled");
  }));
  return user;
}

Result<User> set_password(App& app, const std::string& name, std::string password_hash) {
  User user;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment now = TRY(load_moment(app, snapshot));
    user = TRY(load_user(snapshot, name));
    const bool own = app.acting != nullptr && app.acting->principal.id == user.id && !user.disabled;
    if (!own) TRY(authorize(app, access::Right::manage_users, target_of_desk()));
    user.password_hash = password_hash;
    const std::string before = user.disabled ? "disabled" : "may sign in";
    user.disabled = false;
    return user_changes(app, now, "user.password", user, before, "new password");
  }));
  return user;
}

}  // namespace prorata
