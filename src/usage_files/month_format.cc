#include "usage_files/month_format.h"

#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "usage_files/sha256.h"

namespace prorata::usage_files {
namespace {

static_assert(std::endian::native == std::endian::little, "the columns are written as they lie in memory");

using namespace utilization;

constexpr std::size_t kDigestAt = 32;
constexpr std::size_t kPartialBytes = 8;
constexpr std::size_t kEstimateBytes = 12;

// ------------------------------------------------------------------------------------------------------------------------- writing

template <class T>
void put(std::string& out, T number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}
void put(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}
template <class T>
void put_column(std::string& out, const std::vector<T>& column) {
  out.append(reinterpret_cast<const char*>(column.data()), column.size() * sizeof(T));
}

void put(std::string& out, const UsageMachine& machine) {
  const Identity& id = machine.identity;
  for (const std::string* each : {&id.resource_id, &id.size, &id.region, &id.subscription, &id.resource_group})
    put(out, std::string_view(*each));
  put(out, static_cast<std::uint8_t>(machine.flexible_only));
}

void put(std::string& out, const UsagePart& part) {
  put(out, std::string_view(part.digest));
  put(out, std::string_view(part.path));
  put(out, part.rows);
  put(out, static_cast<std::uint32_t>(part.machines.size()));
  for (const UsageMachine& each : part.machines) put(out, each);
  put_column(out, part.exact.full);
  put_column(out, part.exact.partials_from);
  for (const PartialHour& each : part.exact.partials) put(out, each.cell), put(out, each.quantity);
  put(out, std::uint64_t{part.estimated.size()});
  for (const EstimatedUsage& each : part.estimated)
    put(out, each.machine), put(out, each.quantity), put(out, each.from), put(out, each.hours);
}

// ------------------------------------------------------------------------------------------------------------------------- reading

// Takes what was put, as long as there is some. A false answer says that the bytes end too early.
class Reading {
 public:
  explicit Reading(std::string_view rest) : rest_(rest) {}

