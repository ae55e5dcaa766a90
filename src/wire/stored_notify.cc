// The stored form of what a desk remembers of notifications, and of the view over all customers.
#include "wire/stored.h"
#include "wire/stored_fields.h"

namespace prorata::wire {

using namespace stored;

namespace {

Result<std::optional<Day>> day_if_at(const JsonValue& v, std::string_view name) {
  if (!member_if(v, name)) return std::optional<Day>();
  return std::optional(TRY(day_at(v, name)));
}

Result<Webhook> read_webhook(const JsonValue& v) {
  return Webhook{.id = TRY(id_at<WebhookId>(v, "id")),
                 .url = TRY(str(v, "url")),
                 .allow_private = flag_at(v, "allow_private"),
                 .secret = str_if(v, "secret"),
                 .kinds = texts_at(v, "kinds"),
                 .customer = TRY(id_if_at<CustomerId>(v, "customer")),
                 .created = TRY(ticks(v, "created")),
                 .created_by = str_if(v, "created_by"),
                 .since_place = TRY(whole(v, "since_place")),
                 .removed = TRY(ticks_if(v, "removed"))};
}

Result<Delivery> read_delivery(const JsonValue& v) {
  return Delivery{.id = TRY(str(v, "id")),
                  .event = TRY(str(v, "event")),
                  .kind = TRY(str(v, "kind")),
                  .body = TRY(str(v, "body")),
                  .customer = TRY(id_if_at<CustomerId>(v, "customer")),
                  .channel = TRY(word_at<Channel>(v, "channel", "a channel")),
                  .target = TRY(str(v, "target")),
                  .batch = str_if(v, "batch"),
                  .event_at = TRY(ticks(v, "event_at")),
                  .created = TRY(ticks(v, "created")),
                  .state = TRY(word_at<DeliveryState>(v, "state", "the state of a delivery")),
                  .due = TRY(ticks(v, "due")),
                  .attempts = TRY(whole(v, "attempts")),
                  .problem = str_if(v, "problem"),
                  .ended = TRY(ticks_if(v, "ended"))};
}

Result<NotifySettings> read_settings(const JsonValue& v) {
  return NotifySettings{.smtp_host = str_if(v, "smtp_host"),
                        .smtp_port = TRY(integer_at(v, "smtp_port", 0, 65'535)),
                        .smtp_user = str_if(v, "smtp_user"),
                        .password_file = str_if(v, "password_file"),
                        .authority = str_if(v, "authority"),
                        .from = str_if(v, "from"),
                        .without_tls = flag_at(v, "without_tls"),
                        .low_utilization_percent = TRY(whole(v, "low_utilization_percent")),
                        .allowance_percent = TRY(whole(v, "allowance_percent")),
                        .credit_days = TRY(whole(v, "credit_days"))};
}

Result<Progress> read_progress(const JsonValue& v) {
  return Progress{.name = TRY(str(v, "name")),
                  .place = TRY(whole(v, "place")),
                  .day = TRY(day_if_at(v, "day")),
                  .at = TRY(ticks_if(v, "at")),
                  .after = str_if(v, "after")};
}

Result<Alert> read_alert(const JsonValue& v) { return Alert{TRY(str(v, "key")), TRY(ticks(v, "at"))}; }

Result<CustomerOverview> read_overview(const JsonValue& v) {
  return CustomerOverview{.customer = TRY(id_at<CustomerId>(v, "customer")),
                          .name = str_if(v, "name"),
                          .reseller = TRY(id_if_at<ResellerId>(v, "reseller")),
                          .currency = TRY(Currency::parse(TRY(text_at(v, "currency")))),
                          .day = TRY(day_at(v, "day")),
                          .reservations = TRY(whole(v, "reservations")),
                          .expiring_30 = TRY(whole(v, "expiring_30")),
                          .expiring_60 = TRY(whole(v, "expiring_60")),
                          .expiring_90 = TRY(whole(v, "expiring_90")),
                          .badly_used = TRY(whole(v, "badly_used")),
                          .refundable = TRY(whole(v, "refundable")),
                          .refundable_minor = TRY(whole(v, "refundable_minor")),
                          .refundable_usd_minor = TRY(whole(v, "refundable_usd_minor")),
                          .price_unknown = TRY(whole(v, "price_unknown")),
                          .open_requests = TRY(whole(v, "open_requests")),
                          .provider_credit_minor = TRY(whole(v, "provider_credit_minor")),
                          .customer_credit_minor = TRY(whole(v, "customer_credit_minor")),
                          .allowance_used_minor = TRY(whole(v, "allowance_used_minor")),
                          .allowance_held_minor = TRY(whole(v, "allowance_held_minor")),
                          .allowance_free_minor = TRY(whole(v, "allowance_free_minor"))};
}

}  // namespace

std::string encode(const Webhook& h) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", h.id).field("url", std::string_view(h.url));
  flag(w, "allow_private", h.allow_private);
  w.field_if("secret", h.secret);
  texts(w, "kinds", h.kinds);
  id_if(w, "customer", h.customer);
  instant(w, "created", h.created).field_if("created_by", h.created_by).field("since_place", h.since_place);
  instant_if(w, "removed", h.removed);
  w.end_object();
  return out;
}

std::string encode(const Delivery& d) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("id", std::string_view(d.id)).field("event", std::string_view(d.event)).field("kind", std::string_view(d.kind));
  w.field("body", std::string_view(d.body));
  id_if(w, "customer", d.customer);
  word(w, "channel", d.channel).field("target", std::string_view(d.target)).field_if("batch", d.batch);
  instant(w, "event_at", d.event_at);
  instant(w, "created", d.created);
  word(w, "state", d.state);
  instant(w, "due", d.due).field("attempts", d.attempts).field_if("problem", d.problem);
  instant_if(w, "ended", d.ended);
  w.end_object();
  return out;
}

std::string encode(const NotifySettings& s) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field_if("smtp_host", s.smtp_host).field("smtp_port", s.smtp_port).field_if("smtp_user", s.smtp_user);
  w.field_if("password_file", s.password_file).field_if("authority", s.authority).field_if("from", s.from);
  flag(w, "without_tls", s.without_tls);
  w.field("low_utilization_percent", s.low_utilization_percent).field("allowance_percent", s.allowance_percent);
  w.field("credit_days", s.credit_days).end_object();
  return out;
}

