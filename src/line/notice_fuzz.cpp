// Any bytes: what is read as a notice keeps every bound, has a text that reads back to the same notice, an area that the watch can
// judge, and a generated text; and so does what is read as a person's draft of one, or as a request of the API.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "guard/zone_files.h"
#include "json/document.h"
#include "line/notice.h"
#include "line/notice_area.h"
#include "line/notice_json.h"
#include "line/notice_text.h"

using namespace skypact;
using namespace skypact::line;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto strict = parse_notice(bytes)) SKYPACT_CHECK(canonical_json(*strict) == bytes);
  const auto document = json::parse(bytes, {.bytes = NoticeLimits::bytes, .depth = 8});
  if (!document) return 0;
  if (const auto draft = read_notice_draft(document->root(), {1, 26})) SKYPACT_CHECK(check_notice(*draft).has_value());
  if (const auto asked = read_notice_request(document->root(), {1, 26}, true)) SKYPACT_CHECK(check_notice(asked->notice).has_value());
  (void)read_acknowledgement(document->root());
  const auto notice = read_notice(document->root());
  if (!notice) return 0;
  SKYPACT_CHECK(check_notice(*notice).has_value());
  const std::string text = canonical_json(*notice);
  SKYPACT_CHECK(text.size() <= NoticeLimits::bytes);
  const auto back = parse_notice(text);
  SKYPACT_CHECK(back && *back == *notice);
  if (const auto zone = zone_of(*notice, "north", PartyId{1})) SKYPACT_CHECK(guard::check_zone(*zone).has_value());
  SKYPACT_CHECK(!notam_text(*notice, "north").empty());
  return 0;
}
