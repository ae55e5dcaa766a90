// The desk's people and its four-eyes limit.
#include <fmt/format.h>

#include "app/accounts.h"
#include "app/authorize.h"
#include "app/submit_request.h"
#include "identity/password.h"
#include "portal_api/answer.h"
#include "wire/portal_settings_bodies.h"

namespace prorata::portal_api {
namespace {

using http::Method;
using http::Response;

void write_user(JsonWriter& w, const User& user) {
  w.field("id", std::string_view(user.id.text()))
      .field("name", std::string_view(user.name))
      .field("display", std::string_view(user.display));
  w.key("roles").begin_array();
  for (const access::Standing each : user.roles) w.text(to_string(each));
  w.end_array().field("disabled", user.disabled).field("ofCustomer", user.of_customer);
  if (user.customer) w.field("customer", std::string_view(user.customer->text()));
  if (user.reseller) w.field("reseller", std::string_view(user.reseller->text()));
}

Response shown(int status, const User& user) {
  return written(status, [&](JsonWriter& w) {
    w.begin_object();
    write_user(w, user);
    w.end_object();
  });
}

Outcome<Response> list(Call& call) {
  TRY(allow(call, Right::manage_users, Access::read, target_of_desk()));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Page<User> page = TRY(snapshot->users(
      {.limit = static_cast<std::size_t>(TRY(number_asked(call, "limit", 100, 1, 500))), .after = TRY(text_asked(call, "after", 1'000))}));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field_if("next", page.next).key("rows").begin_array();
    for (const User& each : page.items) {
      w.begin_object();
      write_user(w, each);
      w.end_object();
    }
    w.end_array().end_object();
  });
}

// The password is made here, shown once in the answer, and kept only as its hash.
Outcome<Response> add(Call& call) {
  TRY(allow(call, Right::manage_users, Access::full, target_of_desk()));
  wire::JsonReader reader;
  NewUser asked = TRY(wire::read_portal_new_user(reader, call.request.body));
  const std::string password = identity::new_secret();
  asked.password_hash = TRY(identity::hash_password(password));
  const User user = TRY(add_user(call.app, asked));
  return written(201, [&](JsonWriter& w) {
    w.begin_object();
    write_user(w, user);
    w.field("password", std::string_view(password)).end_object();
  });
}

Outcome<Response> change(Call& call) {
  wire::JsonReader reader;
  UserChange asked = TRY(wire::read_portal_user_change(reader, call.request.body));
  asked.name = call.path.at("name");
  return shown(200, TRY(change_user(call.app, asked)));
}

Outcome<Response> approval_shown(Call& call) {
  const RequestRules rules = TRY(request_rules(call.app));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    if (rules.approval_above) write_money(w, "above", *rules.approval_above);
    w.field("automatic", rules.automatic_approval).end_object();
  });
}

Outcome<Response> set_approval(Call& call) {
  wire::JsonReader reader;
  TRY(change_request_rules(call.app, TRY(wire::read_portal_approval(reader, call.request.body))));
  return approval_shown(call);
}

}  // namespace

std::vector<Route> settings_routes() {
  const std::string people = "/api/settings/users";
  return {{.pattern = people, .handler = list},
          {.method = Method::post, .pattern = people, .handler = add, .kind = http::Kind::writes, .key = Key::needed},
          {.method = Method::patch, .pattern = people + "/{name}", .handler = change, .kind = http::Kind::writes, .key = Key::needed},
          {.pattern = "/api/settings/approval", .handler = approval_shown},
          {.method = Method::put,
           .pattern = "/api/settings/approval",
           .handler = set_approval,
           .kind = http::Kind::writes,
           .key = Key::needed}};
}

}  // namespace prorata::portal_api
