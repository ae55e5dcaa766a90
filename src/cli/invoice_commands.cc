// customer terms, settlement profile, invoice, credits.
#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/customer_terms.h"
#include "app/desk.h"
#include "app/import_invoices.h"
#include "app/match_invoices.h"
#include "app/settlement_profile.h"
#include "cli/output.h"
#include "cli/settlement_commands.h"
#include "cli/shared.h"
#include "wire/bytes.h"
#include "wire/import_invoice.h"
#include "wire/invoice_intake.h"

namespace prorata::cli {
namespace {

std::string percent(Ratio rate) { return decimal({rate.part * 100, rate.over}) + " %"; }

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& each : parts) (out += out.empty() ? "" : std::string(between)) += each;
  return out;
}

Result<std::optional<Ratio>> ratio_if(const std::string& text) {
  if (text.empty()) return std::optional<Ratio>();
  return std::optional(TRY(parse_decimal(text)));
}

template <class E>
Result<std::optional<E>> word_if(const std::string& text, std::string_view what) {
  if (text.empty()) return std::optional<E>();
  return std::optional(TRY(parse_word<E>(text, what)));
}

std::optional<std::vector<std::string>> lines_if(const std::vector<std::string>& lines) {
  if (lines.empty()) return std::nullopt;
  if (lines.size() == 1 && lines.front().empty()) return std::vector<std::string>();  // --address '' takes the address away
  return lines;
}

// "SE=25", "DE=reverse", "*=0,Export|Export": a rate in per cent, and what stands beside it in English and Swedish.
Result<VatRule> vat_rule_of(const std::string& text) {
  const std::size_t equal = text.find('=');
  if (equal == std::string::npos || equal == 0)
    return fail(Code::invalid_argument,
                fmt::format("'{}' is not a VAT rule; say COUNTRY=RATE or COUNTRY=reverse, * for every other country", text));
  const std::size_t comma = text.find(',', equal);
  const std::string rate = text.substr(equal + 1, comma == std::string::npos ? std::string::npos : comma - equal - 1);
  const std::string words = comma == std::string::npos ? "" : text.substr(comma + 1);
  const std::size_t bar = words.find('|');
  VatRule rule{.country = text.substr(0, equal), .text_en = words.substr(0, bar)};
  rule.text_sv = bar == std::string::npos ? rule.text_en : words.substr(bar + 1);
  if (rule.country == "*") rule.country.clear();
  rule.reverse_charge = equal_ignoring_case(rate, "reverse");
  if (rule.reverse_charge) return rule;
  const Ratio per_cent = TRY(parse_decimal(rate));
  rule.rate = {per_cent.part, per_cent.over * 100};
  return rule;
}

std::string words_of(const VatRule& rule) { return rule.reverse_charge ? "reverse charge" : percent(rule.rate); }

void add_party(Record& record, const BilledParty& party) {
  record.add("Name", "name", party.name);
  record.add("Address", "address", joined(party.address, ", "));
  record.add("Country", "country", party.country);
  record.add("Organisation number", "organisation_number", party.organisation_number);
  record.add("VAT number", "vat_number", party.vat_number);
}

void print_terms(const Session& session, const TermsView& view) {
  Record record;
  record.add("Customer", "customer_name", view.customer.name);
  record.add("Tenant", "customer", view.customer.id.text());
  add_party(record, billed_party(view.customer, view.terms));
  if (view.terms.language) record.add("Language", "language", std::string(to_string(*view.terms.language)));
  Table rules({{"For", "product"},
               {"Price over cost", "price_ratio", Align::right},
               {"Handling charge", "handling_rate", Align::right},
               {"Credit", "credit"},
               {"Since", "since"},
               {"Set by", "actor"}});
  for (const TermsRule& rule : view.rules)
    rules.add({rule.product.empty() ? "everything else" : rule.product, decimal(rule.price_ratio), decimal(rule.handling_rate),
               std::string(to_string(rule.credit)), rule.at.ticks == 0 ? "" : to_string(day_of(rule.at)), rule.actor});
  record.add("Terms", "terms", std::move(rules));
  record.print(stdout, session.globals().format);
}

