#include "store/verify.h"

#include <unordered_map>

#include <fmt/format.h>

#include "store/prepared.h"
#include "wire/stored.h"

namespace prorata::store {
namespace {

std::unexpected<Error> corrupt(std::string message) { return fail(Code::storage_corrupt, std::move(message)); }

// What the log says a row must be.
struct Expected {
  std::string digest;
  std::int64_t version = 0;
  std::int64_t place = 0;  // of an entry or a row of the outbox
};

struct FromLog {
  std::array<std::unordered_map<std::string, Expected>, kKindCount> rows;
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> balances;
  std::string hash{kFirstPrevious};
  std::int64_t number = 0;
};

Result<Kind> kind_named(std::string_view name) {
  for (int i = 0; i < kKindCount; ++i)
    if (table(static_cast<Kind>(i)).name == name) return static_cast<Kind>(i);
  return corrupt(fmt::format("the log names a table '{}' that there is not", name));
}

Result<void> add_postings(FromLog& log, const std::string& body) {
  wire::JsonReader reader;
  const ledger::Entry entry = TRY(wire::decode<ledger::Entry>(reader, body));
  for (const ledger::Posting& posting : entry.postings())
    log.balances[{entry.head().customer.text(), std::string(entry.head().currency.code()), std::string(to_string(posting.account))}] +=
        posting.amount_minor;
  return {};
}

// One line of a record: [table, id, version, digest, body where it is kept whole].
Result<void> read_written(FromLog& log, const wire::JsonValue& line, std::int64_t number, std::map<Kind, std::int64_t>& placed) {
  const auto name = line.first();
  const auto id = name ? name->next() : std::nullopt;
  const auto version = id ? id->next() : std::nullopt;
  const auto digest = version ? version->next() : std::nullopt;
  if (!digest) return corrupt(fmt::format("commit {} lists a row that cannot be read", number));
  const Kind kind = TRY(kind_named(name->text()));
  Expected expected{std::string(digest->text()), TRY(wire::integer_of(*version, 0, INT64_MAX))};
  if (is_placed(kind)) expected.place = entry_place(number, placed[kind]++);
  auto& rows = log.rows[static_cast<std::size_t>(kind)];
  if (expected.digest.empty())
    rows.erase(std::string(id->text()));  // taken away
  else
    rows[std::string(id->text())] = std::move(expected);
  return {};
}

Result<void> read_record(FromLog& log, const AuditRecord& record, const std::string& commit_id) {
  if (record.number != log.number + 1)
    return corrupt(fmt::format("commit {} is missing: after {} comes {}", log.number + 1, log.number, record.number));
  if (record.previous != log.hash)
    return corrupt(fmt::format("commit {} does not follow commit {}: the chain is broken", record.number, log.number));
  if (hash_of(record, commit_id) != record.hash)
    return corrupt(fmt::format("commit {} has been changed: its hash does not fit it", record.number));
  wire::JsonReader reader;
  const auto lines = reader.read(record.rows);
  if (!lines) return corrupt(fmt::format("commit {} lists rows that cannot be read: {}", record.number, lines.error().text()));
  std::map<Kind, std::int64_t> placed;
  for (auto line = lines->first(); line; line = line->next()) TRY(read_written(log, *line, record.number, placed));
  log.hash = record.hash;
  log.number = record.number;
  return {};
}

Result<void> check_row(const FromLog& log, Kind kind, const StoredRow& row) {
  const Table& t = table(kind);
  const auto& known = log.rows[static_cast<std::size_t>(kind)];
  const auto found = known.find(row.id);
  if (found == known.end()) return corrupt(fmt::format("{} {} is not in the log", t.name, row.id));
  if (digest_of(row.body) != found->second.digest)
    return corrupt(fmt::format("{} {} has been changed: its digest does not fit the log", t.name, row.id));
  if (row.version != found->second.version)
    return corrupt(fmt::format("{} {} is version {}; the log says {}", t.name, row.id, row.version, found->second.version));
  const std::vector<Value> columns = TRY(columns_of(kind, row.body));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool is_place = is_placed(kind) && i + 1 == columns.size();
    if (kind == Kind::outbox && !is_place) continue;
    const Value expected = is_place ? Value(found->second.place) : columns[i];
    if (to_text(expected) != to_text(row.columns[i]))
      return corrupt(fmt::format("{} {}: column {} does not fit its row", t.name, row.id, t.columns[i]));
  }
  return {};
}

}  // namespace

Result<std::int64_t> verify(Evidence& evidence, const std::function<void(std::int64_t)>& progress) {
  FromLog log;
  TRY(evidence.audit([&](const AuditRecord& record, const std::string& commit_id) -> Result<void> {
    TRY(read_record(log, record, commit_id));
    if (record.number % 256 == 0) progress(record.number);
    return {};
  }));
  for (int i = 0; i < kKindCount; ++i) {
    const Kind kind = static_cast<Kind>(i);
    std::size_t count = 0;
    TRY(evidence.rows(kind, [&](const StoredRow& row) -> Result<void> {
      ++count;
      TRY(check_row(log, kind, row));
      if (kind == Kind::entry) TRY(add_postings(log, row.body));  // its digest fits the log, so this is what the log says
      return {};
    }));
    if (count != log.rows[static_cast<std::size_t>(i)].size())
      return corrupt(
          fmt::format("{}: the log knows {} rows, {} are there", table(kind).name, log.rows[static_cast<std::size_t>(i)].size(), count));
  }
  std::erase_if(log.balances, [](const auto& each) { return each.second == 0; });
  const auto stored = TRY(evidence.balances());
  for (const auto& [key, amount] : stored) {
    const auto found = log.balances.find(key);
    if (found == log.balances.end() || found->second != amount)
      return corrupt(fmt::format("balance of {} in {} on {} is {}; the entries give {}", std::get<0>(key), std::get<1>(key),
                                 std::get<2>(key), amount, found == log.balances.end() ? 0 : found->second));
  }
  if (stored.size() != log.balances.size())
    return corrupt(fmt::format("{} balances are stored; the entries give {}", stored.size(), log.balances.size()));
  return log.number;
}

}  // namespace prorata::store
