// The list of requests, so that any window of it can be asked for by view, words and sorting.
//
//   Inbox inbox;
//   const InboxWindow window = TRY(inbox.window(*snapshot, {.view = InboxView::open, .me = me, .sees = sees}, {0, 100}));
//
// What is not at its end is read from the store each time, which is as much as a desk has to do. What is at its end stays as it is and is
// kept, some 300 bytes a request; each call takes in those that came to their end since the last one, by whichever process. A desk that was
// set back is read anew.
//
// Safe for use by many threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/store.h"

namespace prorata::portal_api {

enum class InboxView : std::uint8_t { all, open, mine, fresh, approve, sent, unknown, done, refused };
inline constexpr std::size_t kInboxViewCount = 9;
enum class InboxSort : std::uint8_t { created, updated, due, amount, customer, number };

// Every field that is set narrows the list.
struct InboxQuery {
  InboxView view = InboxView::all;
  std::optional<CustomerId> customer;
  std::optional<ReservationId> reservation;
  std::optional<request::Kind> kind;
  std::vector<std::string> words;  // in lower case
  InboxSort sort = InboxSort::created;
  bool descending = false;
  request::Who me;                              // whose view `mine` is
  std::function<bool(const Customer&)> sees{};  // who may be shown
};

struct InboxWindow {
  std::vector<std::int64_t> numbers;  // in order
  std::int64_t total = 0;
  std::vector<std::int64_t> views;  // by InboxView: of those that match everything but the view
};

class Inbox {
 public:
  Inbox();
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  Result<InboxWindow> window(Snapshot& snapshot, const InboxQuery& query, std::size_t offset, std::size_t limit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace prorata::portal_api

namespace prorata {
template <>
inline constexpr auto kWords<portal_api::InboxView> =
    std::to_array<Word<portal_api::InboxView>>({{portal_api::InboxView::all, "all"},
                                                {portal_api::InboxView::open, "open"},
                                                {portal_api::InboxView::mine, "mine"},
                                                {portal_api::InboxView::fresh, "fresh"},
                                                {portal_api::InboxView::approve, "approve"},
                                                {portal_api::InboxView::sent, "sent"},
                                                {portal_api::InboxView::unknown, "unknown"},
                                                {portal_api::InboxView::done, "done"},
                                                {portal_api::InboxView::refused, "refused"}});
template <>
inline constexpr auto kWords<portal_api::InboxSort> =
    std::to_array<Word<portal_api::InboxSort>>({{portal_api::InboxSort::created, "created"},
                                                {portal_api::InboxSort::updated, "updated"},
                                                {portal_api::InboxSort::due, "due"},
                                                {portal_api::InboxSort::amount, "amount"},
                                                {portal_api::InboxSort::customer, "customer"},
                                                {portal_api::InboxSort::number, "number"}});
}  // namespace prorata
