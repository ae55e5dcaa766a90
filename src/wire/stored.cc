#include "wire/stored.h"

#include <charconv>

#include <fmt/format.h>

#include "wire/stored_fields.h"

namespace prorata::wire {

using namespace stored;

namespace {

void lineage(JsonWriter& w, const Lineage& value) {
  if (value == Lineage{}) return;
  w.key("lineage").begin_object();
  id_if(w, "split_source", value.split_source);
  ids(w, "split_destinations", value.split_destinations);
  ids(w, "merge_sources", value.merge_sources);
  id_if(w, "merge_destination", value.merge_destination);
  id_if(w, "renewed_from", value.renewed_from);
  id_if(w, "renewed_into", value.renewed_into);
  w.end_object();
}

void reservation(JsonWriter& w, const Reservation& r) {
  w.begin_object();
  id(w, "id", r.id);
  id(w, "order", r.order);
  id(w, "customer", r.customer);
  w.field("revision", r.revision);
  w.field_if("name", r.name);
  w.field_if("product", r.product);
  w.field_if("sku", r.sku);
  w.field_if("region", r.region);
  w.field_if("sku_description", r.sku_description);
  w.field("quantity", r.quantity).field("original_quantity", r.original_quantity);
  w.field("term", std::int64_t{r.term.years});
  word(w, "plan", r.plan);
  instant(w, "purchased", r.purchased);
  instant(w, "benefit_start", r.benefit_start);
  instant(w, "expiry", r.expiry);
  instant(w, "updated", r.updated);
  word(w, "state", r.state);
  if (r.status)
    w.key("status")
        .begin_object()
        .field("code", std::string_view(r.status->code))
        .field("message", std::string_view(r.status->message))
        .end_object();
  w.field_if("operation", r.operation);
  scope(w, r.scope);
  flag(w, "fixed_size", !r.instance_flexibility);
  flag(w, "archived", r.archived);
  flag(w, "renew", r.renew);
  if (r.renewal) {
    w.key("renewal")
        .begin_object()
        .field("sku", std::string_view(r.renewal->sku))
        .field("quantity", r.renewal->quantity)
        .field("term", std::int64_t{r.renewal->term.years});
    word(w, "plan", r.renewal->plan);
    w.field_if("region", r.renewal->region).field_if("name", r.renewal->name);
    w.end_object();
  }
  lineage(w, r.lineage);
  word(w, "usage", r.usage);
  flag(w, "transferred_in", r.transferred_in);
  w.field_if("billing_scope", r.billing_scope);
  if (!r.schedule.empty()) w.field("schedule", std::string_view(encode_schedule(r.schedule)));
  if (r.customer_price) money(w, "customer_price", *r.customer_price);
  w.end_object();
}

Result<Lineage> read_lineage(const JsonValue& v) {
  const auto value = member_if(v, "lineage");
  if (!value) return Lineage{};
  return Lineage{.split_source = TRY(id_if_at<ReservationId>(*value, "split_source")),
                 .split_destinations = TRY(ids_at<ReservationId>(*value, "split_destinations")),
                 .merge_sources = TRY(ids_at<ReservationId>(*value, "merge_sources")),
                 .merge_destination = TRY(id_if_at<ReservationId>(*value, "merge_destination")),
                 .renewed_from = TRY(id_if_at<ReservationId>(*value, "renewed_from")),
                 .renewed_into = TRY(id_if_at<ReservationId>(*value, "renewed_into"))};
}

Result<Schedule> schedule_if(const JsonValue& v) {
  const auto value = member_if(v, "schedule");
  return value ? decode_schedule(value->text()) : Schedule{};
}

Result<Reservation> read_reservation(const JsonValue& v) {
  Reservation r;
  r.id = TRY(id_at<ReservationId>(v, "id"));
  r.order = TRY(id_at<OrderId>(v, "order"));
  r.customer = TRY(id_at<CustomerId>(v, "customer"));
  r.revision = TRY(whole(v, "revision"));
  r.name = str_if(v, "name");
  r.product = str_if(v, "product");
  r.sku = str_if(v, "sku");
  r.region = str_if(v, "region");
  r.sku_description = str_if(v, "sku_description");
  r.quantity = TRY(whole(v, "quantity"));
  r.original_quantity = TRY(whole(v, "original_quantity"));
  r.term = TRY(term_at(v, "term"));
  r.plan = TRY(word_at<BillingPlan>(v, "plan", "a billing plan"));
  r.purchased = TRY(ticks(v, "purchased"));
  r.benefit_start = TRY(ticks(v, "benefit_start"));
  r.expiry = TRY(ticks(v, "expiry"));
  r.updated = TRY(ticks(v, "updated"));
  r.state = TRY(word_at<ProvisioningState>(v, "state", "a state"));
  if (const auto status = member_if(v, "status")) r.status = StatusInfo{TRY(str(*status, "code")), TRY(str(*status, "message"))};
  r.operation = str_if(v, "operation");
  r.scope = TRY(read_scope(v));
  r.instance_flexibility = !flag_at(v, "fixed_size");
  r.archived = flag_at(v, "archived");
  r.renew = flag_at(v, "renew");
  if (const auto terms = member_if(v, "renewal"))
    r.renewal = RenewalTerms{TRY(str(*terms, "sku")),      TRY(whole(*terms, "quantity")),
                             TRY(term_at(*terms, "term")), TRY(word_at<BillingPlan>(*terms, "plan", "a billing plan")),
                             str_if(*terms, "region"),     str_if(*terms, "name")};
  r.lineage = TRY(read_lineage(v));
  r.usage = TRY(word_at<Usage>(v, "usage", "a usage"));
  r.transferred_in = flag_at(v, "transferred_in");
  r.billing_scope = str_if(v, "billing_scope");
  r.schedule = TRY(schedule_if(v));
  r.customer_price = TRY(amount_if(v, "customer_price"));
  return r;
}

Result<Desk> read(const JsonValue& v, Desk*) {
  Desk d{.partner = TRY(str(v, "partner")),
         .sandbox = flag_at(v, "sandbox"),
         .clock_offset_ticks = TRY(whole(v, "clock_offset_ticks")),
         .hold_days = TRY(whole(v, "hold_days"))};
  if (member_if(v, "channel")) d.channel = TRY(word_at<policy::Channel>(v, "channel", "a channel"));
  if (member_if(v, "lag_seconds")) d.lag_seconds = TRY(whole(v, "lag_seconds"));
  d.frozen_at = TRY(ticks_if(v, "frozen_at"));
  const JsonValue list = TRY(member(v, "policies"));
  for (auto each = list.first(); each; each = each->next())
    d.policies.push_back({.from = TRY(day_at(*each, "from")), .pack = TRY(str(*each, "pack")), .meter = str_if(*each, "meter")});
  return d;
}

Result<Customer> read(const JsonValue& v, Customer*) {
  Customer c{.id = TRY(id_at<CustomerId>(v, "id")),
             .name = str_if(v, "name"),
             .domain = str_if(v, "domain"),
             .country = str_if(v, "country"),
             .currency = TRY(Currency::parse(TRY(text_at(v, "currency")))),
             .offer = TRY(word_at<OfferType>(v, "offer", "an offer type")),
             .reseller = TRY(id_if_at<ResellerId>(v, "reseller")),
             .price_ratio = TRY(ratio_at(v, "price_ratio")),
             .handling_rate = TRY(ratio_at(v, "handling_rate"))};
  const auto subscriptions = member_if(v, "subscriptions");
  for (auto each = subscriptions ? subscriptions->first() : std::nullopt; each; each = each->next()) {
    Subscription s{.id = TRY(id_at<SubscriptionId>(*each, "id")),
                   .name = str_if(*each, "name"),
                   .resource_groups = texts_at(*each, "resource_groups"),
                   .management_group = str_if(*each, "management_group")};
    c.subscriptions.push_back(std::move(s));
  }
  c.management_groups = texts_at(v, "management_groups");
  return c;
}

Result<Order> read(const JsonValue& v, Order*) {
  return Order{.id = TRY(id_at<OrderId>(v, "id")),
               .customer = TRY(id_at<CustomerId>(v, "customer")),
               .revision = TRY(whole(v, "revision")),
               .name = str_if(v, "name"),
               .term = TRY(term_at(v, "term")),
               .plan = TRY(word_at<BillingPlan>(v, "plan", "a billing plan")),
               .original_quantity = TRY(whole(v, "original_quantity")),
               .requested = TRY(ticks(v, "requested")),
               .created = TRY(ticks(v, "created")),
               .benefit_start = TRY(ticks(v, "benefit_start")),
               .expiry = TRY(ticks(v, "expiry")),
               .state = TRY(word_at<ProvisioningState>(v, "state", "a state")),
               .billing_account = str_if(v, "billing_account"),
               .billing_profile = str_if(v, "billing_profile"),
               .schedule = TRY(schedule_if(v)),
               .reservations = TRY(ids_at<ReservationId>(v, "reservations"))};
}

Result<Reservation> read(const JsonValue& v, Reservation*) { return read_reservation(v); }

Result<Revision> read(const JsonValue& v, Revision*) {
  const JsonValue after = TRY(member(v, "after"));
  return Revision{.reservation = TRY(id_at<ReservationId>(v, "reservation")),
                  .number = TRY(whole(v, "number")),
                  .at = TRY(ticks(v, "at")),
                  .actor = str_if(v, "actor"),
                  .action = str_if(v, "action"),
                  .after = TRY(read_reservation(after))};
}

Result<Hold> read(const JsonValue& v, Hold*) {
  return Hold{.id = TRY(id_at<HoldId>(v, "id")),
              .customer = TRY(id_at<CustomerId>(v, "customer")),
              .placed = TRY(ticks(v, "placed")),
              .expires = TRY(ticks(v, "expires")),
              .refund = TRY(amount(v, "refund")),
              .cancelled = TRY(amount(v, "cancelled")),
              .state = TRY(word_at<HoldState>(v, "state", "a hold's state")),
              .reference = str_if(v, "reference"),
              .actor = str_if(v, "actor")};
}

Result<Exchange> read(const JsonValue& v, Exchange*) {
  Exchange e{.id = TRY(id_at<ExchangeId>(v, "id")),
             .customer = TRY(id_at<CustomerId>(v, "customer")),
             .state = TRY(word_at<ExchangeState>(v, "state", "an exchange's state")),
             .as_of = TRY(ticks(v, "as_of")),
             .updated = TRY(ticks(v, "updated")),
             .actor = str_if(v, "actor"),
             .policy = str_if(v, "policy"),
             .reference = str_if(v, "reference"),
             .refunds_total = TRY(amount(v, "refunds_total")),
             .purchases_total = TRY(amount(v, "purchases_total")),
             .net_payable = TRY(amount(v, "net_payable")),
             .failure = str_if(v, "failure")};
  const JsonValue returns = TRY(member(v, "returns"));
  for (auto each = returns.first(); each; each = each->next())
    e.returns.push_back({.reservation = TRY(id_at<ReservationId>(*each, "reservation")),
                         .quantity = TRY(whole(*each, "quantity")),
                         .credit = TRY(amount(*each, "credit")),
                         .remaining_commitment = TRY(amount(*each, "remaining_commitment")),
                         .order = TRY(id_at<OrderId>(*each, "order")),
                         .plan = TRY(word_at<BillingPlan>(*each, "plan", "a billing plan")),
                         .completed_payments = TRY(whole(*each, "completed_payments")),
                         .total_payments = TRY(whole(*each, "total_payments")),
                         .total_paid = TRY(amount(*each, "total_paid"))});
  const JsonValue purchases = TRY(member(v, "purchases"));
  for (auto each = purchases.first(); each; each = each->next())
    e.purchases.push_back({.order = TRY(id_at<OrderId>(*each, "order")),
                           .reservation = TRY(id_at<ReservationId>(*each, "reservation")),
                           .product = str_if(*each, "product"),
                           .sku = str_if(*each, "sku"),
                           .region = str_if(*each, "region"),
                           .term = TRY(term_at(*each, "term")),
                           .plan = TRY(word_at<BillingPlan>(*each, "plan", "a billing plan")),
                           .quantity = TRY(whole(*each, "quantity")),
                           .price = TRY(amount(*each, "price")),
                           .pricing_price = TRY(amount(*each, "pricing_price")),
                           .scope = TRY(read_scope(*each)),
                           .name = str_if(*each, "name"),
                           .billing_scope = str_if(*each, "billing_scope")});
  return e;
}

Result<Quote> read(const JsonValue& v, Quote*) {
  return Quote{.id = TRY(id_at<QuoteId>(v, "id")),
               .customer = TRY(id_at<CustomerId>(v, "customer")),
               .reservation = TRY(id_at<ReservationId>(v, "reservation")),
               .quantity = TRY(whole(v, "quantity")),
               .as_of = TRY(ticks(v, "as_of")),
               .policy = str_if(v, "policy"),
               .fingerprint = str_if(v, "fingerprint")};
}

Result<ReturnRecord> read(const JsonValue& v, ReturnRecord*) {
  return ReturnRecord{.id = TRY(id_at<ReturnId>(v, "id")),
                      .customer = TRY(id_at<CustomerId>(v, "customer")),
                      .order = TRY(id_at<OrderId>(v, "order")),
                      .reservation = TRY(id_at<ReservationId>(v, "reservation")),
                      .quantity = TRY(whole(v, "quantity")),
                      .at = TRY(ticks(v, "at")),
                      .actor = str_if(v, "actor"),
                      .policy = str_if(v, "policy"),
                      .row = str_if(v, "row"),
                      .paid = TRY(amount(v, "paid")),
                      .consumed = TRY(amount(v, "consumed")),
                      .credit = TRY(amount(v, "credit")),
                      .fee = TRY(amount(v, "fee")),
                      .refund = TRY(amount(v, "refund")),
                      .forfeited = TRY(amount(v, "forfeited")),
                      .remaining_commitment = TRY(amount(v, "remaining_commitment")),
                      .pricing_refund = TRY(amount(v, "pricing_refund")),
                      .pricing_cancelled = TRY(amount(v, "pricing_cancelled")),
                      .customer_credit = TRY(amount(v, "customer_credit")),
                      .handling = TRY(amount(v, "handling")),
                      .counts = flag_at(v, "counts"),
                      .exchange = str_if(v, "exchange"),
                      .reference = str_if(v, "reference")};
}

Result<Settlement> read(const JsonValue& v, Settlement*) {
  return Settlement{.returned = TRY(id_at<ReturnId>(v, "returned")),
                    .customer = TRY(id_at<CustomerId>(v, "customer")),
                    .at = TRY(ticks(v, "at")),
                    .paid_on = TRY(day_at(v, "paid_on")),
                    .amount = TRY(amount(v, "amount")),
                    .method = str_if(v, "method"),
                    .reference = str_if(v, "reference"),
                    .actor = str_if(v, "actor")};
}

Result<ledger::Entry> read(const JsonValue& v, ledger::Entry*) {
  ledger::EntryHead head{.id = TRY(id_at<EntryId>(v, "id")),
                         .at = TRY(ticks(v, "at")),
                         .event = str_if(v, "event"),
                         .customer = TRY(id_at<CustomerId>(v, "customer")),
                         .currency = TRY(Currency::parse(TRY(text_at(v, "currency")))),
                         .group = str_if(v, "group"),
                         .reservation = str_if(v, "reservation"),
                         .memo = str_if(v, "memo"),
                         .reference = str_if(v, "reference")};
  std::vector<ledger::Posting> postings;
  const JsonValue list = TRY(member(v, "postings"));
  for (auto each = list.first(); each; each = each->next()) {
    const auto account = each->first();
    const auto minor = account ? account->next() : std::nullopt;
    if (!minor) return bad_value(*each, "a posting is [account, minor units]");
    postings.push_back({TRY(parse_word<ledger::Account>(account->text(), "an account")), TRY(integer_of(*minor, INT64_MIN, INT64_MAX))});
  }
  return ledger::Entry::restore(std::move(head), std::move(postings));
}

Result<Reseller> read(const JsonValue& v, Reseller*) { return Reseller{TRY(id_at<ResellerId>(v, "id")), str_if(v, "name")}; }

Result<PriceRow> read(const JsonValue& v, PriceRow*) {
  return PriceRow{.product = str_if(v, "product"),
                  .sku = str_if(v, "sku"),
                  .region = str_if(v, "region"),
                  .term = TRY(term_at(v, "term")),
                  .from = TRY(day_at(v, "from")),
                  .price = TRY(amount(v, "price"))};
}

Result<FlexibilityRatio> read(const JsonValue& v, FlexibilityRatio*) {
  return FlexibilityRatio{str_if(v, "group"), str_if(v, "sku"), TRY(ratio_at(v, "ratio")),
                          member_if(v, "from") ? TRY(day_at(v, "from")) : Day{}};
}

Result<ExchangeRate> read(const JsonValue& v, ExchangeRate*) {
  return ExchangeRate{TRY(day_at(v, "day")), TRY(Currency::parse(TRY(text_at(v, "from")))), TRY(Currency::parse(TRY(text_at(v, "to")))),
                      TRY(ratio_at(v, "rate"))};
}

char status_letter(PaymentStatus status) { return "spfc"[static_cast<int>(status)]; }

}  // namespace

std::string encode_schedule(const Schedule& schedule) {
  std::string out = to_string(schedule.observed);
  const auto& all = schedule.payments;
  if (!all.empty()) out += '=' + std::string(all.front().billing.currency.code());
  for (std::size_t i = 0; i < all.size();) {
    std::size_t count = 1;
    const auto continues = [&](const Payment& next) {
      return next.billing == all[i].billing && next.pricing == all[i].pricing && next.status == all[i].status &&
             next.due == add_months(all[i].due, static_cast<int>(count));
    };
    while (i + count < all.size() && continues(all[i + count])) ++count;
    out += fmt::format(";{}*{}:{}", to_string(all[i].due), count, all[i].billing.minor);
    if (all[i].pricing) out += fmt::format("/{}", all[i].pricing->minor);
    out += status_letter(all[i].status);
    i += count;
  }
  return out;
}

Result<Schedule> decode_schedule(std::string_view text) {
  const auto bad = [&] { return fail(Code::storage_corrupt, fmt::format("'{}' is not a payment schedule", text.substr(0, 60))); };
  Schedule schedule;
  std::size_t semicolon = std::min(text.find(';'), text.size());
  const std::string_view head = text.substr(0, semicolon);
  schedule.observed = TRY(parse_day(head.substr(0, std::min<std::size_t>(10, head.size()))));
  if (head.size() == 10) return semicolon == text.size() ? Result<Schedule>(schedule) : bad();
  if (head.size() != 14 || head[10] != '=') return bad();
  const Currency currency = TRY(Currency::parse(head.substr(11)));
  while (semicolon < text.size()) {
    const std::size_t from = semicolon + 1;
    semicolon = std::min(text.find(';', from), text.size());
    const std::string_view run = text.substr(from, semicolon - from);
    const std::size_t star = run.find('*');
    const std::size_t colon = run.find(':');
    if (star != 10 || colon == std::string_view::npos || run.size() < colon + 3) return bad();
    const Day due = TRY(parse_day(run.substr(0, 10)));
    const std::int64_t count = TRY(parse_integer(run.substr(11, colon - 11), 1, 10'000, "a count"));
    const std::string_view amounts = run.substr(colon + 1, run.size() - colon - 2);
    const std::size_t slash = amounts.find('/');
    Payment payment{.billing = {TRY(parse_integer(amounts.substr(0, slash), INT64_MIN, INT64_MAX, "an amount")), currency}};
    if (slash != std::string_view::npos)
      payment.pricing = Money{TRY(parse_integer(amounts.substr(slash + 1), INT64_MIN, INT64_MAX, "an amount")), Currency::usd()};
    const std::size_t status = std::string_view("spfc").find(run.back());
    if (status == std::string_view::npos) return bad();
    payment.status = static_cast<PaymentStatus>(status);
    for (int k = 0; k < count; ++k) {
      payment.due = add_months(due, k);
      schedule.payments.push_back(payment);
    }
  }
  return schedule;
}

std::string encode(const Desk& d) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("partner", std::string_view(d.partner));
  flag(w, "sandbox", d.sandbox);
  w.field("clock_offset_ticks", d.clock_offset_ticks).field("hold_days", d.hold_days);
  instant_if(w, "frozen_at", d.frozen_at);
  if (d.channel) word(w, "channel", *d.channel);
  if (d.lag_seconds != 0) w.field("lag_seconds", d.lag_seconds);
  w.key("policies").begin_array();
  for (const PolicyChoice& each : d.policies) {
    w.begin_object();
    day(w, "from", each.from).field("pack", std::string_view(each.pack));
    w.field_if("meter", each.meter);
    w.end_object();
  }
  w.end_array().end_object();
  return out;
}

std::string encode(const Customer& c) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", c.id);
  w.field_if("name", c.name);
  w.field_if("domain", c.domain);
  w.field_if("country", c.country);
  w.field("currency", c.currency.code());
  word(w, "offer", c.offer);
  id_if(w, "reseller", c.reseller);
  if (!c.subscriptions.empty()) {
    w.key("subscriptions").begin_array();
    for (const Subscription& s : c.subscriptions) {
      w.begin_object();
      id(w, "id", s.id);
      w.field_if("name", s.name);
      w.field_if("management_group", s.management_group);
      texts(w, "resource_groups", s.resource_groups);
      w.end_object();
    }
    w.end_array();
  }
  texts(w, "management_groups", c.management_groups);
  ratio(w, "price_ratio", c.price_ratio);
  ratio(w, "handling_rate", c.handling_rate);
  w.end_object();
  return out;
}

std::string encode(const Order& o) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", o.id);
  id(w, "customer", o.customer);
  w.field("revision", o.revision);
  w.field_if("name", o.name);
  w.field("term", std::int64_t{o.term.years});
  word(w, "plan", o.plan);
  w.field("original_quantity", o.original_quantity);
  instant(w, "requested", o.requested);
  instant(w, "created", o.created);
  instant(w, "benefit_start", o.benefit_start);
  instant(w, "expiry", o.expiry);
  word(w, "state", o.state);
  w.field_if("billing_account", o.billing_account);
  w.field_if("billing_profile", o.billing_profile);
  if (!o.schedule.empty()) w.field("schedule", std::string_view(encode_schedule(o.schedule)));
  ids(w, "reservations", o.reservations);
  w.end_object();
  return out;
}

