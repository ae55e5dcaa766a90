// Who may be written to. A Recipient is made by an AddressBook and by nobody else, out of a user of the partner's side; the part that sends
// mail takes Recipients and no addresses. So there is no way by which a message could reach a customer: not through a user of theirs, not
// through a contact of a request, and not through an address of theirs that somebody gave to a user of the partner.
//
//   const AddressBook book = TRY(AddressBook::load(*snapshot));
//   if (const Recipient* anna = book.find(user)) ... anna->address() ...
//   else book.why_not(user)                                            // "bo@customer.example belongs to Nordvik, a customer"
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

class Recipient {
 public:
  const PrincipalId& user() const { return user_.id; }
  const std::string& address() const { return address_; }
  const std::string& display() const { return user_.display.empty() ? user_.name : user_.display; }
  const NotifyChoices& choices() const { return user_.notify; }
  // May this user know of that customer? Absent: of the desk as a whole.
  bool may_know_of(const std::optional<Customer>& customer) const;

 private:
  friend class AddressBook;
  Recipient(User user, std::string address, std::vector<access::RoleAssignment> assignments)
      : user_(std::move(user)), address_(std::move(address)), assignments_(std::move(assignments)) {}
  User user_;
  std::string address_;
  std::vector<access::RoleAssignment> assignments_;
};

class AddressBook {
 public:
  // Everybody of the partner who is not disabled, whatever they have chosen. An address is a customer's where it is that of a customer's
  // user, or at a customer's domain or below it.
  static Result<AddressBook> load(Snapshot& snapshot);

  const std::vector<Recipient>& recipients() const { return recipients_; }  // by id
  const Recipient* find(std::string_view user) const;                       // nullptr: may not be written to
  std::string why_not(std::string_view user) const;

 private:
  std::vector<Recipient> recipients_;
  std::map<std::string, std::string, std::less<>> refused_;  // by user id: why
};

// Where a user's mail would go.
const std::string& address_of(const User& user);

// The customer at whose domain, or below it, an address is. Absent: none.
Result<std::optional<Customer>> customer_at_address(Snapshot& snapshot, const std::string& address);

}  // namespace prorata
