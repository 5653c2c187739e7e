#pragma once
// A case as the API of its own node shows it: everything, exact. For this node's own desks only; what other parties get is
// case_summary.h. docs/formats/distress.md names the members.
//
//     append(out, book.view(id, now), now);
//
// Pure; any thread.

#include "distress/case.h"
#include "distress/case_book.h"
#include "distress/frequencies.h"
#include "distress/help.h"
#include "distress/telling.h"
#include "json/writer.h"

namespace skypact::distress {

void append(json::Writer& out, const Case& c, Time now);
// The member "lead" of an object that is open, where somebody leads.
void append_lead(json::Writer& out, const Case& c);
void append(json::Writer& out, const Telling& telling);
void append(json::Writer& out, const Channel& channel);
void append(json::Writer& out, const RadioInstruction& call);
void append(json::Writer& out, const HelperFound& found);
void append(json::Writer& out, const AirfieldFound& found);
void append(json::Writer& out, const Event& event, const CaseBook& book);

}  // namespace skypact::distress
