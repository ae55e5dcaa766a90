// The audit trail: its newest records by filter, its proof, and a table of it.
#include <fmt/format.h>

#include "app/audit_desk.h"
#include "portal_api/answer.h"
#include "wire/csv_writer.h"

namespace prorata::portal_api {
namespace {

using http::Response;

constexpr std::size_t kExportRowsMax = 100'000;

Outcome<AuditAsk> audit_asked(const Call& call) {
  AuditAsk ask{.customer = TRY(id_asked<CustomerId>(call, "customer")),
               .actor = TRY(text_asked(call, "actor")),
               .action = TRY(text_asked(call, "action")),
               .text = TRY(text_asked(call, "q"))};
  if (const std::optional<Day> from = TRY(day_asked(call, "from"))) ask.from = start_of(*from);
  if (const std::optional<Day> until = TRY(day_asked(call, "until"))) ask.until = start_of(*until);
  ask.before = TRY(number_asked(call, "before", 0, 0, INT64_MAX));
  ask.limit = static_cast<std::size_t>(TRY(number_asked(call, "limit", 100, 1, 500)));
  return ask;
}

Outcome<Response> get_audit(Call& call) {
  const AuditAsk ask = TRY(audit_asked(call));
  const AuditPage page = TRY(audit_page(call.app, ask));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_instant(w, "asOf", page.now);
    w.field("total", page.total).field("hidden", page.hidden);
    if (page.next > 0) w.field("next", page.next);
    w.key("rows").begin_array();
    for (const AuditLine& line : page.lines) {
      const AuditNote& note = line.record.note;
      w.begin_object().field("number", line.record.number);
      write_instant(w, "at", note.at);
      w.field("actor", std::string_view(note.actor)).field("action", std::string_view(note.action));
      if (line.customer) write_customer_ref(w, *line.customer);
      w.field_if("subject", note.subject).field_if("before", note.before).field_if("after", note.after);
      w.field("previous", std::string_view(line.record.previous)).field("hash", std::string_view(line.record.hash)).end_object();
    }
    w.end_array().end_object();
  });
}

Outcome<Response> export_audit(Call& call) {
  AuditAsk ask = TRY(audit_asked(call));
  ask.limit = 500;
  std::string body;
  wire::CsvWriter csv(body);
  for (const char* each : {"number", "at", "actor", "action", "customer_id", "subject", "before", "after", "previous", "hash"})
    csv.value(each);
  csv.end_row();
  std::size_t rows = 0;
  do {
    const AuditPage page = TRY(audit_page(call.app, ask));
    for (const AuditLine& line : page.lines) {
      const AuditNote& note = line.record.note;
      csv.value(std::to_string(line.record.number)).value(to_string(note.at)).text(note.actor).text(note.action).value(note.customer);
      csv.text(note.subject).text(note.before).text(note.after).value(line.record.previous).value(line.record.hash);
      csv.end_row();
    }
    rows += page.lines.size();
    ask.before = page.next;
    if (rows > kExportRowsMax)
      return refuse(409, "refused", fmt::format("there are more than {} records; narrow the days", kExportRowsMax), "?from");
  } while (ask.before > 0);
  Response response{.status = 200, .content_type = "text/csv; charset=utf-8", .body = std::move(body)};
  return std::move(response).with("Content-Disposition", "attachment; filename=\"audit.csv\"");
}

Outcome<Response> verify(Call& call) {
  const AuditVerdict verdict = TRY(verify_audit(call.app));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("whole", verdict.fault.empty()).field("commits", verdict.commits);
    w.field("milliseconds", verdict.milliseconds).field_if("fault", verdict.fault).end_object();
  });
}

}  // namespace

std::vector<Route> audit_routes() {
  return {{.pattern = "/api/audit", .handler = get_audit},
          {.pattern = "/api/audit/export", .handler = export_audit, .kind = http::Kind::writes},
          // It reads all there is, so it must not stand in the way of those who only look.
          {.pattern = "/api/audit/verification", .handler = verify, .kind = http::Kind::writes}};
}

}  // namespace prorata::portal_api
