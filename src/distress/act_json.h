#pragma once
// Acts on cases as JSON: what the API takes, and what a record keeps so that a case book replays.
//
//     auto act = read_act(document->root());      // {"act":"declare_phase","case":1,"at":…,"by":{…},"phase":"DETRESFA","reason":"…"}
//     if (act) auto done = book.apply(*act, now);
//
// Strict: an unknown member is an error. Lengths of texts are judged by the book, which names the case. An act that was written
// reads back equal in all that the book looks at (times to the millisecond, lengths to the metre). docs/formats/distress.md. Pure.

#include <string>
#include <string_view>

#include "base/result.h"
#include "distress/case_book.h"
#include "json/document.h"
#include "json/writer.h"

namespace skypact::distress {

// "declare_phase", "take_lead", …
[[nodiscard]] std::string_view name_of(const ActBody& body);

// Error: bad_input naming the member.
Result<Act> read_act(json::Value value);
Result<Act> read_act(std::string_view text);
// What an officer asks through the API: the act alone; whose it is, of which case and when, the node says:
// {"act":"remark","text":"…"}. Error: bad_input naming the member.
Result<ActBody> read_act_body(json::Value value);
void append(json::Writer& out, const Act& act);
[[nodiscard]] std::string to_json(const Act& act);

}  // namespace skypact::distress
