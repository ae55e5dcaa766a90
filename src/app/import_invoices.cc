#include "app/import_invoices.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/write.h"
#include "base/fingerprint.h"

namespace prorata {
namespace {

// What a line says, as two numbers that can be added up.
std::array<std::uint64_t, 2> mark_of(const InvoiceLine& line) {
  Fingerprint mark;
  mark.add(line.customer ? line.customer->text() : "").add(line.order ? line.order->text() : "");
  mark.add(line.charge).add(line.text).add(line.reference).add(line.quantity);
  mark.add(line.amount.minor).add(line.amount.currency.code()).add(line.tax.minor);
  mark.add(line.from.since_epoch).add(line.until.since_epoch);
  const std::string text = mark.text();
  constexpr std::size_t kHalf = 16;
  std::array<std::uint64_t, 2> halves{};
  std::from_chars(text.data(), text.data() + kHalf, halves[0], 16);
  std::from_chars(text.data() + kHalf, text.data() + text.size(), halves[1], 16);
  return halves;
}

Result<void> add(std::vector<InvoiceTotal>& totals, const InvoiceLine& line) {
  const auto same = [&](const InvoiceTotal& each) { return each.subtotal.currency == line.amount.currency; };
  auto found = std::ranges::find_if(totals, same);
  if (found == totals.end()) {
    const Money nothing = Money::zero(line.amount.currency);
    found = totals.insert(totals.end(), {nothing, nothing});
  }
  const auto too_much = [](Money sum, Money more) { return std::abs(sum.minor) > INT64_MAX / 2 - std::abs(more.minor); };
  if (too_much(found->subtotal, line.amount) || too_much(found->tax, line.tax))
    return fail(Code::invalid_data, fmt::format("the lines of invoice {} add up to more than an amount can be", line.invoice));
  found->subtotal += line.amount;
  found->tax += line.tax;
  return {};
}

AuditNote note_of(const App& app, Instant at, std::string action, std::string subject, std::string after) {
  return {.at = at, .actor = app.actor, .action = std::move(action), .subject = std::move(subject), .after = std::move(after)};
}

}  // namespace

std::string SurveyedInvoice::content() const { return fmt::format("{:016x}{:016x}-{}", sum[0], sum[1], lines); }

Result<void> InvoiceSurvey::take(std::span<const InvoiceLine> lines) {
  for (const InvoiceLine& line : lines) {
    if (invoices_.size() > kInvoicesInFileMax)
      return fail(Code::invalid_data, fmt::format("the file has lines of more than {} invoices; split it", kInvoicesInFileMax));
    SurveyedInvoice& invoice = invoices_[invoice_key(line.invoice)];
    if (invoice.number.empty()) invoice.number = line.invoice;
    const std::array<std::uint64_t, 2> mark = mark_of(line);
    invoice.sum[0] += mark[0];
    invoice.sum[1] += mark[1];
    ++invoice.lines;
    TRY(add(invoice.totals, line));
    invoice.from = std::min(invoice.from.value_or(line.from), line.from);
    invoice.until = std::max(invoice.until.value_or(line.until), line.until);
  }
  return {};
}

Result<InvoiceImport> InvoiceImport::begin(App& app, const InvoiceSurvey& survey, InvoiceSource source) {
  TRY(authorize(app, access::Right::settle, target_of_desk()));
  InvoiceImport import(app, std::move(source));
  const auto plan = [&](Snapshot& snapshot, Changes* changes) -> Result<void> {
    import.plans_.clear();
    import.unchanged_.clear();
    for (const auto& [key, surveyed] : survey.invoices()) {
      std::optional<Invoice> known = TRY(snapshot.invoice(surveyed.number));
      if (known && known->revision > 0 && known->content == surveyed.content()) {
        import.unchanged_.push_back({*std::move(known), InvoiceNews::unchanged});
        continue;
      }
      Invoice next = known.value_or(Invoice{.number = surveyed.number});
      ++next.reserved;
      import.plans_[key] = {.surveyed = surveyed, .revision = next.reserved};
      if (changes != nullptr) changes->invoices.push_back(std::move(next));
    }
    return {};
  };
  TRY(plan(*TRY(app.store.snapshot()), nullptr));
  if (import.nothing_new()) return import;  // and nothing is written, not even to the log
  const auto begin = [&](const WriteRequest& request) {
    return write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
      const Moment moment = TRY(load_moment(app, snapshot));
      Changes changes;
      TRY(plan(snapshot, &changes));
      changes.audit = note_of(app, moment.now, "invoice.begin", import.source_.file, fmt::format("{} invoices", changes.invoices.size()));
      if (!request.key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, import.source_.file};
      return changes;
    });
  };
  const Committed begun = TRY(begin(import.source_.request));
  if (begun.replayed) TRY(begin({}));  // its lines are not all here, or they would not be new
  return import;
}

