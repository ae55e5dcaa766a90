#include "base/error.h"

namespace prorata {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::invalid_argument: return "invalid_argument";
    case Code::invalid_data: return "invalid_data";
    case Code::not_found: return "not_found";
    case Code::already_exists: return "already_exists";
    case Code::forbidden: return "forbidden";
    case Code::refused: return "refused";
    case Code::conflict: return "conflict";
    case Code::stale_quote: return "stale_quote";
    case Code::expired_quote: return "expired_quote";
    case Code::key_reused: return "key_reused";
    case Code::not_sandbox: return "not_sandbox";
    case Code::busy: return "busy";
    case Code::unavailable: return "unavailable";
    case Code::storage_full: return "storage_full";
    case Code::storage_denied: return "storage_denied";
    case Code::storage_corrupt: return "storage_corrupt";
    case Code::schema_newer: return "schema_newer";
    case Code::outcome_unknown: return "outcome_unknown";
    case Code::unsupported: return "unsupported";
    case Code::internal: return "internal";
  }
  return "internal";
}

}  // namespace prorata
