// Whom the operator reaches about a request: step 3 of its form, as options.
#pragma once

#include "cli/commands.h"
#include "support/support_request.h"

namespace prorata::cli {

Result<support::ContactChange> contact_of(const RequestOptions& options);

}  // namespace prorata::cli
