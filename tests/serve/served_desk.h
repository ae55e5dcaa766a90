// A desk that is served: a store, a clock that can be moved, two programs that may sign in, and a client with a few words.
//
//   ServedDesk served(Where::sqlite);
//   served.start({.sandbox = true});
//   const std::string token = served.token(served.agent);
//   const Answer answer = served.get("/subscriptions?api-version=2022-12-01", token);
#pragma once

#include <atomic>

#include "app/accounts.h"
#include "http/client.h"
#include "identity/password.h"
#include "serve/desk_server.h"
#include "serve/gate.h"
#include "store/desks.h"
#include "support/made_desk.h"
#include "system/clock_and_ids.h"
#include "wire/json.h"

namespace prorata::testing {

// The machine's time, moved by hand; many threads ask it.
class SteeredClock final : public Clock {
 public:
  Instant now() override { return {stands_at_.load() != 0 ? stands_at_.load() : machine_now().ticks + moved_.load()}; }
  void stand_still() { stands_at_ = now().ticks; }
  void pass_seconds(std::int64_t seconds) { moved_ += seconds * kTicksPerSecond; }
  void pass_days(std::int64_t days) { moved_ += days * kTicksPerDay; }

 private:
  std::atomic<std::int64_t> moved_{0};
  std::atomic<std::int64_t> stands_at_{0};  // 0: it runs
};

struct Known {
  prorata::Client client;
  std::string secret;
};

inline std::string member_of(const std::string& json, std::string_view name) {
  wire::JsonReader reader;
  const auto root = reader.read(json);
  if (!root) return {};
  const auto value = root->find(name);
  return value ? std::string(value->text()) : std::string();
}
// Of Partner Center's face it is a member of its own, a number or a word.
inline std::string error_code(const Answer& answer) {
  wire::JsonReader reader;
  const auto root = reader.read(answer.body);
  if (!root) return "(no JSON) " + answer.body;
  if (const auto code = root->find("code")) return std::string(code->text());
  const auto error = root->find("error");
  return error ? std::string(wire::text_if(*error, "code")) : std::string();
}

class ServedDesk {
 public:
  explicit ServedDesk(const Place& place)
      : store_(must(store::open_store(place.at(), {.create = true}))),
        made_(*store_),
        ids_(system::time_ordered_ids()),
        agent(known({.name = "agent", .customer = made_.nordvik, .roles = {access::Standing::admin_agent}})),
        admin(known({.name = "admin", .customer = made_.nordvik, .roles = {access::Standing::global_admin}, .all_customers = true})) {}

  App app() { return {*store_, clock, *ids_, packs(), "serve"}; }
  Store& store() { return *store_; }
  MadeDesk& made() { return made_; }
  std::string tenant() const { return made_.nordvik.text(); }

  Known known(NewClient asked) {
    const std::string secret = identity::new_secret();
    asked.secret_hash = must(identity::hash_password(secret));
    App maker{*store_, clock, *ids_, packs(), "test"};
    return {must(create_client(maker, asked)), secret};
  }

  // Commits that somebody asked for: what the desk does in the background on its own comes when it comes.
  std::int64_t commits_asked_for() {
    std::int64_t count = 0;
    must(must(store_->snapshot())->audit(1, [&](const AuditRecord& record) {
      const std::string& action = record.note.action;
      const bool own = action.starts_with("overview.") || action.starts_with("notify.") || action.starts_with("delivery.");
      count += own ? 0 : 1;
      return true;
    }));
    return count;
  }

  void start(serve::ServeOptions options = {}) {
    options.host = "127.0.0.1";
    options.threads = 2;
    options.tls_folder = std::filesystem::path(folder_) / "tls";
    server = must(serve::DeskServer::start(app(), std::move(options)));
  }

  testing::Client connect() const { return testing::Client(server->port(), server->authority()); }

  Answer ask(std::string_view method, std::string_view target, const std::string& token, std::string_view body = {},
             std::string_view more_headers = {}) const {
    testing::Client client(server->port(), server->authority());
    std::string head =
        fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n", method, target, server->port(), body.size());
    if (!token.empty()) head += fmt::format("Authorization: Bearer {}\r\n", token);
    return client.ask(fmt::format("{}{}\r\n{}", head, more_headers, body));
  }
  Answer get(std::string_view target, const std::string& token) const { return ask("GET", target, token); }
  Answer post(std::string_view target, const std::string& token, std::string_view body) const { return ask("POST", target, token, body); }

  static std::string form_of(const std::string& id, const std::string& secret) {
    return fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope=https%3A%2F%2Flocalhost%2F%2F.default", id,
                       secret);
  }
  Answer sign_in(const std::string& id, const std::string& secret, std::string_view tenant_given = {}) const {
    return post(fmt::format("/{}/oauth2/v2.0/token", tenant_given.empty() ? tenant() : tenant_given), "", form_of(id, secret));
  }
  std::string token(const Known& who) const {
    const Answer answer = sign_in(who.client.id.text(), who.secret);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return member_of(answer.body, "access_token");
  }

  // For Partner Center, asked for in the old form, as its own clients do.
  Answer partner_sign_in(const Known& who, std::string_view resource = "https://graph.windows.net") const {
    return post(fmt::format("/{}/oauth2/token", who.client.tenant), "",
                fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&resource={}", who.client.id.text(), who.secret,
                            http::percent_encode(resource)));
  }
  std::string partner_token(const Known& who) const { return member_of(partner_sign_in(who).body, "access_token"); }

  // A token that this desk signs with its own key but never gave to anybody.
  std::string signed_by_the_desk(const identity::Claims& claims) {
    const SigningKeyRow row = must(must(store_->snapshot())->signing_keys()).front();
    return identity::sign(claims, must(identity::SigningKey::from_pem(row.pem, row.created)));
  }
  identity::Claims claims_of(const Known& who) {
    const Instant now = clock.now();
    return {.audiences = {std::string(serve::kAudience)},
            .issuer = "https://127.0.0.1/x/v2.0",
            .issued = now,
            .not_before = now,
            .expires = add_seconds(now, 600),
            .application = who.client.id.text(),
            .object = who.client.object.text(),
            .tenant = who.client.tenant,
            .kind = "app"};
  }

 private:
  ScratchFolder folder_;
  std::unique_ptr<Store> store_;
  MadeDesk made_;
  std::unique_ptr<IdSource> ids_;

 public:
  SteeredClock clock;
  Known agent;  // an admin agent, limited to one customer
  Known admin;  // a global admin
  std::unique_ptr<serve::DeskServer> server;
};

// Any path of an ARM face: it is answered 401 to whoever has not signed in.
inline constexpr std::string_view kSomePath = "/subscriptions?api-version=2022-12-01";

}  // namespace prorata::testing
