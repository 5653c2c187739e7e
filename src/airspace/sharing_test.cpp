// What is agreed of sharing, combined over versions, pacts and clocks that may be apart: never more than any of them.

#include "airspace/sharing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace skypact {
namespace {

constexpr PartyId north{1}, south{2};
const Time noon = *parse_rfc3339("2026-11-26T12:00:00Z");
Time at(double s) { return noon + from_seconds(s); }
Interval<Time> around(double s, double offset = 0.5) { return {at(s - offset), at(s + offset)}; }

constexpr ShareDetail exact{};
const ShareDetail coarse{.fields = {SharedField::position, SharedField::altitude}, .position_step = nautical_miles(5), .delay = seconds(30)};

AgreedSharing version(std::string pact, Interval<Time> holds, TracksShared tracks, SharingBasis basis = SharingBasis::in_force) {
  return {.pact = pact, .version = pact + " v1", .from = north, .to = south, .holds = holds, .basis = basis, .clauses = {"sharing.s"}, .suspended = {}, .tracks = tracks};
}

TEST(AgreedSharing, DecidesAloneWhereItIsInForceAndOnlyInItsDirection) {
  const std::vector<AgreedSharing> agreed{version("corridor", {at(0), at(100)}, {exact, exact, {}})};
  const SharingNow in_force = sharing_at(agreed, north, south, around(50));
  EXPECT_FALSE(in_force.configuration);
  EXPECT_EQ(in_force.tracks.always, exact);
  ASSERT_EQ(in_force.by.size(), 1u);
  const SharingNow back = sharing_at(agreed, south, north, around(50));
  EXPECT_TRUE(back.configuration);
  EXPECT_TRUE(back.by.empty());
  EXPECT_TRUE(sharing_at(agreed, north, south, around(-50)).by.empty());
}

TEST(AgreedSharing, IsTheLesserOfBothVersionsUntilNoClockCanBeBeforeTheChange) {
  const std::vector<AgreedSharing> agreed{version("corridor", {at(0), at(100)}, {exact, exact, {}}), version("corridor", {at(100), at(200)}, {coarse, exact, {}}),
                                          version("corridor", {at(200), Time::max()}, {exact, exact, {}})};
  const auto always = [&](double s) { return sharing_at(agreed, north, south, around(s)).tracks.always; };
  EXPECT_EQ(always(99.4), exact);
  EXPECT_EQ(always(99.6), coarse) << "less is told before it may have to be";
  EXPECT_EQ(always(150), coarse);
  EXPECT_EQ(always(200.4), coarse) << "and more only when it is certain";
  EXPECT_EQ(always(200.6), exact);
  EXPECT_FALSE(sharing_at(agreed, north, south, around(100)).configuration) << "one version follows the other without a gap";
}

TEST(AgreedSharing, OfWhatMayHoldAndOfWhatIsOverCountsBesideTheConfiguration) {
  std::vector<AgreedSharing> agreed{version("corridor", {at(0), at(100)}, {exact, exact, {}}), version("corridor", {at(100), Time::max()}, {coarse, coarse, {}}, SharingBasis::over)};
  EXPECT_TRUE(sharing_at(agreed, north, south, around(99.9)).configuration) << "it may be over by the other's clock";
  const SharingNow over = sharing_at(agreed, north, south, around(150));
  EXPECT_TRUE(over.configuration);
  EXPECT_EQ(over.tracks.always, coarse) << "the end of a pact lets nothing more out";
  agreed.push_back(version("corridor", {at(120), Time::max()}, {}, SharingBasis::may_hold));
  EXPECT_EQ(sharing_at(agreed, north, south, around(150)).tracks, TracksShared{});
  EXPECT_TRUE(sharing_at(agreed, north, south, around(150)).configuration);
  agreed.push_back(version("other", {at(120), Time::max()}, {exact, exact, {}}));
  const SharingNow beside = sharing_at({&agreed[1], 1}, north, south, around(150));
  EXPECT_TRUE(beside.configuration);
  std::vector<AgreedSharing> later{agreed[1], agreed[3]};
  EXPECT_EQ(sharing_at(later, north, south, around(150)).tracks.always, exact) << "what is over counts nothing beside a pact that is in force";
}

TEST(AgreedSharing, OfTwoPactsIsTheLesserButOneThatDoesNotSpeakOfItSaysNothing) {
  std::vector<AgreedSharing> agreed{version("corridor", {at(0), at(100)}, {exact, exact, {}}), version("relief", {at(0), at(100)}, {coarse, exact, {}})};
  EXPECT_EQ(sharing_at(agreed, north, south, around(50)).tracks.always, coarse);
  agreed[1].clauses.clear();
  agreed[1].tracks = {};
  EXPECT_EQ(sharing_at(agreed, north, south, around(50)).tracks.always, exact);
  agreed[0].clauses.clear();
  agreed[0].tracks = {};
  const SharingNow none = sharing_at(agreed, north, south, around(50));
  EXPECT_EQ(none.tracks, TracksShared{}) << "what no clause names is not shared";
  EXPECT_FALSE(none.configuration);
}

// `less` lets out nothing that `more` does not.
bool within(const TracksShared& less, const TracksShared& more) {
  const auto detail = [](const std::optional<ShareDetail>& a, const std::optional<ShareDetail>& b) {
    if (!a) return true;
    return b && (a->fields & b->fields) == a->fields && a->position_step >= b->position_step && a->altitude_step >= b->altitude_step && a->delay >= b->delay;
  };
  return detail(less.always, more.always) && detail(less.near_conflict, more.near_conflict) && less.near <= more.near;
}

TEST(AgreedSharing, NeverLetsOutMoreThanAnyVersionOfOnePactThatMayHold) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    const auto detail = [&]() -> std::optional<ShareDetail> {
      if (random.chance(0.3)) return std::nullopt;
      ShareDetail d{.fields = {}, .position_step = nautical_miles(random.uniform(0, 5)), .altitude_step = feet_of_height(random.uniform(0, 900)), .delay = from_seconds(random.uniform(0, 60))};
      for (std::size_t f = 0; f < shared_fields; ++f) {
        if (random.chance(0.6)) d.fields.add(static_cast<SharedField>(f));
      }
      return d;
    };
    std::vector<AgreedSharing> agreed;
    for (int i = 0; i < 6; ++i) {
      const double from = random.uniform(0, 100);
      agreed.push_back(version("corridor", {at(from), at(from + random.uniform(1, 60))}, {detail(), detail(), nautical_miles(random.uniform(0, 50))},
                               random.chance(0.7) ? SharingBasis::in_force : SharingBasis::may_hold));
    }
    for (double s = 0; s < 120; s += 1.7) {
      const SharingNow now = sharing_at(agreed, north, south, around(s));
      for (const AgreedSharing& a : agreed) {
        ASSERT_TRUE(!a.holds.contains(at(s)) || within(now.tracks, a.tracks)) << "seed " << seed << " at " << s;
      }
      const bool certain = std::any_of(agreed.begin(), agreed.end(), [&](const AgreedSharing& a) { return a.basis == SharingBasis::in_force && a.holds.contains(at(s)); });
      ASSERT_TRUE(certain || now.configuration) << "seed " << seed << " at " << s;
    }
  }
}

}  // namespace
}  // namespace skypact
