#include "request/request.h"

#include <gtest/gtest.h>

#include <map>

namespace prorata::request {
namespace {

constexpr Instant kNow{1'770'000'000'000'000};

ReturnLine line(int n, std::int64_t quantity = 1) {
  return {.order = OrderId::trusted("73e60000-0000-4000-8000-00000000000" + std::to_string(n)),
          .reservation = ReservationId::trusted("ab970000-0000-4000-8000-00000000000" + std::to_string(n)),
          .quantity = quantity,
          .sku = "Standard_D2s_v5"};
}

NewRequest asked(Kind kind = Kind::refund) {
  return {.id = RequestId::trusted("eeee0000-0000-4000-8000-000000000001"),
          .kind = kind,
          .customer = CustomerId::trusted("c0000000-0000-4000-8000-000000000001"),
          .returns = {line(1)}};
}

const Who kAnna{"aaaa0000-0000-4000-8000-000000000001", "anna@partner.example"};

Request made(State state) {
  Request request = *create(asked(), 1017, kAnna, kNow);
  request.state = state;
  return request;
}

// Every act in every state: what the desk's rules say about a request's life, written down a second time.
TEST(Next, IsTheDesksTableForEveryActInEveryState) {
  using enum State;
  const std::map<Act, std::map<State, State>> expected = {
      {Act::submit, {{draft, submitted}}},
      {Act::ask_inside, {{submitted, partner_approval}}},
      {Act::hand_over, {{submitted, with_operator}, {partner_approval, with_operator}}},
      {Act::approve, {{with_operator, approved}}},
      {Act::reject, {{partner_approval, rejected}, {with_operator, rejected}}},
      {Act::withdraw,
       {{draft, withdrawn}, {submitted, withdrawn}, {partner_approval, withdrawn}, {with_operator, withdrawn}, {approved, withdrawn}}},
      {Act::expire, {{submitted, expired}, {partner_approval, expired}, {with_operator, expired}, {approved, expired}}},
      {Act::begin, {{approved, executing}}},
      {Act::complete, {{executing, completed}, {outcome_unknown, completed}}},
      {Act::step_back, {{executing, approved}, {outcome_unknown, approved}}},
      {Act::lose_sight, {{executing, outcome_unknown}}},
      {Act::give_up, {{approved, failed}, {executing, failed}, {outcome_unknown, failed}}},
  };
  ASSERT_EQ(kWords<State>.size(), kStateCount);
  ASSERT_EQ(kWords<Act>.size(), kActCount);
  ASSERT_EQ(expected.size(), kActCount);
  for (const auto& [state, state_word] : kWords<State>)
    for (const auto& [act, act_word] : kWords<Act>) {
      const auto& row = expected.at(act);
      const auto to = row.find(state);
      EXPECT_EQ(next(state, act), to == row.end() ? std::nullopt : std::optional(to->second)) << act_word << " in " << state_word;

      const Result<Request> taken = take(made(state), act, {kAnna, kNow, "so"});
      if (to == row.end()) {
        ASSERT_FALSE(taken) << act_word << " in " << state_word;
        EXPECT_EQ(taken.error().code, Code::refused);
        EXPECT_NE(taken.error().message.find("R-1017 is " + std::string(state_word)), std::string::npos) << taken.error().message;
      } else {
        ASSERT_TRUE(taken) << act_word << " in " << state_word;
        EXPECT_EQ(taken->state, to->second);
        ASSERT_EQ(taken->steps.size(), 1U);
        EXPECT_EQ(taken->steps.front(), (Step{state, to->second, kAnna, kNow, "so"}));
      }
    }
}

TEST(Next, LeadsOutOfEveryStateButTheLastOnes) {
  for (const auto& [state, word] : kWords<State>) {
    bool leads_on = false;
    for (const auto& [act, act_word] : kWords<Act>) leads_on |= next(state, act).has_value();
    EXPECT_EQ(leads_on, !at_its_end(state)) << word;
    if (at_its_end(state) || state == State::draft) EXPECT_FALSE(holds_allowance(state)) << word;
  }
  // What is being done can be neither withdrawn nor left to expire: it ends by being done, or by looking.
  for (const State state : {State::executing, State::outcome_unknown})
    for (const Act act : {Act::withdraw, Act::expire, Act::reject, Act::begin}) EXPECT_FALSE(next(state, act));
}

TEST(Create, RefusesLinesThatAreNone) {
  struct Row {
    std::string_view name;
    NewRequest asked;
    std::string_view place;
  };
  const auto with = [](Kind kind, const auto& change) {
    NewRequest out = asked(kind);
    change(out);
    return out;
  };
  const PurchaseWish wish{.line = {.sku = "Standard_D4s_v5", .term = Term{1}}};
  for (const Row& row :
       std::vector<Row>{{"no line", with(Kind::refund, [](NewRequest& r) { r.returns.clear(); }), "returns"},
                        {"two lines of a refund", with(Kind::refund, [](NewRequest& r) { r.returns.push_back(line(2)); }), "returns"},
                        {"a refund that buys", with(Kind::refund, [&](NewRequest& r) { r.purchases = {wish}; }), "purchases"},
                        {"a line named twice", with(Kind::exchange, [](NewRequest& r) { r.returns.push_back(line(1)); }), "returns"},
                        {"fewer than none", with(Kind::refund, [](NewRequest& r) { r.returns = {line(1, -1)}; }), "returns"},
                        {"nothing of a size",
                         with(Kind::exchange,
                              [&](NewRequest& r) {
                                r.purchases = {wish};
                                r.purchases.front().line.quantity = 0;
                              }),
                         "purchases"},
                        {"no size",
                         with(Kind::exchange,
                              [&](NewRequest& r) {
                                r.purchases = {wish};
                                r.purchases.front().line.sku.clear();
                              }),
                         "purchases"},
                        {"many lines", with(Kind::exchange, [&](NewRequest& r) { r.purchases.assign(kLinesMax + 1, wish); }), "returns"},
                        {"a long reason", with(Kind::refund, [](NewRequest& r) { r.reason.assign(kReasonMax + 1, 'x'); }), "reason"}}) {
    const Result<Request> refused = create(row.asked, 1, kAnna, kNow);
    ASSERT_FALSE(refused) << row.name;
    EXPECT_EQ(refused.error().code, Code::invalid_argument) << row.name;
    EXPECT_EQ(refused.error().place, row.place) << row.name;
  }
  EXPECT_TRUE(create(with(Kind::exchange, [&](NewRequest& r) { r.purchases = {wish}; }), 1, kAnna, kNow));
}

TEST(Create, IsDueBySeverity) {
  NewRequest critical = asked();
  critical.severity = support::Severity::critical;
  EXPECT_EQ(create(critical, 1, kAnna, kNow)->due, add_seconds(kNow, 3600));
  EXPECT_LT(create(critical, 1, kAnna, kNow)->due, create(asked(), 1, kAnna, kNow)->due);
}

TEST(ChangeLines, ForgetsWhatWasQuotedForOthers) {
  Request draft = made(State::draft);
  draft.quoted = Quoted{.policy = "csp-2020", .fingerprint = "f"};
  EXPECT_TRUE(change_lines(draft, draft.returns, draft.purchases, kNow)->quoted) << "the same lines";
  EXPECT_FALSE(change_lines(draft, {line(1, 2)}, {}, kNow)->quoted);
  EXPECT_EQ(change_lines(made(State::with_operator), {line(1, 2)}, {}, kNow).error().code, Code::refused);
}

TEST(Agreed, IsPolicyAndEveryFigure) {
  Request request = made(State::approved);
  const Quoted quoted{.policy = "csp-2020", .fingerprint = "f"};
  EXPECT_FALSE(agreed(request, quoted)) << "nothing was quoted";
  request.quoted = quoted;
  EXPECT_TRUE(agreed(request, quoted));
  EXPECT_FALSE(agreed(request, {.policy = "csp-2020", .fingerprint = "g"}));
  EXPECT_FALSE(agreed(request, {.policy = "azure-2022", .fingerprint = "f"}));
}

TEST(Numbers, AreReadAsTheyAreWritten) {
  EXPECT_EQ(number_text(1017), "R-1017");
  for (const std::string_view text : {"R-1017", "r-1017", "1017"}) EXPECT_EQ(*parse_number(text), 1017) << text;
  for (const std::string_view text : {"", "R-", "R1017", "R-0", "R--1", "R-12x", "Q-1017", "R-9999999999999999999999"}) {
    ASSERT_FALSE(parse_number(text)) << text;
    EXPECT_EQ(parse_number(text).error().code, Code::invalid_argument);
  }
}

TEST(AttachmentType, IsWhatNameAndContentBothSay) {
  using std::string_literals::operator""s;
  EXPECT_EQ(*attachment_type("Order.PDF", "%PDF-1.7 ..."), "application/pdf");
  EXPECT_EQ(*attachment_type("screen.png", "\x89PNG\r\n\x1a\n..."), "image/png");
  EXPECT_EQ(*attachment_type("mejl från kunden.txt", "Hej"), "text/plain");
  struct Row {
    std::string name, content;
    std::string_view place;
  };
  for (const Row& row : std::vector<Row>{{"order.pdf", "MZ...", "content"},
                                         {"order.txt", "a\0b"s, "content"},
                                         {"order.pdf", "", "content"},
                                         {"order.exe", "MZ", "name"},
                                         {"order", "text", "name"},
                                         {"../order.txt", "text", "name"},
                                         {"a\\b.txt", "text", "name"},
                                         {"", "text", "name"},
                                         {std::string(200, 'a') + ".txt", "text", "name"},
                                         {"big.txt", std::string(kAttachmentBytesMax + 1, 'a'), "content"}}) {
    const Result<std::string> type = attachment_type(row.name, row.content);
    ASSERT_FALSE(type) << row.name;
    EXPECT_EQ(type.error().place, row.place) << row.name;
  }
  EXPECT_TRUE(attachment_type("big.txt", std::string(kAttachmentBytesMax, 'a'))) << "the last byte that fits";
}

TEST(Attach, TakesEachFileOnceAndNotTooMany) {
  const auto file = [](const std::string& name, const std::string& checksum) {
    return Attachment{.name = name, .type = "text/plain", .size = 1, .checksum = checksum, .by = kAnna, .at = kNow};
  };
  Request request = *attach(made(State::draft), file("a.txt", "1"));
  EXPECT_EQ(attach(request, file("A.TXT", "1"))->attachments.size(), 1U) << "the same again";
  EXPECT_EQ(attach(request, file("a.txt", "2")).error().code, Code::already_exists);
  for (std::size_t n = 1; n < kAttachmentsMax; ++n) request = *attach(request, file(std::to_string(n), "1"));
  EXPECT_EQ(attach(request, file("one more", "1")).error().code, Code::invalid_argument);
  EXPECT_EQ(attach(made(State::completed), file("a.txt", "1")).error().code, Code::refused);
}

}  // namespace
}  // namespace prorata::request