std::string encode(const Reservation& r) {
  std::string out;
  out.reserve(900);
  JsonWriter w(out);
  reservation(w, r);
  return out;
}

std::string encode(const Revision& r) {
  std::string out;
  out.reserve(1000);
  JsonWriter w(out);
  w.begin_object();
  id(w, "reservation", r.reservation);
  w.field("number", r.number);
  instant(w, "at", r.at);
  w.field_if("actor", r.actor);
  w.field_if("action", r.action);
  w.key("after");
  reservation(w, r.after);
  w.end_object();
  return out;
}

std::string encode(const Hold& h) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", h.id);
  id(w, "customer", h.customer);
  instant(w, "placed", h.placed);
  instant(w, "expires", h.expires);
  money(w, "refund", h.refund);
  money(w, "cancelled", h.cancelled);
  word(w, "state", h.state);
  w.field_if("reference", h.reference);
  w.field_if("actor", h.actor);
  w.end_object();
  return out;
}

std::string encode(const Exchange& e) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", e.id);
  id(w, "customer", e.customer);
  word(w, "state", e.state);
  instant(w, "as_of", e.as_of);
  instant(w, "updated", e.updated);
  w.field_if("actor", e.actor);
  w.field_if("policy", e.policy);
  w.field_if("reference", e.reference);
  w.key("returns").begin_array();
  for (const ExchangeReturnLine& line : e.returns) {
    w.begin_object();
    id(w, "reservation", line.reservation).field("quantity", line.quantity);
    money(w, "credit", line.credit);
    money(w, "remaining_commitment", line.remaining_commitment);
    id(w, "order", line.order);
    word(w, "plan", line.plan);
    w.field("completed_payments", line.completed_payments).field("total_payments", line.total_payments);
    money(w, "total_paid", line.total_paid).end_object();
  }
  w.end_array().key("purchases").begin_array();
  for (const ExchangePurchaseLine& line : e.purchases) {
    w.begin_object();
    id(w, "order", line.order);
    id(w, "reservation", line.reservation);
    w.field_if("product", line.product);
    w.field_if("sku", line.sku);
    w.field_if("region", line.region);
    w.field("term", std::int64_t{line.term.years});
    word(w, "plan", line.plan).field("quantity", line.quantity);
    money(w, "price", line.price);
    money(w, "pricing_price", line.pricing_price);
    scope(w, line.scope);
    w.field_if("name", line.name);
    w.field_if("billing_scope", line.billing_scope);
    w.end_object();
  }
  w.end_array();
  money(w, "refunds_total", e.refunds_total);
  money(w, "purchases_total", e.purchases_total);
  money(w, "net_payable", e.net_payable);
  w.field_if("failure", e.failure);
  w.end_object();
  return out;
}

