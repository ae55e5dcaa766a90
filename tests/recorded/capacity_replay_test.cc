// The recorded requests of the reservation API's own clients, sent to our face: the same statuses and headers, and every field that the
// service answered, of the same kind. Ids are learnt on the way: where the service made one up, ours takes its place in what follows.
//
// The examples of the published description are held to the same; where recordings and description differ the recordings win, so what only
// an example has is listed below with its reason.
#include <algorithm>
#include <fstream>
#include <map>
#include <regex>

#include "arm/face.h"
#include "recordings.h"
#include "store/open.h"
#include "support/face_client.h"

namespace prorata::testing {
namespace {

using wire::JsonKind;
using wire::JsonReader;
using wire::JsonValue;

struct Exchanged {
  http::Method method = http::Method::get;
  std::string target;  // path and query
  std::string body;
  int status = 0;
  std::string headers;  // as JSON, more or less
  std::string answer;
};

std::vector<Exchanged> recorded(const std::string& name) {
  std::ifstream file(wire::reference() / "azure-wire" / (name + ".condensed.txt"));
  constexpr std::string_view kHost = "https://management.azure.com";
  std::vector<Exchanged> out;
  bool answered = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(">>> ")) {
      const std::size_t gap = line.find(' ', 4);
      Exchanged each{.method = must(parse_word<http::Method>(line.substr(4, gap - 4), "a method"))};
      each.target = line.substr(gap + 1 + kHost.size());
      out.push_back(std::move(each));
      answered = false;
    } else if (line.starts_with("<<< ")) {
      const std::size_t code = line.find("'code': ");
      out.back().status = std::atoi(line.c_str() + code + 8);
      out.back().headers = to_lower(line.substr(line.find('{', code)));
      answered = true;
    } else if (const std::string text(trim(line)); answered && (text.starts_with('{') || text.starts_with('['))) {
      out.back().answer = text;
    } else if (text.starts_with("body: ")) {
      out.back().body = text.substr(6);
    }
  }
  return out;
}

std::vector<std::string> ids_in(const std::string& text) {
  static const std::regex kGuid("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
  std::vector<std::string> out;
  for (std::sregex_iterator each(text.begin(), text.end(), kGuid), end; each != end; ++each) out.push_back(to_lower(each->str()));
  return out;
}

using Ids = std::map<std::string, std::string>;  // theirs to ours

std::string with_our_ids(std::string text, const Ids& ids) {
  for (const auto& [theirs, ours] : ids)
    for (std::size_t at = to_lower(text).find(theirs); at != std::string::npos; at = to_lower(text).find(theirs, at + ours.size()))
      text.replace(at, theirs.size(), ours);
  return text;
}

void learn(const std::string& theirs, const std::string& ours, Ids& ids) {
  const std::vector<std::string> a = ids_in(theirs);
  const std::vector<std::string> b = ids_in(ours);
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) ids.try_emplace(a[i], b[i]);
}

