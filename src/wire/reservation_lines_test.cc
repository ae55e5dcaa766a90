// Versions of reservations from JSON lines: what is read, and one thing wrong at a time.
#include "wire/reservation_lines.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

struct Got {
  std::vector<CustomerVersion> versions;
  ImportReport report;
  std::string refusal() const { return report.refusals.empty() ? "" : report.refusals[0].text(); }
};

Got read(std::string_view text) {
  Got got;
  TextBytes source(text, "r");
  EXPECT_TRUE(read_reservation_lines(source, got.versions, got.report));
  return got;
}

constexpr std::string_view kRest =
    R"("region":"West Europe","size":"Standard_D2s_v5","quantity":3,"start":"2026-01-01T13:00:00Z","end":"2027-01-01")";

TEST(ReservationLines, ReadEveryMember) {
  const Got got = read(fmt::format(R"({{"id":"R-1","customer":"T-1","group":"Dsv5 Series","exact":true,"scope":"shared",{}}})", kRest));
  ASSERT_EQ(got.versions.size(), 1u) << got.refusal();
  const utilization::ReservationVersion& version = got.versions[0].version;
  EXPECT_EQ(got.versions[0].customer, "t-1");
  EXPECT_EQ(version.id, "r-1");
  EXPECT_EQ(version.region, "westeurope");
  EXPECT_EQ(version.group, "dsv5 series");
  EXPECT_EQ(version.size, "standard_d2s_v5");
  EXPECT_EQ(version.quantity, 3);
  EXPECT_TRUE(version.exact);
  EXPECT_EQ(to_string(version.start), "2026-01-01T13:00:00Z");
  EXPECT_EQ(to_string(version.end), "2027-01-01T00:00:00Z");
}

TEST(ReservationLines, ReadEveryScope) {
  using utilization::ScopeKind;
  const struct {
    std::string_view scope;
    utilization::CoverScope expected;
  } kCases[] = {
      {R"("Shared")", {}},
      {R"({"type":"SHARED"})", {}},
      {R"("/subscriptions/S-1")", {.kind = ScopeKind::subscription, .subscription = "s-1"}},
      {R"({"type":"subscription","subscription":"S-1"})", {.kind = ScopeKind::subscription, .subscription = "s-1"}},
      {R"("/subscriptions/S-1/resourceGroups/Web")", {.kind = ScopeKind::resource_group, .subscription = "s-1", .resource_group = "web"}},
      {R"({"type":"ResourceGroup","subscription":"s-1","resource_group":"Web"})",
       {.kind = ScopeKind::resource_group, .subscription = "s-1", .resource_group = "web"}},
      {R"({"type":"management_group","depth":2,"subscriptions":["A","b"]})",
       {.kind = ScopeKind::management_group, .depth = 2, .subscriptions = {"a", "b"}}},
  };
  for (const auto& [scope, expected] : kCases) {
    const Got got = read(fmt::format(R"({{"id":"r","scope":{},{}}})", scope, kRest));
    ASSERT_EQ(got.versions.size(), 1u) << scope << got.refusal();
    EXPECT_EQ(got.versions[0].version.scope, expected) << scope;
  }
}

TEST(ReservationLines, RefuseOneThingAtATimeAndGoOn) {
  const struct {
    std::string_view record;
    std::string_view refusal;
  } kCases[] = {
      {R"({"id":"r","scop":"shared","region":"w","size":"d","quantity":1,"start":"2026-01-01","end":"2027-01-01"})",
       "r: /scop (line 1, column 18): 'scop' is not a field here"},
      {R"({"region":"w","size":"d","quantity":1,"start":"2026-01-01","end":"2027-01-01"})", "r: line 1, column 1: 'id' is missing"},
      {R"({"id":" ","region":"w","size":"d","quantity":1,"start":"2026-01-01","end":"2027-01-01"})",
       "r: /id (line 1, column 7): an empty text"},
      {R"({"id":"r","size":"d","quantity":1,"start":"2026-01-01","end":"2027-01-01"})", "r: line 1, column 1: 'region' is missing"},
      {R"({"id":"r","region":"w","quantity":1,"start":"2026-01-01","end":"2027-01-01"})", "r: line 1, column 1: 'size' is missing"},
      {R"({"id":"r","region":"w","size":"d","quantity":0,"start":"2026-01-01","end":"2027-01-01"})", "r: /quantity (line 1, column 46):"},
      {R"({"id":"r","region":"w","size":"d","quantity":1.5,"start":"2026-01-01","end":"2027-01-01"})", "r: /quantity (line 1, column 46):"},
      {R"({"id":"r","region":"w","size":"d","quantity":1,"start":"soon","end":"2027-01-01"})",
       "r: /start (line 1, column 56): 'soon' is not a moment"},
      {R"({"id":"r","region":"w","size":"d","quantity":1,"start":"2026-01-01","end":"2026-01-01"})",
       "r: /end (line 1, column 75): the end is not after"},
      {R"({"id":"r","region":"w","size":"d","quantity":1,"start":"2026-01-01","end":"2027-01-01","exact":1})",
       "r: /exact (line 1, column 96):"},
      {R"({"id":"r","region":"w","size":"d","quantity":1,"start":"2026-01-01","end":"2027-01-01","scope":"/x"})",
       "r: /scope (line 1, column 96): a scope is"},
      {R"({"id":"r","region":"w","size":"d","quantity":1,"start":"2026-01-01","end":"2027-01-01","scope":{"type":"galaxy"}})",
       "r: /scope/type (line 1, column 104): the scope is none of"},
      {R"({"id":"r","region":"w","size":"d","quantity":1,"start":"2026-01-01","end":"2027-01-01","scope":{"type":"management_group","subscriptions":[]}})",
       "r: /scope/subscriptions (line 1, column 139): a list"},
      {R"(7)", "r: line 1, column 1: "},
  };
  for (const auto& [record, refusal] : kCases) {
    const Got got = read(fmt::format("{}\n{{\"id\":\"good\",{}}}\n", record, kRest));
    EXPECT_TRUE(got.refusal().starts_with(refusal)) << got.refusal() << "\n" << refusal;
    EXPECT_EQ(got.versions.size(), 1u) << record;
  }
}

}  // namespace
}  // namespace prorata::wire
