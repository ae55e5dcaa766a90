#include "arm/support_files.h"

#include <fmt/format.h>

#include "app/support_files.h"
#include "arm/answer.h"
#include "wire/arm_support.h"

namespace prorata::arm::support_face {
namespace {

using http::Method;
using support::FileWorkspace;
using support::WorkspaceFile;
using wire::JsonWriter;

constexpr std::string_view kRead = "Microsoft.Support/fileWorkspaces/read";
constexpr std::string_view kWrite = "Microsoft.Support/fileWorkspaces/write";
constexpr std::string_view kReadFiles = "Microsoft.Support/fileWorkspaces/files/read";
constexpr std::string_view kWriteFiles = "Microsoft.Support/fileWorkspaces/files/write";

RequestPlace place_of(const Call& call, const Tree& tree) { return {call.path.at("workspace"), tree.customer->id, tree.subscription}; }

http::Response workspace_answer(int status, const FileWorkspace& workspace, const Tree& tree) {
  return written(status, [&](JsonWriter& w) { wire::write_workspace(w, workspace, tree.prefix); });
}

http::Response file_answer(int status, const FileWorkspace& workspace, const WorkspaceFile& file, const Tree& tree) {
  return written(status, [&](JsonWriter& w) { wire::write_file(w, workspace, file, tree.prefix); });
}

// The address of what was just made: the request's own.
http::Response made_here(const Call& call, http::Response response, const std::string& path) {
  response.with("Location", fmt::format("{}{}?api-version={}", call.request.base_url(), encoded_path(path), call.version));
  return response;
}

Outcome<http::Response> put_workspace(Call& call) {
  const Tree tree = TRY(customers_tree(call, kWrite));
  const FileWorkspace made = TRY(in_words(make_workspace(call.app, {call.path.at("workspace"), tree.customer->id, tree.subscription})));
  return made_here(call, workspace_answer(201, made, tree), wire::workspace_path(tree.prefix, made.name));
}

struct Opened {
  Tree tree;
  FileWorkspace workspace;
};
Outcome<Opened> open(const Call& call, std::string_view action) {
  Tree tree = TRY(customers_tree(call, action));
  const auto snapshot = TRY(call.app.store.snapshot());
  FileWorkspace workspace = TRY(in_words(load_workspace(*snapshot, place_of(call, tree))));
  return Opened{std::move(tree), std::move(workspace)};
}

Outcome<http::Response> get_workspace(Call& call) {
  const Opened at = TRY(open(call, kRead));
  return workspace_answer(200, at.workspace, at.tree);
}

Outcome<http::Response> list_files(Call& call) {
  const Opened at = TRY(open(call, kReadFiles));
  return listed(at.workspace.files,
                [&](JsonWriter& w, const WorkspaceFile& each) { wire::write_file(w, at.workspace, each, at.tree.prefix); });
}

std::unexpected<Refused> no_file(std::string_view name) {
  return refused({Code::not_found, fmt::format("The Resource 'Microsoft.Support/files/{}' was not found.", name), {}});
}

Outcome<http::Response> get_file(Call& call) {
  const Opened at = TRY(open(call, kReadFiles));
  const std::string& name = call.path.at("file");
  const WorkspaceFile* file = support::find_file(at.workspace, name);
  if (file == nullptr) return no_file(name);
  return file_answer(200, at.workspace, *file, at.tree);
}

Outcome<http::Response> put_file(Call& call) {
  const Tree tree = TRY(customers_tree(call, kWriteFiles));
  wire::JsonReader reader;
  support::NewFile file = TRY(in_words(wire::read_new_file(reader, call.request.body)));
  file.name = call.path.at("file");
  const std::string name = file.name;
  const FileWorkspace after = TRY(in_words(announce_file(call.app, {place_of(call, tree), std::move(file)})));
  return made_here(call, file_answer(201, after, *support::find_file(after, name), tree), wire::file_path(tree.prefix, after.name, name));
}

Outcome<http::Response> upload(Call& call) {
  const Tree tree = TRY(customers_tree(call, kWriteFiles));
  wire::JsonReader reader;
  wire::ChunkBody chunk = TRY(in_words(wire::read_chunk(reader, call.request.body)));
  TRY(in_words(take_in_chunk(call.app, {place_of(call, tree), call.path.at("file"), chunk.index, std::move(chunk.content)})));
  return http::empty(204);
}

}  // namespace

std::vector<Row> file_rows() {
  return {{Method::put, "fileWorkspaces/{workspace}", put_workspace, http::Kind::writes},
          {Method::get, "fileWorkspaces/{workspace}", get_workspace},
          {Method::get, "fileWorkspaces/{workspace}/files", list_files},
          {Method::get, "fileWorkspaces/{workspace}/files/{file}", get_file},
          {Method::put, "fileWorkspaces/{workspace}/files/{file}", put_file, http::Kind::writes},
          {Method::post, "fileWorkspaces/{workspace}/files/{file}/upload", upload, http::Kind::writes}};
}

}  // namespace prorata::arm::support_face
