// credit-note, settle note, statement.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "cli/settlement_commands.h"

#include "app/credit_notes.h"
#include "app/desk.h"
#include "app/settlement_profile.h"
#include "app/statements.h"
#include "cli/output.h"
#include "cli/shared.h"
#include "documents/credit_note_pdf.h"
#include "documents/statement_pdf.h"

namespace prorata::cli {
namespace {

Result<std::optional<Language>> language_if(const std::string& text) {
  if (text.empty()) return std::optional<Language>();
  return std::optional(TRY(parse_word<Language>(text, "a language")));
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const bool to_output = path == "-";
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(to_output ? nullptr : std::fopen(path.c_str(), "wb"), std::fclose);
  if (!to_output && file == nullptr) return fail(Code::storage_denied, fmt::format("{}: {}", path, std::strerror(errno)));
  std::FILE* out = to_output ? stdout : file.get();
  if (std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size() && std::fflush(out) == 0) return {};
  return fail(errno == ENOSPC ? Code::storage_full : Code::unavailable, fmt::format("{}: {}", path, std::strerror(errno)));
}

std::string vat_words(const CreditNote& note) {
  return note.vat.reverse_charge ? "reverse charge" : fmt::format("{} %", decimal({note.vat.rate.part * 100, note.vat.rate.over}));
}

void print_note(const Session& session, const NoteView& view) {
  const CreditNote& note = view.note;
  const bool people = session.globals().format == Format::table;
  Record record;
  record.add("Credit note", "number", note.number);
  record.add("Issued", "issued", to_string(day_of(note.at)));
  record.add("State", "state", std::string(to_string(view.state)));
  record.add("To", "buyer", note.buyer.name);
  if (!people) record.add("Tenant", "customer", note.customer.text());
  record.add("Reference", "reference", note.reference);
  record.add("Net", "net", shown(session, note.net));
  record.add("VAT", "vat", shown(session, note.vat_amount));
  record.add("VAT rate", "vat_rate", vat_words(note));
  record.add("Credited", "total", shown(session, note.total));
  if (!people) record.add("Currency", "currency", std::string(note.total.currency.code()));
  record.add("Takes back", "reverses", note.reverses);
  record.add("Because", "reason", note.reason);
  record.add("Taken back by", "reversed_by", view.reversed_by);
  if (view.settlement) {
    record.add("Settled on", "settled_on", to_string(view.settlement->paid_on));
    record.add("Settled with", "settled_with", view.settlement->reference);
  }
  record.add("Paper, SHA-256", "document", note.document);
  Table lines({{"Return", "return"}, {"What", "text"}, {"Units", "quantity", Align::right, true}, {"Amount", "amount", Align::right}});
  for (const NoteLine& line : note.lines)
    lines.add({line.returned.text(), line.text, std::to_string(line.quantity), shown_bare(session, line.amount)});
  record.add("Lines", "lines", std::move(lines));
  record.print(stdout, session.globals().format);
}

Result<Currency> currency_of(App& app, const CustomerId& id, const std::string& text) {
  if (!text.empty()) return Currency::parse(text);
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const std::optional<Customer> customer = TRY(snapshot->customer(id));
  if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", id.text()));
  return customer->currency;
}

// The month before the desk's today, where nothing is said.
Result<std::pair<Day, Day>> period_of(App& app, const StatementOptions& options) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Day today = day_of(TRY(load_moment(app, *snapshot)).now);
  const Day this_month = TRY(parse_day(to_string(today).substr(0, 8) + "01"));
  const std::optional<Day> from = TRY(day_if(options.from));
  const std::optional<Day> until = TRY(day_if(options.until));
  const Day end = until.value_or(from ? add_days(today, 1) : this_month);
  return std::pair(from.value_or(add_months(this_month, -1)), end);
}

}  // namespace

Result<int> note_issue(Session& session, const NoteOptions& options) {
  App& app = *TRY(session.app());
  NoteAsk ask{.customer = TRY(customer_named(app, options.customer)),
              .reference = options.reference,
              .language = TRY(language_if(options.language)),
              .key = options.key};
  if (!options.currency.empty()) ask.currency = TRY(Currency::parse(options.currency));
  for (const std::string& each : options.returns) ask.returns.push_back(TRY(id_in<ReturnId>(each)));
  const CreditNote note = TRY(issue_credit_note(app, ask, documents::credit_note_pdf));
  print_note(session, TRY(show_credit_note(app, note.number)));
  return 0;
}

