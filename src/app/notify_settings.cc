#include "app/notify_settings.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/event_body.h"
#include "app/raise_alerts.h"
#include "app/recipients.h"
#include "app/write.h"
#include "support/contact.h"

namespace prorata {
namespace {

constexpr std::size_t kReplayPage = 500;

std::string joined(const std::vector<std::string>& kinds) {
  std::string out;
  for (const std::string& each : kinds) (out += out.empty() ? "" : " ") += each;
  return out.empty() ? "every kind" : out;
}

std::string settings_text(const NotifySettings& s) {
  if (s.smtp_host.empty()) return "no mail";
  return fmt::format("{}:{} as {}{}, utilization {} %, allowance {} %, credit {} days", s.smtp_host, s.smtp_port, s.from,
                     s.without_tls ? " without TLS" : "", s.low_utilization_percent, s.allowance_percent, s.credit_days);
}

std::string choices_text(const User& u) {
  return fmt::format("{}, {}, in {}, to {}", to_string(u.notify.when), joined(u.notify.kinds), to_string(u.notify.language), address_of(u));
}

// "Desk <desk@partner.example>" or the bare address.
bool is_sender(std::string_view text) {
  const std::size_t open = text.find('<');
  if (open == std::string_view::npos) return support::is_email(text);
  return text.ends_with('>') && support::is_email(text.substr(open + 1, text.size() - open - 2)) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '"'; });
}

Result<void> take_server(NotifySettings& settings, const std::string& smtp) {
  const std::size_t colon = smtp.rfind(':');
  const bool has_port = colon != std::string::npos && !smtp.ends_with(']');
  settings.smtp_host = has_port ? smtp.substr(0, colon) : smtp;
  settings.smtp_port = has_port ? TRY(parse_integer(smtp.substr(colon + 1), 1, 65'535, "a port")) : 587;
  const bool odd = std::ranges::any_of(settings.smtp_host, [](char c) { return c <= ' ' || c == '/' || c == '@'; });
  if (odd) return fail(Code::invalid_argument, fmt::format("'{}' is no mail server; write mail.partner.example:587", smtp));
  return {};
}

Result<void> check(const NotifySettings& s) {
  if (!s.from.empty() && !is_sender(s.from))
    return fail(Code::invalid_argument,
                fmt::format("'{}' is no sender; write desk@partner.example or 'Desk <desk@partner.example>'", s.from));
  if (!s.smtp_host.empty() && s.from.empty()) return fail(Code::invalid_argument, "mail needs a sender; name it with --from");
  if (s.without_tls && !is_loopback_host(s.smtp_host))
    return fail(Code::invalid_argument, fmt::format("{} is another machine; without TLS mail goes to this one only", s.smtp_host));
  for (const std::int64_t percent : {s.low_utilization_percent, s.allowance_percent})
    if (percent < 1 || percent > 100) return fail(Code::invalid_argument, fmt::format("{} is not a percentage from 1 to 100", percent));
  if (s.credit_days < 1 || s.credit_days > 1'000) return fail(Code::invalid_argument, "a credit is overdue after 1 to 1000 days");
  return {};
}

Result<Webhook> load_webhook(Snapshot& snapshot, const WebhookId& id) {
  std::optional<Webhook> found = TRY(snapshot.webhook(id));
  if (!found || found->removed)
    return fail(Code::not_found, fmt::format("there is no webhook {}; 'prorata webhook list' shows them", id.text()));
  return std::move(*found);
}

Changes webhook_changes(const App& app, Instant now, std::string action, const Webhook& webhook, std::string before, std::string after) {
  Changes changes{.audit = {.at = now,
                            .actor = app.actor,
                            .action = std::move(action),
                            .customer = webhook.customer ? webhook.customer->text() : "",
                            .subject = webhook.id.text(),
                            .before = std::move(before),
                            .after = std::move(after)}};
  changes.webhooks.push_back(webhook);
  return changes;
}

void start_again(Delivery& delivery, Instant real_now) {
  delivery.state = DeliveryState::waiting;
  delivery.due = real_now;
  delivery.attempts = 0;
  delivery.ended.reset();
}

}  // namespace

std::string host_of(std::string_view url) {
  std::string_view rest = url.substr(std::min(url.size(), url.find("://") == std::string_view::npos ? 0 : url.find("://") + 3));
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return to_lower(rest.substr(0, rest.rfind(':')));
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host == "::1" || host == "[::1]") return true;
  const bool digits = std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return digits && host.starts_with("127.") && std::ranges::count(host, '.') == 3;
}

Result<void> check_webhook_url(std::string_view url) {
  const auto wrong = [&](std::string_view why) { return fail(Code::invalid_argument, fmt::format("'{}': {}", url.substr(0, 200), why)); };
  const bool plain = url.starts_with("http://");
  if (!plain && !url.starts_with("https://")) return wrong("a webhook's address begins with https://");
  if (std::ranges::any_of(url, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '\\'; }))
    return wrong("an address has no spaces and no backslashes");
  const std::string_view rest = url.substr(url.find("://") + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.contains('@')) return wrong("user and password do not belong into the address; the signature says who sends");
  const std::string host = host_of(url);
  if (host.empty()) return wrong("it names no host");
  if (url.contains('#')) return wrong("a fragment is never sent");
  if (plain && !is_loopback_host(host)) return wrong("http:// goes to this machine only; use https://");
  return {};
}

