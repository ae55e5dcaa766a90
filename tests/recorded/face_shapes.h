// What recordings and examples are compared with our answers by: JSON laid flat, bodies written anew, and which members of a shape lack.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "support/face_client.h"
#include "wire/json.h"

namespace prorata::testing {

// "/properties/severity" -> "Minimal". Empty lists and objects are "[]" and "{}".
inline void lay_flat(const wire::JsonValue& value, const std::string& at, std::map<std::string, std::string>& out) {
  if (value.size() == 0) {
    out[at] = value.is_null() ? "null" : value.is_array() ? "[]" : value.is_object() ? "{}" : std::string(value.text());
    return;
  }
  std::size_t index = 0;
  for (auto each = value.first(); each; each = each->next())
    lay_flat(*each, at + "/" + (value.is_object() ? std::string(each->key()) : std::to_string(index++)), out);
}
inline std::map<std::string, std::string> flat(const std::string& body) {
  std::map<std::string, std::string> out;
  wire::JsonReader reader;
  const auto root = reader.read(body);
  if (root) lay_flat(*root, "", out);
  return out;
}

inline void write_again(wire::JsonWriter& w, const wire::JsonValue& value) {
  if (value.is_object() || value.is_array()) {
    value.is_object() ? w.begin_object() : w.begin_array();
    for (auto each = value.first(); each; each = each->next()) {
      if (value.is_object()) w.key(each->key());
      write_again(w, *each);
    }
    value.is_object() ? w.end_object() : w.end_array();
  } else if (value.is_string()) {
    w.text(value.text());
  } else if (value.is_null()) {
    w.null();
  } else {
    w.raw(value.text());
  }
}
inline std::string written(const wire::JsonValue& value) {
  std::string out;
  wire::JsonWriter w(out);
  write_again(w, value);
  return out;
}

// Where ours lacks a member that the example has, or has another kind of value there. An empty list and a null say nothing.
inline void find_lacking(const wire::JsonValue& example, const std::optional<wire::JsonValue>& ours, const std::string& at,
                         std::vector<std::string>& lacking) {
  if (example.is_null()) return;
  if (!ours) return lacking.push_back(at);
  if (ours->is_null()) return;
  if (example.kind() != ours->kind()) return lacking.push_back(at + " (another kind)");
  if (example.is_object())
    for (auto each = example.first(); each; each = each->next())
      find_lacking(*each, ours->find(each->key()), at + "/" + std::string(each->key()), lacking);
  if (example.is_array() && example.first() && ours->first()) find_lacking(*example.first(), ours->first(), at + "/0", lacking);
}

inline std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

}  // namespace prorata::testing
