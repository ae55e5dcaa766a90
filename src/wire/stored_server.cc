// The stored form of what a desk that serves others remembers: clients, users, keys, role assignments, support requests, operations and
// promised prices.
#include "wire/stored.h"
#include "wire/stored_fields.h"

namespace prorata::wire {

using namespace stored;

namespace {

void roles(JsonWriter& w, const std::vector<access::Standing>& values) {
  w.key("roles").begin_array();
  for (const access::Standing each : values) w.text(to_string(each));
  w.end_array();
}
Result<std::vector<access::Standing>> roles_at(const JsonValue& v) {
  std::vector<access::Standing> out;
  const JsonValue list = TRY(member(v, "roles"));
  for (auto each = list.first(); each; each = each->next()) out.push_back(TRY(parse_word<access::Standing>(each->text(), "a role")));
  return out;
}

Result<Client> read_client(const JsonValue& v) {
  return Client{.id = TRY(id_at<ClientId>(v, "id")),
                .name = str_if(v, "name"),
                .object = TRY(id_at<PrincipalId>(v, "object")),
                .tenant = TRY(str(v, "tenant")),
                .secret_hash = TRY(str(v, "secret_hash")),
                .roles = TRY(roles_at(v)),
                .reseller = TRY(id_if_at<ResellerId>(v, "reseller")),
                .customer = TRY(id_if_at<CustomerId>(v, "customer")),
                .of_customer = flag_at(v, "of_customer"),
                .created = TRY(ticks(v, "created")),
                .revoked = TRY(ticks_if(v, "revoked"))};
}

// What a user who was stored before there were any did not choose stays as it is made.
Result<NotifyChoices> choices_at(const JsonValue& v) {
  const auto chosen = member_if(v, "notify");
  if (!chosen) return NotifyChoices{};
  return NotifyChoices{.when = TRY(word_at<MailWhen>(*chosen, "when", "when mail is sent")),
                       .language = TRY(word_at<Language>(*chosen, "language", "a language")),
                       .kinds = texts_at(*chosen, "kinds"),
                       .since_place = TRY(whole(*chosen, "since_place"))};
}
void choices(JsonWriter& w, const NotifyChoices& c) {
  if (c == NotifyChoices{}) return;
  w.key("notify").begin_object();
  word(w, "when", c.when);
  word(w, "language", c.language);
  texts(w, "kinds", c.kinds);
  w.field("since_place", c.since_place).end_object();
}

Result<User> read_user(const JsonValue& v) {
  return User{.id = TRY(id_at<PrincipalId>(v, "id")),
              .name = TRY(str(v, "name")),
              .display = str_if(v, "display"),
              .password_hash = TRY(str(v, "password_hash")),
              .roles = TRY(roles_at(v)),
              .reseller = TRY(id_if_at<ResellerId>(v, "reseller")),
              .customer = TRY(id_if_at<CustomerId>(v, "customer")),
              .of_customer = flag_at(v, "of_customer"),
              .may_buy = flag_at(v, "may_buy"),
              .disabled = flag_at(v, "disabled"),
              .directory_roles = texts_at(v, "directory_roles"),
              .created = TRY(ticks(v, "created")),
              .email = str_if(v, "email"),
              .notify = TRY(choices_at(v))};
}

Result<SigningKeyRow> read_key(const JsonValue& v) {
  return SigningKeyRow{.kid = TRY(str(v, "kid")), .pem = TRY(str(v, "pem")), .created = TRY(ticks(v, "created"))};
}

Result<access::RoleAssignment> read_assignment(const JsonValue& v) {
  return access::RoleAssignment{.id = TRY(id_at<RoleAssignmentId>(v, "id")),
                                .scope = TRY(access::parse_scope(TRY(text_at(v, "scope")))),
                                .role = TRY(id_at<RoleDefinitionId>(v, "role")),
                                .principal = TRY(id_at<PrincipalId>(v, "principal")),
                                .principal_type = TRY(word_at<access::PrincipalType>(v, "principal_type", "a principal type")),
                                .description = str_if(v, "description"),
                                .created = TRY(ticks(v, "created")),
                                .updated = TRY(ticks(v, "updated")),
                                .created_by = str_if(v, "created_by"),
                                .updated_by = str_if(v, "updated_by")};
}

void contact(JsonWriter& w, const support::Contact& c) {
  w.key("contact").begin_object();
  w.field_if("first_name", c.first_name).field_if("last_name", c.last_name);
  word(w, "method", c.method);
  w.field_if("email", c.email);
  texts(w, "additional_emails", c.additional_emails);
  w.field_if("phone", c.phone).field_if("time_zone", c.time_zone).field_if("country", c.country).field_if("language", c.language);
  w.end_object();
}
Result<support::Contact> contact_at(const JsonValue& v) {
  const JsonValue c = TRY(member(v, "contact"));
  return support::Contact{.first_name = str_if(c, "first_name"),
                          .last_name = str_if(c, "last_name"),
                          .method = TRY(word_at<support::ContactMethod>(c, "method", "a contact method")),
                          .email = str_if(c, "email"),
                          .additional_emails = texts_at(c, "additional_emails"),
                          .phone = str_if(c, "phone"),
                          .time_zone = str_if(c, "time_zone"),
                          .country = str_if(c, "country"),
                          .language = str_if(c, "language")};
}

void service_level(JsonWriter& w, const support::ServiceLevel& level) {
  w.key("service_level").begin_object();
  instant(w, "start", level.start);
  instant(w, "expiration", level.expiration);
  w.field("minutes", std::int64_t{level.minutes}).end_object();
}
Result<support::ServiceLevel> service_level_at(const JsonValue& v) {
  const JsonValue level = TRY(member(v, "service_level"));
  return support::ServiceLevel{.start = TRY(ticks(level, "start")),
                               .expiration = TRY(ticks(level, "expiration")),
                               .minutes = static_cast<int>(TRY(integer_at(level, "minutes", 0, INT32_MAX)))};
}

void thread(JsonWriter& w, const std::vector<support::Communication>& messages) {
  if (messages.empty()) return;
  w.key("thread").begin_array();
  for (const support::Communication& each : messages) {
    w.begin_object().field("name", std::string_view(each.name));
    word(w, "direction", each.direction);
    w.field_if("sender", each.sender).field_if("subject", each.subject).field_if("body", each.body);
    instant(w, "created", each.created);
    w.end_object();
  }
  w.end_array();
}
Result<std::vector<support::Communication>> thread_at(const JsonValue& v) {
  std::vector<support::Communication> out;
  const auto list = member_if(v, "thread");
  for (auto each = list ? list->first() : std::nullopt; each; each = each->next())
    out.push_back({.name = TRY(str(*each, "name")),
                   .direction = TRY(word_at<support::Direction>(*each, "direction", "a direction")),
                   .sender = str_if(*each, "sender"),
                   .subject = str_if(*each, "subject"),
                   .body = str_if(*each, "body"),
                   .created = TRY(ticks(*each, "created"))});
  return out;
}

Result<support::SupportRequest> read_request(const JsonValue& v) {
  return support::SupportRequest{.name = TRY(str(v, "name")),
                                 .number = TRY(str(v, "number")),
                                 .customer = TRY(id_at<CustomerId>(v, "customer")),
                                 .subscription = TRY(id_if_at<SubscriptionId>(v, "subscription")),
                                 .title = str_if(v, "title"),
                                 .description = str_if(v, "description"),
                                 .severity = TRY(word_at<support::Severity>(v, "severity", "a severity")),
                                 .status = TRY(word_at<support::Status>(v, "status", "a status")),
                                 .service = TRY(id_at<ServiceId>(v, "service")),
                                 .classification = TRY(id_at<ClassificationId>(v, "classification")),
                                 .contact = TRY(contact_at(v)),
                                 .service_level = TRY(service_level_at(v)),
                                 .diagnostic_consent = TRY(word_at<support::Consent>(v, "diagnostic_consent", "a consent")),
                                 .problem_start = TRY(ticks_if(v, "problem_start")),
                                 .filed_by = str_if(v, "filed_by"),
                                 .created = TRY(ticks(v, "created")),
                                 .modified = TRY(ticks(v, "modified")),
                                 .thread = TRY(thread_at(v))};
}

void workspace_file(JsonWriter& w, const support::WorkspaceFile& f) {
  w.begin_object().field("name", std::string_view(f.name));
  instant(w, "created", f.created);
  w.field("size", f.size).field("chunk_size", f.chunk_size).field("chunks", f.chunks).key("received").begin_array();
  for (const std::int64_t index : f.received) w.integer(index);
  w.end_array().end_object();
}
Result<support::WorkspaceFile> read_workspace_file(const JsonValue& v) {
  support::WorkspaceFile out{.name = TRY(str(v, "name")),
                             .created = TRY(ticks(v, "created")),
                             .size = TRY(whole(v, "size")),
                             .chunk_size = TRY(whole(v, "chunk_size")),
                             .chunks = TRY(whole(v, "chunks"))};
  const JsonValue received = TRY(member(v, "received"));
  for (auto each = received.first(); each; each = each->next()) out.received.push_back(TRY(integer_of(*each, 0, INT64_MAX)));
  return out;
}
Result<support::FileWorkspace> read_workspace(const JsonValue& v) {
  support::FileWorkspace out{.name = TRY(str(v, "name")),
                             .customer = TRY(id_at<CustomerId>(v, "customer")),
                             .subscription = TRY(id_if_at<SubscriptionId>(v, "subscription")),
                             .created = TRY(ticks(v, "created")),
                             .expires = TRY(ticks(v, "expires"))};
  const JsonValue files = TRY(member(v, "files"));
  for (auto each = files.first(); each; each = each->next()) out.files.push_back(TRY(read_workspace_file(*each)));
  return out;
}
Result<support::FileChunk> read_chunk(const JsonValue& v) {
  return support::FileChunk{.workspace = TRY(str(v, "workspace")),
                            .file = TRY(str(v, "file")),
                            .index = TRY(whole(v, "index")),
                            .content = str_if(v, "content"),
                            .checksum = str_if(v, "checksum")};
}

Result<Operation> read_operation(const JsonValue& v) {
  const std::optional<CustomerId> customer = TRY(id_if_at<CustomerId>(v, "customer"));
  return Operation{.id = TRY(id_at<OperationId>(v, "id")),
                   .kind = str_if(v, "kind"),
                   .customer = customer.value_or(CustomerId()),
                   .resource = str_if(v, "resource"),
                   .started = TRY(ticks(v, "started")),
                   .ready = TRY(ticks(v, "ready")),
                   .state = str_if(v, "state"),
                   .answer = str_if(v, "answer"),
                   .error = str_if(v, "error")};
}

Result<AgreedPrice> read_agreed(const JsonValue& v) {
  return AgreedPrice{.id = TRY(id_at<OrderId>(v, "id")),
                     .customer = TRY(id_at<CustomerId>(v, "customer")),
                     .line = TRY(purchase_line_at(v)),
                     .billing = TRY(amount(v, "billing")),
                     .pricing = TRY(amount(v, "pricing")),
                     .as_of = TRY(ticks(v, "as_of"))};
}

Result<CartLine> cart_line_of(const JsonValue& v) {
  CartLine line{
      .item = TRY(str(v, "item")), .line = TRY(purchase_line_at(v)), .group = str_if(v, "group"), .problem = str_if(v, "problem")};
  if (member_if(v, "problem_code")) line.problem_code = TRY(whole(v, "problem_code"));
  if (const std::optional<OrderId> order = TRY(id_if_at<OrderId>(v, "order"))) line.order = *order;
  return line;
}

Result<Cart> read_cart(const JsonValue& v) {
  Cart cart{.id = TRY(id_at<CartId>(v, "id")),
            .customer = TRY(id_at<CustomerId>(v, "customer")),
            .created = TRY(ticks(v, "created")),
            .modified = TRY(ticks(v, "modified")),
            .expires = TRY(ticks(v, "expires")),
            .ordered = TRY(ticks_if(v, "ordered")),
            .created_by = str_if(v, "created_by")};
  const JsonValue lines = TRY(member(v, "lines"));
  for (auto each = lines.first(); each; each = each->next()) cart.lines.push_back(TRY(cart_line_of(*each)));
  return cart;
}

}  // namespace

std::string encode(const Client& c) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", c.id).field_if("name", c.name);
  id(w, "object", c.object).field("tenant", std::string_view(c.tenant)).field("secret_hash", std::string_view(c.secret_hash));
  roles(w, c.roles);
  id_if(w, "reseller", c.reseller);
  id_if(w, "customer", c.customer);
  flag(w, "of_customer", c.of_customer);
  instant(w, "created", c.created);
  instant_if(w, "revoked", c.revoked);
  w.end_object();
  return out;
}