Result<void> check_kinds(const std::vector<std::string>& kinds) {
  for (const std::string& kind : kinds) {
    const bool letters = std::ranges::all_of(kind, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
    if (!letters || kind.empty() || kind.starts_with('.') || kind.ends_with('.') || std::ranges::count(kind, '.') > 1)
      return fail(Code::invalid_argument,
                  fmt::format("'{}' is no kind of event; write request.changed, or request for all of its kinds", kind));
  }
  return {};
}

Result<NotifySettings> change_notify_settings(App& app, const MailChange& change) {
  NotifySettings settings;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    TRY(authorize(app, access::Right::configure, target_of_desk()));
    const Moment moment = TRY(load_moment(app, snapshot));
    const NotifySettings before = TRY(load_notify_settings(snapshot));
    settings = before;
    const auto take = [](auto& field, const auto& given) {
      if (given) field = *given;
    };
    if (change.smtp) TRY(take_server(settings, *change.smtp));
    take(settings.from, change.from);
    take(settings.smtp_user, change.user);
    take(settings.password_file, change.password_file);
    take(settings.authority, change.authority);
    take(settings.without_tls, change.without_tls);
    take(settings.low_utilization_percent, change.low_utilization_percent);
    take(settings.allowance_percent, change.allowance_percent);
    take(settings.credit_days, change.credit_days);
    TRY(check(settings));
    Changes changes{
        .audit = {
            .at = moment.now, .actor = app.actor, .action = "mail.set", .before = settings_text(before), .after = settings_text(settings)}};
    changes.notify_settings = settings;
    return changes;
  }));
  return settings;
}

Result<Webhook> add_webhook(App& app, const NewWebhook& asked) {
  TRY(check_webhook_url(asked.url));
  TRY(check_kinds(asked.kinds));
  Webhook webhook{.id = WebhookId::trusted(app.ids.next()),
                  .url = asked.url,
                  .allow_private = asked.allow_private,
                  .secret = asked.secret,
                  .kinds = asked.kinds,
                  .customer = asked.customer,
                  .created_by = app.actor};
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    TRY(authorize(app, access::Right::configure, target_of_desk()));
    const Moment moment = TRY(load_moment(app, snapshot));
    if (webhook.customer && !TRY(snapshot.customer(*webhook.customer)))
      return fail(Code::not_found,
                  fmt::format("customer {} is not in this desk; 'prorata customer list' shows who is", webhook.customer->text()));
    webhook.created = moment.now;
    webhook.since_place = TRY(snapshot.last_outbox_place());
    return webhook_changes(app, moment.now, "webhook.add", webhook, "", fmt::format("{}: {}", webhook.url, joined(webhook.kinds)));
  }));
  return webhook;
}

Result<Webhook> remove_webhook(App& app, const WebhookId& id) {
  Webhook webhook;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    TRY(authorize(app, access::Right::configure, target_of_desk()));
    const Moment moment = TRY(load_moment(app, snapshot));
    webhook = TRY(load_webhook(snapshot, id));
    webhook.removed = moment.now;
    webhook.secret.clear();
    return webhook_changes(app, moment.now, "webhook.remove", webhook, webhook.url, "removed");
  }));
  return webhook;
}

Result<Delivery> test_webhook(App& app, const WebhookId& id) {
  Delivery delivery;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    TRY(authorize(app, access::Right::configure, target_of_desk()));
    const Moment moment = TRY(load_moment(app, snapshot));
    const Webhook webhook = TRY(load_webhook(snapshot, id));
    const std::string event = "test-" + app.ids.next();
    const Instant real_now = app.clock.now();
    delivery = {.id = fmt::format("{}.{}", event, webhook.id.text()),
                .event = event,
                .kind = "notify.test",
                .body = EventBody().text("webhook", webhook.id.text()).text("at", to_string(moment.now)).take(),
                .channel = Channel::webhook,
                .target = webhook.id.text(),
                .event_at = moment.now,
                .created = real_now,
                .due = real_now};
    Changes changes{
        .audit = {.at = moment.now, .actor = app.actor, .action = "webhook.test", .subject = webhook.id.text(), .after = webhook.url}};
    changes.deliveries.push_back(delivery);
    return changes;
  }));
  return delivery;
}

