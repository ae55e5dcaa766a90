// utilization run, show, compare, top and export: what reservations of the desk are used.
#include <algorithm>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/run_utilization.h"
#include "app/shared.h"
#include "app/utilization_view.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/shared.h"

namespace prorata::cli {
namespace {

using utilization::Percent;

std::string percent_text(const std::optional<Percent>& percent) { return percent ? to_string(*percent) : ""; }
std::string hours_text(std::int64_t uh) { return utilization::quantity_text(static_cast<std::uint64_t>(uh)); }

Result<DaySpan> span_asked(const UtilizationOptions& options) {
  DaySpan span{TRY(day_if(options.from)), TRY(day_if(options.until))};
  if (!options.month.empty()) {
    const Day month = TRY(parse_month(options.month));
    span = {month, next_month(month)};
  }
  if (span.from && span.until && *span.until <= *span.from) return fail(Code::invalid_argument, "--until is not after --from");
  return span;
}

Result<std::vector<CustomerId>> customers_asked(App& app, const std::string& customer) {
  if (!customer.empty() && customer != "all") return std::vector{TRY(customer_named(app, customer))};
  return TRY(usage_files_of(app))->customers();
}

// Of which something is known: by the desk, or by Microsoft's statement.
Result<std::vector<ReservationFigures>> all_figures(App& app, Snapshot& snapshot, const UtilizationOptions& options) {
  const DaySpan span = TRY(span_asked(options));
  std::vector<ReservationFigures> out;
  for (const CustomerId& each : TRY(customers_asked(app, options.customer)))
    std::ranges::move(TRY(load_customer_figures(snapshot, each, span)), std::back_inserter(out));
  return out;
}

Result<std::vector<ReservationFigures>> figures_asked(App& app, Snapshot& snapshot, const UtilizationOptions& options) {
  std::vector<ReservationFigures> out = TRY(all_figures(app, snapshot, options));
  std::erase_if(out, [](const ReservationFigures& each) { return each.days.empty(); });
  return out;
}

std::string unused_text(const Session& session, const ReservationFigures& figures) {
  const std::optional<Money> unused = unused_money(figures);
  return unused ? shown(session, *unused) : "";
}

constexpr std::string_view kNothing = "No utilization is known; import usage and do 'prorata utilization run'.";

Table figures_table() {
  return Table({{"Reservation", "reservation"},
                {"Name", "name"},
                {"Size", "size"},
                {"Region", "region"},
                {"Reserved h", "reserved_hours", Align::right},
                {"Used h", "used_hours", Align::right},
                {"Used %", "used_percent", Align::right},
                {"1 day %", "day_1", Align::right},
                {"7 days %", "days_7", Align::right},
                {"30 days %", "days_30", Align::right},
                {"Trend", "trend"},
                {"Unused", "unused", Align::right}});
}

void add_row(const Session& session, Table& table, const ReservationFigures& figures) {
  const Reservation& r = figures.reservation;
  const utilization::UsedTotals totals = figures.totals();
  const MonthWindows windows = figures.windows.value_or(MonthWindows{});
  table.add({r.id.text(), r.name, r.sku, r.region, hours_text(totals.reserved_uh()), hours_text(totals.used_uh()),
             percent_text(totals.percent()), percent_text(windows.day_1), percent_text(windows.days_7), percent_text(windows.days_30),
             windows.trend ? std::string(to_string(*windows.trend)) : "", unused_text(session, figures)});
}

std::string signed_hours(std::int64_t uh) { return uh < 0 ? '-' + hours_text(-uh) : hours_text(uh); }

// Where Microsoft's statement knows days of the stretch, what it says of them, and ours of the same days less that.
Table grain_table(const ReservationFigures& figures, Grain grain) {
  std::vector<Column> columns = {{grain == Grain::daily ? "Day" : "Month", "from"},
                                 {"Reserved h", "reserved_hours", Align::right},
                                 {"Used h", "used_hours", Align::right},
                                 {"Least %", "least", Align::right},
                                 {"Average %", "average", Align::right},
                                 {"Most %", "most", Align::right}};
  std::map<Day, ComparedFigures> compared;
  for (const ComparedFigures& each : compare_by_grain(compare_days(figures), grain)) compared.emplace(each.from, each);
  const bool theirs = !figures.statements.empty();
  if (theirs) {
    columns.push_back({"Microsoft's h", "microsoft_used_hours", Align::right});
    columns.push_back({"Difference h", "difference_hours", Align::right});
  }
  Table table(std::move(columns));
  for (const GrainFigures& each : by_grain(figures.days, grain)) {
    std::vector<std::string> cells = {grain == Grain::daily ? to_string(each.from) : month_text(each.from),
                                      hours_text(each.totals.reserved_uh()),
                                      hours_text(each.totals.used_uh()),
                                      to_string(each.least),
                                      to_string(each.average),
                                      to_string(each.most)};
    if (theirs) {
      const ComparedFigures& beside = compared.at(each.from);
      cells.push_back(beside.days > 0 ? hours_text(beside.theirs_uh) : "");
      cells.push_back(beside.days > 0 ? signed_hours(beside.ours_uh - beside.theirs_uh) : "");
    }
    table.add(std::move(cells));
  }
  return table;
}

Result<int> show_reservation(Session& session, App& app, const UtilizationOptions& options) {
  const auto snapshot = TRY(app.store.snapshot());
  const Grain grain = TRY(parse_word<Grain>(options.grain, "a grain"));
  const Reservation reservation = TRY(load_reservation(*snapshot, TRY(id_in<ReservationId>(options.reservation))));
  const ReservationFigures figures = TRY(load_figures(*snapshot, reservation, TRY(span_asked(options))));
  const utilization::UsedTotals totals = figures.totals();
  Record record;
  record.add("Reservation", "reservation", reservation.id.text());
  record.add("Name", "name", reservation.name);
  record.add("Size", "size", fmt::format("{} x {} in {}", reservation.quantity, reservation.sku, reservation.region));
  record.add("Reserved hours", "reserved_hours", totals.empty() ? "" : hours_text(totals.reserved_uh()));
  record.add("Used hours", "used_hours", totals.empty() ? "" : hours_text(totals.used_uh()));
  record.add("Used, percent", "used_percent", percent_text(totals.percent()));
  if (figures.windows) {
    record.add("Known until", "watermark", utilization::to_string(figures.windows->watermark));
    record.add("Last day, percent", "day_1", percent_text(figures.windows->day_1));
    record.add("Last 7 days, percent", "days_7", percent_text(figures.windows->days_7));
    record.add("Last 30 days, percent", "days_30", percent_text(figures.windows->days_30));
    record.add("Trend", "trend", figures.windows->trend ? std::string(to_string(*figures.windows->trend)) : "");
  }
  record.add("Unused, of its price", "unused", unused_text(session, figures));
  record.add(grain == Grain::daily ? "Days" : "Months", "figures", grain_table(figures, grain), std::string(kNothing));
  record.print(stdout, session.globals().format);
  return 0;
}

// What no reservation covered, in the months that the span touches.
Result<Table> uncovered_table(const Session& session, Snapshot& snapshot, const std::vector<CustomerId>& customers, const DaySpan& span) {
  Table table({{"Size", "size"},
               {"Region", "region"},
               {"Month", "month"},
               {"Uncovered h", "uncovered_hours", Align::right},
               {"At list price", "cost", Align::right}});
  for (const CustomerId& customer : customers)
    for (const UncoveredCost& each : TRY(load_uncovered(snapshot, customer, span)))
      table.add({each.usage.size, each.usage.region, month_text(each.month), hours_text(each.usage.uh),
                 each.cost ? shown(session, *each.cost) : ""});
  return table;
}

std::string reserved_text(const UtilizationDay& day) {
  utilization::UsedTotals totals;
  totals.add(day.reserved_nu, day.used_nu, day.weight);
  return hours_text(totals.reserved_uh());
}
std::string used_text(const UtilizationDay& day) {
  utilization::UsedTotals totals;
  totals.add(day.reserved_nu, day.used_nu, day.weight);
  return hours_text(totals.used_uh());
}

void add_days_compared(Table& table, const ReservationFigures& figures) {
  for (const ComparedDay& each : compare_days(figures)) {
    const std::optional<std::int64_t> difference = each.difference_uh();
    table.add({figures.reservation.id.text(), figures.reservation.name, to_string(each.day), each.ours ? reserved_text(*each.ours) : "",
               each.theirs ? hours_text(each.theirs->reserved_uh) : "", each.ours ? used_text(*each.ours) : "",
               each.theirs ? hours_text(each.theirs->used_uh) : "", difference ? signed_hours(*difference) : ""});
  }
}

}  // namespace

Result<int> utilization_run(Session& session, const UtilizationOptions& options) {
  App& app = *TRY(session.app());
  UtilizationAsk ask{
      .threads = options.threads > 0 ? static_cast<unsigned>(options.threads) : std::max(1U, std::thread::hardware_concurrency()),
      .lease_seconds = options.lease_seconds};
  if (!options.customer.empty() && options.customer != "all") ask.customer = TRY(customer_named(app, options.customer));
  if (!options.month.empty()) ask.month = TRY(parse_month(options.month));
  Progress progress("utilization", "months", 0);
  ask.progress = [&](std::int64_t done, std::int64_t of) {
    progress.note(fmt::format("of {}", of));
    progress.at(done);
  };
  const UtilizationRun run = TRY(run_utilization(app, ask));
  Record record;
  record.add_number("Customers", "customers", run.customers);
  record.add_number("Months computed", "computed", run.computed);
  record.add_number("Months unchanged", "unchanged", run.unchanged);
  record.add_number("Months computed by others", "by_others", run.by_others);
  record.add_number("Summaries of reservations", "reservations", run.reservations);
  record.print(stdout, session.globals().format);
  std::fflush(stdout);
  for (const UtilizationFailure& each : run.failures)
    fmt::print(stderr, "Not computed: customer {}: {}\n", each.customer.text(), each.error.text());
  if (!run.failures.empty()) return std::unexpected(run.failures.front().error);
  return 0;
}

Result<int> utilization_show(Session& session, const UtilizationOptions& options) {
  App& app = *TRY(session.app());
  if (!options.reservation.empty()) return show_reservation(session, app, options);
  const auto snapshot = TRY(app.store.snapshot());
  const std::vector<ReservationFigures> figures = TRY(figures_asked(app, *snapshot, options));
  Table table = figures_table();
  for (const ReservationFigures& each : figures) add_row(session, table, each);
  Record record;
  record.add("Reservations", "reservations", std::move(table), std::string(kNothing));
  const std::vector<CustomerId> customers = TRY(customers_asked(app, options.customer));
  record.add("Covered by no reservation", "uncovered", TRY(uncovered_table(session, *snapshot, customers, TRY(span_asked(options)))));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> utilization_compare(Session& session, const UtilizationOptions& options) {
  App& app = *TRY(session.app());
  const auto snapshot = TRY(app.store.snapshot());
  std::vector<ReservationFigures> figures;
  if (options.reservation.empty()) {
    figures = TRY(all_figures(app, *snapshot, options));
  } else {
    const Reservation reservation = TRY(load_reservation(*snapshot, TRY(id_in<ReservationId>(options.reservation))));
    figures.push_back(TRY(load_figures(*snapshot, reservation, TRY(span_asked(options)))));
  }
  Table table({{"Reservation", "reservation"},
               {"Name", "name"},
               {"Day", "day"},
               {"Reserved h", "reserved_hours", Align::right},
               {"Microsoft's", "microsoft_reserved_hours", Align::right},
               {"Used h", "used_hours", Align::right},
               {"Microsoft's", "microsoft_used_hours", Align::right},
               {"Difference h", "difference_hours", Align::right}});
  for (const ReservationFigures& each : figures)
    if (!each.statements.empty()) add_days_compared(table, each);
  table.print(stdout, session.globals().format,
              "No statement of these reservations is here; 'prorata import statements FILE' takes the ReservationDetails export.");
  return 0;
}

Result<int> utilization_top(Session& session, const UtilizationOptions& options) {
  App& app = *TRY(session.app());
  const auto snapshot = TRY(app.store.snapshot());
  std::vector<ReservationFigures> figures = TRY(figures_asked(app, *snapshot, options));
  const auto least_used_first = [](const ReservationFigures& each) {
    return std::pair(each.totals().percent().value_or(Percent{}), each.reservation.id);
  };
  std::ranges::sort(figures, {}, least_used_first);
  if (std::cmp_less(options.limit, figures.size())) figures.resize(static_cast<std::size_t>(options.limit));
  Table table = figures_table();
  for (const ReservationFigures& each : figures) add_row(session, table, each);
  table.print(stdout, session.globals().format, kNothing);
  return 0;
}

Result<int> utilization_export(Session& session, const UtilizationOptions& options) {
  App& app = *TRY(session.app());
  const auto snapshot = TRY(app.store.snapshot());
  Table table({{"Customer", "customer"},
               {"Reservation", "reservation"},
               {"Day", "day"},
               {"Active hours", "active_hours", Align::right, true},
               {"Reserved h", "reserved_hours", Align::right},
               {"Used h", "used_hours", Align::right},
               {"Least %", "least", Align::right},
               {"Average %", "average", Align::right},
               {"Most %", "most", Align::right}});
  for (const ReservationFigures& of : TRY(figures_asked(app, *snapshot, options)))
    for (const UtilizationDay& each : of.days) {
      utilization::UsedTotals totals;
      totals.add(each.reserved_nu, each.used_nu, each.weight);
      table.add({of.reservation.customer.text(), of.reservation.id.text(), to_string(each.day), std::to_string(each.active_hours),
                 hours_text(totals.reserved_uh()), hours_text(totals.used_uh()), to_string(each.least), to_string(each.average),
                 to_string(each.most)});
    }
  table.print(stdout, options.format == "json" ? Format::json : Format::csv);
  return 0;
}

}  // namespace prorata::cli
