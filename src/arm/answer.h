// Answers made of JSON.
//
//   return written(200, [&](wire::JsonWriter& w) { write_provider(w, provider, prefix); });
//   return listed(call.request, slice.next, [&](wire::JsonWriter& w) {
//     for (std::size_t i = slice.from; i < slice.until; ++i) write_group(w, groups[i]);
//   });
#pragma once

#include <string>
#include <string_view>

#include "arm/paging.h"
#include "http/message.h"
#include "wire/json.h"

namespace prorata::arm {

template <class Write>
http::Response written(int status, const Write& write) {
  std::string body;
  wire::JsonWriter w(body);
  write(w);
  return http::json(status, std::move(body));
}

// The members of a page: its rows under "value", and where the next begins; `next` is empty on the last. The object stays open.
template <class WriteRows>
void write_page(wire::JsonWriter& w, const http::Request& request, std::string_view next, const WriteRows& write_rows) {
  w.begin_object().key("value").begin_array();
  write_rows(w);
  w.end_array();
  if (!next.empty()) w.field("nextLink", next_link(request, next));
}

template <class WriteRows>
http::Response listed(const http::Request& request, std::string_view next, const WriteRows& write_rows) {
  return written(200, [&](wire::JsonWriter& w) {
    write_page(w, request, next, write_rows);
    w.end_object();
  });
}

// All of a list at once.
template <class Rows, class WriteRow>
http::Response listed(const Rows& rows, const WriteRow& write_row) {
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object().key("value").begin_array();
    for (const auto& each : rows) write_row(w, each);
    w.end_array().end_object();
  });
}

}  // namespace prorata::arm
