#include "app/server_records.h"

namespace prorata {

access::Principal principal_of(const Client& client) {
  return {.id = client.object,
          .name = client.name,
          .kind = access::PrincipalKind::application,
          .roles = client.roles,
          .reseller = client.reseller,
          .customer = client.customer,
          .of_customer = client.of_customer};
}

access::Principal principal_of(const User& user) {
  return {.id = user.id,
          .name = user.name,
          .kind = access::PrincipalKind::user,
          .roles = user.roles,
          .reseller = user.reseller,
          .customer = user.customer,
          .of_customer = user.of_customer,
          .may_buy = user.may_buy};
}

}  // namespace prorata
