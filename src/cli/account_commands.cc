// client, user.
#include <algorithm>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "app/accounts.h"
#include "app/authorize.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/shared.h"
#include "identity/password.h"

namespace prorata::cli {
namespace {

std::string roles_text(const std::vector<access::Standing>& roles, bool of_customer) {
  if (of_customer) return std::string(to_string(access::Standing::customer_user));
  std::string out;
  for (const access::Standing each : roles) (out += out.empty() ? "" : " ") += to_string(each);
  return out.empty() ? std::string(to_string(access::Standing::assignee)) : out;
}

// What the words of --role say. An assignee has no role of the desk, and a customer's own user none that counts.
struct Roles {
  std::vector<access::Standing> of_desk;
  bool of_customer = false;
};
Result<Roles> roles_of(const std::vector<std::string>& words) {
  Roles out;
  for (const std::string& word : words) {
    const auto role = TRY(parse_word<access::Standing>(word, "a role"));
    if (role == access::Standing::customer_user)
      out.of_customer = true;
    else if (role != access::Standing::assignee && std::ranges::find(out.of_desk, role) == out.of_desk.end())
      out.of_desk.push_back(role);
  }
  if (out.of_customer && !out.of_desk.empty())
    return fail(Code::invalid_argument, "customer_user and a role of the desk exclude each other: roles count on the partner's side only");
  return out;
}

Result<std::optional<CustomerId>> customer_if(App& app, const std::string& text) {
  if (text.empty()) return std::optional<CustomerId>();
  return std::optional(TRY(customer_named(app, text)));
}

struct Password {
  std::string text;
  bool made = false;  // here, so it must be shown
};
Result<Password> password_of(const std::string& file) {
  if (file.empty()) return Password{identity::new_secret(), true};
  std::ifstream opened;
  if (file != "-") {
    opened.open(file);
    if (!opened) return fail(Code::not_found, fmt::format("the password file '{}' cannot be read", file));
  }
  Password password;
  std::getline(file == "-" ? std::cin : opened, password.text);
  if (password.text.ends_with('\r')) password.text.pop_back();
  return password;
}

void print_user(const Session& session, const User& user, const Password& password) {
  Record record;
  record.add("User", "name", user.name);
  record.add("Object id", "objectId", user.id.text());
  record.add("Roles", "roles", roles_text(user.roles, user.of_customer));
  if (password.made) record.add("Password, shown this once", "password", password.text);
  record.print(stdout, session.globals().format);
}

}  // namespace

Result<int> client_create(Session& session, const ClientOptions& options) {
  App& app = *TRY(session.app());
  const Roles roles = TRY(roles_of(options.roles.empty() ? std::vector<std::string>{"admin_agent"} : options.roles));
  const std::string secret = identity::new_secret();
  const Client client = TRY(create_client(app, {.name = options.name,
                                                .customer = TRY(customer_if(app, options.customer)),
                                                .roles = roles.of_desk,
                                                .of_customer = roles.of_customer,
                                                .all_customers = options.all_customers,
                                                .secret_hash = TRY(identity::hash_password(secret))}));
  Record record;
  record.add("Tenant", "tenantId", client.tenant);
  record.add("Client id", "clientId", client.id.text());
  record.add("Client secret, shown this once", "clientSecret", secret);
  record.add("Name", "name", client.name);
  record.add("Object id", "objectId", client.object.text());
  record.add("Roles", "roles", roles_text(client.roles, client.of_customer));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> client_list(Session& session, const ClientOptions& options) {
  App& app = *TRY(session.app());
  TRY(authorize(app, access::Right::configure, target_of_desk(), access::Access::read));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Page<Client> page =
      TRY(snapshot->clients({.limit = static_cast<std::size_t>(options.limit), .after = TRY(cursor_of(options.after))}));
  Table table({{"Client", "clientId"},
               {"Name", "name"},
               {"Tenant", "tenantId"},
               {"Sees", "customer"},
               {"Roles", "roles"},
               {"Created", "created"},
               {"Revoked", "revoked"}});
  for (const Client& c : page.items)
    table.add({c.id.text(), c.name, c.tenant, c.customer ? c.customer->text() : "all", roles_text(c.roles, c.of_customer),
               to_string(c.created), c.revoked ? to_string(*c.revoked) : ""});
  table.print(stdout, session.globals().format, "No clients; 'prorata client create' makes one.");
  say_more(page.next);
  return 0;
}

Result<int> client_revoke(Session& session, const ClientOptions& options) {
  App& app = *TRY(session.app());
  const Client client = TRY(revoke_client(app, TRY(ClientId::parse(options.id))));
  Record record;
  record.add("Client id", "clientId", client.id.text());
  record.add("Revoked", "revoked", to_string(*client.revoked));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> user_add(Session& session, const UserOptions& options) {
  App& app = *TRY(session.app());
  const Roles roles = TRY(roles_of(options.roles));
  NewUser asked{.name = options.name,
                .display = options.display,
                .roles = roles.of_desk,
                .customer = TRY(customer_if(app, options.customer)),
                .of_customer = roles.of_customer,
                .may_buy = options.may_buy};
  if (!options.reseller.empty()) asked.reseller = TRY(ResellerId::parse(options.reseller));
  const Password password = TRY(password_of(options.password_file));
  asked.password_hash = TRY(identity::hash_password(password.text));
  print_user(session, TRY(add_user(app, asked)), password);
  return 0;
}

Result<int> user_list(Session& session, const UserOptions& options) {
  App& app = *TRY(session.app());
  TRY(authorize(app, access::Right::manage_users, target_of_desk(), access::Access::read));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Page<User> page = TRY(snapshot->users({.limit = static_cast<std::size_t>(options.limit), .after = TRY(cursor_of(options.after))}));
  Table table(
      {{"User", "name"}, {"Name", "display"}, {"Roles", "roles"}, {"Sees", "customer"}, {"State", "state"}, {"Object id", "objectId"}});
  for (const User& u : page.items)
    table.add({u.name, u.display, roles_text(u.roles, u.of_customer),
               u.customer   ? u.customer->text()
               : u.reseller ? u.reseller->text()
                            : "all",
               u.disabled ? "disabled" : "active", u.id.text()});
  table.print(stdout, session.globals().format, "No users; 'prorata user add' makes one.");
  say_more(page.next);
  return 0;
}

Result<int> user_disable(Session& session, const UserOptions& options) {
  App& app = *TRY(session.app());
  const User user = TRY(disable_user(app, options.name));
  Record record;
  record.add("User", "name", user.name);
  record.add("State", "state", "disabled");
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> user_password(Session& session, const UserOptions& options) {
  App& app = *TRY(session.app());
  const Password password = TRY(password_of(options.password_file));
  print_user(session, TRY(set_password(app, options.name, TRY(identity::hash_password(password.text)))), password);
  return 0;
}

}  // namespace prorata::cli
