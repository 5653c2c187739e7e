#pragma once
// What the API says, as JSON text: the schemas of openapi.yaml, field by field. Pure; any thread.
//
//     std::string body = tracks_json(*picture, {});
//     std::string text = event_json(event, *picture);
//
// Append functions write one value; the functions ending in _json make a whole answer.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "json/writer.h"
#include "node/bounding_box.h"
#include "node/engine.h"
#include "node/picture.h"

namespace skypact::node {

// What the picture does not know about the node.
struct NodeStatus {
  std::string version;
  Time started_at;
  bool demo = false;
  Duration last_tick{};                      // how long the last tick took
  Duration tick_period = seconds(1);
  enum class Recording : std::uint8_t { off, on, failing };
  Recording recording = Recording::off;
  std::string recording_message;
  std::uint64_t recording_bytes = 0;
  struct Record {
    std::string state = "off";               // off, opening, on, failing
    std::string message, name, verifier_key;
    std::uint64_t entries = 0;               // that are done
    std::uint64_t published = 0;             // … and under a signed checkpoint
    std::uint64_t waiting = 0;               // not yet recorded
    std::uint64_t dropped = 0;               // never recorded
    std::vector<std::string> forked{};       // records of others whose keys signed two histories
  };
  Record record;
  struct Dss {
    std::string state;                       // opening, on, failing
    std::string message;
  };
  std::optional<Dss> dss{};                  // nullopt where USSs are not served
  struct Uss {
    std::string state, message;              // as Dss
    std::uint64_t flights = 0, constraints = 0, unsure = 0, notices_waiting = 0, notices_given_up = 0;
  };
  std::optional<Uss> uss{};                  // nullopt: this node is no USS
};

void append_track(json::Writer& out, const PictureTrack& track, const Picture& picture);
void append_alert(json::Writer& out, const Alert& alert, const Rules& rules);
// The same with what other parties' nodes say of it.
void append_alert(json::Writer& out, const Alert& alert, const Picture& picture);
// What a verdict says without saying of whom: as members of an object, and as the record has it.
void append_finding(json::Writer& out, const PairVerdict& verdict);
void append_verdict(json::Writer& out, const PairVerdict& verdict, const std::vector<const VerdictComparison*>& compared);
void append_comparison(json::Writer& out, const VerdictComparison& comparison);
void append_zone(json::Writer& out, const Zone& zone, const Parties& parties);
void append_inhibition(json::Writer& out, const Inhibition& inhibition);
void append_group(json::Writer& out, const Group& group);
void append_feed(json::Writer& out, const FeedStatus& feed, Time now);
void append_node(json::Writer& out, const NodeStatus& status, const Config& config, const Picture& picture);

[[nodiscard]] std::string node_json(const NodeStatus& status, const Config& config, const Picture& picture);
[[nodiscard]] std::string tracks_json(const Picture& picture, const std::optional<BoundingBox>& box);
[[nodiscard]] std::string track_json(const PictureTrack& track, const Picture& picture);
[[nodiscard]] std::string history_json(const PictureTrack& track);
[[nodiscard]] std::string alerts_json(const Picture& picture, bool ended);
[[nodiscard]] std::string alert_json(const Alert& alert, const Picture& picture);
// nullopt where the alert is not of two located aircraft that the picture still has.
[[nodiscard]] std::optional<std::string> encounter_json(const Alert& alert, const Picture& picture);
[[nodiscard]] std::string zones_json(std::span<const Zone> zones, const Parties& parties);
[[nodiscard]] std::string zone_json(const Zone& zone, const Parties& parties);
[[nodiscard]] std::string inhibitions_json(const Picture& picture);
[[nodiscard]] std::string inhibition_json(const Inhibition& inhibition);
[[nodiscard]] std::string groups_json(const Picture& picture);
[[nodiscard]] std::string group_json(const Group& group);
[[nodiscard]] std::string feeds_json(const Picture& picture);

// Events. "snapshot", "hello" and "tick" carry the sequence number of the last event and are not counted.
[[nodiscard]] std::string event_json(const Event& event, const Picture& picture);
[[nodiscard]] std::string snapshot_event_json(const Picture& picture);
[[nodiscard]] std::string hello_event_json(const NodeStatus& status, const Config& config, const Picture& picture);
// Somebody must hear of something about a plan; the rest is at /api/v1/plans.
[[nodiscard]] std::string plan_note_event_json(std::uint64_t number, std::string_view plan, std::string_view text);
[[nodiscard]] std::string tick_event_json(const Picture& picture, Duration last_tick);

// /data/aircraft.json and /data/receiver.json as readsb writes them (its README-json.md).
[[nodiscard]] std::string aircraft_json(const Picture& picture);
[[nodiscard]] std::string receiver_json(const Config& config, std::string_view version);

}  // namespace skypact::node
