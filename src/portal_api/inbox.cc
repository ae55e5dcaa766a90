#include "portal_api/inbox.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <tuple>
#include <unordered_map>

namespace prorata::portal_api {
namespace {

using request::Request;
using request::State;

constexpr std::size_t kReadAtOnce = 500;

// What lists are narrowed and sorted by.
struct Row {
  std::int64_t number = 0;
  State state = State::draft;
  request::Kind kind = request::Kind::refund;
  CustomerId customer;
  std::vector<ReservationId> reservations;
  std::string text;  // in lower case; all but the customer's name
  std::string owner;
  std::string begun_by;  // object id
  bool asked = false;    // by a customer, and nobody has taken it up
  bool agree_again = false;
  std::int64_t amount = 0;  // in USD, as the allowance counts it: the only one that compares
  Instant created;
  Instant updated;
  Instant due;
};

Row row_of(const Request& r) {
  Row row{.number = r.number,
          .state = r.state,
          .kind = r.kind,
          .customer = r.customer,
          .text = to_lower(request::number_text(r.number)),
          .owner = r.assigned_to,
          .begun_by = r.submitted_by ? r.submitted_by->id : r.created_by.id,
          .asked = r.asked_by.has_value() && !r.quoted,
          .agree_again = r.agree_again,
          .amount = r.quoted ? r.quoted->pricing_refund.minor : 0,
          .created = r.created,
          .updated = r.updated,
          .due = r.due};
  const auto add = [&](std::string_view text) { row.text += '\n' + to_lower(text); };
  for (const request::ReturnLine& each : r.returns) {
    row.reservations.push_back(each.reservation);
    add(each.reservation.text());
    add(each.order.text());
    add(each.sku);
  }
  for (const request::PurchaseWish& each : r.purchases) add(each.line.sku);
  for (const std::string& each : {r.reason, r.ticket, r.assigned_to, r.created_by.name, r.outcome}) add(each);
  if (r.asked_by) add(r.asked_by->name);
  return row;
}

bool is_in(const Row& row, InboxView view, const request::Who& me) {
  const bool open = !request::at_its_end(row.state);
  switch (view) {
    case InboxView::all: return true;
    case InboxView::open: return open;
    case InboxView::mine: return open && (row.owner.empty() ? row.begun_by == me.id : equal_ignoring_case(row.owner, me.name));
    case InboxView::fresh: return row.state == State::draft && row.asked;
    case InboxView::approve: return row.state == State::partner_approval || (open && row.agree_again);
    case InboxView::sent:
      return row.state == State::submitted || row.state == State::with_operator || row.state == State::executing ||
             (row.state == State::approved && !row.agree_again);
    case InboxView::unknown: return row.state == State::outcome_unknown;
    case InboxView::done: return row.state == State::completed;
    case InboxView::refused: return !open && row.state != State::completed;
  }
  return false;
}

Result<std::string> hash_at(Snapshot& snapshot, std::int64_t number) {
  std::string hash;
  TRY(snapshot.audit(number, [&](const AuditRecord& record) {
    if (record.number == number) hash = record.hash;
    return false;
  }));
  return hash;
}

}  // namespace

struct Inbox::Impl {
  std::mutex mutex;
  std::unordered_map<std::int64_t, Row> ended;  // by number
  std::int64_t last = 0;                        // commit that was seen
  std::string last_hash;

