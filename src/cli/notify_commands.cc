// mail, webhook, notify.
#include <fmt/format.h>

#include "app/notify_settings.h"
#include "app/raise_alerts.h"
#include "app/recipients.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/shared.h"
#include "identity/password.h"
#include "notify/courier.h"

namespace prorata::cli {
namespace {

std::vector<std::string> kinds_in(std::string_view text) {
  std::vector<std::string> out;
  if (text == "all") return out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view word = trim(text.substr(0, comma));
    if (!word.empty()) out.emplace_back(word);
    text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
  }
  return out;
}

std::string joined(const std::vector<std::string>& kinds) {
  std::string out;
  for (const std::string& each : kinds) (out += out.empty() ? "" : " ") += each;
  return out.empty() ? "all" : out;
}

void print_settings(const Session& session, const NotifySettings& s) {
  Record record;
  record.add("Mail server", "smtp", s.smtp_host.empty() ? "" : fmt::format("{}:{}", s.smtp_host, s.smtp_port));
  record.add("From", "from", s.from);
  record.add("Signs in as", "user", s.smtp_user);
  record.add("Password file", "password_file", s.password_file);
  record.add("Trusts", "authority", s.authority);
  record.add_flag("STARTTLS", "starttls", !s.without_tls);
  record.add_number("Badly used below, %", "low_utilization", s.low_utilization_percent);
  record.add_number("Allowance nearly used from, %", "allowance", s.allowance_percent);
  record.add_number("Credit overdue after days", "credit_days", s.credit_days);
  record.print(stdout, session.globals().format);
}

}  // namespace

Result<int> mail_set(Session& session, const MailOptions& options) {
  App& app = *TRY(session.app());
  MailChange change{.without_tls = options.without_tls,
                    .low_utilization_percent = options.low_utilization,
                    .allowance_percent = options.allowance,
                    .credit_days = options.credit_days};
  const auto given = [](std::optional<std::string>& field, const std::string& value) {
    if (!value.empty()) field = value;
  };
  given(change.smtp, options.smtp);
  given(change.from, options.from);
  given(change.user, options.user);
  given(change.password_file, options.password_file);
  given(change.authority, options.authority);
  if (options.off) change.smtp = "";
  print_settings(session, TRY(change_notify_settings(app, change)));
  return 0;
}

Result<int> mail_show(Session& session) {
  App& app = *TRY(session.app());
  print_settings(session, TRY(load_notify_settings(*TRY(app.store.snapshot()))));
  return 0;
}