std::string encode(const Progress& p) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("name", std::string_view(p.name)).field("place", p.place);
  if (p.day) day(w, "day", *p.day);
  instant_if(w, "at", p.at);
  w.field_if("after", p.after).end_object();
  return out;
}

std::string encode(const Alert& a) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("key", std::string_view(a.key));
  instant(w, "at", a.at).end_object();
  return out;
}

std::string encode(const CustomerOverview& o) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "customer", o.customer).field_if("name", o.name);
  id_if(w, "reseller", o.reseller);
  w.field("currency", o.currency.code());
  day(w, "day", o.day).field("reservations", o.reservations);
  w.field("expiring_30", o.expiring_30).field("expiring_60", o.expiring_60).field("expiring_90", o.expiring_90);
  w.field("badly_used", o.badly_used).field("refundable", o.refundable).field("refundable_minor", o.refundable_minor);
  w.field("refundable_usd_minor", o.refundable_usd_minor).field("price_unknown", o.price_unknown).field("open_requests", o.open_requests);
  w.field("provider_credit_minor", o.provider_credit_minor).field("customer_credit_minor", o.customer_credit_minor);
  w.field("allowance_used_minor", o.allowance_used_minor).field("allowance_held_minor", o.allowance_held_minor);
  w.field("allowance_free_minor", o.allowance_free_minor).end_object();
  return out;
}

template <>
Result<Webhook> decode(JsonReader& reader, std::string_view body) {
  return decode_with<Webhook>(reader, body, read_webhook);
}
template <>
Result<Delivery> decode(JsonReader& reader, std::string_view body) {
  return decode_with<Delivery>(reader, body, read_delivery);
}
template <>
Result<NotifySettings> decode(JsonReader& reader, std::string_view body) {
  return decode_with<NotifySettings>(reader, body, read_settings);
}
template <>
Result<Progress> decode(JsonReader& reader, std::string_view body) {
  return decode_with<Progress>(reader, body, read_progress);
}
template <>
Result<Alert> decode(JsonReader& reader, std::string_view body) {
  return decode_with<Alert>(reader, body, read_alert);
}
template <>
Result<CustomerOverview> decode(JsonReader& reader, std::string_view body) {
  return decode_with<CustomerOverview>(reader, body, read_overview);
}

}  // namespace prorata::wire
