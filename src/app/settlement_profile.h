// The partner's own settings for invoices and credit notes: who it is on paper, where it is paid, which VAT stands on a note, and when an
// expected credit is missed or close enough (specs/settlement.md, specs/invoices.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

// As it was set, or as it is before anything was: the desk's partner by name, no VAT rule, series CN.
Result<SettlementProfile> load_profile(Snapshot& snapshot);
Result<SettlementProfile> show_profile(App& app);

// What is absent stays as it is. A VAT rule takes the place of the one for its country.
struct ProfileAsk {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> address;
  std::optional<std::string> organisation_number, vat_number, country;
  std::optional<std::string> email, iban, bic, bankgiro;
  std::optional<Language> language;
  std::optional<std::string> series;
  std::vector<VatRule> vat;
  std::optional<std::int64_t> missing_days;
  std::optional<std::int64_t> tolerance_minor;
  std::optional<Ratio> tolerance_across;
};

// Errors: forbidden; invalid_argument for a rate outside 0 to 1, a reverse charge with a rate, a series that is not 1 to 12 letters and
// digits, days or a tolerance below zero.
Result<SettlementProfile> set_profile(App& app, const ProfileAsk& ask);

// The rule for a country, the one for every other, or none. With none no note can be issued: nobody should guess a tax.
std::optional<VatRule> vat_for(const SettlementProfile& profile, std::string_view country);

}  // namespace prorata
