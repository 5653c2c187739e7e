// Two nodes' alerts about one danger are found together, and answers that leave nobody moving are told.

#include "node/peer_alerts.h"

#include <gtest/gtest.h>

#include "airspace/parse_address.h"
#include "node/command.h"
#include "node/engine.h"

namespace skypact::node {
namespace {

const Time now = *parse_rfc3339("2026-11-26T12:00:00Z");
const Parties parties{{"unknown", "Unknown", "?"}, {"north", "North", "N"}, {"south", "South", "S"}};
constexpr PartyId north{1}, south{2};

Alert ours() {
  Alert a;
  a.id = AlertId{7};
  a.key = "conflict:3B0001:710001#1";
  a.state = AlertState::predicted;
  a.severity = Severity::warning;
  a.raised_at = now - seconds(60);
  a.changed_at = now - seconds(30);
  a.subjects.resize(2);
  a.subjects[0].address = icao_address(0x3B0001);
  a.subjects[0].party = north;
  a.subjects[1].address = icao_address(0x710001);
  a.subjects[1].party = south;
  a.prediction.emplace();
  a.prediction->infringed_from = now + seconds(90);
  a.prediction->infringed_to = now + seconds(150);
  a.prediction->closest_at = now + seconds(120);
  return a;
}

link::SharedAlert theirs() {
  link::SharedAlert a = shared_alert(ours(), parties);
  a.id = 3;
  a.key = "conflict:710001:3B0001#4";
  std::swap(a.subjects[0], a.subjects[1]);
  return a;
}

void answer(Alert& alert, Intention intention) { alert.acknowledgements.push_back({north, "duty", intention, {}, now}); }
void answer(link::SharedAlert& alert, Intention intention) { alert.answers.push_back({"south", "duty", intention, {}, now}); }

TEST(PeerAlerts, OfTheSameKindAircraftAndTimeAreOneDanger) {
  EXPECT_TRUE(same_danger(ours(), theirs())) << "whatever their number, key and order";
  Alert other = ours();
  other.subjects[1].address = icao_address(0x710002);
  EXPECT_FALSE(same_danger(other, theirs()));
  other = ours();
  other.kind = AlertKind::distress;
  EXPECT_FALSE(same_danger(other, theirs()));
  link::SharedAlert before = theirs();
  before.state = AlertState::ended;
  before.changed_at = ours().raised_at - seconds(61);
  EXPECT_FALSE(same_danger(ours(), before)) << "an encounter an hour ago is another one";
  before.changed_at = ours().raised_at - seconds(59);
  EXPECT_TRUE(same_danger(ours(), before));
  Alert feed;
  feed.kind = AlertKind::feed;
  link::SharedAlert their_feed;
  their_feed.kind = AlertKind::feed;
  EXPECT_FALSE(same_danger(feed, their_feed)) << "what is about no aircraft is each node's own";
}

TEST(PeerAlerts, AContradictionIsToldWhenNobodyMoves) {
  const auto judge = [](std::optional<Intention> we, std::optional<Intention> they, AlertState state = AlertState::predicted, Duration loss_in = seconds(90)) -> std::string {
    Alert mine = ours();
    mine.state = state;
    mine.prediction->infringed_from = now + loss_in;
    link::SharedAlert other = theirs();
    if (we) answer(mine, *we);
    if (they) answer(other, *they);
    const PeerAlert peer{south, other, now};
    const auto c = contradiction(mine, north, {&peer}, parties, now);
    return c ? std::string(to_string(c->code)) : "";
  };
  using I = Intention;
  EXPECT_EQ(judge(I::you_move, I::you_move), "nobody_moves");
  EXPECT_EQ(judge(I::you_move, I::no_factor), "nobody_moves");
  EXPECT_EQ(judge(I::no_factor, I::you_move), "nobody_moves");
  EXPECT_EQ(judge(I::no_factor, I::no_factor), "nobody_sees_it");
  EXPECT_EQ(judge(I::no_factor, I::no_factor, AlertState::predicted, minutes(10)), "") << "the loss is far off";
  EXPECT_EQ(judge(I::no_factor, I::no_factor, AlertState::infringed, minutes(10)), "nobody_sees_it");
  EXPECT_EQ(judge(I::you_move, I::you_move, AlertState::clearing), "");
  EXPECT_EQ(judge(I::we_move, I::you_move), "");
  EXPECT_EQ(judge(I::we_move, I::we_move), "");
  EXPECT_EQ(judge(I::you_move, I::seen), "") << "seen answers nothing";
  EXPECT_EQ(judge(I::you_move, std::nullopt), "");
  EXPECT_EQ(judge(std::nullopt, I::you_move), "");
}

TEST(PeerAlerts, TheLastAnswerOfAPartyCounts) {
  Alert mine = ours();
  answer(mine, Intention::we_move);
  answer(mine, Intention::you_move);
  link::SharedAlert other = theirs();
  answer(other, Intention::you_move);
  other.answers.push_back({"north", "they forged this", Intention::we_move, {}, now});
  const PeerAlert peer{south, other, now};
  EXPECT_TRUE(contradiction(mine, north, {&peer}, parties, now));
  answer(other, Intention::we_move);
  const PeerAlert later{south, other, now};
  EXPECT_FALSE(contradiction(mine, north, {&later}, parties, now));
}

TEST(PeerAlertBook, KeepsTheNewestStateAndForgetsARunThatIsGone) {
  PeerAlertBook book;
  EXPECT_TRUE(book.hear(south, theirs(), now));
  link::SharedAlert newer = theirs();
  newer.state = AlertState::ended;
  newer.changed_at = now;
  EXPECT_TRUE(book.hear(south, newer, now));
  ASSERT_EQ(book.all().size(), 1u);
  ASSERT_EQ(book.of(ours()).size(), 1u);
  EXPECT_EQ(book.of(ours())[0]->alert.state, AlertState::ended);
  book.expire(now + PeerAlertLimits::ended_kept + seconds(1));
  EXPECT_TRUE(book.all().empty());
  EXPECT_TRUE(book.hear(south, theirs(), now));
  book.forget(north);
  EXPECT_EQ(book.all().size(), 1u);
  book.forget(south);
  EXPECT_TRUE(book.all().empty());
}

TEST(PeerAlertBook, TakesWhatItsBoundAllowsAndCountsTheRest) {
  PeerAlertBook book;
  for (std::size_t i = 0; i <= PeerAlertLimits::per_peer; ++i) {
    link::SharedAlert a = theirs();
    a.key = std::to_string(i);
    EXPECT_EQ(book.hear(south, a, now), i < PeerAlertLimits::per_peer);
  }
  EXPECT_EQ(book.refused(), 1u);
  link::SharedAlert ended = theirs();
  ended.key = "0";
  ended.state = AlertState::ended;
  EXPECT_TRUE(book.hear(south, ended, now));
  EXPECT_TRUE(book.hear(south, theirs(), now)) << "one that ended makes room";
  EXPECT_TRUE(book.hear(north, theirs(), now)) << "each peer has its own room";
}

TEST(AddressFromPeer, NeverMakesTwoAircraftOneByAName) {
  const auto map = [](const char* text) { return to_string(address_from_peer(*parse_address(text), "south", "north")); };
  EXPECT_EQ(map("4D2023"), "4D2023");
  EXPECT_EQ(map("report:heli-7"), "report:south.heli-7");
  EXPECT_EQ(map("report:north.heli-1"), "report:heli-1") << "our own, named back to us";
  EXPECT_EQ(map("report:northern"), "report:south.northern");
  EXPECT_NE(map("tisb:4D2023"), map("~4D2023"));
  for (const char* text : {"tisb:4D2023", "~2A0451", "manual:ALPHA1", "report:abcdefghijklmnopqrstuvwx"}) {
    EXPECT_TRUE(map(text).starts_with("report:south.")) << map(text);
    EXPECT_LE(map(text).size(), 7 + longest_track_name);
    EXPECT_TRUE(parse_address(map(text))) << map(text);
  }
}

TEST(HearPeer, IsReadBackFromTheRecordingAsItWas) {
  const HearPeer heard{south, true, {theirs()}};
  const auto read = read_command(to_json(Command(heard), parties), parties);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read, parties), to_json(Command(heard), parties));
  EXPECT_EQ(std::get<HearPeer>(*read).alerts, heard.alerts);
}

TEST(HearPeer, IsInThePictureAtOnce) {
  Config config;
  config.rules.parties = parties;
  config.aircraft.resize(2);
  Engine engine(config);
  ASSERT_TRUE(engine.apply(HearPeer{south, false, {theirs()}}, now));
  EXPECT_EQ(engine.picture()->peer_alerts->all().size(), 1u);
  (void)engine.tick(now);
  EXPECT_EQ(engine.picture()->peer_alerts->all().size(), 1u);
  ASSERT_TRUE(engine.apply(HearPeer{south, true, {}}, now));
  EXPECT_TRUE(engine.picture()->peer_alerts->all().empty());
}

}  // namespace
}  // namespace skypact::node
