// What a desk that serves others remembers beside its business: who may sign in, the keys it signs with, long-running operations, and
// the prices it has promised. Role assignments are access/role_assignment.h, support requests support/support_request.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/access.h"
#include "app/notify_records.h"
#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "reservation/purchase_line.h"
#include "reservation/reservation.h"

namespace prorata {

struct ClientTag {
  static constexpr std::string_view kName = "client id";
};
struct OperationTag {
  static constexpr std::string_view kName = "operation id";
};
struct CartTag {
  static constexpr std::string_view kName = "cart id";
};
using CartId = Id<CartTag>;
using ClientId = Id<ClientTag>;  // the application id a program signs in with
using OperationId = Id<OperationTag>;

// A program that signs in.
struct Client {
  ClientId id;
  std::int64_t version = 0;
  std::string name;
  PrincipalId object;       // what role assignments name
  std::string tenant;       // at which it signs in
  std::string secret_hash;  // Argon2id
  std::vector<access::Standing> roles;
  std::optional<ResellerId> reseller;  // as in access::Principal
  std::optional<CustomerId> customer;
  bool of_customer = false;
  Instant created;
  std::optional<Instant> revoked;
  friend bool operator==(const Client&, const Client&) = default;
};

// A person who signs in.
struct User {
  PrincipalId id;
  std::int64_t version = 0;
  std::string name;     // to sign in with; unique in any letter case
  std::string display;  // for people to read
  std::string password_hash;
  std::vector<access::Standing> roles;
  std::optional<ResellerId> reseller;
  std::optional<CustomerId> customer;
  bool of_customer = false;
  bool may_buy = false;
  bool disabled = false;
  std::vector<std::string> directory_roles;  // of a customer's own people: ids of roles in their directory
  Instant created;
  std::string email;     // where mail goes; empty: the name
  NotifyChoices notify;  // of the partner's people only
  friend bool operator==(const User&, const User&) = default;
};

access::Principal principal_of(const Client& client);
access::Principal principal_of(const User& user);

// A key that signs tokens. Taken away when no token of it can be valid any more.
struct SigningKeyRow {
  std::string kid;
  std::int64_t version = 0;
  std::string pem;  // PKCS #8
  Instant created;
  friend bool operator==(const SigningKeyRow&, const SigningKeyRow&) = default;
};

// What a calculation promised for an order id; the purchase under that id pays it. The same id again replaces it.
struct AgreedPrice {
  OrderId id;
  CustomerId customer;
  PurchaseLine line;
  Money billing;  // lifetime, all units
  Money pricing;
  Instant as_of;
  friend bool operator==(const AgreedPrice&, const AgreedPrice&) = default;
};

// What is to be bought together, line by line. It stands until it is ordered or expires.
struct CartLine {
  std::string item;  // the catalogue's id of what is bought
  PurchaseLine line;
  std::string group;    // lines of one group become one order
  std::string problem;  // why the line cannot be bought; empty where it can
  std::int64_t problem_code = 0;
  OrderId order;  // what it became; empty before
  friend bool operator==(const CartLine&, const CartLine&) = default;
};

struct Cart {
  CartId id;
  std::int64_t version = 0;
  CustomerId customer;
  Instant created;
  Instant modified;
  Instant expires;
  std::optional<Instant> ordered;
  std::string created_by;
  std::vector<CartLine> lines;  // in the order of their ids, which count from zero
  friend bool operator==(const Cart&, const Cart&) = default;
};

// Work whose answer a client comes back for. It shows as ended from `ready` on, which may be later than it was done.
struct Operation {
  OperationId id;
  std::int64_t version = 0;
  std::string kind;      // "refund", "split", ...
  CustomerId customer;   // empty where it concerns none
  std::string resource;  // the ARM path it is about
  Instant started;
  Instant ready;
  std::string state;   // in the words of its API
  std::string answer;  // JSON; what is answered once it is ready
  std::string error;   // JSON; instead of an answer
  friend bool operator==(const Operation&, const Operation&) = default;
};

}  // namespace prorata