void print_profile(const Session& session, const SettlementProfile& profile) {
  Record record;
  add_party(record, profile.partner);
  record.add("Mail", "email", profile.email);
  record.add("IBAN", "iban", profile.iban);
  record.add("BIC", "bic", profile.bic);
  record.add("Bankgiro", "bankgiro", profile.bankgiro);
  record.add("Language", "language", std::string(to_string(profile.language)));
  record.add("Series of credit notes", "series", profile.series);
  record.add_number("Days until a credit is missed", "missing_days", profile.missing_days);
  record.add_number("Tolerance, minor units", "tolerance_minor", profile.tolerance_minor);
  record.add("Tolerance across currencies", "tolerance_across", decimal(profile.tolerance_across));
  Table vat({{"Customers in", "country"}, {"VAT", "rate"}, {"Words", "text_en"}, {"Swedish", "text_sv"}});
  for (const VatRule& rule : profile.vat)
    vat.add({rule.country.empty() ? "every other country" : rule.country, words_of(rule), rule.text_en, rule.text_sv});
  record.add("VAT", "vat", std::move(vat), "No rule is set, so no credit note can be issued.");
  record.print(stdout, session.globals().format);
}

// Every file, in order, as one list of lines.
Result<void> read_files(const InvoiceOptions& options, const wire::ImportSink<InvoiceLine>& sink, wire::ImportReport& report,
                        wire::InvoiceDialect& dialect) {
  for (const std::string& path : options.files) {
    if (path == "-") return fail(Code::invalid_argument, "an invoice is read twice, which standard input cannot; name a file");
    wire::FileBytes file = TRY(wire::FileBytes::open(path));
    TRY(wire::import_invoice(file, {.number = options.number}, sink, report, dialect));
  }
  return {};
}

void print_imported(const Session& session, const std::vector<ImportedInvoice>& imported,
                    const std::map<std::string, MatchCounts>& counts) {
  Table table({{"Invoice", "invoice"},
               {"News", "news"},
               {"Revision", "revision", Align::right, true},
               {"Lines", "lines", Align::right, true},
               {"Of reservations", "looked_at", Align::right, true},
               {"Matched", "matched", Align::right, true},
               {"Different", "different", Align::right, true},
               {"Ambiguous", "ambiguous", Align::right, true},
               {"Unexpected", "unexpected", Align::right, true},
               {"Credits booked", "booked", Align::right, true}});
  for (const ImportedInvoice& each : imported) {
    const auto found = counts.find(each.invoice.number);
    const MatchCounts c = found == counts.end() ? MatchCounts{} : found->second;
    table.add({each.invoice.number, std::string(to_string(each.news)), std::to_string(each.invoice.revision),
               std::to_string(each.invoice.lines), std::to_string(c.looked_at), std::to_string(c.matched), std::to_string(c.different),
               std::to_string(c.ambiguous), std::to_string(c.unexpected), std::to_string(c.booked)});
  }
  table.print(stdout, session.globals().format, "The files hold no line of an invoice.");
}

Table line_table() {
  return Table({{"Line", "line"},
                {"State", "state"},
                {"From", "from"},
                {"Customer", "customer_name"},
                {"Charge", "charge"},
                {"What", "text"},
                {"Units", "quantity", Align::right, true},
                {"Amount", "amount", Align::right},
                {"Currency", "currency"},
                {"Off by", "difference", Align::right},
                {"Of", "about"}});
}

void add_line(const Session& session, Table& table, const InvoiceLine& line) {
  const bool people = session.globals().format == Format::table;
  constexpr std::size_t kTextWidth = 40;
  table.add({line_name(line), std::string(to_string(line.state)), to_string(line.from), line.customer_name, line.charge,
             people ? shortened(line.text, kTextWidth) : line.text, std::to_string(line.quantity), shown_bare(session, line.amount),
             std::string(line.amount.currency.code()), line.difference ? shown_bare(session, *line.difference) : "",
             joined(line.about, " ")});
}

// Visits the lines of an invoice until `visit` has had enough.
Result<void> each_line(Snapshot& snapshot, InvoiceLineQuery query, const std::function<bool(const InvoiceLine&)>& visit) {
  while (true) {
    const Page<InvoiceLine> page = TRY(snapshot.invoice_lines(query));
    for (const InvoiceLine& line : page.items)
      if (!visit(line)) return {};
    if (page.next.empty()) return {};
    query.after = page.next;
  }
}

Result<Invoice> invoice_named(Snapshot& snapshot, const std::string& number) {
  std::optional<Invoice> invoice = TRY(snapshot.invoice(number));
  if (!invoice || invoice->revision == 0)
    return fail(Code::not_found, fmt::format("invoice {} is not in this desk; 'prorata invoice list' shows what is", number));
  return *invoice;
}

std::string totals_of(const Session& session, const Invoice& invoice) {
  std::vector<std::string> parts;
  for (const InvoiceTotal& each : invoice.totals) parts.push_back(shown(session, each.subtotal));
  return joined(parts, ", ");
}

Result<void> may_look(App& app) { return authorize(app, access::Right::settle, target_of_desk(), access::Access::read); }

}  // namespace

