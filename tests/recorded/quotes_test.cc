// Quotes that the real service gave, to the cent through the batch form. Every case of the list is checked, or named with the reason why
// it cannot be.
#include "recordings.h"
#include "reservation/payment.h"
#include "wire/json.h"
#include "wire/policy_pack.h"
#include "wire/price_batch.h"

namespace prorata::wire {
namespace {

// The members along a path of names; a missing one fails the test.
JsonValue at(JsonValue value, std::initializer_list<std::string_view> path) {
  for (const std::string_view name : path) {
    const std::optional<JsonValue> found = value.find(name);
    CHECK(found.has_value(), "the recording has what the test asks for");
    value = *found;
  }
  return value;
}

std::string text(const JsonValue& value, std::initializer_list<std::string_view> path) { return std::string(at(value, path).text()); }
Money amount(const JsonValue& value, std::initializer_list<std::string_view> path, Currency currency) {
  return *round_money(at(value, path).text(), currency);
}
std::int64_t number(const JsonValue& value, std::initializer_list<std::string_view> path) {
  return *integer_of(at(value, path), 0, INT64_MAX);
}

// What the batch form is told; the lifetime price comes from what was paid and what would be cancelled.
struct Facts {
  std::string as_of;
  std::string start;
  Term term;
  std::int64_t quantity = 0;
  std::int64_t returned = 0;
  Money price;
  Money pricing_price;
  Money allowance_used = Money::zero(Currency::usd());
};

std::string line_of(const Facts& facts) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().field("id", "recorded").field("policy", "azure-2022").field("as_of", std::string_view(facts.as_of));
  w.field("currency", facts.price.currency.code()).field("billing_plan", "Monthly").field("term", std::string_view(to_string(facts.term)));
  w.field("start", std::string_view(facts.start)).field("quantity", facts.quantity).field("return_quantity", facts.returned);
  w.field("price", facts.price).field("pricing_price", facts.pricing_price).field("used", false);
  w.key("allowance").begin_object().field("used", facts.allowance_used).end_object().end_object();
  return line;
}

class RecordedQuotes : public Recorded {
 protected:
  std::string answer_to(const Facts& facts) {
    std::string out;
    EXPECT_TRUE(pricer_.price(line_of(facts), 1, out)) << out;
    return out;
  }

  // The instalment that was paid, for all units, times the months: the lifetime price.
  static Money lifetime(const JsonValue& billing, std::int64_t payments, Currency currency) {
    return amount(billing, {"billingCurrencyTotalPaidAmount"}, currency) * payments;
  }

  void check_refund(const JsonValue& c) {
    const JsonValue expected = at(c, {"expected"});
    const JsonValue billing = at(expected, {"billingInformation"});
    const Currency currency = *Currency::parse(text(expected, {"billingRefundAmount", "currencyCode"}));
    const Money refund = amount(expected, {"billingRefundAmount", "amount"}, currency);
    const Money pricing_refund = amount(expected, {"pricingRefundAmount", "amount"}, Currency::usd());
    const Money remaining = amount(billing, {"billingCurrencyRemainingCommitmentAmount"}, currency);
    const Money used = amount(expected, {"consumedRefundsTotal", "amount"}, Currency::usd());
    const std::int64_t payments = number(billing, {"totalTransactions"});
    Facts facts{.as_of = text(c, {"asOf"}),
                .start = text(c, {"order", "benefitStartTime"}).substr(0, 10),
                .term = *parse_term(text(c, {"order", "term"})),
                .quantity = number(c, {"order", "originalQuantity"}),
                .returned = number(c, {"request", "quantity"}),
                .price = lifetime(billing, payments, currency),
                .allowance_used = used};
    facts.pricing_price = scale(pricing_refund * payments, {facts.quantity, facts.returned}, Rounding::half_away);
    ASSERT_EQ(number(billing, {"completedTransactions"}), 1);
    ASSERT_EQ(scale(facts.price, {facts.returned, facts.quantity}, Rounding::half_away), refund + remaining) << "both ways to the price";

    const std::string out = answer_to(facts);
    JsonReader reader;
    const JsonValue answer = *reader.read(out);
    EXPECT_EQ(text(answer, {"refund"}), to_string(refund));
    EXPECT_EQ(text(answer, {"pricing", "refund"}), to_string(pricing_refund));
    EXPECT_EQ(text(answer, {"remaining_commitment"}), to_string(remaining));
    EXPECT_EQ(text(answer, {"fee"}), to_string(Money::zero(currency)));
    EXPECT_EQ(text(answer, {"allowance", "free"}), to_string(amount(expected, {"maxRefundLimit", "amount"}, Currency::usd()) - used));
    EXPECT_EQ(at(answer, {"refusals"}).size(), at(expected, {"policyErrors"}).size());
    EXPECT_EQ(amount(billing, {"billingCurrencyTotalPaidAmount"}, currency) - refund,
              amount(billing, {"billingCurrencyProratedAmount"}, currency));
  }

