// Settlement: every return from what was agreed over the provider's invoice to the customer's paper, invoices taken in, matching by a
// person's word, and statements.
#include <array>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/settle.h"
#include "app/settlement_desk.h"
#include "app/statements.h"
#include "app/usage_months.h"
#include "base/fingerprint.h"
#include "documents/statement_pdf.h"
#include "portal_api/answer.h"
#include "request/request.h"
#include "wire/csv_writer.h"
#include "wire/invoice_intake.h"
#include "wire/portal_settlement_bodies.h"

namespace prorata::portal_api {
namespace {

using http::Method;
using http::Response;

constexpr std::size_t kExportRowsMax = 100'000;
constexpr std::size_t kRefusalsShown = 100;

// ---- the cases -------------------------------------------------------------------------------------------------------------------------

Outcome<SettlementAsk> settlement_asked(const Call& call) {
  SettlementAsk ask{.customer = TRY(id_asked<CustomerId>(call, "customer")), .only = TRY(text_asked(call, "case"))};
  const std::string month = TRY(text_asked(call, "month"));
  if (!month.empty() && month != "open") {
    const Result<Day> day = parse_day(month + "-01");
    if (!day) return bad_parameter("month", "month is 'open', or a month such as 2026-04");
    ask.month = *day;
  }
  if (!call.request.query.get("state").empty()) ask.state = TRY(word_asked(call, "state", CaseState::matched));
  if (call.caller.principal.customer) ask.customer = call.caller.principal.customer;
  return ask;
}

// A customer that is asked for by name is not told apart from one that is not here.
Outcome<SettlementView> view_of(Call& call, const SettlementAsk& ask) {
  if (ask.customer) {
    const auto snapshot = TRY(call.app.store.snapshot());
    const std::optional<Customer> customer = TRY(snapshot->customer(*ask.customer));
    if (!customer || !sees(call, *customer)) return refuse(404, "not_found", fmt::format("there is no customer {}", ask.customer->text()));
  }
  return TRY(settlement_view(call.app, ask));
}

void write_line(JsonWriter& w, const InvoiceLine& line) {
  w.begin_object().field("name", std::string_view(line_name(line))).field("invoice", std::string_view(line.invoice));
  w.field("number", line.number).field("from", std::string_view(to_string(line.from)));
  write_money(w, "amount", line.amount);
  if (line.quantity != 0) w.field("quantity", line.quantity);
  w.field_if("text", line.text).field_if("charge", line.charge).field_if("customerName", line.customer_name);
  if (line.order) w.field("order", std::string_view(line.order->text()));
  w.end_object();
}

void write_return(JsonWriter& w, const ReturnRecord& r) {
  w.key("transaction").begin_object().field("return", std::string_view(r.id.text())).field("quantity", r.quantity);
  write_money(w, "credit", r.credit);
  write_money(w, "fee", r.fee);
  write_money(w, "refund", r.refund);
  if (!r.forfeited.is_zero()) write_money(w, "forfeited", r.forfeited);
  w.field("policy", std::string_view(r.policy)).field("by", std::string_view(r.actor)).field_if("exchange", r.exchange).end_object();
}

void write_settled(JsonWriter& w, const Settlement& settlement) {
  w.key("settled").begin_object().field("paidOn", std::string_view(to_string(settlement.paid_on)));
  write_money(w, "amount", settlement.amount);
  w.field("method", std::string_view(settlement.method)).field_if("reference", settlement.reference);
  w.field("by", std::string_view(settlement.actor)).end_object();
}

void write_match(JsonWriter& w, const CreditMatch& match) {
  w.key("credit").begin_object().field("state", to_string(match.state)).field_if("invoice", match.invoice);
  if (match.amount) write_money(w, "amount", *match.amount);
  if (match.difference) write_money(w, "difference", *match.difference);
  write_instant(w, "at", match.at);
  w.field("by", std::string_view(match.actor)).end_object();
}

void write_case(JsonWriter& w, const SettlementCase& each) {
  w.begin_object().field("id", std::string_view(each.id)).field("state", to_string(each.state));
  write_instant(w, "at", each.at);
  w.field("open", each.open);
  if (each.customer) write_customer_ref(w, *each.customer);
  if (each.reservation) {
    w.key("reservation").begin_object().field("id", std::string_view(each.reservation->id.text()));
    w.field("order", std::string_view(each.reservation->order.text())).field("name", std::string_view(each.reservation->name));
    w.field("sku", std::string_view(each.reservation->sku)).end_object();
  }
  if (each.agreed) {
    w.key("agreed").begin_object().field("request", std::string_view(request::number_text(each.agreed->request)));
    write_money(w, "refund", each.agreed->refund);
    write_instant(w, "asOf", each.agreed->as_of);
    w.end_object();
  }
  if (each.returned) write_return(w, *each.returned);
  if (each.match) write_match(w, *each.match);
  w.key("lines").begin_array();
  for (const InvoiceLine& line : each.lines) write_line(w, line);
  w.end_array();
  if (each.in_purchase_month) w.field("inPurchaseMonth", true);
  if (each.returned) {
    w.field("missingFrom", std::string_view(to_string(each.missing_from)));
    write_money(w, "owed", each.owed);
  }
  w.field_if("note", each.note);
  if (each.settlement) write_settled(w, *each.settlement);
  w.end_object();
}

void write_sums(JsonWriter& w, const SettlementSums& sums) {
  w.begin_object().field("currency", sums.currency.code());
  write_money(w, "expected", sums.expected);
  write_money(w, "arrived", sums.arrived);
  write_money(w, "owed", sums.owed);
  write_money(w, "noted", sums.noted);
  write_money(w, "settled", sums.settled);
  w.end_object();
}

// A strip for each currency, with what it adds up to: nothing, or the books are broken.
void write_ledger(JsonWriter& w, const std::vector<ledger::Balance>& ledger) {
  w.key("ledger").begin_array();
  for (std::size_t i = 0; i < ledger.size();) {
    const Currency currency = ledger[i].currency;
    Money total = Money::zero(currency);
    w.begin_object().field("currency", currency.code()).key("accounts").begin_array();
    for (; i < ledger.size() && ledger[i].currency == currency; ++i) {
      const Money amount{ledger[i].amount_minor, currency};
      total += amount;
      w.begin_object().field("account", to_string(ledger[i].account));
      write_money(w, "amount", amount);
      w.end_object();
    }
    w.end_array();
    write_money(w, "total", total);
    w.end_object();
  }
  w.end_array();
}

Outcome<Response> get_settlement(Call& call) {
  SettlementAsk ask = TRY(settlement_asked(call));
  const WindowAsk window = TRY(window_asked(call));
  ask.offset = window.offset;
  ask.limit = window.limit;
  const SettlementView view = TRY(view_of(call, ask));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("month", ask.month ? to_string(*ask.month).substr(0, 7) : std::string("open"));
    write_instant(w, "asOf", view.now);
    w.field("total", view.total).field("offset", static_cast<std::int64_t>(ask.offset)).field("toNote", view.to_note);
    std::int64_t all = 0;
    w.key("states").begin_object();
    for (const auto& [state, word] : kWords<CaseState>) {
      const auto found = view.counts.find(state);
      const std::int64_t count = found == view.counts.end() ? 0 : found->second;
      all += count;
      w.field(word, count);
    }
    w.field("all", all).end_object().key("sums").begin_array();
    for (const SettlementSums& each : view.sums) write_sums(w, each);
    w.end_array();
    if (view.whole) write_ledger(w, view.ledger);
    w.key("rows").begin_array();
    for (const SettlementCase& each : view.cases) write_case(w, each);
    w.end_array().end_object();
  });
}

