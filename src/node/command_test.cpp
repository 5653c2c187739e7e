// Commands survive their JSON, and the API's bodies are refused with a sentence that says what is wrong.

#include "node/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "airspace/parse_address.h"

namespace skypact::node {
namespace {

using ::testing::HasSubstr;

const Parties parties{{"unknown", "Unknown", "?"}, {"north", "North", "NRTH"}, {"relief", "Relief", "RLF"}};
const Time now = *parse_rfc3339("2026-11-23T20:00:00Z");

geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

// The recorded form is the truth after a crash: what is read back must write the same again.
void expect_survives(const Command& command) {
  const std::string text = to_json(command, parties);
  const auto again = read_command(text, parties);
  ASSERT_TRUE(again) << text << '\n' << again.error().message;
  EXPECT_EQ(again->index(), command.index());
  EXPECT_EQ(to_json(*again, parties), text);
}

TEST(Command, SurvivesItsJsonWhateverItIs) {
  expect_survives(Acknowledge{"conflict:3C6444:4D2023#2", PartyId{1}, "duty \"north\"", Intention::we_move, "climbing FL230"});
  Zone zone;
  zone.id = "z1";
  zone.name = "Camp";
  zone.rule = ZoneRule::protected_site;
  zone.outline = {at(34, 29), at(34, 30), at(35, 30)};
  zone.buffer = nautical_miles(1.5);
  zone.floor = {VerticalLimit::Reference::above_ground, feet_of_height(500)};
  zone.ceiling = {VerticalLimit::Reference::pressure, feet_of_height(10'000)};
  zone.ground_elevation = feet_of_height(1200);
  zone.active = {{now, now + minutes(30)}};
  zone.exempt = {PartyId{2}};
  zone.moves_with = icao_address(0xF10021);
  zone.anchor = at(34.5, 29.5);
  zone.source = "console:duty";
  Zone round;
  round.id = "z2";
  round.centre = at(-89.9, 179.9);
  round.radius = nautical_miles(6);
  expect_survives(AddZones{{zone, round}});
  expect_survives(RemoveZone{"z1"});
  expect_survives(AddInhibition{{"i1", "exercise", icao_address(1), Address{AddressKind::report, 0, std::string_view("uas-1")}, {}, {now, now + minutes(5)}}});
  expect_survives(RemoveInhibition{"i1"});
  expect_survives(AddGroup{{"g1", "refuelling", {icao_address(1), icao_address(2)}, {now, now + minutes(5)}}});
  expect_survives(RemoveGroup{"g1"});
  PlaceManualTrack manual{.name = "ALPHA1", .observation = {}, .by = "duty", .remark = "by telephone"};
  manual.observation.address = {AddressKind::manual, 0, std::string_view("ALPHA1")};
  manual.observation.position = at(34.1234567, 29.7654321);
  manual.observation.measured_at = now - seconds(90);
  manual.observation.sea_level_altitude = MeanSeaLevelAltitude(metres_of_height(1234.5678));
  manual.observation.velocity = GroundVelocity{knots(123.4), TrueBearing::degrees(271.3)};
  manual.observation.party = PartyId{1};
  manual.observation.aircraft_class = AircraftClass::state;
  expect_survives(manual);
  expect_survives(RemoveManualTrack{"ALPHA1"});
  AgreedVersion version;
  version.minima = {.version = "corridor v3 5f2a91c0b3d4",
                    .valid = {now, now + minutes(90)},
                    .clauses = {{"close", {PartyId{1}, AircraftClass::state}, {{}, {}, {PartyId{1}}}, {at(34, 29), at(34, 30), at(35, 30)},
                                 {metres(5555.123456789), Height::of_tenth_mm(1'234'567)}, {{now, now + minutes(5)}, {now + minutes(7), Time::max()}}}},
                    .fallback = Minima{metres(1.0 / 3), Height{}},
                    .fallback_id = "minima.other",
                    .level_tolerance = feet_of_height(77)};
  version.zones = {zone};
  version.zones[0].exempt = {PartyId{1}};
  version.aircraft = {{PartyId{1}, AircraftClass::unmanned, {{0x3C0000, 0x3C0FFF}}, {icao_address(1), Address{AddressKind::report, 0, std::string_view("uas-1")}}, {"NAF"}}};
  expect_survives(SetAgreed{{{{"unknown", "Unknown", "?"}, {"south", "South", "SOUT"}}, {version}, {}, milliseconds(300)}});
  expect_survives(SetAgreed{});
  Zone of_notice = zone;
  of_notice.id = "notice:south:0012/26";
  of_notice.active = {{now, now + minutes(5)}};
  of_notice.moves_with.reset();
  of_notice.anchor.reset();
  of_notice.exempt = {PartyId{1}};
  expect_survives(SetNoticeZones{{{"unknown", "Unknown", "?"}, {"south", "south", "south"}}, {of_notice}});
  expect_survives(SetNoticeZones{});
  StandingClearance clearance;
  clearance.asked_by = "north";
  clearance.request = "0007/26";
  clearance.revision = 3;
  clearance.party = "south";
  clearance.clearance = "0003/26";
  clearance.call_signs = {"NAF21"};
  clearance.addresses = {"48C1A2"};
  clearance.route = {at(34, 29), at(34, 30), at(35, 30)};
  clearance.half_width = nautical_miles(2.5);
  clearance.times = {now, now + minutes(90)};
  clearance.levels = {{{VerticalLimit::Reference::surface, {}}, {VerticalLimit::Reference::pressure, feet_of_height(28'000)}}};
  StandingClearance revoked = clearance;
  revoked.ended = StandingClearance::Ended::revoked;
  revoked.ended_from = now;
  StandingClearance withdrawn = revoked;
  withdrawn.ended = StandingClearance::Ended::withdrawn;
  expect_survives(SetClearances{{clearance, revoked, withdrawn}});
  expect_survives(SetClearances{});
  Zone of_plan = of_notice;
  of_plan.id = "plan:2f8343be-6482-4d1b-a474-16847e01af1e:1";
  of_plan.rule = ZoneRule::flight_plan;
  of_plan.exempt.clear();
  of_plan.flight = {icao_address(0x4D2023), "RELIEF1"};
  expect_survives(SetPlans{{of_plan}, {{icao_address(0x4D2023), "RELIEF1", now, metres(1'234), metres(99)}}});
  expect_survives(SetPlans{});
  Zone of_area = zone;
  of_area.rule = ZoneRule::clearance;
  of_area.party = PartyId{1};
  of_area.moves_with.reset();
  of_area.anchor.reset();
  expect_survives(AddZones{{of_area}});
  Zone of_rescue = zone;
  of_rescue.rescue = "D-0003/26";
  expect_survives(AddZones{{of_rescue}});
  expect_survives(SetAssisting{{{icao_address(0x4B9001), "D-0003/26"}, {Address{AddressKind::report, 0, std::string_view("heli-7")}, "D-0004/26"}}});
  expect_survives(SetAssisting{});
}

TEST(Command, KeepsThePositionAndHeightOfAManualTrackExactly) {
  PlaceManualTrack manual{.name = "A", .observation = {}, .by = {}, .remark = {}};
  manual.observation.position = at(-34.1234567, -179.7654321);
  manual.observation.ellipsoid_altitude = EllipsoidAltitude(Height::of_tenth_mm(1'234'567));
  manual.observation.measured_at = now;
  const auto again = read_command(to_json(Command(manual), parties), parties);
  ASSERT_TRUE(again);
  const auto& o = std::get<PlaceManualTrack>(*again).observation;
  EXPECT_EQ(o.position, manual.observation.position);
  EXPECT_EQ(o.ellipsoid_altitude, manual.observation.ellipsoid_altitude);
  EXPECT_EQ(o.measured_at, now);
}

TEST(Command, ThatIsUnknownOrTornIsRefused) {
  for (const char* text : {"", "{", "null", "[]", R"({"command":"launch","body":{}})", R"({"command":"remove_zone","body":{}})",
                           R"({"command":"add_zones","body":[{"id":"a"}]})", R"({"command":"acknowledge","alert":"x","body":{}})"}) {
    const auto command = read_command(text, parties);
    ASSERT_FALSE(command) << text;
    EXPECT_FALSE(command.error().message.empty());
  }
}

struct Refusal {
  const char* body;
  const char* says;
};

template <class Read>
void expect_refusals(const std::vector<Refusal>& refusals, const Read& read) {
  for (const Refusal& r : refusals) {
    const auto document = json::parse(r.body);
    ASSERT_TRUE(document) << r.body;
    const auto result = read(document->root());
    ASSERT_FALSE(result) << r.body;
    EXPECT_THAT(result.error().message, HasSubstr(r.says)) << r.body;
  }
}

TEST(ZoneBody, IsRefusedWithTheFieldAndTheReason) {
  expect_refusals(
      {
          {R"({"rule":"keep_clear"})", "outline"},
          {R"({"rule":"forbidden","centre":[1,2],"radius_nm":3})", "rule"},
          {R"({"rule":"caution","centre":[91,2],"radius_nm":3})", "centre"},
          {R"({"rule":"caution","centre":[1,2]})", "radius_nm"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":0})", "radius_nm"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":3,"outline":[[0,0],[0,1],[1,1]]})", "either"},
          {R"({"rule":"caution","outline":[[0,0],[0,1]]})", "three"},
          {R"({"rule":"caution","outline":[[0,0],[1,1],[0,1],[1,0]]})", "outline: the ring crosses itself: the edge from vertex 1 (0.00000, 0.00000) to vertex 2"},
          // Each of these bounds no area that the guard could judge.
          {R"({"rule":"caution","outline":[[0,0],[2,2],[4,0],[4,4],[2,2],[0,4]]})", "crosses itself"},
          {R"({"rule":"caution","outline":[[10,179],[12,-179],[10,-179],[12,179]]})", "crosses itself"},
          {R"({"rule":"caution","outline":[[0,0],[0,120],[0,-120]]})", "whole Earth"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":0,"buffer_nm":2})", "radius_nm"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":3,"buffer_nm":101})", "buffer"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":3,"ceiling":{"reference":"surface"}})", "ceiling"},
          {R"({"rule":"caution","outline":[[0,0],[0,1],[1,"x"]]})", "vertex 3"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":3,"ceiling":{"reference":"pressure"}})", "ceiling"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":3,"exempt":["nobody"]})", "exempt"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":3,"active":[{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}]})", "active"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":3,"moves_with":"XYZ"})", "moves_with"},
          {R"({"rule":"caution","centre":[1,2],"radius_nm":3,"colour":"red"})", "colour"},
      },
      [](json::Value body) { return read_zone(body, parties); });
}

TEST(OtherBodies, AreRefusedWithTheFieldAndTheReason) {
  expect_refusals(
      {
          {R"({"reason":" ","to":"2026-11-23T21:00:00Z","one":"4D2023","other":"4D2024"})", "reason"},
          {R"({"reason":"x","to":"2026-11-23T21:00:00Z","one":"4D2023"})", "area"},
          {R"({"reason":"x","one":"4D2023","other":"4D2024"})", "to"},
          {R"({"reason":"x","to":"2026-11-23T19:00:00Z","one":"4D2023","other":"4D2024"})", "later"},
      },
      [](json::Value body) { return read_inhibition(body, now); });
  expect_refusals(
      {
          {R"({"reason":"x","to":"2026-11-23T21:00:00Z","members":["4D2023","4D2023"]})", "two"},
          {R"({"reason":"x","to":"2026-11-23T21:00:00Z","members":["4D2023","nonsense!"]})", "members"},
      },
      [](json::Value body) { return read_group(body, now); });
  expect_refusals(
      {
          {R"({"name":"A B","position":[1,2]})", "name"},
          {R"({"name":"A"})", "position"},
          {R"({"name":"A","position":[1,2,3]})", "position"},
          {R"({"name":"A","position":[1,2],"ground_speed_kt":100})", "track_deg"},
          {R"({"name":"A","position":[1,2],"altitude_ft":1e9})", "altitude_ft"},
          {R"({"name":"A","position":[1,2],"heard_at":"2026-11-23T20:00:01Z"})", "future"},
          {R"({"name":"A","position":[1,2],"party":"nobody"})", "party"},
      },
      [](json::Value body) { return read_manual_track(body, parties, now); });
  expect_refusals(
      {
          {R"({})", "intention"},
          {R"({"intention":"perhaps"})", "intention"},
          {R"({"intention":"seen","party":"nobody"})", "party"},
      },
      [](json::Value body) { return read_acknowledge(body, parties, PartyId{1}, "k"); });
}

TEST(Address, IsReadFromExactlyWhatItIsWrittenAs) {
  for (const Address& address : {icao_address(0x4D2023), Address{AddressKind::adsb_other, 0x2A0451, {}}, Address{AddressKind::tisb_icao, 1, {}},
                                 Address{AddressKind::tisb_other, 0xFFFFFF, {}}, Address{AddressKind::adsr_icao, 2, {}},
                                 Address{AddressKind::adsr_other, 3, {}}, Address{AddressKind::report, 0, std::string_view("heli-7")},
                                 Address{AddressKind::manual, 0, std::string_view("ALPHA1")}}) {
    const auto again = parse_address(to_string(address));
    ASSERT_TRUE(again) << to_string(address);
    EXPECT_EQ(*again, address);
  }
  for (const char* text : {"", "4D202", "4D20233", "~", "tisb:", "report:", "manual:a b", "G00000"}) EXPECT_FALSE(parse_address(text)) << text;
}

}  // namespace
}  // namespace skypact::node