Result<User> change_choices(App& app, const ChoicesChange& change) {
  if (change.kinds) TRY(check_kinds(*change.kinds));
  User user;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    std::optional<User> found = TRY(snapshot.user_named(change.user));
    if (!found) return fail(Code::not_found, fmt::format("there is no user '{}'; 'prorata user list' shows who is", change.user));
    const bool own = app.acting != nullptr && app.acting->principal.id == found->id;
    if (!own) TRY(authorize(app, access::Right::manage_users, target_of_desk()));
    const Moment moment = TRY(load_moment(app, snapshot));
    if (found->of_customer)
      return fail(Code::refused, fmt::format("{} belongs to a customer; this desk writes to the partner's people only", found->name), {},
                  "customer_user");
    user = *found;
    if (change.when) user.notify.when = *change.when;
    if (change.language) user.notify.language = *change.language;
    if (change.kinds) user.notify.kinds = *change.kinds;
    if (change.email) user.email = *change.email;
    if (!support::is_email(address_of(user)))
      return fail(Code::invalid_argument, fmt::format("'{}' is no e-mail address", address_of(user)));
    if (const std::optional<Customer> customer = TRY(customer_at_address(snapshot, address_of(user))))
      return fail(Code::refused,
                  fmt::format("{} is an address of {}, a customer; this desk writes to the partner's people only", address_of(user),
                              customer->name),
                  {}, "customer_address");
    const bool begins = found->notify.when == MailWhen::none && user.notify.when != MailWhen::none;
    if (begins) user.notify.since_place = TRY(snapshot.last_outbox_place());
    Changes changes{.audit = {.at = moment.now,
                              .actor = app.actor,
                              .action = "notify.choices",
                              .subject = user.name,
                              .before = choices_text(*found),
                              .after = choices_text(user)}};
    changes.users.push_back(user);
    return changes;
  }));
  return user;
}

Result<Delivery> replay_delivery(App& app, const std::string& id) {
  Delivery delivery;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    TRY(authorize(app, access::Right::configure, target_of_desk()));
    const Moment moment = TRY(load_moment(app, snapshot));
    std::optional<Delivery> found = TRY(snapshot.delivery(id));
    if (!found) return fail(Code::not_found, fmt::format("there is no delivery {}; 'prorata webhook deliveries' lists them", id));
    const bool over = found->state == DeliveryState::dead || found->state == DeliveryState::delivered;
    if (!over) return fail(Code::refused, fmt::format("delivery {} is {}; it is on its way already", id, to_string(found->state)));
    delivery = *found;
    start_again(delivery, app.clock.now());
    Changes changes{.audit = {.at = moment.now,
                              .actor = app.actor,
                              .action = "delivery.replay",
                              .subject = id,
                              .before = std::string(to_string(found->state)),
                              .after = "waiting"}};
    changes.deliveries.push_back(delivery);
    return changes;
  }));
  return delivery;
}

Result<std::int64_t> replay_dead(App& app, const WebhookId& id) {
  std::int64_t replayed = 0;
  while (true) {
    std::int64_t batch = 0;
    const Result<Committed> done = write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
      TRY(authorize(app, access::Right::configure, target_of_desk()));
      const Moment moment = TRY(load_moment(app, snapshot));
      TRY(load_webhook(snapshot, id));
      Page<Delivery> page = TRY(snapshot.deliveries({.state = DeliveryState::dead, .target = id.text(), .limit = kReplayPage}));
      batch = static_cast<std::int64_t>(page.items.size());
      if (page.items.empty()) return fail(Code::already_exists, "none is dead");
      Changes changes{.audit = {.at = moment.now,
                                .actor = app.actor,
                                .action = "delivery.replay",
                                .subject = id.text(),
                                .before = "dead",
                                .after = fmt::format("{} waiting", batch)}};
      for (Delivery& each : page.items) {
        start_again(each, app.clock.now());
        changes.deliveries.push_back(std::move(each));
      }
      return changes;
    });
    if (!done && batch == 0 && done.error().code == Code::already_exists) return replayed;
    if (!done) return std::unexpected(done.error());
    replayed += batch;
  }
}

}  // namespace prorata
