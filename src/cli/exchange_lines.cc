#include "cli/exchange_lines.h"

#include <fmt/format.h>

#include "cli/shared.h"

namespace prorata::cli {
namespace {

std::unexpected<Error> bad_line(std::string_view line, std::string_view why) {
  return fail(Code::invalid_argument, fmt::format("'{}': {}", line, why));
}

}  // namespace

Result<ExchangeReturnAsk> return_line(std::string_view text) {
  const std::size_t equals = text.find('=');
  ExchangeReturnAsk line{.reservation = TRY(id_in<ReservationId>(text.substr(0, equals)))};
  if (equals != std::string_view::npos) line.quantity = TRY(parse_integer(text.substr(equals + 1), 1, 1'000'000, "units to return"));
  return line;
}

Result<ExchangePurchaseAsk> purchase_line(std::string_view text) {
  ExchangePurchaseAsk ask{.line = {.product = ""}};
  bool term_said = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const std::size_t equals = part.find('=');
    const std::string_view name = equals == std::string_view::npos ? "sku" : part.substr(0, equals);
    const std::string value(trim(equals == std::string_view::npos ? part : part.substr(equals + 1)));
    if (value.empty()) return bad_line(text, fmt::format("'{}' has no value", name));
    if (name == "sku") {
      ask.line.sku = value;
    } else if (name == "quantity") {
      ask.line.quantity = TRY(parse_integer(value, 1, 1'000'000, "a quantity"));
    } else if (name == "region") {
      ask.line.region = value;
    } else if (name == "term") {
      ask.line.term = TRY(parse_term(value));
      term_said = true;
    } else if (name == "plan") {
      ask.line.plan = TRY(parse_word<BillingPlan>(value, "a billing plan"));
    } else if (name == "product") {
      ask.line.product = value;
    } else if (name == "scope") {
      ask.scope = TRY(scope_named(value));
    } else if (name == "name") {
      ask.line.name = value;
    } else {
      return bad_line(text, fmt::format("there is no '{}'; there are quantity, region, term, plan, scope, product and name", name));
    }
  }
  if (ask.line.sku.empty()) return bad_line(text, "which size? Write it first: Standard_D4s_v5,quantity=2,term=P1Y");
  if (!term_said) return bad_line(text, "for how long? Add term=P1Y, P3Y or P5Y");
  return ask;
}

}  // namespace prorata::cli
