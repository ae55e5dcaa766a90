// Any bytes are refused with a place, or are a body whose thing is refused by a rule or printed as JSON. The first byte chooses which body.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "wire/arm_access.h"
#include "wire/arm_support.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

const Instant kNow = {17'000'000'000'000'000};

void check_json(const std::string& text) {
  JsonReader reader;
  CHECK(reader.read(text).has_value(), "what we print is JSON");
}

template <class T>
bool was_read(const Result<T>& result) {
  if (!result) CHECK(result.error().code == Code::invalid_data && !result.error().place.empty(), "a refusal names its place");
  return result.has_value();
}

support::SupportRequest sample() {
  const support::NewRequest asked{
      .name = "t",
      .customer = CustomerId::trusted("c0000000-0000-4000-8000-000000000001"),
      .title = "t",
      .description = "d",
      .service = std::string(support::kBilling),
      .classification = std::string(support::kExchangesAndRefunds),
      .contact = {.first_name = "A", .last_name = "B", .email = "a@b.example", .time_zone = "UTC", .country = "SWE", .language = "en-US"}};
  return *support::create_request(asked, "2405100010000001", kNow);
}

void print(const support::SupportRequest& request, SupportAge age) {
  std::string out;
  JsonWriter w(out);
  write_ticket(w, request, {.age = age});
  check_json(out);
  for (const support::Communication& each : request.thread) {
    std::string message;
    JsonWriter m(message);
    write_communication(m, request, each, {.age = age});
    check_json(message);
  }
}

void file(std::string_view body, SupportAge age) {
  JsonReader reader;
  Result<support::NewRequest> asked = read_new_ticket(reader, body, age);
  if (!was_read(asked)) return;
  asked->name = "t";
  asked->customer = sample().customer;
  if (const auto made = support::create_request(*asked, "2405100010000001", kNow)) print(support::acknowledged(*made, "m", kNow), age);
}

void change(std::string_view body) {
  JsonReader reader;
  const Result<TicketChange> asked = read_ticket_change(reader, body);
  if (!was_read(asked)) return;
  if (const auto made = support::update_request(sample(), asked->change, kNow)) print(*made, SupportAge::from_2024);
}

void say(std::string_view body) {
  JsonReader reader;
  Result<support::NewCommunication> asked = read_new_communication(reader, body);
  if (!was_read(asked)) return;
  asked->name = "c";
  if (const auto made = support::add_communication(sample(), *asked, kNow)) print(*made, SupportAge::from_2020);
}

void check_name(std::string_view body) {
  JsonReader reader;
  const Result<NameCheck> asked = read_name_check(reader, body);
  if (!was_read(asked)) return;
  std::string out;
  JsonWriter w(out);
  write_name_answer(w, support::check_request_name(asked->name, false));
  check_json(out);
}

void announce(std::string_view body) {
  JsonReader reader;
  Result<support::NewFile> asked = read_new_file(reader, body);
  if (!was_read(asked)) return;
  asked->name = "a";
  const support::FileWorkspace workspace = *support::create_workspace({.name = "w", .customer = sample().customer}, kNow);
  const auto made = support::add_file(workspace, *asked, kNow);
  if (!made) return;
  CHECK(made->files.front().size <= support::kFileBytesMax, "a file has its limits");
  std::string out;
  JsonWriter w(out);
  write_file(w, *made, made->files.front(), "");
  check_json(out);
}

void upload(std::string_view body) {
  JsonReader reader;
  const Result<ChunkBody> chunk = read_chunk(reader, body);
  if (!was_read(chunk)) return;
  const auto size = support::base64_size(chunk->content);
  CHECK(!size || (*size <= static_cast<std::int64_t>(chunk->content.size()) && *size >= 0), "base64 is longer than what it stands for");
}

void assign(std::string_view body) {
  JsonReader reader;
  const Result<RoleAssignmentBody> asked = read_role_assignment(reader, body);
  if (!was_read(asked)) return;
  const auto role = access::parse_role_definition(asked->role);
  const auto principal = PrincipalId::parse(asked->principal);
  if (!role || !principal) return;
  std::string out;
  JsonWriter w(out);
  write_role_assignment(w, {.id = RoleAssignmentId::trusted("eeeeeeee-0000-4000-8000-000000000001"),
                            .role = *role,
                            .principal = *principal,
                            .principal_type = asked->type,
                            .description = asked->description});
  check_json(out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 8) {
    case 0: file(body, SupportAge::from_2024); break;
    case 1: file(body, SupportAge::from_2020); break;
    case 2: change(body); break;
    case 3: say(body); break;
    case 4: check_name(body); break;
    case 6: announce(body); break;
    case 7: upload(body); break;
    default: assign(body); break;
  }
  return 0;
}