std::string encode(const Quote& q) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", q.id);
  id(w, "customer", q.customer);
  id(w, "reservation", q.reservation).field("quantity", q.quantity);
  instant(w, "as_of", q.as_of);
  w.field_if("policy", q.policy);
  w.field_if("fingerprint", q.fingerprint);
  w.end_object();
  return out;
}

std::string encode(const ReturnRecord& r) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", r.id);
  id(w, "customer", r.customer);
  id(w, "order", r.order);
  id(w, "reservation", r.reservation).field("quantity", r.quantity);
  instant(w, "at", r.at);
  w.field_if("actor", r.actor);
  w.field_if("policy", r.policy);
  w.field_if("row", r.row);
  money(w, "paid", r.paid);
  money(w, "consumed", r.consumed);
  money(w, "credit", r.credit);
  money(w, "fee", r.fee);
  money(w, "refund", r.refund);
  money(w, "forfeited", r.forfeited);
  money(w, "remaining_commitment", r.remaining_commitment);
  money(w, "pricing_refund", r.pricing_refund);
  money(w, "pricing_cancelled", r.pricing_cancelled);
  money(w, "customer_credit", r.customer_credit);
  money(w, "handling", r.handling);
  flag(w, "counts", r.counts);
  w.field_if("exchange", r.exchange);
  w.field_if("reference", r.reference);
  w.end_object();
  return out;
}

