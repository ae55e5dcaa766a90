// What the provider has invoiced to the partner: a month in a currency each, with its lines.
#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/provider_invoices.h"
#include "app/settlement_profile.h"
#include "documents/provider_invoice_pdf.h"
#include "partner_center/answer.h"
#include "wire/partner_commerce.h"

namespace prorata::partner_center {
namespace {

using access::Access;
using access::Right;
using http::Response;

constexpr PageSizes kInvoicePages{.usual = 200, .most = 500};
constexpr PageSizes kLinePages{.usual = 2'000, .most = 2'000};

// The same address at another offset; empty where nothing follows.
std::string uri_at(const Call& call, std::size_t offset) {
  std::string uri = call.request.path.substr(std::min(call.request.path.size(), kPrefix.size())) + "?";
  for (const auto& [name, value] : call.request.query)
    if (!equal_ignoring_case(name, "offset")) uri += fmt::format("{}={}&", http::percent_encode(name), http::percent_encode(value));
  return fmt::format("{}offset={}", uri, offset);
}

Outcome<std::vector<ProviderInvoice>> invoices(Call& call, Snapshot& snapshot) {
  TRY(allow(call, Right::settle, Access::read, target_of_desk()));
  return TRY(provider_invoices(snapshot, TRY(load_moment(call.app, snapshot)).now));
}

Outcome<Response> list_invoices(Call& call) {
  const PageAsk ask = TRY(page_ask(call, kInvoicePages));
  const auto snapshot = TRY(call.app.store.snapshot());
  std::vector<ProviderInvoice> all = TRY(invoices(call, *snapshot));
  std::ranges::reverse(all);  // newest first
  const std::size_t from = std::min(ask.offset, all.size());
  const std::size_t until = std::min(all.size(), from + ask.limit);
  const std::vector<ProviderInvoice> page(all.begin() + static_cast<std::ptrdiff_t>(from),
                                          all.begin() + static_cast<std::ptrdiff_t>(until));
  return collection_of(call, page, {.uri = until < all.size() ? uri_at(call, until) : ""}, wire::write_invoice);
}

Outcome<Response> summarize(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  std::map<Currency, std::vector<ProviderInvoice>> by_currency;
  for (ProviderInvoice& each : TRY(invoices(call, *snapshot))) by_currency[each.currency].push_back(std::move(each));
  return collection(call, static_cast<std::int64_t>(by_currency.size()), {}, [&](wire::JsonWriter& w) {
    for (const auto& [currency, of_currency] : by_currency) wire::write_invoice_summary(w, of_currency);
  });
}

// The invoice of the path; its kind may stand before its name, as in the links.
Outcome<ProviderInvoice> invoice_of(Call& call, Snapshot& snapshot) {
  TRY(allow(call, Right::settle, Access::read, target_of_desk()));
  constexpr std::string_view kKind = "onetime-";
  std::string_view name = call.path.at("invoice");
  if (to_lower(name.substr(0, kKind.size())) == kKind) name.remove_prefix(kKind.size());
  std::optional<ProviderInvoice> invoice = TRY(provider_invoice(snapshot, name, TRY(load_moment(call.app, snapshot)).now));
  if (!invoice) return refuse(404, code::kNotFound, fmt::format("no invoice {}", name.substr(0, 80)));
  return *std::move(invoice);
}

Outcome<Response> get_invoice(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const ProviderInvoice invoice = TRY(invoice_of(call, *snapshot));
  return written(200, [&](wire::JsonWriter& w) { wire::write_invoice(w, invoice); });
}

// Only one-time billing lines are to be had; of usage and licences this desk has none.
Outcome<bool> asks_for_lines(const Call& call) {
  const auto asked = [&](std::string_view in_path, std::string_view in_query) {
    std::string word = to_lower(call.path.has(in_path) ? call.path.at(in_path) : std::string(call.request.query.get(in_query)));
    std::erase(word, '_');
    return word;
  };
  const std::string provider = asked("provider", "provider");
  const std::string type = asked("type", "invoicelineitemtype");
  if (provider.empty() || type.empty())
    return refuse(400, code::kBadRequest, "say which lines: ?provider=onetime&invoicelineitemtype=billinglineitems");
  return provider == "onetime" && type == "billinglineitems";
}

Outcome<Response> list_lines(Call& call) {
  const PageAsk ask = TRY(page_ask(call, kLinePages));
  const bool wanted = TRY(asks_for_lines(call));
  const auto snapshot = TRY(call.app.store.snapshot());
  const ProviderInvoice invoice = TRY(invoice_of(call, *snapshot));
  if (!wanted) return collection(call, 0, {}, [](wire::JsonWriter&) {});
  const Page<BilledLine> page = TRY(invoice_lines(*snapshot, invoice, {.limit = ask.limit, .skip = ask.offset, .after = ask.after}));
  const std::string partner = partner_id(TRY(load_desk(*snapshot)));
  return collection_of(call, page.items, {.cursor = page.next},
                       [&](wire::JsonWriter& w, const BilledLine& each) { wire::write_invoice_line(w, each, invoice, partner); });
}

// The invoice on paper, in the language of the address or of the partner.
Outcome<Response> get_statement(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const ProviderInvoice invoice = TRY(invoice_of(call, *snapshot));
  const SettlementProfile profile = TRY(load_profile(*snapshot));
  std::vector<BilledLine> lines;
  InvoiceLinesAsk ask{.limit = kLinePages.most};
  do {
    Page<BilledLine> page = TRY(invoice_lines(*snapshot, invoice, ask));
    std::ranges::move(page.items, std::back_inserter(lines));
    ask.after = page.next;
  } while (!ask.after.empty() && lines.size() < documents::kPrintedLinesMax);
  Response response{.status = 200,
                    .content_type = "application/pdf",
                    .body = TRY(documents::provider_invoice_pdf(invoice, lines, profile.partner, profile.language))};
  return std::move(response).with("Content-Disposition", fmt::format("attachment; filename=\"{}.pdf\"", invoice_name(invoice)));
}

}  // namespace

std::vector<Route> invoice_routes() {
  const std::string one = "/v1/invoices/{invoice}";
  std::vector<Route> routes;
  routes.push_back({.pattern = "/v1/invoices", .handler = list_invoices});
  routes.push_back({.pattern = "/v1/invoices/summary", .handler = summarize});
  routes.push_back({.pattern = "/v1/invoices/summaries", .handler = summarize});
  routes.push_back({.pattern = one, .handler = get_invoice});
  routes.push_back({.pattern = one + "/lineitems", .handler = list_lines});
  routes.push_back({.pattern = one + "/lineitems/{provider}/{type}", .handler = list_lines});
  routes.push_back({.pattern = one + "/documents/statement", .handler = get_statement});
  return routes;
}

}  // namespace prorata::partner_center
