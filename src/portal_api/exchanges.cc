// An exchange that is being put together: its dry quote with every rule, and what could be bought instead; filed as a request, and how that
// stands.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/file_exchange.h"
#include "app/preview_exchange.h"
#include "portal_api/answer.h"
#include "wire/portal_bodies.h"

namespace prorata::portal_api {
namespace {

using http::Response;

constexpr std::size_t kLinesMax = 20;
constexpr std::size_t kLinesBytesMax = 12'000;
constexpr std::int64_t kQuantityMax = 1'000'000;

// ---- the lines, as an address carries them --------------------------------------------------------------------------------------------

// Of "a~b~c": as many as there may be, missing ones empty. No id, size, region or scope has a '~' or a ','.
template <std::size_t N>
std::array<std::string_view, N> fields_of(std::string_view line) {
  std::array<std::string_view, N> out;
  for (std::string_view& field : out) {
    field = line.substr(0, line.find('~'));
    line.remove_prefix(std::min(line.size(), field.size() + 1));
  }
  return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (!one.empty()) out.push_back(one);
  }
  return out;
}

Result<Scope> scope_of_text(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "shared") return make_scope(ScopeType::shared, {});
  ScopeType type = ScopeType::single;
  if (lower.contains("/resourcegroups/")) type = ScopeType::resource_group;
  if (lower.contains("/managementgroups/")) type = ScopeType::management_group;
  return make_scope(type, std::string(text));
}

Outcome<ExchangeReturnAsk> return_asked(std::string_view line) {
  const auto [id, quantity] = fields_of<2>(line);
  const Result<ReservationId> reservation = ReservationId::parse(id);
  if (!reservation) return bad_parameter("returns", reservation.error().message);
  ExchangeReturnAsk ask{.reservation = *reservation};
  if (quantity.empty()) return ask;
  const Result<std::int64_t> units = parse_integer(quantity, 1, kQuantityMax, "units to return");
  if (!units) return bad_parameter("returns", units.error().message);
  ask.quantity = *units;
  return ask;
}

Outcome<ExchangePurchaseAsk> purchase_asked(std::string_view line) {
  const auto [quantity, sku, region, term, plan, scope, product] = fields_of<7>(line);
  const auto bad = [](const Error& why) { return bad_parameter("bought", why.message); };
  const Result<std::int64_t> units = parse_integer(quantity, 1, kQuantityMax, "units to buy");
  if (!units) return bad(units.error());
  if (sku.empty()) return bad_parameter("bought", "say which size: units~size~region~term~plan~scope");
  const Result<Term> years = parse_term(term);
  if (!years) return bad(years.error());
  const Result<BillingPlan> how = parse_word<BillingPlan>(plan, "a billing plan");
  if (!how) return bad(how.error());
  ExchangePurchaseAsk ask{.line = {.product = std::string(product),
                                   .sku = std::string(sku),
                                   .region = std::string(region),
                                   .term = *years,
                                   .plan = *how,
                                   .quantity = *units}};
  if (scope.empty()) return ask;
  const Result<Scope> named = scope_of_text(scope);
  if (!named) return bad(named.error());
  ask.scope = *named;
  return ask;
}

Outcome<ExchangeAsk> exchange_of_lines(std::string_view returns, std::string_view bought) {
  const std::vector<std::string_view> back = lines_of(returns);
  const std::vector<std::string_view> instead = lines_of(bought);
  if (back.empty()) return bad_parameter("returns", "say what is returned: reservation~units, joined by commas");
  if (kLinesMax < back.size()) return bad_parameter("returns", fmt::format("{} lines at most", kLinesMax));
  if (kLinesMax < instead.size()) return bad_parameter("bought", fmt::format("{} lines at most", kLinesMax));
  ExchangeAsk ask;
  for (const std::string_view each : back) ask.returns.push_back(TRY(return_asked(each)));
  for (const std::string_view each : instead) ask.purchases.push_back(TRY(purchase_asked(each)));
  return ask;
}

