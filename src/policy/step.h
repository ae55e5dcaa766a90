// One step of a derivation: which rule was applied, to what, with what result. Data without a language; a program reads it as it stands
// and a person as a sentence in English or Swedish.
//
//   Step fee = make_step("refund.fee", {{"credit", credit}, {"fee_rate", Ratio{12, 100}}}, result);
//   sentence(fee, Language::english)    // "Early termination fee: 12 % × 3 000.00 USD = 360.00 USD."
//   sentence(fee, Language::swedish)    // "Avgift för tidig uppsägning: 12 % × 3 000,00 USD = 360,00 USD."
//
// The promise: the inputs of a step suffice to work out its result with pen and paper. docs/specs/refunds.md says by which formula.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata::policy {

struct DayCount {
  std::int64_t days = 0;
  friend bool operator==(const DayCount&, const DayCount&) = default;
};
struct UnitCount {
  std::int64_t units = 0;
  friend bool operator==(const UnitCount&, const UnitCount&) = default;
};
struct Number {  // of an instalment
  std::int64_t value = 0;
  friend bool operator==(const Number&, const Number&) = default;
};
// A word of the rules, "pro_rated" or "used": people read it in their language. It must be one that rules() knows how to say.
struct RuleWord {
  std::string_view word;  // of an enum's kWords
  friend bool operator==(const RuleWord&, const RuleWord&) = default;
};
struct EqualPayments {
  std::int64_t count = 0;
  Money each;
  friend bool operator==(const EqualPayments&, const EqualPayments&) = default;
};

// A std::string is a name, shown as it is: of a policy, a row, a product.
using Value = std::variant<Money, DayCount, UnitCount, Number, Day, Ratio, RuleWord, std::string, std::vector<EqualPayments>>;

struct Input {
  std::string_view name;
  Value value;
};

struct Step {
  std::string_view rule;  // stable: "refund.fee"
  std::vector<Input> inputs;
  std::optional<Value> result;  // absent for a refusal or a warning

  const Value& input(std::string_view name) const;  // CHECKs that there is one
};

// How a rule is said. In a sentence {credit} stands for an input and {result} for the result; {days:n} is the number alone, without
// its unit or currency.
struct Rule {
  std::string id;
  std::string_view inputs;  // their names, in order: "credit fee_rate"
  std::string_view english;
  std::string_view swedish;
};

// Every rule there is; a refusal or warning is one too ("refusal.invalid_quantity").
std::span<const Rule> rules();

// CHECKs that the rule exists and has exactly these inputs, in this order.
Step make_step(std::string_view rule, std::vector<Input> inputs, std::optional<Value> result);

std::string sentence(const Step& step, Language language);

// Amounts and percentages as people read them: "3 650,00 SEK", "12 %", "12,5 %".
std::string readable(Money amount, Language language);
std::string readable(Ratio rate, Language language);

}  // namespace prorata::policy