  template <class T>
  bool take(T& number) {
    if (rest_.size() < sizeof number) return false;
    rest_.copy(reinterpret_cast<char*>(&number), sizeof number);
    rest_.remove_prefix(sizeof number);
    return true;
  }
  bool take(std::string& text) {
    std::uint32_t size = 0;
    if (!take(size) || rest_.size() < size) return false;
    text.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
  }
  template <class T>
  bool take_column(std::vector<T>& column, std::uint64_t size) {
    if (!holds(size, sizeof(T))) return false;
    column.resize(size);
    rest_.copy(reinterpret_cast<char*>(column.data()), size * sizeof(T));
    rest_.remove_prefix(size * sizeof(T));
    return true;
  }
  bool holds(std::uint64_t items, std::size_t bytes_each) const { return items <= rest_.size() / bytes_each; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool take(Reading& in, UsageMachine& machine) {
  Identity& id = machine.identity;
  for (std::string* each : {&id.resource_id, &id.size, &id.region, &id.subscription, &id.resource_group})
    if (!in.take(*each)) return false;
  std::uint8_t flexible_only = 0;
  if (!in.take(flexible_only) || flexible_only > 1) return false;
  machine.flexible_only = flexible_only == 1;
  return true;
}

bool take_bits(Reading& in, Day first_day, std::size_t machines, UsageBitColumns& bits) {
  const std::uint64_t words = std::uint64_t{machines} * blocks_of(hours_of_month(first_day)) * kHoursPerDay;
  if (!in.take_column(bits.full, words) || !in.take_column(bits.partials_from, machines + std::uint64_t{1})) return false;
  const std::uint64_t partials = bits.partials_from.back();
  if (!in.holds(partials, kPartialBytes)) return false;
  bits.partials.resize(partials);
  for (PartialHour& each : bits.partials)
    if (!in.take(each.cell) || !in.take(each.quantity)) return false;
  return UsageBits::check(bits.view(first_day, machines)).has_value();
}

bool take_estimates(Reading& in, Day first_day, std::size_t machines, std::vector<EstimatedUsage>& estimated) {
  std::uint64_t size = 0;
  if (!in.take(size) || !in.holds(size, kEstimateBytes)) return false;
  estimated.resize(size);
  for (EstimatedUsage& each : estimated) {
    if (!in.take(each.machine) || !in.take(each.quantity) || !in.take(each.from) || !in.take(each.hours)) return false;
    const bool in_month = each.hours > 0 && each.from + each.hours <= hours_of_month(first_day).hours();
    if (each.machine >= machines || !in_month) return false;
  }
  return true;
}

bool take(Reading& in, Day first_day, UsagePart& part) {
  std::uint32_t machines = 0;
  constexpr std::size_t kMachineBytesLeast = 21;
  if (!in.take(part.digest) || !in.take(part.path) || !in.take(part.rows) || !in.take(machines)) return false;
  if (!in.holds(machines, kMachineBytesLeast)) return false;
  part.machines.resize(machines);
  for (UsageMachine& each : part.machines)
    if (!take(in, each)) return false;
  return take_bits(in, first_day, machines, part.exact) && take_estimates(in, first_day, machines, part.estimated);
}

std::unexpected<Error> damaged(std::string_view name, std::string_view what) {
  return fail(Code::storage_corrupt, fmt::format("usage file '{}' is damaged: {}; remove it and import again what 'prorata usage list' "
                                                 "names for its month",
                                                 name, what));
}

std::string checksum_of(std::string_view bytes) {
  return Sha256().add(bytes.substr(0, kDigestAt)).add(bytes.substr(kHeaderBytes)).finish();
}

template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

}  // namespace

std::string resealed(std::string bytes) {
  if (bytes.size() >= kHeaderBytes) bytes.replace(kDigestAt, kHeaderBytes - kDigestAt, checksum_of(bytes));
  return bytes;
}

std::string encode_month(const UsageMonth& month) {
  std::string body;
  put(body, std::string_view(month.customer.text()));
  for (const UsagePart& each : month.parts) put(body, each);
  std::string out(kMagic);
  put(out, kVersion);
  put(out, month.first_day.since_epoch);
  put(out, static_cast<std::uint32_t>(month.parts.size()));
  put(out, std::uint32_t{0});
  put(out, std::uint64_t{body.size()});
  out.resize(kHeaderBytes);
  return resealed(out + body);
}

Result<std::string> stated_digest(std::string_view header, std::string_view name) {
  if (header.size() < kHeaderBytes) return damaged(name, "it ends within its header");
  if (!header.starts_with(kMagic)) return damaged(name, "it does not begin as one");
  const auto version = number_at<std::uint32_t>(header, 8);
  if (version > kVersion)
    return fail(Code::schema_newer, fmt::format("usage file '{}' was written by a newer prorata (version {}, this one knows {}); upgrade "
                                                "this program",
                                                name, version, kVersion));
  if (version != kVersion) return damaged(name, fmt::format("there is no version {}", version));
  return hexadecimal(header.substr(kDigestAt, kHeaderBytes - kDigestAt));
}

Result<UsageMonth> decode_month(std::string_view bytes, std::string_view name) {
  UsageMonth month{.digest = TRY(stated_digest(bytes, name))};
  if (number_at<std::uint64_t>(bytes, 24) != bytes.size() - kHeaderBytes)
    return damaged(name,
                   fmt::format("it has {} bytes and should have {}", bytes.size(), number_at<std::uint64_t>(bytes, 24) + kHeaderBytes));
  if (checksum_of(bytes) != bytes.substr(kDigestAt, kHeaderBytes - kDigestAt)) return damaged(name, "its checksum is another one");
  month.first_day = {number_at<std::int32_t>(bytes, 12)};
  const bool a_month =
      month.first_day >= make_day(2000, 1, 1) && month.first_day < make_day(2200, 1, 1) && month_of(month.first_day) == month.first_day;
  if (!a_month) return damaged(name, "its month is none");
  Reading in(bytes.substr(kHeaderBytes));
  std::string customer;
  if (!in.take(customer)) return damaged(name, "it ends too early");
  month.customer = TRY(CustomerId::parse(customer));
  for (std::uint32_t left = number_at<std::uint32_t>(bytes, 16); left > 0; --left)
    if (!take(in, month.first_day, month.parts.emplace_back()))
      return damaged(name, fmt::format("part {} is not valid", month.parts.size()));
  if (!in.at_end()) return damaged(name, "there is something behind its last part");
  return month;
}

}  // namespace prorata::usage_files