Outcome<ExchangeAsk> exchange_asked(const Call& call) {
  const std::string returns = TRY(text_asked(call, "returns", kLinesBytesMax));
  return exchange_of_lines(returns, TRY(text_asked(call, "bought", kLinesBytesMax)));
}

// ---- the quote -----------------------------------------------------------------------------------------------------------------------

void write_places(JsonWriter& w, std::string_view name, const std::vector<std::size_t>& places) {
  if (places.empty()) return;
  w.key(name).begin_array();
  for (const std::size_t each : places) w.integer(static_cast<std::int64_t>(each));
  w.end_array();
}

void write_checks(JsonWriter& w, const ExchangePreview& preview, Language language) {
  w.key("checks").begin_array();
  for (const policy::ExchangeCheck& each : preview.checks) {
    w.begin_object().field("rule", each.rule).field("met", each.met).field("text", std::string_view(sentence(each, language)));
    if (each.returned_refusal) w.field("code", to_string(*each.returned_refusal));
    w.field_if("fix", fix(each, language));
    write_places(w, "returned", each.returned);
    write_places(w, "bought", each.bought);
    w.end_object();
  }
  w.end_array();
}

void write_returned(JsonWriter& w, const ExchangePreview& preview) {
  const policy::ExchangeDecision& d = preview.decision;
  w.key("returned").begin_array();
  for (std::size_t i = 0; i < preview.facts.reservations.size(); ++i) {
    const Reservation& r = preview.facts.reservations[i];
    const policy::RefundDecision& line = d.returns[i];
    w.begin_object().field("reservation", std::string_view(r.id.text())).field("order", std::string_view(r.order.text()));
    w.field("name", std::string_view(r.name)).field("product", std::string_view(r.product)).field("sku", std::string_view(r.sku));
    w.field("region", std::string_view(r.region)).field("term", std::string_view(to_string(r.term))).field("plan", to_string(r.plan));
    w.field("quantity", preview.facts.returns[i].quantity).field("ofQuantity", r.quantity);
    write_scope(w, "scope", named_scope(preview.facts.customer, r.scope));
    write_instant(w, "purchased", r.purchased);
    write_instant(w, "expiry", r.expiry);
    write_money(w, "credit", d.credit(i));
    write_money(w, "remainingCommitment", d.remaining_commitment(i));
    write_money(w, "value", d.credit(i) + d.remaining_commitment(i));
    w.field("right", to_string(preview.rights[i])).field_if("row", line.row).end_object();
  }
  w.end_array();
}

void write_purchase(JsonWriter& w, const Customer& customer, const PurchaseLine& line) {
  w.field("product", std::string_view(line.product)).field("sku", std::string_view(line.sku));
  w.field("region", std::string_view(line.region))
      .field("term", std::string_view(to_string(line.term)))
      .field("plan", to_string(line.plan));
  w.field("quantity", line.quantity);
  write_scope(w, "scope", named_scope(customer, line.scope));
}

void write_bought(JsonWriter& w, const ExchangePreview& preview) {
  w.key("bought").begin_array();
  for (std::size_t i = 0; i < preview.facts.purchases.size(); ++i) {
    const ExchangePurchaseLine& each = preview.facts.purchases[i];
    w.begin_object();
    write_purchase(w, preview.facts.customer,
                   {.product = each.product,
                    .sku = each.sku,
                    .region = each.region,
                    .term = each.term,
                    .plan = each.plan,
                    .quantity = each.quantity,
                    .scope = each.scope});
    w.field("scopeCopied", static_cast<bool>(preview.scopes_copied[i]));
    write_money(w, "unitPrice", {each.price.minor / each.quantity, each.price.currency});
    write_money(w, "price", each.price);
    w.field("expires", std::string_view(to_string(day_of(expiry_of(preview.facts.now, each.term))))).end_object();
  }
  w.end_array();
}

