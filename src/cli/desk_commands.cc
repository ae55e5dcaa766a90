// init, desk, clock, demo, customer, allowance.
#include <map>

#include <fmt/format.h>

#include "app/allowance_desk.h"
#include "app/authorize.h"
#include "app/customer_desk.h"
#include "app/desk.h"
#include "app/desk_view.h"
#include "app/import_portfolio.h"
#include "app/move_clock.h"
#include "app/portfolio_view.h"
#include "app/write.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/shared.h"
#include "sim/large_demo.h"

namespace prorata::cli {
namespace {

constexpr std::size_t kDeskRows = 60;
constexpr std::size_t kReservationsShown = 50;  // with a customer

std::string moment(Instant at) {
  std::string text = to_string(at);
  return text.substr(0, 10) + ' ' + text.substr(11, 5);
}

void say(const Session& session, std::string_view text) {
  if (session.globals().format == Format::table) fmt::print("{}\n", text);
}

// People read a few words in a narrow column; programs read the refusal's own.
std::string refusal_cell(const Session& session, policy::Refusal refusal) {
  const bool narrow = session.globals().format == Format::table;
  if (narrow && refusal == policy::Refusal::product_not_refundable) return "not refundable";
  if (narrow && refusal == policy::Refusal::refund_limit_exceeded) return "over the limit";
  return std::string(to_string(refusal));
}

std::string refund_cell(const Session& session, const std::optional<policy::RefundDecision>& decision) {
  if (!decision) return "price unknown";
  if (decision->refused()) return refusal_cell(session, in_order(decision->amounts.refusals).front());
  return shown_bare(session, decision->refund) + (decision->needs_consent() ? " *" : "");
}

Table desk_reservations(const Session& session, const DeskView& view) {
  const bool people = session.globals().format == Format::table;
  std::vector<Column> columns = {{"Expires", "expires"},
                                 {"Days", "days_left", Align::right, true},
                                 {"Customer", "customer_name"},
                                 {"Reservation", "name"},
                                 {"Size", "sku"},
                                 {"Units", "quantity", Align::right, true},
                                 {"Plan", "plan"},
                                 {"", "currency"}};
  for (const policy::Pack* pack : view.packs) columns.push_back({pack->id, "refund_" + pack->id, Align::right});
  if (!people) columns.insert(columns.end(), {{"Region", "region"}, {"Id", "reservation"}, {"Tenant", "customer"}});
  Table table(std::move(columns));
  for (const DeskRow& row : view.rows) {
    const Reservation& r = row.reservation;
    std::vector<std::string> cells = {to_string(day_of(r.expiry)),
                                      std::to_string(row.days_left),
                                      row.customer,
                                      r.name,
                                      r.sku,
                                      std::to_string(r.quantity),
                                      std::string(to_string(r.plan)),
                                      r.price_known() ? std::string(r.schedule.payments.front().billing.currency.code()) : ""};
    for (const auto& decision : row.by_pack) cells.push_back(refund_cell(session, decision));
    if (!people) cells.insert(cells.end(), {r.region, r.id.text(), r.customer.text()});
    table.add(std::move(cells));
  }
  return table;
}

Table desk_allowances(const Session& session, const DeskView& view) {
  const std::int64_t limit = view.governing->allowance.limit_minor;
  const auto usd = [&](std::int64_t minor) { return shown_bare(session, Money{minor, Currency::usd()}); };
  Table table({{"Customer", "customer_name"},
               {"Refunded, USD", "used", Align::right},
               {"Held", "held", Align::right},
               {"Free", "free", Align::right},
               {"Commitment cancelled", "cancelled", Align::right}});
  for (const DeskAllowance& each : view.allowances)
    table.add({each.customer, usd(each.state.used.refund), usd(each.state.held.refund), usd(each.state.free(view.meter, limit)),
               usd(each.state.used.cancelled)});
  return table;
}

void print_desk_for_programs(const Session& session, const DeskView& view) {
  const Format format = session.globals().format;
  if (format != Format::json) return desk_reservations(session, view).print(stdout, format);
  Record record;
  record.add("Partner", "partner", view.desk.partner);
  record.add("Now", "now", to_string(view.now));
  record.add_flag("Sandbox", "sandbox", view.desk.sandbox);
  record.add("Policy", "policy", view.governing->id);
  record.add("Limit, USD", "limit", to_string(Money{view.governing->allowance.limit_minor, Currency::usd()}));
  record.add("Meter", "meter", std::string(to_string(view.meter)));
  record.add_number("Customers", "customers", view.counts.customers);
  record.add_number("Reservations", "reservations_total", view.counts.reservations);
  record.add_number("Returns", "returns", view.counts.returns);
  record.add("Reservations", "reservations", desk_reservations(session, view));
  record.add("Allowances", "allowances", desk_allowances(session, view));
  record.print(stdout, format);
}

void print_summary(const DeskView& view) {
  std::int64_t month = 0;
  std::int64_t quarter = 0;
  for (const DeskRow& row : view.rows) {
    month += row.days_left <= 30 ? 1 : 0;
    quarter += row.days_left <= 90 ? 1 : 0;
  }
  fmt::print("{}\n", muted(fmt::format("{} of these expire within 30 days, {} within 90. A refund with * is cut by the allowance.", month,
                                       quarter)));
  if (view.more > 0) fmt::print("{}\n", muted("More are not shown; 'prorata reservation list' pages through all."));
}

std::string terms_text(const Customer& c) {
  return fmt::format("price {} of cost, handling {}", decimal(c.price_ratio), decimal(c.handling_rate));
}

Customer with_terms(Customer customer, const Ratio* price, const Ratio* handling) {
  if (price != nullptr) customer.price_ratio = *price;
  if (handling != nullptr) customer.handling_rate = *handling;
  return customer;
}

}  // namespace

Result<int> init(Session& session, const InitOptions& options) {
  App& app = *TRY(session.create());
  NewDesk request{.partner = options.partner, .sandbox = options.sandbox};
  if (!options.policy.empty()) request.policies = governed_by(options.policy);
  const Desk desk = TRY(init_desk(app, std::move(request)));
  say(session, fmt::format("A {} for {} is ready at {}; {} governs.", desk.sandbox ? "sandbox desk" : "desk", desk.partner,
                           without_password(session.globals().data), desk.policies.front().pack));
  return 0;
}

Result<int> desk(Session& session) {
  App& app = *TRY(session.app());
  const DeskView view = TRY(desk_view(app, kDeskRows));
  if (session.globals().format != Format::table) {
    print_desk_for_programs(session, view);
    return 0;
  }
  fmt::print("{}\n", heading(fmt::format("{} on {} ({}): {} customers, {} reservations, {} returns. {} governs.", view.desk.partner,
                                         moment(view.now), view.desk.sandbox ? "sandbox" : "real time", view.counts.customers,
                                         view.counts.reservations, view.counts.returns, view.governing->id)));
  fmt::print("\n{}\n", heading("What each reservation would give back today, by policy"));
  desk_reservations(session, view)
      .print(stdout, Format::table,
             "No living reservations. 'prorata import azure' brings in your own; 'prorata demo load' makes some up in a sandbox.");
  if (!view.rows.empty()) print_summary(view);
  fmt::print("\n{}\n", heading(fmt::format("The allowance: {} USD a year for each customer, on the {} meter",
                                           grouped(to_string(Money{view.governing->allowance.limit_minor, Currency::usd()})),
                                           to_string(view.meter))));
  desk_allowances(session, view).print(stdout, Format::table, "Nothing stands against any customer's allowance.");
  return 0;
}

Result<int> clock_show(Session& session) {
  App& app = *TRY(session.app());
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Moment now = TRY(load_moment(app, *snapshot));
  Record record;
  record.add("Time at the desk", "now", to_string(now.now));
  record.add("Clock", "clock", !now.desk.sandbox ? "real" : now.desk.frozen_at ? "frozen" : "sandbox");
  record.print(stdout, session.globals().format);
  return 0;
}

namespace {

void print_report(const Session& session, Record record, const ClockReport& report) {
  record.add_number("Instalments charged", "instalments", report.instalments);
  record.add_number("Terms ended", "expired", report.expired);
  record.add_number("Renewed", "renewed", report.renewed);
  if (report.alerts > 0) record.add_number("Alerts raised", "alerts", report.alerts);
  if (report.renewals_failed > 0) record.add_number("Not renewed for want of a price", "renewals_failed", report.renewals_failed);
  record.print(stdout, session.globals().format);
}

Result<int> run_move(Session& session, App& app, const ClockMove& move) {
  Progress progress("Bringing reservations up to date", "reservations", 0);
  const ClockReport report = TRY(move_clock(app, move, [&](std::int64_t done) { progress.at(done); }));
  Record record;
  record.add("From", "from", to_string(report.from));
  record.add("To", "to", to_string(report.to));
  print_report(session, std::move(record), report);
  return 0;
}

}  // namespace

Result<int> clock_set(Session& session, const ClockOptions& options) {
  App& app = *TRY(session.app());
  return run_move(session, app, {.to = TRY(parse_instant(options.at)), .freeze = options.freeze});
}

Result<int> clock_advance(Session& session, const ClockOptions& options) {
  App& app = *TRY(session.app());
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Moment now = TRY(load_moment(app, *snapshot));
  return run_move(session, app, {.to = TRY(later_by(now.now, options.by))});
}

Result<int> clock_due(Session& session) {
  App& app = *TRY(session.app());
  Progress progress("Bringing reservations up to date", "reservations", 0);
  const ClockReport report = TRY(run_due(app, [&](std::int64_t done) { progress.at(done); }));
  Record record;
  record.add("As of", "to", to_string(report.to));
  print_report(session, std::move(record), report);
  return 0;
}

Result<int> demo_load(Session& session, const DemoOptions& options) {
  App& app = *TRY(session.app());
  if (options.large) {
    Progress progress("Loading the large demo", "steps", sim::large_demo_steps());
    const sim::DemoReport report = TRY(sim::load_large_demo(app, {}, [&](std::int64_t step) { progress.at(step); }));
    say(session, fmt::format("{} customers with {} reservations of four years, {} returns. It is {} at this desk.", report.customers,
                             report.purchases, report.returns, to_string(day_of(report.now))));
    return 0;
  }
  Progress progress("Loading the demo", "steps", sim::demo_steps());
  const sim::DemoReport report = TRY(sim::load_demo(app, [&](std::int64_t step) { progress.at(step); }));
  say(session, fmt::format("{} customers, {} reservations bought over a year, {} returned. It is {} at this desk.", report.customers,
                           report.purchases, report.returns, to_string(day_of(report.now))));
  return 0;
}

Result<int> customer_list(Session& session, const ListOptions& options) {
  App& app = *TRY(session.app());
  const Page<Customer> page = TRY(customers_seen(
      app, {.text = options.text, .limit = static_cast<std::size_t>(options.limit), .after = TRY(cursor_of(options.after))}));
  Table table(
      {{"Customer", "id"}, {"Name", "name"}, {"Domain", "domain"}, {"Country", "country"}, {"Currency", "currency"}, {"Offer", "offer"}});
  for (const Customer& c : page.items)
    table.add({c.id.text(), c.name, c.domain, c.country, std::string(c.currency.code()), std::string(to_string(c.offer))});
  table.print(stdout, session.globals().format, "No customers match; 'prorata import customers' brings them in.");
  say_more(page.next);
  return 0;
}

namespace {

enum class Detail { record, with_reservations };

Result<int> print_customer(Session& session, const std::string& text, Detail detail) {
  App& app = *TRY(session.app());
  const AllowanceView view = TRY(allowance_view(app, TRY(customer_named(app, text))));
  const Customer& c = view.customer;
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Money owed = Money::zero(c.currency);
  for (const ReturnState& state : TRY(snapshot->returns(c.id, true)))
    if (state.returned.refund.currency == c.currency) owed += state.returned.customer_credit - state.returned.handling;
  Record record;
  record.add("Name", "name", c.name);
  record.add("Tenant", "id", c.id.text());
  record.add("Domain", "domain", c.domain);
  record.add("Country", "country", c.country);
  record.add("Currency", "currency", std::string(c.currency.code()));
  record.add("Offer", "offer", std::string(to_string(c.offer)));
  if (c.offer != OfferType::csp) record.add("Where to go", "where_to_go", std::string(where_to_go(c.offer)));
  record.add("Price over cost", "price_ratio", decimal(c.price_ratio));
  record.add("Handling charge", "handling_rate", decimal(c.handling_rate));
  record.add("Its people buy", "may_buy", c.may_buy ? "on" : "off");
  record.add_number("Subscriptions", "subscriptions", static_cast<std::int64_t>(c.subscriptions.size()));
  record.add("Allowance free, USD", "allowance_free",
             shown_bare(session, Money{view.state.free(view.meter, view.pack->allowance.limit_minor), Currency::usd()}));
  record.add("Credits to settle", "owed", shown(session, owed));
  if (detail == Detail::record) {
    record.print(stdout, session.globals().format);
    return 0;
  }
  const Page<Reservation> page = TRY(snapshot->reservations({.customer = c.id, .archived = false, .limit = kReservationsShown}));
  Table reservations = reservation_table(session, Names::no);
  for (const Reservation& r : page.items) add_row(session, reservations, on_day(r, day_of(view.now)), view.now);
  record.add("Reservations", "reservations", std::move(reservations), "None.");
  record.print(stdout, session.globals().format);
  std::fflush(stdout);
  if (!page.next.empty())
    fmt::print(stderr, "There are more: 'prorata reservation list --customer {}' pages through all.\n", as_shell_word(c.id.text()));
  return 0;
}

}  // namespace

Result<int> customer_show(Session& session, const std::string& text) { return print_customer(session, text, Detail::with_reservations); }

Result<int> customer_set(Session& session, const CustomerSetOptions& options) {
  App& app = *TRY(session.app());
  const CustomerId id = TRY(customer_named(app, options.id));
  if (options.price_ratio.empty() && options.handling_rate.empty())
    return fail(Code::invalid_argument, "nothing to set: give --price-ratio, --handling-rate or both");
  std::optional<Ratio> price;
  std::optional<Ratio> handling;
  if (!options.price_ratio.empty()) price = TRY(parse_decimal(options.price_ratio));
  if (!options.handling_rate.empty()) handling = TRY(parse_decimal(options.handling_rate));
  if (handling && handling->part > handling->over) return fail(Code::invalid_argument, "a handling rate lies between 0 and 1");
  if (price && price->part == 0) return fail(Code::invalid_argument, "a price ratio is above zero; 1 sells at cost");
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment now = TRY(load_moment(app, snapshot));
    const std::optional<Customer> customer = TRY(snapshot.customer(id));
    if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", id.text()));
    TRY(authorize(app, access::Right::settle, target_of(*customer)));
    Changes changes;
    changes.audit = {.at = now.now,
                     .actor = app.actor,
                     .action = "customer.set",
                     .customer = id.text(),
                     .subject = id.text(),
                     .before = terms_text(*customer)};
    changes.customers.push_back(with_terms(*customer, price ? &*price : nullptr, handling ? &*handling : nullptr));
    changes.audit.after = terms_text(changes.customers.back());
    return changes;
  }));
  return print_customer(session, id.text(), Detail::record);
}

