#include "wire/arm_filter.h"

#include <limits>
#include <optional>

#include <fmt/format.h>

#include "wire/arm_reservation.h"

namespace prorata::wire {
namespace {

std::unexpected<Error> not_understood(std::string message) {
  return fail(Code::invalid_argument, "$filter: " + std::move(message), {}, "BadRequest");
}

// How a field reads on the wire.
std::string text_of(ReservationField field, const Reservation& r, Instant now) {
  switch (field) {
    case ReservationField::sku: return r.sku;
    case ReservationField::applied_scope_type: return std::string(applied_scope_type(r.scope.type));
    case ReservationField::archived: return r.archived ? "true" : "false";
    case ReservationField::display_name: return r.name;
    case ReservationField::display_state: return std::string(to_string(display_state(r, now)));
    case ReservationField::effective: return arm_instant(r.updated);
    case ReservationField::expiry_date: return to_string(day_of(r.expiry));
    case ReservationField::expiry: return arm_instant(r.expiry);
    case ReservationField::state: return std::string(to_string(r.state));
    case ReservationField::quantity: return std::to_string(r.quantity);
    case ReservationField::renew: return r.renew ? "true" : "false";
    case ReservationField::product: return r.product;
    case ReservationField::term: return to_string(r.term);
    case ReservationField::friendly_scope_type: return std::string(to_string(r.scope.type));
    case ReservationField::friendly_renew_state: return std::string(user_friendly_renew_state(r));
  }
  return {};
}

// The value as the field reads, so that a comparison of texts is one of values.
Result<std::string> value_for(ReservationField field, std::string_view text) {
  switch (field) {
    case ReservationField::effective:
    case ReservationField::expiry: return arm_instant(TRY(parse_instant(text)));
    case ReservationField::expiry_date: return to_string(TRY(parse_day(text)));
    case ReservationField::quantity:
      return std::to_string(TRY(parse_integer(text, 0, std::numeric_limits<std::int64_t>::max(), "a quantity")));
    case ReservationField::archived:
    case ReservationField::renew:
      if (!equal_ignoring_case(text, "true") && !equal_ignoring_case(text, "false"))
        return fail(Code::invalid_argument, fmt::format("'{}' is not true or false", text));
      return to_lower(text);
    default: return std::string(text);
  }
}

struct Token {
  enum class Kind : std::uint8_t { word, quoted, open, close, end } kind = Kind::end;
  std::string text;
};

class Tokens {
 public:
  explicit Tokens(std::string_view text) : left_(text) {}

  Result<Token> next() {
    left_ = trim(left_);
    if (left_.empty()) return Token{};
    if (left_.front() == '(' || left_.front() == ')') {
      const bool open = left_.front() == '(';
      left_.remove_prefix(1);
      return Token{.kind = open ? Token::Kind::open : Token::Kind::close};
    }
    return left_.front() == '\'' ? quoted() : word();
  }

 private:
  Result<Token> quoted() {
    Token token{.kind = Token::Kind::quoted};
    for (std::size_t i = 1; i < left_.size(); ++i) {
      const bool quote = left_[i] == '\'';
      const bool doubled = quote && i + 1 < left_.size() && left_[i + 1] == '\'';
      if (quote && !doubled) {
        left_.remove_prefix(i + 1);
        return token;
      }
      token.text += left_[i];
      if (doubled) ++i;
    }
    return not_understood("a text has no end");
  }
  Result<Token> word() {
    const std::size_t end = std::min(left_.find_first_of(" \t\r\n()'"), left_.size());
    Token token{.kind = Token::Kind::word, .text = std::string(left_.substr(0, end))};
    left_.remove_prefix(end);
    return token;
  }

  std::string_view left_;
};

}  // namespace

// Recursive descent: either := both ('or' both)*, both := term ('and' term)*, term := '(' either ')' | field 'eq' value.
class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : tokens_(text) {}

  Result<ReservationFilter> parse() {
    TRY(step());
    if (token_.kind == Token::Kind::end) return std::move(filter_);
    TRY(either(0));
    if (token_.kind != Token::Kind::end) return not_understood(fmt::format("'{}' is more than was expected", shown()));
    return std::move(filter_);
  }

 private:
  using Kind = ReservationFilter::Node::Kind;

  Result<void> step() {
    token_ = TRY(tokens_.next());
    return {};
  }
  std::string shown() const { return token_.kind == Token::Kind::open ? "(" : token_.kind == Token::Kind::close ? ")" : token_.text; }
  bool at_word(std::string_view word) const { return token_.kind == Token::Kind::word && equal_ignoring_case(token_.text, word); }

