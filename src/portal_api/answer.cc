#include "portal_api/answer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/desk.h"

namespace prorata::portal_api {
namespace {

constexpr std::int64_t kOffsetMax = 10'000'000;
constexpr std::int64_t kLimitMax = 500;
constexpr std::size_t kWordsMax = 8;

struct RoleName {
  access::Standing standing;
  std::string_view english;
  std::string_view swedish;
};
constexpr auto kRoleNames = std::to_array<RoleName>({
    {access::Standing::admin_agent, "Admin agent", "Administratörsagent"},
    {access::Standing::global_admin, "Global admin", "Global administratör"},
    {access::Standing::helpdesk_agent, "Helpdesk agent", "Supportagent"},
    {access::Standing::sales_agent, "Sales agent", "Försäljningsagent"},
    {access::Standing::user_management_admin, "User management admin", "Administratör för användarhantering"},
    {access::Standing::assignee, "Role assignments only", "Endast rolltilldelningar"},
    {access::Standing::customer_user, "Customer's user", "Kundens användare"},
});

struct RightName {
  Right right;
  std::string_view name;
};
constexpr auto kRightNames = std::to_array<RightName>({{Right::list_customers, "listCustomers"},
                                                       {Right::open_record, "openRecord"},
                                                       {Right::change_scope, "changeScope"},
                                                       {Right::manage_access, "manageAccess"},
                                                       {Right::buy, "buy"},
                                                       {Right::quote, "quote"},
                                                       {Right::submit_request, "submitRequest"},
                                                       {Right::approve_request, "approveRequest"},
                                                       {Right::let_customer_buy, "letCustomerBuy"},
                                                       {Right::settle, "settle"},
                                                       {Right::manage_users, "manageUsers"},
                                                       {Right::configure, "configure"},
                                                       {Right::ask, "ask"}});

// The words of the rules name fields as the support API does: "contactDetails.phoneNumber" is /contact/phone here.
struct FieldName {
  std::string_view rule;
  std::string_view pointer;
};
constexpr auto kFieldNames = std::to_array<FieldName>({{"contactDetails.firstName", "/contact/firstName"},
                                                       {"contactDetails.lastName", "/contact/lastName"},
                                                       {"contactDetails.preferredContactMethod", "/contact/method"},
                                                       {"contactDetails.primaryEmailAddress", "/contact/email"},
                                                       {"contactDetails.additionalEmailAddresses", "/contact/additionalEmails"},
                                                       {"contactDetails.phoneNumber", "/contact/phone"},
                                                       {"contactDetails.preferredTimeZone", "/contact/timeZone"},
                                                       {"contactDetails.country", "/contact/country"},
                                                       {"contactDetails.preferredSupportLanguage", "/contact/language"},
                                                       {"title", "/title"},
                                                       {"description", "/description"},
                                                       {"severity", "/severity"},
                                                       {"serviceId", "/service"},
                                                       {"problemClassificationId", "/classification"},
                                                       {"status", "/status"},
                                                       {"subject", "/subject"},
                                                       {"body", "/body"},
                                                       {"sender", "/sender"},
                                                       {"consent.quoteId", "/consent/quoteId"},
                                                       {"returns", "/returns"},
                                                       {"purchases", "/purchases"},
                                                       {"reason", "/reason"}});

std::vector<access::Standing> standings_of(const access::Principal& principal) {
  if (principal.of_customer) return {access::Standing::customer_user};
  if (principal.roles.empty()) return {access::Standing::assignee};
  return principal.roles;
}

std::string_view role_name(access::Standing standing, Language language) {
  const auto* found = std::ranges::find(kRoleNames, standing, &RoleName::standing);
  return language == Language::swedish ? found->swedish : found->english;
}

std::string joined_names(const std::vector<access::Standing>& standings, Language language) {
  std::string out;
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const bool last = i + 1 == standings.size();
    const std::string_view joint = i == 0 ? "" : !last ? ", " : language == Language::swedish ? " eller " : " or ";
    out += fmt::format("{}{}", joint, role_name(standings[i], language));
  }
  return out;
}

std::vector<access::Standing> who_can(Right right) {
  std::vector<access::Standing> out;
  for (const auto& [standing, word] : kWords<access::Standing>)
    if (access::cell(right, standing) == access::Cell::allowed && standing != access::Standing::customer_user) out.push_back(standing);
  return out;
}

std::string why_not(const Call& call, bool by_assignment, const std::vector<access::Standing>& who) {
  const bool swedish = call.language == Language::swedish;
  const std::string mine = joined_names(standings_of(call.caller.principal), call.language);
  std::string out;
  if (by_assignment)
    out = swedish ? fmt::format("Din roll ({}) behöver en rolltilldelning på beställningen eller reservationen.", mine)
                  : fmt::format("Your role ({}) needs a role assignment on the order or the reservation.", mine);
  else
    out = swedish ? fmt::format("Din roll ({}) får inte göra detta.", mine) : fmt::format("Your role ({}) may not do this.", mine);
  if (!who.empty()) out += fmt::format(" {} {}.", swedish ? "Fråga" : "Ask", joined_names(who, call.language));
  return out;
}

std::unexpected<Refused> nothing_of_that_id(std::string_view what, std::string_view id) {
  return refuse(404, "not_found", fmt::format("there is no {} {}", what, id.substr(0, 80)));
}

}  // namespace

