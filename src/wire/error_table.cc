#include "wire/error_table.h"

#include <array>

namespace prorata::wire {
namespace {

// Exit codes: 2 the caller's words, 3 not found, 4 refused by policy, state or role, 5 somebody else was faster, 6 the data, 7 the store
// cannot be used now, 8 the store needs help, 9 unknown outcome: look before doing again, 70 a bug. (1 is "done, with refused records".)
constexpr std::array kRows = std::to_array<ErrorRow>({
    {Code::invalid_argument, 2, 400, "BadRequest"},
    {Code::invalid_data, 6, 400, "InvalidRequestContent"},
    {Code::not_found, 3, 404, "NotFound"},
    {Code::already_exists, 5, 409, "Conflict"},
    {Code::forbidden, 4, 403, "AuthorizationFailed"},
    {Code::refused, 4, 409, "OperationCannotBePerformedInCurrentState"},
    {Code::conflict, 5, 409, "Conflict"},
    {Code::stale_quote, 5, 409, "ActivateQuoteFailed"},
    {Code::expired_quote, 5, 409, "ActivateQuoteFailed"},
    {Code::key_reused, 2, 409, "BadRequest"},
    {Code::not_sandbox, 4, 404, "NotFound"},
    {Code::busy, 7, 503, "ServerTimeout"},
    {Code::unavailable, 7, 503, "ServerTimeout"},
    {Code::storage_full, 8, 507, "InternalServerError"},
    {Code::storage_denied, 8, 500, "InternalServerError"},
    {Code::storage_corrupt, 8, 500, "InternalServerError"},
    {Code::schema_newer, 8, 500, "InternalServerError"},
    {Code::outcome_unknown, 9, 504, "ServerTimeout"},
    {Code::unsupported, 2, 501, "OperationFailed"},
    {Code::internal, 70, 500, "InternalServerError"},
});

}  // namespace

const ErrorRow& error_row(Code code) {
  for (const ErrorRow& row : kRows)
    if (row.code == code) return row;
  return kRows.back();
}

}  // namespace prorata::wire
