// Terms: one document, one value, one text; and everything that is refused, with the place and what to do.

#include "pact/terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <functional>
#include <ostream>
#include <set>

#include "json/document.h"
#include "pact/terms_fields.h"
#include "pact/test_terms.h"

namespace skypact::pact {
namespace {

using testing::HasSubstr;

std::string golden(std::string_view file_name) {
  std::ifstream file(tests::source_dir() / "src/pact" / file_name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string repeated(std::size_t count, const std::function<std::string(std::size_t)>& one) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += one(i);
  return out;
}

TEST(Terms, AreTheSameValueFromTomlAndFromTheirCanonicalText) {
  const Terms terms = example_terms();
  const auto back = read_terms(canonical_json(terms), "peer");
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(*back, terms);
  EXPECT_EQ(canonical_json(*back), canonical_json(terms));
}

// Such bytes were signed, by an earlier release or by this one. A change of what they read as is a change of what parties have agreed: it
// needs a new format number.
TEST(Terms, HaveTheSameBytesAndIdForEver) {
  const auto earlier = read_terms_json(golden("golden/0.1.0/terms.json"), "terms.json");
  ASSERT_TRUE(earlier.has_value()) << earlier.error().message;
  EXPECT_EQ(canonical_json(*earlier), golden("golden/0.1.0/terms.json"));
  EXPECT_EQ(terms_id(*earlier), "ae3f94a4c16d0e406351cfc1b50dbbba3ffb17c49dc8ab61310162b76329a444");
  const Terms now = example_terms();
  EXPECT_EQ(canonical_json(now), golden("corpus/terms/example.json"));
  EXPECT_EQ(terms_id(now), "ce942a8400e125b96419036799705316f93f43888df09ee345835ca2ca3ed512");
}

TEST(Terms, HoldWhatTheDocumentSays) {
  const Terms t = example_terms();
  EXPECT_EQ(t.id, "corridor");
  EXPECT_EQ(t.version, 1U);
  EXPECT_EQ(t.validity.termination_notice, std::chrono::hours(336));
  ASSERT_EQ(t.parties.size(), 4U);
  EXPECT_EQ(t.parties[0].quorum, 2U);
  EXPECT_EQ(t.parties[0].fleets[0].addresses[0], (IcaoRange{0x3B0000, 0x3B7FFF}));
  EXPECT_FALSE(t.parties[1].signs());
  ASSERT_EQ(t.minima.size(), 5U);
  EXPECT_EQ(t.minima[0].minima, (Minima{nautical_miles(10), feet_of_height(2000)}));
  EXPECT_EQ(t.minima[0].level_tolerance, feet_of_height(200));
  EXPECT_EQ(t.minima[1].level_tolerance, feet_of_height(100));
  EXPECT_EQ(t.minima[1].when.weekly[0].days, 0b0011111);
  EXPECT_EQ(t.minima[3].other.who, PairSide::Who::none);
  EXPECT_EQ(t.minima[3].other.aircraft_class, AircraftClass::unknown);
  EXPECT_EQ(t.zones[0].buffer, nautical_miles(0.5));
  EXPECT_EQ(t.frequencies[2].khz, 132'055U);
  EXPECT_EQ(t.escalation.stop_climbs_from, seconds(15));
  EXPECT_EQ(t.sharing[0].delay, seconds(30));
  EXPECT_EQ(t.releases, (std::vector<DistressRelease>{{"north-crews", "north", {"relief"}, true}}));
  EXPECT_EQ(t.texts[1].status, TextStatus::unreviewed);
}

TEST(Terms, TimersAreThoseOfTheRequirementWhereNoneAreGiven) {
  std::string text = example();
  const std::size_t from = text.find("[escalation]"), to = text.find("[[outside]]");
  const auto t = read_terms(text.erase(from, to - from), "pact.toml");
  ASSERT_TRUE(t.has_value()) << t.error().message;
  EXPECT_EQ(t->escalation, Escalation{});
  EXPECT_EQ(t->escalation.received_within, seconds(30));
  EXPECT_EQ(t->escalation.answered_within, seconds(60));
  EXPECT_EQ(t->escalation.escalated_within, seconds(120));
}

struct Refused {
  const char* from;
  const char* to;
  const char* message;
};
void PrintTo(const Refused& one, std::ostream* out) { *out << one.to; }

// Each change of the example, and what a person is told about it.
const Refused refused[] = {
    // fields
    {"format = 1", "format = 2", "format: must be a whole number from 1 to 1"},
    {"pact = \"corridor\"", "pact = \"The Corridor\"", "pact: \"The Corridor\" must be of lower-case letters"},
    {"version = 1 ", "version = 0 ", "version: must be a whole number from 1 to 1000000"},
    {"title = \"Harbour corridor\"", "title = \"\"", "title: must be a text of 1 to 120 bytes"},
    {"title = \"Harbour corridor\"", "title = \"a\\u202Eb\"", "title: has a character that turns the direction of writing"},
    {"title = \"Harbour corridor\"", "title = \"a\\u0007b\"", "title: has a control character"},
    {"termination_notice = \"336h\"", "targets = [[52.1, 4.1]]\ntermination_notice = \"336h\"", "targets: is not a known field"},
    {"[area]", "[intelligence]\nsource = \"x\"\n[area]", "intelligence: is not a known field"},
    {"rule = \"protected_site\"", "rule = \"protected_site\"\ntarget = \"x\"", "zone[1].target: is not a known field"},
    {"quorum = 2", "quorum = 1", "party[1].quorum: must be a whole number from 2 to 16"},
    {"horizontal = \"5nm\"", "horizontal = \"500nm\"", "minima.horizontal: must be from 1m to 100nm"},
    {"vertical = \"1000ft\"", "vertical = 1000", "minima.vertical: must be a height such as"},
    {"level_tolerance = \"200ft\"", "level_tolerance = \"1000ft\"", "minima.level_tolerance: must be below the vertical minimum"},
    {"vertical = \"500ft\"\nlevel_tolerance = \"100ft\"", "vertical = \"200ft\"", "minima.clause[2].level_tolerance: is 200ft; it must be below"},
    {"classes = [\"state\", \"state\"]", "classes = [\"state\", \"jet\"]", "minima.clause[1].classes[2]: \"jet\" is not a class"},
    {"parties = [\"north\", \"south\"]", "parties = [\"north\"]", "minima.clause[1].parties: must name two sides"},
    {"days = [\"mon\"", "days = [\"someday\"", "\"someday\" is no day"},
    {"from = \"06:00\", to = \"18:00\"", "from = \"18:00\", to = \"06:00\"", "over midnight write two entries"},
    {"from = \"06:00\", to = \"18:00\"", "from = \"06:00\", to = \"24:01\"", "is no time of day"},
    {"area = [[52.40, 4.70], [52.40, 4.90], [52.25, 4.90], [52.25, 4.70]]", "area = [[52.40, 4.70], [52.25, 4.90], [52.40, 4.90], [52.25, 4.70]]", "minima.clause[2].area: "},
    {"centre = [52.35, 4.82]", "centre = [4.82, 152.35, 0]", "zone[1].centre: must be [latitude, longitude]"},
    {"centre = [52.35, 4.82]", "centre = [152.35, 4.82]", "zone[1].centre: [152.35, 4.82] is no place on the Earth"},
    {"ceiling = \"2000ft amsl\"", "ceiling = \"2000ft\"", "zone[1].ceiling: \"2000ft\" is not a limit"},
    {"channel = \"132.055MHz\"", "channel = \"132.045MHz\"", "132.045MHz is no aeronautical channel"},
    {"channel = \"132.055MHz\"", "channel = \"140MHz\"", "140.000MHz is outside of what is used"},
    {"channel = \"132.055MHz\"", "channel = \"132.055\"", "is not a frequency; write"},
    {"channel = \"132.055MHz\"", "channel = \"300.01MHz\"", "300.010MHz is no channel"},
    {"addresses = [\"710000-717FFF\"]", "addresses = [\"717FFF-710000\"]", "party[3].fleet[1].addresses[1]: \"717FFF-710000\" is not an ICAO address"},
    {"received_within = \"30s\"", "received_within = \"2h\"", "escalation.received_within: must be from 1s to 1h"},
    {"received_within = \"30s\"", "received_within = \"1500ms\"", "escalation.received_within: must be whole seconds"},
    {"fields = [\"position\", \"altitude\"", "fields = [\"position\", \"target\"", "sharing[1].fields[2]: \"target\" is no field that can be shared"},
    {"when = \"never\"", "when = \"never\"\nfields = [\"position\"]", "sharing[5].fields: what is shared must be listed, and nothing where it is never"},
    {"lead = \"north\"", "lead = \"north\"\nquorum = 2", "party[2].quorum: a member under a lead has no keys"},
    {"languages = [\"en\"]\nlead", "languages = [\"English\"]\nlead", "party[2].languages[1]: \"English\" is no language"},
    // between fields
    {"version = 1 ", "version = 2 ", "version 2 must name in supersedes the id"},
    {"from = 2027-01-01T00:00:00Z, to = 2028-01-01T00:00:00Z", "from = 2028-01-01T00:00:00Z, to = 2027-01-01T00:00:00Z", "valid (validity): ends (2027-01-01T00:00:00.000Z) before it begins"},
    {"review = [2027-04-01T09:00:00Z, ", "review = [2029-04-01T09:00:00Z, ", "the review of 2029-04-01T09:00:00.000Z is outside the validity"},
    {"termination_notice = \"336h\"", "termination_notice = \"8760h\"", "the termination notice is longer than the pact holds"},
    {"quorum = 2 ", "quorum = 4 ", "4 signatories must sign, but only 3 are named"},
    {"lead = \"north\"", "lead = \"east\"", "party[2] (party.north-drones): its lead \"east\" is not a party"},
    {"badge = \"STH\"", "badge = \"NRTH\"", "the badge NRTH is another party's"},
    {"addresses = [\"710000-717FFF\"]", "addresses = [\"3B7000-3B70FF\"]", "the addresses from 3B7000 are claimed by north too"},
    {"callsigns = [\"SVA\"]", "callsigns = [\"NAF\"]", "the callsign NAF is claimed by north too"},
    {"parties = [\"north\", \"south\"]\nclasses", "parties = [\"north\", \"east\"]\nclasses", "minima.clause[1] (minima.state): \"east\" is not a party; there are north, north-drones, south, relief, any and none"},
    {"id = \"others\"", "id = \"state\"", "this id is used twice"},
    {"parties = [\"any\", \"none\"]\nclasses = [\"any\", \"unknown\"]\n", "", "minima.clause[5] (minima.others): can never apply: minima.unidentified stands above it"},
    {"active = [{ from = 2027-02-01T06:00:00Z", "active = [{ from = 2026-02-01T06:00:00Z", "which is outside the validity"},
    {"id = \"border\"", "id = \"range\"", "this id is used twice"},
    {"outline = [[52.20, 3.70], [52.20, 4.60], [52.10, 4.60], [52.10, 3.70]]", "outline = [[52.90, 4.70], [52.90, 5.60], [52.85, 5.60], [52.85, 4.70]]\nactive = [{ from = 2027-02-03T06:00:00Z, to = 2027-02-03T08:00:00Z }]",
     "zone[3] (zone.aid-corridor): leads relief through zone.range, which it must keep out of at the same time"},
    {"parties = [\"south\"]", "", "names no party; a corridor or an altitude block is somebody's"},
    {"rule = \"caution\"", "rule = \"caution\"\nbuffer = \"1nm\"", "a buffer belongs to a protected site"},
    {"call_frequency = \"north-south\"\ncall_desk = \"north/duty\"\n", "", "zone[6] (zone.fire-area): does not say whom to call"},
    {"call_desk = \"north/duty\"", "call_desk = \"north/night\"", "\"north/night\" is not a desk"},
    {"at = 2027-01-15T08:00:00Z", "at = 2027-01-15T05:00:00Z", "zone[9].itinerary[2].at: must be after the one above"},
    {"position = [52.00, 4.30]", "position = [12.00, 4.30]", "waypoints 1 and 2 are more than 500 NM apart"},
    {"channel = \"243MHz\"", "channel = \"244MHz\"", "244.000MHz is no guard frequency"},
    {"channel = \"132.055MHz\"", "channel = \"121.5MHz\"", "121.500MHz is a guard frequency and must be kept free"},
    {"channel = \"132.055MHz\"", "channel = \"156.8MHz\"", "156.800MHz is used for work and for distress"},
    {"answered_within = \"60s\"", "answered_within = \"30s\"", "must follow each other in this order"},
    {"stop_climbs_from = \"15s\"", "stop_climbs_from = \"45s\"", "would wait longer than any other message"},
    {"after = \"60s\"", "after = \"15s\"", "step 2 (after 15s) does not come after step 1"},
    {"desk = \"ops\"", "desk = \"duty\"", "\"relief/duty\" is not a desk"},
    {"to = \"relief\"\nwhen = \"always\"", "to = \"east\"\nwhen = \"always\"", "sharing[1] (sharing.north-relief): \"east\" is not a party"},
    {"of = \"north\"", "of = \"east\"", "distress[1] (distress.north-crews): \"east\" is not a party"},
    {"to = [\"relief\"]", "to = [\"east\"]", "distress[1] (distress.north-crews): \"east\" is not a party"},
    {"to = [\"relief\"]", "to = [\"north\", \"relief\"]", "\"north\" knows where its own aircraft are; name others in to"},
    {"to = [\"relief\"]                    # left out: no party\nrescue_centres = \"exact\"", "rescue_centres = \"coarse\"", "tells nobody the place: name parties in to, or say rescue_centres = \"exact\", or leave the clause out"},
    {"[[distress]]", "[[distress]]\nid = \"crews\"\nof = \"north\"\nrescue_centres = \"exact\"\n[[distress]]", "says what distress.crews says of north; write one clause"},
    {"rescue_centres = \"exact\"", "rescue_centres = true", "distress[1].rescue_centres: must be one of coarse, exact"},
    {"from = \"south\"\nto = \"relief\"", "from = \"south\"\nto = \"north\"", "contradicts sharing.south-north: one says never"},
    {"safety_floor = [\"minima.state\", \"zone.hospital\"]", "safety_floor = [\"minima.state\", \"zone.hospitals\"]", "safety_floor (safety_floor): \"zone.hospitals\" is not a clause"},
    {"stay 10 NM apart", "stay 9 NM apart", "text[1] (text.minima.state.en): does not say \"10 NM\", which the clause says"},
    {"language = \"ru\"\nstatus", "language = \"zh\"\nstatus", "no party of this pact reads \"zh\""},
};

class Refusals : public testing::TestWithParam<Refused> {};

TEST_P(Refusals, SayWhatIsWrongWithLineAndPlace) {
  const std::string text = changed(example(), GetParam().from, GetParam().to);
  const std::string said = refusal(text);
  EXPECT_THAT(said, HasSubstr(GetParam().message));
  EXPECT_TRUE(said.starts_with("pact.toml:")) << said;
}
INSTANTIATE_TEST_SUITE_P(Terms, Refusals, testing::ValuesIn(refused));

TEST(Terms, NameTheLineOfEachDefectAndAllOfThemAtOnce) {
  std::string text = changed(example(), "horizontal = \"5nm\"", "horizontal = \"5\"");
  text = changed(text, "channel = \"243MHz\"", "channel = \"1MHz\"");
  const auto line_of = [&](std::string_view what) { return 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find(what)), '\n'); };
  const std::string said = refusal(text);
  EXPECT_THAT(said, HasSubstr(fmt::format("pact.toml:{}: minima.horizontal: ", line_of("horizontal = \"5\""))));
  EXPECT_THAT(said, HasSubstr(fmt::format("\npact.toml:{}: frequency[2].channel: ", line_of("channel = \"1MHz\""))));
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1);
}

TEST(Terms, OfJsonNameThePathOfEachDefect) {
  const std::string said = refusal(changed(canonical_json(example_terms()), "\"channel\":\"243.000MHz\"", "\"channel\":\"1MHz\""));
  EXPECT_TRUE(said.starts_with("pact.toml: frequency[2].channel: ")) << said;
  EXPECT_THAT(refusal("{"), HasSubstr("pact.toml: line 1"));
  EXPECT_THAT(refusal(changed(canonical_json(example_terms()), "\"title\":\"Harbour corridor\"", "\"title\":null")), HasSubstr("\"title\": is null"));
  EXPECT_THAT(refusal(changed(canonical_json(example_terms()), "\"version\":1", "\"version\":1,\"version\":1")), HasSubstr("version"));
}

TEST(Terms, ShowSoManyErrorsAndCountTheRest) {
  const auto wrong = [](std::size_t count) { return "[area]\n" + repeated(count, [](std::size_t i) { return fmt::format("x{} = 1\n", i); }); };
  // Beside them, the ten fields and tables that this document lacks.
  const std::string alone = refusal(wrong(0));
  const auto others = static_cast<std::size_t>(std::count(alone.begin(), alone.end(), '\n')) + 1;
  const std::string at = refusal(wrong(TermsLimits::errors_shown - others)), past = refusal(wrong(TermsLimits::errors_shown - others + 1));
  EXPECT_EQ(static_cast<std::size_t>(std::count(at.begin(), at.end(), '\n')) + 1, TermsLimits::errors_shown);
  EXPECT_THAT(at, testing::Not(HasSubstr("more errors")));
  EXPECT_THAT(past, HasSubstr("\npact.toml: and 1 more errors"));
}

struct Bound {
  const char* before;                                 // where the list is put
  std::function<std::string(std::size_t count)> list;
  std::size_t most;
  const char* message;
};

TEST(Terms, HoldSoMuchAndRefuseOneMore) {
  const Bound bounds[] = {
      {"[escalation]", [](std::size_t n) { return repeated(n, [](std::size_t i) { return fmt::format("[[notice]]\nactivity = \"a{}\"\nat_least = \"1h\"\n", i); }); }, TermsLimits::notices - 2, "notice: there are 51; at most 50"},
      {"[[outside]]", [](std::size_t n) { return repeated(n, [](std::size_t i) { return fmt::format("[[outside]]\nid = \"a{}\"\nwhom = \"x\"\nparty = \"north\"\ndesk = \"duty\"\n", i); }); }, TermsLimits::outsiders - 1, "outside: there are 51; at most 50"},
      {"[[party]]\nid = \"south\"", [](std::size_t n) { return repeated(n, [](std::size_t i) { return fmt::format("[[party]]\nid = \"a{0}\"\nname = \"A\"\nbadge = \"A{0}\"\nlanguages = [\"en\"]\nlead = \"north\"\n", i); }); }, TermsLimits::parties - 4, "party: there are 33; at most 32"},
      {"[[zone]]\nid = \"range\"", [](std::size_t n) { return repeated(n, [](std::size_t i) { return fmt::format("[[zone]]\nid = \"a{}\"\nname = \"A\"\nrule = \"caution\"\ncentre = [52, 4]\nradius = \"1nm\"\n", i); }); }, TermsLimits::zones - 9, "zone: there are 1001; at most 1000"},
      {"[[frequency]]\nid = \"rescue\"", [](std::size_t n) { return repeated(n, [](std::size_t i) { return fmt::format("[[frequency]]\nid = \"a{}\"\nuse = \"working\"\nchannel = \"{}kHz\"\ncall_sign = \"A\"\n", i, 6000 + i); }); }, TermsLimits::frequencies - 5, "frequency: there are 101; at most 100"},
      {"[[party.desk]]\nid = \"ops\"", [](std::size_t n) { return repeated(n, [](std::size_t i) { return fmt::format("[[party.desk]]\nid = \"a{}\"\nname = \"A\"\nlanguages = [\"en\"]\ncontact = \"x\"\n", i); }); }, TermsLimits::desks - 1, "party[4].desk: there are 9; at most 8"},
  };
  for (const Bound& bound : bounds) {
    EXPECT_EQ(refusal(changed(example(), bound.before, bound.list(bound.most) + "\n" + bound.before)), "") << bound.before;
    EXPECT_THAT(refusal(changed(example(), bound.before, bound.list(bound.most + 1) + "\n" + bound.before)), HasSubstr(bound.message));
  }
  const auto title = [](std::size_t n) { return changed(example(), "title = \"Harbour corridor\"", "title = \"" + std::string(n, 'x') + "\""); };
  EXPECT_EQ(refusal(title(TermsLimits::name)), "");
  EXPECT_THAT(refusal(title(TermsLimits::name + 1)), HasSubstr("title: must be a text of 1 to 120 bytes"));
}

TEST(Terms, LargerThanCanTravelAreRefusedBeforeTheyAreRead) {
  std::string text = example();
  text += "\n#" + std::string(TermsLimits::bytes - text.size() - 2, 'x');
  ASSERT_EQ(text.size(), TermsLimits::bytes);
  EXPECT_EQ(refusal(text), "");
  const auto past = read_terms(text + "x", "pact.toml");
  ASSERT_FALSE(past.has_value());
  EXPECT_EQ(past.error().code, ErrorCode::over_limit);
  EXPECT_THAT(past.error().message, HasSubstr("is 1048577 bytes long; at most 1048576 are read"));
}

TEST(Terms, AskNoMoreOfTheWatchThanItTakes) {
  Terms t = example_terms();
  t.validity.valid.to = t.validity.valid.from + std::chrono::hours(24 * 7 * 999);   // and a day begun: 1000 weeks
  t.validity.valid.to += std::chrono::hours(24);
  t.texts.clear(), t.zones.resize(2), t.minima.clear(), t.safety_floor.clear(), t.zones[1].when = {};
  const Schedule daily{{}, {{0x7F, std::chrono::minutes(0), std::chrono::minutes(60)}}};
  for (int i = 0; i < 28; ++i) {   // 28 · 7000 spans are 196 000; one more clause of four days a week is 200 000
    t.minima.push_back({fmt::format("m{}", i), {PairSide::Who::none, "", {}}, {}, Ring(t.area.outlines[0]), daily, {nautical_miles(5), feet_of_height(1000)}, feet_of_height(200)});
    t.minima.back().when.weekly[0].to += std::chrono::minutes(i);   // none covers another
  }
  t.minima.push_back(t.minima.back());
  t.minima.back().id = "last";
  t.minima.back().when.weekly[0] = {0b0001111, std::chrono::minutes(1), std::chrono::minutes(2)};
  EXPECT_EQ(refusal(canonical_json(t)), "");
  t.minima.back().when.weekly[0].days = 0b0011111;
  EXPECT_THAT(refusal(canonical_json(t)), HasSubstr("the schedules have 201000 spans in the validity; the watch takes 200000"));
}

TEST(Terms, TwoPersonsNeverShareAKeyNorDoesAPersonHaveTwo) {
  const Terms t = example_terms();
  const std::string deputy = ledger::to_string(t.parties[0].signatories[1].key), commander = ledger::to_string(t.parties[0].signatories[0].key);
  EXPECT_THAT(refusal(changed(example(), deputy, commander)), HasSubstr("the key of its signatory deputy is also that of party.north, signatory commander"));
  // A record's key in a signatory's place would let a node sign for a person.
  EXPECT_THAT(refusal(changed(example(), deputy, ledger::to_string(*t.parties[2].record_key))), HasSubstr("is also that of party.north, signatory deputy"));
  EXPECT_THAT(refusal(changed(example(), deputy, ledger::to_string(*t.parties[0].cosigner_key))), HasSubstr("is a cosigner's key"));
}

TEST(Terms, NeedTwoPartiesThatSignAndAFrequencyForDistress) {
  Terms t = example_terms();
  t.parties.resize(2), t.minima.clear(), t.zones.clear(), t.frequencies.clear(), t.outsiders.clear(), t.sharing.clear(), t.releases.clear(), t.safety_floor.clear(), t.texts.clear();
  const std::string said = refusal(canonical_json(t));
  EXPECT_THAT(said, HasSubstr("a pact needs at least two parties that sign"));
  EXPECT_THAT(said, HasSubstr("no frequency is for guard or distress"));
}

TEST(Terms, HaveTheirClausesInOrderEachWithItsOwnText) {
  const Terms t = example_terms();
  const std::vector<std::string> ids = clause_ids(t);
  EXPECT_THAT(ids, testing::ElementsAre(
      "pact", "validity", "area", "party.north", "identification.north", "party.north-drones", "identification.north-drones", "party.south",
      "identification.south", "party.relief", "identification.relief", "minima.state", "minima.harbour-drones", "minima.exercise-week", "minima.unidentified",
      "minima.others", "minima.default", "zone.hospital", "zone.range", "zone.aid-corridor", "zone.south-block", "zone.border", "zone.fire-area",
      "zone.fire-approach", "zone.tanker", "zone.convoy", "frequency.guard", "frequency.guard-uhf", "frequency.north-south", "frequency.rescue",
      "frequency.sea", "notice.live-firing", "notice.refuelling", "escalation", "outside.civil", "sharing.north-relief", "sharing.north-south",
      "sharing.south-north", "sharing.relief-all", "sharing.south-relief", "distress.north-crews", "safety_floor"));
  for (const std::string& id : ids) {
    const auto json = clause_json(t, id);
    ASSERT_TRUE(json.has_value()) << id;
    EXPECT_TRUE(json::parse(*json).has_value()) << id;
  }
  EXPECT_EQ(clause_json(t, "minima.default"), "{\"horizontal\":\"5nm\",\"level_tolerance\":\"200ft\",\"vertical\":\"1000ft\"}");
  EXPECT_EQ(clause_json(t, "minima.nothing"), std::nullopt);
  // The words are part of the clause: who accepts it accepts them.
  EXPECT_THAT(*clause_json(t, "minima.state"), HasSubstr("\"text\":[{\"language\":\"en\",\"status\":\"signed\""));
}

TEST(Terms, KeepDistressStopAndTheDutyLineFromAnySuspensionWhetherListedOrNot) {
  Terms t = example_terms();
  EXPECT_TRUE(in_safety_floor(t, "zone.hospital"));
  EXPECT_FALSE(in_safety_floor(t, "zone.range"));
  t.safety_floor.clear();
  EXPECT_THAT(safety_floor_ids(t), testing::ElementsAre("pact", "validity", "party.north", "party.north-drones", "party.south", "party.relief",
                                                        "frequency.guard", "frequency.guard-uhf", "frequency.rescue", "frequency.sea", "escalation", "safety_floor"));
  EXPECT_FALSE(in_safety_floor(t, "frequency.north-south"));
}

TEST(TermsHash, IsReadFromHexadecimalInOneSpellingOnly) {
  const ledger::Hash hash = terms_hash(example_terms());
  EXPECT_EQ(ledger::hash_from_hex(to_hex(hash)), hash);
  EXPECT_EQ(ledger::hash_from_hex(to_hex(hash).substr(1)), std::nullopt);
  std::string upper = to_hex(hash);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  EXPECT_EQ(ledger::hash_from_hex(upper), std::nullopt);
}

// Every "properties" of the schema, with the references of it resolved, as "zone[].outline".
void walk(const json::Value& root, json::Value schema, const std::string& path, std::set<std::string>& names) {
  if (const auto ref = schema["$ref"].as_string()) return walk(root, root["$defs"][ref->substr(std::string_view("#/$defs/").size())], path, names);
  for (const auto& [name, value] : schema["properties"].members()) {
    const std::string field = path.empty() ? std::string(name) : path + '.' + std::string(name);
    names.insert(field);
    walk(root, value, field, names);
  }
  if (schema["items"].exists()) walk(root, schema["items"], path + "[]", names);
}

TEST(TermsSchema, HasTheNamesOfTheFieldsThatTheReaderKnows) {
  std::ifstream file(tests::source_dir() / "docs/schemas/pact-terms.schema.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto schema = json::parse(text);
  ASSERT_TRUE(schema.has_value()) << schema.error().message;
  std::set<std::string> names;
  walk(schema->root(), schema->root(), "", names);
  EXPECT_EQ(names, terms_fields(example_terms()));
}

}  // namespace
}  // namespace skypact::pact
