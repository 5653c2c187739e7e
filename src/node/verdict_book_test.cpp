// Verdicts of the watch, in record and journal, and held against another party's.

#include "node/verdict_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "geo/motion.h"
#include "json/canonical.h"
#include "ledger/tile.h"
#include "node/api_json.h"
#include "node/engine.h"
#include "node/record.h"
#include "node/verdict_count.h"
#include "node/verdict_evidence.h"

namespace skypact::node {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Time noon = *parse_rfc3339("2026-01-01T12:00:00Z");

constexpr const char* configuration = R"(
[node]
party = "north"
[[party]]
id = "north"
name = "North Air Force"
aircraft = ["100000-1FFFFF"]
[[party]]
id = "south"
name = "South Air Force"
aircraft = ["200000-2FFFFF"]
[[feed]]
name = "reports"
format = "report"
listen = "127.0.0.1:1"
)";

Agreed agreed() {
  Agreed a{.parties = {{"unknown", "Unknown", "?"}, {"south", "South", "S"}, {"north", "North", "N"}}, .versions = {AgreedVersion{}}};
  a.versions[0].minima = {.version = "corridor v1 5f2a91c0b3d4", .valid = always, .clauses = {}, .fallback = Minima{}};
  return a;
}

// Two abreast for so many seconds, reported every second; what came of it.
struct Watched {
  std::vector<Event> events;
  std::unique_ptr<Engine> engine;
  template <class T>
  [[nodiscard]] std::vector<T> of() const {
    std::vector<T> found;
    for (const Event& e : events) {
      if (const T* t = std::get_if<T>(&e.what)) found.push_back(*t);
    }
    return found;
  }
  [[nodiscard]] Alert conflict() const {
    for (const Alert& alert : engine->picture()->alerts) {
      if (alert.kind == AlertKind::conflict) return alert;
    }
    ADD_FAILURE() << "no conflict is open";
    return {};
  }
};

Watched watch(double apart_nm, int for_s, const Config& config) {
  Watched w;
  w.engine = std::make_unique<Engine>(config);
  EXPECT_TRUE(w.engine->apply(SetAgreed{agreed()}, noon));
  const auto from = *geo::Position::from_degrees(50, 10);
  const auto beside = geo::position_after(geo::ground_motion(from, knots(apart_nm * 3600), TrueBearing::degrees(90)), seconds(1));
  for (int s = 0; s < for_s; ++s) {
    FeedBatch batch;
    batch.received_at = noon + seconds(s);
    for (const auto& [address, place] : {std::pair(0x100001u, from), std::pair(0x200002u, beside)}) {
      Observation o;
      o.kind = SourceKind::report;
      o.address = icao_address(address);
      o.received_at = o.measured_at = batch.received_at;
      o.position = geo::position_after(geo::ground_motion(place, knots(240), TrueBearing::degrees(0)), seconds(s));
      o.accuracy = metres(10);
      o.pressure_altitude = PressureAltitude(feet_of_height(10'000));
      o.altitude_in_25ft = true;
      o.velocity = GroundVelocity{knots(240), TrueBearing::degrees(0)};
      o.vertical_rate = feet_per_minute(0);
      batch.observations.push_back(o);
    }
    w.engine->observe(batch);
    for (Event& e : w.engine->tick(batch.received_at + milliseconds(100))) w.events.push_back(std::move(e));
  }
  return w;
}

Config config() { return parse_config(configuration, "north.toml").value(); }

TEST(Verdicts, AreFoundByTheWatchAMinuteAtATimeAndShownWithTheirAlert) {
  const Watched w = watch(3, 200, config());
  const auto found = w.of<PairVerdict>();
  ASSERT_EQ(found.size(), 3u);
  for (const PairVerdict& v : found) {
    EXPECT_EQ(v.verdict.finding, guard::Finding::lost);
    EXPECT_EQ(v.parties, (std::array<std::string, 2>{"north", "south"}));
    EXPECT_EQ(v.evidence, evidence_hash(*v.evidence_text));
    EXPECT_TRUE(v.alert);
  }
  EXPECT_EQ(found[1].span.from, noon + minutes(1));
  EXPECT_EQ(w.engine->picture()->verdicts->of(w.conflict()).size(), 3u);
  EXPECT_THAT(alert_json(w.conflict(), *w.engine->picture()), HasSubstr("\"finding\":\"lost\""));
  EXPECT_TRUE(watch(8, 200, config()).of<PairVerdict>().empty());
}

// Neither what a node inhibits nor its own minima change what is judged.
TEST(Verdicts, AreTheSameWhateverTheNodeItselfConfiguresAndInhibits) {
  Config other = config();
  other.rules.fallback = {nautical_miles(1), feet_of_height(100)};
  Inhibition inhibition;
  inhibition.id = "quiet";
  inhibition.one = icao_address(0x100001);
  inhibition.other = icao_address(0x200002);
  inhibition.reason = "exercise";
  inhibition.valid = {noon - minutes(60), noon + minutes(60)};
  other.rules.inhibitions.push_back(inhibition);
  const auto a = watch(3, 200, config()).of<PairVerdict>(), b = watch(3, 200, other).of<PairVerdict>();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].evidence, b[i].evidence);
}

