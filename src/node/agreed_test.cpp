// What parties have agreed: read, carried out at its time by the engine alone, and again by a replay.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "json/document.h"
#include "node/agreed_json.h"
#include "node/api_json.h"
#include "node/command.h"
#include "node/dry_run.h"
#include "node/engine.h"
#include "node/replay.h"
#include "node/rule_book.h"
#include "node/verdict_evidence.h"

namespace skypact::node {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");
Time after(double s) { return start + from_seconds(s); }
constexpr Minima minima(double nm, double ft) { return {nautical_miles(nm), Height::of_tenth_mm(static_cast<std::int64_t>(ft) * 3048)}; }
geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

Config config() {
  return parse_config(R"([[party]]
id = "north"
name = "North"
badge = "NRTH"
aircraft = ["100000-1FFFFF", "300000-3FFFFF"]
[[party]]
id = "south"
name = "South"
badge = "SOUT"
aircraft = ["200000-2FFFFF"]
[minima]
horizontal = "3nm"
vertical = "1000ft"
)", "t.toml").value();
}

const Parties terms_parties{{"unknown", "Unknown", "?"}, {"south", "South", "S"}, {"relief", "Relief", "RLF"}, {"north", "North", "N"}};
constexpr PartyId terms_south{1}, terms_relief{2}, terms_north{3};

AgreedVersion version(std::string name, Minima fallback, Interval<Time> valid) {
  AgreedVersion v;
  v.minima = {.version = std::move(name), .valid = valid, .clauses = {}, .fallback = fallback};
  return v;
}

Zone dam() {
  Zone zone;
  zone.id = "dam";
  zone.centre = at(40, 20);
  zone.radius = nautical_miles(2);
  return zone;
}

// Two abreast 4 NM apart, once a second.
void observe(Engine& engine, double s) {
  FeedBatch batch;
  batch.feed = engine.report_feed();
  batch.received_at = after(s);
  for (const std::uint32_t address : {0x100001u, 0x200002u}) {
    Observation o;
    o.source = engine.report_feed();
    o.address = icao_address(address);
    o.received_at = o.measured_at = after(s);
    const double lon = address == 0x100001u ? 10 : 10 + 4 / (60 * 0.6427876);
    o.position = at(50 + s * 400 / 3600 / 60, lon);
    o.accuracy = metres(10);
    o.velocity = GroundVelocity{knots(400), TrueBearing::degrees(0)};
    o.pressure_altitude = PressureAltitude(feet_of_height(30'000));
    o.vertical_rate = VerticalRate{};
    batch.observations.push_back(o);
  }
  engine.observe(batch);
}

struct Flown {
  Engine engine{config()};
  AlertLog log;
  std::string said;
  void tick(double s) {
    observe(engine, s);
    const auto events = engine.tick(after(s));
    log.step(events);
    for (const Event& e : events) {
      if (std::holds_alternative<Alert>(e.what)) said += event_json(e, *engine.picture()) + '\n';
    }
  }
  void fly(double from, double to) {
    for (double s = from; s <= to; ++s) tick(s);
  }
  [[nodiscard]] const Alert* conflict() const {
    static thread_local std::vector<Alert> kept;
    kept = engine.picture()->alerts;
    for (const Alert& a : kept) {
      if (a.kind == AlertKind::conflict) return &a;
    }
    return nullptr;
  }
};

TEST(Agreed, MinimaAreCarriedOutAtTheirInstantByThemselves) {
  Flown f;
  ASSERT_TRUE(f.engine.apply(SetAgreed{{terms_parties, {version("corridor v4", minima(5, 1000), {after(150), Time::max()})}, {}}}, after(0)));
  f.fly(1, 20);
  EXPECT_NE(f.conflict(), nullptr) << "an advisory, ahead of the change";
  f.fly(21, 148);
  ASSERT_NE(f.conflict(), nullptr);
  EXPECT_EQ(f.conflict()->state, AlertState::predicted);
  EXPECT_EQ(f.conflict()->prediction->infringed_from, after(150));
  f.fly(149, 152);
  EXPECT_EQ(f.conflict()->state, AlertState::infringed);
  EXPECT_THAT(alerts_json(*f.engine.picture(), false),
              HasSubstr(R"("minima_source":"minima.default of corridor v4","minima_origin":{"horizontal":{"clause":"minima.default","version":"corridor v4"},)"));
  ASSERT_EQ(f.engine.picture()->agreed->versions.size(), 1u);
  EXPECT_TRUE(f.engine.picture()->agreed->versions[0].holds);
  ASSERT_TRUE(f.engine.apply(SetAgreed{}, after(152)));
  f.fly(153, 190);
  EXPECT_EQ(f.conflict(), nullptr) << "nothing is agreed, and the node's own minima are kept";
}

TEST(Agreed, AReplayOfTheRecordingGivesTheSameBytes) {
  Flown one;
  const Command command = SetAgreed{{terms_parties, {version("corridor v4", {metres(9259.99), feet_of_height(1000)}, {after(30), after(70)})}, {}, milliseconds(250)}};
  ASSERT_TRUE(one.engine.apply(command, after(0)));
  const std::string recorded = to_json(command, one.engine.picture()->rules->parties);
  one.fly(1, 100);
  Flown two;
  const auto read = read_command(recorded, two.engine.picture()->rules->parties);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_TRUE(two.engine.apply(*read, after(0)));
  two.fly(1, 100);
  EXPECT_GT(one.said.size(), 1000u);
  EXPECT_EQ(one.said, two.said);
  // Once more in the middle, as at the head of a new segment, changes nothing.
  Flown three;
  ASSERT_TRUE(three.engine.apply(*read, after(0)));
  three.fly(1, 40);
  EXPECT_THAT(*three.engine.apply(*read, after(40)), IsEmpty());
  three.fly(41, 100);
  EXPECT_EQ(one.said, three.said);
}

TEST(Agreed, AircraftArePartiesByTheTermsInTheirTimeAndTheTermsStandOverTheConfiguration) {
  Flown f;
  AgreedVersion v = version("corridor v4", minima(1, 100), {after(10), after(20)});
  v.aircraft = {{terms_relief, AircraftClass::humanitarian, {{0x100000, 0x10FFFF}}, {}, {}}};
  ASSERT_TRUE(f.engine.apply(SetAgreed{{terms_parties, {v}, {}}}, after(0)));
  const auto party = [&] {
    const auto picture = f.engine.picture();
    return picture->rules->parties.at(find_track(*picture, TrackKey{icao_address(0x100001), 1})->track.party.value).id;
  };
  f.fly(1, 9);
  EXPECT_EQ(party(), "north");
  EXPECT_THAT(f.engine.picture()->agreed->notes, IsEmpty());
  f.fly(10, 19);
  EXPECT_EQ(party(), "relief");
  EXPECT_EQ(find_track(*f.engine.picture(), TrackKey{icao_address(0x100001), 1})->track.aircraft_class, AircraftClass::humanitarian);
  EXPECT_THAT(f.engine.picture()->agreed->notes, ElementsAre(HasSubstr("100000 to 10FFFF by agreement relief's, by the configuration north's")));
  f.fly(20, 22);
  EXPECT_EQ(party(), "north");
}

TEST(Agreed, ZonesComeAndGoWithTheirVersionAndStayWhereTheNextKeepsThem) {
  RuleBook book(config().rules);
  AgreedVersion old = version("v3", minima(1, 100), {Time::min(), after(100)}), next = version("v4", minima(1, 100), {after(100), Time::max()});
  old.zones = {dam()};
  next.zones = {dam(), dam()};
  next.zones[1].radius = nautical_miles(9);
  const auto change = book.set_agreed({terms_parties, {old, next}, {}, seconds(2)});
  ASSERT_TRUE(change);
  const auto& zones = book.rules()->zones;
  ASSERT_EQ(zones.size(), 2u);
  EXPECT_EQ(zones[0].id, "dam");
  EXPECT_THAT(zones[0].active, ElementsAre(Interval<Time>{Time{}, after(102)}, Interval<Time>{after(98), Time::max()}));
  EXPECT_EQ(zones[1].id, "dam@v4");
  EXPECT_THAT(zones[1].active, ElementsAre(Interval<Time>{after(98), Time::max()}));
  EXPECT_EQ(zones[1].source, "v4");
  EXPECT_EQ(book.remove_zone("dam").error().code, ErrorCode::conflict);
  const auto gone = book.set_agreed({});
  EXPECT_THAT(gone->zones_removed, ElementsAre("dam", "dam@v4"));
  EXPECT_THAT(book.rules()->zones, IsEmpty());
}

TEST(Agreed, StandsWhenTheConfigurationIsReadAgainWithItsPartiesInAnotherOrder) {
  RuleBook book(config().rules);
  AgreedVersion v = version("v3", minima(1, 100), always);
  v.minima.clauses = {{"c", {terms_south, {}}, {terms_relief, {}}, {}, minima(2, 200)}};
  v.zones = {dam()};
  v.zones[0].exempt = {terms_north};
  ASSERT_TRUE(book.set_agreed({terms_parties, {v}, {}}));
  EXPECT_EQ(book.rules()->parties.at(3).id, "relief");
  EXPECT_EQ(book.rules()->agreed[0].clauses[0].one.party, PartyId{2});
  EXPECT_EQ(book.rules()->agreed[0].clauses[0].other.party, PartyId{3});
  Rules turned = config().rules;
  std::swap(turned.parties[1], turned.parties[2]);
  book.replace_configured(turned);
  EXPECT_EQ(book.rules()->agreed[0].clauses[0].one.party, PartyId{1});
  ASSERT_EQ(book.rules()->zones.size(), 1u);
  EXPECT_THAT(book.rules()->zones[0].exempt, ElementsAre(PartyId{2}));
  book.replace_configured(turned);
  EXPECT_EQ(book.rules()->parties.size(), 4u);
  EXPECT_EQ(book.rules()->zones.size(), 1u);
}

Result<Agreed> read(std::string_view text) {
  const auto document = json::parse(text);
  return read_agreed(document->root());
}

TEST(Agreed, ThatIsWrongIsRefusedWithThePlace) {
  EXPECT_THAT(read(R"({"parties":[],"clock_offset_us":0,"versions":[{"version":"v","level_tolerance":0,"clauses":[{"id":"a","one":{},"other":{"party":"east"},"horizontal_m":1,"vertical":1}]}]})").error().message,
              HasSubstr("versions[0]: clauses[0]: other: party: is none of the parties"));
  EXPECT_THAT(read(R"({"parties":[],"clock_offset_us":-1,"versions":[]})").error().message, HasSubstr("clock_offset_us"));
  EXPECT_THAT(read(R"({"parties":[],"clock_offset_us":0,"versions":[{"version":"config","level_tolerance":0}]})").error().message, HasSubstr("own table"));
  EXPECT_THAT(read(R"({"parties":[{"id":"a"}],"clock_offset_us":0,"versions":[{"version":"v","level_tolerance":0,"aircraft":[{"party":"a","ranges":[["000001","000005"],["000005","000009"]]}]}]})").error().message,
              HasSubstr("overlap at 000005"));
  EXPECT_THAT(read(R"({"parties":[],"clock_offset_us":0,"versions":[{"version":"v","level_tolerance":0,"targets":[]}]})").error().message, HasSubstr("targets"));
  Engine engine{config()};
  AgreedVersion v = version("v", {nautical_miles(501), Height{}}, always);
  const auto refused = engine.apply(SetAgreed{{terms_parties, {v}, {}}}, start);
  ASSERT_FALSE(refused);
  EXPECT_THAT(engine.picture()->agreed->versions, IsEmpty()) << "nothing has changed";
}

TEST(DryRun, TellsWhatADraftAddsRemovesAndChanges) {
  const auto run = [](const Agreed& agreed) {
    Flown f;
    EXPECT_TRUE(f.engine.fix_agreed(agreed, Time{}));
    EXPECT_FALSE(f.engine.apply(SetAgreed{}, after(0))) << "what the recording says was agreed does not count";
    f.fly(1, 60);
    return f.log.alerts();
  };
  const auto none = run({}), wide = run({terms_parties, {version("draft", minima(5, 1000), always)}, {}});
  EXPECT_THAT(none, IsEmpty());
  ASSERT_EQ(wide.size(), 1u);
  EXPECT_EQ(wide[0].subjects, "100001:200002");
  EXPECT_EQ(wide[0].worst, Severity::conflict);
  EXPECT_EQ(wide[0].clause, "minima.default of draft");
  const DryRunReport more = compare(none, wide), less = compare(wide, none), same = compare(wide, wide);
  EXPECT_EQ(more.added.size(), 1u);
  EXPECT_THAT(more.removed, IsEmpty());
  EXPECT_EQ(less.removed.size(), 1u);
  EXPECT_EQ(same.same, 1u);
}

TEST(DryRun, MatchesEpisodesThatWereOpenTogetherAndSeesSeverityAndLead) {
  const auto alert = [](double from, double to, Severity worst, std::optional<double> lost) {
    DryAlert a;
    a.subjects = "A:B";
    a.raised = after(from);
    a.ended = after(to);
    a.worst = worst;
    if (lost) a.infringed = after(*lost);
    return a;
  };
  const auto report = compare({alert(0, 10, Severity::warning, {}), alert(100, 150, Severity::conflict, 130), alert(500, 510, Severity::caution, {})},
                              {alert(5, 20, Severity::caution, {}), alert(90, 150, Severity::conflict, 130), alert(700, 710, Severity::caution, {})});
  EXPECT_EQ(report.changed.size(), 2u);
  EXPECT_EQ(report.severity_lowered, 1u);
  EXPECT_EQ(report.lead_longer, 1u);
  EXPECT_EQ(report.removed.size(), 1u);
  EXPECT_EQ(report.added.size(), 1u);
  EXPECT_EQ(report.same, 0u);
}

guard::VerdictInput input() {
  guard::VerdictInput in{{terms_parties, {version("corridor v3", minima(5, 1000), always)}, {}}, {after(0), after(3)}, {}};
  for (std::size_t i = 0; i < 2; ++i) {
    guard::VerdictFlight& f = in.flights[i];
    f.key = {icao_address(static_cast<std::uint32_t>(0x100001 + i)), 1};
    f.party = i == 0 ? terms_north : terms_south;
    for (int s = 0; s <= 3; ++s) {
      guard::VerdictSample v;
      v.at = after(s);
      v.position = at(50 + s * 0.001, 10 + 0.05 * static_cast<double>(i));
      v.accuracy_mm = 10'000;
      v.pressure = PressureAltitude(feet_of_height(30'000));
      f.samples.push_back(v);
    }
  }
  return in;
}

TEST(VerdictEvidence, IsTheSameTextAndHashInWhateverOrderTheInputsAreHeld) {
  const guard::VerdictInput in = input();
  guard::VerdictInput other = in;
  std::swap(other.flights[0], other.flights[1]);
  std::reverse(other.flights[0].samples.begin(), other.flights[0].samples.end());
  other.agreed.parties = {{"unknown", "?", "?"}, {"north", "Nord", "N"}, {"south", "Sud", "S"}};
  for (guard::VerdictFlight& flight : other.flights) flight.party = flight.party == terms_north ? PartyId{1} : PartyId{2};
  const std::string mine = evidence_of(in), theirs = evidence_of(other);
  EXPECT_EQ(mine, theirs);
  EXPECT_EQ(evidence_hash(mine), evidence_hash(theirs));
  EXPECT_EQ(evidence_hash(mine).size(), 64u);
  EXPECT_THAT(*compare(mine, theirs), IsEmpty());
  EXPECT_EQ(guard::judge(in)->finding, guard::Finding::lost);
}

TEST(VerdictEvidence, SaysWhereTwoNodesInputsDiffer) {
  const guard::VerdictInput in = input();
  guard::VerdictInput other = in;
  other.flights[1].samples.erase(other.flights[1].samples.begin() + 1);
  other.flights[0].samples[2].accuracy_mm = 20'000;
  other.agreed.clock_offset = milliseconds(300);
  const auto where = compare(evidence_of(in), evidence_of(other));
  ASSERT_TRUE(where);
  EXPECT_THAT(*where, ElementsAre("agreed.clock_offset_us: 0, and 300000", HasSubstr("flights[0].samples at 1767268802000000 µs: [1767268802000000,500020000,100000000,10000,"),
                                  "flights[1].samples at 1767268801000000 µs: only in the first"));
  EXPECT_NE(evidence_hash(evidence_of(in)), evidence_hash(evidence_of(other)));
  EXPECT_FALSE(compare(evidence_of(in), "{}"));
}

}  // namespace
}  // namespace skypact::node