Result<int> customer_terms_show(Session& session, const TermsOptions& options) {
  App& app = *TRY(session.app());
  print_terms(session, TRY(show_terms(app, TRY(customer_named(app, options.customer)))));
  return 0;
}

Result<int> customer_terms_set(Session& session, const TermsOptions& options) {
  App& app = *TRY(session.app());
  const TermsAsk ask{.customer = TRY(customer_named(app, options.customer)),
                     .product = options.product,
                     .price_ratio = TRY(ratio_if(options.price_ratio)),
                     .handling_rate = TRY(ratio_if(options.handling_rate)),
                     .credit = TRY(word_if<books::CreditRule>(options.credit, "a credit rule")),
                     .name = options.name,
                     .address = lines_if(options.address),
                     .organisation_number = options.organisation_number,
                     .vat_number = options.vat_number,
                     .country = options.country,
                     .language = TRY(word_if<Language>(options.language, "a language"))};
  print_terms(session, TRY(set_terms(app, ask)));
  return 0;
}

Result<int> settlement_profile_show(Session& session) {
  print_profile(session, TRY(show_profile(*TRY(session.app()))));
  return 0;
}

Result<int> settlement_profile_set(Session& session, const ProfileOptions& options) {
  App& app = *TRY(session.app());
  ProfileAsk ask{.name = options.name,
                 .address = lines_if(options.address),
                 .organisation_number = options.organisation_number,
                 .vat_number = options.vat_number,
                 .country = options.country,
                 .email = options.email,
                 .iban = options.iban,
                 .bic = options.bic,
                 .bankgiro = options.bankgiro,
                 .language = TRY(word_if<Language>(options.language, "a language")),
                 .series = options.series,
                 .missing_days = options.missing_days,
                 .tolerance_minor = options.tolerance_minor,
                 .tolerance_across = TRY(ratio_if(options.tolerance_across))};
  for (const std::string& each : options.vat) ask.vat.push_back(TRY(vat_rule_of(each)));
  print_profile(session, TRY(set_profile(app, ask)));
  return 0;
}

Result<int> invoice_import(Session& session, const InvoiceOptions& options) {
  App& app = *TRY(session.app());
  const auto read = [&](const wire::ImportSink<InvoiceLine>& sink, wire::ImportReport& report, wire::InvoiceDialect& dialect) {
    return read_files(options, sink, report, dialect);
  };
  const wire::InvoiceIntake done = TRY(wire::take_in_invoices(app, {.file = joined(options.files, " ")}, read));

  print_imported(session, done.imported, done.counts);
  for (const wire::ImportRefused& each : done.report.refusals) fmt::print(stderr, "{}\n", each.text());
  if (done.report.refused > 0) fmt::print(stderr, "{} of {} lines are refused.\n", done.report.refused, done.report.read);
  if (done.nothing_new && !done.imported.empty()) fmt::print(stderr, "These lines are here already; nothing was changed.\n");
  return done.report.refused > 0 ? 1 : 0;
}

Result<int> invoice_match(Session& session, const InvoiceOptions& options) {
  App& app = *TRY(session.app());
  std::vector<Invoice> invoices;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    if (!options.number.empty())
      invoices.push_back(TRY(invoice_named(*snapshot, options.number)));
    else
      invoices = TRY(snapshot->invoices());
  }
  std::vector<ImportedInvoice> shown_ones;
  std::map<std::string, MatchCounts> counts;
  for (Invoice& each : invoices) {
    if (each.revision == 0) continue;
    counts[each.number] = TRY(match_invoice(app, each.number));
    shown_ones.push_back({std::move(each), InvoiceNews::unchanged});
  }
  const std::int64_t missing = options.number.empty() ? TRY(note_missing(app)) : 0;
  print_imported(session, shown_ones, counts);
  if (missing > 0) fmt::print(stderr, "{} credits are missing from now on; 'prorata credits list' shows them.\n", missing);
  return 0;
}

Result<int> invoice_list(Session& session) {
  App& app = *TRY(session.app());
  TRY(may_look(app));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Table table({{"Invoice", "invoice"},
               {"From", "from"},
               {"Until", "until"},
               {"Lines", "lines", Align::right, true},
               {"Without tax", "total", Align::right},
               {"Revision", "revision", Align::right, true},
               {"Taken in", "at"},
               {"Form", "dialect"},
               {"File", "file"}});
  for (const Invoice& each : TRY(snapshot->invoices())) {
    if (each.revision == 0) continue;
    table.add({each.number, each.from ? to_string(*each.from) : "", each.until ? to_string(*each.until) : "", std::to_string(each.lines),
               totals_of(session, each), std::to_string(each.revision), to_string(day_of(each.at)), each.dialect, each.file});
  }
  table.print(stdout, session.globals().format, "No invoice was taken in yet; 'prorata invoice import' does.");
  return 0;
}