std::string encode(const Settlement& s) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "returned", s.returned);
  id(w, "customer", s.customer);
  instant(w, "at", s.at);
  day(w, "paid_on", s.paid_on);
  money(w, "amount", s.amount);
  w.field_if("method", s.method);
  w.field_if("reference", s.reference);
  w.field_if("actor", s.actor);
  w.end_object();
  return out;
}

std::string encode(const ledger::Entry& e) {
  const ledger::EntryHead& head = e.head();
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", head.id);
  instant(w, "at", head.at);
  w.field_if("event", head.event);
  id(w, "customer", head.customer).field("currency", head.currency.code());
  w.field_if("group", head.group);
  w.field_if("reservation", head.reservation);
  w.field_if("memo", head.memo);
  w.field_if("reference", head.reference);
  w.key("postings").begin_array();
  for (const ledger::Posting& posting : e.postings())
    w.begin_array().text(to_string(posting.account)).integer(posting.amount_minor).end_array();
  w.end_array().end_object();
  return out;
}

std::string encode(const Reseller& r) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", r.id);
  w.field_if("name", r.name);
  w.end_object();
  return out;
}

std::string encode(const PriceRow& p) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  w.field_if("product", p.product);
  w.field_if("sku", p.sku);
  w.field_if("region", p.region);
  w.field("term", std::int64_t{p.term.years});
  day(w, "from", p.from);
  money(w, "price", p.price).end_object();
  return out;
}

