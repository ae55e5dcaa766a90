// Support requests as Microsoft.Support reads and prints them, in its two ages.
//
//   const TicketBody body = TRY(read_new_ticket(reader, request.body, SupportAge::from_2024));
//   write_ticket(w, request, {.age = SupportAge::from_2024, .prefix = "/subscriptions/5ab5c..."});
//
// 2024-04-01 answers with the words Minimal, Email, Web, puts a tracking id behind a subject and wraps a message in <pre>, as recorded.
// 2020-04-01 answers in small letters, with the subject and the message as they were sent, and knows fewer fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/file_workspace.h"
#include "support/support_request.h"
#include "wire/json.h"

namespace prorata::wire {

enum class SupportAge : std::uint8_t { from_2020, from_2024 };

// All errors of the readers: invalid_data with the place in the document.

// The fields of a PUT; name, customer and subscription are not in the body. The consent must be given from 2024 on.
Result<support::NewRequest> read_new_ticket(JsonReader& reader, std::string_view body, SupportAge age);
// A PATCH has no `properties` around it. `status_word` is the status as the client spelled it, which the service answers with.
struct TicketChange {
  support::RequestChange change;
  std::string status_word;
};
Result<TicketChange> read_ticket_change(JsonReader& reader, std::string_view body);
Result<support::NewCommunication> read_new_communication(JsonReader& reader, std::string_view body);  // but for its name

struct NameCheck {
  std::string name;
  std::string type;  // "Microsoft.Support/supportTickets"
};
Result<NameCheck> read_name_check(JsonReader& reader, std::string_view body);

Result<support::NewFile> read_new_file(JsonReader& reader, std::string_view body);  // but for its name
struct ChunkBody {
  std::int64_t index = 0;
  std::string content;  // base64
};
Result<ChunkBody> read_chunk(JsonReader& reader, std::string_view body);

void write_name_answer(JsonWriter& w, const support::NameAnswer& answer);

void write_service(JsonWriter& w, const support::Service& service);
void write_classification(JsonWriter& w, const support::Service& service, const support::Classification& classification);

struct TicketView {
  SupportAge age = SupportAge::from_2024;
  std::string prefix;       // "/subscriptions/{guid}", or empty at the tenant
  std::string status_word;  // instead of the status' own word; empty: that
};
std::string ticket_path(std::string_view prefix, std::string_view name);
void write_ticket(JsonWriter& w, const support::SupportRequest& request, const TicketView& view);
void write_communication(JsonWriter& w, const support::SupportRequest& request, const support::Communication& message,
                         const TicketView& view);

std::string workspace_path(std::string_view prefix, std::string_view name);
std::string file_path(std::string_view prefix, std::string_view workspace, std::string_view name);
void write_workspace(JsonWriter& w, const support::FileWorkspace& workspace, std::string_view prefix);
void write_file(JsonWriter& w, const support::FileWorkspace& workspace, const support::WorkspaceFile& file, std::string_view prefix);

}  // namespace prorata::wire
