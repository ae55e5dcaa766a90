#include "http/metrics.h"

#include <cstdio>

#include <unistd.h>

#include <fmt/format.h>

namespace prorata::http {
namespace {

constexpr std::array<std::int64_t, 16> kBoundsMicroseconds = {
    50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
constexpr std::string_view kRejectionWords[] = {"malformed",  "too_large",       "too_slow", "too_many_connections",
                                                "queue_full", "handshake_failed"};

std::string seconds(std::uint64_t microseconds) { return fmt::format("{}.{:06}", microseconds / 1'000'000, microseconds % 1'000'000); }

std::uint64_t read(const std::atomic<std::uint64_t>& count) { return count.load(std::memory_order_relaxed); }

void append_type(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

void append_value(std::string& out, std::string_view name, std::string_view type, std::string_view help, std::int64_t value) {
  append_type(out, name, type, help);
  out += fmt::format("{} {}\n", name, value);
}

// The second number of statm: resident pages.
std::int64_t resident_bytes() {
  long long total = 0;
  long long resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (!file) return 0;
  if (std::fscanf(file, "%lld %lld", &total, &resident) != 2) resident = 0;  // NOLINT(cert-err34-c): the kernel wrote it
  std::fclose(file);
  return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

Metrics::Metrics(std::vector<std::string> faces) {
  faces.emplace_back("other");
  for (std::string& name : faces) {
    faces_.push_back(std::make_unique<Face>());
    faces_.back()->name = std::move(name);
  }
}

Metrics::Face& Metrics::face_of(std::string_view name) const {
  for (const auto& face : faces_)
    if (face->name == name) return *face;
  return *faces_.back();
}

void Metrics::answered(std::string_view face_name, Method method, int status, std::chrono::microseconds took) {
  Face& face = face_of(face_name);
  const auto status_class = static_cast<std::size_t>(status / 100) % kClasses;
  face.requests[static_cast<std::size_t>(method)][status_class].fetch_add(1, std::memory_order_relaxed);
  std::size_t bucket = 0;
  while (bucket < kBuckets && took.count() > kBoundsMicroseconds[bucket]) ++bucket;
  face.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  face.microseconds.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
}

std::string Metrics::prometheus(std::int64_t queue_depth) const {
  std::string out;
  append_type(out, "prorata_http_requests_total", "counter",
              "Requests by face, method and class of the status; 0xx was dropped unanswered.");
  for (const auto& face : faces_)
    for (const auto& [method, word] : kWords<Method>)
      for (std::size_t status = 0; status < kClasses; ++status)
        if (const std::uint64_t count = read(face->requests[static_cast<std::size_t>(method)][status]))
          out +=
              fmt::format("prorata_http_requests_total{{face=\"{}\",method=\"{}\",status=\"{}xx\"}} {}\n", face->name, word, status, count);

  append_type(out, "prorata_http_request_seconds", "histogram", "From the last byte of the request to the answer.");
  for (const auto& face : faces_) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= kBuckets; ++i) {
      sum += read(face->buckets[i]);
      const std::string bound = i < kBuckets ? seconds(static_cast<std::uint64_t>(kBoundsMicroseconds[i])) : "+Inf";
      out += fmt::format("prorata_http_request_seconds_bucket{{face=\"{}\",le=\"{}\"}} {}\n", face->name, bound, sum);
    }
    out += fmt::format("prorata_http_request_seconds_sum{{face=\"{}\"}} {}\n", face->name, seconds(read(face->microseconds)));
    out += fmt::format("prorata_http_request_seconds_count{{face=\"{}\"}} {}\n", face->name, sum);
  }

  append_type(out, "prorata_http_rejected_total", "counter", "What was turned away before a handler saw it, by reason.");
  for (std::size_t i = 0; i < kRejections; ++i)
    out += fmt::format("prorata_http_rejected_total{{reason=\"{}\"}} {}\n", kRejectionWords[i], read(rejections_[i]));

  append_value(out, "prorata_http_requests_in_flight", "gauge", "Requests that a handler is answering.", in_flight.load());
  append_value(out, "prorata_http_connections", "gauge", "Open connections.", connections.load());
  append_value(out, "prorata_http_queue_depth", "gauge", "Writes that wait for a worker.", queue_depth);
  append_value(out, "prorata_http_certificate_reloads_total", "counter", "Certificates taken into use while running.",
               certificate_reloads.load());
  append_value(out, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
  return out;
}

}  // namespace prorata::http
