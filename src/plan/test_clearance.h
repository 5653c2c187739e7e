#pragma once
// Clearances for tests: one request through two parties' areas, and parties whose records reach each other when the test says so.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "plan/clearance_book.h"

namespace skypact::plan::test {

inline geo::Position place(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }
inline Time utc(std::string_view text) { return *parse_rfc3339(text); }
inline VerticalLimit level(double hundreds) { return {VerticalLimit::Reference::pressure, feet_of_height(hundreds * 100)}; }

inline const Time asked_at = utc("2026-11-27T06:00:00Z");
inline const ClearanceAuthor planner{"planner-1", "duty"};

inline ClearancePart part_through_south() {
  ClearancePart part;
  part.party = "south";
  part.entry = {"ARTIP", place(52.5, 5.5), utc("2026-11-28T06:00:00Z")};
  part.exit = {"RKN", place(52.1, 6.7), utc("2026-11-28T06:20:00Z")};
  part.via = {place(52.4, 6.0)};
  part.floor = level(240);
  part.ceiling = level(280);
  return part;
}
inline ClearancePart part_into_east() {
  ClearancePart part;
  part.party = "east";
  part.entry = {"RKN", place(52.1, 6.7), utc("2026-11-28T06:20:00Z")};
  part.exit = {"EDDG", place(52.13, 7.68), utc("2026-11-28T06:50:00Z")};
  part.floor = {VerticalLimit::Reference::surface, {}};
  part.ceiling = level(280);
  part.landing = "EDDG";
  return part;
}

inline ClearanceRequest example() {
  ClearanceRequest r;
  r.aircraft_type = "C130";
  r.aircraft = 2;
  r.call_signs = {"NAF21", "NAF22"};
  r.registrations = {"N-130A", "N-130B"};
  r.addresses = {"48C1A2"};
  r.operated_by = "North Air Transport";
  r.purpose = ClearancePurpose::humanitarian;
  r.cargo = CargoClass::relief;
  r.persons = 14;
  r.route = {part_through_south(), part_into_east()};
  r.valid = {utc("2026-11-28T05:00:00Z"), utc("2026-11-29T05:00:00Z")};
  r.answer_by = utc("2026-11-27T18:00:00Z");
  r.contact = "Air desk of North, +00 555 0100, air-desk@north.example";
  return r;
}

inline ClearanceConditions conditions() {
  ClearanceConditions c;
  c.times = Interval<Time>{utc("2026-11-28T05:50:00Z"), utc("2026-11-28T07:00:00Z")};
  c.levels = ClearanceConditions::Levels{level(260), level(260)};
  c.half_width = nautical_miles(3);
  c.squawk = "4521";
  c.frequency_khz = 132'055;
  c.reports = {"ARTIP", "RKN"};
  c.text = "No photographs.";
  return c;
}

// One party's node: its record, and the book that is made of it. What others' records say comes when it is fetched.
struct PartyNode {
  struct Entry {
    std::string from;
    ClearanceAct act;
    Time at;
  };
  std::string party;
  ClearanceBook book{party};
  std::vector<Entry> own{};            // what its record says itself
  std::vector<Entry> all{};            // with what it received, in the record's order
  std::map<std::string, std::size_t> heard{};

  bool act(const Result<ClearanceAct>& act, Time at) {
    if (!act) return false;
    const auto applied = book.apply(party, *act, at);
    SKYPACT_CHECK(applied.has_value());   // what was decided counts
    own.push_back({party, *act, at});
    all.push_back(own.back());
    return true;
  }
  // The next of that one's record; false: nothing new.
  bool fetch(const PartyNode& from) {
    std::size_t& next = heard[from.party];
    if (next >= from.own.size()) return false;
    const Entry& entry = from.own[next++];
    if (book.apply(entry.from, entry.act, entry.at)) all.push_back(entry);
    return true;
  }
  bool do_duties(Time now) {
    const auto duties = book.duties(now);
    for (const ClearanceAct& duty : duties) act(duty, now);
    return !duties.empty();
  }
};

}  // namespace skypact::plan::test