void write_balance(JsonWriter& w, const ExchangePreview& preview) {
  const policy::ExchangeDecision& d = preview.decision;
  w.key("balance").begin_object();
  write_money(w, "credits", d.credits);
  write_money(w, "commitments", d.commitments);
  write_money(w, "returned", d.refunds_total);
  write_money(w, "bought", d.purchases_total);
  if (d.net_payable.is_negative()) write_money(w, "missing", -d.net_payable);
  if (!d.net_payable.is_negative()) write_money(w, "surplus", d.net_payable);
  write_money(w, "netPayable", d.net_payable);
  write_money(w, "dueToday", preview.due_today);
  w.end_object();
}

void write_proposal(JsonWriter& w, const ExchangePreview& preview) {
  if (!preview.proposal) return;
  const ExchangeProposal& proposal = *preview.proposal;
  w.key("proposal").begin_object();
  if (proposal.line) w.field("line", static_cast<std::int64_t>(*proposal.line));
  write_purchase(w, preview.facts.customer, proposal.bought);
  w.field("units", proposal.units);
  write_money(w, "cost", proposal.cost);
  write_money(w, "surplus", proposal.surplus);
  w.end_object();
}

// Each returned reservation is its caller's to do that to, what they may not know of is not there for them; and each scope is one that the
// customer has.
Outcome<void> check_lines(Call& call, Snapshot& snapshot, const ExchangeAsk& ask, Right right) {
  std::optional<Customer> customer;
  for (const ExchangeReturnAsk& each : ask.returns) {
    Record record = TRY(record_of(call, snapshot, each.reservation, right, Access::full));
    if (!customer) customer = std::move(record.customer);
  }
  for (const ExchangePurchaseAsk& each : ask.purchases)
    if (each.scope && !may_apply_to(*customer, *each.scope))
      return bad_parameter("bought", fmt::format("{} has nothing of that id: {}", customer->name, each.scope->id.substr(0, 200)));
  return {};
}

Outcome<Response> preview(Call& call) {
  const ExchangeAsk ask = TRY(exchange_asked(call));
  const auto snapshot = TRY(call.app.store.snapshot());
  TRY(check_lines(call, *snapshot, ask, Right::quote));
  const ExchangePreview made = TRY(preview_exchange(call.app, *snapshot, ask));
  const bool swedish = call.language == Language::swedish;
  Response answer = written(200, [&](JsonWriter& w) {
    w.begin_object().field("ok", made.ok).field("approvalNeeded", made.approval_needed);
    write_instant(w, "asOf", made.facts.now);
    w.field("policy", std::string_view(made.pack->id));
    write_customer_ref(w, made.facts.customer);
    write_returned(w, made);
    write_bought(w, made);
    write_balance(w, made);
    write_checks(w, made, call.language);
    write_proposal(w, made);
    w.key("notes").begin_array();
    for (const policy::Warning each : in_order(made.decision.warnings))
      w.begin_object().field("code", to_string(each)).field("text", sentence(each, swedish)).end_object();
    w.end_array().field_if("whereToGo", where_to_go(made.facts.customer.offer)).end_object();
  });
  return std::move(answer).with("Cache-Control", "private, max-age=5").with("Vary", "Accept-Language, Cookie");
}

// ---- the catalogue -------------------------------------------------------------------------------------------------------------------

