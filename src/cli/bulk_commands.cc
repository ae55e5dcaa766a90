// request bulk: refunds of many reservations at once.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "app/bulk_request.h"
#include "cli/commands.h"
#include "cli/contact.h"
#include "cli/exchange_lines.h"
#include "cli/output.h"
#include "cli/shared.h"

namespace prorata::cli {
namespace {

Result<void> add_line(BulkRequestAsk& ask, std::string_view text, bool accept_clip) {
  const ExchangeReturnAsk line = TRY(return_line(std::string(text)));
  ask.lines.push_back({.reservation = line.reservation, .quantity = line.quantity, .accept_clip = accept_clip, .seen = {}});
  return {};
}

// A reservation a line; what begins with # is a remark.
Result<void> add_lines_of(BulkRequestAsk& ask, std::istream& in, const std::string& name, bool accept_clip) {
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::string_view text = trim(line);
    if (text.empty() || text.starts_with('#')) continue;
    const Result<void> added = add_line(ask, text, accept_clip);
    if (!added) return fail(added.error().code, added.error().message, fmt::format("{}:{}", name, number));
    if (ask.lines.size() > kBulkLinesMax) break;  // refused for their number, without reading on
  }
  return {};
}

Result<BulkRequestAsk> ask_of(const RequestOptions& options) {
  BulkRequestAsk ask{.lines = {}, .reason = options.reason, .severity = {}, .contact = TRY(contact_of(options)), .key = options.key};
  if (options.lines_file == "-") {
    TRY(add_lines_of(ask, std::cin, "standard input", options.accept_clip));
  } else if (!options.lines_file.empty()) {
    std::ifstream in(options.lines_file);
    if (!in) return fail(Code::not_found, fmt::format("{}: {}", options.lines_file, std::strerror(errno)));
    TRY(add_lines_of(ask, in, options.lines_file, options.accept_clip));
  }
  for (const std::string& each : options.returns) TRY(add_line(ask, each, options.accept_clip));
  if (!options.severity.empty()) ask.severity = TRY(parse_word<support::Severity>(options.severity, "a severity"));
  return ask;
}

std::string usd_text(const Session& session, std::int64_t minor) { return shown_bare(session, Money{minor, Currency::usd()}); }

// Why it stays, and what would make it fit.
std::string why(const Session& session, const BulkRow& row) {
  if (row.problem) return row.problem->text();
  std::string out;
  if (row.decision && row.state == BulkState::refused) {
    for (const policy::Refusal each : in_order(row.decision->amounts.refusals))
      out += fmt::format("{}{}", out.empty() ? "" : " ", sentence(each, false));
  }
  if (row.decision && row.state == BulkState::cut)
    out = fmt::format("The allowance cuts it, and {} {} are lost: --accept-clip goes on.",
                      shown_bare(session, row.decision->billing(row.decision->amounts.forfeited)), row.decision->currency.code());
  if (row.fix && (row.state == BulkState::refused || row.state == BulkState::cut)) {
    if (row.fix->quantity_now > 0) out += fmt::format(" {} fit now.", row.fix->quantity_now);
    if (row.fix->whole_from) out += fmt::format(" All fit from {}.", to_string(day_of(*row.fix->whole_from)));
  }
  return out;
}

Table row_table(const Session& session, const BulkPlan& plan) {
  const bool programs = session.globals().format != Format::table;
  std::vector<Column> columns = {{"Customer", "customer_name"},
                                 {"Reservation", "name"},
                                 {"Units", "quantity", Align::right, true},
                                 {"Refund", "refund", Align::right},
                                 {"", "currency"},
                                 {"Of the allowance", "taken", Align::right},
                                 {"Left, USD", "left", Align::right},
                                 {"", "state"},
                                 {"Request", "request"},
                                 {"", "why"}};
  if (programs) columns.insert(columns.end(), {{"Tenant", "customer"}, {"Reservation", "reservation"}});
  Table table(std::move(columns));
  for (const BulkRow& row : plan.rows) {
    const bool said = row.decision.has_value();
    const std::int64_t units = row.made ? row.made->returns.front().quantity : said ? row.decision->quantity : row.ask.quantity;
    const std::optional<Money> refund = row.made && row.made->quoted ? std::optional(row.made->quoted->refund)
                                        : said                       ? std::optional(row.decision->refund)
                                                                     : std::nullopt;
    std::vector<std::string> cells = {row.customer ? row.customer->name : "",
                                      row.reservation ? row.reservation->name : row.ask.reservation.text(),
                                      std::to_string(units),
                                      refund ? shown_bare(session, *refund) : "",
                                      refund ? std::string(refund->currency.code()) : "",
                                      row.taken > 0 ? usd_text(session, row.taken) : "",
                                      said ? usd_text(session, row.free_before - row.taken) : "",
                                      std::string(to_string(row.state)),
                                      row.made ? request::number_text(row.made->number) : "",
                                      why(session, row)};
    if (programs) cells.insert(cells.end(), {row.customer ? row.customer->id.text() : "", row.ask.reservation.text()});
    table.add(std::move(cells));
  }
  return table;
}

Table customer_table(const Session& session, const BulkPlan& plan) {
  Table table({{"Customer", "customer_name"},
               {"Lines", "lines", Align::right, true},
               {"Left out", "others", Align::right, true},
               {"Refund", "refund", Align::right},
               {"", "currency"},
               {"Of the allowance", "taken", Align::right},
               {"Left, USD", "left", Align::right},
               {"Of", "limit", Align::right}});
  for (const BulkCustomer& each : plan.customers)
    table.add({each.customer.name, std::to_string(each.lines), std::to_string(each.others),
               shown_bare(session, Money{each.refund_minor, each.customer.currency}), std::string(each.customer.currency.code()),
               usd_text(session, each.taken), usd_text(session, each.left), usd_text(session, each.limit)});
  return table;
}

int print_plan(const Session& session, const BulkPlan& plan, const std::string& headline) {
  const Format format = session.globals().format;
  if (format == Format::json) {
    Record record;
    record.add("Now", "now", to_string(plan.now));
    record.add("Policy", "policy", plan.policy);
    record.add("Lines", "lines", row_table(session, plan));
    record.add("Customers", "customers", customer_table(session, plan));
    record.print(stdout, format);
  } else {
    row_table(session, plan).print(stdout, format);
  }
  if (format == Format::table) {
    fmt::print("\n");
    customer_table(session, plan).print(stdout, format);
    fmt::print("\n{}\n", headline);
    for (const BulkTotal& each : plan.totals)
      fmt::print("{}\n", muted(fmt::format("{} give back {} {}", each.lines, shown_bare(session, Money{each.refund_minor, each.currency}),
                                           each.currency.code())));
  }
  return plan.makeable == static_cast<std::int64_t>(plan.rows.size()) ? 0 : 1;
}

}  // namespace

Result<int> request_bulk(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  const BulkRequestAsk ask = TRY(ask_of(options));
  if (options.dry_run) {
    const BulkPlan plan = TRY(plan_requests(app, ask));
    return print_plan(session, plan,
                      fmt::format("{} of {} can be made. Nothing was written; without --dry-run each becomes a request.", plan.makeable,
                                  plan.rows.size()));
  }
  const BulkMade made = TRY(request_many(app, ask));
  const std::size_t left = made.plan.rows.size() - static_cast<std::size_t>(made.made);
  return print_plan(session, made.plan, fmt::format("{} requests made, {} left out.", made.made, left));
}

}  // namespace prorata::cli
