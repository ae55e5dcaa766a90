#include "app/settlement_profile.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/write.h"

namespace prorata {
namespace {

constexpr std::size_t kSeriesMax = 12;

bool is_series(std::string_view text) {
  const auto is_sign = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= kSeriesMax && std::ranges::all_of(text, is_sign);
}

bool is_rate(Ratio rate) { return 0 <= rate.part && rate.part <= rate.over; }

Result<void> check(const VatRule& rule) {
  if (!is_rate(rule.rate)) return fail(Code::invalid_argument, "a VAT rate lies between 0 and 100 per cent");
  if (rule.reverse_charge && rule.rate.part != 0)
    return fail(Code::invalid_argument, "under reverse charge the customer accounts for the VAT; the rate on the note is 0");
  if (!rule.country.empty() && rule.country.size() != 2)
    return fail(Code::invalid_argument, fmt::format("'{}' is not a country in two letters, as ISO 3166 has it", rule.country));
  return {};
}

Result<void> check(const ProfileAsk& ask) {
  for (const VatRule& rule : ask.vat) TRY(check(rule));
  if (ask.series && !is_series(*ask.series))
    return fail(Code::invalid_argument, fmt::format("'{}' is not a series; 1 to {} letters and digits are", *ask.series, kSeriesMax));
  if (ask.missing_days && *ask.missing_days < 0) return fail(Code::invalid_argument, "days to wait for a credit are not negative");
  if (ask.tolerance_minor && *ask.tolerance_minor < 0) return fail(Code::invalid_argument, "a tolerance is not negative");
  if (ask.tolerance_across && !is_rate(*ask.tolerance_across))
    return fail(Code::invalid_argument, "a tolerance across currencies lies between 0 and 1");
  return {};
}

void put_vat(std::vector<VatRule>& rules, const VatRule& rule) {
  std::erase_if(rules, [&](const VatRule& each) { return equal_ignoring_case(each.country, rule.country); });
  rules.push_back(rule);
}

void put(const ProfileAsk& ask, SettlementProfile& profile) {
  BilledParty& partner = profile.partner;
  if (ask.name) partner.name = *ask.name;
  if (ask.address) partner.address = *ask.address;
  if (ask.organisation_number) partner.organisation_number = *ask.organisation_number;
  if (ask.vat_number) partner.vat_number = *ask.vat_number;
  if (ask.country) partner.country = *ask.country;
  if (ask.email) profile.email = *ask.email;
  if (ask.iban) profile.iban = *ask.iban;
  if (ask.bic) profile.bic = *ask.bic;
  if (ask.bankgiro) profile.bankgiro = *ask.bankgiro;
  if (ask.language) profile.language = *ask.language;
  if (ask.series) profile.series = *ask.series;
  for (const VatRule& rule : ask.vat) put_vat(profile.vat, rule);
  if (ask.missing_days) profile.missing_days = *ask.missing_days;
  if (ask.tolerance_minor) profile.tolerance_minor = *ask.tolerance_minor;
  if (ask.tolerance_across) profile.tolerance_across = *ask.tolerance_across;
}

}  // namespace

Result<SettlementProfile> load_profile(Snapshot& snapshot) {
  if (std::optional<SettlementProfile> profile = TRY(snapshot.settlement_profile())) return *profile;
  SettlementProfile fresh;
  fresh.partner.name = TRY(load_desk(snapshot)).partner;
  return fresh;
}

Result<SettlementProfile> show_profile(App& app) {
  TRY(authorize(app, access::Right::settle, target_of_desk(), access::Access::read));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  return load_profile(*snapshot);
}

Result<SettlementProfile> set_profile(App& app, const ProfileAsk& ask) {
  TRY(check(ask));
  TRY(authorize(app, access::Right::settle, target_of_desk()));
  SettlementProfile profile;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    profile = TRY(load_profile(snapshot));
    put(ask, profile);
    Changes changes;
    changes.audit = {.at = moment.now,
                     .actor = app.actor,
                     .action = "settlement.profile",
                     .subject = profile.partner.name,
                     .after = fmt::format("{} VAT rules, series {}, credits missed after {} days", profile.vat.size(), profile.series,
                                          profile.missing_days)};
    changes.settlement_profile = profile;
    return changes;
  }));
  return profile;
}

std::optional<VatRule> vat_for(const SettlementProfile& profile, std::string_view country) {
  const auto rule_of = [&](std::string_view wanted) {
    return std::ranges::find_if(profile.vat, [&](const VatRule& rule) { return equal_ignoring_case(rule.country, wanted); });
  };
  auto found = country.empty() ? profile.vat.end() : rule_of(country);
  if (found == profile.vat.end()) found = rule_of("");
  return found == profile.vat.end() ? std::nullopt : std::optional(*found);
}

}  // namespace prorata
