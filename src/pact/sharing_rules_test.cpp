// What clauses of sharing let out, and when: by the versions of a pact, its suspensions, its end, and while it is not known.

#include "pact/sharing_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pact/test_history.h"

namespace skypact::pact {
namespace {

using enum SharedField;
using std::chrono::hours;
using test::noon;
using test::TestTerms;
using testing::ElementsAre;
using testing::IsEmpty;

// Of the example's two clauses of this direction.
Sharing clause(std::string id, ShareWhen when, std::vector<SharedField> fields) {
  return {.id = std::move(id), .from = "north", .to = "south", .when = when, .fields = std::move(fields), .position_step = {}, .altitude_step = {}, .delay = {}, .near = {}};
}

Terms with(std::vector<Sharing> sharing) {
  Terms terms = example_terms();
  terms.sharing = std::move(sharing);
  return terms;
}

TEST(SharingOfTerms, AreTheClausesOfOneDirectionAndNothingThatNoneNames) {
  const Terms terms = example_terms();
  const SharingOf north_south = sharing_of(terms, "north", "south", {});
  EXPECT_THAT(north_south.clauses, ElementsAre("sharing.north-south"));
  EXPECT_FALSE(north_south.tracks.always);
  ASSERT_TRUE(north_south.tracks.near_conflict);
  EXPECT_EQ(north_south.tracks.near_conflict->fields, (SharedFields{position, altitude, velocity, vertical_rate, address, SharedField::party, accuracy}));
  EXPECT_EQ(north_south.tracks.near, nautical_miles(40));

  const SharingOf north_relief = sharing_of(terms, "north", "relief", {});
  ASSERT_TRUE(north_relief.tracks.always);
  EXPECT_EQ(north_relief.tracks.always->position_step, nautical_miles(1));
  EXPECT_EQ(north_relief.tracks.always->altitude_step, feet_of_height(500));
  EXPECT_EQ(north_relief.tracks.always->delay, seconds(30));
  EXPECT_FALSE(north_relief.tracks.always->fields.has(address));
  EXPECT_EQ(north_relief.tracks.near_conflict, north_relief.tracks.always) << "near a conflict no less, and no more either";

  const SharingOf never = sharing_of(terms, "south", "relief", {});
  EXPECT_THAT(never.clauses, ElementsAre("sharing.south-relief"));
  EXPECT_EQ(never.tracks, TracksShared{});
  const SharingOf unnamed = sharing_of(terms, "relief", "south", {});
  EXPECT_THAT(unnamed.clauses, IsEmpty());
  EXPECT_EQ(unnamed.tracks, TracksShared{});
}

TEST(SharingOfTerms, NameNothingWhileTheyAreSuspended) {
  const std::vector<std::string> suspended{"minima.state", "sharing.north-south"};
  const SharingOf of = sharing_of(example_terms(), "north", "south", suspended);
  EXPECT_THAT(of.clauses, ElementsAre("sharing.north-south"));
  EXPECT_THAT(of.suspended, ElementsAre("sharing.north-south"));
  EXPECT_EQ(of.tracks, TracksShared{});
  EXPECT_TRUE(sharing_of(example_terms(), "south", "north", suspended).tracks.near_conflict) << "the other direction has its own clause";
}

TEST(SharingOfTerms, NearAConflictFollowTheClauseThatTellsThePlaceSoonerWithWhatTheOtherAdds) {
  Sharing always = clause("a", ShareWhen::always, {position, address, callsign, altitude, squawk});
  always.position_step = nautical_miles(5);
  always.altitude_step = feet_of_height(1000);
  always.delay = seconds(60);
  Sharing near = clause("n", ShareWhen::near_conflict, {position, velocity});
  const auto tracks = [&] { return sharing_of(with({always, near}), "north", "south", {}).tracks; };
  ASSERT_TRUE(tracks().near_conflict);
  EXPECT_EQ(tracks().always->position_step, nautical_miles(5));
  EXPECT_EQ(tracks().near_conflict->position_step, Length());
  EXPECT_EQ(tracks().near_conflict->delay, Duration(0));
  EXPECT_EQ(tracks().near_conflict->fields, (SharedFields{position, velocity, address, callsign})) << "names, and nothing that the other clause lets out later only";

  always.delay = {};
  EXPECT_EQ(tracks().near_conflict->fields, (SharedFields{position, velocity, address, callsign, altitude, squawk}));
  EXPECT_EQ(tracks().near_conflict->altitude_step, feet_of_height(1000));

  near.fields = {callsign, vertical_rate};   // says nothing of the place
  EXPECT_EQ(tracks().near_conflict->position_step, nautical_miles(5));
  EXPECT_TRUE(tracks().near_conflict->fields.has(vertical_rate));

  always.fields = {callsign};
  EXPECT_EQ(tracks().near_conflict, std::nullopt) << "no track without its place";
  EXPECT_EQ(tracks().always, std::nullopt);
}

TEST(SharingOfTerms, KeepANameThatHidesTheAddressNearAConflictToo) {
  const Terms terms = with({clause("a", ShareWhen::always, {position}), clause("n", ShareWhen::near_conflict, {position, address, altitude})});
  const auto near = sharing_of(terms, "north", "south", {}).tracks.near_conflict;
  ASSERT_TRUE(near);
  EXPECT_FALSE(near->fields.has(address));
  EXPECT_TRUE(near->fields.has(altitude));
}

class SharingInTime : public test::History {
 protected:
  void propose(const TestTerms& terms, Time now, std::vector<Sharing> sharing) { History::propose(terms, now, with(std::move(sharing))); }
  void agree(const TestTerms& terms, Time now, std::vector<Sharing> sharing) { History::agree(terms, now, with(std::move(sharing))); }
  std::vector<AgreedSharing> pieces(Time now, const Heard& heard) const {
    return sharing_in_time(state_, by_hash(), heard, "north", "south", now);
  }
  std::vector<AgreedSharing> pieces(Time now) const { return pieces(now, all_heard(now)); }
  // What is told of tracks at a moment of which everything was heard.
  SharingNow at(Time now) {
    kept_ = pieces(now);
    return sharing_at(kept_, {}, {}, {now, now + Duration(1)});
  }

