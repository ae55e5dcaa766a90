#include "portal_api/fleet.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "wire/json.h"

namespace prorata::portal_api {
namespace {

constexpr std::size_t kReadAtOnce = 5'000;
constexpr std::size_t kResultsKept = 12;
// Above so many changed rows sorting anew is cheaper than finding each one's new place.
constexpr std::size_t kPlacedOneByOneMax = 32;
constexpr std::size_t kSorts = kWords<FleetSort>.size();

// A GUID in sixteen bytes.
using Packed = std::array<std::uint8_t, 16>;
Packed packed(std::string_view guid) {
  Packed out{};
  std::size_t digit = 0;
  for (const char c : guid) {
    if (c == '-' || digit >= 32) continue;
    const int value = c <= '9' ? c - '0' : c - 'a' + 10;
    out[digit / 2] = static_cast<std::uint8_t>(out[digit / 2] << 4 | value);
    ++digit;
  }
  return out;
}
std::string unpacked(const Packed& id) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kHex[id[i] >> 4U];
    out += kHex[id[i] & 15U];
  }
  return out;
}
struct HashPacked {
  std::size_t operator()(const Packed& id) const {
    std::uint64_t half = 0;
    for (std::size_t i = 8; i < 16; ++i) half = half * 257 + id[i];
    for (std::size_t i = 0; i < 8; ++i) half = half * 1'099'511'628'211ULL + id[i];
    return half;
  }
};

// Texts that many rows share, each once.
class Texts {
 public:
  std::uint32_t of(std::string_view text) {
    const auto [found, added] = places_.try_emplace(std::string(text), static_cast<std::uint32_t>(all_.size()));
    if (added) all_.emplace_back(text);
    return found->second;
  }
  const std::string& at(std::uint32_t place) const { return all_[place]; }
  std::vector<bool> holding(std::string_view word) const {
    std::vector<bool> out(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i) out[i] = all_[i].contains(word);
    return out;
  }

 private:
  std::vector<std::string> all_;
  std::unordered_map<std::string, std::uint32_t> places_;
};

struct FleetCustomer {
  CustomerId id;
  std::string name;  // in lower case, as the domain
  std::string domain;
  std::string country;
  std::optional<ResellerId> reseller;
};

// What is looked at for every row, apart from the rest, so that a pass over a million rows reads ten megabytes.
struct Hot {
  std::int32_t expiry_day = 0;
  std::uint32_t customer = 0;
  ProvisioningState state = ProvisioningState::creating;
  bool archived = false;
};
struct Cold {
  Packed id;
  Packed order;
  std::int64_t expiry = 0;
  std::int64_t purchased = 0;
  std::int64_t quantity = 0;
  std::uint32_t sku = 0;
  std::uint32_t region = 0;
  std::uint32_t product = 0;
  std::string name;  // in lower case
};

// The display states of a day, asked of the one function that decides them.
class Displays {
 public:
  explicit Displays(Day today) : today_(today.since_epoch) {
    Reservation stub;
    for (const auto& [state, word] : kWords<ProvisioningState>) {
      stub.state = state;
      stub.expiry = start_of(add_days(today, kFar));
      by_state_[static_cast<std::size_t>(state)] = display_state(stub, start_of(today));
    }
    stub.state = ProvisioningState::succeeded;
    for (std::int32_t left = -1; left <= kFar; ++left) {
      stub.expiry = start_of(add_days(today, left));
      by_days_left_[static_cast<std::size_t>(left + 1)] = display_state(stub, start_of(today));
    }
  }
  DisplayState of(const Hot& row) const {
    if (row.state != ProvisioningState::succeeded) return by_state_[static_cast<std::size_t>(row.state)];
    return by_days_left_[static_cast<std::size_t>(std::clamp(row.expiry_day - today_, -1, kFar) + 1)];
  }

 private:
  static constexpr std::int32_t kFar = 100;  // days beyond which nothing changes any more
  std::int32_t today_;
  std::array<DisplayState, kWords<ProvisioningState>.size()> by_state_{};
  std::array<DisplayState, kFar + 2> by_days_left_{};
};

struct Found {
  std::vector<std::uint32_t> rows;  // in order
  std::int64_t customers = 0;
  ReservationCounts states;
};

