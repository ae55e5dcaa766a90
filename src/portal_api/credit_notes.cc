// Credit notes: the paper before it is issued, issuing, reversing and settling it, and its PDF as it was issued.
#include <fmt/format.h>

#include "app/credit_notes.h"
#include "documents/credit_note_pdf.h"
#include "documents/words.h"
#include "portal_api/answer.h"
#include "wire/portal_bodies.h"
#include "wire/portal_settlement_bodies.h"

namespace prorata::portal_api {
namespace {

using http::Method;
using http::Response;

void write_party(JsonWriter& w, std::string_view name, const BilledParty& party) {
  w.key(name).begin_object().field("name", std::string_view(party.name)).key("address").begin_array();
  for (const std::string& line : party.address) w.text(line);
  w.end_array().field_if("organisationNumber", party.organisation_number).field_if("vatNumber", party.vat_number);
  w.field_if("country", party.country).end_object();
}

// What the paper says, whether or not it has been issued.
void write_paper(JsonWriter& w, const CreditNote& note) {
  w.field("customer", std::string_view(note.customer.text())).field("language", to_string(note.language));
  write_instant(w, "at", note.at);
  w.field("by", std::string_view(note.actor));
  write_party(w, "seller", note.seller);
  write_party(w, "buyer", note.buyer);
  w.field_if("email", note.email).field_if("iban", note.iban).field_if("bic", note.bic).field_if("bankgiro", note.bankgiro);
  w.field_if("reference", note.reference).key("lines").begin_array();
  for (const NoteLine& line : note.lines) {
    w.begin_object().field("return", std::string_view(line.returned.text())).field("text", std::string_view(line.text));
    if (line.quantity != 0) w.field("quantity", line.quantity);
    write_money(w, "amount", line.amount);
    w.end_object();
  }
  w.end_array().key("vat").begin_object().field("rate", std::string_view(documents::per_cent(note.vat.rate, note.language)));
  w.field("reverseCharge", note.vat.reverse_charge);
  w.field_if("text", note.language == Language::swedish ? note.vat.text_sv : note.vat.text_en).end_object();
  write_money(w, "net", note.net);
  write_money(w, "vatAmount", note.vat_amount);
  write_money(w, "total", note.total);
  w.field_if("reverses", note.reverses).field_if("reason", note.reason);
}

void write_note(JsonWriter& w, const NoteView& view) {
  w.begin_object().field("number", std::string_view(view.note.number)).field("state", to_string(view.state));
  write_paper(w, view.note);
  w.field_if("reversedBy", view.reversed_by).field("document", std::string_view(view.note.document));
  if (view.settlement) {
    w.key("settled").begin_object().field("paidOn", std::string_view(to_string(view.settlement->paid_on)));
    w.field("method", std::string_view(view.settlement->method)).field_if("reference", view.settlement->reference);
    w.field("by", std::string_view(view.settlement->actor)).end_object();
  }
  w.end_object();
}

Outcome<Response> shown(Call& call, int status, const std::string& number) {
  const NoteView view = TRY(show_credit_note(call.app, number));
  return written(status, [&](JsonWriter& w) { write_note(w, view); });
}

// The number of the path, where whoever asks may know of the note.
Outcome<std::string> number_of(Call& call) {
  const std::string& number = call.path.at("number");
  const auto snapshot = TRY(call.app.store.snapshot());
  const std::optional<CreditNote> note = TRY(snapshot->credit_note(number));
  const std::optional<Customer> customer = note ? TRY(snapshot->customer(note->customer)) : std::nullopt;
  if (!customer || !sees(call, *customer)) return refuse(404, "not_found", fmt::format("there is no credit note {}", number.substr(0, 80)));
  return note->number;
}

Outcome<void> check_customer(Call& call, const CustomerId& id) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const std::optional<Customer> customer = TRY(snapshot->customer(id));
  if (!customer || !sees(call, *customer)) return refuse(404, "not_found", fmt::format("there is no customer {}", id.text()));
  return {};
}

// ---- reading ---------------------------------------------------------------------------------------------------------------------------

Outcome<Response> list(Call& call) {
  std::optional<CustomerId> customer = TRY(id_asked<CustomerId>(call, "customer"));
  if (call.caller.principal.customer) customer = call.caller.principal.customer;
  if (customer) TRY(check_customer(call, *customer));
  std::vector<NoteView> views = TRY(credit_notes(call.app, customer));
  std::ranges::reverse(views);  // newest first
  const WindowAsk ask = TRY(window_asked(call));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("total", static_cast<std::int64_t>(views.size())).field("offset", static_cast<std::int64_t>(ask.offset));
    w.key("rows").begin_array();
    for (std::size_t i = ask.offset; i < std::min(views.size(), ask.offset + ask.limit); ++i) write_note(w, views[i]);
    w.end_array().end_object();
  });
}