std::string encode(const User& u) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", u.id).field("name", std::string_view(u.name)).field_if("display", u.display);
  w.field("password_hash", std::string_view(u.password_hash));
  roles(w, u.roles);
  id_if(w, "reseller", u.reseller);
  id_if(w, "customer", u.customer);
  flag(w, "of_customer", u.of_customer);
  flag(w, "may_buy", u.may_buy);
  flag(w, "disabled", u.disabled);
  texts(w, "directory_roles", u.directory_roles);
  instant(w, "created", u.created);
  w.field_if("email", u.email);
  choices(w, u.notify);
  w.end_object();
  return out;
}

std::string encode(const SigningKeyRow& k) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("kid", std::string_view(k.kid)).field("pem", std::string_view(k.pem));
  instant(w, "created", k.created);
  w.end_object();
  return out;
}

std::string encode(const access::RoleAssignment& a) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", a.id).field("scope", std::string_view(access::to_string(a.scope)));
  id(w, "role", a.role);
  id(w, "principal", a.principal);
  word(w, "principal_type", a.principal_type).field_if("description", a.description);
  instant(w, "created", a.created);
  instant(w, "updated", a.updated);
  w.field_if("created_by", a.created_by).field_if("updated_by", a.updated_by).end_object();
  return out;
}

