// Any text as what a peer or a DSS may send to a USS: it is refused with a reason, or what was read is written and read back as the
// same. The first letter says what it is to be.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "plan/f3548_client.h"
#include "plan/f3548_details.h"
#include "plan/f3548_json.h"

namespace {

using namespace skypact;
using namespace skypact::plan;

template <class Read, class Write>
void take(const Read& read, const Write& write, std::string_view body) {
  const auto got = read(body);
  if (!got) {
    SKYPACT_CHECK(!got.error().message.empty());
    return;
  }
  const std::string text = write(*got);
  const auto again = read(text);
  SKYPACT_CHECK(again.has_value());
  SKYPACT_CHECK(write(*again) == text);
}

template <class T>
std::string answer_of(const T& value) {
  std::string body;
  write(Response(value), body);
  return body;
}

void take_disclosed(Kind kind, std::string_view body) {
  take([&](std::string_view text) { return read_disclosed(kind, text); }, disclosed_json, body);
  const auto told = read_disclosed(kind, body);
  if (!told) return;
  if (const auto fault = fault_of(*told, told->reference)) SKYPACT_CHECK(!fault->message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Kind kind = (data[0] & 32) != 0 ? Kind::operational_intent : Kind::constraint;   // a small letter: an intent
  switch (data[0] | 32) {
    case 'd': take_disclosed(kind, body); break;
    case 'n': take([&](std::string_view text) { return read_notice(kind, text); }, notice_json, body); break;
    case 'c': take([&](std::string_view text) { return read_reference_changed(kind, text); }, answer_of<ReferenceChanged>, body); break;
    case 'm': take(read_airspace_conflict, answer_of<AirspaceConflict>, body); break;
    default: break;
  }
  return 0;
}
