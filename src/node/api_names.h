#pragma once
// The API's words for values whose own modules give them no names. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "airspace/identity.h"
#include "airspace/observation.h"
#include "airspace/rules.h"
#include "track/track.h"

namespace skypact::node {

// Words that are read back: x_of(name(x)) == x.
[[nodiscard]] std::string_view name(ZoneRule rule);
[[nodiscard]] std::optional<ZoneRule> zone_rule_of(std::string_view word);
[[nodiscard]] std::string_view name(VerticalLimit::Reference reference);
[[nodiscard]] std::optional<VerticalLimit::Reference> reference_of(std::string_view word);
[[nodiscard]] std::string_view name(Datum datum);
[[nodiscard]] std::optional<Datum> datum_of(std::string_view word);
[[nodiscard]] std::optional<AircraftClass> aircraft_class_of(std::string_view word);

[[nodiscard]] std::string_view name(Life life);
[[nodiscard]] std::string_view name(Suspicion suspicion);
[[nodiscard]] std::string_view name(Emergency emergency);

// The party's id, "unknown" for one that is not in the list.
[[nodiscard]] std::string_view party_name(PartyId id, const Parties& parties);
[[nodiscard]] std::optional<PartyId> party_of_name(std::string_view id, const Parties& parties);
// Four octal digits.
[[nodiscard]] std::string squawk_text(std::uint16_t squawk);

}  // namespace skypact::node
