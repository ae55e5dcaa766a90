#include "wire/usage_lane.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace prorata::wire {
namespace {

constexpr std::size_t kVariableBytesMax = 48;             // of a time or a quantity that is worth foreseeing
constexpr std::size_t kAroundBytesMax = 4096;             // of a row that is
constexpr std::size_t kKnownMax = std::size_t{1} << 21U;  // machines remembered; more are read the ordinary way

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t word_at(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Sixteen bytes a multiplication. The table compares keys, so a clash costs time only.
std::uint64_t hash_of(std::string_view text) {
  constexpr std::uint64_t kA = 0x9E3779B97F4A7C15U;
  constexpr std::uint64_t kB = 0xD6E8FEB86659FD93U;
  std::uint64_t hash = mix(text.size() ^ kA, kB);
  const char* at = text.data();
  const char* const end = at + text.size();
  for (; end - at >= 16; at += 16) hash = mix(word_at(at) ^ hash, word_at(at + 8) ^ kA);
  char last[16] = {};
  std::memcpy(last, at, static_cast<std::size_t>(end - at));
  return mix(word_at(last) ^ hash, word_at(last + 8) ^ kB);
}

bool equal(const char* at, std::string_view text) { return std::memcmp(at, text.data(), text.size()) == 0; }

}  // namespace

UsageLane::UsageLane(const UsageHeader& header, const CsvShape& shape)
    : header_(header), shape_(shape), line_(header), time_first_(header.column[kTime] < header.column[kQuantity]), slots_(1024, kNone) {}

UsageFields UsageLane::gather() {
  UsageFields fields;
  for (std::size_t field = 0; field < kUsageFieldCount; ++field) {
    if (shape_.bound[field] < 0) continue;
    const RawField& raw = fields_[static_cast<std::size_t>(shape_.bound[field])];
    if (raw.doubled) undoubled_[field] = undoubled(raw.text());
    fields[field] = raw.doubled ? std::string_view(undoubled_[field]) : raw.text();
  }
  return fields;
}

void UsageLane::keep(std::expected<void, UsageNone> read, std::size_t rows_before, UsageChunk& out) {
  CHECK(read || read.error().skip, "only rows that are understood are kept");
  ++out.read;
  if (!read) {
    out.rows.resize(rows_before);
    ++out.skipped[static_cast<std::size_t>(*read.error().skip)];
  } else {
    ++out.taken;
  }
  ++at_line_;
}

const std::int32_t* UsageLane::hour_of_text(std::string_view text) {
  if (text.empty() || text.size() > kVariableBytesMax) return nullptr;  // the slow reader says what is wrong with it
  if (text == time_text_) return &time_hour_;
  // Another hour of the same day, written the same way: "2026-03-01T13:00:00Z". Both digits are judged, everything else is equal.
  const std::string_view last = time_text_;
  const bool same_day = time_steps_ && text.size() == last.size() && text.substr(0, 11) == last.substr(0, 11) &&
                        text.substr(13) == last.substr(13) && (text[10] == 'T' || text[10] == ' ');
  if (same_day) {
    const auto digits = [](std::string_view pair) { return (pair[0] - '0') * 10 + (pair[1] - '0'); };
    const bool is_hour = text[11] >= '0' && text[11] <= '2' && text[12] >= '0' && text[12] <= (text[11] == '2' ? '3' : '9');
    if (is_hour) {
      time_hour_ += digits(text.substr(11, 2)) - digits(last.substr(11, 2));
      time_text_[11] = text[11];
      time_text_[12] = text[12];
      return &time_hour_;
    }
  }
  const Result<Instant> at = parse_usage_time(text);
  if (!at) return nullptr;
  time_text_ = text;
  time_hour_ = utilization::hour_of(*at).since_epoch;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  time_steps_ =
      text.size() > 13 && is_digit(text[11]) && is_digit(text[12]) && text.substr(13).find_first_of("+-") == std::string_view::npos;
  return &time_hour_;
}

const std::uint32_t* UsageLane::quantity_of_text(std::string_view text) {
  if (text.empty() || text.size() > kVariableBytesMax) return nullptr;  // the slow reader says what is wrong with it
  if (text == quantity_text_) return &quantity_;
  const Result<std::uint32_t> quantity = parse_usage_quantity(text);
  if (!quantity) return nullptr;
  quantity_text_ = text;
  quantity_ = *quantity;
  return &quantity_;
}

// Machines follow one another in one order, and some pause: after a miss the chain is mended so that it holds all of them, and whoever
// pauses is stepped over.
bool UsageLane::take_foreseen(const char*& at, const char* end, UsageChunk& out) {
  constexpr int kStepsMax = 4;
  if (last_ == kNone) return false;
  std::uint32_t next = known_[last_].next;
  for (int step = 0; step < kStepsMax && next != kNone; ++step, next = known_[next].next) {
    if (!is_next(known_[next], at, end, out)) continue;
    last_ = next;
    expect(known_[next].next);
    return true;
  }
  return false;
}

// Asks for what is compared with the row after the next one, so that it is there by then.
void UsageLane::expect(std::uint32_t number) const {
  constexpr std::size_t kCacheLine = 64;
  if (number == kNone || known_[number].next == kNone) return;
  const Known& after = known_[known_[number].next];
  const char* const from = around_.data() + after.around;
  for (std::size_t i = 0; i < after.size(); i += kCacheLine) __builtin_prefetch(from + i);
}

bool UsageLane::is_next(const Known& known, const char*& at, const char* end, UsageChunk& out) {
  if (known.size() == 0 || static_cast<std::size_t>(end - at) < known.size() + 2) return false;
  const char* const around = around_.data() + known.around;
  const std::string_view before(around, known.before);
  const std::string_view between(around + known.before, known.between);
  const std::string_view behind(around + known.before + known.between, known.behind);

  const char* p = at;
  // The text from p to the byte that follows it in the machine's other rows, most often the one before; empty where there is none.
  const auto variable = [&](char stop, const std::string& last) {
    const auto room = static_cast<std::size_t>(end - p);
    if (last.size() < room && p[last.size()] == stop && equal(p, last)) return std::string_view(p, last.size());
    const std::size_t most = std::min(kVariableBytesMax, room);
    std::size_t size = 0;
    while (size < most && p[size] != stop && p[size] != '\n') ++size;
    return std::string_view(p, size < most && p[size] == stop ? size : 0);
  };
  if (!equal(p, before)) return false;
  p += before.size();
  const std::string_view first = variable(between.front(), time_first_ ? time_text_ : quantity_text_);
  p += first.size();
  if (first.empty() || static_cast<std::size_t>(end - p) < between.size() + 1 || !equal(p, between)) return false;
  p += between.size();
  const std::string_view second = variable(behind.front(), time_first_ ? quantity_text_ : time_text_);
  p += second.size();
  if (second.empty() || static_cast<std::size_t>(end - p) < behind.size() || !equal(p, behind)) return false;

  const std::int32_t* hour = hour_of_text(time_first_ ? first : second);
  const std::uint32_t* quantity = hour == nullptr ? nullptr : quantity_of_text(time_first_ ? second : first);
  if (quantity == nullptr) return false;
  out.rows.push_back({.line = at_line_++, .machine = known.machine, .quantity = *quantity, .from = {*hour}});
  at = p + behind.size();
  return true;
}

// The machine of the fields, remembered under what they are in the file; kNone where it cannot be or there is no room.
std::uint32_t UsageLane::known_of(const UsageFields& fields) {
  key_.clear();
  for (const UsageField field : {kResource, kSize, kRegion, kCustomer}) (key_ += fields[field]) += '\0';
  std::uint64_t slot = hash_of(key_);
  for (;; ++slot) {
    const std::uint32_t number = slots_[slot & (slots_.size() - 1)];
    if (number == kNone) break;
    if (keys_[number] == key_) return number;
  }
  if (known_.size() == kKnownMax) return kNone;
  const auto machine = line_.hourly_machine(fields);
  if (!machine) return kNone;
  const auto number = static_cast<std::uint32_t>(known_.size());
  known_.push_back({.machine = *machine});
  keys_.push_back(key_);
  slots_[slot & (slots_.size() - 1)] = number;
  if (known_.size() * 2 > slots_.size()) {
    slots_.assign(slots_.size() * 4, kNone);
    for (std::uint32_t each = 0; each < known_.size(); ++each) {
      std::uint64_t free = hash_of(keys_[each]);
      while (slots_[free & (slots_.size() - 1)] != kNone) ++free;
      slots_[free & (slots_.size() - 1)] = each;
    }
  }
  return number;
}

// Keeps the bytes of a row that was just split, but for its time and its quantity.
void UsageLane::remember(Known& known, const char* from, const char* past) {
  const RawField& time = fields_[static_cast<std::size_t>(shape_.bound[kTime])];
  const RawField& quantity = fields_[static_cast<std::size_t>(shape_.bound[kQuantity])];
  const RawField& first = time_first_ ? time : quantity;
  const RawField& second = time_first_ ? quantity : time;
  const bool whole = past[-1] == '\n' && !first.doubled && !second.doubled && past - from <= static_cast<std::ptrdiff_t>(kAroundBytesMax);
  known.before = known.between = known.behind = 0;
  if (!whole) return;
  const std::string_view before(from, first.from);
  const std::string_view between(first.from + first.size, second.from);
  const std::string_view behind(second.from + second.size, past);
  const std::size_t size = before.size() + between.size() + behind.size();
  if (size > known.room) {
    known.around = around_.size();
    known.room = static_cast<std::uint16_t>(std::max<std::size_t>(size, 2 * known.room));  // rows that grow and grow cost twice the last
    around_.resize(around_.size() + known.room);
  }
  char* to = around_.data() + known.around;
  for (const std::string_view part : {before, between, behind}) to = std::ranges::copy(part, to).out;
  known.before = static_cast<std::uint16_t>(before.size());
  known.between = static_cast<std::uint16_t>(between.size());
  known.behind = static_cast<std::uint16_t>(behind.size());
}

// Whether it was one that the fast way may judge; a refusal is left to the slow one.
bool UsageLane::take_hourly(const char* from, const char* past, UsageChunk& out) {
  const UsageFields fields = gather();
  const std::int32_t* hour = hour_of_text(fields[kTime]);
  const std::uint32_t* quantity = hour == nullptr ? nullptr : quantity_of_text(fields[kQuantity]);
  if (quantity == nullptr) return false;
  const std::uint32_t number = known_of(fields);
  if (number == kNone) return false;
  out.rows.push_back({.line = at_line_++, .machine = known_[number].machine, .quantity = *quantity, .from = {*hour}});
  remember(known_[number], from, past);
  if (last_ != kNone) known_[last_].next = number;
  last_ = number;
  return true;
}

bool UsageLane::take_split(const char*& at, const char* end, Quotes quotes, UsageChunk& out) {
  const char* past = at;
  if (split_row(past, end, shape_, quotes, fields_) == RowKind::odd) return false;
  if (quotes == Quotes::possible && std::memchr(at, '\n', static_cast<std::size_t>(past - at - 1)) != nullptr) return false;
  if (header_.dialect == UsageDialect::hourly) {
    if (!take_hourly(at, past, out)) return false;
    ++out.read;
    ++out.taken;
    ++out.missed;
  } else {
    const std::size_t before = out.rows.size();
    const std::expected<void, UsageNone> read = line_.read(gather(), at_line_, out.rows);
    if (!read && !read.error().skip) {
      out.rows.resize(before);
      return false;
    }
    keep(read, before, out);
  }
  at = past;
  return true;
}

void UsageLane::take_slow(const char*& at, const char* begin, const char* end, UsageChunk& out) {
  TextBytes rest({at, static_cast<std::size_t>(end - at)});
  CsvReader csv(rest, shape_, at_line_);
  const std::optional<Result<const CsvRow*>> next = csv.next();
  const auto offset = static_cast<std::size_t>(at - begin);
  at = next ? at + csv.consumed() : end;
  if (next) {
    ++out.slow;
    const std::size_t before = out.rows.size();
    std::expected<void, UsageNone> read;
    if (*next) {
      UsageFields fields;
      for (std::size_t field = 0; field < kUsageFieldCount; ++field) fields[field] = (**next)->field(field);
      read = line_.read(fields, (**next)->line, out.rows);
    }
    const bool refused = !*next || (!read && !read.error().skip);
    if (refused) {
      ++out.read;
      out.rows.resize(before);
      out.refused.push_back({offset, at_line_});
    } else {
      keep(read, before, out);
    }
  }
  at_line_ = csv.line();
}

void UsageLane::read(const RowChunk& chunk, UsageChunk& out) {
  out = {.rows = std::move(out.rows), .refused = std::move(out.refused)};
  out.rows.clear();
  out.refused.clear();
  at_line_ = 0;
  const std::string_view text = chunk.text();
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  for (const char* at = begin; at < end;) {
    if (take_foreseen(at, end, out)) {
      ++out.foreseen;
      continue;
    }
    const char* content = at;
    while (content < end && *content == '\r') ++content;
    const bool blank = content == end || *content == '\n';
    if (blank) {
      at = content == end ? end : content + 1;
      at_line_ += content == end ? 0 : 1;
    } else if (content != at || !take_split(at, end, chunk.quotes, out)) {
      take_slow(at, begin, end, out);
    }
  }
  out.read += out.foreseen;
  out.taken += out.foreseen;
  out.lines = at_line_;
}

Error UsageLane::refusal(std::string_view row, std::int64_t line) {
  TextBytes rest(row);
  CsvReader csv(rest, shape_, line);
  const std::optional<Result<const CsvRow*>> next = csv.next();
  CHECK(next.has_value(), "a row that was refused is a row");
  if (!*next) return next->error();
  UsageFields fields;
  for (std::size_t field = 0; field < kUsageFieldCount; ++field) fields[field] = (**next)->field(field);
  std::vector<UsageRow> none;
  const std::expected<void, UsageNone> read = line_.read(fields, line, none);
  CHECK(!read && !read.error().skip, "a row that was refused is refused again");
  return {Code::invalid_data, read.error().refusal.why, (**next)->place(read.error().refusal.field)};
}

}  // namespace prorata::wire