Result<void> InvoiceImport::take(std::span<const InvoiceLine> lines) {
  TRY(second_.take(lines));
  Changes changes;
  for (const InvoiceLine& line : lines) {
    const auto plan = plans_.find(invoice_key(line.invoice));
    if (plan == plans_.end()) continue;
    InvoiceLine row = line;
    row.invoice = plan->second.surveyed.number;
    row.revision = plan->second.revision;
    row.number = ++plan->second.lines;
    changes.invoice_lines.push_back(std::move(row));
  }
  if (changes.invoice_lines.empty()) return {};
  const std::unique_ptr<Snapshot> snapshot = TRY(app_->store.snapshot());
  const Moment moment = TRY(load_moment(*app_, *snapshot));
  changes.durable = Durable::soon;  // the revision that counts them is durable now
  changes.audit = note_of(*app_, moment.now, "invoice.lines", source_.file, fmt::format("{} lines", changes.invoice_lines.size()));
  TRY(app_->store.commit(std::move(changes)));
  return {};
}

Result<void> InvoiceImport::check_same_as_surveyed() const {
  for (const auto& [key, plan] : plans_) {
    const auto again = second_.invoices().find(key);
    const bool same = again != second_.invoices().end() && again->second.content() == plan.surveyed.content();
    if (!same) return fail(Code::conflict, fmt::format("{} changed while it was read; import it again", source_.file));
  }
  return {};
}

Result<Changes> InvoiceImport::reveal(Snapshot& snapshot, std::vector<ImportedInvoice>& done) const {
  const Moment moment = TRY(load_moment(*app_, snapshot));
  done = unchanged_;
  Changes changes;
  for (const auto& [key, plan] : plans_) {
    const SurveyedInvoice& surveyed = plan.surveyed;
    Invoice invoice = *TRY(snapshot.invoice(surveyed.number));
    // Somebody else's import of the same lines, or of later ones, came first.
    const bool overtaken = invoice.revision > 0 && (invoice.content == surveyed.content() || invoice.revision > plan.revision);
    if (overtaken) {
      done.push_back({std::move(invoice), InvoiceNews::unchanged});
      continue;
    }
    const InvoiceNews news = invoice.revision == 0 ? InvoiceNews::added : InvoiceNews::corrected;
    invoice.revision = plan.revision;
    invoice.content = surveyed.content();
    invoice.file = source_.file;
    invoice.dialect = source_.dialect;
    invoice.at = moment.now;
    invoice.actor = app_->actor;
    invoice.lines = surveyed.lines;
    invoice.totals = surveyed.totals;
    invoice.from = surveyed.from;
    invoice.until = surveyed.until;
    changes.invoices.push_back(invoice);
    done.push_back({std::move(invoice), news});
  }
  changes.audit = note_of(*app_, moment.now, "invoice.import", source_.file, fmt::format("{} invoices", changes.invoices.size()));
  return changes;
}

Result<std::vector<ImportedInvoice>> InvoiceImport::finish() {
  if (nothing_new()) return unchanged_;
  TRY(check_same_as_surveyed());
  std::vector<ImportedInvoice> done;
  TRY(write(app_->store, {}, [&](Snapshot& snapshot) { return reveal(snapshot, done); }));
  return done;
}

}  // namespace prorata
