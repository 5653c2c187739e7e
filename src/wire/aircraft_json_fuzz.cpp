// Any text gives only plausible observations, and the same text again gives none.

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "wire/aircraft_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Time now = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));
  wire::AircraftJsonReader reader({.source = SourceId{1}});
  reader.read(text, now, [&](const Observation& o) {
    SKYPACT_CHECK(o.measured_at <= o.received_at && o.received_at == now);
    SKYPACT_CHECK(o.address.number != 0 && o.address.number <= 0xFFFFFF);
  });
  const auto accepted = reader.accepted();
  reader.read(text, now, [](const Observation&) {});
  SKYPACT_CHECK(reader.accepted() == accepted);
  return 0;
}
