#pragma once
// What the API says of the duty line (openapi.yaml: LineMessage, LineDesks), and what a person asks of it.
//
//     append(out, *line.find(id), line, now);
//     auto draft = read_draft(body, {"duty-1", "duty"});
//
// Strict: an unknown member is an error that names it. Pure; any thread.

#include "json/document.h"
#include "json/writer.h"
#include "line/line.h"

namespace skypact::line {

void append(json::Writer& out, const MessageState& state, const Line& line, Time now);
// Who is there: the own desks and every peer's, with the last line check; and what waits.
void append_desks(json::Writer& out, const Line& line, const std::set<std::string, std::less<>>& up, Time now);

// Body of POST /api/v1/line/messages: a call or a line check. Errors: bad_input.
Result<Draft> read_draft(json::Value body, Author by);
// Body of POST /api/v1/line/messages/{id}/answers. Errors: bad_input.
Result<Answer> read_answer(json::Value body);
// Body of POST /api/v1/line/handovers. Errors: bad_input.
Result<Draft> read_handover(json::Value body, Author by);

}  // namespace skypact::line
