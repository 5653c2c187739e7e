// Any bytes as a written position: an error, or a position that its own forms read back.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "line/place.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const auto read = line::read_position({reinterpret_cast<const char*>(data), size});
  if (!read) {
    SKYPACT_CHECK(!read.error().message.empty());
    return 0;
  }
  const auto again = line::parse_position(line::decimal_text(read->position));
  SKYPACT_CHECK(again.has_value() && line::parse_position(line::mgrs_text(read->position)).has_value());
  SKYPACT_CHECK(line::parse_position(line::dms_text(read->position)).has_value());
  return 0;
}