  std::vector<AgreedSharing> kept_;
  const TestTerms first_{.from = noon + hours(1), .to = noon + hours(10)};
  const Sharing always_ = clause("s", ShareWhen::always, {position, address});
};

TEST_F(SharingInTime, BeginsAtItsInstantAndGivesWayToTheNextVersionAtItsOwn) {
  agree(first_, noon, {always_});
  EXPECT_TRUE(at(first_.from - seconds(1)).by.empty());
  EXPECT_TRUE(at(first_.from).tracks.always);
  EXPECT_FALSE(at(first_.from).configuration);
  // Known before: nothing has to happen at the instant.
  const auto before = pieces(first_.from - minutes(30));
  ASSERT_EQ(before.size(), 2u);
  EXPECT_EQ(before[0].holds, (Interval<Time>{first_.from, first_.to}));

  const TestTerms second{.replaces = first_.id(), .from = noon + hours(5), .to = noon + hours(10), .remark = "second"};
  agree(second, noon + hours(2), {clause("s", ShareWhen::never, {})});
  EXPECT_TRUE(at(second.from - seconds(1)).tracks.always);
  EXPECT_EQ(at(second.from).tracks, TracksShared{});
  EXPECT_FALSE(at(second.from).configuration) << "and the configuration does not stand in";
}

TEST_F(SharingInTime, StopsWhereItIsSuspendedAndGoesOnWhereItIsResumed) {
  agree(first_, noon, {always_});
  const Time from = first_.from + hours(1), to = first_.from + hours(2);
  const std::string suspension = say("south", from - minutes(30), Suspension{first_.id(), {{"sharing.s"}}, "a dispute", from});
  EXPECT_TRUE(at(from - seconds(1)).tracks.always);
  EXPECT_EQ(at(from).tracks, TracksShared{});
  EXPECT_FALSE(at(from).configuration);
  ASSERT_EQ(at(from).by.size(), 1u);
  EXPECT_THAT(at(from).by[0]->suspended, ElementsAre("sharing.s"));
  say("south", to - minutes(30), Resumption{suspension, to});
  EXPECT_EQ(at(to - seconds(1)).tracks, TracksShared{});
  EXPECT_TRUE(at(to).tracks.always);
}

TEST_F(SharingInTime, IsKeptForAWhileAndForgottenThen) {
  agree(first_, noon, {always_});
  const Time from = first_.from + hours(1);
  say("south", from, Suspension{first_.id(), {{"sharing.s"}}, "a dispute", {}});
  EXPECT_EQ(pieces(from + minutes(5)).size(), 3u);
  const auto later = pieces(from + minutes(11));
  ASSERT_EQ(later.size(), 2u);
  EXPECT_EQ(later[0].tracks, TracksShared{}) << "what is forgotten is the change, not the suspension";
}

TEST_F(SharingInTime, IsOverAtItsEndAndThenLetsOutNoMoreThanTheConfiguration) {
  agree(first_, noon, {always_});
  EXPECT_FALSE(at(first_.to - seconds(1)).configuration);
  const SharingNow over = at(first_.to);
  EXPECT_TRUE(over.configuration);
  EXPECT_TRUE(over.tracks.always);
  ASSERT_EQ(over.by.size(), 1u);
  EXPECT_EQ(over.by[0]->basis, SharingBasis::over);
  EXPECT_TRUE(at(first_.to + hours(24 * 365)).configuration);
}

TEST_F(SharingInTime, OfTermsThatMayBeInForceIsTheLesserUntilTheRecordsAreHeard) {
  propose(first_, noon, {clause("s", ShareWhen::never, {})});
  sign("north", first_, noon);
  sign("south", first_, noon);
  const Time now = first_.from + seconds(1);
  const Heard deaf{{"south", now}, {"un", noon + minutes(1)}};   // un may have signed
  const auto doubtful = pieces(now, deaf);
  ASSERT_EQ(doubtful.size(), 1u);
  EXPECT_EQ(doubtful[0].basis, SharingBasis::may_hold);
  const SharingNow least = sharing_at(doubtful, {}, {}, {now, now + Duration(1)});
  EXPECT_EQ(least.tracks, TracksShared{});
  EXPECT_TRUE(least.configuration);
  EXPECT_TRUE(pieces(now).empty()) << "un has not signed: there is no pact";
}

TEST_F(SharingInTime, WhereAPartyWasNotHeardForTheNoticeOfTerminationMayBeOver) {
  agree(first_, noon, {always_});
  const Time now = first_.from + hours(5);
  EXPECT_FALSE(at(now).configuration);
  const auto unheard = pieces(now, {{"south", now}, {"un", now - hours(25)}});
  EXPECT_TRUE(sharing_at(unheard, {}, {}, {now, now + Duration(1)}).configuration);
  EXPECT_TRUE(sharing_at(unheard, {}, {}, {now, now + Duration(1)}).tracks.always);
}

TEST_F(SharingInTime, BeyondItsBoundIsNothingUntilItIsLookedAtAgain) {
  agree(first_, noon, {always_});
  const Time now = first_.from + minutes(1);
  for (int i = 0; i < 40; ++i) {
    const Time from = now + minutes(2 * i + 1);
    const std::string suspension = say("south", now, Suspension{first_.id(), {{"sharing.s"}}, "n" + std::to_string(i), from});
    say("south", now, Resumption{suspension, from + minutes(1)});
  }
  const auto all = pieces(now);
  EXPECT_EQ(all.size(), SharingLimits::pieces);
  EXPECT_EQ(all.back().holds.to, Time::max());
  EXPECT_EQ(all.back().tracks, TracksShared{});
}

}  // namespace
}  // namespace skypact::pact
