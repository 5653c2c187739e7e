// Whatever bytes come as a message: it is refused, or it has exactly this text.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "line/line_entries.h"
#include "line/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto message = skypact::line::parse_message(text)) SKYPACT_CHECK(skypact::line::to_text(*message) == text);
  (void)skypact::line::open_recorded(text);
  (void)skypact::line::read_line_entry(text);
  return 0;
}
