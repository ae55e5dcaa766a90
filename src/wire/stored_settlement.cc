// The stored form of what a desk remembers of money between provider, partner and customers. A line of an invoice leaves out what is empty:
// there are very many of them.
#include "wire/base64.h"
#include "wire/stored.h"
#include "wire/stored_fields.h"

namespace prorata::wire {

using namespace stored;

namespace {

template <class T, class Read>
Result<std::vector<T>> list_at(const JsonValue& v, std::string_view name, const Read& read) {
  std::vector<T> out;
  const auto list = member_if(v, name);
  for (auto each = list ? list->first() : std::nullopt; each; each = each->next()) out.push_back(TRY(read(*each)));
  return out;
}
Result<std::int64_t> whole_if(const JsonValue& v, std::string_view name) {
  if (!member_if(v, name)) return 0;
  return whole(v, name);
}
Result<std::optional<Day>> day_if_at(const JsonValue& v, std::string_view name) {
  if (!member_if(v, name)) return std::optional<Day>();
  return std::optional(TRY(day_at(v, name)));
}
void money_if(JsonWriter& w, std::string_view name, const std::optional<Money>& value) {
  if (value) money(w, name, *value);
}
void number_if(JsonWriter& w, std::string_view name, std::int64_t value) {
  if (value != 0) w.field(name, value);
}

void party(JsonWriter& w, std::string_view name, const BilledParty& p) {
  w.key(name).begin_object().field_if("name", p.name);
  texts(w, "address", p.address);
  w.field_if("organisation_number", p.organisation_number).field_if("vat_number", p.vat_number).field_if("country", p.country).end_object();
}
Result<BilledParty> party_at(const JsonValue& parent, std::string_view name) {
  const JsonValue v = TRY(member(parent, name));
  return BilledParty{.name = str_if(v, "name"),
                     .address = texts_at(v, "address"),
                     .organisation_number = str_if(v, "organisation_number"),
                     .vat_number = str_if(v, "vat_number"),
                     .country = str_if(v, "country")};
}

void vat_rule(JsonWriter& w, const VatRule& r) {
  w.begin_object().field_if("country", r.country);
  ratio(w, "rate", r.rate);
  flag(w, "reverse_charge", r.reverse_charge);
  w.field_if("text_en", r.text_en).field_if("text_sv", r.text_sv).end_object();
}
Result<VatRule> read_vat_rule(const JsonValue& v) {
  return VatRule{.country = str_if(v, "country"),
                 .rate = TRY(ratio_at(v, "rate")),
                 .reverse_charge = flag_at(v, "reverse_charge"),
                 .text_en = str_if(v, "text_en"),
                 .text_sv = str_if(v, "text_sv")};
}

Result<TermsRule> read_terms_rule(const JsonValue& v) {
  return TermsRule{.product = str_if(v, "product"),
                   .price_ratio = TRY(ratio_at(v, "price_ratio")),
                   .handling_rate = TRY(ratio_at(v, "handling_rate")),
                   .credit = TRY(word_at<books::CreditRule>(v, "credit", "a credit rule")),
                   .at = TRY(ticks(v, "at")),
                   .actor = str_if(v, "actor")};
}

Result<CustomerTerms> read_terms(const JsonValue& v) {
  CustomerTerms out{.id = TRY(id_at<CustomerId>(v, "id")),
                    .rules = TRY(list_at<TermsRule>(v, "rules", read_terms_rule)),
                    .billed = TRY(party_at(v, "billed"))};
  if (member_if(v, "language")) out.language = TRY(word_at<Language>(v, "language", "a language"));
  return out;
}

Result<SettlementProfile> read_profile(const JsonValue& v) {
  return SettlementProfile{.partner = TRY(party_at(v, "partner")),
                           .email = str_if(v, "email"),
                           .iban = str_if(v, "iban"),
                           .bic = str_if(v, "bic"),
                           .bankgiro = str_if(v, "bankgiro"),
                           .language = TRY(word_at<Language>(v, "language", "a language")),
                           .series = TRY(str(v, "series")),
                           .vat = TRY(list_at<VatRule>(v, "vat", read_vat_rule)),
                           .missing_days = TRY(whole(v, "missing_days")),
                           .tolerance_minor = TRY(whole(v, "tolerance_minor")),
                           .tolerance_across = TRY(ratio_at(v, "tolerance_across"))};
}

Result<InvoiceTotal> read_total(const JsonValue& v) { return InvoiceTotal{TRY(amount(v, "subtotal")), TRY(amount(v, "tax"))}; }

Result<Invoice> read_invoice(const JsonValue& v) {
  return Invoice{.number = TRY(str(v, "number")),
                 .revision = TRY(whole(v, "revision")),
                 .reserved = TRY(whole(v, "reserved")),
                 .content = TRY(str(v, "content")),
                 .file = str_if(v, "file"),
                 .dialect = str_if(v, "dialect"),
                 .at = TRY(ticks(v, "at")),
                 .actor = str_if(v, "actor"),
                 .lines = TRY(whole(v, "lines")),
                 .totals = TRY(list_at<InvoiceTotal>(v, "totals", read_total)),
                 .from = TRY(day_if_at(v, "from")),
                 .until = TRY(day_if_at(v, "until"))};
}

Result<InvoiceLine> read_line(const JsonValue& v) {
  return InvoiceLine{.invoice = TRY(str(v, "invoice")),
                     .revision = TRY(whole(v, "revision")),
                     .number = TRY(whole(v, "number")),
                     .customer = TRY(id_if_at<CustomerId>(v, "customer")),
                     .customer_name = str_if(v, "customer_name"),
                     .order = TRY(id_if_at<OrderId>(v, "order")),
                     .charge = str_if(v, "charge"),
                     .text = str_if(v, "text"),
                     .quantity = TRY(whole_if(v, "quantity")),
                     .amount = TRY(amount(v, "amount")),
                     .tax = TRY(amount(v, "tax")),
                     .from = TRY(day_at(v, "from")),
                     .until = TRY(day_at(v, "until")),
                     .reference = str_if(v, "reference"),
                     .state = TRY(word_at<LineState>(v, "state", "the state of a line")),
                     .about = texts_at(v, "about"),
                     .difference = TRY(amount_if(v, "difference"))};
}

Result<CreditMatch> read_match(const JsonValue& v) {
  return CreditMatch{.returned = TRY(id_at<ReturnId>(v, "returned")),
                     .customer = TRY(id_at<CustomerId>(v, "customer")),
                     .state = TRY(word_at<CreditState>(v, "state", "the state of a credit")),
                     .invoice = str_if(v, "invoice"),
                     .line = str_if(v, "line"),
                     .lines = texts_at(v, "lines"),
                     .amount = TRY(amount_if(v, "amount")),
                     .difference = TRY(amount_if(v, "difference")),
                     .at = TRY(ticks(v, "at")),
                     .actor = str_if(v, "actor")};
}

Result<NoteSeries> read_series(const JsonValue& v) { return NoteSeries{.id = TRY(str(v, "id")), .last = TRY(whole(v, "last"))}; }

Result<NoteLine> read_note_line(const JsonValue& v) {
  return NoteLine{.returned = TRY(id_at<ReturnId>(v, "returned")),
                  .text = str_if(v, "text"),
                  .quantity = TRY(whole_if(v, "quantity")),
                  .amount = TRY(amount(v, "amount"))};
}

Result<CreditNote> read_note(const JsonValue& v) {
  return CreditNote{.number = TRY(str(v, "number")),
                    .series = TRY(str(v, "series")),
                    .sequence = TRY(whole(v, "sequence")),
                    .customer = TRY(id_at<CustomerId>(v, "customer")),
                    .at = TRY(ticks(v, "at")),
                    .actor = str_if(v, "actor"),
                    .language = TRY(word_at<Language>(v, "language", "a language")),
                    .seller = TRY(party_at(v, "seller")),
                    .buyer = TRY(party_at(v, "buyer")),
                    .email = str_if(v, "email"),
                    .iban = str_if(v, "iban"),
                    .bic = str_if(v, "bic"),
                    .bankgiro = str_if(v, "bankgiro"),
                    .reference = str_if(v, "reference"),
                    .lines = TRY(list_at<NoteLine>(v, "lines", read_note_line)),
                    .vat = TRY(read_vat_rule(TRY(member(v, "vat")))),
                    .net = TRY(amount(v, "net")),
                    .vat_amount = TRY(amount(v, "vat_amount")),
                    .total = TRY(amount(v, "total")),
                    .reverses = str_if(v, "reverses"),
                    .reason = str_if(v, "reason"),
                    .document = TRY(str(v, "document"))};
}

Result<ReturnNote> read_return_note(const JsonValue& v) {
  return ReturnNote{.returned = TRY(id_at<ReturnId>(v, "returned")), .note = str_if(v, "note")};
}

Result<Document> read_document(const JsonValue& v) {
  const JsonValue bytes = TRY(member(v, "bytes"));
  std::optional<std::string> decoded = from_base64(bytes.text());
  if (!decoded) return bad_value(bytes, "no base64");
  return Document{.digest = TRY(str(v, "digest")), .media_type = str_if(v, "media_type"), .bytes = std::move(*decoded)};
}

}  // namespace

std::string encode(const CustomerTerms& t) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", t.id).key("rules").begin_array();
  for (const TermsRule& each : t.rules) {
    w.begin_object().field_if("product", each.product);
    ratio(w, "price_ratio", each.price_ratio);
    ratio(w, "handling_rate", each.handling_rate);
    word(w, "credit", each.credit);
    instant(w, "at", each.at).field_if("actor", each.actor).end_object();
  }
  w.end_array();
  party(w, "billed", t.billed);
  if (t.language) word(w, "language", *t.language);
  w.end_object();
  return out;
}