Result<int> invoice_show(Session& session, const InvoiceOptions& options) {
  App& app = *TRY(session.app());
  TRY(may_look(app));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Invoice invoice = TRY(invoice_named(*snapshot, options.number));
  const Page<InvoiceLine> page = TRY(snapshot->invoice_lines({.invoice = invoice.number,
                                                              .revision = invoice.revision,
                                                              .state = TRY(word_if<LineState>(options.state, "the state of a line")),
                                                              .limit = static_cast<std::size_t>(options.limit),
                                                              .after = options.after.empty() ? "" : TRY(cursor_of(options.after))}));
  Table table = line_table();
  for (const InvoiceLine& line : page.items) add_line(session, table, line);
  table.print(stdout, session.globals().format, "No line is so.");
  if (!page.next.empty()) say_more(page.next);
  return 0;
}

Result<int> invoice_differences(Session& session, const InvoiceOptions& options) {
  App& app = *TRY(session.app());
  TRY(may_look(app));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::vector<Invoice> invoices;
  if (!options.number.empty())
    invoices.push_back(TRY(invoice_named(*snapshot, options.number)));
  else
    invoices = TRY(snapshot->invoices());
  Table table = line_table();
  for (const Invoice& invoice : invoices)
    for (const LineState state : {LineState::different, LineState::ambiguous, LineState::unexpected})
      TRY(each_line(*snapshot, {.invoice = invoice.number, .revision = invoice.revision, .state = state}, [&](const InvoiceLine& line) {
        add_line(session, table, line);
        return true;
      }));
  table.print(stdout, session.globals().format, "Every line of a reservation is as expected.");
  return 0;
}

Result<int> invoice_assign(Session& session, const InvoiceOptions& options) {
  App& app = *TRY(session.app());
  const Assigned assigned = TRY(assign_line(
      app, {.line = options.line, .returned = TRY(id_in<ReturnId>(options.returned)), .accept_difference = options.accept_difference}));
  Record record;
  record.add("Line", "line", line_name(assigned.line));
  record.add("Return", "return", assigned.returned.id.text());
  record.add("Booked", "booked", shown(session, assigned.booked));
  if (session.globals().format != Format::table) record.add("Currency", "currency", std::string(assigned.booked.currency.code()));
  if (assigned.difference && !assigned.difference->is_zero()) record.add("Difference", "difference", shown(session, *assigned.difference));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> credits_list(Session& session, const CreditsOptions& options) {
  App& app = *TRY(session.app());
  CreditsQuery query{.all = options.all};
  if (!options.customer.empty()) query.customer = TRY(customer_named(app, options.customer));
  const std::vector<CreditView> views = TRY(expected_credits(app, query));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  CustomerNames names(*snapshot);
  TRY(names.learn(customers_of(views, [](const CreditView& each) { return each.returned.customer; })));
  std::vector<Column> columns = {{"Since", "since"},
                                 {"Customer", "customer_name"},
                                 {"Return", "return"},
                                 {"Expected", "expected", Align::right},
                                 {"Currency", "currency"},
                                 {"State", "state"},
                                 {"Missing since", "missing_since"},
                                 {"On", "lines"},
                                 {"Off by", "difference", Align::right}};
  const bool programs = session.globals().format != Format::table;
  if (programs) columns.insert(columns.end(), {{"Tenant", "customer"}, {"Order", "order"}});
  Table table(std::move(columns));
  for (const CreditView& each : views) {
    const ReturnRecord& r = each.returned;
    std::string where = each.match ? joined(each.match->lines, " ") : "";
    if (where.empty() && each.match) where = each.match->invoice;
    std::vector<std::string> cells = {to_string(day_of(r.at)),
                                      names.of(r.customer),
                                      r.id.text(),
                                      shown_bare(session, r.refund),
                                      std::string(r.refund.currency.code()),
                                      std::string(to_string(each.state)),
                                      each.state == CreditState::missing ? to_string(each.missing_from) : "",
                                      where,
                                      each.match && each.match->difference ? shown_bare(session, *each.match->difference) : ""};
    if (programs) cells.insert(cells.end(), {r.customer.text(), r.order.text()});
    table.add(std::move(cells));
  }
  table.print(stdout, session.globals().format, "The provider owes no credit.");
  return 0;
}

}  // namespace prorata::cli
