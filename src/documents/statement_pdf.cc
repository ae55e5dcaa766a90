#include "documents/statement_pdf.h"

#include <fmt/format.h>

#include "documents/sheet.h"
#include "documents/words.h"

namespace prorata::documents {

Result<std::string> statement_pdf(const Statement& statement, Language language) {
  const auto amount = [&](Money money) { return money.is_zero() ? std::string() : amount_of(money, language); };
  Sheet sheet{.title = fmt::format("{} {}", in(language, "Statement", "Kontoutdrag"), statement.customer.name),
              .language = language,
              .from = statement.profile.partner,
              .to = statement.billed,
              .facts = {{std::string(in(language, "From", "Från och med")), to_string(statement.from)},
                        {std::string(in(language, "To", "Till och med")), to_string(add_days(statement.until, -1))},
                        {std::string(in(language, "Currency", "Valuta")), std::string(statement.currency.code())}},
              .columns = {{std::string(in(language, "Day", "Dag")), 66},
                          {std::string(in(language, "What", "Vad"))},
                          {std::string(in(language, "Charged", "Debiterat")), 82, Side::right},
                          {std::string(in(language, "Credited", "Krediterat")), 82, Side::right},
                          {std::string(in(language, "Balance", "Saldo")), 86, Side::right}}};
  sheet.rows.push_back({to_string(statement.from), std::string(in(language, "Brought forward", "Ingående saldo")), "", "",
                        amount_of(statement.opening.balance(), language)});
  for (const StatementLine& line : statement.lines)
    sheet.rows.push_back(
        {to_string(line.day), line_text(line, language), amount(line.charged), amount(line.credited), amount_of(line.balance, language)});
  sheet.totals = {
      {std::string(in(language, "You owe for purchases", "Ni är skyldiga för köp")), amount_of(statement.closing.owes, language)},
      {std::string(in(language, "We owe in credits", "Vi är skyldiga i krediter")), amount_of(statement.closing.owed, language)},
      {fmt::format("{} {}", in(language, "Balance", "Saldo"), statement.currency.code()), amount_of(statement.closing.balance(), language),
       true}};
  sheet.remarks = {std::string(in(language, "Amounts are without VAT.", "Beloppen är utan moms."))};
  const SettlementProfile& p = statement.profile;
  sheet.foot = foot_of(p.partner, {p.email, p.iban, p.bic, p.bankgiro}, language);
  return draw(sheet);
}

}  // namespace prorata::documents
