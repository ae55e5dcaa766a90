// A desk on every store that tells: users of the partner and of a customer, events put into the outbox, and a courier with little patience.
#pragma once

#include <thread>

#include "app/accounts.h"
#include "app/notify_settings.h"
#include "app/recipients.h"
#include "http/client.h"
#include "notify/courier.h"
#include "receivers.h"
#include "support/on_every_store.h"
#include "system/clock_and_ids.h"

namespace prorata::testing {

class Notified : public OnEveryStore {
 protected:
  const http::TlsFiles& files() {
    static const ScratchFolder folder;
    static const http::TlsFiles made = must(http::local_certificate(std::filesystem::path(folder) / "tls", {}, machine_now()));
    return made;
  }
  App& app() { return desk().app; }

  User user(const std::string& name, NewUser more = {}) {
    more.name = name;
    more.password_hash = "$argon2id$the-hash";
    if (!more.of_customer && more.roles.empty()) more.roles = {access::Standing::admin_agent};
    return must(add_user(app(), more));
  }
  User choosing(const std::string& name, MailWhen when, NewUser more = {}) {
    user(name, std::move(more));
    return must(change_choices(app(), {.user = name, .when = when}));
  }
  void mail_by(const MailServer& server, MailChange more = {}) {
    more.smtp = fmt::format("127.0.0.1:{}", server.port());
    more.from = "Desk <desk@partner.example>";
    more.authority = files().authority.string();
    must(change_notify_settings(app(), more));
  }
  Webhook hook(const std::string& url, NewWebhook more = {}) {
    more.url = url;
    more.secret = "the secret";
    return must(add_webhook(app(), more));
  }

  static std::string request_body(const CustomerId& customer, int number = 1) {
    return fmt::format(R"({{"request":"r-{}","number":"26030200100000{:02}","kind":"refund","customer":"{}","state":"completed",)"
                       R"("previous":"executing","actor":"bo@partner.example","at":"2026-03-02T09:00:00Z"}})",
                       number, number, customer.text());
  }
  void happen(std::vector<OutboxItem> items) {
    Changes changes{.audit = {.at = desk().now(), .actor = "anna", .action = "test.event"}};
    changes.outbox = std::move(items);
    must(app().store.commit(std::move(changes)));
  }
  void happen(const CustomerId& customer, int number = 1) { happen({{"request.changed", request_body(customer, number)}}); }

  // Healthy targets have all the time a busy machine needs; what hangs is given up by those tests that let it hang.
  static notify::CourierOptions patient() {
    return {.send = {.connect_time = std::chrono::seconds(30), .time = std::chrono::seconds(60), .authority = {}},
            .attempts_max = 3,
            .retry_seconds = 10};
  }
  static notify::CourierOptions impatient() {
    notify::CourierOptions options = patient();
    options.send.time = std::chrono::milliseconds(800);
    return options;
  }
  // Everything that is due now.
  notify::Carried carry(notify::CourierOptions options = patient()) {
    notify::Courier courier(app(), std::move(options));
    while (true) {
      const notify::Carried round = must(courier.round());
      courier.wait();
      if (round.lanes == 0) return courier.carried();
    }
  }
  std::vector<Delivery> deliveries(std::optional<DeliveryState> state = {}) {
    return must(desk().look()->deliveries({.state = state, .target = {}, .limit = 10'000, .after = {}})).items;
  }
};

}  // namespace prorata::testing
