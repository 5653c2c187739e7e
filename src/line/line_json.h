#pragma once
// What the API says of the duty line (openapi.yaml: LineMessage, LineDesks), and what a person asks of it.
//
//     append(out, *line.find(id), line, bundled_gazetteer(), now);
//     auto draft = read_draft(body, {"duty-1", "duty"});
//
// Strict: an unknown member is an error that names it. Pure; any thread.

#include "json/document.h"
#include "json/writer.h"
#include "line/gazetteer.h"
#include "line/line.h"

namespace skypact::line {

void append(json::Writer& out, const MessageState& state, const Line& line, const Gazetteer& gazetteer, Time now);
// The phrases in every language with the places that they name, as the reader's console shows them:
// [{"phrase":101,"text":{"en":…,"fr":…,"ru":…,"ar":…},"places":[{"slot":"position","dms":…,"mgrs":…,…}]}]. Of one that the book does not
// have there is no text, but "unknown": why.
void append_said(json::Writer& out, const std::vector<SaidPhrase>& phrases, const Gazetteer& gazetteer);
// Of phrases that a person sends: each is in the book, fits the class and has its slots. Errors: bad_input, not_found.
Result<void> check_phrases(const std::vector<SaidPhrase>& phrases, std::optional<MessageClass> of);

// Members of an object that is open, where there is something to say.
void append_time(json::Writer& out, std::string_view name, const std::optional<Time>& time);
void append_author(json::Writer& out, const Author& by);

// Who is there: the own desks and every peer's, with the last line check; and what waits.
void append_desks(json::Writer& out, const Line& line, const std::set<std::string, std::less<>>& up, Time now);

// Body of POST /api/v1/line/messages: a call or a line check. Errors: bad_input.
Result<Draft> read_draft(json::Value body, Author by);
// Body of POST /api/v1/line/preview: {"class", "phrases"}. Errors: bad_input, not_found.
Result<std::vector<SaidPhrase>> read_preview(json::Value body);
// Body of POST /api/v1/line/messages/{id}/answers. Errors: bad_input.
Result<Answer> read_answer(json::Value body);
// Body of POST /api/v1/line/handovers. Errors: bad_input.
Result<Draft> read_handover(json::Value body, Author by);

}  // namespace skypact::line
