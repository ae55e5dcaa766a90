// Answers in the service's envelopes, and what requests of all areas have in common: pages, filters, etags, the customer of the path.
//
//   return collection(call, {.next = page.next}, [&](wire::JsonWriter& w) {
//     for (const Customer& each : page.items) wire::write_partner_customer(w, each);
//   });
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "partner_center/face.h"
#include "wire/partner_bodies.h"
#include "wire/partner_customers.h"

namespace prorata::partner_center {

template <class Write>
std::string body_of(const Write& write) {
  std::string body;
  wire::JsonWriter w(body);
  write(w);
  return body;
}
template <class Write>
http::Response written(int status, const Write& write) {
  return http::json(status, body_of(write));
}

// How many, from where. Errors of both: 400.
struct PageSizes {
  std::size_t usual = 100;
  std::size_t most = 500;
};
struct PageAsk {
  std::size_t limit = 0;
  std::string after;       // the store's cursor; of MS-ContinuationToken
  std::size_t offset = 0;  // of `offset`, where there is no token
};
// Of size, offset, seekOperation and MS-ContinuationToken. A size of zero stands for the usual one.
Outcome<PageAsk> page_ask(const Call& call, PageSizes sizes);
// A cursor as it may stand in a header, and back.
std::string token_of(std::string_view cursor);

// Where the address of a collection's page begins: the path below /v1, with its query.
std::string own_uri(const Call& call);
std::string next_uri(const Call& call);

struct Next {
  std::string cursor;  // empty: the last page
  std::string uri;     // of a page by offset; empty: the same address with seekOperation=Next
};
template <class WriteItems>
http::Response collection(const Call& call, std::int64_t count, const Next& next, const WriteItems& write_items) {
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object().field("totalCount", count).key("items").begin_array();
    write_items(w);
    w.end_array();
    const std::string token = next.cursor.empty() ? std::string() : token_of(next.cursor);
    w.field_if("continuationToken", token).key("links").begin_object();
    wire::write_link(w, "self", own_uri(call));
    if (!token.empty()) wire::write_link(w, "next", next_uri(call), token);
    if (!next.uri.empty()) wire::write_link(w, "next", next.uri);
    w.end_object();
    wire::write_attributes(w, "Collection");
    w.end_object();
  });
}
template <class Items, class WriteItem>
http::Response collection_of(const Call& call, const Items& items, const Next& next, const WriteItem& write_item) {
  return collection(call, static_cast<std::int64_t>(std::size(items)), next, [&](wire::JsonWriter& w) {
    for (const auto& each : items) write_item(w, each);
  });
}

// The mark in If-Match, without its quotes. Refuses where there is none, with the number of an etag.
Outcome<std::string> etag_of(const Call& call);

// The customer of the path, where the caller may know of it; whoever is not there and whoever is not to be known are refused in the same
// words.
Outcome<Customer> customer_of(const Call& call, Snapshot& snapshot);
// The same, where the caller may also do that to it.
Outcome<Customer> customer_for(const Call& call, Snapshot& snapshot, access::Right right, access::Access access);
bool sees(const Call& call, const Customer& customer);
Outcome<SubscriptionId> subscription_of(const Call& call, const Customer& customer);

// A GUID that stands for the partner: made of its name, since a desk has no number at the provider.
std::string partner_id(const Desk& desk);

}  // namespace prorata::partner_center
