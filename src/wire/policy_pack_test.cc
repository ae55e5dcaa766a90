#include "wire/policy_pack.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace prorata::wire {
namespace {

constexpr std::string_view kPack = R"({
  "id": "own-1",
  "title": "Ours",
  "title_swedish": "Vår",
  "from": "2026-01-01",
  "until": "2026-12-31",
  "rows": [
    {"name": "early", "elapsed_from": 0, "elapsed_until": 5, "used": false, "credit": "full", "fee_rate": "0"},
    {"name": "early_used", "elapsed_from": 0, "elapsed_until": 5, "used": true, "credit": "pro_rated", "fee_rate": "0"},
    {"name": "late", "elapsed_from": 6, "used": false, "credit": "pro_rated", "fee_rate": "0.125"},
    {"name": "late_used", "elapsed_from": 6, "used": true, "credit": "pro_rated", "fee_rate": "1"}
  ],
  "allowance": {"limit": "1000.50", "window_days": 30, "meter": "refund", "meters_allowed": ["refund"], "over_limit": "clip"},
  "price_basis": "purchase",
  "not_refundable": ["SuseLinux"],
  "not_exchangeable": [],
  "savings_plan_products": ["VirtualMachines"],
  "channel": "support_request",
  "exchange": {"at_least": "credit", "counts_to_allowance": false, "ends_for_bought_from": "2027-02-01"}
})";

std::string with(std::string_view old_text, std::string_view new_text) {
  std::string json(kPack);
  const std::size_t at = json.find(old_text);
  EXPECT_NE(at, std::string::npos) << old_text;
  return json.replace(at, old_text.size(), new_text);
}

TEST(PolicyPack, IsReadWhole) {
  const Result<policy::Pack> pack = read_pack(kPack);
  ASSERT_TRUE(pack) << pack.error().text();
  EXPECT_EQ(pack->id, "own-1");
  EXPECT_EQ(pack->title_swedish, "Vår");
  EXPECT_EQ(pack->until, make_day(2026, 12, 31));
  ASSERT_EQ(pack->rows.size(), 4u);
  EXPECT_EQ(pack->rows[0].credit, policy::Credit::full);
  EXPECT_EQ(pack->rows[2].fee_rate, (Ratio{125, 1000}));
  EXPECT_EQ(pack->rows[3].elapsed_until, std::nullopt);
  EXPECT_EQ(pack->allowance.limit_minor, 100'050);
  EXPECT_EQ(pack->allowance.over_limit, policy::OverLimit::clip);
  EXPECT_FALSE(pack->refundable("SuseLinux"));
  EXPECT_TRUE(pack->covered_by_savings_plan("VirtualMachines"));
  EXPECT_EQ(pack->exchange.ends_for_bought_from, make_day(2027, 2, 1));
}

TEST(PolicyPack, RefusesEachFaultAndNamesThePlace) {
  const struct {
    const char* name;
    std::string json;
    const char* place;
  } kFaults[] = {
      {"unknown field", with(R"("id":)", R"("colour": "red", "id":)"), "/colour"},
      {"unknown field of a row", with(R"("used": false, "credit": "full")", R"("used": false, "fee": "0", "credit": "full")"),
       "/rows/0/fee"},
      {"unknown field of the allowance", with(R"("window_days": 30)", R"("window_days": 30, "window": 1)"), "/allowance/window"},
      {"unknown field of the exchange", with(R"("at_least": "credit")", R"("at_least": "credit", "most": 1)"), "/exchange/most"},
      {"the same field twice", with(R"("title": "Ours")", R"("title": "Ours", "title": "Mine")"), ""},
      {"a missing field", with(R"("channel": "support_request",)", ""), ""},
      {"a number for a text", with(R"("id": "own-1")", R"("id": 1)"), "/id"},
      {"no list of rows", with(R"("rows": [)", R"("rows": "none", "not_rows": [)"), "/"},
      {"a rate above one", with(R"("0.125")", R"("1.01")"), "/rows/2/fee_rate"},
      {"a rate below zero", with(R"("0.125")", R"("-0.1")"), "/rows/2/fee_rate"},
      {"a rate that is no number", with(R"("0.125")", R"("12 %")"), "/rows/2/fee_rate"},
      {"a rate that is a JSON number", with(R"("0.125")", "0.125"), "/rows/2/fee_rate"},
      {"a day before the start", with(R"("elapsed_from": 6)", R"("elapsed_from": -6)"), "/rows/2/elapsed_from"},
      {"a gap", with(R"("elapsed_from": 6)", R"("elapsed_from": 8)"), "/rows/2"},
      {"an overlap", with(R"("elapsed_from": 6)", R"("elapsed_from": 4)"), "/rows/2"},
      {"an unreachable row", with(R"("elapsed_until": 5, )", ""), "/rows/2"},
      {"an unknown credit", with(R"("credit": "full")", R"("credit": "half")"), "/rows/0/credit"},
      {"a repeated name", with(R"("late_used")", R"("early")"), "/rows/3/name"},
      {"dates backwards", with("2026-12-31", "2025-12-31"), "/until"},
      {"a date that is none", with("2026-12-31", "2026-02-30"), "/until"},
      {"a limit in tenths of a cent", with("1000.50", "1000.505"), "/allowance/limit"},
      {"a limit of nothing", with("1000.50", "0.00"), "/allowance/limit"},
      {"a window of nothing", with(R"("window_days": 30)", R"("window_days": 0)"), "/allowance/window_days"},
      {"clip on another meter", with(R"("meters_allowed": ["refund"])", R"("meters_allowed": ["refund", "cancelled_commitment"])"),
       "/allowance/over_limit"},
      {"a meter that is not allowed", with(R"("meters_allowed": ["refund"])", R"("meters_allowed": ["cancelled_commitment"])"),
       "/allowance/meter"},
      {"no such meter", with(R"("meters_allowed": ["refund"])", R"("meters_allowed": ["refund", "money"])"), "/allowance/meters_allowed/1"},
      {"meters that are no list", with(R"("meters_allowed": ["refund"])", R"("meters_allowed": {"one": "refund"})"),
       "/allowance/meters_allowed"},
      {"products that are no list", with(R"(["SuseLinux"])", R"("SuseLinux")"), "/not_refundable"},
      {"cut off", std::string(kPack.substr(0, kPack.size() - 3)), ""},
  };
  for (const auto& [name, json, place] : kFaults) {
    const Result<policy::Pack> pack = read_pack(json);
    ASSERT_FALSE(pack) << name;
    EXPECT_EQ(pack.error().code, Code::invalid_data) << name;
    const std::string pointer = pack.error().place.substr(0, pack.error().place.find(" ("));
    if (*place != '\0' && std::string_view(place) != "/") EXPECT_EQ(pointer, place) << name << ": " << pack.error().text();
  }
}

// Packs in a folder of their own, which goes away with the test.
class PolicyFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / fmt::format("prorata_policies_{}", ::getpid());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, std::string_view text) const { std::ofstream(folder_ / name) << text; }

  std::filesystem::path folder_;
};