Outcome<Response> get(Call& call) { return shown(call, 200, TRY(number_of(call))); }

Outcome<Response> pdf_answer(std::string name, std::string bytes) {
  Response response{.status = 200, .content_type = "application/pdf", .body = std::move(bytes)};
  return std::move(response).with("Content-Disposition", fmt::format("inline; filename=\"{}.pdf\"", name));
}

Outcome<Response> get_pdf(Call& call) {
  const std::string number = TRY(number_of(call));
  return pdf_answer(number, TRY(note_document(call.app, number, documents::digest_of)).bytes);
}

Outcome<NotePreview> preview_asked(Call& call) {
  const std::optional<CustomerId> customer = TRY(id_asked<CustomerId>(call, "customer"));
  if (!customer) return bad_parameter("customer", "say whose note it is to be: ?customer=ID");
  TRY(check_customer(call, *customer));
  NoteAsk ask{.customer = *customer, .reference = TRY(text_asked(call, "reference"))};
  if (!call.request.query.get("language").empty()) ask.language = TRY(word_asked(call, "language", Language::english));
  const std::string currency = TRY(text_asked(call, "currency"));
  if (!currency.empty()) {
    const Result<Currency> known = Currency::parse(currency);
    if (!known) return bad_parameter("currency", known.error().message);
    ask.currency = *known;
  }
  const std::string returns = TRY(text_asked(call, "returns", 40'000));
  for (std::string_view rest = returns; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const Result<ReturnId> id = ReturnId::parse(one);
    if (!id) return bad_parameter("returns", id.error().message);
    ask.returns.push_back(*id);
  }
  return TRY(preview_credit_note(call.app, ask));
}

Outcome<Response> preview(Call& call) {
  const NotePreview seen = TRY(preview_asked(call));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_paper(w, seen.note);
    write_money(w, "fromProvider", seen.from_provider);
    w.key("notArrived").begin_array();
    for (const ReturnId& id : seen.not_arrived) w.text(id.text());
    w.end_array().end_object();
  });
}

Outcome<Response> preview_pdf(Call& call) {
  NotePreview seen = TRY(preview_asked(call));
  const std::string draft = seen.note.language == Language::swedish ? "UTKAST" : "DRAFT";
  seen.note.number = draft;
  return pdf_answer(draft, TRY(documents::credit_note_pdf(seen.note)).bytes);
}

// ---- writing ---------------------------------------------------------------------------------------------------------------------------

Outcome<Response> issue(Call& call) {
  wire::JsonReader reader;
  NoteAsk ask = TRY(wire::read_portal_note(reader, call.request.body));
  TRY(check_customer(call, ask.customer));
  ask.key = write_request(call).key;
  const CreditNote note = TRY(issue_credit_note(call.app, ask, documents::credit_note_pdf));
  return shown(call, 201, note.number);
}

Outcome<Response> reverse(Call& call) {
  const std::string number = TRY(number_of(call));
  wire::JsonReader reader;
  const std::string reason = TRY(wire::read_portal_text(reader, call.request.body, "reason"));
  if (trim(reason).empty()) return refuse(400, "invalid_argument", "say why it is reversed: the reason stands on the paper", "/reason");
  const CreditNote note =
      TRY(reverse_credit_note(call.app, {.number = number, .reason = reason, .key = write_request(call).key}, documents::credit_note_pdf));
  return shown(call, 201, note.number);
}

Outcome<Response> settle(Call& call) {
  const std::string number = TRY(number_of(call));
  wire::JsonReader reader;
  const wire::PortalSettled asked = TRY(wire::read_portal_settled(reader, call.request.body));
  TRY(settle_credit_note(
      call.app,
      {.number = number, .paid_on = asked.paid_on, .method = asked.method, .reference = asked.reference, .key = write_request(call).key}));
  return shown(call, 200, number);
}

}  // namespace

std::vector<Route> credit_note_routes() {
  const std::string all = "/api/credit-notes";
  const std::string one = all + "/{number}";
  const auto write = [](std::string pattern, Handler handler) {
    return Route{.method = Method::post,
                 .pattern = std::move(pattern),
                 .handler = std::move(handler),
                 .kind = http::Kind::writes,
                 .key = Key::needed};
  };
  return {{.pattern = all, .handler = list},
          write(all, issue),
          {.pattern = all + "/preview", .handler = preview},
          {.pattern = all + "/preview/pdf", .handler = preview_pdf},
          {.pattern = one, .handler = get},
          {.pattern = one + "/pdf", .handler = get_pdf},
          write(one + "/reversal", reverse),
          write(one + "/settled", settle)};
}

}  // namespace prorata::portal_api
