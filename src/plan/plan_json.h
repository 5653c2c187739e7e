#pragma once
// The node's own API about plans as JSON: what a person or program asks of the USS, and what they are told.
//
//     auto asked = read_plan_request(body, new_id, own, {known_places, now});   // own: as it is now; null where it is new
//     append_plan(out, *entity);
//
// Volumes are Volume4D of F3548-21. Unknown members are refused: who misspells "priority" must hear of it. Pure; any thread.

#include <span>
#include <string_view>

#include "base/result.h"
#include "json/document.h"
#include "json/writer.h"
#include "plan/deconflict.h"
#include "plan/flight_watch.h"
#include "plan/icao_flight_plan.h"
#include "plan/suggest.h"
#include "plan/uss.h"

namespace skypact::plan {

// What a filed flight plan's text needs to become volumes.
struct FiledPlans {
  KnownPlaces known{};
  Time now{};
};

// Members that are absent stay as they are, where there is such a plan. `id` may be absent in the body; then it is `fallback`. In the
// place of volumes there may be the text of an ICAO flight plan. Errors: bad_input, not_found for places that are not known; both name the
// member.
Result<Uss::Asks> read_plan_request(json::Value value, EntityId fallback, const OwnEntity* own, const FiledPlans& filed);

void append_plan(json::Writer& out, const OwnEntity& own);
// "findings": […], each with a sentence.
void append_findings(json::Writer& out, std::span<const Finding> findings);
// "suggestions": […], each with a sentence and all volumes.
void append_suggestions(json::Writer& out, std::span<const Suggestion> suggestions);
void append_conformance(json::Writer& out, const FlightWatch::View& view);
void append_outgoing(json::Writer& out, const Outgoing& outgoing);
// Another's, as it was disclosed to us; its OVN stays here.
void append_disclosed(json::Writer& out, const Disclosed& entity);

}  // namespace skypact::plan
