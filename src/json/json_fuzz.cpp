// Whatever parses must be readable to its last value and must survive being written and parsed again.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "json/canonical.h"
#include "json/document.h"
#include "json/writer.h"

namespace {

using namespace skypact;

void copy(json::Value value, json::Writer& out) {
  switch (value.kind()) {
    case json::Kind::boolean: return out.value(*value.as_boolean());
    case json::Kind::integer: return out.value(*value.as_integer());
    case json::Kind::number: return out.shortest(*value.as_number());
    case json::Kind::string: return out.value(*value.as_string());
    case json::Kind::array:
      out.begin_array();
      for (const json::Value element : value.elements()) copy(element, out);
      return out.end_array();
    case json::Kind::object:
      out.begin_object();
      for (const json::Member member : value.members()) {
        out.key(member.name);
        copy(member.value, out);
      }
      return out.end_object();
    case json::Kind::missing:
    case json::Kind::null: return out.null();
  }
}

std::string copy_of(const json::Document& document) {
  std::string text;
  json::Writer out(text);
  copy(document.root(), out);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = json::parse({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  const std::string text = copy_of(*document);
  const auto again = json::parse(text, {.bytes = std::size_t{1} << 24});
  SKYPACT_CHECK(again);
  SKYPACT_CHECK(copy_of(*again) == text);

  // One text for one value, and that text is its own.
  const auto canonical = json::canonical(document->root());
  if (!canonical) return 0;
  const auto canonical_again = json::parse(*canonical, {.bytes = std::size_t{1} << 24});
  SKYPACT_CHECK(canonical_again);
  SKYPACT_CHECK(json::canonical(canonical_again->root()).value() == *canonical);
  return 0;
}