TEST(Verdicts, StandInTheRecordWithoutThePairAndInTheJournalWithTheirEvidence) {
  Watched w = watch(3, 100, config());
  RecordKeeper keeper("north.example/record", "north.example/record.journal", "north");
  std::string record, journal, evidence;
  for (const Event& e : w.events) {
    if (!std::holds_alternative<PairVerdict>(e.what)) continue;
    const MachineEntries entries = keeper.entries(e, *w.engine->picture(), Salt{1, 2, 3});
    record = entries.record.value();
    journal = entries.journal.value();
    for (const std::string& part : entries.evidence) evidence += json::parse(part)->root()["body"]["text"].as_string().value();
    EXPECT_LE(journal.size(), ledger::longest_entry);
  }
  const auto v = w.of<PairVerdict>().at(0);
  EXPECT_THAT(record, HasSubstr("\"finding\":\"lost\""));
  EXPECT_THAT(record, HasSubstr("corridor v1 5f2a91c0b3d4"));
  EXPECT_THAT(record, HasSubstr(v.evidence));
  for (const char* secret : {"100001", "200002", "north\",\"south", "_nm", "position"}) EXPECT_THAT(record, Not(HasSubstr(secret)));
  EXPECT_EQ(evidence, *v.evidence_text);
  const auto opened = open_entry(journal);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->type, "verdict");
  EXPECT_THAT(opened->what, HasSubstr("100001"));
  EXPECT_EQ(json::parse(record)->root()["body"]["commitment"].as_string(), ledger::to_base64(opened->commitment));
  // Another party reads of it what it needs to compare.
  const auto read = read_peer_verdict("north", 12, record);
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->evidence, v.evidence);
  EXPECT_EQ((*read)->alert, v.alert);
  EXPECT_FALSE(*read_peer_verdict("north", 12, journal.substr(0, 10))) << "no verdict";
  std::string wrong = record;
  wrong.replace(wrong.find("\"lost\""), 6, "\"Lost\"");
  EXPECT_FALSE(read_peer_verdict("north", 12, wrong));
}

// An alert that is told again with its verdict after its end is not ended twice in the record.
TEST(Verdicts, DoNotWriteTheEndOfTheirAlertAgain) {
  Watched w = watch(3, 100, config());
  RecordKeeper keeper("north.example/record", "north.example/record.journal", "north");
  Event event{1, noon, w.conflict()};
  Alert& alert = std::get<Alert>(event.what);
  EXPECT_TRUE(keeper.entries(event, *w.engine->picture(), {}).record);
  alert.state = AlertState::ended;
  alert.ended_at = noon;
  EXPECT_TRUE(keeper.entries(event, *w.engine->picture(), {}).record);
  EXPECT_FALSE(keeper.entries(event, *w.engine->picture(), {}).record);
}

PeerVerdict theirs_of(const PairVerdict& ours) { return {"south", 40, ours.span, ours.verdict.finding, ours.evidence, AlertId{9}}; }

HearPeer told_alert(Time raised) {
  link::SharedAlert alert;
  alert.id = 9;
  alert.key = "conflict:100001:200002#1";
  alert.kind = AlertKind::conflict;
  alert.raised_at = alert.changed_at = raised;
  alert.subjects = {{icao_address(0x100001), "north"}, {icao_address(0x200002), "south"}};
  return {PartyId{2}, false, {alert}};
}