  // The lines given back: credit and remaining commitment. When each began is not recorded, only that the month was given back whole: so it
  // must come out on every one of the first days.
  void check_exchange(const JsonValue& c) {
    const JsonValue expected = at(c, {"expected"});
    const Currency currency = *Currency::parse(text(expected, {"currencyCode"}));
    Money refunds = Money::zero(currency);
    const JsonValue lines = at(expected, {"reservationsToExchange"});
    for (auto line = lines.first(); line; line = line->next()) {
      const Money credit = amount(*line, {"billingRefundAmount"}, currency);
      const Money remaining = amount(*line, {"billingCurrencyRemainingCommitmentAmount"}, currency);
      const Money paid = amount(*line, {"billingCurrencyTotalPaidAmount"}, currency);
      const std::int64_t payments = 1 + remaining.minor / credit.minor;
      Facts facts{.as_of = text(c, {"asOf"}),
                  .term = Term{static_cast<int>(payments / 12)},
                  .quantity = paid.minor / credit.minor * number(*line, {"quantity"}),
                  .returned = number(*line, {"quantity"}),
                  .price = lifetime(*line, payments, currency),
                  .pricing_price = Money{1, Currency::usd()}};
      for (std::int32_t elapsed = 0; elapsed <= 5; ++elapsed) {
        facts.start = to_string(add_days(*parse_day(facts.as_of), -elapsed));
        const std::string out = answer_to(facts);
        JsonReader reader;
        const JsonValue answer = *reader.read(out);
        EXPECT_EQ(text(answer, {"credit"}), to_string(credit)) << elapsed;
        EXPECT_EQ(text(answer, {"remaining_commitment"}), to_string(remaining)) << elapsed;
      }
      refunds += credit + remaining;
    }
    Money purchases = Money::zero(currency);
    const JsonValue bought = at(expected, {"reservationsToPurchase"});
    for (auto line = bought.first(); line; line = line->next()) purchases += amount(*line, {"billingCurrencyTotal"}, currency);
    EXPECT_EQ(refunds, amount(expected, {"refundsTotal"}, currency));
    EXPECT_EQ(purchases - refunds, amount(expected, {"netPayable"}, currency));
  }

  // The batch form prices returns; a purchase is checked on the schedule it would get.
  void check_purchase(const JsonValue& c) {
    const JsonValue expected = at(c, {"expected"});
    const Currency currency = *Currency::parse(text(expected, {"currencyCode"}));
    const Schedule schedule =
        make_schedule(*parse_word<BillingPlan>(text(c, {"request", "billingPlan"}), "a plan"), *parse_term(text(c, {"request", "term"})),
                      *parse_day(text(c, {"asOf"})), amount(expected, {"billingCurrencyTotal"}, currency), std::nullopt);
    EXPECT_EQ(static_cast<std::int64_t>(schedule.payments.size()), number(expected, {"paymentSchedule", "count"}));
    EXPECT_EQ(to_string(schedule.payments.front().due), text(expected, {"paymentSchedule", "firstDueDate"}));
    for (const Payment& payment : schedule.payments) EXPECT_EQ(payment.billing, amount(expected, {"paymentSchedule", "each"}, currency));
  }

  // Without dates there is nothing to price; that the recorded figures agree with each other can still be asked.
  static void check_sums_only(const JsonValue& c) {
    const JsonValue billing = at(c, {"expected", "billingInformation"});
    const Currency currency = *Currency::parse(text(c, {"expected", "billingRefundAmount", "currencyCode"}));
    EXPECT_EQ(amount(billing, {"billingCurrencyTotalPaidAmount"}, currency) - amount(billing, {"billingCurrencyProratedAmount"}, currency),
              amount(c, {"expected", "billingRefundAmount", "amount"}, currency));
  }

  const policy::PackSet packs_ = *load_packs("");
  LinePricer pricer_{packs_};
};

TEST_F(RecordedQuotes, ComeOutToTheCent) {
  const auto path = reference() / "data/quotes/cases_shared.json";
  const Result<std::string> file = read_whole_file(path, 1 << 20);
  if (!file) GTEST_SKIP() << "no quotes at " << path;
  JsonReader reader;
  const JsonValue cases = *reader.read(*file);
  std::size_t priced = 0;
  for (auto c = cases.first(); c; c = c->next()) {
    const std::string id = text(*c, {"id"});
    const std::string kind = text(*c, {"kind"});
    SCOPED_TRACE(id);
    const bool has_figures = c->find("expected").has_value();
    const bool has_dates = c->find("asOf") && !at(*c, {"asOf"}).is_null();
    if (!has_figures) {
      fmt::print("{}: not checked, the recording has no figures\n", id);
    } else if (kind == "refund" && !has_dates) {
      check_sums_only(*c);
      fmt::print("{}: its sums only, the recording says neither when it began nor when it was asked\n", id);
    } else if (kind == "refund") {
      check_refund(*c);
      ++priced;
    } else if (kind == "exchange") {
      check_exchange(*c);
      ++priced;
    } else if (kind == "purchaseQuote") {
      check_purchase(*c);
      fmt::print("{}: its schedule only, the batch form prices returns\n", id);
    } else {
      ADD_FAILURE() << "a kind of case that this test does not know: " << kind;
    }
  }
  fmt::print("{} of {} cases priced by the batch form\n", priced, cases.size());
  EXPECT_GE(priced, 5u);
}

}  // namespace
}  // namespace prorata::wire
