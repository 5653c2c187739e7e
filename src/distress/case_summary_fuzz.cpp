// Any bytes: what is read as a case summary is written as the same bytes, becomes a trigger, and opens a case.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "distress/case_book.h"
#include "distress/case_summary.h"

using namespace skypact;
using namespace skypact::distress;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto summary = parse_case_summary(bytes);
  if (!summary) return 0;
  SKYPACT_CHECK(std::visit([](const auto& s) { return to_json(s); }, *summary) == bytes);
  const Time now = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));
  // Identities that no trigger may have (a beacon of the wrong length) are refused there.
  const auto trigger = read_case_summary(bytes, "north", now);
  if (!trigger) return 0;
  SKYPACT_CHECK(trigger->kind == TriggerKind::peer && trigger->source == "north");
  CaseBook book;
  book.take(*trigger, now);
  SKYPACT_CHECK(book.refused() == 0);
  for (const CaseId id : book.board(now)) {
    const Case view = book.view(id, now);
    const TellingRules rules{"south", {{"rcc", "RCC", "+1"}}, {{"east", "duty"}, {"north", "duty"}}, {}, {}};
    for (const TellingLine& line : who_is_told(view, rules).lines) {
      SKYPACT_CHECK(parse_case_summary(summary_text(view, line.recipient, {now, {}})).has_value());
      // What was told coarsely is never told on exactly.
      if (std::holds_alternative<CoarseSummary>(*summary)) SKYPACT_CHECK(view.places.empty() || view.places.front().place.coarse);
    }
  }
  return 0;
}
