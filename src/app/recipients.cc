#include "app/recipients.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/authorize.h"
#include "support/contact.h"

namespace prorata {
namespace {

constexpr std::size_t kPage = 500;

Result<std::vector<User>> all_users(Snapshot& snapshot) {
  std::vector<User> users;
  NameQuery query{.limit = kPage};
  do {
    Page<User> page = TRY(snapshot.users(query));
    std::ranges::move(page.items, std::back_inserter(users));
    query.after = page.next;
  } while (!query.after.empty());
  return users;
}

Result<std::optional<Customer>> customer_with_domain(Snapshot& snapshot, const std::string& domain) {
  CustomerQuery query{.text = domain, .limit = kPage};
  do {
    Page<Customer> page = TRY(snapshot.customers(query));
    for (Customer& each : page.items)
      if (equal_ignoring_case(each.domain, domain)) return std::optional(std::move(each));
    query.after = page.next;
  } while (!query.after.empty());
  return std::optional<Customer>();
}

// "a.b.example", "b.example"; the last label alone is nobody's.
std::vector<std::string> domains_of(const std::string& address) {
  std::vector<std::string> out;
  const std::size_t at = address.rfind('@');
  std::string domain = at == std::string::npos ? "" : to_lower(address.substr(at + 1));
  while (domain.contains('.')) {
    out.push_back(domain);
    domain = domain.substr(domain.find('.') + 1);
  }
  return out;
}

}  // namespace

bool Recipient::may_know_of(const std::optional<Customer>& customer) const {
  const bool limited = user_.customer.has_value() || user_.reseller.has_value();
  if (!customer && limited) return false;
  const access::Target target = customer ? target_of(*customer) : target_of_desk();
  return access::decide(principal_of(user_), assignments_, access::action_of(access::Right::list_customers, access::Access::read), target)
      .allowed;
}

const std::string& address_of(const User& user) { return user.email.empty() ? user.name : user.email; }

Result<std::optional<Customer>> customer_at_address(Snapshot& snapshot, const std::string& address) {
  for (const std::string& domain : domains_of(address))
    if (std::optional<Customer> found = TRY(customer_with_domain(snapshot, domain))) return found;
  return std::optional<Customer>();
}

Result<AddressBook> AddressBook::load(Snapshot& snapshot) {
  const std::vector<User> users = TRY(all_users(snapshot));
  std::set<std::string> of_customers;
  for (const User& each : users)
    if (each.of_customer)
      for (const std::string& address : {each.name, each.email}) of_customers.insert(to_lower(address));
  AddressBook book;
  std::map<std::string, std::string> domains;  // looked up: whose it is, or nobody's
  for (const User& each : users) {
    const std::string& address = address_of(each);
    const auto refuse = [&](std::string why) { book.refused_.emplace(each.id.text(), std::move(why)); };
    if (each.of_customer) {
      refuse(fmt::format("{} belongs to a customer, and customers are told by the partner alone", each.name));
      continue;
    }
    if (each.disabled) {
      refuse(fmt::format("{} is disabled", each.name));
      continue;
    }
    if (!support::is_email(address)) {
      refuse(fmt::format("{} has no address that mail could go to", each.name));
      continue;
    }
    if (of_customers.contains(to_lower(address))) {
      refuse(fmt::format("{} is the address of a customer's user", address));
      continue;
    }
    const std::string domain = to_lower(address.substr(address.rfind('@') + 1));
    auto known = domains.find(domain);
    if (known == domains.end()) {
      const std::optional<Customer> customer = TRY(customer_at_address(snapshot, address));
      known = domains.emplace(domain, customer ? customer->name : "").first;
    }
    if (!known->second.empty()) {
      refuse(fmt::format("{} is an address of {}, a customer", address, known->second));
      continue;
    }
    book.recipients_.push_back(Recipient(each, address, TRY(snapshot.role_assignments_of(each.id))));
  }
  std::ranges::sort(book.recipients_, {}, [](const Recipient& r) { return r.user().text(); });
  return book;
}

const Recipient* AddressBook::find(std::string_view user) const {
  const auto found = std::ranges::lower_bound(recipients_, user, {}, [](const Recipient& r) { return std::string_view(r.user().text()); });
  return found != recipients_.end() && found->user().text() == user ? &*found : nullptr;
}

std::string AddressBook::why_not(std::string_view user) const {
  const auto found = refused_.find(user);
  return found == refused_.end() ? "there is no such user any more" : found->second;
}

}  // namespace prorata
