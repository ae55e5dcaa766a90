// The audit trail as a person reads it: the newest first, filtered, and only what whoever asks may know of.
//
//   const AuditPage page = TRY(audit_page(app, {.text = "R-1017"}));
//   const AuditVerdict verdict = TRY(verify_audit(app));
//
// A record that concerns a customer is for those who may read that customer's access, one of the whole desk for those who may read the
// desk's. What is left out is counted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

// One call looks at so many records at most; its page may then be short and still have a next one.
inline constexpr std::int64_t kAuditLookedAtMax = 20'000;

struct AuditAsk {
  std::optional<Instant> from;
  std::optional<Instant> until;  // exclusive
  std::optional<CustomerId> customer;
  std::string actor;        // a part of the name, any letter case
  std::string action;       // how it begins: "credit_note" finds "credit_note.issue"
  std::string text;         // somewhere in subject, before and after, any letter case
  std::int64_t before = 0;  // only records of smaller numbers; 0: all
  std::size_t limit = 100;
};

struct AuditLine {
  AuditRecord record;  // without its rows
  std::optional<Customer> customer;
};

struct AuditPage {
  Instant now;
  std::int64_t total = 0;   // records in the trail
  std::int64_t hidden = 0;  // of those looked at, what is not for whoever asks
  std::vector<AuditLine> lines;
  std::int64_t next = 0;  // to go on before; 0: that is all
};
Result<AuditPage> audit_page(App& app, const AuditAsk& ask);

struct AuditVerdict {
  std::int64_t commits = 0;  // that were checked
  std::int64_t milliseconds = 0;
  std::string fault;  // the first thing that does not agree; empty: the chain is whole
};
// Recomputes everything from the log. Errors: forbidden; those of the store but for storage_corrupt, which is the verdict.
Result<AuditVerdict> verify_audit(App& app);

}  // namespace prorata