  Result<std::size_t> add(ReservationFilter::Node node) {
    if (filter_.nodes_.size() >= kFilterTermsMax) return not_understood("it has too many terms");
    filter_.nodes_.push_back(std::move(node));
    return filter_.nodes_.size() - 1;
  }
  Result<std::size_t> either(int depth) { return joined("or", Kind::either, depth); }
  Result<std::size_t> operand(Kind kind, int depth) { return kind == Kind::either ? joined("and", Kind::both, depth) : term(depth); }
  Result<std::size_t> joined(std::string_view word, Kind kind, int depth) {
    std::size_t left = TRY(operand(kind, depth));
    while (at_word(word)) {
      TRY(step());
      const std::size_t right = TRY(operand(kind, depth));
      left = TRY(add({.kind = kind, .left = left, .right = right}));
    }
    return left;
  }
  Result<std::size_t> term(int depth) {
    if (depth > kFilterDepthMax) return not_understood("it is nested too deeply");
    if (token_.kind != Token::Kind::open) return comparison();
    TRY(step());
    const std::size_t inner = TRY(either(depth + 1));
    if (token_.kind != Token::Kind::close) return not_understood("a ')' is missing");
    TRY(step());
    return inner;
  }
  Result<std::size_t> comparison() {
    if (token_.kind != Token::Kind::word) return not_understood(fmt::format("a field is expected instead of '{}'", shown()));
    const Result<ReservationField> field = parse_word<ReservationField>(token_.text, "a field that lists are filtered by");
    if (!field) return not_understood(field.error().message);
    TRY(step());
    if (!at_word("eq")) return not_understood(fmt::format("'eq' is expected instead of '{}'", shown()));
    TRY(step());
    if (token_.kind != Token::Kind::word && token_.kind != Token::Kind::quoted) return not_understood("a value is missing");
    Result<std::string> value = value_for(*field, token_.text);
    if (!value) return not_understood(value.error().message);
    TRY(step());
    return add({.kind = Kind::equal, .field = *field, .value = *std::move(value)});
  }

  Tokens tokens_;
  Token token_;
  ReservationFilter filter_;
};

bool ReservationFilter::matches(const Reservation& reservation, Instant now) const {
  return nodes_.empty() || matches(nodes_.size() - 1, reservation, now);
}

bool ReservationFilter::matches(std::size_t node, const Reservation& reservation, Instant now) const {
  const Node& n = nodes_[node];
  if (n.kind == Node::Kind::equal) return equal_ignoring_case(text_of(n.field, reservation, now), n.value);
  const bool left = matches(n.left, reservation, now);
  if (n.kind == Node::Kind::both) return left && matches(n.right, reservation, now);
  return left || matches(n.right, reservation, now);
}

void ReservationFilter::narrow(ReservationQuery& query) const {
  if (!nodes_.empty()) narrow(nodes_.size() - 1, query);
}

// Only ever leaves out what cannot match. A stored state may be older than today's, so the ended ones are not looked for by it.
void ReservationFilter::narrow(std::size_t node, ReservationQuery& query) const {
  const Node& n = nodes_[node];
  if (n.kind == Node::Kind::both) {
    narrow(n.left, query);
    narrow(n.right, query);
  }
  if (n.kind != Node::Kind::equal) return;
  const bool living = equal_ignoring_case(n.value, "Succeeded") || equal_ignoring_case(n.value, "Expiring");
  switch (n.field) {
    case ReservationField::sku: query.sku = n.value; break;
    case ReservationField::product: query.product = n.value; break;
    case ReservationField::display_name: query.name_prefix = n.value; break;
    case ReservationField::archived: query.archived = n.value == "true"; break;
    case ReservationField::renew: query.renew = n.value == "true"; break;
    case ReservationField::state:
    case ReservationField::display_state:
      if (living) query.state = ProvisioningState::succeeded;
      break;
    case ReservationField::expiry_date:
      query.expires_from = *parse_day(n.value);
      query.expires_until = add_days(*query.expires_from, 1);
      break;
    default: break;
  }
}

Result<ReservationFilter> read_reservation_filter(std::string_view text) { return FilterParser(text).parse(); }

Result<void> read_order_by(std::string_view text, ReservationQuery& query) {
  struct Order {
    std::string_view field;
    ReservationSort sort;
  };
  constexpr Order kOrders[] = {{"properties/quantity", ReservationSort::quantity},
                               {"properties/displayName", ReservationSort::name},
                               {"properties/expiryDate", ReservationSort::expiry},
                               {"properties/expiryDateTime", ReservationSort::expiry},
                               {"properties/purchaseDate", ReservationSort::purchased},
                               {"properties/purchaseDateTime", ReservationSort::purchased},
                               {"sku/name", ReservationSort::sku},
                               {"location", ReservationSort::region}};
  text = trim(text);
  if (text.empty()) return {};
  const std::size_t gap = text.find_first_of(" \t");
  const std::string_view field = text.substr(0, gap);
  const std::string_view way = gap == std::string_view::npos ? std::string_view() : trim(text.substr(gap));
  const bool descending = equal_ignoring_case(way, "desc");
  std::string known;
  for (const Order& each : kOrders) {
    (known += known.empty() ? "" : ", ") += each.field;
    if (!equal_ignoring_case(each.field, field)) continue;
    if (!way.empty() && !descending && !equal_ignoring_case(way, "asc")) break;
    query.sort = each.sort;
    query.descending = descending;
    return {};
  }
  return fail(Code::invalid_argument, fmt::format("$orderby: '{}' is not one of {}, with asc or desc behind it", text, known), {},
              "BadRequest");
}

}  // namespace prorata::wire
