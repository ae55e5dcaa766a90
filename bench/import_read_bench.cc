// How fast 'import azure' reads: 100,000 made-up reservations from one file, beside 'jq -c .' on the same file where jq is installed. Only
// the reading is timed; what a store does with the records is list_bench's figure.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "wire/import_azure.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

constexpr int kReservations = 100'000;
constexpr int kRounds = 3;

std::string reservation(int number) {
  return fmt::format(
      R"({{"id":"/providers/microsoft.capacity/reservationOrders/10000000-0000-4000-8000-{0:012}/reservations/20000000-0000-4000-8000-{0:012}",)"
      R"("name":"20000000-0000-4000-8000-{0:012}","type":"microsoft.capacity/reservationOrders/reservations","location":"swedencentral","etag":{1},)"
      R"("sku":{{"name":"Standard_D{2}s_v5"}},"properties":{{"reservedResourceType":"VirtualMachines","userFriendlyRenewState":"Off",)"
      R"("skuDescription":"Reserved VM Instance, Standard_D{2}s_v5","renew":false,"archived":false,"quantity":{3},"appliedScopeType":"Shared",)"
      R"("displayName":"Fleet {0}","provisioningState":"Succeeded","term":"P3Y","expiryDateTime":"2027-01-26T23:40:17.9916641Z",)"
      R"("purchaseDateTime":"2024-01-26T23:38:23.8714788Z","benefitStartTime":"2024-01-26T23:40:17.9916641Z",)"
      R"("lastUpdatedDateTime":"2024-01-26T23:40:30.7288309Z","expiryDate":"2027-01-26","purchaseDate":"2024-01-26","instanceFlexibility":"On",)"
      R"("utilization":{{"trend":"SAME","aggregates":[{{"grain":1.0,"grainUnit":"days","value":0.0,"valueUnit":"percentage"}},)"
      R"({{"grain":30.0,"grainUnit":"days","value":97.5,"valueUnit":"percentage"}}]}},"billingPlan":"Monthly",)"
      R"("billingScopeId":"/subscriptions/30000000-0000-4000-8000-000000000001"}}}})",
      number, number % 9 + 1, 2 << (number % 5), number % 40 + 1);
}

void write_list(const std::filesystem::path& path) {
  std::ofstream file(path);
  file << "{\"value\":[";
  for (int i = 0; i < kReservations; ++i) file << (i == 0 ? "" : ",\n") << reservation(i);
  file << "]}\n";
}

template <class Work>
double seconds_of(const Work& work) {
  const auto from = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

std::int64_t read_list(const std::filesystem::path& path) {
  Result<FileBytes> file = FileBytes::open(path);
  ImportReport report;
  CHECK(file && import_azure(*file, [](const auto&, const auto&) { return Result<void>(); }, report), "the list can be read");
  return report.accepted;
}

long peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int main() {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("prorata-import-read-{}.json", ::getpid());
  write_list(path);
  const bool jq = std::system("command -v jq >/dev/null 2>&1") == 0;
  const std::string jq_command = fmt::format("jq -c '.value[]' '{}' >/dev/null", path.string());
  double ours = 1e9;
  double peer = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    ours = std::min(ours, seconds_of([&] { CHECK(read_list(path) == kReservations, "every reservation is taken"); }));
    if (jq) peer = std::min(peer, seconds_of([&] { CHECK(std::system(jq_command.c_str()) == 0, "jq reads the list"); }));
  }
  const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  fmt::print("import azure, reading only: {:.0f} reservations/s, {:.0f} MB/s, {} MiB at most\n", kReservations / ours, megabytes / ours,
             peak_kib() / 1024);
  if (jq) fmt::print("jq -c '.value[]' on the same file: {:.0f}/s; ours is {:.1f} times that\n", kReservations / peer, peer / ours);
  if (!jq) fmt::print("jq is not installed: no peer\n");
  std::filesystem::remove(path);
}