std::string key_of(const FleetQuery& q, Day today) {
  std::string key =
      fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|", today.since_epoch, q.customer ? q.customer->text() : "",
                  q.expires_from ? q.expires_from->since_epoch : INT32_MIN, q.expires_until ? q.expires_until->since_epoch : INT32_MAX,
                  q.archived ? (*q.archived ? "a" : "n") : "", to_string(q.sort), q.descending, q.reseller ? q.reseller->text() : "",
                  q.only_customer ? q.only_customer->text() : "");
  for (const DisplayState each : q.states) key += to_string(each);
  for (const std::string& each : q.words) key += fmt::format("|{}:{}", each.size(), each);
  return key;
}

}  // namespace

struct Fleet::Impl {
  std::mutex mutex;
  bool loaded = false;
  std::int64_t last = 0;  // commit taken in
  std::string last_hash;
  std::string first_hash;     // of commit 1: tells a trail that was begun anew from one that a snapshot sees less of
  std::uint64_t version = 0;  // moves when a row here does

  std::vector<Hot> hot;
  std::vector<Cold> cold;
  std::unordered_map<Packed, std::uint32_t, HashPacked> places;
  Texts texts;
  std::vector<FleetCustomer> customers;
  std::unordered_map<CustomerId, std::uint32_t> customer_places;
  std::array<std::vector<std::uint32_t>, kSorts> sorted;  // all rows; empty until it is asked for

  struct Kept {
    std::uint64_t version = 0;
    std::uint64_t used = 0;
    std::shared_ptr<const Found> found;
  };
  std::map<std::string, Kept> results;
  std::uint64_t uses = 0;

  // ---- taking in ---------------------------------------------------------------------------------------------------------------------

  Result<void> catch_up(Snapshot& snapshot) {
    if (!loaded) return load(snapshot);
    std::vector<ReservationId> reservations;
    std::vector<CustomerId> changed_customers;
    bool same_trail = false;
    std::int64_t newest = last;
    std::string newest_hash = last_hash;
    std::optional<Error> wrong;
    wire::JsonReader reader;
    TRY(snapshot.audit(last, [&](const AuditRecord& record) {
      if (record.number == last) {
        same_trail = record.hash == last_hash;
        return same_trail;
      }
      if (const Result<void> read = read_rows(reader, record.rows, reservations, changed_customers); !read) wrong = read.error();
      newest = record.number;
      newest_hash = record.hash;
      return !wrong;
    }));
    if (wrong) return std::unexpected(*std::move(wrong));
    if (!same_trail) {
      const bool older = TRY(hash_at(snapshot, 1)) == first_hash && TRY(hash_at(snapshot, last)).empty();
      return older ? Result<void>() : load(snapshot);
    }
    if (newest == last) return {};
    if (!changed_customers.empty()) {
      for (const Customer& each : TRY(snapshot.customers_by_id(changed_customers))) take(each);
      ++version;
      sorted[static_cast<std::size_t>(FleetSort::customer)].clear();
    }
    if (!reservations.empty()) TRY(take_changed(snapshot, reservations));
    last = newest;
    last_hash = std::move(newest_hash);
    return {};
  }

  static Result<std::string> hash_at(Snapshot& snapshot, std::int64_t number) {
    std::string hash;
    TRY(snapshot.audit(number, [&](const AuditRecord& record) {
      if (record.number == number) hash = record.hash;
      return false;
    }));
    return hash;
  }

  // A record says of each row written its table, its id, its version and its digest.
  static Result<void> read_rows(wire::JsonReader& reader, std::string_view rows, std::vector<ReservationId>& reservations,
                                std::vector<CustomerId>& customers) {
    const wire::JsonValue root = TRY(reader.read(rows));
    for (auto row = root.first(); row; row = row->next()) {
      const auto table = row->first();
      const auto id = table ? table->next() : std::nullopt;
      if (!id) continue;
      if (table->text() == "reservation") reservations.push_back(ReservationId::trusted(std::string(id->text())));
      if (table->text() == "customer") customers.push_back(CustomerId::trusted(std::string(id->text())));
    }
    return {};
  }

