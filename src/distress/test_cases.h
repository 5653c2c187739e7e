#pragma once
// Triggers and officers for tests.

#include <string>
#include <utility>
#include <vector>

#include "distress/case_book.h"

namespace skypact::distress::tests {

inline const Time noon = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27)) + std::chrono::hours(12);
inline const Officer south_officer{"south", "duty-s", "duty"}, north_officer{"north", "duty-n", "duty"};

inline geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

inline Place place_at(double lat, double lon, double uncertainty_m = 100) {
  Place place;
  place.position = at(lat, lon);
  place.uncertainty = metres(uncertainty_m);
  return place;
}

inline Trigger trigger(TriggerKind kind, EmergencyWord emergency, Time heard_at, std::string source = "site-1") {
  Trigger t;
  t.kind = kind;
  t.emergency = emergency;
  t.heard_at = t.received_at = heard_at;
  t.source = std::move(source);
  return t;
}

inline Trigger squawk(std::uint32_t address, Time heard_at, EmergencyWord emergency = EmergencyWord::general) {
  Trigger t = trigger(TriggerKind::squawk, emergency, heard_at);
  t.subject.address = icao_address(address);
  return t;
}

inline const std::string beacon_id = "3EF1B4C2A5FFBFF", other_beacon_id = "2DC843C2A5FFBFF";

inline Trigger burst(Time heard_at, unsigned corrected = 0, std::string id = beacon_id) {
  Trigger t = trigger(TriggerKind::beacon, EmergencyWord::beacon, heard_at);
  t.subject.beacon = std::move(id);
  t.corrected_bits = corrected;
  return t;
}

inline std::vector<EventKind> kinds(const std::vector<Event>& events) {
  std::vector<EventKind> all;
  for (const Event& event : events) all.push_back(event.kind);
  return all;
}

inline bool has(const std::vector<Event>& events, EventKind kind) {
  for (const Event& event : events) {
    if (event.kind == kind) return true;
  }
  return false;
}

// An act that must succeed.
inline std::vector<Event> act(CaseBook& book, CaseId id, ActBody body, Time now, const Officer& by = south_officer) {
  auto done = book.apply({by, now, id, std::move(body)}, now);
  if (!done) return {Event{EventKind::refused, {}, {}, done.error().message}};
  return *done;
}

}  // namespace skypact::distress::tests
