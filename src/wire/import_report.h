// What an importer did with a file: how many records it read, took, passed over and refused, and why it refused each.
//
//   ImportReport report;
//   TRY(import_azure(file, sink, report));
//   for (const ImportRefused& each : report.refusals) print(each.text());   // "orders.json: /value/3/id (line 7, column 12): ..."
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace prorata::wire {

struct ImportRefused {
  std::string file;
  std::string place;  // "/value/3 (line 7, column 12)"
  std::string reason;

  std::string text() const { return file + ": " + (place.empty() ? reason : place + ": " + reason); }
};

struct ImportReport {
  static constexpr std::size_t kRefusalsKept = 1000;

  std::int64_t read = 0;  // every record seen: accepted + skipped + refused
  std::int64_t accepted = 0;
  std::int64_t skipped = 0;  // understood, and nothing that is wanted here
  std::int64_t refused = 0;  // all of them are counted, the first thousand are kept
  std::vector<ImportRefused> refusals;

  void accept() { ++read, ++accepted; }
  void skip() { ++read, ++skipped; }
  void refuse(const std::string& file, const Error& error) {
    ++read, ++refused;
    if (refusals.size() < kRefusalsKept) refusals.push_back({file, error.place, error.message});
  }
};

}  // namespace prorata::wire
