#pragma once
// What the API says of calls by voice and video (openapi.yaml: LineCall, LineOfficers), and what an officer's console asks of it.
//
//     append(out, *line.calls().find(id), line, now);
//     auto draft = read_signal_draft(body, {"duty-1", "duty"});
//
// Everything that a console needs to see for itself who is at the other end stands in it: notes, and the keys of the records. Strict:
// an unknown member is an error that names it. Pure; any thread.

#include <array>

#include "json/document.h"
#include "json/writer.h"
#include "line/line.h"

namespace skypact::line {

void append(json::Writer& out, const CallState& call, const Line& line, Time now);
// Whose key is whose, with the notes that say so, and the keys that vouch for these.
void append_officers(json::Writer& out, const Line& line);

// Body of POST /api/v1/line/officers: {"public_key"}, base 64. Errors: bad_input.
Result<std::array<std::uint8_t, 32>> read_public_key(json::Value body);
// Body of POST /api/v1/line/signals. Errors: bad_input, over_limit.
Result<Draft> read_signal_draft(json::Value body, Author by);
// Body of POST /api/v1/line/minutes. Errors: bad_input.
Result<Draft> read_minutes_draft(json::Value body, Author by);

}  // namespace skypact::line
