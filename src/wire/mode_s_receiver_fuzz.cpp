// A made-up feed: records of one control byte and 14 bytes. Each becomes a frame with its parity put right (or
// not), a time stamp and a step of the clock, also backwards. The table stays within its bound, times and
// positions within theirs, and a second receiver says the same.

#include <cstring>
#include <vector>

#include "base/check.h"
#include "wire/crc24.h"
#include "wire/mode_s_receiver.h"

using namespace skypact;
using namespace skypact::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t record = 15;
  constexpr std::size_t most_addresses = 8;
  const ReceiverOptions options{.source = SourceId{1},
                                .position = size % 2 == 0 ? geo::Position::from_degrees(50, 10) : std::nullopt,
                                .timestamps = static_cast<TimestampFormat>(size % 3),
                                .most_addresses = most_addresses};
  ModeSReceiver one(options), other(options);
  Time now{std::chrono::seconds(1'700'000'000)};
  std::optional<Time> last_received, last_measured;
  for (; size >= record; data += record, size -= record) {
    const std::uint8_t control = data[0];
    std::vector<std::uint8_t> bytes(data + 1, data + record);
    bytes.resize((bytes[0] & 0x80) != 0 ? 14 : 7);
    if ((control & 1) == 0) {
      const std::uint32_t address = (control & 2) != 0 ? 0x4D2023 : 0;  // in the parity of a reply
      const std::uint32_t parity = crc24_parity(bytes) ^ address;
      for (std::size_t i = 0; i < 3; ++i) bytes[bytes.size() - 3 + i] = static_cast<std::uint8_t>(parity >> (16 - 8 * i));
    }
    constexpr std::int64_t steps_ms[] = {0, 1, 500, 900, 5'000, 40'000, -400, -90'000};
    now += milliseconds(steps_ms[control >> 2 & 7]);
    std::uint64_t stamp = 0;
    std::memcpy(&stamp, data + 4, 6);
    if ((control & 0x40) != 0) stamp = static_cast<std::uint64_t>(now.time_since_epoch().count() / 1000 % 86'400'000'000 * 12);
    const ModeSFrame frame = make_frame(bytes, (control & 0x80) != 0 ? std::optional(stamp) : std::nullopt);

    const auto went_back_before = one.errors()[DecodeError::clock_went_back];
    const auto o = one.receive(frame, now);
    const auto p = other.receive(frame, now);
    SKYPACT_CHECK(o.has_value() == p.has_value() && one.errors() == other.errors());
    SKYPACT_CHECK(one.addresses() <= most_addresses);
    if (one.errors()[DecodeError::clock_went_back] != went_back_before) last_received = last_measured = std::nullopt;
    if (!o) continue;
    SKYPACT_CHECK(o->position == p->position && o->measured_at == p->measured_at);
    SKYPACT_CHECK(o->measured_at <= o->received_at && o->received_at - o->measured_at <= MeasurementClock::longest_delay);
    SKYPACT_CHECK(!last_received || (o->received_at >= *last_received && o->measured_at >= *last_measured));
    last_received = o->received_at;
    last_measured = o->measured_at;
    if (o->position) {
      SKYPACT_CHECK(std::abs(o->position->lat_e7) <= 900'000'000);
      SKYPACT_CHECK(o->position->lon_e7 >= -1'800'000'000 && o->position->lon_e7 < 1'800'000'000);
    }
  }
  return 0;
}