  // All that there is: those at their end from memory, the others read.
  Result<std::vector<const Row*>> read(Snapshot& snapshot, std::vector<Row>& open) {
    if (last != 0 && TRY(hash_at(snapshot, last)) != last_hash) ended.clear();
    last = TRY(snapshot.counts()).commits;
    last_hash = TRY(hash_at(snapshot, last));
    if (ended.empty()) TRY(read_all(snapshot, false, [&](const Request& each) { ended.insert_or_assign(each.number, row_of(each)); }));
    TRY(read_all(snapshot, true, [&](const Request& each) { open.push_back(row_of(each)); }));

    std::vector<bool> known;
    const std::int64_t newest = TRY(snapshot.last_request_number());
    known.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, newest - request::kFirstNumber + 1)));
    const auto note = [&](std::int64_t number) {
      if (request::kFirstNumber <= number && number <= newest) known[static_cast<std::size_t>(number - request::kFirstNumber)] = true;
    };
    for (const Row& each : open) note(each.number);
    for (const auto& [number, row] : ended) note(number);
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i]) continue;
      const std::optional<Request> just_ended = TRY(snapshot.request_numbered(request::kFirstNumber + static_cast<std::int64_t>(i)));
      if (just_ended) ended.insert_or_assign(just_ended->number, row_of(*just_ended));
    }
    std::vector<const Row*> all;
    for (const Row& each : open) all.push_back(&each);
    for (const auto& [number, row] : ended) all.push_back(&row);
    return all;
  }

  template <class Take>
  static Result<void> read_all(Snapshot& snapshot, bool open, const Take& take) {
    RequestQuery query{.open = open, .limit = kReadAtOnce};
    do {
      const Page<Request> page = TRY(snapshot.requests(query));
      for (const Request& each : page.items) take(each);
      query.after = page.next;
    } while (!query.after.empty());
    return {};
  }
};

Inbox::Inbox() : impl_(std::make_unique<Impl>()) {}
Inbox::~Inbox() = default;

Result<InboxWindow> Inbox::window(Snapshot& snapshot, const InboxQuery& query, std::size_t offset, std::size_t limit) {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<Row> open;
  std::vector<const Row*> rows = TRY(impl_->read(snapshot, open));
  std::erase_if(rows, [&](const Row* row) {
    return (query.customer && row->customer != *query.customer) || (query.kind && row->kind != *query.kind) ||
           (query.reservation && std::ranges::find(row->reservations, *query.reservation) == row->reservations.end());
  });

  struct Whose {
    bool seen = false;
    std::string name;  // in lower case
  };
  std::map<CustomerId, Whose> customers;
  for (const Row* row : rows) customers.emplace(row->customer, Whose{});
  std::vector<CustomerId> ids;
  for (const auto& [id, whose] : customers) ids.push_back(id);
  for (const Customer& each : TRY(snapshot.customers_by_id(ids)))
    customers[each.id] = {.seen = !query.sees || query.sees(each), .name = to_lower(each.name)};
  std::erase_if(rows, [&](const Row* row) {
    const Whose& whose = customers.at(row->customer);
    const auto has = [&](const std::string& word) { return row->text.contains(word) || whose.name.contains(word); };
    return !whose.seen || !std::ranges::all_of(query.words, has);
  });

  InboxWindow out{.views = std::vector<std::int64_t>(kInboxViewCount)};
  for (const Row* row : rows)
    for (std::size_t i = 0; i < kInboxViewCount; ++i) out.views[i] += is_in(*row, static_cast<InboxView>(i), query.me) ? 1 : 0;
  std::erase_if(rows, [&](const Row* row) { return !is_in(*row, query.view, query.me); });

  const auto by = [&](auto key) {
    std::ranges::sort(rows, [&](const Row* a, const Row* b) {
      const auto x = std::tuple(key(*a), a->number);
      const auto y = std::tuple(key(*b), b->number);
      return query.descending ? y < x : x < y;
    });
  };
  switch (query.sort) {
    case InboxSort::created: by([](const Row& row) { return row.created.ticks; }); break;
    case InboxSort::updated: by([](const Row& row) { return row.updated.ticks; }); break;
    case InboxSort::due: by([](const Row& row) { return std::pair(request::at_its_end(row.state), row.due.ticks); }); break;
    case InboxSort::amount: by([](const Row& row) { return row.amount; }); break;
    case InboxSort::customer: by([&](const Row& row) { return std::string_view(customers.at(row.customer).name); }); break;
    case InboxSort::number: by([](const Row& row) { return row.number; }); break;
  }
  out.total = static_cast<std::int64_t>(rows.size());
  for (std::size_t i = offset; i < std::min(rows.size(), offset + limit); ++i) out.numbers.push_back(rows[i]->number);
  return out;
}

}  // namespace prorata::portal_api
