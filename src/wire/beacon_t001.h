#pragma once
// 406 MHz beacons of the first generation: C/S T.001, Issue 4. Format and what is verified: docs/formats/beacon.md.
//
//     const ReadBeacon read = decode_t001("FFFE2F8DB345B146202DDF3C71F59BAB7072");
//     if (!read.message) count(read.error), say(read.why);
//
// Digits, in either case, with or without spaces:
//   36  a whole long burst, 144 bits, with the bit and frame synchronisation (FFFE2F normal, FFFED0 self-test)
//   28  a whole short burst, 112 bits
//   30  bits 25 to 144, as the ground segment passes them on; a short message is filled up with zeros or ones
//   22  bits 25 to 112
// Without synchronisation nobody can tell a self-test; the ground segment passes on none, so it counts as live.
//
// Both protected fields are checked and corrected. A first field beyond correction refuses the message: identity and
// country are in it. A second field beyond correction is left out, and that is a doubt. Pure; any thread.

#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/beacon.h"

namespace skypact::wire {

struct BeaconT001Limits {
  static constexpr std::size_t most_digits = 36;
};

[[nodiscard]] ReadBeacon decode_t001(std::string_view digits);

// The other direction, for the simulator and for tests: 36 digits of a long message or 28 of a short one. Positions are
// rounded to what the protocol carries. User protocols are short where position_status is not_carried. What the
// protocol has no place for is left out; an identity that does not fit is an error that names it.
[[nodiscard]] Result<std::string> encode_t001(const BeaconMessage& message);

}  // namespace skypact::wire
