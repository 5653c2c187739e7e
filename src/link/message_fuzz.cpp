// Any bytes: what is read as a message is written and read again as the same message.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "link/message.h"

using namespace skypact::link;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // Decimals are cut once, so the second writing is the one that must stand.
  if (const auto live = read_live(bytes)) {
    const auto again = read_live(to_json(*live));
    SKYPACT_CHECK(again && to_json(*read_live(to_json(*again))) == to_json(*again));
  }
  if (const auto notes = read_notes(bytes, Lane::calm)) SKYPACT_CHECK(*read_notes(to_json(*notes), Lane::calm) == *notes);
  if (const auto answer = read_answer(bytes)) SKYPACT_CHECK(*read_answer(to_json(*answer)) == *answer);
  return 0;
}
