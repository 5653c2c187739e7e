#pragma once
// 406 MHz beacons of the second generation: C/S T.018, Issue 1 Rev. 12. Format and what is verified:
// docs/formats/beacon.md.
//
//     const ReadBeacon read = decode_t018("0039823D32618658622811F0000000000003FFF004030680258");
//     if (!read.message) count(read.error), say(read.why);
//
// Digits, in either case, with or without spaces:
//   63  all 250 bits, behind two zero bits: checked by BCH(250,202), up to six bits corrected
//   51  the 202 bits of information alone, behind two zero bits, as the ground segment passes them on (the doubt
//       not_checked: the parity is gone)
// Both numbers of bits leave two over, and some write them behind the message instead of in front. Read the wrong way such
// a message gives another type approval number and another parity, without an error (the code is cyclic: parity does not
// tell). So both ways are tried; what decides is the padding, the parity, the fourteen spare bits and the kind of rotating
// field. Where both ways or neither could be meant, the message is refused and both are named.
//
// A self-test is told by its spreading code, not by its bits: whoever received it must say so (BeaconMode::self_test).
// Pure; any thread.

#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/beacon.h"

namespace skypact::wire {

struct BeaconT018Limits {
  static constexpr std::size_t most_digits = 63;
};

[[nodiscard]] ReadBeacon decode_t018(std::string_view digits);

// The other direction, for the simulator and for tests: 63 digits. Positions, times and altitudes are rounded to what the
// fields carry. The rotating field is message.rotating_field, 0 where that is absent, 15 for a cancellation; fields 3, 4
// and the spare ones are sent as zeros.
[[nodiscard]] Result<std::string> encode_t018(const BeaconMessage& message);

}  // namespace skypact::wire
