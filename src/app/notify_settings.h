// What a desk and its people say of notifications: how mail is sent, which programs are told by webhook, and what each user wants.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

// Absent means as it is.
struct MailChange {
  std::optional<std::string> smtp;  // "mail.partner.example:587"; the port may be left out; empty: no mail any more
  std::optional<std::string> from;
  std::optional<std::string> user;
  std::optional<std::string> password_file;
  std::optional<std::string> authority;
  std::optional<bool> without_tls;
  std::optional<std::int64_t> low_utilization_percent;
  std::optional<std::int64_t> allowance_percent;
  std::optional<std::int64_t> credit_days;
};
// Errors: forbidden; invalid_argument for an address or a server that is none, and for a server on another machine without TLS.
Result<NotifySettings> change_notify_settings(App& app, const MailChange& change);

struct NewWebhook {
  std::string url;
  std::vector<std::string> kinds;
  std::optional<CustomerId> customer;
  bool allow_private = false;
  std::string secret;  // made by the caller, who shows it once
};
// https://, or http:// to this machine; nothing else, no user and password in it. Errors: invalid_argument.
Result<void> check_webhook_url(std::string_view url);
// The host of such a URL, without port and brackets.
std::string host_of(std::string_view url);
bool is_loopback_host(std::string_view host);
// A kind of event, or the word before its dot. Errors: invalid_argument.
Result<void> check_kinds(const std::vector<std::string>& kinds);

// Errors of these: forbidden; invalid_argument; not_found.
Result<Webhook> add_webhook(App& app, const NewWebhook& asked);
Result<Webhook> remove_webhook(App& app, const WebhookId& id);
// Puts an event of kind "notify.test" on its way to this webhook alone. Returns the delivery.
Result<Delivery> test_webhook(App& app, const WebhookId& id);

struct ChoicesChange {
  std::string user;  // the name
  std::optional<MailWhen> when;
  std::optional<Language> language;
  std::optional<std::vector<std::string>> kinds;
  std::optional<std::string> email;  // empty: the name again
};
// One's own, or with the right to manage users. Errors: forbidden; not_found; invalid_argument for what is no address; refused for a
// customer's user and for an address of a customer, naming it.
Result<User> change_choices(App& app, const ChoicesChange& change);

// Starts a dead or delivered one again, with all its attempts before it. Errors: forbidden; not_found; refused where it is under way.
Result<Delivery> replay_delivery(App& app, const std::string& id);
// Every dead one of a webhook. Returns how many.
Result<std::int64_t> replay_dead(App& app, const WebhookId& id);

}  // namespace prorata
