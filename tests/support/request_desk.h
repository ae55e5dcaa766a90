// A desk with people: the partner's agents by role, a reseller's, a customer's own user; and requests by a few words.
//
//   class Requests : public RequestDesk {};
//   const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
//   const request::Request filed = filed_refund(web, 2);            // as helga, who holds a role on the order
//   as("adam", [&] { must(decide_request(app(), {.number = filed.number, .approve = true})); });
#pragma once

#include <functional>
#include <map>
#include <string>

#include "app/accounts.h"
#include "app/authorize.h"
#include "app/change_directory.h"
#include "app/decide_request.h"
#include "app/draft_request.h"
#include "app/execute_request.h"
#include "app/request_desk.h"
#include "app/request_record.h"
#include "app/role_assignments.h"
#include "app/run_exchange.h"
#include "app/submit_request.h"
#include "app/support_requests.h"
#include "sim/faulty_store.h"
#include "support/on_every_store.h"

namespace prorata::testing {

using request::Kind;
using request::Request;
using request::State;

class RequestDesk : public OnEveryStore {
 protected:
  using Standing = access::Standing;

  App& app() { return desk().app; }

  User user(const std::string& name) {
    const std::string mail = name + "@partner.example";
    if (const std::optional<User> there = must(desk().look()->user_named(mail))) return *there;
    return must(add_user(app(), {.name = mail, .roles = roles_of(name)}));
  }
  User user_of_nordvik(const std::string& name) {
    return must(add_user(app(), {.name = name, .customer = desk().nordvik, .of_customer = true}));
  }

  // adam and berta: admin agents; greta: global admin; helga: helpdesk agent; sally: sales agent; uma: user management admin.
  static std::vector<Standing> roles_of(const std::string& name) {
    static const std::map<std::string, Standing> kRoles = {{"adam", Standing::admin_agent},   {"berta", Standing::admin_agent},
                                                           {"greta", Standing::global_admin}, {"helga", Standing::helpdesk_agent},
                                                           {"sally", Standing::sales_agent},  {"uma", Standing::user_management_admin}};
    const auto found = kRoles.find(name);
    return found == kRoles.end() ? std::vector<Standing>() : std::vector{found->second};
  }

  template <class Do>
  auto as(const User& who, const Do& what) {
    const Acting acting{principal_of(who), must(desk().look()->role_assignments_of(who.id))};
    const std::string before = std::exchange(app().actor, who.name);
    app().acting = &acting;
    struct Back {
      App& app;
      std::string actor;
      ~Back() {
        app.acting = nullptr;
        app.actor = actor;
      }
    } const back{app(), before};
    return what();
  }
  template <class Do>
  auto as(const std::string& name, const Do& what) {
    return as(user(name), what);
  }

  void give(const User& who, const char* role, const access::Scope& scope) {
    must(assign_role(app(), {.id = RoleAssignmentId::trusted(desk().ids->next()),
                             .scope = scope,
                             .role = RoleDefinitionId::trusted(std::string(access::find_role_named(role)->id)),
                             .principal = who.id}));
  }

  static request::ReturnLine line(const Reservation& r, std::int64_t quantity) {
    return {.order = {}, .reservation = r.id, .quantity = quantity, .sku = {}};
  }
  static AskFor refund_of(const Reservation& r, std::int64_t quantity) {
    return {.kind = Kind::refund, .returns = {line(r, quantity)}, .purchases = {}, .reason = "the project ended", .key = {}};
  }
  static AskFor exchange_of(const Reservation& r, std::int64_t quantity, std::int64_t buy) {
    return {.kind = Kind::exchange,
            .returns = {line(r, quantity)},
            .purchases = {{.line = {.sku = "Standard_D2s_v5", .region = "westeurope", .term = Term{3}, .quantity = buy}}},
            .reason = {},
            .key = {}};
  }
  static support::ContactChange contact() {
    return {.first_name = "Anna",
            .last_name = "Lind",
            .method = support::ContactMethod::email,
            .email = "anna@partner.example",
            .additional_emails = {},
            .phone = {},
            .time_zone = "W. Europe Standard Time",
            .country = "SWE",
            .language = "sv-SE"};
  }

  Request draft(const AskFor& lines) { return must(draft_request(app(), {.from = {}, .lines = lines})).request; }
  Result<Request> try_to_submit(std::int64_t number) { return submit_request(app(), {.number = number, .contact = contact()}); }
  Request submit(std::int64_t number) { return must(try_to_submit(number)); }
  Request filed(const AskFor& lines) { return submit(draft(lines).number); }
  Request seen(std::int64_t number) { return *must(desk().look()->request_numbered(number)); }
  support::SupportRequest ticket(const Request& r) { return *must(desk().look()->support_request(r.ticket)); }
  Hold hold(const Request& r) { return *must(desk().look()->hold(*r.hold)); }
  Request decide(std::int64_t number, bool approve = true, const std::string& reason = {}) {
    return must(decide_request(app(), {.number = number, .approve = approve, .reason = reason}));
  }
  std::size_t returns() { return must(desk().look()->returns(std::nullopt, false)).size(); }

  // The same desk behind a store on which commits go wrong.
  struct Faulty {
    explicit Faulty(MadeDesk& desk) : store(desk.app.store), app{store, desk.app.clock, desk.app.ids, desk.app.packs, desk.app.actor} {
      app.contents = desk.app.contents;
    }
    sim::FaultyStore store;
    App app;
  };
};

}  // namespace prorata::testing
