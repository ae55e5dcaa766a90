// `prorata audit verify` against somebody who edits the database behind the program's back: every change is found, and named.
#include <gmock/gmock.h>

#include <filesystem>
#include <iostream>
#include <random>

#include "base/embedded.h"
#include "processes/small_desk.h"
#include "wire/error_table.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ::testing::HasSubstr;

// What is done, how it is undone, and what must be said of it.
struct Tampering {
  std::string change;
  std::string back;
  std::string named;
};

const std::vector<Tampering>& tamperings() {
  static const std::vector<Tampering> kAll = {
      // Bodies: one byte.
      {"UPDATE reservation SET body = replace(body, '\"quantity\":57', '\"quantity\":58')",
       "UPDATE reservation SET body = replace(body, '\"quantity\":58', '\"quantity\":57')", "has been changed: its digest"},
      {"UPDATE returned SET body = replace(body, '\"refund\":[210000,', '\"refund\":[110000,')",
       "UPDATE returned SET body = replace(body, '\"refund\":[110000,', '\"refund\":[210000,')", "returned "},
      {"UPDATE customer SET body = replace(body, 'Contoso', 'Contosa')", "UPDATE customer SET body = replace(body, 'Contosa', 'Contoso')",
       "customer 11111111-0000-7000-8000-000000000001 has been changed"},
      {"UPDATE entry SET body = replace(body, '\"return\"', '\"Return\"')",
       "UPDATE entry SET body = replace(body, '\"Return\"', '\"return\"')", "entry "},
      {"UPDATE desk SET body = replace(body, 'azure-2022', 'azure-2026')",
       "UPDATE desk SET body = replace(body, 'azure-2026', 'azure-2022')", "desk desk has been changed"},
      // Columns beside the body.
      {"UPDATE reservation SET quantity = quantity + 1", "UPDATE reservation SET quantity = quantity - 1", "column quantity does not fit"},
      {"UPDATE reservation SET state = 'succeeded'", "UPDATE reservation SET state = 'Succeeded'", "column state does not fit"},
      {"UPDATE returned SET at = at - 1", "UPDATE returned SET at = at + 1", "column at does not fit"},
      {"UPDATE returned SET customer = '21111111-0000-7000-8000-000000000001'",
       "UPDATE returned SET customer = '11111111-0000-7000-8000-000000000001'", "column customer does not fit"},
      {"UPDATE reservation SET version = version + 1", "UPDATE reservation SET version = version - 1", "the log says"},
      {"UPDATE answered SET answer = answer || 'x'", "UPDATE answered SET answer = replace(answer, 'x', '')", "answered k1: column answer"},
      {"UPDATE price SET term = 3", "UPDATE price SET term = 1", "column term does not fit"},
      // The log.
      {"UPDATE audit SET actor = 'tesu' WHERE number = 3", "UPDATE audit SET actor = 'test' WHERE number = 3", "commit 3 has been changed"},
      {"UPDATE audit SET at = at + 1 WHERE number = 4", "UPDATE audit SET at = at - 1 WHERE number = 4", "commit 4 has been changed"},
      {"UPDATE audit SET written = replace(written, '\"price\"', '\"pricf\"')",
       "UPDATE audit SET written = replace(written, '\"pricf\"', '\"price\"')", "has been changed"},
      {"UPDATE audit SET previous = replace(previous, '0', '1') WHERE number = 1",
       "UPDATE audit SET previous = replace(previous, '1', '0') WHERE number = 1", "commit 1 does not follow"},
      {"CREATE TABLE kept AS SELECT * FROM audit WHERE number = 5; DELETE FROM audit WHERE number = 5",
       "INSERT INTO audit SELECT * FROM kept; DROP TABLE kept", "commit 5 is missing"},
      {"CREATE TABLE kept AS SELECT * FROM audit WHERE number = (SELECT max(number) FROM audit); "
       "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)",
       "INSERT INTO audit SELECT * FROM kept; DROP TABLE kept", "is "},
      // Rows gone, rows too many.
      {"CREATE TABLE kept AS SELECT * FROM returned; DELETE FROM returned", "INSERT INTO returned SELECT * FROM kept; DROP TABLE kept",
       "returned: the log knows 2 rows, 0 are there"},
      {"CREATE TABLE kept AS SELECT * FROM hold; DELETE FROM hold", "INSERT INTO hold SELECT * FROM kept; DROP TABLE kept",
       "hold: the log knows 1 rows, 0 are there"},
      {"INSERT INTO quote SELECT 'forged', version, body FROM customer", "DELETE FROM quote WHERE id = 'forged'",
       "quote forged is not in the log"},
      {"INSERT INTO entry (id, version, body, customer, currency, at, place) SELECT 'forged', version, body, customer, currency, at, 1 "
       "FROM "
       "entry ORDER BY id LIMIT 1",
       "DELETE FROM entry WHERE id = 'forged'", "entry forged is not in the log"},
      // Balances.
      {"UPDATE balance SET amount = amount + 1", "UPDATE balance SET amount = amount - 1", "balance of "},
      {"INSERT INTO balance (customer, currency, account, amount) VALUES ('someone', 'USD', 'margin', 5)",
       "DELETE FROM balance WHERE customer = 'someone'", "balance of someone"},
      {"CREATE TABLE kept AS SELECT * FROM balance; DELETE FROM balance", "INSERT INTO balance SELECT * FROM kept; DROP TABLE kept",
       "balances are stored; the entries give"},
  };
  return kAll;
}