std::unexpected<Refused> bad_parameter(std::string_view name, std::string message) {
  return refuse(400, "invalid_argument", std::move(message), fmt::format("?{}", name));
}

Outcome<std::int64_t> number_asked(const Call& call, std::string_view name, std::int64_t otherwise, std::int64_t min, std::int64_t max) {
  const auto text = call.request.query.find(name);
  if (!text || text->empty()) return otherwise;
  const Result<std::int64_t> number = parse_integer(*text, min, max, name);
  if (!number) return bad_parameter(name, number.error().message);
  return *number;
}

Outcome<std::string> text_asked(const Call& call, std::string_view name, std::size_t bytes_max) {
  const std::string_view text = call.request.query.get(name);
  if (text.size() > bytes_max) return bad_parameter(name, fmt::format("{} is longer than {} bytes", name, bytes_max));
  return std::string(text);
}

Outcome<std::optional<Day>> day_asked(const Call& call, std::string_view name) {
  const auto text = call.request.query.find(name);
  if (!text || text->empty()) return std::nullopt;
  const Result<Day> day = parse_day(*text);
  if (!day) return bad_parameter(name, day.error().message);
  return *day;
}

Outcome<WindowAsk> window_asked(const Call& call) {
  WindowAsk ask;
  ask.offset = static_cast<std::size_t>(TRY(number_asked(call, "offset", 0, 0, kOffsetMax)));
  ask.limit = static_cast<std::size_t>(TRY(number_asked(call, "limit", 100, 1, kLimitMax)));
  const std::string dir = TRY(text_asked(call, "dir"));
  if (!dir.empty() && dir != "asc" && dir != "desc") return bad_parameter("dir", "dir is asc or desc");
  ask.descending = dir == "desc";
  return ask;
}

WriteRequest write_request(const Call& call) {
  const std::string_view key = call.request.headers.get("Idempotency-Key");
  if (key.empty()) return {};
  return {fmt::format("portal {} {}", call.caller.principal.id.text(), key),
          fmt::format("{} {} {}", to_string(call.request.method), to_lower(call.request.path), call.request.body)};
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : to_lower(text) + ' ') {
    const bool ends = c == ' ' || c == '\t';
    if (!ends) word += c;
    if (ends && !word.empty() && out.size() < kWordsMax) out.push_back(std::move(word));
    if (ends) word.clear();
  }
  return out;
}

bool sees(const Call& call, const Customer& customer) { return access::sees(call.caller.principal, customer.id, customer.reseller); }

Outcome<void> allow(const Call& call, Right right, Access access, const access::Target& target) {
  TRY(authorize(call.app, right, target, access));
  return {};
}

Outcome<Customer> customer_of(Call& call, Snapshot& snapshot, Right right, Access access) {
  const std::string& text = call.path.at("customer");
  const Result<CustomerId> id = CustomerId::parse(text);
  std::optional<Customer> customer = id ? TRY(snapshot.customer(*id)) : std::nullopt;
  if (!customer || !sees(call, *customer)) return nothing_of_that_id("customer", text);
  TRY(allow(call, right, access, target_of(*customer)));
  return *std::move(customer);
}

Outcome<Record> record_of(Call& call, Snapshot& snapshot, const ReservationId& id, Right right, Access access) {
  const Moment moment = TRY(load_moment(call.app, snapshot));
  std::optional<Reservation> reservation = TRY(snapshot.reservation(id));
  std::optional<Customer> customer = reservation ? TRY(snapshot.customer(reservation->customer)) : std::nullopt;
  if (!customer || !sees(call, *customer)) return nothing_of_that_id("reservation", id.text());
  access::Target target = target_of(*customer, *reservation);
  TRY(allow(call, right, access, target));
  return Record{.desk = moment.desk,
                .now = moment.now,
                .customer = *std::move(customer),
                .reservation = on_day(*std::move(reservation), day_of(moment.now)),
                .target = std::move(target)};
}