Outcome<Response> catalogue(Call& call) {
  const std::optional<ReservationId> like = TRY(id_asked<ReservationId>(call, "like"));
  if (!like) return bad_parameter("like", "say instead of which reservation");
  const WindowAsk window = TRY(window_asked(call));
  CatalogueQuery query{.region = region_key(TRY(text_asked(call, "region"))), .words = words_of(TRY(text_asked(call, "q")))};
  if (const std::string term = TRY(text_asked(call, "term")); !term.empty()) {
    const Result<Term> parsed = parse_term(term);
    if (!parsed) return bad_parameter("term", parsed.error().message);
    query.term = *parsed;
  }
  const auto snapshot = TRY(call.app.store.snapshot());
  const Record record = TRY(record_of(call, *snapshot, *like, Right::quote, Access::full));
  const Catalogue found = TRY(load_catalogue(*snapshot, record.reservation, record.customer.currency, query, day_of(record.now)));
  Response answer = written(200, [&](JsonWriter& w) {
    w.begin_object().field("total", static_cast<std::int64_t>(found.offers.size()));
    w.field("offset", static_cast<std::int64_t>(window.offset)).field("region", std::string_view(found.region));
    w.key("regions").begin_array();
    for (const std::string& each : found.regions) w.text(each);
    w.end_array().key("rows").begin_array();
    const std::size_t until = std::min(found.offers.size(), window.offset + window.limit);
    for (std::size_t i = window.offset; i < until; ++i) {
      const CatalogueOffer& each = found.offers[i];
      w.begin_object().field("product", std::string_view(each.product)).field("sku", std::string_view(each.sku));
      w.field("region", std::string_view(each.region)).field_if("group", each.group);
      w.field("sameProduct", each.same_product).field("sameGroup", each.same_group).field("term", std::string_view(to_string(each.term)));
      write_money(w, "unitPrice", each.unit_price);
      w.end_object();
    }
    w.end_array().end_object();
  });
  return std::move(answer).with("Cache-Control", "private, max-age=60").with("Vary", "Accept-Language, Cookie");
}

// ---- filed and run -------------------------------------------------------------------------------------------------------------------

Outcome<void> may_open(Call& call, Snapshot& snapshot, const request::Request& request) {
  for (const request::ReturnLine& each : request.returns) TRY(record_of(call, snapshot, each.reservation, Right::open_record));
  return {};
}

void write_run(JsonWriter& w, const Exchange& exchange, const Customer& customer, const std::vector<Reservation>& returned) {
  w.key("run").begin_object().field("id", std::string_view(exchange.id.text())).field("state", to_string(exchange.state));
  write_instant(w, "asOf", exchange.as_of);
  write_instant(w, "updated", exchange.updated);
  w.field("policy", std::string_view(exchange.policy)).field_if("failure", exchange.failure);
  write_money(w, "returnedTotal", exchange.refunds_total);
  write_money(w, "boughtTotal", exchange.purchases_total);
  write_money(w, "netPayable", exchange.net_payable);
  w.key("returned").begin_array();
  for (std::size_t i = 0; i < exchange.returns.size(); ++i) {
    const ExchangeReturnLine& each = exchange.returns[i];
    w.begin_object().field("reservation", std::string_view(each.reservation.text())).field("order", std::string_view(each.order.text()));
    w.field("name", std::string_view(returned[i].name)).field("sku", std::string_view(returned[i].sku)).field("quantity", each.quantity);
    write_money(w, "credit", each.credit);
    write_money(w, "remainingCommitment", each.remaining_commitment);
    w.end_object();
  }
  w.end_array().key("bought").begin_array();
  for (const ExchangePurchaseLine& each : exchange.purchases) {
    w.begin_object();
    // It is there once the exchange has come to its end.
    if (exchange.state == ExchangeState::succeeded)
      w.field("reservation", std::string_view(each.reservation.text())).field("order", std::string_view(each.order.text()));
    w.field("sku", std::string_view(each.sku)).field("region", std::string_view(each.region));
    w.field("term", std::string_view(to_string(each.term))).field("plan", to_string(each.plan)).field("quantity", each.quantity);
    write_scope(w, "scope", named_scope(customer, each.scope));
    write_money(w, "price", each.price);
    w.end_object();
  }
  w.end_array().end_object();
}