class Verify : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override { PRORATA_SKIP_WITHOUT(place_); }
  // A desk on which everything has happened once.
  SmallDesk lived_in() const {
    SmallDesk desk(place_, "azure-2022", 60);
    must({"refund", "return", desk.reservations[0], "-q", "3", "--idempotency-key", "k1"}, desk.options);
    must({"refund", "return", desk.reservations[1], "-q", "1"}, desk.options);
    must({"refund", "quote", desk.reservations[2], "-q", "1"}, desk.options);
    must({"allowance", "hold", kSmallCustomer, "--refund", "100", "--reference", "request 9"}, desk.options);
    return desk;
  }
  Place place_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(, Verify, ::testing::Values(Where::sqlite, Where::postgres), [](const auto& info) { return name_of(info.param); });

TEST_P(Verify, EveryChangeIsFoundAndNamed) {
  const SmallDesk desk = lived_in();
  ASSERT_EQ(desk.verify().exit_code, 0);
  for (const Tampering& each : tamperings()) {
    place_.run(each.change);
    const Outcome found = desk.verify();
    EXPECT_EQ(found.exit_code, wire::exit_code(Code::storage_corrupt)) << each.change << "\n" << found.out << found.err;
    EXPECT_THAT(found.err, HasSubstr(each.named)) << each.change;
    place_.run(each.back);
    const Outcome mended = desk.verify();
    ASSERT_EQ(mended.exit_code, 0) << each.back << "\n" << mended.err;
  }
}

// The rows are all there and fit the log, yet an index by which the allowance finds its returns leads to other rows.
TEST(VerifyFile, AnIndexThatLeadsElsewhereIsFound) {
  const Place place(Where::sqlite);
  const SmallDesk desk(place, "azure-2022", 60);
  must({"refund", "return", desk.reservations[0], "-q", "3"}, desk.options);
  must({"allowance", "hold", kSmallCustomer, "--refund", "100", "--reference", "request 9"}, desk.options);
  place.run(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'hold_customer') "
      "WHERE name = 'returned_customer'");
  const Outcome found = desk.verify();
  EXPECT_EQ(found.exit_code, wire::exit_code(Code::storage_corrupt)) << found.out;
  EXPECT_THAT(found.err, HasSubstr("restore a backup"));
}

// The table that holds the schema's version is not a row of the log. Without it, or with a version that cannot be, a desk is broken, and
// not "no desk".
TEST(VerifyFile, ABrokenVersionIsFound) {
  const Place place(Where::sqlite);
  const SmallDesk desk(place, "azure-2022", 1);
  const std::string as_it_was = fmt::format("UPDATE meta SET value = '{}' WHERE name = 'schema'", embedded_migrations().size());
  for (const auto& [change, back] : std::vector<std::pair<std::string, std::string>>{
           {"UPDATE meta SET value = 'u' WHERE name = 'schema'", as_it_was},
           {"UPDATE meta SET value = '4' WHERE name = 'schema'", as_it_was},
           {"UPDATE meta SET name = 'schemb' WHERE name = 'schema'", "UPDATE meta SET name = 'schema' WHERE name = 'schemb'"},
           {"ALTER TABLE meta RENAME TO metb", "ALTER TABLE metb RENAME TO meta"}}) {
    place.run(change);
    const Outcome found = desk.verify();
    EXPECT_EQ(found.exit_code, wire::exit_code(Code::storage_corrupt)) << change << found.out << found.err;
    EXPECT_THAT(found.err, HasSubstr("restore a backup")) << change;
    place.run(back);
    EXPECT_EQ(desk.verify().exit_code, 0) << back;
  }
}

// One bit of the file, anywhere: either it is found, or it changes no answer. Nothing crashes.
TEST(VerifyFile, ABitThatIsNotFoundChangesNoAnswer) {
  const Place place(Where::sqlite);
  const SmallDesk desk(place, "azure-2022", 60);
  must({"refund", "return", desk.reservations[0], "-q", "3", "--idempotency-key", "k1"}, desk.options);
  place.run("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string file = read_file(place.at() + "/prorata.db");
  std::vector<std::size_t> used;  // most of a small desk's pages is empty
  for (std::size_t i = 0; i < file.size(); ++i)
    if (file[i] != '\0') used.push_back(i);
  const auto answers = [](const RunOptions& options) {
    std::string out;
    for (const std::vector<std::string>& words : {std::vector<std::string>{"books", "export", "--format", "csv"},
                                                  {"reservation", "list", "-o", "json"},
                                                  {"allowance", "show", kSmallCustomer, "-o", "json"},
                                                  {"settle", "list", "-o", "json"}})
      out += must(words, options);
    return out;
  };
  const std::string expected = answers(desk.options);

  const char* set = std::getenv("PRORATA_SEED");
  const std::uint32_t seed = set != nullptr ? static_cast<std::uint32_t>(std::strtoul(set, nullptr, 10)) : std::random_device()();
  std::cout << "PRORATA_SEED=" << seed << " replays this\n";
  std::mt19937 chance(seed);
  int found = 0;
  for (int round = 0; round < 60; ++round) {
    const Folder copy;
    std::string changed = file;
    const std::size_t at = used[std::uniform_int_distribution<std::size_t>(0, used.size() - 1)(chance)];
    changed[at] = static_cast<char>(changed[at] ^ (1 << std::uniform_int_distribution<int>(0, 7)(chance)));
    write_file(copy.file("prorata.db"), changed);
    const RunOptions options{.data = copy.path()};
    const Outcome verified = run({"audit", "verify"}, options);
    ASSERT_TRUE(verified.exit_code == 0 || verified.exit_code == 8) << "byte " << at << ": " << verified.exit_code << " " << verified.err;
    found += verified.exit_code == 8 ? 1 : 0;
    if (verified.exit_code == 0) EXPECT_EQ(answers(options), expected) << "byte " << at << " was changed, and not found";
  }
  std::cout << found << " of 60 changed bits were found; the others stand where nothing is kept\n";
}

}  // namespace
}  // namespace prorata
