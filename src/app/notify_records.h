// What the desk remembers of telling the partner's people and programs: whom, how, what was sent and how it went, and how far it has come.
// Nothing here ever names an address of a customer: mail goes to users by their id (app/recipients.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata {

struct WebhookTag {
  static constexpr std::string_view kName = "webhook id";
};
using WebhookId = Id<WebhookTag>;

template <>
inline constexpr auto kWords<Language> = std::to_array<Word<Language>>({{Language::english, "en"}, {Language::swedish, "sv"}});

enum class MailWhen { none, immediately, daily };
template <>
inline constexpr auto kWords<MailWhen> =
    std::to_array<Word<MailWhen>>({{MailWhen::none, "none"}, {MailWhen::immediately, "immediately"}, {MailWhen::daily, "daily"}});

// What a user wants to be told by mail. Without a choice nothing is sent.
struct NotifyChoices {
  MailWhen when = MailWhen::none;
  Language language = Language::english;
  std::vector<std::string> kinds;  // "request.changed"; a word before the dot for all of its kinds: "request"; empty: every kind
  std::int64_t since_place = 0;    // events of the outbox behind this place only
  friend bool operator==(const NotifyChoices&, const NotifyChoices&) = default;
};

// Whether a list of kinds takes this one in.
bool wants_kind(const std::vector<std::string>& kinds, std::string_view kind);

// A program that is told by HTTP.
struct Webhook {
  WebhookId id;
  std::int64_t version = 0;
  std::string url;
  bool allow_private = false;  // may lie in the partner's own network
  std::string secret;          // signs what is sent; empty once the webhook is removed
  std::vector<std::string> kinds;
  std::optional<CustomerId> customer;  // of this one only
  Instant created;
  std::string created_by;
  std::int64_t since_place = 0;  // as in NotifyChoices
  std::optional<Instant> removed;
  friend bool operator==(const Webhook&, const Webhook&) = default;
};

enum class Channel { webhook, mail, digest };
template <>
inline constexpr auto kWords<Channel> =
    std::to_array<Word<Channel>>({{Channel::webhook, "webhook"}, {Channel::mail, "mail"}, {Channel::digest, "digest"}});

// Gathered: waits for the day of its digest to end. Dead: tried to the end of its attempts, or has nobody to go to any more.
enum class DeliveryState { gathered, waiting, delivered, dead };
template <>
inline constexpr auto kWords<DeliveryState> = std::to_array<Word<DeliveryState>>({{DeliveryState::gathered, "gathered"},
                                                                                  {DeliveryState::waiting, "waiting"},
                                                                                  {DeliveryState::delivered, "delivered"},
                                                                                  {DeliveryState::dead, "dead"}});

// One event on its way to one target. Its id is made of both, so there are never two.
struct Delivery {
  std::string id;
  std::int64_t version = 0;
  std::string event;  // the event's id, the same for every target
  std::string kind;
  std::string body;  // JSON, as the event was written
  std::optional<CustomerId> customer;
  Channel channel = Channel::webhook;
  std::string target;  // the webhook's or the user's id
  std::string batch;   // of a digest: the user and the day; all of a batch go in one mail
  Instant event_at;    // the desk's time
  Instant created;     // real time, as the two below
  DeliveryState state = DeliveryState::waiting;
  Instant due;  // tried from then on; while it is being tried, the moment from which another may try. Of a gathered one the desk's time
  std::int64_t attempts = 0;
  std::string problem;  // of the last attempt
  std::optional<Instant> ended;
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

// How this desk sends mail, and from when on it speaks up.
struct NotifySettings {
  std::int64_t version = 0;
  std::string smtp_host;  // empty: mail is not set up
  std::int64_t smtp_port = 587;
  std::string smtp_user;
  std::string password_file;  // its path; the password itself is never stored
  std::string authority;      // path of a PEM of whom to trust; empty: whom the machine trusts
  std::string from;           // "Desk <desk@partner.example>"
  bool without_tls = false;   // only ever for a server on this machine
  std::int64_t low_utilization_percent = 80;
  std::int64_t allowance_percent = 80;
  std::int64_t credit_days = 45;
  friend bool operator==(const NotifySettings&, const NotifySettings&) = default;
};

// How far something that goes along the desk has come: "outbox", "alerts", "overview".
struct Progress {
  std::string name;
  std::int64_t version = 0;
  std::int64_t place = 0;  // outbox: the last row that was handed out; overview: the last commit that was looked at
  std::optional<Day> day;  // alerts: the last day that was looked at; overview: the day on which every customer was computed
  std::optional<Instant> at;
  std::string after;  // overview: where in the round of all customers
  friend bool operator==(const Progress&, const Progress&) = default;
};

// That something time brought has been said, so that it is never said twice.
struct Alert {
  std::string key;  // "reservation.expiring/<id>/2026-09-30/30"
  Instant at;
  friend bool operator==(const Alert&, const Alert&) = default;
};

// A row of the outbox as it is read back.
struct OutboxRow {
  std::int64_t place = 0;  // in the order of commits
  std::string id;
  std::string kind;
  std::string body;
};

// Newest first. Every field that is set narrows the list.
struct DeliveryQuery {
  std::optional<DeliveryState> state;
  std::string target;
  std::size_t limit = 50;
  std::string after;
};

}  // namespace prorata
