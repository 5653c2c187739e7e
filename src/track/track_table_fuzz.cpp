// Any observations in any order: 24 bytes make one, some advance the clock, forwards or back.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/check.h"
#include "track/track_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  track::TrackOptions options;
  options.max_tracks = 16;
  track::TrackTable table(options);
  Time now = Time{} + std::chrono::hours(24 * 20'000);
  std::uint64_t applied = 0;
  for (; size >= 24 && applied < 5000; data += 24, size -= 24) {
    std::int32_t word[4];
    std::memcpy(word, data + 8, sizeof word);
    now += milliseconds(data[0]) * 10;
    // Up to twelve days either way; all of them together stay within what a Time can hold.
    if (data[1] % 8 == 0) now += seconds(word[0] % 1'000'000);
    if (data[1] % 4 == 1) {
      table.advance(now);
      SKYPACT_CHECK(table.size() <= options.max_tracks);
      continue;
    }
    Observation o;
    o.kind = static_cast<SourceKind>(data[2] % 7);
    o.source = SourceId{static_cast<std::uint16_t>(data[3] % 8)};
    o.address = {static_cast<AddressKind>(data[4] % 8), data[5] % 32u, {}};
    if (data[4] % 8 >= 6) o.address = {static_cast<AddressKind>(data[4] % 8), 0, FixedString<24>("name")};
    o.received_at = now;
    o.measured_at = now - milliseconds(static_cast<std::int8_t>(data[6])) * 300;
    if (data[7] & 1) o.position = geo::Position{word[0], word[1]};
    float speed = 0;
    std::memcpy(&speed, data + 16, sizeof speed);
    if (data[7] & 2) o.velocity = GroundVelocity{metres_per_second(static_cast<double>(speed)), TrueBearing::degrees(word[3] % 360)};
    if (data[7] & 4) o.pressure_altitude = PressureAltitude(Height::of_tenth_mm(word[3]));
    if (data[7] & 8) o.ellipsoid_altitude = EllipsoidAltitude(Height::of_tenth_mm(word[2]));
    if (data[7] & 16) o.gnss_minus_pressure = Height::of_tenth_mm(word[2] / 256);
    if (data[7] & 32) o.accuracy = metres(static_cast<double>(speed));
    if (data[7] & 64) o.squawk = static_cast<std::uint16_t>(data[20]);
    if (data[7] & 128) o.callsign = FixedString<8>(data[20] % 2 ? "ONE" : "TWO");
    table.apply(o);
    ++applied;
  }
  table.advance(now);
  std::uint64_t counted = 0;
  for (const auto n : table.counters().outcomes) counted += n;
  SKYPACT_CHECK(counted == applied);
  return 0;
}
