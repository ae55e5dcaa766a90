// The words and numbers that all papers share.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/settlement_records.h"

namespace prorata::documents {

inline std::string_view in(Language language, std::string_view english, std::string_view swedish) {
  return language == Language::swedish ? swedish : english;
}
std::string amount_of(Money amount, Language language);  // "12 345.60", in Swedish "12 345,60"
std::string per_cent(Ratio rate, Language language);     // "25 %", "12.5 %"

struct Accounts {
  std::string email, iban, bic, bankgiro;
};
std::vector<std::pair<std::string, std::string>> foot_of(const BilledParty& partner, const Accounts& accounts, Language language);

}  // namespace prorata::documents