std::string encode(const FlexibilityRatio& r) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  w.field_if("group", r.group);
  w.field_if("sku", r.sku);
  ratio(w, "ratio", r.ratio);
  if (r.from != Day{}) day(w, "from", r.from);
  w.end_object();
  return out;
}

std::string encode(const ExchangeRate& r) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  day(w, "day", r.day).field("from", r.from.code()).field("to", r.to.code());
  ratio(w, "rate", r.rate).end_object();
  return out;
}

template <class T>
Result<T> decode(JsonReader& reader, std::string_view body) {
  return decode_with<T>(reader, body, [](const JsonValue& v) { return read(v, static_cast<T*>(nullptr)); });
}

template Result<Desk> decode(JsonReader&, std::string_view);
template Result<Customer> decode(JsonReader&, std::string_view);
template Result<Order> decode(JsonReader&, std::string_view);
template Result<Reservation> decode(JsonReader&, std::string_view);
template Result<Revision> decode(JsonReader&, std::string_view);
template Result<Hold> decode(JsonReader&, std::string_view);
template Result<Exchange> decode(JsonReader&, std::string_view);
template Result<Quote> decode(JsonReader&, std::string_view);
template Result<ReturnRecord> decode(JsonReader&, std::string_view);
template Result<Settlement> decode(JsonReader&, std::string_view);
template Result<ledger::Entry> decode(JsonReader&, std::string_view);
template Result<Reseller> decode(JsonReader&, std::string_view);
template Result<PriceRow> decode(JsonReader&, std::string_view);
template Result<FlexibilityRatio> decode(JsonReader&, std::string_view);
template Result<ExchangeRate> decode(JsonReader&, std::string_view);

}  // namespace prorata::wire