std::string encode(const SettlementProfile& p) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  party(w, "partner", p.partner);
  w.field_if("email", p.email).field_if("iban", p.iban).field_if("bic", p.bic).field_if("bankgiro", p.bankgiro);
  word(w, "language", p.language).field("series", p.series).key("vat").begin_array();
  for (const VatRule& each : p.vat) vat_rule(w, each);
  w.end_array().field("missing_days", p.missing_days).field("tolerance_minor", p.tolerance_minor);
  ratio(w, "tolerance_across", p.tolerance_across).end_object();
  return out;
}

std::string encode(const Invoice& i) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("number", i.number).field("revision", i.revision).field("reserved", i.reserved);
  w.field("content", i.content);
  w.field_if("file", i.file).field_if("dialect", i.dialect);
  instant(w, "at", i.at).field_if("actor", i.actor).field("lines", i.lines).key("totals").begin_array();
  for (const InvoiceTotal& each : i.totals) {
    w.begin_object();
    money(w, "subtotal", each.subtotal);
    money(w, "tax", each.tax).end_object();
  }
  w.end_array();
  if (i.from) day(w, "from", *i.from);
  if (i.until) day(w, "until", *i.until);
  w.end_object();
  return out;
}

std::string encode(const InvoiceLine& l) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("invoice", l.invoice).field("revision", l.revision).field("number", l.number);
  id_if(w, "customer", l.customer);
  w.field_if("customer_name", l.customer_name);
  id_if(w, "order", l.order);
  w.field_if("charge", l.charge).field_if("text", l.text);
  number_if(w, "quantity", l.quantity);
  money(w, "amount", l.amount);
  money(w, "tax", l.tax);
  day(w, "from", l.from);
  day(w, "until", l.until).field_if("reference", l.reference);
  word(w, "state", l.state);
  texts(w, "about", l.about);
  money_if(w, "difference", l.difference);
  w.end_object();
  return out;
}

