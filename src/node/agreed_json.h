#pragma once
// What parties have agreed, as JSON: how it stands in the recording, so that a replay, and a node that comes back after
// a crash, carries out the same. Lengths are metres as the shortest text of their double and heights whole tenths of a
// millimetre, so that nothing is rounded; zones are openapi.yaml's Zone.
//
//     {"parties":[{"id":"north","name":"North Air Force","badge":"NRTH"}],"clock_offset_us":300000,"versions":[
//      {"version":"corridor v3 5f2a91c0b3d4","from":"2026-11-26T12:00:00.000Z","level_tolerance":609600,
//       "fallback":{"id":"minima.default","horizontal_m":9260,"vertical":3048000},
//       "clauses":[{"id":"minima.state","one":{"party":"north","class":"state"},"other":{"none_of":["north"]},"area":[[34,29]…],
//                   "horizontal_m":5556,"vertical":1524000,"active":[{"from":…,"to":…}]}],
//       "zones":[…],"aircraft":[{"party":"north","class":"state","ranges":[["3C0000","3C0FFF"]],"addresses":["4D2023"],"callsigns":["NAF"]}],
//       "answers":{"received_within_us":30000000,"answered_within_us":60000000,"escalated_within_us":120000000,
//                  "stop_climbs_from_us":15000000,"steps":[{"after_us":90000000,"call":"the officer on watch of the other party"}],
//                  "sides":[{"party":"north","answered_by":"north","desks":[{"id":"duty","name":"Duty desk","languages":["en"],"contact":"…"}]}]}}],
//      "sharing":[{"pact":"corridor","version":"corridor v3 5f2a91c0b3d4","giver":"north","receiver":"south","from":…,"to":…,"basis":"in_force",
//       "clauses":["sharing.north-south"],"suspended":[],"near_m":74080,
//       "always":{"fields":["position","address"],"position_step_m":1852,"altitude_step":1524000,"delay_ms":30000},"near_conflict":{…}}]}
//
// "from" and "to" are absent where there is no beginning or end, "answers" where nothing is agreed about them, "sharing" where there
// is none; the parties are those after the unknown one. Pure; any
// thread.

#include "airspace/agreed.h"
#include "base/result.h"
#include "json/document.h"
#include "json/writer.h"

namespace skypact::node {

struct AgreedLimits {
  static constexpr std::size_t parties = 256;
  static constexpr std::size_t versions = 16;
  static constexpr std::size_t clauses = 1'000;            // of one version
  static constexpr std::size_t intervals = 10'000;         // of one clause
  static constexpr std::size_t zones = 10'000;             // of all versions
  static constexpr std::size_t fleets = 1'000;             // of one version
  static constexpr std::size_t addresses = 10'000;         // of one fleet: ranges, and single ones
  static constexpr std::size_t callsigns = 1'000;          // of one fleet
  static constexpr std::size_t ladder_steps = 16;
  static constexpr std::size_t desks = 16;                 // of one side
  static constexpr std::size_t languages = 16;             // of one desk
  static constexpr std::size_t desk_text = 400;            // bytes of a name, a contact, whom to call
  static constexpr Duration longest_wait = std::chrono::hours(24);
  static constexpr std::size_t sharing = 10'000;           // of all versions and directions
  static constexpr std::size_t sharing_clauses = 16;       // of one direction
  static constexpr Duration clock_offset = minutes(10);    // clocks farther apart are no clocks to agree by
};

void append_agreed(json::Writer& out, const Agreed& agreed);
// Error: bad_input, over_limit, naming the member: "versions[0].clauses[3].vertical: …".
Result<Agreed> read_agreed(json::Value value);

// "in_force", "may_hold", "over".
[[nodiscard]] std::string_view to_string(SharingBasis basis);
// The names of the fields, in the order of the enum, as an array.
void append_fields(json::Writer& out, SharedFields fields);

}  // namespace skypact::node
