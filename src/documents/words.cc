#include "documents/words.h"

#include <fmt/format.h>

namespace prorata::documents {

std::string amount_of(Money amount, Language language) { return grouped(to_string(amount), language == Language::swedish ? ',' : '.'); }

std::string per_cent(Ratio rate, Language language) {
  constexpr int kDigits = 4;
  std::int64_t scaled = scale_minor(rate.part, {100 * 10'000, rate.over}, Rounding::half_away);
  std::string text;
  append_decimal(text, scaled, kDigits);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  if (language == Language::swedish)
    if (const std::size_t point = text.find('.'); point != std::string::npos) text[point] = ',';
  return text + " %";
}

std::vector<std::pair<std::string, std::string>> foot_of(const BilledParty& partner, const Accounts& accounts, Language language) {
  return {{std::string(in(language, "Org. number", "Org.nummer")), partner.organisation_number},
          {std::string(in(language, "VAT number", "Momsregistreringsnummer")), partner.vat_number},
          {std::string(in(language, "E-mail", "E-post")), accounts.email},
          {"Bankgiro", accounts.bankgiro},
          {"IBAN", accounts.iban},
          {"BIC", accounts.bic}};
}

}  // namespace prorata::documents
