// Any bytes: whole or one at a time the framer gives the same frames and counts, and reads what it writes.

#include <string>
#include <vector>

#include "base/check.h"
#include "wire/avr.h"

using namespace skypact::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  AvrFramer whole, bytewise;
  std::vector<ModeSFrame> expected, got;
  whole.push(bytes, [&](const ModeSFrame& f) { got.push_back(f); });
  for (std::size_t i = 0; i < size; ++i) bytewise.push(bytes.subspan(i, 1), [&](const ModeSFrame& f) { expected.push_back(f); });
  whole.finish();
  bytewise.finish();
  SKYPACT_CHECK(whole.errors() == bytewise.errors());
  SKYPACT_CHECK(got.size() == expected.size());
  for (const auto& frame : got) {
    const std::string line = to_avr(frame);
    AvrFramer again;
    int n = 0;
    again.push({reinterpret_cast<const std::uint8_t*>(line.data()), line.size()}, [&](const ModeSFrame& f) {
      SKYPACT_CHECK(f.bytes == frame.bytes && f.size == frame.size && f.timestamp == frame.timestamp);
      ++n;
    });
    SKYPACT_CHECK(n == 1);
  }
  return 0;
}