std::string encode(const support::SupportRequest& r) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("name", std::string_view(r.name)).field("number", std::string_view(r.number));
  id(w, "customer", r.customer);
  id_if(w, "subscription", r.subscription);
  w.field_if("title", r.title).field_if("description", r.description);
  word(w, "severity", r.severity);
  word(w, "status", r.status);
  id(w, "service", r.service);
  id(w, "classification", r.classification);
  contact(w, r.contact);
  service_level(w, r.service_level);
  word(w, "diagnostic_consent", r.diagnostic_consent);
  instant_if(w, "problem_start", r.problem_start);
  w.field_if("filed_by", r.filed_by);
  instant(w, "created", r.created);
  instant(w, "modified", r.modified);
  thread(w, r.thread);
  w.end_object();
  return out;
}

std::string encode(const Operation& o) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", o.id).field_if("kind", o.kind);
  if (!o.customer.empty()) id(w, "customer", o.customer);
  w.field_if("resource", o.resource);
  instant(w, "started", o.started);
  instant(w, "ready", o.ready);
  w.field_if("state", o.state).field_if("answer", o.answer).field_if("error", o.error).end_object();
  return out;
}

std::string encode(const AgreedPrice& p) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", p.id);
  id(w, "customer", p.customer);
  purchase_line(w, p.line);
  money(w, "billing", p.billing);
  money(w, "pricing", p.pricing);
  instant(w, "as_of", p.as_of);
  w.end_object();
  return out;
}

