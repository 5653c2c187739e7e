#pragma once
// What the journals of both DSSs have in common as canonical JSON: volumes, ids, and lists of records. The forms are
// docs/formats/dss-journal.md and docs/formats/rid-journal.md.
//
//     write_list(out, "intents", change.intents);      // by write_one(out, intent); nothing where the list is empty
//     read_list(fields, "intents", change.intents);    // by Reader<Entity>::read(value)
//
// What a reader of an element finds wrong becomes the list's error. Pure; any thread.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/fields.h"
#include "json/writer.h"
#include "plan/dss_changes.h"

namespace skypact::plan {

// Members "volumes" in the order of RFC 8785; there is at least one, and CellLimits hold.
void write_volumes(json::Writer& out, const Extents& extents);
// Null where `fields` has an error.
std::shared_ptr<const Extents> read_volumes(json::Fields& fields);

std::string read_text(json::Fields& fields, std::string_view name, std::size_t longest);
std::optional<EntityId> read_id(json::Fields& fields, std::string_view name, json::Presence presence);

void write_one(json::Writer& out, EntityId id);

template <class T>
void write_list(json::Writer& out, std::string_view name, const std::vector<T>& list) {
  if (list.empty()) return;
  out.key(name);
  out.begin_array();
  for (const T& one : list) write_one(out, one);
  out.end_array();
}

template <class T>
struct Reader;

template <>
struct Reader<EntityId> {
  static Result<EntityId> read(json::Value value);
};

template <class T>
void read_list(json::Fields& fields, std::string_view name, std::vector<T>& list) {
  for (const json::Value value : fields.array(name).elements()) {
    auto one = Reader<T>::read(value);
    if (!one) return fields.refuse(std::string(name) + '[' + std::to_string(list.size()) + ']', one.error().message);
    list.push_back(*std::move(one));
  }
}

}  // namespace skypact::plan