Result<int> webhook_add(Session& session, const WebhookOptions& options) {
  App& app = *TRY(session.app());
  NewWebhook asked{
      .url = options.url, .kinds = kinds_in(options.kinds), .allow_private = options.allow_private, .secret = identity::new_secret()};
  if (!options.customer.empty()) asked.customer = TRY(customer_named(app, options.customer));
  const Webhook webhook = TRY(add_webhook(app, asked));
  Record record;
  record.add("Webhook", "webhook", webhook.id.text());
  record.add("Address", "url", webhook.url);
  record.add("Kinds", "kinds", joined(webhook.kinds));
  if (webhook.customer) record.add("Customer", "customer", webhook.customer->text());
  record.add("Secret, shown this once", "secret", webhook.secret);
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> webhook_list(Session& session) {
  App& app = *TRY(session.app());
  Table table({{"Webhook", "webhook"}, {"Address", "url"}, {"Kinds", "kinds"}, {"Customer", "customer"}, {"Since", "created"}});
  for (const Webhook& each : TRY(TRY(app.store.snapshot())->webhooks()))
    if (!each.removed)
      table.add({each.id.text(), each.url, joined(each.kinds), each.customer ? each.customer->text() : "all", to_string(each.created)});
  table.print(stdout, session.globals().format, "No webhooks; 'prorata webhook add' makes one.");
  return 0;
}

Result<int> webhook_remove(Session& session, const WebhookOptions& options) {
  App& app = *TRY(session.app());
  const Webhook webhook = TRY(remove_webhook(app, TRY(WebhookId::parse(options.id))));
  Record record;
  record.add("Webhook", "webhook", webhook.id.text());
  record.add("Removed", "removed", to_string(*webhook.removed));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> webhook_test(Session& session, const WebhookOptions& options) {
  App& app = *TRY(session.app());
  const Delivery made = TRY(test_webhook(app, TRY(WebhookId::parse(options.id))));
  {
    notify::Courier courier(app, {});
    TRY(courier.round());
  }
  const Delivery after = TRY(TRY(app.store.snapshot())->delivery(made.id)).value_or(made);
  Record record;
  record.add("Delivery", "delivery", after.id);
  record.add("State", "state", std::string(to_string(after.state)));
  record.add("Problem", "problem", after.problem);
  record.print(stdout, session.globals().format);
  return after.state == DeliveryState::delivered ? 0 : 1;
}

Result<int> webhook_deliveries(Session& session, const WebhookOptions& options) {
  App& app = *TRY(session.app());
  DeliveryQuery query{
      .target = to_lower(options.id), .limit = static_cast<std::size_t>(options.limit), .after = TRY(cursor_of(options.after))};
  if (!options.state.empty()) query.state = TRY(parse_word<DeliveryState>(options.state, "the state of a delivery"));
  const Page<Delivery> page = TRY(TRY(app.store.snapshot())->deliveries(query));
  Table table({{"Event", "kind"},
               {"At", "event_at"},
               {"By", "channel"},
               {"State", "state"},
               {"Tried", "attempts", Align::right, true},
               {"Problem", "problem"},
               {"Delivery", "delivery"}});
  for (const Delivery& d : page.items)
    table.add({d.kind, to_string(d.event_at), std::string(to_string(d.channel)), std::string(to_string(d.state)),
               std::to_string(d.attempts), d.problem, d.id});
  table.print(stdout, session.globals().format, "Nothing has been sent.");
  say_more(page.next);
  return 0;
}

Result<int> webhook_replay(Session& session, const WebhookOptions& options) {
  App& app = *TRY(session.app());
  const std::int64_t replayed = options.dead ? TRY(replay_dead(app, TRY(WebhookId::parse(options.id)))) : 1;
  if (!options.dead) TRY(replay_delivery(app, options.id));
  Record record;
  record.add_number("On their way again", "replayed", replayed);
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> notify_choices(Session& session, const ChoicesOptions& options) {
  App& app = *TRY(session.app());
  ChoicesChange change{.user = options.user, .email = options.email};
  if (!options.mail.empty()) change.when = TRY(parse_word<MailWhen>(options.mail, "when mail is sent"));
  if (!options.language.empty()) change.language = TRY(parse_word<Language>(options.language, "a language"));
  if (options.kinds) change.kinds = kinds_in(*options.kinds);
  const bool changes = change.when || change.language || change.kinds || change.email;
  User user;
  if (changes) {
    user = TRY(change_choices(app, change));
  } else {
    const std::optional<User> found = TRY(TRY(app.store.snapshot())->user_named(options.user));
    if (!found) return fail(Code::not_found, fmt::format("there is no user '{}'; 'prorata user list' shows who is", options.user));
    user = *found;
  }
  Record record;
  record.add("User", "name", user.name);
  record.add("Mail", "mail", std::string(to_string(user.notify.when)));
  record.add("To", "email", address_of(user));
  record.add("Kinds", "kinds", joined(user.notify.kinds));
  record.add("Language", "language", std::string(to_string(user.notify.language)));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> notify_deliver(Session& session) {
  App& app = *TRY(session.app());
  notify::Carried sum;
  notify::Courier courier(app, {.problem = [](const std::string& line) { fmt::print(stderr, "prorata: {}\n", line); }});
  while (true) {
    const notify::Carried round = TRY(courier.round());
    courier.wait();
    sum.handed_out += round.handed_out;
    if (round.lanes == 0) break;
  }
  const notify::Carried carried = courier.carried();
  Record record;
  record.add_number("Handed out", "handed_out", sum.handed_out);
  record.add_number("Delivered", "delivered", carried.delivered);
  record.add_number("Failed", "failed", carried.failed);
  record.add_number("Dead", "dead", carried.dead);
  record.print(stdout, session.globals().format);
  return carried.failed > 0 || carried.dead > 0 ? 1 : 0;
}

}  // namespace prorata::cli