std::string encode(const Cart& c) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", c.id);
  id(w, "customer", c.customer);
  instant(w, "created", c.created);
  instant(w, "modified", c.modified);
  instant(w, "expires", c.expires);
  instant_if(w, "ordered", c.ordered);
  w.field_if("created_by", c.created_by).key("lines").begin_array();
  for (const CartLine& each : c.lines) {
    w.begin_object().field("item", std::string_view(each.item));
    purchase_line(w, each.line);
    w.field_if("group", each.group).field_if("problem", each.problem);
    if (each.problem_code != 0) w.field("problem_code", each.problem_code);
    if (!each.order.empty()) id(w, "order", each.order);
    w.end_object();
  }
  w.end_array().end_object();
  return out;
}

std::string encode(const support::FileWorkspace& f) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("name", std::string_view(f.name));
  id(w, "customer", f.customer);
  id_if(w, "subscription", f.subscription);
  instant(w, "created", f.created);
  instant(w, "expires", f.expires);
  w.key("files").begin_array();
  for (const support::WorkspaceFile& each : f.files) workspace_file(w, each);
  w.end_array().end_object();
  return out;
}

std::string encode(const support::FileChunk& c) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("workspace", std::string_view(c.workspace)).field("file", std::string_view(c.file)).field("index", c.index);
  w.field_if("content", c.content).field_if("checksum", c.checksum).end_object();
  return out;
}

template <>
Result<Client> decode(JsonReader& reader, std::string_view body) {
  return decode_with<Client>(reader, body, read_client);
}
template <>
Result<User> decode(JsonReader& reader, std::string_view body) {
  return decode_with<User>(reader, body, read_user);
}
template <>
Result<SigningKeyRow> decode(JsonReader& reader, std::string_view body) {
  return decode_with<SigningKeyRow>(reader, body, read_key);
}
template <>
Result<access::RoleAssignment> decode(JsonReader& reader, std::string_view body) {
  return decode_with<access::RoleAssignment>(reader, body, read_assignment);
}
template <>
Result<support::SupportRequest> decode(JsonReader& reader, std::string_view body) {
  return decode_with<support::SupportRequest>(reader, body, read_request);
}
template <>
Result<Operation> decode(JsonReader& reader, std::string_view body) {
  return decode_with<Operation>(reader, body, read_operation);
}
template <>
Result<AgreedPrice> decode(JsonReader& reader, std::string_view body) {
  return decode_with<AgreedPrice>(reader, body, read_agreed);
}

template <>
Result<Cart> decode(JsonReader& reader, std::string_view body) {
  return decode_with<Cart>(reader, body, read_cart);
}

template <>
Result<support::FileWorkspace> decode(JsonReader& reader, std::string_view body) {
  return decode_with<support::FileWorkspace>(reader, body, read_workspace);
}
template <>
Result<support::FileChunk> decode(JsonReader& reader, std::string_view body) {
  return decode_with<support::FileChunk>(reader, body, read_chunk);
}

}  // namespace prorata::wire
