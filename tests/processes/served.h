// `prorata serve` as a process, and programs that speak to it with a token.
//
//   Served served(desk.options, tls.path());
//   Agent agent(served, new_program(desk.options));
//   const Reply price = agent.post("/providers/Microsoft.Capacity/calculatePrice?api-version=2022-11-01", body);
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/client.h"
#include "processes/process.h"
#include "support/face_client.h"

namespace prorata::testing {

class Served {
 public:
  // Listening when it returns, or the test fails with what it said.
  Served(const RunOptions& options, const std::string& tls_folder, const std::vector<std::string>& more = {"--sandbox"})
      : process_(words(tls_folder, more), options) {
    const bool said = eventually([&] { return !field(process_.out_so_far(), "url").empty() || process_.has_ended(); });
    const std::string out = process_.out_so_far();
    const std::string url = field(out, "url");
    if (!said || url.empty()) {
      kill();
      CHECK(false, "the server starts: " + ended_.err);
    }
    port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    authority_ = field(out, "ca");
  }

  std::uint16_t port() const { return port_; }
  const std::string& authority() const { return authority_; }
  const std::string& said_at_the_end() const { return ended_.err; }
  // Does nothing to one that has ended.
  void kill() {
    if (std::exchange(over_, true)) return;
    process_.kill_now();
    ended_ = process_.wait();
  }
  // SIGTERM; its exit code.
  int stop() {
    over_ = true;
    process_.signal(SIGTERM);
    ended_ = process_.wait();
    return ended_.exit_code;
  }

 private:
  static std::vector<std::string> words(const std::string& tls_folder, const std::vector<std::string>& more) {
    std::vector<std::string> all = {"serve", "--listen", "127.0.0.1:0", "--tls-folder", tls_folder, "-o", "json"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  Process process_;
  Outcome ended_;
  bool over_ = false;
  std::uint16_t port_ = 0;
  std::string authority_;
};

// A program that may sign in at a desk.
struct Program {
  std::string tenant;
  std::string id;
  std::string secret;
};
inline Program new_program(const RunOptions& options, const std::vector<std::string>& more = {"--role", "global_admin", "--all-customers"}) {
  std::vector<std::string> all = {"client", "create", "--name", "driver", "-o", "json"};
  all.insert(all.end(), more.begin(), more.end());
  const std::string made = must(all, options);
  return {field(made, "tenantId"), field(made, "clientId"), field(made, "clientSecret")};
}

inline Reply reply_of(const Answer& answer) {
  Reply reply{{.status = answer.status, .body = answer.body}};
  for (const auto& [name, value] : answer.headers) reply.response.headers.add(name, value);
  return reply;
}

// Speaks to one server over one connection, a new one after each that ended. A lost answer has status 0.
class Agent {
 public:
  Agent(const Served& server, const Program& program) : Agent(server, std::string()) {
    const Reply answer =
        send("POST", fmt::format("/{}/oauth2/v2.0/token", program.tenant),
             fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope=https%3A%2F%2Flocalhost%2F%2F.default",
                         program.id, program.secret));
    EXPECT_EQ(answer.status(), 200) << answer.response.body;
    token_ = answer.at("/access_token");
  }
  // With a token that was given before, also by another server on the same store.
  Agent(const Served& server, std::string token) : port_(server.port()), authority_(server.authority()), token_(std::move(token)) {}

  const std::string& token() const { return token_; }

  Reply send(std::string_view method, std::string_view target, std::string_view body = {}) {
    std::string head =
        fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n", method, target, port_, body.size());
    if (!token_.empty()) head += fmt::format("Authorization: Bearer {}\r\n", token_);
    if (!connection_) connection_ = std::make_unique<testing::Client>(port_, authority_);
    const Answer answer = connection_->connected() ? connection_->ask(fmt::format("{}\r\n{}", head, body)) : Answer{};
    if (answer.status == 0) connection_.reset();
    return reply_of(answer);
  }
  Reply get(std::string_view target) { return send("GET", target); }
  Reply put(std::string_view target, std::string_view body) { return send("PUT", target, body); }
  Reply post(std::string_view target, std::string_view body) { return send("POST", target, body); }

  // A link of an answer, followed at this server, whichever of those on the store wrote it.
  Reply follow(std::string_view link) {
    const std::size_t path = link.find('/', std::string_view("https://").size());
    EXPECT_NE(path, std::string_view::npos) << "'" << link << "' is no link";
    return path == std::string_view::npos ? Reply{} : get(link.substr(path));
  }
  // Polls a link until what is behind it has ended; the last answer. `at` is where the state is told.
  Reply settled(std::string_view link, std::string_view at) {
    Reply last;
    eventually([&] {
      last = follow(link);
      const std::string state = last.at(at);
      return state == "Succeeded" || state == "Failed" || last.status() == 0;
    });
    return last;
  }

 private:
  std::uint16_t port_;
  std::string authority_;
  std::string token_;
  std::unique_ptr<testing::Client> connection_;
};

// The words of Microsoft.Capacity.
struct BoughtUnits {
  std::string order;
  std::string id;  // "/providers/microsoft.capacity/reservationOrders/.../reservations/..."
};

inline std::string capacity_path(std::string_view path) {
  return fmt::format("/providers/Microsoft.Capacity{}?api-version=2022-11-01", path);
}
inline std::string purchase_body(std::string_view subscription, std::int64_t quantity, std::string_view plan = "Upfront",
                                 std::string_view sku = "Standard_D2s_v5") {
  return fmt::format(
      R"({{"sku":{{"name":"{}"}},"location":"westeurope","properties":{{"reservedResourceType":"VirtualMachines","billingScopeId":"/subscriptions/{}",)"
      R"("term":"P1Y","billingPlan":"{}","quantity":{},"displayName":"web","appliedScopeType":"Shared","renew":false}}}})",
      sku, subscription, plan, quantity);
}
inline std::string return_body(const BoughtUnits& what, std::int64_t quantity, std::string_view session = {}) {
  const std::string with = session.empty() ? "" : fmt::format(R"("sessionId":"{}","returnReason":"test",)", session);
  return fmt::format(R"({{"id":"/providers/Microsoft.Capacity/reservationOrders/{}","properties":{{{}"scope":"Reservation",)"
                     R"("reservationToReturn":{{"reservationId":"{}","quantity":{}}}}}}})",
                     what.order, with, what.id, quantity);
}
inline std::string exchange_body(const BoughtUnits& back, std::int64_t quantity, std::string_view purchase) {
  return fmt::format(
      R"({{"properties":{{"reservationsToExchange":[{{"reservationId":"{}","quantity":{}}}],"reservationsToPurchase":[{}]}}}})", back.id,
      quantity, purchase);
}

}  // namespace prorata::testing
