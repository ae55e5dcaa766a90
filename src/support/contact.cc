#include "support/contact.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace prorata::support {
namespace {

using std::string_view;

// ISO 3166-1 alpha-3, in order.
constexpr string_view kCountries =
    "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA "
    "BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU "
    "EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND "
    "HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO "
    "LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC "
    "NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM "
    "SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA "
    "UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE";

// Those of the support API, and Swedish, which this desk speaks too. Answers spell them like this.
constexpr auto kLanguages = std::to_array<string_view>(
    {"en-US", "de-DE", "es-ES", "fr-FR", "it-IT", "ja-JP", "ko-KR", "pt-BR", "ru-RU", "sv-SE", "zh-Hans", "zh-TW"});

constexpr std::size_t kEmailsMax = 20;

std::unexpected<Error> refuse(string_view field, std::string why) {
  return fail(Code::invalid_argument, std::move(why), fmt::format("contactDetails.{}", field));
}

bool has_control(string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What may stand in a number as people write it; five digits at least.
bool is_phone(string_view text) {
  constexpr string_view kBetween = " +-().";
  const auto fits = [&](char c) { return is_digit(c) || kBetween.find(c) != string_view::npos; };
  return text.size() <= 40 && std::ranges::all_of(text, fits) && std::ranges::count_if(text, is_digit) >= 5;
}

// Windows names of zones come and go, so only their form is checked: "W. Europe Standard Time", "UTC+12".
bool is_time_zone(string_view text) {
  constexpr string_view kBetween = " .+-()_/";
  const auto fits = [&](char c) { return is_letter(c) || is_digit(c) || kBetween.find(c) != string_view::npos; };
  return text.size() <= 64 && std::ranges::all_of(text, fits) && std::ranges::count_if(text, is_letter) >= 3;
}

Result<void> check_name(string_view field, string_view name) {
  if (trim(name).empty()) return refuse(field, fmt::format("the {} is missing", field));
  if (name.size() > 100 || has_control(name)) return refuse(field, fmt::format("the {} is at most 100 characters on one line", field));
  return {};
}

Result<void> check_email(string_view field, string_view email) {
  if (email.empty()) return refuse(field, fmt::format("the {} is missing", field));
  if (!is_email(email)) return refuse(field, fmt::format("'{}' is not an e-mail address", email.substr(0, 80)));
  return {};
}

Result<void> check_emails(const std::vector<std::string>& emails) {
  if (emails.size() > kEmailsMax) return refuse("additionalEmailAddresses", fmt::format("at most {} further addresses", kEmailsMax));
  for (const std::string& each : emails) TRY(check_email("additionalEmailAddresses", each));
  return {};
}

Result<void> check_phone(const Contact& contact) {
  if (contact.phone.empty()) {
    if (contact.method != ContactMethod::phone) return {};
    return refuse("phoneNumber", "the phoneNumber is missing; it is needed where the preferred contact method is phone");
  }
  if (!is_phone(contact.phone)) return refuse("phoneNumber", fmt::format("'{}' is not a phone number", contact.phone.substr(0, 40)));
  return {};
}

Result<void> check_time_zone(string_view zone) {
  if (zone.empty()) return refuse("preferredTimeZone", "the preferredTimeZone is missing");
  if (!is_time_zone(zone))
    return refuse("preferredTimeZone",
                  fmt::format("'{}' is no name of a time zone; write it like W. Europe Standard Time", zone.substr(0, 64)));
  return {};
}

Result<void> check_country(std::string& country) {
  if (country.empty()) return refuse("country", "the country is missing");
  for (char& c : country)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  if (!is_country(country))
    return refuse("country", fmt::format("'{}' is not a country of ISO 3166 with three letters, such as SWE", country.substr(0, 40)));
  return {};
}

Result<void> check_language(std::string& language) {
  if (language.empty()) return refuse("preferredSupportLanguage", "the preferredSupportLanguage is missing");
  for (const string_view each : kLanguages) {
    if (!equal_ignoring_case(each, language)) continue;
    language = each;
    return {};
  }
  return refuse("preferredSupportLanguage",
                fmt::format("'{}' is not a language of support; it is one of {}", language.substr(0, 40), fmt::join(kLanguages, ", ")));
}

template <class T>
void take(T& field, const std::optional<T>& change) {
  if (change) field = *change;
}

}  // namespace

Result<Contact> changed(Contact contact, const ContactChange& change) {
  take(contact.first_name, change.first_name);
  take(contact.last_name, change.last_name);
  take(contact.method, change.method);
  take(contact.email, change.email);
  take(contact.additional_emails, change.additional_emails);
  take(contact.phone, change.phone);
  take(contact.time_zone, change.time_zone);
  take(contact.country, change.country);
  take(contact.language, change.language);

  TRY(check_name("firstName", contact.first_name));
  TRY(check_name("lastName", contact.last_name));
  TRY(check_email("primaryEmailAddress", contact.email));
  TRY(check_emails(contact.additional_emails));
  TRY(check_phone(contact));
  TRY(check_time_zone(contact.time_zone));
  TRY(check_country(contact.country));
  TRY(check_language(contact.language));
  return contact;
}

// One '@' with something on both sides, a dot in the domain, and nothing that could end a header line or a path.
bool is_email(string_view text) {
  const std::size_t at = text.find('@');
  if (at == string_view::npos || at == 0 || text.size() > 254 || text.find('@', at + 1) != string_view::npos) return false;
  const string_view domain = text.substr(at + 1);
  const std::size_t dot = domain.find('.');
  if (dot == string_view::npos || dot == 0 || domain.ends_with('.')) return false;
  return !has_control(text) && text.find_first_of(" \t,;<>()\"\\[]:") == string_view::npos && domain.find("..") == string_view::npos;
}

bool is_country(string_view code) {
  return code.size() == 3 && std::ranges::all_of(code, is_letter) && kCountries.find(code) != string_view::npos;
}

}  // namespace prorata::support