TEST_F(PolicyFolder, AddsToThePacksInTheProgram) {
  const Result<policy::PackSet> inside = load_packs("");
  ASSERT_TRUE(inside);
  ASSERT_EQ(inside->all().size(), 3u);
  write("own.json", kPack);
  write("notes.txt", "no pack");
  const Result<policy::PackSet> packs = load_packs(folder_);
  ASSERT_TRUE(packs) << packs.error().text();
  EXPECT_EQ(packs->all().size(), 4u);
  EXPECT_TRUE(packs->find("own-1"));
}

TEST_F(PolicyFolder, TellsTheFileAndThePlaceOfAFault) {
  write("own.json", with(R"("0.125")", R"("1.01")"));
  const Result<policy::PackSet> packs = load_packs(folder_);
  ASSERT_FALSE(packs);
  EXPECT_NE(packs.error().place.find("own.json: /rows/2/fee_rate"), std::string::npos) << packs.error().place;
}

TEST_F(PolicyFolder, RefusesAFileThatRedefinesAPack) {
  write("mine.json", with("own-1", "csp-2020"));
  const Result<policy::PackSet> packs = load_packs(folder_);
  ASSERT_FALSE(packs);
  EXPECT_EQ(packs.error().code, Code::already_exists);
  EXPECT_NE(packs.error().place.find("mine.json"), std::string::npos);
}

TEST_F(PolicyFolder, SaysWhenThereIsNone) {
  const Result<policy::PackSet> packs = load_packs((folder_ / "none").string());
  ASSERT_FALSE(packs);
  EXPECT_EQ(packs.error().code, Code::not_found);
}

}  // namespace
}  // namespace prorata::wire
