#include "ledger/entry.h"

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::ledger {
namespace {

// Summed in 128 bits: a hostile row must not wrap around to zero.
bool balanced(const std::vector<Posting>& postings) {
  __int128 sum = 0;
  for (const Posting& posting : postings) sum += posting.amount_minor;
  return sum == 0;
}

}  // namespace

Entry Entry::make(EntryHead head, std::vector<Posting> postings) {
  std::erase_if(postings, [](const Posting& posting) { return posting.amount_minor == 0; });
  CHECK(balanced(postings), "an entry sums to zero");
  return {std::move(head), std::move(postings)};
}

Result<Entry> Entry::restore(EntryHead head, std::vector<Posting> postings) {
  if (!balanced(postings))
    return fail(Code::storage_corrupt, fmt::format("entry {} does not sum to zero; run 'prorata audit verify'", head.id.text()));
  return Entry{std::move(head), std::move(postings)};
}

}  // namespace prorata::ledger
