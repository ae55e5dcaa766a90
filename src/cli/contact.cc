#include "cli/contact.h"

namespace prorata::cli {

Result<support::ContactChange> contact_of(const RequestOptions& o) {
  const auto if_said = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  support::ContactChange contact{.first_name = if_said(o.first_name),
                                 .last_name = if_said(o.last_name),
                                 .method = TRY(parse_word<support::ContactMethod>(o.method, "a contact method")),
                                 .email = if_said(o.email),
                                 .additional_emails = {},
                                 .phone = if_said(o.phone),
                                 .time_zone = if_said(o.time_zone),
                                 .country = if_said(o.country),
                                 .language = if_said(o.language)};
  if (!o.additional_emails.empty()) contact.additional_emails = o.additional_emails;
  return contact;
}

}  // namespace prorata::cli
