#include "node/distress_triggers.h"

#include <gtest/gtest.h>

#include "distress/case_book.h"
#include "line/test_notice.h"

namespace skypact::node {
namespace {

const Time noon = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27)) + std::chrono::hours(12);
constexpr SourceId roof{0}, mast{1};
const line::Gazetteer no_airfields;

geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

// Tracked for ten minutes, last heard that long ago.
PictureTrack track(unsigned id, geo::Position position, Duration silent, double altitude_ft = 20'000, double speed_kt = 300) {
  PictureTrack p{};
  Track& t = p.track;
  t.id = TrackId{id};
  t.address = icao_address(0x4D0000 + id);
  t.last_seen = noon - silent;
  t.first_seen = t.last_seen - minutes(10);
  t.life = silent < seconds(20) ? Life::live : Life::lost;
  t.position = Sourced<geo::Position>(position, t.last_seen, roof, SourceKind::adsb);
  t.pressure_altitude = Sourced<PressureAltitude>(PressureAltitude(feet_of_height(altitude_ft)), t.last_seen, roof, SourceKind::adsb);
  t.velocity = Sourced<GroundVelocity>(GroundVelocity{knots(speed_kt), TrueBearing::degrees(90)}, t.last_seen, roof, SourceKind::adsb);
  p.position = position;
  std::shared_ptr<const History> history;
  for (int i = 11; i >= 0; --i) history = History::with(history, {t.last_seen - seconds(5 * i), position, {}, Datum::pressure, {}});
  p.history = history;
  return p;
}

Picture sky(std::vector<PictureTrack> tracks) {
  Picture picture;
  picture.now = noon;
  picture.tracks = std::make_shared<const std::vector<PictureTrack>>(std::move(tracks));
  picture.rules = std::make_shared<const Rules>();
  picture.feeds.resize(2);
  picture.feeds[0].id = roof;
  picture.feeds[0].name = "roof";
  picture.feeds[1].id = mast;
  picture.feeds[1].name = "mast";
  return picture;
}

const geo::Position here = at(52, 4), near_by = at(52.1, 4.1);

std::size_t found(std::vector<PictureTrack> tracks, const line::Gazetteer& airfields = no_airfields, const std::set<SourceId>& shared = {}) {
  VanishedWatch watch;
  return watch.look(sky(std::move(tracks)), airfields, shared).size();
}

TEST(VanishedWatch, SeesATrackThatBreaksOffWhereOthersAreHeard) {
  VanishedWatch watch;
  const Picture picture = sky({track(1, here, minutes(4)), track(2, near_by, seconds(1))});
  const auto triggers = watch.look(picture, no_airfields, {});
  ASSERT_EQ(triggers.size(), 1u);
  EXPECT_EQ(triggers[0].kind, distress::TriggerKind::vanished);
  EXPECT_EQ(triggers[0].source, "roof");
  EXPECT_EQ(triggers[0].subject.address, icao_address(0x4D0001));
  EXPECT_EQ(triggers[0].place->position, here);
  EXPECT_TRUE(distress::checked(triggers[0]));
  EXPECT_TRUE(watch.look(picture, no_airfields, {}).empty()) << "told once";
}

