// A slow, obvious twin of the allocation, written from the text of the utilization rules alone: one hour after the other, a map a cell.
// Its own order, its own scopes, its own reckoning of hours and days. It shares no function with src/ and is only ever compared with it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace prorata::twin {

struct MeteredRow {
  std::string resource;
  std::string size;
  std::string region;
  std::string subscription;
  std::string resource_group;
  long hour = 0;  // since 1970
  std::int64_t quantity = 0;
  bool flexible_only = false;
};

struct OwnedVersion {
  std::string id;
  std::string region;
  std::string size;
  std::int64_t quantity = 1;
  bool exact = false;
  int scope = 3;  // 0 resource group, 1 subscription, 2 management group, 3 shared
  std::string subscription;
  std::string resource_group;
  int depth = 0;
  std::set<std::string> below;
  long start_second = 0;
  long end_second = 0;
};

struct WeightOfSize {
  std::string group;
  std::int64_t weight = 1;
};

struct Context {
  std::map<std::string, WeightOfSize> sizes;  // one that is not in here is a group of its own
  std::vector<OwnedVersion> versions;
  std::vector<MeteredRow> rows;
  bool spill = true;
  long from_hour = 0;
  long until_hour = 0;
};

// A resource is named by its id, size and region.
using ResourceName = std::tuple<std::string, std::string, std::string>;

struct Cells {
  std::map<std::tuple<std::size_t, ResourceName, long>, std::int64_t> take;  // version, resource, hour; none is zero
  std::map<std::pair<ResourceName, long>, std::int64_t> left;                // none is zero
  std::map<std::pair<std::size_t, long>, std::int64_t> used;                 // of each active hour, zero too
  std::map<std::pair<std::size_t, long>, std::int64_t> unused;
};

Cells allocate(const Context& context);

}  // namespace prorata::twin
