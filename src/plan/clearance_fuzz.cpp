// Any bytes: what is read as an act about a clearance keeps every bound, and has one text that reads back to the same act; what is read as a
// person's request or draft is sound, or is refused as an act.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "json/document.h"
#include "plan/clearance_book.h"
#include "plan/clearance_entries.h"
#include "plan/clearance_view.h"

using namespace skypact;
using namespace skypact::plan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto strict = parse_clearance_act(bytes)) SKYPACT_CHECK(canonical_json(*strict) == bytes);
  if (const auto entry = parse_clearance_entry(bytes)) SKYPACT_CHECK(to_entry(*entry) == bytes);
  const auto document = json::parse(bytes, {.bytes = ClearanceLimits::act_bytes, .depth = 8});
  if (!document) return 0;
  const Time now = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));
  if (const auto request = read_clearance_request(document->root(), now)) SKYPACT_CHECK(check_request(*request).has_value());
  if (auto draft = read_clearance_draft(document->root())) (void)ClearanceBook("north").say("south", {1, 26}, std::move(*draft), {"a", "b"}, now);
  const auto act = read_clearance_act(document->root());
  if (!act) return 0;
  SKYPACT_CHECK(check_act(*act).has_value());
  const std::string text = canonical_json(*act);
  SKYPACT_CHECK(text.size() <= ClearanceLimits::act_bytes);
  const auto back = parse_clearance_act(text);
  SKYPACT_CHECK(back && *back == *act);
  ClearanceBook book("north");
  if (book.apply(act->party, *act, now)) {
    (void)book.duties(now);
    (void)book.standing(now);
    std::string view;
    json::Writer out(view);
    append(out, *book.find(act->party, act->number), "north", now);
    SKYPACT_CHECK(json::parse(view).has_value());
  }
  return 0;
}
