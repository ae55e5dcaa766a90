#include "wire/derivation.h"

#include <fmt/format.h>

#include "wire/json.h"

namespace prorata::wire {
namespace {

// "0.12", or "912500/1825000" where a decimal would not end soon.
std::string exact(Ratio ratio) {
  int digits = 0;
  std::int64_t over = ratio.over;
  for (; over % 10 == 0; over /= 10) ++digits;
  if (over != 1) return fmt::format("{}/{}", ratio.part, ratio.over);
  std::string text;
  append_decimal(text, ratio.part, digits);
  return text;
}

struct ValueWriter {
  JsonWriter& w;

  void operator()(const Money& money) const {
    w.begin_object().field("amount", money).field("currency", money.currency.code()).end_object();
  }
  void operator()(policy::DayCount count) const { w.integer(count.days); }
  void operator()(policy::UnitCount count) const { w.integer(count.units); }
  void operator()(policy::Number number) const { w.integer(number.value); }
  void operator()(Day day) const { w.text(to_string(day)); }
  void operator()(Ratio ratio) const { w.text(exact(ratio)); }
  void operator()(policy::RuleWord value) const { w.text(value.word); }
  void operator()(const std::string& name) const { w.text(name); }
  void operator()(const std::vector<policy::EqualPayments>& payments) const {
    w.begin_array();
    for (const policy::EqualPayments& each : payments)
      w.begin_object().field("count", each.count).field("amount", each.each).field("currency", each.each.currency.code()).end_object();
    w.end_array();
  }
};

}  // namespace

std::string derivation_json(std::span<const policy::Step> steps, Language language) {
  std::string out;
  JsonWriter w(out);
  w.begin_array();
  for (const policy::Step& step : steps) {
    w.begin_object().field("rule", step.rule).key("inputs").begin_object();
    for (const policy::Input& input : step.inputs) {
      w.key(input.name);
      std::visit(ValueWriter{w}, input.value);
    }
    w.end_object().key("result");
    if (step.result)
      std::visit(ValueWriter{w}, *step.result);
    else
      w.null();
    w.field("sentence", std::string_view(sentence(step, language))).end_object();
  }
  w.end_array();
  return out;
}

}  // namespace prorata::wire
