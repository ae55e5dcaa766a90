#include "app/file_exchange.h"

#include <fmt/format.h>

#include "app/preview_exchange.h"

namespace prorata {
namespace {

ExchangeAsk ask_of(const AskFor& lines) {
  ExchangeAsk ask;
  for (const request::ReturnLine& each : lines.returns) ask.returns.push_back({each.reservation, each.quantity});
  for (const request::PurchaseWish& each : lines.purchases)
    ask.purchases.push_back({.line = each.line, .scope = each.scope_named ? std::optional(each.line.scope) : std::nullopt});
  return ask;
}

Result<void> check_agreed(const FileExchangeAsk& ask, Money net_payable, const std::string& policy) {
  if (net_payable == ask.net_payable && policy == ask.policy) return {};
  return fail(Code::stale_quote,
              fmt::format("{} {} under {} were agreed to, and it is {} {} under {} now; look at it again and agree to that",
                          to_string(ask.net_payable), ask.net_payable.currency.code(), ask.policy, to_string(net_payable),
                          net_payable.currency.code(), policy));
}

}  // namespace

Result<request::Request> file_exchange(App& app, const FileExchangeAsk& ask) {
  FileExchangeAsk drafting = ask;
  drafting.lines.kind = request::Kind::exchange;
  if (!ask.lines.key.empty()) drafting.lines.key += " draft";
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    const bool drafted = !ask.lines.key.empty() && TRY(snapshot->answered(drafting.lines.key)).has_value();
    if (!drafted) {
      const ExchangePreview now = TRY(preview_exchange(app, *snapshot, ask_of(ask.lines)));
      TRY(check_agreed(ask, now.decision.net_payable, now.pack->id));
    }
  }
  const DraftedRequest drafted = TRY(draft_request(app, {.from = {}, .lines = std::move(drafting.lines)}));
  if (drafted.request.quoted) TRY(check_agreed(ask, drafted.request.quoted->net_payable, drafted.request.quoted->policy));
  SubmitAsk submit{.number = drafted.request.number, .contact = ask.contact};
  if (!ask.lines.key.empty()) submit.key = ask.lines.key + " submit";
  return submit_request(app, submit);
}

}  // namespace prorata