// The request, and what it became from the first stage of its execution on.
Outcome<Response> filed_answer(Call& call, Snapshot& snapshot, const request::Request& request, int status) {
  const std::optional<Customer> customer = TRY(snapshot.customer(request.customer));
  const Result<ExchangeId> id = ExchangeId::parse(request.outcome);
  const std::optional<Exchange> exchange = id ? TRY(snapshot.exchange(*id)) : std::nullopt;
  std::vector<Reservation> returned;
  if (exchange)
    for (const ExchangeReturnLine& each : exchange->returns)
      returned.push_back(TRY(record_of(call, snapshot, each.reservation, Right::open_record)).reservation);
  return written(status, [&](JsonWriter& w) {
    w.begin_object().field("number", std::string_view(request::number_text(request.number))).field("state", to_string(request.state));
    write_customer_ref(w, *customer);
    w.field_if("ticket", request.ticket).field_if("failure", request.failure);
    if (exchange) write_run(w, *exchange, *customer, returned);
    w.end_object();
  });
}

Outcome<Response> get_exchange(Call& call) {
  const std::string& text = call.path.at("number");
  const Result<std::int64_t> number = request::parse_number(text);
  const auto snapshot = TRY(call.app.store.snapshot());
  const std::optional<request::Request> request = number ? TRY(snapshot->request_numbered(*number)) : std::nullopt;
  if (!request || request->kind != request::Kind::exchange)
    return refuse(404, "not_found", fmt::format("there is no exchange {}", text.substr(0, 80)));
  TRY(may_open(call, *snapshot, *request));
  return filed_answer(call, *snapshot, *request, 200);
}

AskFor lines_of_ask(const ExchangeAsk& ask, std::string reason, std::string key) {
  AskFor lines{.kind = request::Kind::exchange, .reason = std::move(reason), .key = std::move(key)};
  for (const ExchangeReturnAsk& each : ask.returns)
    lines.returns.push_back({.order = {}, .reservation = each.reservation, .quantity = each.quantity, .sku = {}});
  for (const ExchangePurchaseAsk& each : ask.purchases) {
    request::PurchaseWish wish{.line = each.line, .scope_named = each.scope.has_value()};
    if (each.scope) wish.line.scope = *each.scope;
    lines.purchases.push_back(std::move(wish));
  }
  return lines;
}

Outcome<Response> file(Call& call) {
  wire::JsonReader reader;
  const wire::PortalExchange asked = TRY(wire::read_portal_exchange(reader, call.request.body));
  const ExchangeAsk ask = TRY(exchange_of_lines(asked.returns, asked.bought));
  if (ask.purchases.empty()) return refuse(400, "invalid_argument", "an exchange buys at least one reservation", "/bought");
  for (const ExchangePurchaseAsk& each : ask.purchases)
    if (!each.scope) return refuse(400, "invalid_argument", fmt::format("say which scope the new {} shall have", each.line.sku), "/bought");
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    TRY(check_lines(call, *snapshot, ask, Right::submit_request));
  }
  const Result<request::Request> filed = file_exchange(call.app, {.lines = lines_of_ask(ask, asked.reason, write_request(call).key),
                                                                  .net_payable = asked.net_payable,
                                                                  .policy = asked.policy,
                                                                  .contact = asked.contact});
  if (!filed) return std::unexpected(with_pointer(filed.error()));
  const auto snapshot = TRY(call.app.store.snapshot());
  return filed_answer(call, *snapshot, *filed, 201);
}

}  // namespace

std::vector<Route> exchange_routes() {
  return {{.pattern = "/api/quotes/exchange", .handler = preview},
          {.pattern = "/api/catalogue", .handler = catalogue},
          {.method = http::Method::post, .pattern = "/api/exchanges", .handler = file, .kind = http::Kind::writes, .key = Key::needed},
          {.pattern = "/api/exchanges/{number}", .handler = get_exchange}};
}

}  // namespace prorata::portal_api
