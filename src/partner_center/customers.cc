// Customers, their profiles, and whether their own people may buy.
#include <fmt/format.h>

#include "app/authorize.h"
#include "partner_center/answer.h"

namespace prorata::partner_center {
namespace {

using access::Access;
using access::Right;
using http::Method;
using http::Response;

constexpr PageSizes kPages{.usual = 100, .most = 500};

struct CustomerFilter {
  std::string field;  // "companyname" or "domain"; empty: all
  std::string value;
  bool whole = false;  // the whole text, not its beginning
};

Outcome<CustomerFilter> filter_of(const Call& call) {
  const std::string_view text = call.request.query.get("filter");
  if (text.empty()) return CustomerFilter{};
  wire::JsonReader reader;
  const Result<wire::FieldFilter> read = wire::read_field_filter(reader, text);
  if (!read) return refuse(400, code::kBadRequest, read.error().text());
  const std::string field = to_lower(read->field);
  if (field != "companyname" && field != "domain")
    return refuse(400, code::kBadRequest,
                  fmt::format("customers are filtered by CompanyName or Domain, not by '{}'", read->field.substr(0, 40)));
  if (read->compare != "starts_with" && read->compare != "equals")
    return refuse(400, code::kBadRequest, fmt::format("the operators are starts_with and equals, not '{}'", read->compare.substr(0, 40)));
  return CustomerFilter{field, to_lower(read->value), read->compare == "equals"};
}

bool passes(const CustomerFilter& filter, const Customer& customer) {
  if (filter.field.empty()) return true;
  const std::string text = to_lower(filter.field == "domain" ? customer.domain : customer.name);
  return filter.whole ? text == filter.value : text.starts_with(filter.value);
}

Outcome<Page<Customer>> page_of(const Call& call, Snapshot& snapshot, const CustomerFilter& filter, const PageAsk& ask) {
  Page<Customer> out;
  const auto take = [&](const Customer& each) {
    const bool wanted = sees(call, each) && passes(filter, each) && call.allows(Right::list_customers, Access::read, target_of(each));
    if (wanted) out.items.push_back(each);
  };
  if (const std::optional<CustomerId>& only = call.caller.principal.customer) {
    if (const std::optional<Customer> customer = TRY(snapshot.customer(*only))) take(*customer);
    return out;
  }
  CustomerQuery query{.text = filter.value, .reseller = call.caller.principal.reseller, .after = ask.after};
  do {
    query.limit = ask.limit - out.items.size();
    const Page<Customer> page = TRY(snapshot.customers(query));
    for (const Customer& each : page.items) take(each);
    query.after = page.next;
  } while (!query.after.empty() && out.items.size() < ask.limit);
  out.next = query.after;
  return out;
}

Outcome<Response> list_customers(Call& call) {
  const PageAsk ask = TRY(page_ask(call, kPages));
  const CustomerFilter filter = TRY(filter_of(call));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Page<Customer> page = TRY(page_of(call, *snapshot, filter, ask));
  return collection_of(call, page.items, {.cursor = page.next}, wire::write_listed_customer);
}

using WriteCustomer = void (*)(wire::JsonWriter&, const Customer&);

// One customer, printed in one way or another.
Handler showing(WriteCustomer write, Right right) {
  return [write, right](Call& call) -> Outcome<Response> {
    const auto snapshot = TRY(call.app.store.snapshot());
    const Customer customer = TRY(customer_for(call, *snapshot, right, Access::read));
    return written(200, [&](wire::JsonWriter& w) { write(w, customer); });
  };
}

// The customer of the path, read in a snapshot of its own: a write takes another.
Outcome<Customer> customer_to_change(Call& call, Right right) {
  const auto snapshot = TRY(call.app.store.snapshot());
  return customer_for(call, *snapshot, right, Access::full);
}

Outcome<Response> put_billing_profile(Call& call) {
  const Customer customer = TRY(customer_to_change(call, Right::change_scope));
  const std::string mark = TRY(etag_of(call));
  wire::JsonReader reader;
  wire::BillingProfileBody body = TRY(wire::read_billing_profile(reader, call.request.body));
  std::string answer = TRY(change_billing_profile(
      call.app,
      {.customer = customer.id,
       .profile = std::move(body.profile),
       .mark = mark,
       .request = call.write_request(),
       .tell = [](const Customer& after) { return body_of([&](wire::JsonWriter& w) { wire::write_billing_profile(w, after); }); }}));
  return http::json(200, std::move(answer));
}

Outcome<Response> put_buying(Call& call) {
  const Customer customer = TRY(customer_to_change(call, Right::let_customer_buy));
  const std::string mark = TRY(etag_of(call));
  wire::JsonReader reader;
  const bool allowed = TRY(wire::read_buying(reader, call.request.body));
  std::string answer = TRY(allow_buying(
      call.app,
      {.customer = customer.id, .allowed = allowed, .mark = mark, .request = call.write_request(), .tell = [](const Customer& after) {
         return body_of([&](wire::JsonWriter& w) { wire::write_buying(w, after); });
       }}));
  return http::json(200, std::move(answer));
}

}  // namespace

std::vector<Route> customer_routes() {
  const std::string one = "/v1/customers/{customer}";
  std::vector<Route> routes;
  routes.push_back({.pattern = "/v1/customers", .handler = list_customers});
  routes.push_back({.pattern = one, .handler = showing(wire::write_partner_customer, Right::list_customers)});
  routes.push_back({.pattern = one + "/profiles/company", .handler = showing(wire::write_company_profile, Right::list_customers)});
  routes.push_back({.pattern = one + "/profiles/billing", .handler = showing(wire::write_billing_profile, Right::list_customers)});
  routes.push_back(
      {.method = Method::put, .pattern = one + "/profiles/billing", .handler = put_billing_profile, .kind = http::Kind::writes});
  routes.push_back({.pattern = one + "/purchasepermission", .handler = showing(wire::write_buying, Right::let_customer_buy)});
  routes.push_back({.method = Method::put, .pattern = one + "/purchasepermission", .handler = put_buying, .kind = http::Kind::writes});
  return routes;
}

}  // namespace prorata::partner_center
