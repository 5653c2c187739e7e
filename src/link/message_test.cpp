// The live link's messages: written and read again they are the same, and what is not a message is told what is wrong.

#include "link/message.h"

#include <gtest/gtest.h>

#include "airspace/parse_address.h"

namespace skypact::link {
namespace {

Time at(const char* text) { return *parse_rfc3339(text); }

LiveMessage full() {
  LiveMessage m;
  m.boot = 0x0123456789abcdef;
  m.number = 7;
  m.sent_at = at("2026-11-26T12:00:00.000000001Z");
  m.checkpoints.push_back({"south.example/record", 812, ledger::sha256({})});
  SharedTrack t;
  t.address = *parse_address("report:heli-7");
  t.party = "south";
  t.measured_at = at("2026-11-26T11:59:59.250Z");
  t.position = {523086000, -47639001};
  t.accuracy = metres(12.5);
  t.altitude = feet_of_height(9500);
  t.datum = Datum::ellipsoid;
  t.altitude_accuracy = feet_of_height(50);
  t.velocity = GroundVelocity{knots(142), TrueBearing::degrees(88.5)};
  t.vertical_rate = feet_per_minute(-640);
  t.on_ground = false;
  t.callsign = FixedString<8>("RELIEF1");
  t.squawk = std::uint16_t{7600};
  t.aircraft_class = AircraftClass::humanitarian;
  m.tracks.push_back(t);
  SharedAlert a;
  a.id = 3;
  a.key = "conflict:3B0001:710001#1";
  a.state = AlertState::infringed;
  a.severity = Severity::conflict;
  a.raised_at = at("2026-11-26T11:58:00Z");
  a.changed_at = at("2026-11-26T11:59:00Z");
  a.subjects = {{icao_address(0x3B0001), "north"}, {icao_address(0x710001), ""}};
  a.minima_source = "minima.default";
  a.closest_at = at("2026-11-26T12:00:30Z");
  a.horizontal_at_closest = nautical_miles(0.25);
  a.vertical_at_closest = feet_of_height(-300);
  a.answers = {{"south", "duty", Intention::you_move, "hold FL230 \"now\"", at("2026-11-26T11:59:30Z")}};
  m.alerts = {12, {a}};
  return m;
}

TEST(LinkMessage, IsReadAsItWasWritten) {
  const LiveMessage m = full();
  const auto read = read_live(to_json(m));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(m));
  EXPECT_EQ(read->sent_at, m.sent_at) << "to the nanosecond: the clock offset is measured with it";
  EXPECT_EQ(read->alerts, m.alerts);
  EXPECT_EQ(read->tracks[0].position, m.tracks[0].position);
  for (const Lane lane : {Lane::urgent, Lane::calm}) {
    const NotesMessage u{lane, 5, 9, m.sent_at, {2, {{"a\nb\n\n\xe2\x80\x94 x y\n", "{\"lat_deg\":35}"}, {"b\n"}}}};
    EXPECT_EQ(*read_notes(to_json(u), lane), u);
  }
  const Answer answer{6, m.sent_at, m.sent_at + milliseconds(1), m.sent_at + milliseconds(3), true, 14, m.checkpoints};
  EXPECT_EQ(*read_answer(to_json(answer)), answer);
}

TEST(LinkMessage, SaysWhatIsWrongAndWhere) {
  const std::string good = to_json(full());
  const auto with = [&](std::string_view what, std::string_view instead) {
    std::string text = good;
    const std::size_t found = text.find(what);
    EXPECT_NE(found, text.npos) << what;
    return text.replace(found, what.size(), instead);
  };
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "line 1, column 1"},
      {with("\"v\":1", "\"v\":2"), "v: is 2; this node speaks version 1 of the link"},
      {with("\"boot\":\"0123", "\"boot\":\"012G"), "boot: must be 16 hexadecimal digits"},
      {with("\"number\":7", "\"number\":0"), "number: must be"},
      {with("\"number\":7", "\"number\":7,\"targets\":[]"), "\"targets\""},
      {with("\"party\":\"south\",\"measured_at\"", "\"target\":1,\"measured_at\""), "tracks[0]: \"target\""},
      {with("\"lat_deg\":52.3086000", "\"lat_deg\":91"), "tracks[0]: lat_deg: must be a number from -90 to 90"},
      {with("\"altitude_datum\":\"ellipsoid\",", ""), "tracks[0]: altitude_datum: is missing"},
      {with("\"accuracy_m\":12.5,", ""), "tracks[0]: accuracy_m: is missing"},
      {with("report:heli-7", "report:"), "tracks[0]: address: "},
      {with("\"first\":12", "\"first\":0"), "alerts: first: must be"},
      {with("\"conflict\",\"state\"", "\"strike\",\"state\""), "alerts: items[0]: kind: \"strike\" is not a word"},
      {with("you_move", "fire"), "alerts: items[0]: answers[0]: intention: \"fire\" is not a word"},
      {with("2026-11-26T11:58:00", "1999-12-31T23:59:59"), "alerts: items[0]: raised_at: must be of the years 2000 to 2199"},
      {with("\"size\":812", "\"size\":-1"), "checkpoints[0]: size: must be"},
  };
  for (const auto& [text, expected] : table) {
    const auto read = read_live(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message << "\n  expected: " << expected;
  }
}

TEST(LinkMessage, TakesWhatItsBoundsAllowAndNoMore) {
  LiveMessage m = full();
  m.tracks.assign(MessageLimits::tracks, m.tracks[0]);
  m.alerts.items.assign(MessageLimits::items, m.alerts.items[0]);
  const auto at_bound = read_live(to_json(m));
  ASSERT_TRUE(at_bound) << at_bound.error().message;
  m.tracks.push_back(m.tracks[0]);
  EXPECT_EQ(read_live(to_json(m)).error().code, ErrorCode::over_limit);
  m.tracks.pop_back();
  m.alerts.items.push_back(m.alerts.items[0]);
  EXPECT_EQ(read_live(to_json(m)).error().code, ErrorCode::over_limit);
  NotesMessage u{Lane::urgent, 5, 0, m.sent_at, {1, {{std::string(MessageLimits::note_bytes, 'x')}}}};
  EXPECT_TRUE(read_notes(to_json(u), Lane::urgent));
  u.notes.items[0].note += 'x';
  EXPECT_FALSE(read_notes(to_json(u), Lane::urgent));
}

}  // namespace
}  // namespace skypact::link
