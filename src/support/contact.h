// Whom the operator reaches about a support request: the partner's person, never the customer's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace prorata::support {

enum class ContactMethod { email, phone };

struct Contact {
  std::string first_name;
  std::string last_name;
  ContactMethod method = ContactMethod::email;
  std::string email;
  std::vector<std::string> additional_emails;
  std::string phone;      // required where the method is phone
  std::string time_zone;  // a Windows name: "W. Europe Standard Time"
  std::string country;    // ISO 3166-1, three letters
  std::string language;   // "en-US"
  friend bool operator==(const Contact&, const Contact&) = default;
};

// As a client sends it: absent means as it is.
struct ContactChange {
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<ContactMethod> method;
  std::optional<std::string> email;
  std::optional<std::vector<std::string>> additional_emails;
  std::optional<std::string> phone;
  std::optional<std::string> time_zone;
  std::optional<std::string> country;
  std::optional<std::string> language;
};

// The contact with the change made, checked as a whole. Errors: invalid_argument, with the field's wire name in `place`
// ("contactDetails.phoneNumber"); the first one in the order of the struct.
Result<Contact> changed(Contact contact, const ContactChange& change);

bool is_email(std::string_view text);
bool is_country(std::string_view code);  // ISO 3166-1 alpha-3, in capitals

}  // namespace prorata::support

namespace prorata {
template <>
inline constexpr auto kWords<support::ContactMethod> =
    std::to_array<Word<support::ContactMethod>>({{support::ContactMethod::email, "Email"}, {support::ContactMethod::phone, "Phone"}});
}  // namespace prorata
