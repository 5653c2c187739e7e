#pragma once
// A beacon message for programs, as a JSON object, and for people, as one line:
// "LIVE ALERT ELT 1B668B628CFFBFF Denmark (219), aircraft address 45B146, at 32.11556 N 110.94111 W within 0.1 km".
//
// Names and members are listed in docs/formats/beacon.md; what the message leaves open is left out. Pure; any thread.

#include <string>

#include "json/writer.h"
#include "wire/beacon.h"

namespace skypact::wire {

// The members without the braces, so that others may stand beside them (receive time, station).
void write_members(const BeaconMessage& message, json::Writer& out);

// One line without an end. It begins with what it is: LIVE ALERT, CANCELLATION, SELF-TEST, TEST or SYSTEM.
[[nodiscard]] std::string one_line(const BeaconMessage& message);

}  // namespace skypact::wire