Outcome<Record> record_of(Call& call, Snapshot& snapshot, Right right, Access access) {
  const std::string& text = call.path.at("reservation");
  const std::string& order = call.path.at("order");
  const Result<ReservationId> id = ReservationId::parse(text);
  if (!id) return nothing_of_that_id("reservation", text);
  Record record = TRY(record_of(call, snapshot, *id, right, access));
  if (order != "-" && !equal_ignoring_case(order, record.reservation.order.text()))
    return refuse(404, "not_found", fmt::format("there is no reservation {} in the order {}", id->text(), order.substr(0, 80)));
  return record;
}

Outcome<Record> record_to_change(Call& call, Right right) {
  const auto snapshot = TRY(call.app.store.snapshot());
  return record_of(call, *snapshot, right, Access::full);
}

Refused with_pointer(const Error& why) {
  Problem problem = problem_of(why);
  for (const FieldName& each : kFieldNames)
    if (why.place == each.rule || why.place == fmt::format("properties.{}", each.rule)) {
      problem.pointer = each.pointer;
      problem.detail = why.message;
    }
  return problem;
}

void write_money(JsonWriter& w, std::string_view name, Money money) {
  w.key(name).begin_object().field("amount", money).field("currency", money.currency.code()).end_object();
}

void write_percent(JsonWriter& w, std::string_view name, utilization::Percent percent) {
  w.field(name, std::string_view(utilization::to_string(percent)));
}

void write_instant(JsonWriter& w, std::string_view name, Instant at) { w.field(name, std::string_view(to_string(at))); }

void write_scope(JsonWriter& w, std::string_view name, const Scope& scope) {
  w.key(name)
      .begin_object()
      .field("type", to_string(scope.type))
      .field_if("id", scope.id)
      .field_if("name", scope.display_name)
      .end_object();
}

void write_customer_ref(JsonWriter& w, const Customer& customer) {
  w.key("customer").begin_object().field("id", std::string_view(customer.id.text())).field("name", std::string_view(customer.name));
  w.field_if("domain", customer.domain).end_object();
}

void write_windows_as(JsonWriter& w, std::string_view name, const MonthWindows& windows) {
  w.key(name).begin_object();
  write_instant(w, "watermark", start_of(windows.watermark));
  if (windows.day_1) write_percent(w, "day1", *windows.day_1);
  if (windows.days_7) write_percent(w, "days7", *windows.days_7);
  if (windows.days_30) write_percent(w, "days30", *windows.days_30);
  if (windows.trend) w.field("trend", to_string(*windows.trend));
  w.end_object();
}

void write_states(JsonWriter& w, std::string_view name, const ReservationCounts& c) {
  const std::int64_t all = c.succeeded + c.failed + c.expiring + c.expired + c.pending + c.cancelled + c.processing;
  w.key(name).begin_object().field("all", all).field("succeeded", c.succeeded).field("expiring", c.expiring).field("expired", c.expired);
  w.field("pending", c.pending).field("processing", c.processing).field("cancelled", c.cancelled).field("failed", c.failed).end_object();
}

Permission permission(const Call& call, Right right, const access::Target& target) {
  const access::Decision decision =
      access::decide(call.caller.principal, call.caller.assignments, access::action_of(right, Access::full), target);
  const bool by_assignment = std::ranges::any_of(standings_of(call.caller.principal), [&](access::Standing standing) {
    return access::cell(right, standing) == access::Cell::assigned;
  });
  Permission out{.allowed = decision.allowed, .who_can = who_can(right)};
  if (!decision.allowed) out.why = why_not(call, by_assignment, out.who_can);
  return out;
}

void write_actions(JsonWriter& w, const Call& call, const access::Target& target) {
  const std::vector<access::Standing> standings = standings_of(call.caller.principal);
  const bool whole_desk = target.scope.kind == access::ScopeKind::root;
  w.key("actions").begin_object();
  for (const RightName& each : kRightNames) {
    const access::Decision decision =
        access::decide(call.caller.principal, call.caller.assignments, access::action_of(each.right, Access::full), target);
    const bool by_assignment = !decision.allowed && std::ranges::any_of(standings, [&](access::Standing standing) {
      return access::cell(each.right, standing) == access::Cell::assigned;
    });
    const std::vector<access::Standing> who = who_can(each.right);
    w.key(each.name).begin_object().field("allowed", decision.allowed);
    if (by_assignment && whole_desk) w.field("perRecord", true);
    w.field("why", std::string_view(decision.allowed ? decision.why : why_not(call, by_assignment, who)));
    w.key("whoCan").begin_array();
    for (const access::Standing standing : who) w.text(to_string(standing));
    w.end_array().end_object();
  }
  w.end_object();
}

}  // namespace prorata::portal_api
