// Any bytes: what is read as an act is written and read again as the same text, and a case book takes it or says why not.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "distress/act_json.h"

using namespace skypact;
using namespace skypact::distress;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto act = read_act(bytes);
  if (!act) return 0;
  const std::string text = to_json(*act);
  const auto again = read_act(text);
  SKYPACT_CHECK(again.has_value() && to_json(*again) == text);

  CaseBook book;
  for (std::uint32_t i = 1; i <= 2; ++i) {
    Trigger t;
    t.kind = TriggerKind::squawk;
    t.heard_at = t.received_at = act->at;
    t.source = "site";
    t.subject.address = icao_address(i);
    book.take(t, act->at);
  }
  const CaseBook before = book;
  const auto done = book.apply(*act, act->at);
  SKYPACT_CHECK(done.has_value() || book == before);
  CaseBook other = before;
  const auto replayed = other.apply(*again, act->at);
  SKYPACT_CHECK(replayed.has_value() == done.has_value());
  SKYPACT_CHECK(other == book);
  return 0;
}