TEST(VanishedWatch, IsSilentWhereNothingSaysThatTheAircraftCameDown) {
  const PictureTrack other = track(2, near_by, seconds(1));
  EXPECT_EQ(found({track(1, here, minutes(2)), other}), 0u) << "not silent for long enough";
  EXPECT_EQ(found({track(1, here, minutes(4))}), 0u) << "nobody else is heard there";
  EXPECT_EQ(found({track(1, here, minutes(4)), track(2, at(55, 4), seconds(1))}), 0u) << "the other is far away";
  EXPECT_EQ(found({track(1, here, minutes(4), 2'000), track(2, near_by, seconds(1), 35'000)}), 0u) << "the other is heard high above";
  EXPECT_EQ(found({track(1, here, minutes(4), 20'000, 0), other}), 0u) << "it did not move";
  EXPECT_EQ(found({track(1, here, minutes(4)), other}, no_airfields, {roof}), 0u) << "another party's track";

  PictureTrack young = track(1, here, minutes(4));
  young.track.first_seen = young.track.last_seen - minutes(1);
  EXPECT_EQ(found({young, other}), 0u) << "seen too shortly";
  PictureTrack fading = track(1, here, minutes(4));
  fading.history = History::with(nullptr, {fading.track.last_seen, here, {}, Datum::pressure, {}});
  EXPECT_EQ(found({fading, other}), 0u) << "it faded out";
  PictureTrack landed = track(1, here, minutes(4));
  landed.track.on_ground = Sourced<bool>(true, landed.track.last_seen, roof, SourceKind::adsb);
  EXPECT_EQ(found({landed, other}), 0u) << "on the ground";
  PictureTrack jumped = track(1, here, minutes(4));
  jumped.track.suspect = static_cast<std::uint8_t>(Suspicion::interference);
  EXPECT_EQ(found({jumped, other}), 0u) << "jammed";
  PictureTrack twin = track(1, here, minutes(4));
  twin.track.possibly_same = {TrackId{2}};
  EXPECT_EQ(found({twin, other}), 0u) << "seen by another source still";
}

TEST(VanishedWatch, TakesALowEndNearAnAirfieldForALanding) {
  line::Place field;
  field.name = "Field";
  field.position = at(52.02, 4.0);
  field.airfield = line::Airfield{};
  const line::Gazetteer airfields({field});
  const PictureTrack other = track(2, near_by, seconds(1), 3'000);
  EXPECT_EQ(found({track(1, here, minutes(4), 2'000), other}, airfields), 0u);
  EXPECT_EQ(found({track(1, here, minutes(4), 12'000), other}, airfields), 1u) << "nobody lands from there";
}

TEST(VanishedWatch, TakesManyEndsTogetherForTheReceivers) {
  EXPECT_EQ(found({track(1, here, minutes(4)), track(2, near_by, seconds(1)), track(3, here, minutes(4))}), 2u);
  EXPECT_EQ(found({track(1, here, minutes(4)), track(2, near_by, seconds(1)), track(3, here, minutes(4)), track(4, here, minutes(4))}), 0u);
}

// A flight of North's from three hours ago to 31 minutes ago, by the call sign NAF21.
std::vector<line::PartyNotice> flight(Time from = noon - std::chrono::hours(3), Time to = noon - minutes(31)) {
  line::Notice notice = line::test::example();
  notice.kind = line::NoticeKind::flight;
  notice.spans = {{from, to}};
  return {{"north", notice}};
}

PictureTrack called(PictureTrack shown, std::string_view call_sign = "NAF21") {
  shown.track.callsign = Sourced<FixedString<8>>(FixedString<8>(call_sign), shown.track.last_seen, roof, SourceKind::adsb);
  return shown;
}

std::size_t overdue(PictureTrack shown, const std::vector<line::PartyNotice>& notices, const line::Gazetteer& airfields = no_airfields) {
  OverdueWatch watch;
  return watch.look(sky({std::move(shown)}), notices, airfields).size();
}

TEST(OverdueWatch, ProposesForWhoWasHeardInFlightAndNotSinceTheNoticeEndedHalfAnHourAgo) {
  OverdueWatch watch;
  const PictureTrack lost = called(track(1, here, minutes(90)));
  Picture picture = sky({lost});
  picture.now = noon - minutes(2);
  EXPECT_TRUE(watch.look(picture, flight(), no_airfields).empty()) << "29 minutes are not over";
  picture = sky({});   // its track is gone by now
  const auto triggers = watch.look(picture, flight(), no_airfields);
  ASSERT_EQ(triggers.size(), 1u);
  EXPECT_EQ(triggers[0].kind, distress::TriggerKind::overdue);
  EXPECT_EQ(triggers[0].subject.callsign, "NAF21");
  EXPECT_EQ(triggers[0].subject.address, icao_address(0x4D0001));
  EXPECT_EQ(triggers[0].source, "notice north 0012/26");
  EXPECT_EQ(triggers[0].heard_at, noon);
  // Ninety minutes at 500 knots.
  EXPECT_EQ(triggers[0].place->position, here);
  EXPECT_GE(triggers[0].place->uncertainty, nautical_miles(750));
  ASSERT_TRUE(distress::checked(triggers[0]));
  EXPECT_TRUE(watch.look(picture, flight(), no_airfields).empty()) << "told once";
  distress::CaseBook book;
  book.take(triggers[0], noon);
  EXPECT_EQ(book.find(distress::CaseId{1})->proposed, distress::Phase::incerfa);
}

TEST(OverdueWatch, IsSilentWhereNothingSaysThatTheAircraftIsMissing) {
  const PictureTrack lost = called(track(1, here, minutes(90)));
  EXPECT_EQ(overdue(lost, flight()), 1u);
  EXPECT_EQ(overdue(called(track(1, here, seconds(1))), flight()), 0u) << "it still flies: late, and heard";
  EXPECT_EQ(overdue(called(track(1, here, minutes(90)), "NAF22"), flight()), 0u) << "another call sign";
  EXPECT_EQ(overdue(track(1, here, minutes(90)), flight()), 0u) << "no call sign";
  EXPECT_EQ(overdue(lost, {}), 0u) << "no notice";
  EXPECT_EQ(overdue(lost, flight(noon - std::chrono::hours(3), noon - minutes(29))), 0u) << "not over for half an hour";
  EXPECT_EQ(overdue(lost, flight(noon - std::chrono::hours(20), noon - std::chrono::hours(13))), 0u) << "over for long, and heard after it";
  EXPECT_EQ(overdue(called(track(1, here, minutes(5))), flight()), 0u) << "heard for the first time after the notice ended";

  std::vector<line::PartyNotice> other = flight();
  other[0].notice.state = line::NoticeState::cancelled;
  EXPECT_EQ(overdue(lost, other), 0u) << "cancelled";
  other = flight();
  other[0].notice.exercise = true;
  EXPECT_EQ(overdue(lost, other), 0u) << "a drill";

  PictureTrack landed = lost;
  landed.track.on_ground = Sourced<bool>(true, landed.track.last_seen, roof, SourceKind::adsb);
  EXPECT_EQ(overdue(landed, flight()), 0u) << "on the ground";
  line::Place field;
  field.name = "Field";
  field.position = at(52.02, 4.0);
  field.airfield = line::Airfield{};
  EXPECT_EQ(overdue(called(track(1, here, minutes(90), 2'000)), flight(), line::Gazetteer({field})), 0u) << "it was landing";
}

TEST(OverdueWatch, WaitsForTheEndThatAChangeOfTheNoticeSays) {
  OverdueWatch watch;
  const Picture picture = sky({called(track(1, here, minutes(90)))});
  EXPECT_TRUE(watch.look(picture, flight(noon - std::chrono::hours(3), noon + minutes(60)), no_airfields).empty());
  EXPECT_EQ(watch.look(picture, flight(), no_airfields).size(), 1u) << "it ends earlier now";
}

TEST(OverdueWatch, DoesNotTakeACallSignOfAnotherPartyForTheNoticesAircraft) {
  PictureTrack lost = called(track(1, here, minutes(90)));
  lost.track.party = PartyId{1};
  lost.track.party_basis = PartyBasis::address;
  Picture picture = sky({lost});
  auto rules = std::make_shared<Rules>();
  rules->parties = {{.id = "north", .name = "North", .badge = "N"}, {.id = "south", .name = "South", .badge = "S"}};
  picture.rules = rules;
  OverdueWatch watch;
  EXPECT_TRUE(watch.look(picture, flight(), no_airfields).empty());
}

Alert distress_alert(std::uint16_t squawk, Emergency emergency) {
  Alert alert;
  alert.kind = AlertKind::distress;
  alert.state = AlertState::infringed;
  alert.key = "distress:4D0001";
  alert.judged_at = noon;
  alert.squawk = squawk;
  alert.emergency = emergency;
  alert.reasons = {{.code = ReasonCode::signals}};
  AlertSubject subject;
  subject.address = icao_address(0x4D0001);
  subject.party = PartyId{0};
  alert.subjects = {subject};
  return alert;
}

TEST(DistressTrigger, OfTheGuardSaysSquawkOrState) {
  const Picture picture = sky({track(1, here, seconds(1))});
  const auto squawk = trigger_of(distress_alert(7700, Emergency::general), picture);
  ASSERT_TRUE(squawk);
  EXPECT_EQ(squawk->kind, distress::TriggerKind::squawk);
  EXPECT_EQ(squawk->emergency, distress::EmergencyWord::general);
  EXPECT_EQ(squawk->remark, "squawk 7700");
  EXPECT_TRUE(squawk->place);
  const auto hijacked = trigger_of(distress_alert(7500, Emergency::unlawful_interference), picture);
  distress::CaseBook book;
  book.take(*hijacked, noon);
  EXPECT_TRUE(book.find(distress::CaseId{1})->must_not_be_spoken);
  EXPECT_EQ(trigger_of(distress_alert(0, Emergency::minimum_fuel), picture)->kind, distress::TriggerKind::emergency_state);
}

TEST(DistressTrigger, IsACancellationOnceTheAircraftIsHeardWithoutTheSignal) {
  const Picture picture = sky({track(1, here, seconds(1))});
  Alert alert = distress_alert(7700, Emergency::general);
  alert.state = AlertState::clearing;
  alert.reasons = {{.code = ReasonCode::signalled}};
  EXPECT_TRUE(trigger_of(alert, picture)->cancellation);
  alert.state = AlertState::unobserved;
  EXPECT_FALSE(trigger_of(alert, picture)) << "it is not heard: that is no all-clear";
  alert.kind = AlertKind::conflict;
  EXPECT_FALSE(trigger_of(alert, picture));
}

TEST(DistressTrigger, LeavesOutAPartyThatIsKnownByItsCallsignAlone) {
  Picture picture = sky({track(1, here, seconds(1))});
  auto rules = std::make_shared<Rules>();
  rules->parties.push_back({"north", "North", "N"});
  picture.rules = rules;
  Alert alert = distress_alert(7700, Emergency::general);
  alert.subjects[0].party = PartyId{1};
  alert.subjects[0].party_basis = PartyBasis::callsign;
  EXPECT_EQ(trigger_of(alert, picture)->party, "");
  alert.subjects[0].party_basis = PartyBasis::address;
  EXPECT_EQ(trigger_of(alert, picture)->party, "north");
}

}  // namespace
}  // namespace skypact::node
