#include "notify/event.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/args.h>
#include <fmt/format.h>

#include "wire/json.h"

namespace prorata::notify {
namespace {

struct Sentence {
  std::string_view kind;
  std::string_view english;
  std::string_view swedish;
};

// {customer} is the name; the others are members of the event.
constexpr std::array<Sentence, 12> kSentences = {{
    {"request.changed", "Request {number} for {customer}: {state}", "Begäran {number} för {customer}: {state}"},
    {"credit.missing", "No credit on invoice {invoice} for a return of {customer}: {amount} {currency}",
     "Kreditering saknas på faktura {invoice} för en retur från {customer}: {amount} {currency}"},
    {"credit.different", "The credit on invoice {invoice} for {customer} differs: {amount} {currency}",
     "Krediteringen på faktura {invoice} för {customer} avviker: {amount} {currency}"},
    {"credit.matched", "The credit for {customer} has arrived on invoice {invoice}: {amount} {currency}",
     "Krediteringen för {customer} har kommit på faktura {invoice}: {amount} {currency}"},
    {"credit.overdue", "No credit after {days} days for a return of {customer}: {amount} {currency}",
     "Ingen kreditering efter {days} dagar för en retur från {customer}: {amount} {currency}"},
    {"reservation.expiring", "{name} of {customer} expires in {days} days, on {expires}",
     "{name} hos {customer} går ut om {days} dagar, {expires}"},
    {"reservation.renewal_window", "The renewal of {name} of {customer} can still be changed until {expires}",
     "Förnyelsen av {name} hos {customer} kan ändras till och med {expires}"},
    {"allowance.nearly_used", "{customer} has used {used} of {limit} {currency} of its refund allowance",
     "{customer} har använt {used} av {limit} {currency} av sitt återbetalningsutrymme"},
    {"allowance.back", "{amount} {currency} of the refund allowance of {customer} has come back; {free} is free",
     "{amount} {currency} av återbetalningsutrymmet för {customer} är tillbaka; {free} är fritt"},
    {"utilization.low", "{name} of {customer} was used to {percent} % over {days} days",
     "{name} hos {customer} användes till {percent} % under {days} dagar"},
    {"notify.test", "A test: this is how events arrive", "Ett test: så här kommer händelser fram"},
    {"", "{kind} for {customer}", "{kind} för {customer}"},
}};

struct Pair {
  std::string_view word;
  std::string_view english;
  std::string_view swedish;
};

// States of a request; what is not here is shown as it is.
constexpr std::array<Pair, 13> kStates = {{{"draft", "draft", "utkast"},
                                           {"submitted", "submitted", "inlämnad"},
                                           {"partner_approval", "waits for a second person's approval", "en andra person måste godkänna"},
                                           {"awaiting_approval", "waits for a second person's approval", "en andra person måste godkänna"},
                                           {"with_operator", "with the operator", "hos operatören"},
                                           {"approved", "approved", "godkänd"},
                                           {"executing", "being executed", "genomförs"},
                                           {"completed", "done", "klar"},
                                           {"outcome_unknown", "maybe done; do not send it again", "oklart utfall; skicka inte igen"},
                                           {"withdrawn", "withdrawn", "återtagen"},
                                           {"rejected", "refused", "nekad"},
                                           {"expired", "expired", "utgången"},
                                           {"failed", "failed", "misslyckad"}}};

constexpr std::array<Pair, 24> kLabels = {{{"customer", "Customer", "Kund"},
                                           {"reservation", "Reservation ID", "Reservations-ID"},
                                           {"name", "Reservation", "Reservation"},
                                           {"sku", "Size", "Storlek"},
                                           {"quantity", "Units", "Enheter"},
                                           {"expires", "Expires", "Går ut"},
                                           {"days", "Days", "Dagar"},
                                           {"request", "Request", "Begäran"},
                                           {"number", "Number", "Nummer"},
                                           {"kind", "Kind", "Slag"},
                                           {"state", "State", "Tillstånd"},
                                           {"previous", "Before", "Tidigare"},
                                           {"actor", "By", "Av"},
                                           {"return", "Return", "Retur"},
                                           {"invoice", "Invoice", "Faktura"},
                                           {"amount", "Amount", "Belopp"},
                                           {"currency", "Currency", "Valuta"},
                                           {"used", "Used", "Använt"},
                                           {"limit", "Refund limit", "Återbetalningsgräns"},
                                           {"free", "Left", "Kvar"},
                                           {"percent", "Utilization, %", "Utnyttjande, %"},
                                           {"returned", "Returned on", "Returnerad"},
                                           {"webhook", "Webhook", "Webhook"},
                                           {"at", "Time (UTC)", "Tid (UTC)"}}};

template <std::size_t N>
std::string word_in(const std::array<Pair, N>& words, std::string_view word, Language language) {
  for (const Pair& each : words)
    if (each.word == word) return std::string(language == Language::swedish ? each.swedish : each.english);
  return std::string(word);
}

// "{name}" by what `values` has for it; a name it has not is left empty. The texts are ours, the values are anybody's.
std::string filled(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find('{', at);
    out += text.substr(at, open - at);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    const auto found = values.find(text.substr(open + 1, close - open - 1));
    if (found != values.end()) out += found->second;
    at = close + 1;
  }
  return out;
}

// No control character survives: a name with a line end in it makes no second header line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  return text;
}

}  // namespace

std::string_view Event::field(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, [](const auto& each) { return std::string_view(each.first); });
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

Event read_event(std::string id, std::string kind, std::string body, Instant at) {
  Event event{.id = std::move(id), .kind = std::move(kind), .at = at, .body = std::move(body)};
  wire::JsonReader reader;
  const Result<wire::JsonValue> root = reader.read(event.body);
  event.readable = root && root->is_object();
  if (!event.readable) return event;
  for (auto member = root->first(); member; member = member->next()) {
    const wire::JsonKind shape = member->kind();
    if (shape == wire::JsonKind::string || shape == wire::JsonKind::number || shape == wire::JsonKind::boolean)
      event.fields.emplace_back(std::string(member->key()), std::string(member->text()));
  }
  if (const Result<CustomerId> customer = CustomerId::parse(event.field("customer"))) event.customer = *customer;
  if (const Result<Instant> moment = parse_instant(event.field("at"))) event.at = *moment;
  return event;
}

std::string subject_of(const Event& event, std::string_view customer, Language language) {
  std::map<std::string, std::string, std::less<>> values;
  for (const auto& [name, value] : event.fields) values[name] = value;
  values["customer"] = customer.empty() ? (language == Language::swedish ? "desken" : "the desk") : customer;
  if (const auto state = values.find("state"); state != values.end()) state->second = word_in(kStates, state->second, language);
  const auto known = std::ranges::find(kSentences, event.kind, &Sentence::kind);
  const Sentence& sentence = known == kSentences.end() ? kSentences.back() : *known;
  if (known == kSentences.end()) values["kind"] = event.kind;
  return one_line(filled(language == Language::swedish ? sentence.swedish : sentence.english, values));
}

std::string label_of(std::string_view field, Language language) { return word_in(kLabels, field, language); }

}  // namespace prorata::notify
