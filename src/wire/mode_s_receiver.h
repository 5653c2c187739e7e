#pragma once
// ModeSReceiver: one feed's frames to Observations. Decodes, believes or refuses, pairs even and odd
// positions, remembers each aircraft's version and accuracy, and dates each message.
//
//     ModeSReceiver receiver({.source = SourceId{3}, .position = antenna});
//     framer.push(bytes, [&](const ModeSFrame& frame) {
//       if (auto o = receiver.receive(frame, received_at)) observations.push_back(*o);
//     });
//
// Beliefs. Replies whose address is only in the parity (DF 0, 4, 5, 16, 20, 21) count when the address was
// confirmed within the last minute: by DF17, DF18, or DF11 without interrogator code, or by two DF11 with one.
// A position comes from an even and an odd message at most 10 s (surface: 25 s) apart, else from one message
// and the last position; it is refused when farther than `range`, or than the aircraft can have flown since.
// Two refused ones that fit each other within 30 s are believed: whether a jump is a new segment is for `track` to say.
// Time that goes back by more than a second empties the memory; less is held at the last value.
// From Comm-B come callsign, selected altitude and resolution advisories; 5,0 and 6,0 would only repeat the
// ADS-B velocity that proves which register they are.
//
// Deterministic: the same frames and times give the same Observations. Not thread-safe: one per feed.

#include <cstdint>
#include <memory>
#include <optional>

#include "airspace/observation.h"
#include "wire/error_counts.h"
#include "wire/mode_s.h"
#include "wire/mode_s_clock.h"
#include "wire/mode_s_frame.h"

namespace skypact::wire {

struct ReceiverOptions {
  SourceId source{};
  std::optional<geo::Position> position{};    // of the antenna; without it surface positions need an airborne one before
  Length range = nautical_miles(400);       // farther positions are refused where `position` is known
  TimestampFormat timestamps = TimestampFormat::mhz12;
  std::size_t most_addresses = 32'768;      // at the bound the aircraft heard longest ago are forgotten; >= 8
};

class ModeSReceiver {
 public:
  explicit ModeSReceiver(const ReceiverOptions& options);
  ~ModeSReceiver();
  ModeSReceiver(ModeSReceiver&&) noexcept;
  ModeSReceiver& operator=(ModeSReceiver&&) noexcept;

  // nullopt: refused (counted) or nothing about an aircraft (Mode A/C, receiver status). An Observation may
  // carry no more than "this address was heard".
  [[nodiscard]] std::optional<Observation> receive(const ModeSFrame& frame, Time received_at);

  // By reason, since construction; both refused messages and parts left empty.
  [[nodiscard]] const ErrorCounts& errors() const;
  [[nodiscard]] std::uint64_t accepted() const;     // messages that became an Observation
  [[nodiscard]] std::size_t addresses() const;      // aircraft remembered now

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::wire
