#include "partner_center/answer.h"

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/desk.h"
#include "base/fingerprint.h"

namespace prorata::partner_center {
namespace {

constexpr std::string_view kToken = "MS-ContinuationToken";
constexpr std::string_view kSeek = "seekOperation";
constexpr std::size_t kTokenBytesMax = 2'000;
constexpr std::int64_t kOffsetMax = 100'000'000;

// Pairs of hexadecimal digits, so that any cursor may stand in a header.
std::optional<std::string> cursor_in(std::string_view token) {
  if (token.size() % 2 != 0 || token.size() > kTokenBytesMax) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < token.size(); i += 2) {
    int byte = 0;
    for (const char c : token.substr(i, 2)) {
      const std::size_t digit = std::string_view("0123456789abcdef").find(c);
      if (digit == std::string_view::npos) return std::nullopt;
      byte = byte * 16 + static_cast<int>(digit);
    }
    out += static_cast<char>(byte);
  }
  return out;
}

Outcome<std::int64_t> number_of(const Call& call, std::string_view name, std::int64_t otherwise, std::int64_t most) {
  const auto text = call.request.query.find(name);
  if (!text) return otherwise;
  const Result<std::int64_t> number = parse_integer(*text, 0, most, name);
  if (!number) return refuse(400, code::kBadRequest, number.error().message);
  return *number;
}

std::string uri_of(const Call& call, bool next) {
  std::string path = call.request.path.substr(std::min(call.request.path.size(), kPrefix.size()));
  std::string uri;
  while (!path.empty()) {
    const std::size_t slash = path.find('/', 1);
    uri += "/" + http::percent_encode(std::string_view(path).substr(1, slash == std::string::npos ? slash : slash - 1));
    path = slash == std::string::npos ? "" : path.substr(slash);
  }
  char joint = '?';
  for (const auto& [name, value] : call.request.query) {
    if (next && equal_ignoring_case(name, kSeek)) continue;
    uri += fmt::format("{}{}={}", joint, http::percent_encode(name), http::percent_encode(value));
    joint = '&';
  }
  if (next) uri += fmt::format("{}{}=Next", joint, kSeek);
  return uri;
}

}  // namespace

Outcome<PageAsk> page_ask(const Call& call, PageSizes sizes) {
  PageAsk ask;
  const std::int64_t size = TRY(number_of(call, "size", 0, static_cast<std::int64_t>(sizes.most)));
  ask.limit = size == 0 ? sizes.usual : static_cast<std::size_t>(size);
  ask.offset = static_cast<std::size_t>(TRY(number_of(call, "offset", 0, kOffsetMax)));
  const std::string_view seek = call.request.query.get(kSeek);
  if (!seek.empty() && !equal_ignoring_case(seek, "Next") && !equal_ignoring_case(seek, "First"))
    return refuse(400, code::kBadRequest, fmt::format("seekOperation may be First or Next, not '{}'", seek.substr(0, 40)));
  const auto token = call.request.headers.find(kToken);
  if (equal_ignoring_case(seek, "Next") && !token)
    return refuse(400, code::kBadRequest, fmt::format("seekOperation=Next needs the header {}", kToken));
  if (!token || equal_ignoring_case(seek, "First")) return ask;
  std::optional<std::string> cursor = cursor_in(*token);
  if (!cursor) return refuse(400, code::kBadRequest, fmt::format("{} is none that this desk gave", kToken));
  ask.after = *std::move(cursor);
  return ask;
}

std::string token_of(std::string_view cursor) {
  std::string out;
  for (const char c : cursor) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string own_uri(const Call& call) { return uri_of(call, false); }
std::string next_uri(const Call& call) { return uri_of(call, true); }

Outcome<std::string> etag_of(const Call& call) {
  std::string_view mark = trim(call.request.headers.get("If-Match"));
  if (mark.size() >= 2 && mark.starts_with('"') && mark.ends_with('"')) mark = mark.substr(1, mark.size() - 2);
  if (!mark.empty()) return std::string(mark);
  return refuse(400, code::kEtag, "say in the If-Match header which etag you saw: read it, then send what attributes.etag says");
}

bool sees(const Call& call, const Customer& customer) { return access::sees(call.caller.principal, customer.id, customer.reseller); }

Outcome<Customer> customer_of(const Call& call, Snapshot& snapshot) {
  const std::string& text = call.path.at("customer");
  const Result<CustomerId> id = CustomerId::parse(text);
  std::optional<Customer> customer = id ? TRY(snapshot.customer(*id)) : std::nullopt;
  if (customer && sees(call, *customer)) return *std::move(customer);
  return refuse(403, code::kNoRelationship,
                fmt::format("The partner ID {} has no commerce relationship with the customer ID {}.", partner_id(TRY(load_desk(snapshot))),
                            text.substr(0, 80)));
}

Outcome<Customer> customer_for(const Call& call, Snapshot& snapshot, access::Right right, access::Access access) {
  Customer customer = TRY(customer_of(call, snapshot));
  TRY(allow(call, right, access, target_of(customer)));
  return customer;
}

Outcome<SubscriptionId> subscription_of(const Call& call, const Customer& customer) {
  const std::string& text = call.path.at("subscription");
  const Result<SubscriptionId> id = SubscriptionId::parse(text);
  if (id && find_subscription(customer, *id) != nullptr) return *id;
  return refuse(404, code::kNoSubscription, fmt::format("the customer has no subscription {}", text.substr(0, 80)));
}

std::string partner_id(const Desk& desk) {
  const std::string digits = Fingerprint().add("partner").add(desk.partner).text();
  return fmt::format("{}-{}-4{}-8{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(13, 3), digits.substr(17, 3),
                     digits.substr(20, 12));
}

}  // namespace prorata::partner_center