TEST(Verdicts, OfTwoPartiesAreComparedByTheirEvidenceOrByTheAlertThatWasTold) {
  Watched w = watch(3, 200, config());
  const auto ours = w.of<PairVerdict>();
  // The same reports: known by the hash alone.
  auto events = w.engine->apply(HearVerdicts{{theirs_of(ours[0])}}, noon + seconds(201));
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2u) << "the comparison, and the alert told again";
  const auto& same = std::get<VerdictComparison>((*events)[0].what);
  EXPECT_TRUE(same.same_evidence() && same.same_finding());
  EXPECT_TRUE(std::holds_alternative<Alert>((*events)[1].what));
  EXPECT_TRUE(w.engine->apply(HearVerdicts{{theirs_of(ours[0])}}, noon + seconds(201))->empty()) << "heard before";

  // Other reports: which pair it is says the alert of that number, once it was told.
  PeerVerdict differs = theirs_of(ours[1]);
  differs.index = 41;
  differs.evidence = std::string(64, 'a');
  differs.finding = guard::Finding::cannot_be_told;
  EXPECT_TRUE(w.engine->apply(HearVerdicts{{differs}}, noon + seconds(202))->empty());
  ASSERT_TRUE(w.engine->apply(told_alert(noon), noon + seconds(203)));
  differs.index = 42;
  events = w.engine->apply(HearVerdicts{{differs}}, noon + seconds(204));
  ASSERT_EQ(events->size(), 2u);
  const auto& other = std::get<VerdictComparison>((*events)[0].what);
  EXPECT_FALSE(other.same_evidence() || other.same_finding());
  EXPECT_EQ(other.ours, guard::Finding::lost);
  EXPECT_THAT(alert_json(w.conflict(), *w.engine->picture()), HasSubstr("\"their_finding\":\"cannot_be_told\""));

  RecordKeeper keeper("north.example/record", "north.example/record.journal", "north");
  const MachineEntries entries = keeper.entries((*events)[0], *w.engine->picture(), {});
  EXPECT_THAT(entries.record.value(), HasSubstr("\"agrees\":false"));
  EXPECT_THAT(entries.record.value(), Not(HasSubstr("100001")));
}

// Their verdict may come before ours, and numbers of alerts begin anew with a node.
TEST(Verdicts, AreComparedWhicheverComesFirstAndNotWithAnAlertOfAnotherTime) {
  Watched w = watch(3, 70, config());
  const auto first = watch(3, 200, config()).of<PairVerdict>();
  EXPECT_TRUE(w.engine->apply(HearVerdicts{{theirs_of(first[0])}}, noon + seconds(70))->empty()) << "ours is not found yet";
  std::vector<VerdictComparison> found;
  for (int s = 71; s < 80; ++s) {
    for (const Event& e : w.engine->tick(noon + seconds(s))) {
      if (const auto* c = std::get_if<VerdictComparison>(&e.what)) found.push_back(*c);
    }
  }
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].same_evidence());

  VerdictBook book;
  book.add(first[0]);
  PeerAlertBook told;
  const Parties parties = config().rules.parties;
  told.hear(PartyId{2}, told_alert(noon + minutes(60)).alerts[0], noon + minutes(60));
  PeerVerdict differs = theirs_of(first[0]);
  differs.evidence = std::string(64, 'b');
  EXPECT_TRUE(book.hear(differs, told, parties).empty());
}

TEST(Verdicts, HeardAreTheSameAfterTheyWereRecorded) {
  const PairVerdict ours = watch(3, 100, config()).of<PairVerdict>().at(0);
  const Parties parties = config().rules.parties;
  PeerVerdict without = theirs_of(ours);
  without.alert.reset();
  const std::string text = to_json(HearVerdicts{{theirs_of(ours), without}}, parties);
  const auto read = read_command(text, parties);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::get<HearVerdicts>(*read).verdicts, (std::vector{theirs_of(ours), without}));
}

TEST(Verdicts, AreCountedByLossesAndByClause) {
  auto verdicts = watch(3, 400, config()).of<PairVerdict>();
  ASSERT_EQ(verdicts.size(), 6u);
  verdicts[3].verdict.finding = guard::Finding::kept;
  const VerdictCount c = count(verdicts);
  EXPECT_EQ(c.losses, 2u) << "three minutes, one kept, two minutes";
  EXPECT_EQ(c.pairs, 1u);
  EXPECT_EQ(c.minutes.lost, 5u);
  EXPECT_EQ(c.by_clause.at("minima.default of corridor v1 5f2a91c0b3d4").lost, 5u);
}

}  // namespace
}  // namespace skypact::node
