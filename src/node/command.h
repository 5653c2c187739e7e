#pragma once
// Command: what people and programs tell the engine, as a value with a JSON form. The JSON form goes into
// the recording, so that a replay, and a node that comes back after a crash, does the same again.
//
//     Command c = Acknowledge{.alert = alert.key, .party = north, .by = "duty", .intention = Intention::we_move};
//     auto events = engine.apply(c, now);
//
// Names stand for things that survive a restart: an alert's key and a zone's id, not a number of this run.

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "airspace/agreed.h"
#include "airspace/clearance.h"
#include "airspace/observation.h"
#include "airspace/rules.h"
#include "base/result.h"
#include "guard/alert.h"
#include "guard/contradicted.h"
#include "json/document.h"
#include "json/writer.h"
#include "link/message.h"
#include "node/config.h"
#include "node/verdict_book.h"

namespace skypact::node {

inline constexpr std::size_t longest_command = std::size_t{16} << 20;   // bytes of one in the recording
inline constexpr std::size_t longest_id = 200;   // bytes; of a zone, an inhibition, a group

struct Acknowledge {
  std::string alert;            // Alert::key; the open alert of the same subjects where that episode is gone
  PartyId party;
  std::string by;
  Intention intention = Intention::seen;
  std::string how;
};
struct AddZones {
  std::vector<Zone> zones;      // all or none; an empty id is given one
};
struct RemoveZone {
  std::string id;
};
struct AddInhibition {
  Inhibition inhibition;        // an empty id is given one
};
struct RemoveInhibition {
  std::string id;
};
struct AddGroup {
  Group group;                  // an empty id is given one
};
struct RemoveGroup {
  std::string id;
};
struct PlaceManualTrack {
  std::string name;
  Observation observation;      // address kind manual; measured_at is when it was heard
  std::string by, remark;
};
struct RemoveManualTrack {
  std::string name;
};

// What parties have agreed, in the place of what they had before; empty: nothing. Given by the node itself, not by the
// API. Each version is carried out in its own time, without another command.
struct SetAgreed {
  Agreed agreed;
};

// Activity notices that stand, as zones in the place of those before; given by the node itself, not by the API. They are nobody's drawing:
// no hand removes them, and they count beside the drawn ones. Their parties are numbered by this list, and are the node's where their
// ids are.
struct SetNoticeZones {
  Parties parties{{"unknown", "Unknown", "?"}};
  std::vector<Zone> zones;      // their ids begin with "notice:", and each has its times
};
inline constexpr std::size_t most_notice_zones = 1'000;
inline constexpr std::string_view notice_zone_prefix = "notice:";   // no other zone's id begins so

// Aircraft that assist in distress cases, in the place of those before; given by the node itself, not by the API.
struct SetAssisting {
  std::vector<AssistingFlight> flights;
};
inline constexpr std::size_t most_assisting = 1'000;

// Clearances that stand, by which flights in zones of the rule `clearance` are judged, in the place of those before; given by the node
// itself, not by the API.
struct SetClearances {
  std::vector<StandingClearance> clearances;
};
inline constexpr std::size_t most_clearances = 10'000;

// The volumes of own planned flights that are under way and constraints that are known, as zones, and own flights whose broadcasts and telemetry
// contradict each other, in the place of those before; given by the node itself, not by the API. Nobody's drawing, as the zones of notices.
struct SetPlans {
  std::vector<Zone> zones;      // their ids begin with "plan:" or "constraint:", and each has its times
  std::vector<guard::Contradicted> contradicted;
};
inline constexpr std::size_t most_plan_zones = 1'000, most_contradicted = 1'000;
inline constexpr std::string_view plan_zone_prefix = "plan:", constraint_zone_prefix = "constraint:";

// What another party's node told over its link: its alerts, by our clock and with addresses as we know them.
struct HearPeer {
  PartyId party;
  bool anew = false;            // it restarted: what it told before counts no more
  std::vector<link::SharedAlert> alerts;
};

// Verdicts that stand in other parties' records.
struct HearVerdicts {
  std::vector<PeerVerdict> verdicts;
};

using Command = std::variant<Acknowledge, AddZones, RemoveZone, AddInhibition, RemoveInhibition, AddGroup, RemoveGroup,
                             PlaceManualTrack, RemoveManualTrack, SetAgreed, SetNoticeZones, SetAssisting, SetClearances, SetPlans, HearPeer,
                             HearVerdicts>;

// Of a command that says all of something anew, by what name it replaces the one before it; empty for others.
[[nodiscard]] std::string_view standing_name(const Command& command);

// {"command":"acknowledge", …}: the recording's form. `parties` gives parties their names.
void append(json::Writer& out, const Command& command, const Parties& parties);
[[nodiscard]] std::string to_json(const Command& command, const Parties& parties);
Result<Command> read_command(std::string_view json, const Parties& parties);

// Bodies of the API (openapi.yaml), strict: an unknown member is an error. `now` is the default for "from",
// "at" and "heard_at".
Result<Acknowledge> read_acknowledge(json::Value body, const Parties& parties, PartyId own, std::string_view alert_key);
// `most_vertices`: of an outline; one that no person drew may have more.
Result<Zone> read_zone(json::Value body, const Parties& parties, std::size_t most_vertices = ConfigLimits::ring_vertices);
Result<Inhibition> read_inhibition(json::Value body, Time now);
Result<Group> read_group(json::Value body, Time now);
Result<PlaceManualTrack> read_manual_track(json::Value body, const Parties& parties, Time now);

}  // namespace skypact::node
