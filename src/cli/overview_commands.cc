// desk overview, search, refund quote --all.
#include <fmt/format.h>

#include "app/bulk_quote.h"
#include "app/desk_overview.h"
#include "app/search_desk.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/shared.h"
#include "wire/csv_writer.h"
#include "wire/json.h"

namespace prorata::cli {
namespace {

std::string number(std::int64_t n) { return std::to_string(n); }

Table rows_table(const Session& session, const std::vector<CustomerOverview>& rows) {
  const bool people = session.globals().format == Format::table;
  std::vector<Column> columns = {{"Customer", "customer_name"},
                                 {"Active", "reservations", Align::right, true},
                                 {people ? "30 d" : "", "expiring_30", Align::right, true},
                                 {people ? "60 d" : "", "expiring_60", Align::right, true},
                                 {people ? "90 d" : "", "expiring_90", Align::right, true},
                                 {"Badly used", "badly_used", Align::right, true},
                                 {"Refundable", "refundable", Align::right, true},
                                 {"Refund today", "refund", Align::right},
                                 {"", "currency"},
                                 {"Requests", "open_requests", Align::right, true},
                                 {"Owed to us", "provider_credit", Align::right},
                                 {"We owe", "customer_credit", Align::right},
                                 {"Allowance used", "allowance_used", Align::right},
                                 {"Free, USD", "allowance_free", Align::right}};
  if (!people)
    columns.insert(
        columns.end(),
        {{"", "allowance_held"}, {"", "refund_usd"}, {"", "price_unknown", Align::right, true}, {"", "as_of"}, {"", "customer"}});
  Table table(std::move(columns));
  const auto usd = [&](std::int64_t minor) { return shown_bare(session, Money{minor, Currency::usd()}); };
  for (const CustomerOverview& o : rows) {
    const auto money = [&](std::int64_t minor) { return shown_bare(session, Money{minor, o.currency}); };
    std::vector<std::string> cells = {o.name,
                                      number(o.reservations),
                                      number(o.expiring_30),
                                      number(o.expiring_60),
                                      number(o.expiring_90),
                                      number(o.badly_used),
                                      number(o.refundable),
                                      money(o.refundable_minor),
                                      std::string(o.currency.code()),
                                      number(o.open_requests),
                                      money(o.provider_credit_minor),
                                      money(o.customer_credit_minor),
                                      usd(o.allowance_used_minor),
                                      usd(o.allowance_free_minor)};
    if (!people)
      cells.insert(cells.end(), {usd(o.allowance_held_minor), usd(o.refundable_usd_minor), number(o.price_unknown), to_string(o.day),
                                 o.customer.text()});
    table.add(std::move(cells));
  }
  return table;
}

Table totals_table(const Session& session, const std::vector<OverviewTotals>& totals) {
  Table table({{"Together", "currency"},
               {"Customers", "customers", Align::right, true},
               {"Active", "reservations", Align::right, true},
               {"90 d", "expiring_90", Align::right, true},
               {"Badly used", "badly_used", Align::right, true},
               {"Refundable", "refundable", Align::right, true},
               {"Refund today", "refund", Align::right},
               {"In USD", "refund_usd", Align::right},
               {"Requests", "open_requests", Align::right, true},
               {"Owed to us", "provider_credit", Align::right},
               {"We owe", "customer_credit", Align::right}});
  for (const OverviewTotals& t : totals) {
    const auto money = [&](std::int64_t minor) { return shown_bare(session, Money{minor, t.currency}); };
    table.add({std::string(t.currency.code()), number(t.customers), number(t.reservations), number(t.expiring_90), number(t.badly_used),
               number(t.refundable), money(t.refundable_minor), shown_bare(session, Money{t.refundable_usd_minor, Currency::usd()}),
               number(t.open_requests), money(t.provider_credit_minor), money(t.customer_credit_minor)});
  }
  return table;
}

std::string reasons(const policy::RefundDecision& d) {
  std::string out;
  for (const policy::Refusal each : in_order(d.amounts.refusals)) (out += out.empty() ? "" : " ") += to_string(each);
  return out;
}

// Lines as they come, whatever their number: nothing is kept.
class BulkPrinter {
 public:
  explicit BulkPrinter(const Session& session) : session_(session), format_(session.globals().format) {}

