#include "node/api_names.h"

#include <algorithm>
#include <array>

namespace skypact::node {
namespace {

constexpr std::array<std::string_view, 6> zone_rules{"keep_clear", "caution", "protected_site", "corridor", "clearance", "flight_plan"};
constexpr std::array<std::string_view, 6> references{"surface", "unlimited", "pressure", "mean_sea_level", "above_ground", "ellipsoid"};
constexpr std::array<std::string_view, 3> datums{"pressure", "ellipsoid", "mean_sea_level"};
constexpr std::array<std::string_view, 6> classes{"unknown", "civil", "state", "unmanned", "humanitarian", "ground_vehicle"};
constexpr std::array<std::string_view, 4> lives{"live", "coasting", "stale", "lost"};
constexpr std::array<std::string_view, 8> emergencies{"none", "general", "medical", "minimum_fuel", "no_communications",
                                                      "unlawful_interference", "downed", "reserved"};

template <class E, std::size_t N>
std::optional<E> find(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) return std::nullopt;
  return static_cast<E>(at - words.begin());
}

template <class E, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, E value) {
  return words[std::min(static_cast<std::size_t>(value), N - 1)];
}

}  // namespace

std::string_view name(ZoneRule rule) { return word(zone_rules, rule); }
std::optional<ZoneRule> zone_rule_of(std::string_view w) { return find<ZoneRule>(zone_rules, w); }
std::string_view name(VerticalLimit::Reference reference) { return word(references, reference); }
std::optional<VerticalLimit::Reference> reference_of(std::string_view w) { return find<VerticalLimit::Reference>(references, w); }
std::string_view name(Datum datum) { return word(datums, datum); }
std::optional<Datum> datum_of(std::string_view w) { return find<Datum>(datums, w); }
std::optional<AircraftClass> aircraft_class_of(std::string_view w) { return find<AircraftClass>(classes, w); }
std::string_view name(Life life) { return word(lives, life); }
std::string_view name(Emergency emergency) { return word(emergencies, emergency); }

std::string_view name(Suspicion suspicion) {
  switch (suspicion) {
    case Suspicion::position_jump: return "position_jump";
    case Suspicion::impossible_speed: return "impossible_speed";
    case Suspicion::frozen_position: return "frozen_position";
    case Suspicion::interference: return "interference";
    case Suspicion::duplicate_address: return "duplicate_address";
  }
  return "position_jump";
}

std::string_view party_name(PartyId id, const Parties& parties) {
  return id.value < parties.size() ? std::string_view(parties[id.value].id) : std::string_view("unknown");
}

std::optional<PartyId> party_of_name(std::string_view id, const Parties& parties) {
  for (std::size_t i = 0; i < parties.size(); ++i) {
    if (parties[i].id == id) return PartyId{static_cast<std::uint16_t>(i)};
  }
  return std::nullopt;
}

std::string squawk_text(std::uint16_t squawk) {
  std::string text(4, '0');
  for (std::size_t i = 4; i-- > 0; squawk = static_cast<std::uint16_t>(squawk / 10)) text[i] = static_cast<char>('0' + squawk % 10);
  return text;
}

}  // namespace skypact::node
