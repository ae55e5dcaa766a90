#include "app/settlement_records.h"

#include <fmt/format.h>

namespace prorata {

std::string invoice_key(std::string_view number) { return to_lower(number); }

std::string match_key(const InvoiceLine& line) {
  return fmt::format("{}/{}", line.customer ? line.customer->text() : std::string(), line.order ? line.order->text() : std::string());
}

std::string invoice_line_id(const InvoiceLine& line) {
  return fmt::format("{}/{:06}/{:08}", invoice_key(line.invoice), line.revision, line.number);
}

}  // namespace prorata