Result<int> customer_allow_buying(Session& session, const CustomerBuyingOptions& options) {
  App& app = *TRY(session.app());
  const CustomerId id = TRY(customer_named(app, options.id));
  TRY(allow_buying(app, {.customer = id, .allowed = options.state == "on"}));
  return print_customer(session, id.text(), Detail::record);
}

Result<int> allowance_show(Session& session, const AllowanceOptions& options) {
  App& app = *TRY(session.app());
  const AllowanceView view = TRY(allowance_view(app, TRY(customer_named(app, options.customer))));
  const bool table = session.globals().format == Format::table;
  const auto usd = [&](std::int64_t minor) { return shown_bare(session, Money{minor, Currency::usd()}); };
  const std::int64_t limit = view.pack->allowance.limit_minor;
  Table meters({{"Meter", "meter"}, {"Used, USD", "used", Align::right}, {"Held", "held", Align::right}, {"Free", "free", Align::right}});
  for (const policy::Meter meter : {policy::Meter::refund, policy::Meter::cancelled_commitment})
    meters.add({std::string(to_string(meter)), usd(view.state.used.on(meter)), usd(view.state.held.on(meter)),
                usd(view.state.free(meter, limit))});
  if (session.globals().format == Format::csv || session.globals().format == Format::tsv) {
    meters.print(stdout, session.globals().format);
    return 0;
  }
  Table calendar({{"At", "at"}, {"Why", "why"}, {"Refund, USD", "refund", Align::right}, {"Commitment, USD", "cancelled", Align::right}});
  for (const policy::AllowanceEvent& event : view.calendar)
    calendar.add({table ? moment(event.at) : to_string(event.at), event.is_hold ? "hold expires" : "return leaves the window",
                  usd(event.back.refund), usd(event.back.cancelled)});
  Table holds({{"Hold", "hold"}, {"For", "reference"}, {"Until", "until"}, {"Refund, USD", "refund", Align::right}, {"By", "actor"}});
  for (const Hold& hold : view.holds)
    holds.add({hold.id.text(), hold.reference, table ? moment(hold.expires) : to_string(hold.expires), usd(hold.refund.minor), hold.actor});

  Record record;
  if (table) {
    fmt::print("{}\n", heading(fmt::format("{} on {}: {} USD a year under {}, on the {} meter", view.customer.name,
                                           to_string(day_of(view.now)), usd(limit), view.pack->id, to_string(view.meter))));
    meters.print(stdout, Format::table);
  } else {
    record.add("Customer", "customer", view.customer.id.text());
    record.add("At", "at", to_string(view.now));
    record.add("Policy", "policy", view.pack->id);
    record.add("Limit, USD", "limit", usd(limit));
    record.add("Meter", "meter", std::string(to_string(view.meter)));
    record.add("Meters", "meters", std::move(meters));
  }
  record.add("What comes back when", "calendar", std::move(calendar), "Nothing: the whole allowance is free.");
  record.add("Holds", "holds", std::move(holds));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> allowance_hold(Session& session, const AllowanceOptions& options) {
  App& app = *TRY(session.app());
  const Money refund = TRY(parse_money(options.amount, Currency::usd()));
  const Money cancelled = options.cancelled.empty() ? refund : TRY(parse_money(options.cancelled, Currency::usd()));
  const Hold hold = TRY(place_hold(app, {TRY(customer_named(app, options.customer)), refund, cancelled, options.reference}));
  Record record;
  record.add("Hold", "hold", hold.id.text());
  record.add("Until", "expires", to_string(hold.expires));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> allowance_release(Session& session, const AllowanceOptions& options) {
  App& app = *TRY(session.app());
  const Hold hold = TRY(release_hold(app, TRY(id_in<HoldId>(options.hold))));
  say(session, fmt::format("Hold {} is released; {} USD are free again.", hold.id.text(), grouped(to_string(hold.refund))));
  return 0;
}

}  // namespace prorata::cli
