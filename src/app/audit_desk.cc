#include "app/audit_desk.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "app/authorize.h"
#include "app/desk.h"

namespace prorata {
namespace {

constexpr std::int64_t kRecordsAtOnce = 500;
constexpr std::int64_t kTicksPerMillisecond = kTicksPerSecond / 1000;

class Sight {
 public:
  Sight(App& app, Snapshot& snapshot) : app_(app), snapshot_(snapshot) {}

  // Whose a record is, where it may be read; nothing where it may not.
  Result<std::optional<AuditLine>> look(const AuditRecord& record) {
    AuditLine line{.record = record};
    line.record.rows.clear();
    const Result<CustomerId> id = CustomerId::parse(record.note.customer);
    if (id) line.customer = *TRY(customer(*id));
    const access::Target target = line.customer ? target_of(*line.customer) : target_of_desk();
    const bool may = allowed(app_, access::Right::manage_access, target, access::Access::read);
    return may ? std::optional(std::move(line)) : std::nullopt;
  }

 private:
  Result<const std::optional<Customer>*> customer(const CustomerId& id) {
    auto known = customers_.find(id);
    if (known == customers_.end()) known = customers_.emplace(id, TRY(snapshot_.customer(id))).first;
    return &known->second;
  }

  App& app_;
  Snapshot& snapshot_;
  std::unordered_map<CustomerId, std::optional<Customer>> customers_;
};

bool is_asked_for(const AuditNote& note, const AuditAsk& ask) {
  if (ask.from && note.at < *ask.from) return false;
  if (ask.until && *ask.until <= note.at) return false;
  if (ask.customer && note.customer != ask.customer->text()) return false;
  if (!to_lower(note.action).starts_with(to_lower(ask.action))) return false;
  if (!to_lower(note.actor).contains(to_lower(ask.actor))) return false;
  if (ask.text.empty()) return true;
  const std::string text = to_lower(ask.text);
  return std::ranges::any_of(std::array{&note.subject, &note.before, &note.after},
                             [&](const std::string* each) { return to_lower(*each).contains(text); });
}

// The records [from, until) by number.
Result<std::vector<AuditRecord>> block(Snapshot& snapshot, std::int64_t from, std::int64_t until) {
  std::vector<AuditRecord> records;
  TRY(snapshot.audit(from, [&](const AuditRecord& record) {
    if (record.number < until) records.push_back(record);
    return record.number + 1 < until;
  }));
  return records;
}

}  // namespace

Result<AuditPage> audit_page(App& app, const AuditAsk& ask) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  AuditPage page{.now = TRY(load_moment(app, *snapshot)).now, .total = TRY(snapshot->counts()).commits};
  Sight sight(app, *snapshot);
  std::int64_t until = ask.before > 0 ? std::min(ask.before, page.total + 1) : page.total + 1;
  for (std::int64_t looked_at = 0; until > 1;) {
    const std::int64_t from = std::max<std::int64_t>(1, until - kRecordsAtOnce);
    std::vector<AuditRecord> records = TRY(block(*snapshot, from, until));
    std::ranges::reverse(records);
    for (const AuditRecord& record : records) {
      if (!is_asked_for(record.note, ask)) continue;
      std::optional<AuditLine> line = TRY(sight.look(record));
      page.hidden += line ? 0 : 1;
      if (!line) continue;
      if (page.lines.size() == ask.limit) {
        page.next = page.lines.back().record.number;
        return page;
      }
      page.lines.push_back(*std::move(line));
    }
    until = from;
    looked_at += kRecordsAtOnce;
    if (looked_at >= kAuditLookedAtMax && until > 1) {
      page.next = until;
      return page;
    }
  }
  return page;
}

Result<AuditVerdict> verify_audit(App& app) {
  TRY(authorize(app, access::Right::manage_access, target_of_desk(), access::Access::read));
  const Instant begun = app.clock.now();
  const Result<std::int64_t> commits = app.store.verify([](std::int64_t) {});
  AuditVerdict verdict{.milliseconds = (app.clock.now().ticks - begun.ticks) / kTicksPerMillisecond};
  if (commits)
    verdict.commits = *commits;
  else if (commits.error().code == Code::storage_corrupt)
    verdict.fault = commits.error().text();
  else
    return std::unexpected(commits.error());
  return verdict;
}

}  // namespace prorata