std::string encode(const CreditMatch& m) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "returned", m.returned);
  id(w, "customer", m.customer);
  word(w, "state", m.state).field_if("invoice", m.invoice).field_if("line", m.line);
  texts(w, "lines", m.lines);
  money_if(w, "amount", m.amount);
  money_if(w, "difference", m.difference);
  instant(w, "at", m.at).field_if("actor", m.actor).end_object();
  return out;
}

std::string encode(const NoteSeries& s) {
  std::string out;
  JsonWriter(out).begin_object().field("id", s.id).field("last", s.last).end_object();
  return out;
}

std::string encode(const CreditNote& n) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("number", n.number).field("series", n.series).field("sequence", n.sequence);
  id(w, "customer", n.customer);
  instant(w, "at", n.at).field_if("actor", n.actor);
  word(w, "language", n.language);
  party(w, "seller", n.seller);
  party(w, "buyer", n.buyer);
  w.field_if("email", n.email).field_if("iban", n.iban).field_if("bic", n.bic).field_if("bankgiro", n.bankgiro);
  w.field_if("reference", n.reference).key("lines").begin_array();
  for (const NoteLine& each : n.lines) {
    w.begin_object();
    id(w, "returned", each.returned).field_if("text", each.text);
    number_if(w, "quantity", each.quantity);
    money(w, "amount", each.amount).end_object();
  }
  w.end_array().key("vat");
  vat_rule(w, n.vat);
  money(w, "net", n.net);
  money(w, "vat_amount", n.vat_amount);
  money(w, "total", n.total).field_if("reverses", n.reverses).field_if("reason", n.reason).field("document", n.document).end_object();
  return out;
}

std::string encode(const ReturnNote& n) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "returned", n.returned).field_if("note", n.note).end_object();
  return out;
}

std::string encode(const Document& d) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .field("digest", d.digest)
      .field_if("media_type", d.media_type)
      .field("bytes", to_base64(d.bytes))
      .end_object();
  return out;
}

template <>
Result<CustomerTerms> decode(JsonReader& reader, std::string_view body) {
  return decode_with<CustomerTerms>(reader, body, read_terms);
}
template <>
Result<SettlementProfile> decode(JsonReader& reader, std::string_view body) {
  return decode_with<SettlementProfile>(reader, body, read_profile);
}
template <>
Result<Invoice> decode(JsonReader& reader, std::string_view body) {
  return decode_with<Invoice>(reader, body, read_invoice);
}
template <>
Result<InvoiceLine> decode(JsonReader& reader, std::string_view body) {
  return decode_with<InvoiceLine>(reader, body, read_line);
}
template <>
Result<CreditMatch> decode(JsonReader& reader, std::string_view body) {
  return decode_with<CreditMatch>(reader, body, read_match);
}
template <>
Result<NoteSeries> decode(JsonReader& reader, std::string_view body) {
  return decode_with<NoteSeries>(reader, body, read_series);
}
template <>
Result<CreditNote> decode(JsonReader& reader, std::string_view body) {
  return decode_with<CreditNote>(reader, body, read_note);
}
template <>
Result<ReturnNote> decode(JsonReader& reader, std::string_view body) {
  return decode_with<ReturnNote>(reader, body, read_return_note);
}
template <>
Result<Document> decode(JsonReader& reader, std::string_view body) {
  return decode_with<Document>(reader, body, read_document);
}

}  // namespace prorata::wire