  Result<void> load(Snapshot& snapshot) {
    hot.clear();
    cold.clear();
    places.clear();
    customers.clear();
    customer_places.clear();
    results.clear();
    for (auto& each : sorted) each.clear();
    loaded = false;
    last = TRY(snapshot.counts()).commits;
    last_hash = TRY(hash_at(snapshot, last));
    first_hash = TRY(hash_at(snapshot, 1));
    CustomerQuery by_name{.limit = kReadAtOnce};
    do {
      const Page<Customer> page = TRY(snapshot.customers(by_name));
      for (const Customer& each : page.items) take(each);
      by_name.after = page.next;
    } while (!by_name.after.empty());
    ReservationQuery all{.limit = kReadAtOnce};
    do {
      const Page<Reservation> page = TRY(snapshot.reservations(all));
      for (const Reservation& each : page.items) take(each);
      all.after = page.next;
    } while (!all.after.empty());
    loaded = true;
    ++version;
    return {};
  }

  void take(const Customer& customer) {
    const auto [found, added] = customer_places.try_emplace(customer.id, static_cast<std::uint32_t>(customers.size()));
    if (added) customers.emplace_back();
    customers[found->second] = {customer.id, to_lower(customer.name), to_lower(customer.domain), customer.country, customer.reseller};
  }

  // Its place among the rows.
  std::uint32_t take(const Reservation& r) {
    const Packed id = packed(r.id.text());
    const auto [found, added] = places.try_emplace(id, static_cast<std::uint32_t>(hot.size()));
    if (added) {
      hot.emplace_back();
      cold.emplace_back();
    }
    const auto customer = customer_places.find(r.customer);
    CHECK(customer != customer_places.end(), "a reservation's customer is known before it");
    hot[found->second] = {day_of(r.expiry).since_epoch, customer->second, r.state, r.archived};
    cold[found->second] = {.id = id,
                           .order = packed(r.order.text()),
                           .expiry = r.expiry.ticks,
                           .purchased = r.purchased.ticks,
                           .quantity = r.quantity,
                           .sku = texts.of(to_lower(r.sku)),
                           .region = texts.of(to_lower(r.region)),
                           .product = texts.of(to_lower(r.product)),
                           .name = to_lower(r.name)};
    return found->second;
  }

