#include "wire/policy_pack.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "base/embedded.h"
#include "wire/json.h"

namespace prorata::wire {
namespace {

constexpr std::size_t kPackBytesMax = 1 << 20;

Result<std::vector<std::string>> words_at(const JsonValue& object, std::string_view key) {
  std::vector<std::string> words;
  const JsonValue list = TRY(member(object, key));
  if (!list.is_array()) return bad_value(list, "a list of words is expected here");
  for (auto each = list.first(); each; each = each->next()) words.emplace_back(TRY(text_of(*each)));
  return words;
}

Result<policy::Row> read_row(const JsonValue& v) {
  TRY(only_members(v, {"name", "elapsed_from", "elapsed_until", "used", "credit", "fee_rate"}));
  policy::Row row{.name = std::string(TRY(text_at(v, "name"))),
                  .elapsed_from = static_cast<std::int32_t>(TRY(integer_at(v, "elapsed_from", 0, 100'000))),
                  .used = TRY(boolean_at(v, "used")),
                  .credit = TRY(word_at<policy::Credit>(v, "credit", "a credit"))};
  if (const auto until = member_if(v, "elapsed_until")) row.elapsed_until = static_cast<std::int32_t>(TRY(integer_of(*until, 0, 100'000)));
  const JsonValue rate = TRY(member(v, "fee_rate"));
  const auto parsed = parse_decimal(TRY(text_of(rate)));
  if (!parsed) return bad_value(rate, parsed.error().message);
  row.fee_rate = *parsed;
  return row;
}

Result<policy::AllowanceRule> read_allowance(const JsonValue& v) {
  TRY(only_members(v, {"limit", "window_days", "meter", "meters_allowed", "over_limit"}));
  policy::AllowanceRule rule{.limit_minor = TRY(money_at(v, "limit", Currency::usd())).minor,
                             .window_days = static_cast<std::int32_t>(TRY(integer_at(v, "window_days", 1, 1825))),
                             .meter = TRY(word_at<policy::Meter>(v, "meter", "a meter")),
                             .over_limit = TRY(word_at<policy::OverLimit>(v, "over_limit", "what happens over the limit"))};
  const JsonValue list = TRY(member(v, "meters_allowed"));
  if (!list.is_array()) return bad_value(list, "a list of meters is expected here");
  for (auto each = list.first(); each; each = each->next()) {
    const auto meter = parse_word<policy::Meter>(TRY(text_of(*each)), "a meter");
    if (!meter) return bad_value(*each, meter.error().message);
    rule.meters_allowed.push_back(*meter);
  }
  return rule;
}

Result<policy::ExchangeRule> read_exchange(const JsonValue& v) {
  TRY(only_members(v, {"at_least", "counts_to_allowance", "ends_for_bought_from"}));
  policy::ExchangeRule rule{.at_least = TRY(word_at<policy::AtLeast>(v, "at_least", "what a purchase must at least be")),
                            .counts_to_allowance = TRY(boolean_at(v, "counts_to_allowance"))};
  if (member_if(v, "ends_for_bought_from")) rule.ends_for_bought_from = TRY(day_at(v, "ends_for_bought_from"));
  return rule;
}

}  // namespace

Result<policy::Pack> read_pack(std::string_view json) {
  JsonReader reader;
  const JsonValue v = TRY(reader.read(json));
  TRY(only_members(v, {"id", "title", "title_swedish", "from", "until", "rows", "allowance", "price_basis", "not_refundable",
                       "not_exchangeable", "savings_plan_products", "channel", "exchange"}));
  policy::Pack pack{.id = std::string(TRY(text_at(v, "id"))),
                    .title = std::string(TRY(text_at(v, "title"))),
                    .title_swedish = std::string(TRY(text_at(v, "title_swedish"))),
                    .from = TRY(day_at(v, "from"))};
  if (member_if(v, "until")) pack.until = TRY(day_at(v, "until"));
  const JsonValue rows = TRY(member(v, "rows"));
  if (!rows.is_array()) return bad_value(rows, "a list of rows is expected here");
  for (auto each = rows.first(); each; each = each->next()) pack.rows.push_back(TRY(read_row(*each)));
  pack.allowance = TRY(read_allowance(TRY(member(v, "allowance"))));
  pack.price_basis = TRY(word_at<policy::PriceBasis>(v, "price_basis", "a price basis"));
  pack.not_refundable = TRY(words_at(v, "not_refundable"));
  pack.not_exchangeable = TRY(words_at(v, "not_exchangeable"));
  pack.savings_plan_products = TRY(words_at(v, "savings_plan_products"));
  pack.channel = TRY(word_at<policy::Channel>(v, "channel", "a channel"));
  pack.exchange = TRY(read_exchange(TRY(member(v, "exchange"))));
  return check_pack(std::move(pack));
}

Result<std::string> read_whole_file(const std::string& path, std::size_t bytes_max) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr)
    return fail(errno == ENOENT ? Code::not_found : Code::storage_denied, fmt::format("{}: {}", path, std::strerror(errno)));
  std::string text;
  char buffer[1 << 16];
  for (std::size_t read = 0; text.size() <= bytes_max && (read = std::fread(buffer, 1, sizeof buffer, file)) > 0;)
    text.append(buffer, read);
  const bool broken = std::ferror(file) != 0;
  std::fclose(file);
  if (broken) return fail(Code::storage_denied, fmt::format("{} cannot be read", path));
  if (text.size() > bytes_max) return fail(Code::invalid_data, fmt::format("{} is larger than {} bytes", path, bytes_max));
  return text;
}

Result<policy::PackSet> load_packs(const std::string& folder) {
  policy::PackSet packs;
  const auto add = [&](std::string_view name, std::string_view json) -> Result<void> {
    Result<policy::Pack> pack = read_pack(json);
    Result<void> added = pack ? packs.add(std::move(*pack)) : Result<void>(std::unexpected(pack.error()));
    if (added) return {};
    added.error().place = added.error().place.empty() ? std::string(name) : fmt::format("{}: {}", name, added.error().place);
    return added;
  };
  for (const EmbeddedFile& file : embedded_policies()) TRY(add(file.name, file.text));
  if (folder.empty()) return packs;
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  if (error) return fail(Code::not_found, fmt::format("the policies folder {} cannot be read: {}", folder, error.message()));
  std::ranges::sort(files);
  for (const std::string& file : files) TRY(add(file, TRY(read_whole_file(file, kPackBytesMax))));
  return packs;
}

}  // namespace prorata::wire