  void begin() {
    if (format_ == Format::json) fmt::print("[");
    if (format_ == Format::csv || format_ == Format::tsv)
      row({"customer_name", "customer", "reservation", "name", "sku", "quantity", "expires", "refund", "currency", "refund_usd", "refusals",
           "problem", "quote"});
    if (format_ == Format::table)
      fmt::print("{:<24} {:<28} {:<22} {:>6}  {:<10} {:>14} {:<3}  {}\n", "Customer", "Reservation", "Size", "Units", "Expires", "Refund",
                 "", "");
  }
  Result<void> line(const BulkLine& l) {
    const Reservation& r = l.reservation;
    const bool paid = l.decision && !l.decision->refused();
    const std::string refund = paid ? to_string(l.decision->refund) : "";
    const std::string currency = l.decision ? std::string(l.decision->currency.code()) : "";
    const std::string usd = paid ? to_string(Money{l.decision->amounts.pricing.refund, Currency::usd()}) : "";
    const std::string refusals = l.decision ? reasons(*l.decision) : "";
    if (format_ == Format::table) {
      fmt::print("{} {} {:<22} {:>6}  {:<10} {:>14} {:<3}  {}\n", padded(l.customer, 24), padded(r.name, 28), r.sku, r.quantity,
                 to_string(day_of(r.expiry)), paid ? shown_bare(session_, l.decision->refund) : "-", currency,
                 l.problem.empty() ? (refusals.empty() ? l.made : refusals) : l.problem);
    } else if (format_ == Format::json) {
      std::string out;
      wire::JsonWriter w(out);
      w.begin_object().field("customer_name", l.customer).field("customer", r.customer.text()).field("reservation", r.id.text());
      w.field("name", r.name).field("sku", r.sku).field("quantity", r.quantity).field("expires", to_string(day_of(r.expiry)));
      w.field("refund", refund).field("currency", currency).field("refund_usd", usd).field("refusals", refusals);
      w.field("problem", l.problem).field("quote", l.made).end_object();
      fmt::print("{}\n  {}", first_ ? "" : ",", out);
    } else {
      row({l.customer, r.customer.text(), r.id.text(), r.name, r.sku, std::to_string(r.quantity), to_string(day_of(r.expiry)), refund,
           currency, usd, refusals, l.problem, l.made});
    }
    first_ = false;
    return {};
  }
  void end(const BulkReport& report) {
    if (format_ == Format::json) fmt::print("{}]\n", first_ ? "" : "\n");
    if (format_ != Format::table) return;
    fmt::print("{}\n", muted(fmt::format("{} lines, {} refused, {} not to be said{}", report.lines, report.refused, report.undecided,
                                         report.failed > 0 ? fmt::format(", {} failed", report.failed) : "")));
    for (const BulkSum& sum : report.sums)
      fmt::print("{}\n", muted(fmt::format("{} would give back {} {}, each by itself", sum.lines,
                                           shown_bare(session_, Money{sum.refund_minor, sum.currency}), sum.currency.code())));
  }

 private:
  static std::string padded(const std::string& text, std::size_t width) {
    const std::string cut = shortened(text, width);
    return cut + std::string(width - std::min(width, display_width(cut)), ' ');
  }
  void row(const std::vector<std::string>& cells) const {
    std::string out;
    if (format_ == Format::csv) {
      wire::CsvWriter csv(out);
      for (const std::string& each : cells) csv.text(each);
      csv.end_row();
    } else {
      for (const std::string& each : cells) {
        if (!out.empty()) out += '\t';
        for (const char c : each) out += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
      }
      out += '\n';
    }
    fmt::print("{}", out);
  }