// A table for a spreadsheet: a row a case, amounts as plain decimals.
Outcome<Response> export_settlement(Call& call) {
  SettlementAsk ask = TRY(settlement_asked(call));
  ask.limit = kExportRowsMax;
  const SettlementView view = TRY(view_of(call, ask));
  if (view.total > static_cast<std::int64_t>(kExportRowsMax))
    return refuse(409, "refused", fmt::format("{} cases are more than one table holds; export a month", view.total));
  std::string body;
  wire::CsvWriter csv(body);
  for (const char* each : {"day",        "state",  "open",        "customer_id", "customer", "order",    "reservation", "request",
                           "agreed",     "refund", "currency",    "invoice",     "line",     "line_day", "line_amount", "line_currency",
                           "difference", "owed",   "credit_note", "settled_on",  "settled",  "reference"})
    csv.value(each);
  csv.end_row();
  for (const SettlementCase& each : view.cases) {
    const InvoiceLine* line = each.lines.size() == 1 ? &each.lines.front() : nullptr;
    csv.value(to_string(day_of(each.at))).value(to_string(each.state)).value(each.open ? "true" : "false");
    csv.value(each.customer ? each.customer->id.text() : "").text(each.customer ? each.customer->name : "");
    csv.value(each.returned ? each.returned->order.text() : line != nullptr && line->order ? line->order->text() : "");
    csv.text(each.reservation ? each.reservation->name : "");
    csv.value(each.agreed ? request::number_text(each.agreed->request) : "").value(each.agreed ? to_string(each.agreed->refund) : "");
    csv.value(each.returned ? to_string(each.returned->refund) : "").value(each.owed.currency.code());
    csv.text(line != nullptr ? line->invoice : each.match ? each.match->invoice : "");
    csv.value(line != nullptr ? std::to_string(line->number) : "").value(line != nullptr ? to_string(line->from) : "");
    csv.value(line != nullptr ? to_string(line->amount) : "").value(line != nullptr ? line->amount.currency.code() : "");
    csv.value(each.match && each.match->difference ? to_string(*each.match->difference) : "").value(to_string(each.owed));
    csv.value(each.note).value(each.settlement ? to_string(each.settlement->paid_on) : "");
    csv.value(each.settlement ? to_string(each.settlement->amount) : "").text(each.settlement ? each.settlement->reference : "");
    csv.end_row();
  }
  Response response{.status = 200, .content_type = "text/csv; charset=utf-8", .body = std::move(body)};
  const std::string name = ask.month ? to_string(*ask.month).substr(0, 7) : "open";
  return std::move(response).with("Content-Disposition", fmt::format("attachment; filename=\"settlement-{}.csv\"", name));
}