// What is lacking in ours, by path; an index is a star. A list is held element by element where both are as long, else against all of ours.
class Comparison {
 public:
  Comparison(Ids& ids, bool words) : ids_(ids), words_(words) {}
  void compare(const std::string& path, const JsonValue& theirs, const std::vector<JsonValue>& ours) {
    if (theirs.is_null()) return;
    std::vector<JsonValue> alike;
    for (const JsonValue& each : ours)
      if (each.kind() == theirs.kind()) alike.push_back(each);
    if (alike.empty()) {
      lacking_.push_back(path);
      return;
    }
    const bool same = !words_ || alike.size() > 1 || theirs.text() == alike.front().text() || !is_word(path);
    if (!same) lacking_.push_back(fmt::format("{} says '{}' instead of '{}'", path, alike.front().text(), theirs.text()));
    if (theirs.is_string() && alike.size() == 1) learn(std::string(theirs.text()), std::string(alike.front().text()), ids_);
    if (theirs.is_object()) members(path, theirs, alike);
    if (theirs.is_array()) elements(path, theirs, alike);
  }
  std::vector<std::string> lacking() const {
    std::vector<std::string> out = lacking_;
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

 private:
  // Fields whose words do not depend on what was bought when.
  static bool is_word(const std::string& path) {
    constexpr std::string_view kWordFields[] = {"type",
                                                "appliedScopeType",
                                                "userFriendlyAppliedScopeType",
                                                "reservedResourceType",
                                                "term",
                                                "billingPlan",
                                                "provisioningState",
                                                "displayProvisioningState",
                                                "statusCode",
                                                "status",
                                                "instanceFlexibility",
                                                "grainUnit",
                                                "valueUnit",
                                                "valid",
                                                "archived",
                                                "renew",
                                                "quantity",
                                                "isSucceeded",
                                                "userFriendlyRenewState",
                                                "code",
                                                "location",
                                                "sku/name",
                                                "skuDescription",
                                                "skuTitle",
                                                "capabilities",
                                                "completedTransactions",
                                                "totalTransactions",
                                                "originalQuantity",
                                                "resourceType"};
    return std::ranges::any_of(kWordFields, [&](std::string_view each) { return path.ends_with(fmt::format("/{}", each)); });
  }
  void members(const std::string& path, const JsonValue& theirs, const std::vector<JsonValue>& ours) {
    for (auto each = theirs.first(); each; each = each->next()) {
      std::vector<JsonValue> found;
      for (const JsonValue& object : ours)
        if (const auto value = object.find(each->key())) found.push_back(*value);
      compare(path + "/" + std::string(each->key()), *each, found);
    }
  }
  void elements(const std::string& path, const JsonValue& theirs, const std::vector<JsonValue>& ours) {
    std::vector<JsonValue> all;
    for (const JsonValue& list : ours)
      for (auto each = list.first(); each; each = each->next()) all.push_back(*each);
    const bool side_by_side = ours.size() == 1 && ours.front().size() == theirs.size();
    std::size_t i = 0;
    for (auto each = theirs.first(); each; each = each->next(), ++i) compare(path + "/*", *each, side_by_side ? std::vector{all[i]} : all);
  }

  Ids& ids_;
  bool words_;
  std::vector<std::string> lacking_;
};

// `words`: whether the words of fields that do not depend on what was bought must be the same too.
enum class Words { same, any };
std::vector<std::string> lacking(const std::string& theirs, const std::string& ours, Ids& ids, Words words) {
  JsonReader first;
  JsonReader second;
  const auto expected = first.read(theirs);
  const auto given = second.read(ours);
  if (!expected || !given) return {expected ? "(ours is no JSON)" : "(theirs is no JSON)"};
  Comparison comparison(ids, words == Words::same);
  comparison.compare("", *expected, {*given});
  return comparison.lacking();
}

class CapacityRecorded : public wire::Recorded {
 protected:
  void SetUp() override {
    wire::Recorded::SetUp();
    if (IsSkipped()) return;
    store_ = must(store::open_store("memory:", {.create = true}));
    desk_ = std::make_unique<MadeDesk>(*store_, std::vector<PolicyChoice>{{make_day(2020, 1, 1), "azure-2022", ""}});
    std::vector<PriceRow> rows;
    for (const char* sku : {"Standard_B1ls", "Standard_B1s", "Standard_B2s", "Standard_D1", "Standard_D1_v2", "Standard_B12ms"})
      for (const char* region : {"uksouth", "westus", "eastus", "westeurope"})
        for (const int years : {1, 3})
          rows.push_back(
              {"VirtualMachines", sku, region, Term{years}, make_day(2025, 1, 1), usd(sku == std::string("Standard_B2s") ? 240 : 24)});
    must(import_prices(desk_->app, std::move(rows), "test"));
    client_ = std::make_unique<FaceClient>(*desk_, arm::capacity_routes());
    client_->caller.tenant = desk_->prairie.text();
    const std::string own = must(desk_->look()->customer(desk_->prairie))->subscriptions.front().id.text();
    for (const char* theirs :
         {"00000000-0000-0000-0000-000000000000", "b0f278e1-1f18-4378-84d7-b44dfa708665", "ed3a1871-612d-abcd-a849-c2542a68be83",
          "23bc208b-083f-4901-ae85-4f98c0c3b4b6", "98df3792-7962-4f18-8be2-d5576f122de3", "efc7c997-7700-4a74-b731-55aec16c15e9",
          "19376483-64b8-49e4-a931-d5248828720a"})
      ids_[theirs] = own;
  }