Result<int> note_show(Session& session, const NoteOptions& options) {
  App& app = *TRY(session.app());
  print_note(session, TRY(show_credit_note(app, options.number)));
  return 0;
}

Result<int> note_list(Session& session, const NoteOptions& options) {
  App& app = *TRY(session.app());
  std::optional<CustomerId> customer;
  if (!options.customer.empty()) customer = TRY(customer_named(app, options.customer));
  Table table({{"Credit note", "number"},
               {"Issued", "issued"},
               {"To", "buyer"},
               {"Net", "net", Align::right},
               {"VAT", "vat", Align::right},
               {"Credited", "total", Align::right},
               {"Currency", "currency"},
               {"State", "state"},
               {"Settled", "settled_on"},
               {"Belongs to", "other"}});
  for (const NoteView& view : TRY(credit_notes(app, customer))) {
    const CreditNote& note = view.note;
    table.add({note.number, to_string(day_of(note.at)), note.buyer.name, shown_bare(session, note.net),
               shown_bare(session, note.vat_amount), shown_bare(session, note.total), std::string(note.total.currency.code()),
               std::string(to_string(view.state)), view.settlement ? to_string(view.settlement->paid_on) : "",
               note.reverses.empty() ? view.reversed_by : note.reverses});
  }
  table.print(stdout, session.globals().format, "No credit note was issued yet.");
  return 0;
}

Result<int> note_reverse(Session& session, const NoteOptions& options) {
  App& app = *TRY(session.app());
  const ReverseAsk ask{.number = options.number, .reason = options.reason, .key = options.key};
  const CreditNote note = TRY(reverse_credit_note(app, ask, documents::credit_note_pdf));
  print_note(session, TRY(show_credit_note(app, note.number)));
  return 0;
}

Result<int> note_pdf(Session& session, const NoteOptions& options) {
  App& app = *TRY(session.app());
  const Document document = TRY(note_document(app, options.number, documents::digest_of));
  const std::string path = options.file.empty() ? options.number + ".pdf" : options.file;
  TRY(write_file(path, document.bytes));
  if (path != "-") fmt::print(stderr, "{}: {} bytes, SHA-256 {}\n", path, document.bytes.size(), document.digest);
  return 0;
}

Result<int> note_settle(Session& session, const NoteOptions& options) {
  App& app = *TRY(session.app());
  TRY(settle_credit_note(app, {.number = options.number,
                               .paid_on = TRY(day_if(options.date)),
                               .method = options.method,
                               .reference = options.reference,
                               .key = options.key}));
  print_note(session, TRY(show_credit_note(app, options.number)));
  return 0;
}

Result<int> statement(Session& session, const StatementOptions& options) {
  App& app = *TRY(session.app());
  const CustomerId customer = TRY(customer_named(app, options.customer));
  const auto [from, until] = TRY(period_of(app, options));
  const Statement s = TRY(statement_of(
      app, {.customer = customer, .currency = TRY(currency_of(app, customer, options.currency)), .from = from, .until = until}));
  const std::optional<Language> asked = TRY(language_if(options.language));
  const Language language = asked.value_or(session.globals().language);
  if (!options.pdf.empty()) {
    TRY(write_file(options.pdf, TRY(documents::statement_pdf(s, asked.value_or(s.profile.language)))));
    if (options.pdf == "-") return 0;
  }
  Table table({{"Day", "day"},
               {"Event", "event"},
               {"What", "what"},
               {"Charged", "charged", Align::right},
               {"Credited", "credited", Align::right},
               {"Balance", "balance", Align::right},
               {"Currency", "currency"},
               {"Reference", "reference"}});
  const std::string code(s.currency.code());
  const auto standing = [&](Day day, std::string_view event, const Standing& each) {
    table.add({to_string(day), std::string(event), "", shown_bare(session, each.owes), shown_bare(session, each.owed),
               shown_bare(session, each.balance()), code, ""});
  };
  standing(s.from, "opening", s.opening);
  for (const StatementLine& line : s.lines)
    table.add({to_string(line.day), line.event, line_text(line, language), shown_bare(session, line.charged),
               shown_bare(session, line.credited), shown_bare(session, line.balance), code, line.reference});
  standing(add_days(s.until, -1), "closing", s.closing);
  table.print(stdout, session.globals().format);
  return 0;
}

}  // namespace prorata::cli
