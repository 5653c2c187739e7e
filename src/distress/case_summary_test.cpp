#include "distress/case_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "distress/intake.h"
#include "distress/situation_report.h"
#include "distress/test_cases.h"

namespace skypact::distress {
namespace {

using tests::noon;
using tests::place_at;
using ::testing::HasSubstr;
using ::testing::Not;

const TellingRules rules{"south", {{"RCC-1", "Rescue centre one", "+100"}}, {{"north", "duty"}, {"east", "watch"}}, {}, {}};
const std::vector<Channel> channels{{"guard", ChannelUse::guard, 121'500, "ATLAS CONTROL", {}, "", true, true, false}};

Trigger state_aircraft(double lat, double lon, Time heard_at) {
  Trigger t = tests::squawk(0x4D2023, heard_at);
  t.party = "north";
  t.aircraft_class = AircraftClass::state;
  t.place = place_at(lat, lon);
  t.subject.callsign = "NORTH21";
  t.words = "two parachutes";
  return t;
}

CaseBook book_with(const std::vector<Trigger>& triggers) {
  CaseBook book;
  for (const Trigger& t : triggers) book.take(t, t.heard_at);
  return book;
}

std::string text_for(const Case& c, std::string_view id, Time now = noon) {
  for (const TellingLine& line : who_is_told(c, rules).lines) {
    if (addressee_of(line.recipient).id == id) return summary_text(c, line.recipient, {now, channels});
  }
  return "not told";
}

TEST(CaseSummary, IsReadAsItWasWrittenInBothLevels) {
  const CaseBook book = book_with({state_aircraft(34.123456, 36.234567, noon)});
  const Case view = book.view(CaseId{1}, noon);
  for (const char* to : {"north", "east"}) {
    const std::string text = text_for(view, to);
    const auto summary = parse_case_summary(text);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(std::holds_alternative<ExactSummary>(*summary), std::string_view(to) == "north");
    EXPECT_EQ(std::visit([](const auto& s) { return to_json(s); }, *summary), text);
  }
}

TEST(CaseSummary, OfACoarseLevelSaysNothingButThatItIsWhereAboutsAndOnWhichFrequency) {
  const CaseBook book = book_with({state_aircraft(34.123456, 36.234567, noon)});
  const std::string text = text_for(book.view(CaseId{1}, noon), "east");
  for (const char* secret : {"34.123", "36.234", "4D2023", "NORTH21", "parachutes", "squawk", "site-1", "general"}) EXPECT_THAT(text, Not(HasSubstr(secret))) << secret;
  EXPECT_THAT(text, HasSubstr("\"khz\":121500"));
  EXPECT_THAT(text, HasSubstr("\"content\":\"coarse\""));
}

// Any place of the same cell gives the same bytes: nothing that is exact goes into them, whatever it is.
RC_GTEST_PROP(CaseSummary, OfACoarseLevelIsTheSameForEveryPlaceOfTheCell, ()) {
  using rc::gen::inRange;
  const auto text_of = [](double lat, double lon, int ms) {
    Trigger t = state_aircraft(lat, lon, noon + milliseconds(ms));
    t.place->uncertainty = metres(*inRange(0, 9'000));
    t.place->altitude = feet_of_height(*inRange(0, 40'000));
    t.place->velocity = GroundVelocity{knots(*inRange(0, 500)), TrueBearing::degrees(*inRange(0, 360))};
    t.subject.address = icao_address(static_cast<std::uint32_t>(*inRange(1, 0xFFFFFF)));
    t.subject.callsign = "X" + std::to_string(*inRange(0, 1'000));
    const CaseBook book = book_with({t});
    return text_for(book.view(CaseId{1}, noon), "east", noon + milliseconds(ms));
  };
  const auto lat = [] { return 34.0 + *inRange(1, 5'000'000) / 1e7; };
  const auto lon = [] { return 35.6 + *inRange(1, 5'000'000) / 1e7; };
  RC_ASSERT(text_of(lat(), lon(), *inRange(0, 500'000)) == text_of(lat(), lon(), *inRange(0, 500'000)));
}

// An aircraft circles over a border of cells for hours, and each minute somebody asks: he learns one area.
TEST(CaseSummary, OfACoarseLevelDoesNotNarrowByAsking) {
  CaseBook book;
  std::set<std::string> areas, texts;
  for (int minute = 0; minute < 240; ++minute) {
    const Time now = noon + minutes(minute);
    const double swing = (minute % 10 - 5) * 0.01;   // ± 3 NM over the border at 34.5° N
    book.take(state_aircraft(34.5 + swing, 35.9, now), now);
    const Case view = book.view(CaseId{1}, now);
    const auto summary = parse_case_summary(text_for(view, "east", now));
    ASSERT_TRUE(summary);
    const auto& coarse = std::get<CoarseSummary>(*summary);
    areas.insert(std::to_string(coarse.area->centre.lat_e7) + " " + std::to_string(coarse.area->centre.lon_e7) + " " + std::to_string(coarse.area->radius.in(metres)));
    texts.insert(text_for(view, "east", now));
  }
  EXPECT_EQ(areas.size(), 1u);
  EXPECT_EQ(texts.size(), 24u);   // the ten minutes change, nothing else
}

TEST(CaseSummary, OfACoarseLevelMakesACoarsePlaceAndAProtectedCaseAtTheReceiver) {
  const CaseBook book = book_with({state_aircraft(34.123456, 36.234567, noon)});
  const auto trigger = read_case_summary(text_for(book.view(CaseId{1}, noon), "east"), "south", noon + seconds(1));
  ASSERT_TRUE(trigger) << trigger.error().message;
  EXPECT_EQ(trigger->kind, TriggerKind::peer);
  EXPECT_EQ(trigger->source, "south");
  EXPECT_EQ(trigger->reference, "D-0001/26");
  ASSERT_TRUE(trigger->place && trigger->place->coarse);
  CaseBook east;
  east.take(*trigger, noon);
  const Case view = east.view(CaseId{1}, noon);
  EXPECT_TRUE(owner_of(view).protect);
  EXPECT_FALSE(owner_of(view).certain);
  // The receiver tells the same area on, on the same grid.
  EXPECT_EQ(view.coarse->cell, cell_of(tests::at(34.123456, 36.234567)));
}

TEST(CaseSummary, LinksTheCasesOfTwoNodesInBothDirections) {
  CaseBook south = book_with({tests::burst(noon)});
  CaseBook north;
  const TellingRules of_south{"south", {}, {{"north", "duty"}}, {}, {}}, of_north{"north", {}, {{"south", "duty"}}, {}, {}};
  const auto send = [](const CaseBook& from, const TellingRules& by, CaseBook& to) {
    const Case view = from.view(CaseId{1}, noon);
    const auto trigger = read_case_summary(summary_text(view, who_is_told(view, by).lines.at(0).recipient, {noon, {}}), by.own_party, noon);
    ASSERT_TRUE(trigger) << trigger.error().message;
    to.take(*trigger, noon);
  };
  for (int i = 0; i < 4; ++i) {
    send(south, of_south, north);
    send(north, of_north, south);
  }
  EXPECT_EQ(south.board(noon).size(), 1u);
  EXPECT_EQ(north.board(noon).size(), 1u);
  ASSERT_EQ(south.find(CaseId{1})->peers.size(), 1u);
  EXPECT_EQ(south.find(CaseId{1})->peers[0].party, "north");
}

TEST(CaseSummary, OfACoarseLevelSaysThatPlacesContradictEachOther) {
  Trigger elsewhere = tests::burst(noon + seconds(50));
  elsewhere.subject.address = icao_address(0x4D2023);
  elsewhere.place = place_at(-34, 151);
  const auto disputed = [](const CaseBook& book) { return std::get<CoarseSummary>(*parse_case_summary(text_for(book.view(CaseId{1}, noon), "east"))).disputed; };
  EXPECT_FALSE(disputed(book_with({state_aircraft(34.1, 36.2, noon)})));
  EXPECT_TRUE(disputed(book_with({state_aircraft(34.1, 36.2, noon), elsewhere})));
}

TEST(CaseSummary, TellsEverythingOfACivilCase) {
  Trigger t = tests::burst(noon);
  t.aircraft_class = AircraftClass::civil;
  t.subject.address = icao_address(0x4D2023);
  t.place = place_at(34.123456, 36.234567, 250);
  Trigger elsewhere = tests::burst(noon + seconds(50));
  elsewhere.place = place_at(-34, 151);
  const CaseBook book = book_with({t, elsewhere});
  const auto trigger = read_case_summary(text_for(book.view(CaseId{1}, noon), "RCC-1"), "south", noon + minutes(1));
  ASSERT_TRUE(trigger);
  EXPECT_EQ(trigger->subject.address, t.subject.address);
  EXPECT_EQ(trigger->subject.beacon, t.subject.beacon);
  EXPECT_EQ(trigger->place->position, elsewhere.place->position);
  EXPECT_THAT(trigger->remark, HasSubstr("contradict"));
}

TEST(CaseSummary, RefusesWhatIsWrongAndSaysWhere) {
  const CaseBook book = book_with({state_aircraft(34.1, 36.2, noon)});
  const std::string coarse = text_for(book.view(CaseId{1}, noon), "east"), exact = text_for(book.view(CaseId{1}, noon), "north");
  const auto refusal = [](std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    text.replace(at, from.size(), to);
    const auto read = parse_case_summary(text);
    return read ? std::string("was taken") : read.error().message;
  };
  EXPECT_THAT(refusal(coarse, "\"v\":1", "\"v\":2"), HasSubstr("newer skypact"));
  EXPECT_THAT(refusal(coarse, "\"content\":\"coarse\"", "\"content\":\"exact\""), HasSubstr("class: is missing"));   // and no exact one in a coarse one's clothes
  EXPECT_THAT(refusal(exact, "\"content\":\"exact\"", "\"content\":\"coarse\",\"disputed\":false"), HasSubstr("not a known field"));
  EXPECT_THAT(refusal(coarse, "121500", "1"), HasSubstr("channels[0]: khz"));
  EXPECT_THAT(refusal(coarse, ",\"v\":1", ", \"v\":1"), HasSubstr("canonical"));
  EXPECT_THAT(refusal(exact, "NORTH21", "NORTH\u202E21"), HasSubstr("callsign: has marks"));
  EXPECT_THAT(refusal(exact, "\"general\"", "\"bored\""), HasSubstr("emergencies[0]"));
}

// ---- Report and map -----------------------------------------------------------------------------------------------

TEST(SituationReport, SaysThatItIsNoMessageOfAMissionControlCentre) {
  const CaseBook book = book_with({state_aircraft(34.123456, 36.234567, noon)});
  const Case view = book.view(CaseId{1}, noon);
  for (const TellingLine& line : who_is_told(view, rules).lines) {
    const std::string text = std::visit([&](const auto& to) { return situation_report(view, to, {noon, "south", channels}); }, line.recipient);
    EXPECT_THAT(text, HasSubstr("NOT AN MCC MESSAGE"));
    const std::string map = std::visit([&](const auto& to) { return case_geojson(view, to, {noon, "south", channels}); }, line.recipient);
    EXPECT_THAT(map, HasSubstr("NOT AN MCC MESSAGE"));
    EXPECT_TRUE(json::parse(map));
  }
}

TEST(SituationReport, IsAsItsReadersNeedIt) {
  CaseBook book = book_with({state_aircraft(34.123456, 36.234567, noon)});
  tests::act(book, CaseId{1}, DeclarePhase{Phase::detresfa, "parachutes"}, noon);
  tests::act(book, CaseId{1}, TakeLead{"south", "duty", "duty-s"}, noon);
  tests::act(book, CaseId{1}, Tell{{AddresseeKind::rescue_centre, "RCC-1"}, "", false}, noon);
  const Case view = book.view(CaseId{1}, noon);
  EXPECT_EQ(situation_report(view, who_is_told(view, rules).own, {noon + minutes(3), "south", channels}),
            "SITUATION REPORT D-0001/26\n"
            "NOT AN MCC MESSAGE. It does not come from a Cospas-Sarsat mission control centre and replaces none.\n"
            "\n"
            "From          south\n"
            "As of         2026-11-27T12:03:00.000Z\n"
            "Opened        2026-11-27T12:00:00.000Z\n"
            "Phase         DETRESFA declared (proposed ALERFA)\n"
            "Led by        south duty\n"
            "Aircraft of   north\n"
            "Emergency     general emergency\n"
            "Address       4D2023\n"
            "Call sign     NORTH21\n"
            "Class         state\n"
            "\n"
            "Heard         34.1235N 036.2346E within 100 m at 2026-11-27T12:00:00.000Z (3 min ago), squawk of\n"
            "              site-1\n"
            "Now           34.1235N 036.2346E within 25.1 NM, taken to be roaming\n"
            "\n"
            "Frequency     121.500 MHz ATLAS CONTROL\n"
            "Told          rescue_centre RCC-1 at 2026-11-27T12:00:00.000Z, not delivered, not answered\n");
}

TEST(SituationReport, ForACoarseRecipientHasNothingExact) {
  Trigger t = state_aircraft(34.123456, 36.234567, noon);
  CaseBook book = book_with({t});
  tests::act(book, CaseId{1}, AddRemark{"seen at 34.1235N 036.2346E"}, noon);
  const Case view = book.view(CaseId{1}, noon);
  const CoarseRecipient east({AddresseeKind::party, "east"});
  const ReportQuery query{noon, "south", channels};
  for (const std::string& text : {situation_report(view, east, query), case_geojson(view, east, query)}) {
    for (const char* secret : {"34.123", "36.234", "4D2023", "NORTH21", "parachutes"}) EXPECT_THAT(text, Not(HasSubstr(secret))) << secret;
  }
}

TEST(SituationReport, DrawsCirclesThatAreClosedAndHoldTheirRadius) {
  for (const auto& [lat, lon] : {std::pair{34.0, 36.0}, {0.0, 179.99}, {-45.0, -179.99}, {89.99, 0.0}}) {
    Trigger t = tests::burst(noon);
    t.place = place_at(lat, lon, 20'000);
    const CaseBook book = book_with({t});
    const Case view = book.view(CaseId{1}, noon);
    const std::string text = case_geojson(view, who_is_told(view, rules).own, {noon, "south", {}});
    const auto map = json::parse(text);
    ASSERT_TRUE(map);
    std::size_t circles = 0;
    for (const json::Value feature : map->root()["features"].elements()) {
      if (feature["geometry"]["type"].as_string() != "Polygon") continue;
      ++circles;
      std::vector<std::pair<double, double>> ring;
      for (const json::Value part : feature["geometry"]["coordinates"].elements()) {
        for (const json::Value point : part.elements()) {
          std::vector<double> pair;
          for (const json::Value number : point.elements()) pair.push_back(*number.as_number());
          ring.emplace_back(pair.at(0), pair.at(1));
        }
      }
      ASSERT_EQ(ring.size(), 37u);
      EXPECT_EQ(ring.front(), ring.back());
      for (std::size_t i = 1; i < ring.size(); ++i) EXPECT_LT(std::abs(ring[i].first - ring[i - 1].first), 90) << lat << ' ' << lon;
    }
    EXPECT_EQ(circles, lat > 89 ? 0u : 1u) << lat;
  }
}

TEST(SituationReport, GivesTheSameBytesAgain) {
  const CaseBook book = book_with({state_aircraft(34.1, 36.2, noon), tests::burst(noon)});
  const Case view = book.view(CaseId{1}, noon);
  const Telling telling = who_is_told(view, rules);
  const ReportQuery query{noon + minutes(7), "south", channels};
  EXPECT_EQ(situation_report(view, telling.own, query), situation_report(view, who_is_told(view, rules).own, query));
  EXPECT_EQ(case_geojson(view, telling.own, query), case_geojson(view, telling.own, query));
}

TEST(CaseSummary, CarriesCirclesAReleaseAClosingAndOtherPartiesNumbers) {
  CaseBook book;
  tests::act(book, [&] {
    book.take(tests::burst(noon), noon);
    return CaseId{1};
  }(), ProposeKeepClear{tests::at(34, 36), kilometres(20), {noon, noon + minutes(50)}}, noon);
  tests::act(book, CaseId{1}, AnswerKeepClear{1, true}, noon);
  Trigger peer = tests::burst(noon);
  peer.kind = TriggerKind::peer;
  peer.source = "relief";
  peer.reference = "D-0009/26";
  book.take(peer, noon);
  tests::act(book, CaseId{1}, Close{CloseReason::rescued, {}}, noon);
  const Case view = book.view(CaseId{1}, noon);
  const CoarseSummary summary = summarise(view, CoarseRecipient({AddresseeKind::party, "north"}), {noon, {}, "south"});
  const auto read = parse_case_summary(to_json(summary));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::get<CoarseSummary>(*read), summary);
  const SummaryHead& head = head_of(*read);
  ASSERT_EQ(head.keep_clear.size(), 1u);
  EXPECT_TRUE(is_same_circle(head.keep_clear[0], circle_of(view.keep_clear[0])));
  EXPECT_EQ(head.keep_clear[0].accepted, std::vector<std::string>{"south"});
  EXPECT_EQ(head.peers, (std::vector<PeerCase>{{"relief", "D-0009/26"}}));
  const Trigger told = read_case_summary(to_json(summary), "south", noon).value();
  EXPECT_TRUE(told.cancellation) << "it is over there; here it stays open";
}

}  // namespace
}  // namespace skypact::distress