// ---- invoices --------------------------------------------------------------------------------------------------------------------------

void write_invoice(JsonWriter& w, const Invoice& invoice) {
  w.field("number", std::string_view(invoice.number)).field("revision", invoice.revision).field("lines", invoice.lines);
  if (invoice.from) w.field("from", std::string_view(to_string(*invoice.from)));
  if (invoice.until) w.field("until", std::string_view(to_string(*invoice.until)));
  w.field("file", std::string_view(invoice.file));
  write_instant(w, "at", invoice.at);
  w.field("by", std::string_view(invoice.actor)).key("totals").begin_array();
  for (const InvoiceTotal& each : invoice.totals) {
    w.begin_object();
    write_money(w, "subtotal", each.subtotal);
    write_money(w, "tax", each.tax);
    w.end_object();
  }
  w.end_array();
}

Outcome<Response> list_invoices(Call& call) {
  TRY(allow(call, Right::settle, Access::read, target_of_desk()));
  const auto snapshot = TRY(call.app.store.snapshot());
  const std::vector<Invoice> invoices = TRY(snapshot->invoices());
  return written(200, [&](JsonWriter& w) {
    w.begin_object().key("rows").begin_array();
    for (const Invoice& each : invoices) {
      if (each.revision == 0) continue;
      w.begin_object();
      write_invoice(w, each);
      w.end_object();
    }
    w.end_array().end_object();
  });
}

void write_counts(JsonWriter& w, const MatchCounts& counts) {
  w.field("lookedAt", counts.looked_at).field("matched", counts.matched).field("different", counts.different);
  w.field("ambiguous", counts.ambiguous).field("unexpected", counts.unexpected).field("booked", counts.booked);
}

Outcome<Response> post_invoices(Call& call) {
  const std::string name = TRY(text_asked(call, "file"));
  const std::string number = TRY(text_asked(call, "number"));
  const std::string& body = call.request.body;
  if (trim(body).empty()) return refuse(400, "invalid_data", "the file is empty");
  const std::string file = name.empty() ? "upload" : name;
  // The content belongs to the key, and not its name.
  WriteRequest request = write_request(call);
  request.request = fmt::format("invoices {} {}", number, Fingerprint().add(body).text());
  const wire::InvoiceIntake done =
      TRY(wire::take_in_invoices(call.app, {.file = file, .request = std::move(request)},
                                 [&](const auto& sink, wire::ImportReport& report, wire::InvoiceDialect& dialect) {
                                   wire::TextBytes text(body, file);
                                   return wire::import_invoice(text, {.number = number}, sink, report, dialect);
                                 }));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("nothingNew", done.nothing_new).field("read", done.report.read).field("refused", done.report.refused);
    w.key("invoices").begin_array();
    for (const ImportedInvoice& each : done.imported) {
      w.begin_object().field("news", to_string(each.news));
      write_invoice(w, each.invoice);
      const auto counts = done.counts.find(each.invoice.number);
      w.key("counts").begin_object();
      write_counts(w, counts == done.counts.end() ? MatchCounts{} : counts->second);
      w.end_object().end_object();
    }
    w.end_array().key("refusals").begin_array();
    for (std::size_t i = 0; i < std::min(kRefusalsShown, done.report.refusals.size()); ++i) {
      const wire::ImportRefused& each = done.report.refusals[i];
      w.begin_object().field_if("place", each.place).field("reason", std::string_view(each.reason)).end_object();
    }
    w.end_array().end_object();
  });
}

// ---- a person's word -------------------------------------------------------------------------------------------------------------------

Outcome<Response> shown_case(Call& call, const CustomerId& customer, const ReturnId& id) {
  const SettlementView view = TRY(view_of(call, {.customer = customer, .only = id.text()}));
  if (view.cases.empty()) return refuse(404, "not_found", fmt::format("there is no return {}", id.text()));
  return written(200, [&](JsonWriter& w) { write_case(w, view.cases.front()); });
}