  Result<void> take_changed(Snapshot& snapshot, std::vector<ReservationId>& ids) {
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    const bool one_by_one = ids.size() <= kPlacedOneByOneMax;
    if (!one_by_one)
      for (auto& each : sorted) each.clear();
    for (std::size_t from = 0; from < ids.size(); from += kReadAtOnce) {
      const std::vector<ReservationId> some(ids.begin() + static_cast<std::ptrdiff_t>(from),
                                            ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), from + kReadAtOnce)));
      for (const Reservation& each : TRY(snapshot.reservations_by_id(some))) {
        const auto known = places.find(packed(each.id.text()));
        if (one_by_one && known != places.end())
          for (auto& order : sorted) std::erase(order, known->second);
        const std::uint32_t row = take(each);
        for (std::size_t i = 0; one_by_one && i < kSorts; ++i) {
          auto& order = sorted[i];
          if (!order.empty() || hot.size() == 1) order.insert(std::ranges::lower_bound(order, row, before(static_cast<FleetSort>(i))), row);
        }
      }
    }
    ++version;
    return {};
  }

  // ---- asking ------------------------------------------------------------------------------------------------------------------------

  // Of two equal ones the smaller id comes first, so that an order is one order.
  std::function<bool(std::uint32_t, std::uint32_t)> before(FleetSort sort) const {
    const auto by = [this](auto key) {
      return [this, key](std::uint32_t a, std::uint32_t b) {
        const auto& x = key(a);
        const auto& y = key(b);
        if (x != y) return x < y;
        return cold[a].id < cold[b].id;
      };
    };
    switch (sort) {
      case FleetSort::purchased: return by([this](std::uint32_t r) -> const std::int64_t& { return cold[r].purchased; });
      case FleetSort::name: return by([this](std::uint32_t r) -> const std::string& { return cold[r].name; });
      case FleetSort::quantity: return by([this](std::uint32_t r) -> const std::int64_t& { return cold[r].quantity; });
      case FleetSort::sku: return by([this](std::uint32_t r) -> const std::string& { return texts.at(cold[r].sku); });
      case FleetSort::region: return by([this](std::uint32_t r) -> const std::string& { return texts.at(cold[r].region); });
      case FleetSort::customer: return by([this](std::uint32_t r) -> const std::string& { return customers[hot[r].customer].name; });
      case FleetSort::expiry: break;
    }
    return by([this](std::uint32_t r) -> const std::int64_t& { return cold[r].expiry; });
  }

  const std::vector<std::uint32_t>& order_of(FleetSort sort) {
    auto& order = sorted[static_cast<std::size_t>(sort)];
    if (order.size() == hot.size()) return order;
    order.resize(hot.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, before(sort));
    return order;
  }

  // Whose rows may be shown at all.
  std::vector<bool> wanted_customers(const FleetQuery& query) const {
    std::vector<bool> out(customers.size());
    for (std::size_t i = 0; i < customers.size(); ++i) {
      const FleetCustomer& each = customers[i];
      out[i] = (!query.customer || each.id == *query.customer) && (!query.only_customer || each.id == *query.only_customer) &&
               (!query.reseller || each.reseller == query.reseller);
    }
    return out;
  }

  void keep_with_word(std::vector<bool>& wanted, const std::string& word) const {
    const std::vector<bool> in_text = texts.holding(word);
    std::vector<bool> in_customer(customers.size());
    const Result<CustomerId> id = CustomerId::parse(word);
    const Packed guid = id ? packed(id->text()) : Packed{};
    for (std::size_t i = 0; i < customers.size(); ++i)
      in_customer[i] = customers[i].name.contains(word) || customers[i].domain.contains(word) || (id && customers[i].id == *id);
    for (std::size_t i = 0; i < hot.size(); ++i) {
      if (!wanted[i]) continue;
      const Cold& row = cold[i];
      wanted[i] = in_customer[hot[i].customer] || in_text[row.sku] || in_text[row.region] || in_text[row.product] ||
                  row.name.contains(word) || (id && (row.id == guid || row.order == guid));
    }
  }

  Found find(const FleetQuery& query, Day today) {
    const Displays displays(today);
    const std::vector<bool> of_customer = wanted_customers(query);
    std::vector<bool> wanted(hot.size());
    const std::int32_t from = query.expires_from ? query.expires_from->since_epoch : INT32_MIN;
    const std::int32_t until = query.expires_until ? query.expires_until->since_epoch : INT32_MAX;
    for (std::size_t i = 0; i < hot.size(); ++i) {
      const Hot& row = hot[i];
      wanted[i] = of_customer[row.customer] && from <= row.expiry_day && row.expiry_day < until &&
                  (!query.archived || row.archived == *query.archived);
    }
    for (const std::string& word : query.words) keep_with_word(wanted, word);

    Found out;
    std::vector<bool> counted(customers.size());
    for (std::size_t i = 0; i < hot.size(); ++i) {
      if (!wanted[i]) continue;
      const DisplayState state = displays.of(hot[i]);
      count(out.states, state);
      if (!query.states.empty() && std::ranges::find(query.states, state) == query.states.end()) {
        wanted[i] = false;
        continue;
      }
      if (!counted[hot[i].customer]) ++out.customers;
      counted[hot[i].customer] = true;
    }
    for (const std::uint32_t row : order_of(query.sort))
      if (wanted[row]) out.rows.push_back(row);
    if (query.descending) std::ranges::reverse(out.rows);
    return out;
  }

  // By place.
  std::vector<CustomerCounts> counts_of_all(Instant now) const {
    const Displays displays(day_of(now));
    std::vector<CustomerCounts> all(customers.size());
    for (const Hot& row : hot) {
      const DisplayState state = displays.of(row);
      const bool expiring = state == DisplayState::expiring;
      all[row.customer].expiring += expiring ? 1 : 0;
      all[row.customer].living += expiring || state == DisplayState::succeeded || state == DisplayState::processing ? 1 : 0;
    }
    return all;
  }

  std::shared_ptr<const Found> found(const FleetQuery& query, Day today) {
    const std::string key = key_of(query, today);
    Kept& kept = results[key];
    kept.used = ++uses;
    if (!kept.found || kept.version != version) {
      kept.found = std::make_shared<const Found>(find(query, today));
      kept.version = version;
    }
    std::shared_ptr<const Found> out = kept.found;
    if (results.size() > kResultsKept)
      results.erase(std::ranges::min_element(results, {}, [](const auto& each) { return each.second.used; }));
    return out;
  }
};