  Reservation bought(std::string_view sku, std::int64_t quantity, BillingPlan plan = BillingPlan::monthly) {
    return must(purchase(desk_->app, {desk_->prairie,
                                      {.sku = std::string(sku),
                                       .region = "uksouth",
                                       .plan = plan,
                                       .quantity = quantity,
                                       .name = "web",
                                       .billing_scope = "/subscriptions/" + ids_["00000000-0000-0000-0000-000000000000"]},
                                      ""}));
  }
  void in_one_subscription(const Reservation& reservation) {
    must(change_reservation(desk_->app, {.reservation = reservation.id, .action = "scope"}, [&](Reservation r, Instant now) {
      Scope scope = must(make_scope(ScopeType::single, r.billing_scope, "Production"));
      return change_scope(std::move(r), std::move(scope), now);
    }));
  }
  // A reservation of ours stands for one of theirs.
  void stands_for(const Reservation& ours, const std::string& order, const std::string& reservation) {
    ids_[order] = ours.order.text();
    ids_[reservation] = ours.id.text();
  }

  // Sends all of a recording; `allowed` are fields that ours rightly lacks.
  void replay(const std::string& name, const std::vector<std::string>& allowed = {}, Words words = Words::same) {
    const std::vector<Exchanged> all = recorded(name);
    ASSERT_FALSE(all.empty()) << name;
    for (const Exchanged& each : all) {
      const Reply reply = client_->send(each.method, with_our_ids(each.target, ids_), with_our_ids(each.body, ids_));
      if (is_waiting(each, reply)) continue;  // the service took its time
      EXPECT_EQ(reply.status(), each.status) << name << " " << each.target << "\n" << reply.response.body;
      for (const std::string_view header : {"location", "azure-asyncoperation"}) {
        const std::size_t at = each.headers.find(fmt::format("\"{}\": \"", header));
        EXPECT_EQ(reply.response.headers.has(header), at != std::string::npos) << name << " " << each.target << " " << header;
        if (at != std::string::npos)
          learn(each.headers.substr(at, each.headers.find('"', at + header.size() + 5) - at), reply.header(header), ids_);
      }
      if (!each.answer.empty()) expect_same_shape(name, each.target, each.answer, reply.response.body, allowed, words);
    }
  }
  void expect_same_shape(const std::string& name, const std::string& what, const std::string& theirs, const std::string& ours,
                         const std::vector<std::string>& allowed, Words words) {
    for (const std::string& path : lacking(theirs, ours, ids_, words)) {
      const bool known = std::ranges::any_of(allowed, [&](const std::string& end) { return path.ends_with(end); });
      EXPECT_TRUE(known) << name << " " << what << " lacks " << path << "\n" << ours.substr(0, 3'000);
    }
  }
  static bool is_waiting(const Exchanged& theirs, const Reply& ours) {
    const auto state = [](std::string_view body) {
      const std::size_t at = body.find("\"status\":\"");
      return at == std::string_view::npos ? std::string() : std::string(body.substr(at + 10, body.find('"', at + 10) - at - 10));
    };
    return theirs.target.find("/operationResults/") != std::string::npos && state(theirs.answer) != state(ours.response.body);
  }

  std::unique_ptr<Store> store_;
  std::unique_ptr<MadeDesk> desk_;
  std::unique_ptr<FaceClient> client_;
  Ids ids_;
};

// The account of the provider comes with imported orders; what is bought here has none.
const std::vector<std::string> kNoAccount = {"/billingAccountId", "/billingProfileId", "/reviewDateTime"};

TEST_F(CapacityRecorded, Price) { replay("test_calculate_reservation_order"); }

TEST_F(CapacityRecorded, Purchase) {
  std::vector<std::string> allowed = kNoAccount;
  allowed.emplace_back("/provisioningState says 'Succeeded' instead of 'PendingCapacity'");  // the service took its time
  replay("test_purchase_reservation_order", allowed);
}

TEST_F(CapacityRecorded, OneReservationAndItsOrder) {
  stands_for(bought("Standard_B1ls", 3), "73e63333-9b94-442c-8a5d-9403ba0e8b87", "ab9761bb-324c-474a-b96c-3471bd643328");
  replay("test_get_reservation");
  replay("test_get_reservation_order", kNoAccount);
  replay("test_list_reservations_in_order");
  replay("test_list_reservation_history");
}

TEST_F(CapacityRecorded, ListsOfAllKinds) {
  const Reservation web = bought("Standard_B1ls", 3);
  in_one_subscription(web);
  const Reservation parted = bought("Standard_B1s", 3);
  const std::vector<Reservation> parts = must(split_reservation(desk_->app, parted.id, {1, 2}, ""));
  must(merge_reservations(desk_->app, {parts[0].id, parts[1].id}, ""));
  const Reservation over = bought("Standard_B2s", 1);
  in_one_subscription(over);
  must(return_reservation(desk_->app, {.refund = {.reservation = over.id}}));
  for (int i = 0; i < 110; ++i) bought("Standard_B1ls", 1);
  must(import_prices(desk_->app, {{"SuseLinux", "sles", "global", Term{3}, make_day(2025, 1, 1), usd(10)}}, "test"));
  must(purchase(desk_->app, {desk_->prairie,
                             {.product = "SuseLinux",
                              .sku = "sles",
                              .region = "global",
                              .term = Term{3},
                              .billing_scope = "/subscriptions/" + ids_["00000000-0000-0000-0000-000000000000"]},
                             ""}));
  // What is imported may have been renewed, and may lack a plan; here nothing was renewed.
  replay("test_list_reservations", {"/renewSource", "/renewDestination"}, Words::any);
  replay("test_list_reservation_order", {"/billingAccountId", "/billingProfileId", "/reviewDateTime", "/extendedStatusInfo", "/nextLink"},
         Words::any);
}

TEST_F(CapacityRecorded, ScopesAndArchive) {
  stands_for(bought("Standard_B1s", 3), "85334623-a4b6-4b61-a3f4-e78ff02c33de", "a21526d3-1b94-4b43-a6b3-6f496e893251");
  replay("test_reservation_available_scope");
  const Reservation over = bought("Standard_B1s", 1);
  must(return_reservation(desk_->app, {.refund = {.reservation = over.id}}));
  stands_for(over, "cbf65207-851e-4999-9eee-a1996989a7de", "d896dea2-a685-46cd-88d8-b3561cb0bf3d");
  replay("test_archive_unarchive_reservation");
}

TEST_F(CapacityRecorded, Catalog) {
  std::vector<PriceRow> many;
  for (int i = 0; i < 120; ++i)
    many.push_back({"VirtualMachines", fmt::format("Standard_X{}", i / 2), "westus", Term{i % 2 * 2 + 1}, make_day(2025, 1, 1), usd(7)});
  must(import_prices(desk_->app, std::move(many), "test"));
  must(import_ratios(desk_->app, {{"BS Series High Memory", "Standard_B12ms", {12, 1}}}, "test"));
  // Our catalog restricts nobody, and has only terms that have a price.
  replay("test_get_catalog", {"/restrictions/*", "/p5Y"}, Words::any);
  replay("test_get_applied_reservation_order_ids", {"/reservationOrderIds/value/*"});
}

TEST_F(CapacityRecorded, Refund) {
  stands_for(bought("Standard_B1ls", 3), "62069b8a-8f84-49ab-9a4a-f69009390876", "9cb27776-afb6-43f6-8493-70dd3cd9321f");
  std::vector<std::string> allowed = kNoAccount;
  allowed.emplace_back("/provisioningState says 'Succeeded' instead of 'Pending'");  // the service took its time
  replay("test_reservation_refund", allowed);
}

TEST_F(CapacityRecorded, Exchange) {
  stands_for(bought("Standard_B1s", 3), "85334623-a4b6-4b61-a3f4-e78ff02c33de", "a21526d3-1b94-4b43-a6b3-6f496e893251");
  stands_for(bought("Standard_B1ls", 3), "66c42073-5bd1-475d-87d9-e9e6ac95cce7", "257c402b-3c6f-4979-9ab7-31f88d0ce1fe");
  replay("test_reservation_exchange");
  const std::size_t done = must(desk_->look()->reservations({.customer = desk_->prairie, .limit = 50})).items.size();
  EXPECT_EQ(done, 4u) << "two were bought by the exchange";
}

TEST_F(CapacityRecorded, SplitAndMerge) {
  const Reservation whole = bought("Standard_B1s", 2);
  const std::vector<Reservation> parts = must(split_reservation(desk_->app, whole.id, {1, 1}, ""));
  stands_for(must(merge_reservations(desk_->app, {parts[0].id, parts[1].id}, "")), "66c42073-5bd1-475d-87d9-e9e6ac95cce7",
             "7d1acf3c-3fb0-4240-9a75-d158f112adfe");
  replay("test_split_and_merge");
}

TEST_F(CapacityRecorded, Update) {
  const Reservation whole = bought("Standard_D1_v2", 8);
  const Reservation part = must(split_reservation(desk_->app, whole.id, {7, 1}, "")).front();
  in_one_subscription(part);
  must(change_reservation(desk_->app, {.reservation = part.id, .action = "flexibility"},
                          [](Reservation r, Instant now) { return set_flexibility(std::move(r), false, now); }));
  stands_for(part, "a3896858-3f6c-4ce6-bf6c-003a31325fdd", "f8887b7e-e8bf-4ddb-8290-405928206191");
  // A renewal here keeps the scope and the flexibility of its reservation.
  replay("test_update_reservation", {"/purchaseProperties/properties/appliedScopeType says 'Single' instead of 'Shared'",
                                     "/instanceFlexibility says 'Off' instead of 'On'"});
}

TEST_F(CapacityRecorded, ChangeDirectory) {
  Customer third = MadeDesk::customer(*CustomerId::parse("4adcf5e7-539d-451c-85d5-b6c3b47335d7"), "Third", Currency::usd(), {1, 1}, {0, 1});
  must(import_customers(desk_->app, std::vector{third}, "test"));
  stands_for(bought("Standard_B1s", 2), "e346ad58-5aa6-41ff-bac6-9ce2740ecf17", "6e367b50-24a9-435a-b7d2-9b653c2c44fe");
  client_->at_own_tenant();
  replay("test_reservation_order_change_directory");
}

// ---- examples -----------------------------------------------------------------------------------------------------------------------

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_again(wire::JsonWriter& w, const JsonValue& value) {
  switch (value.kind()) {
    case JsonKind::string: w.text(value.text()); return;
    case JsonKind::null: w.null(); return;
    case JsonKind::number:
    case JsonKind::boolean: w.raw(value.text()); return;
    case JsonKind::array:
      w.begin_array();
      for (auto each = value.first(); each; each = each->next()) write_again(w, *each);
      w.end_array();
      return;
    case JsonKind::object:
      w.begin_object();
      for (auto each = value.first(); each; each = each->next()) {
        w.key(each->key());
        write_again(w, *each);
      }
      w.end_object();
      return;
  }
}

struct Example {
  std::string request;
  std::map<std::string, std::string> answers;  // by status
};

Example example(std::string_view version, std::string_view name) {
  const auto path = wire::reference() / "azure-specs/specification/reservations/resource-manager/Microsoft.Capacity/stable" / version /
                    "examples" / fmt::format("{}.json", name);
  JsonReader reader;
  const auto root = reader.read(text_of(path));
  Example out;
  if (!root) return out;
  const auto written = [](const JsonValue& value) {
    std::string text;
    wire::JsonWriter w(text);
    write_again(w, value);
    return text;
  };
  const JsonValue parameters = *root->find("parameters");
  for (const char* member : {"body", "parameters"})
    if (const auto body = parameters.find(member)) out.request = written(*body);
  for (auto each = root->find("responses")->first(); each; each = each->next())
    if (const auto body = each->find("body")) out.answers[std::string(each->key())] = written(*body);
  return out;
}

// Only examples have these; the service itself, as recorded, does not answer them.
const std::vector<std::string> kOnlyInExamples = {
    "/properties/properties/renew",  // of what is to be bought: recorded as null, and not at all of a renewal
    "/purchaseProperties/properties/renew",
    "/appliedScopes",                      // of parts and revisions in a Single scope; ours are Shared here
    "/properties/expiryDate",              // of orders and revisions: recordings have expiryDateTime
    "/properties/billingPlan",             // of revisions
    "/properties/billingScopeId",          // of split and merged parts
    "/properties/appliedScopeProperties",  // of parts in a Single scope; ours are Shared here
    "/properties/appliedScopeProperties/subscriptionId",
    "/properties/appliedScopeProperties/displayName",
    "/properties/mergeProperties",  // of a reservation that was merged
    "/properties/splitProperties",
    "/properties/extendedStatusInfo",
    "/properties/renewSource",
    "/properties/renewDestination",
    "/properties/swapProperties",   // no swaps are done here
    "/reservedResourceProperties",  // recorded as null in an exchange
    "/savingsPlansToPurchase/*",    // not sold here
    "/billingAccount",              // of one payment
    "/extendedStatusInfo",          // of a failed payment
    "/paymentDate",                 // of a payment that is not made yet
    "/error",                       // of a directory change that went well
    "/restrictions/*",              // nobody is restricted
    "/billingPlans/P1Y",            // recorded as p1Y
    "/billingPlans/P3Y",
    "/nextLink",  // our lists are short here
};

class CapacityExamples : public CapacityRecorded, public ::testing::WithParamInterface<std::string> {
 protected:
  void expect(std::string_view name, const Reply& reply, const std::string& status = "200", const std::vector<std::string>& here = {}) {
    const Example known = example(GetParam(), name);
    ASSERT_FALSE(known.answers.empty()) << "no example " << name << " of " << GetParam();
    const auto answer = known.answers.find(status);
    ASSERT_NE(answer, known.answers.end()) << name;
    EXPECT_EQ(std::to_string(reply.status()), status) << name << ": " << reply.response.body;
    Ids forgotten;
    std::swap(forgotten, ids_);  // examples name things that are not ours
    std::vector<std::string> allowed = kOnlyInExamples;
    allowed.insert(allowed.end(), here.begin(), here.end());
    expect_same_shape(std::string(name), status, answer->second, reply.response.body, allowed, Words::any);
    std::swap(forgotten, ids_);
  }
  std::string v(std::string_view path, std::string_view query = {}) const {
    return fmt::format("/providers/Microsoft.Capacity{}?api-version={}{}{}", path, GetParam(), query.empty() ? "" : "&", query);
  }
  std::string body_of(std::string_view name) { return with_our_ids(example(GetParam(), name).request, ids_); }
};
INSTANTIATE_TEST_SUITE_P(, CapacityExamples, ::testing::Values("2022-11-01", "2022-03-01"),
                         [](const auto& parameter) { return parameter.param == "2022-11-01" ? "newer" : "older"; });

TEST_P(CapacityExamples, EveryExampleHasItsShape) {
  if (!std::filesystem::exists(wire::reference() / "azure-specs")) GTEST_SKIP() << "no API examples in " << wire::reference();
  FaceClient& c = *client_;
  const std::string own = ids_["00000000-0000-0000-0000-000000000000"];

  expect("GetOperations", c.get(v("/operations")));
  const Reply price = c.post(v("/calculatePrice"), body_of("CalculateReservationOrder"));
  expect("CalculateReservationOrder", price);
  const std::string order = price.at("/properties/reservationOrderId");
  expect("PurchaseReservationOrder", c.put(v("/reservationOrders/" + order), body_of("PurchaseReservationOrder")), "202",
         {"/createdDateTime", "/expiryDateTime"});  // recorded without them: it is on its way
  expect("GetReservationOrderDetails", c.get(v("/reservationOrders/" + order)));
  expect("GetReservationOrderDetailsWithExpandPlanInformation", c.get(v("/reservationOrders/" + order, "$expand=schedule")));
  expect("GetReservationOrders", c.get(v("/reservationOrders")));
  expect("GetReservationsFromOrder", c.get(v("/reservationOrders/" + order + "/reservations")));
  expect(
      "GetReservations",
      c.get(v("/reservations", "$filter=(properties%2farchived+eq+false)&$orderby=properties/displayName asc&refreshsummary=true&take=1")));
  const std::string catalog = "/subscriptions/" + own + v("/catalogs", "reservedResourceType=VirtualMachines&location=eastus");
  expect("GetCatalog", c.get(catalog));
  expect("GetAppliedReservations", c.get("/subscriptions/" + own + v("/appliedReservations")));

  const Reservation web = bought("Standard_D1", 3, BillingPlan::upfront);
  const std::string at = fmt::format("/reservationOrders/{}/reservations/{}", web.order.text(), web.id.text());
  ids_["276e7ae4-84d0-4da6-ab4b-d6b94f3557da"] = web.order.text();
  ids_["1f14354c-dc12-4c8d-8090-6f295a3a34aa"] = web.order.text();
  ids_["50000000-aaaa-bbbb-cccc-100000000004"] = web.order.text();
  for (const char* theirs :
       {"bcae77cd-3119-4766-919f-b50d36c75c7a", "c8c926bd-fc5d-4e29-9d43-b68340ac23a6", "40000000-aaaa-bbbb-cccc-100000000000"})
    ids_[theirs] = web.id.text();
  expect("GetAvailableScope", c.post(v(at + "/availableScopes"), body_of("GetAvailableScope")));
  expect("UpdateReservation", c.patch(v(at), R"({"properties":{"appliedScopeType":"Shared","instanceFlexibility":"Off"}})"));
  must(change_reservation(desk_->app, {.reservation = web.id, .action = "renewal"},
                          [](Reservation r, Instant now) { return set_renewal(std::move(r), true, std::nullopt, now); }));
  expect("GetReservationDetails", c.get(v(at, "$expand=renewProperties")));
  expect("GetReservationRevisions", c.get(v(at + "/revisions")));

  const Reply refund = c.post(v("/reservationOrders/" + web.order.text() + "/calculateRefund"), body_of("CalculateRefund"));
  expect("CalculateRefund", refund, "200", {"/policyErrors/*"});  // nothing is refused here
  ids_["10000000-aaaa-bbbb-cccc-200000000000"] = refund.at("/properties/sessionId");
  expect("Return", c.post(v("/reservationOrders/" + web.order.text() + "/return"), body_of("Return")), "202");

  const std::string exchange = fmt::format(
      R"({{"properties":{{"reservationsToExchange":[{{"reservationId":"/providers/Microsoft.Capacity{}","quantity":1}}],"reservationsToPurchase":[{}]}}}})",
      at, with_our_ids(example(GetParam(), "CalculateReservationOrder").request, ids_));
  const Reply calculated = c.follow(c.post(v("/calculateExchange"), exchange).header("Location"));
  expect("CalculateExchange", calculated);
  const std::string session = fmt::format(R"({{"properties":{{"sessionId":"{}"}}}})", calculated.at("/properties/sessionId"));
  expect("Exchange", c.follow(c.post(v("/exchange"), session).header("Location")));

  const Reservation whole = bought("Standard_D1", 3);
  const std::string whole_at =
      fmt::format("/providers/Microsoft.Capacity/reservationOrders/{}/reservations/{}", whole.order.text(), whole.id.text());
  const Reply split = c.post(v("/reservationOrders/" + whole.order.text() + "/split"),
                             fmt::format(R"({{"properties":{{"quantities":[1,2],"reservationId":"{}"}}}})", whole_at));
  expect("SplitReservation", split);
  const Reply parts = c.follow(split.header("Location"));
  expect("MergeReservations", c.post(v("/reservationOrders/" + whole.order.text() + "/merge"),
                                     fmt::format(R"({{"properties":{{"sources":["{}","{}"]}}}})", parts.at("/0/id"), parts.at("/1/id"))));
  EXPECT_EQ(c.post(v(fmt::format("/reservationOrders/{}/reservations/{}/archive", whole.order.text(), whole.id.text())), "").status(), 200);
  EXPECT_EQ(c.post(v(fmt::format("/reservationOrders/{}/reservations/{}/unarchive", whole.order.text(), whole.id.text())), "").status(),
            200);
  Customer third = MadeDesk::customer(*CustomerId::parse("906655ea-30be-4587-9d12-b50e077b0f32"), "Third", Currency::usd(), {1, 1}, {0, 1});
  must(import_customers(desk_->app, std::vector{third}, "test"));
  c.at_own_tenant();
  expect("ChangeDirectoryReservationOrder",
         c.post(v("/reservationOrders/" + whole.order.text() + "/changeDirectory"), body_of("ChangeDirectoryReservationOrder")));
}

}  // namespace
}  // namespace prorata::testing