// Whose return it is, where whoever asks may know of it.
Outcome<CustomerId> customer_of_return(Call& call, const ReturnId& id) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const std::optional<ReturnState> state = TRY(snapshot->returned(id));
  const std::optional<Customer> customer = state ? TRY(snapshot->customer(state->returned.customer)) : std::nullopt;
  if (!customer || !sees(call, *customer)) return refuse(404, "not_found", fmt::format("there is no return {}", id.text()));
  return customer->id;
}

Outcome<Response> post_match(Call& call) {
  wire::JsonReader reader;
  AssignLineAsk ask = TRY(wire::read_portal_match(reader, call.request.body));
  const CustomerId customer = TRY(customer_of_return(call, ask.returned));
  ask.request = write_request(call);
  TRY(assign_line(call.app, ask));
  return shown_case(call, customer, ask.returned);
}

Outcome<Response> post_settled(Call& call) {
  const Result<ReturnId> id = ReturnId::parse(call.path.at("return"));
  if (!id) return refuse(404, "not_found", fmt::format("there is no return {}", call.path.at("return").substr(0, 80)));
  const CustomerId customer = TRY(customer_of_return(call, *id));
  wire::JsonReader reader;
  const wire::PortalSettled asked = TRY(wire::read_portal_settled(reader, call.request.body));
  TRY(settle_return(
      call.app,
      {.returned = *id, .paid_on = asked.paid_on, .method = asked.method, .reference = asked.reference, .key = write_request(call).key}));
  return shown_case(call, customer, *id);
}

// ---- statements ------------------------------------------------------------------------------------------------------------------------

Outcome<Statement> statement_asked(Call& call) {
  StatementAsk ask;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    const Customer customer = TRY(customer_of(call, *snapshot, Right::settle));
    const Day this_month = month_of(day_of(TRY(load_moment(call.app, *snapshot)).now));
    ask.customer = customer.id;
    ask.currency = customer.currency;
    ask.from = TRY(day_asked(call, "from")).value_or(add_months(this_month, -1));
    ask.until = TRY(day_asked(call, "until")).value_or(this_month);
  }
  const std::string currency = TRY(text_asked(call, "currency"));
  if (!currency.empty()) {
    const Result<Currency> known = Currency::parse(currency);
    if (!known) return bad_parameter("currency", known.error().message);
    ask.currency = *known;
  }
  return TRY(statement_of(call.app, ask));
}

void write_standing(JsonWriter& w, std::string_view name, const Standing& standing) {
  w.key(name).begin_object();
  write_money(w, "owes", standing.owes);
  write_money(w, "owed", standing.owed);
  write_money(w, "balance", standing.balance());
  w.end_object();
}

Outcome<Response> get_statement(Call& call) {
  const Statement s = TRY(statement_asked(call));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_customer_ref(w, s.customer);
    w.field("currency", s.currency.code()).field("from", std::string_view(to_string(s.from)));
    w.field("until", std::string_view(to_string(s.until)));
    write_standing(w, "opening", s.opening);
    w.key("lines").begin_array();
    for (const StatementLine& line : s.lines) {
      w.begin_object().field("day", std::string_view(to_string(line.day))).field("event", std::string_view(line.event));
      w.field("text", std::string_view(line_text(line, call.language))).field_if("reference", line.reference);
      write_money(w, "charged", line.charged);
      write_money(w, "credited", line.credited);
      write_money(w, "balance", line.balance);
      w.end_object();
    }
    w.end_array();
    write_standing(w, "closing", s.closing);
    w.end_object();
  });
}

Outcome<Response> get_statement_pdf(Call& call) {
  const Statement s = TRY(statement_asked(call));
  Response response{.status = 200, .content_type = "application/pdf", .body = TRY(documents::statement_pdf(s, call.language))};
  return std::move(response).with(
      "Content-Disposition", fmt::format("inline; filename=\"statement-{}-{}.pdf\"", to_string(s.from), to_string(add_days(s.until, -1))));
}

}  // namespace

std::vector<Route> settlement_routes() {
  const std::string all = "/api/settlement";
  const auto write = [](std::string pattern, Handler handler) {
    return Route{.method = Method::post,
                 .pattern = std::move(pattern),
                 .handler = std::move(handler),
                 .kind = http::Kind::writes,
                 .key = Key::needed};
  };
  return {{.pattern = all, .handler = get_settlement},
          {.pattern = all + "/export", .handler = export_settlement},
          {.pattern = all + "/invoices", .handler = list_invoices},
          write(all + "/invoices", post_invoices),
          write(all + "/matches", post_match),
          write(all + "/cases/{return}/settled", post_settled),
          {.pattern = "/api/customers/{customer}/statement", .handler = get_statement},
          {.pattern = "/api/customers/{customer}/statement/pdf", .handler = get_statement_pdf}};
}

}  // namespace prorata::portal_api
