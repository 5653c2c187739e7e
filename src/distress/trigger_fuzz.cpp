// Any bytes: what is read as a trigger is written and read again as the same value, keeps every bound, and goes into a case book.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "distress/case_book.h"
#include "distress/case_json.h"
#include "json/document.h"

using namespace skypact;
using namespace skypact::distress;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto trigger = read_trigger(bytes);
  if (!trigger) return 0;
  const std::string text = to_json(*trigger);
  const auto again = read_trigger(text);
  SKYPACT_CHECK(again.has_value() && *again == *trigger && to_json(*again) == text);
  SKYPACT_CHECK(is_utf8(text) && trigger->words.size() <= TriggerLimits::words && trigger->subject.callsign.size() <= TriggerLimits::callsign);

  CaseBook book;
  const Time now = trigger->received_at;
  SKYPACT_CHECK(!book.take(*trigger, now).empty());
  SKYPACT_CHECK(book.refused() == 0);
  book.take(*again, now + seconds(60));
  for (const CaseId id : book.board(now)) {
    std::string shown;
    json::Writer out(shown);
    append(out, book.view(id, now + minutes(20)), now + minutes(20));
    SKYPACT_CHECK(json::parse(shown).has_value());
  }
  return 0;
}
