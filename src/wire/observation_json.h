#pragma once
// An Observation as one JSON object, absent fields left out, every number with its unit in the name:
// {"address":"4D2023","kind":"adsb","received_at":"…","lat_deg":52.3086000,"pressure_altitude_ft":35000.0,…}
// The names are those of `Track` in openapi.yaml. Pure; any thread.

#include "airspace/observation.h"
#include "json/writer.h"

namespace skypact::wire {

void write_json(const Observation& observation, json::Writer& out);
// The members alone, into an object that is open.
void write_members(const Observation& observation, json::Writer& out);

// "7700", with leading zeros.
[[nodiscard]] std::string squawk_text(std::uint16_t squawk);
// "none", "general", "medical", …; the words of position reports.
[[nodiscard]] std::string_view to_string(Emergency emergency);

}  // namespace skypact::wire
