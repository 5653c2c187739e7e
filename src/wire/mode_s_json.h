#pragma once
// One Mode S frame and what it says as a JSON object, for people and programs that look into a recording:
// {"frame":"8d4840d6…","df":17,"address":"4840D6","crc":"valid","typecode":11,"content":"airborne_position",…}
//
// "crc" is "valid" where the parity proves the frame, "unconfirmed" where the address itself is laid over the
// parity and nothing proves either. Numbers carry their unit in the name; what the frame leaves open is left
// out. The names are listed in docs/formats/decode.md. Pure; any thread.

#include "json/writer.h"
#include "wire/mode_s.h"
#include "wire/mode_s_frame.h"

namespace skypact::wire {

// `message` is decode(frame.payload()) and has no error.
void write_json(const ModeSFrame& frame, const ModeSMessage& message, json::Writer& out);

}  // namespace skypact::wire