Fleet::Fleet() : impl_(std::make_unique<Impl>()) {}
Fleet::~Fleet() = default;

Result<void> Fleet::catch_up(Snapshot& snapshot) {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->catch_up(snapshot);
}

Result<FleetWindow> Fleet::window(Snapshot& snapshot, const FleetQuery& query, Instant now, const FleetSpan& span) {
  const std::scoped_lock lock(impl_->mutex);
  TRY(impl_->catch_up(snapshot));
  const std::shared_ptr<const Found> found = impl_->found(query, day_of(now));
  FleetWindow out{.total = static_cast<std::int64_t>(found->rows.size()), .customers = found->customers, .states = found->states};
  const std::size_t until = std::min(found->rows.size(), span.offset + span.limit);
  for (std::size_t i = span.offset; i < until; ++i) out.ids.push_back(ReservationId::trusted(unpacked(impl_->cold[found->rows[i]].id)));
  return out;
}

Result<CustomerWindow> Fleet::customers(Snapshot& snapshot, const FleetCustomerQuery& query, Instant now, const FleetSpan& span) {
  const std::scoped_lock lock(impl_->mutex);
  TRY(impl_->catch_up(snapshot));
  const std::vector<CustomerCounts> counts = impl_->counts_of_all(now);
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < impl_->customers.size(); ++i) {
    const FleetCustomer& each = impl_->customers[i];
    const bool fits = each.name.contains(query.text) || each.domain.contains(query.text) || each.id.text().starts_with(query.text);
    if (fits && query.wanted(each.id, each.reseller)) found.push_back(i);
  }
  const auto by = [&](auto key) {
    std::ranges::sort(found, [&](std::uint32_t a, std::uint32_t b) {
      const FleetCustomer& x = impl_->customers[a];
      const FleetCustomer& y = impl_->customers[b];
      const auto first = key(a);
      const auto second = key(b);
      if (first != second) return first < second;
      return std::tie(x.name, x.id) < std::tie(y.name, y.id);
    });
  };
  switch (query.sort) {
    case CustomerSort::name: by([](std::uint32_t) { return 0; }); break;
    case CustomerSort::domain: by([&](std::uint32_t i) { return std::string_view(impl_->customers[i].domain); }); break;
    case CustomerSort::country: by([&](std::uint32_t i) { return std::string_view(impl_->customers[i].country); }); break;
    case CustomerSort::reservations: by([&](std::uint32_t i) { return counts[i].living; }); break;
    case CustomerSort::expiring: by([&](std::uint32_t i) { return counts[i].expiring; }); break;
  }
  if (query.descending) std::ranges::reverse(found);
  CustomerWindow out{.total = static_cast<std::int64_t>(found.size())};
  for (std::size_t i = span.offset; i < std::min(found.size(), span.offset + span.limit); ++i)
    out.rows.push_back({impl_->customers[found[i]].id, counts[found[i]]});
  return out;
}

Result<CustomerCounts> Fleet::counts_of(Snapshot& snapshot, const CustomerId& id, Instant now) {
  const std::scoped_lock lock(impl_->mutex);
  TRY(impl_->catch_up(snapshot));
  const auto found = impl_->customer_places.find(id);
  if (found == impl_->customer_places.end()) return CustomerCounts{};
  return impl_->counts_of_all(now)[found->second];
}

Result<ReservationCounts> Fleet::states_of(Snapshot& snapshot, const CustomerId& id, Instant now) {
  const std::scoped_lock lock(impl_->mutex);
  TRY(impl_->catch_up(snapshot));
  ReservationCounts out;
  const auto found = impl_->customer_places.find(id);
  if (found == impl_->customer_places.end()) return out;
  const Displays displays(day_of(now));
  for (const Hot& row : impl_->hot)
    if (row.customer == found->second) count(out, displays.of(row));
  return out;
}

}  // namespace prorata::portal_api
