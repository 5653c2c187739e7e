#include "document_file.h"

#include "base/input_file.h"
#include "base/text.h"
#include "json/toml_document.h"
#include "json/writer.h"

namespace skypact::app {
namespace {

void write(json::Writer& out, const json::TomlValue& value) {
  using Kind = json::TomlValue::Kind;
  switch (value.kind) {
    case Kind::boolean: return out.value(value.boolean);
    case Kind::integer: return out.value(value.integer);
    case Kind::number: return out.shortest(value.number);
    case Kind::text: return out.value(value.text);
    case Kind::time: return out.value(to_rfc3339(value.time));
    case Kind::array:
      out.begin_array();
      for (const json::TomlValue& element : value.elements) write(out, element);
      return out.end_array();
    case Kind::table:
      out.begin_object();
      for (const json::TomlMember& member : value.members) {
        out.key(member.name);
        write(out, member.value);
      }
      return out.end_object();
  }
}

}  // namespace

Result<std::string> json_of_file(const std::string& file) {
  const std::string name = file == "-" ? "standard input" : file;
  auto text = read_whole(file, longest_document);
  if (!text) return std::move(text).error();
  if (trim(*text).starts_with('{')) return std::move(*text);
  const auto toml = json::parse_toml(*text);
  if (!toml) return Error(toml.error()).within(name);
  std::string out;
  json::Writer writer(out);
  write(writer, *toml);
  return out;
}

}  // namespace skypact::app