  const Session& session_;
  Format format_;
  bool first_ = true;
};

}  // namespace

Result<int> desk_overview_command(Session& session, const OverviewOptions& options) {
  App& app = *TRY(session.app());
  if (!options.as_is) {
    Progress progress("Overview", "customers", 0);
    TRY(refresh_overview(app, {.progress = [&](std::int64_t done) { progress.at(done); }}));
  }
  OverviewQuery query{.text = options.text,
                      .expiring = options.expiring,
                      .badly_used = options.badly_used,
                      .refundable = options.refundable,
                      .with_requests = options.requests,
                      .with_credits = options.credits,
                      .limit = static_cast<std::size_t>(options.limit),
                      .sort = TRY(parse_word<OverviewSort>(options.sort, "a sort")),
                      .after = TRY(cursor_of(options.after))};
  if (!options.customer.empty()) query.customer = TRY(customer_named(app, options.customer));
  const Overview view = TRY(desk_overview(app, query));
  const Table rows = rows_table(session, view.page.items);
  if (session.globals().format == Format::json) {
    Record record;
    record.add("Now", "now", to_string(view.now));
    record.add_flag("Complete", "complete", view.complete);
    record.add("Customers", "customers", rows);
    record.add("Together", "totals", totals_table(session, view.totals));
    if (!view.page.next.empty()) record.add("Next", "next", shown_cursor(view.page.next));
    record.print(stdout, Format::json);
    return 0;
  }
  rows.print(stdout, session.globals().format, "No customer matches.");
  if (session.globals().format == Format::table && !view.totals.empty()) {
    fmt::print("\n");
    totals_table(session, view.totals).print(stdout, Format::table);
    fmt::print("{}\n",
               muted("A refund is what each reservation would give back today by itself; the allowance is not shared out between them."));
    if (!view.complete) fmt::print("{}\n", muted("Not every customer has been computed today."));
  }
  say_more(view.page.next);
  return 0;
}

Result<int> search(Session& session, const SearchOptions& options) {
  App& app = *TRY(session.app());
  const std::vector<Found> found = TRY(search_desk(app, options.text, static_cast<std::size_t>(options.limit)));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  CustomerNames names(*snapshot);
  std::vector<CustomerId> ids;
  for (const Found& each : found)
    if (each.customer) ids.push_back(*each.customer);
  TRY(names.learn(ids));
  Table table({{"Kind", "kind"}, {"Name", "title"}, {"", "detail"}, {"Customer", "customer_name"}, {"Id", "id"}});
  for (const Found& each : found)
    table.add({std::string(to_string(each.kind)), each.title, each.detail, each.customer ? names.of(*each.customer) : "", each.id});
  table.print(stdout, session.globals().format, "Nothing is called or begins so.");
  return 0;
}

Result<int> refund_quote_all(Session& session, const BulkOptions& options) {
  App& app = *TRY(session.app());
  const ListOptions& list = options.list;
  BulkAsk ask{.query = {.sku = list.sku,
                        .region = list.region,
                        .product = list.product,
                        .name_prefix = list.name,
                        .expires_from = TRY(day_if(list.expires_from)),
                        .expires_until = TRY(day_if(list.expires_until))},
              .approved = options.approved};
  if (!list.customer.empty()) ask.query.customer = TRY(customer_named(app, list.customer));
  BulkPrinter printer(session);
  printer.begin();
  const Act act = options.dry_run ? Act() : store_quotes(app, options.approved);
  const BulkReport report = TRY(bulk_quote(app, ask, act, [&](const BulkLine& line) { return printer.line(line); }));
  printer.end(report);
  return report.failed > 0 || report.undecided > 0 ? 1 : 0;
}

}  // namespace prorata::cli
