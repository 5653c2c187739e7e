// Whom clauses let know where a state aircraft in distress is: at their instant, not while they are suspended, not after their end, and
// never by terms of which it is not certain that they hold.

#include "pact/release_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pact/terms_rules.h"
#include "pact/test_history.h"

namespace skypact::pact {
namespace {

using std::chrono::hours;
using test::noon;
using test::TestTerms;
using testing::ElementsAre;
using testing::IsEmpty;

class Releases : public test::History {
 protected:
  static Terms with(std::vector<DistressRelease> releases, std::vector<std::string> floor = {}) {
    Terms terms = example_terms();
    terms.releases = std::move(releases);
    terms.safety_floor = std::move(floor);
    return terms;
  }
  [[nodiscard]] std::vector<Release> at(Time now, const Heard& heard) const { return releases_of(state_, by_hash(), heard, now); }
  [[nodiscard]] std::vector<Release> at(Time now) const { return at(now, all_heard(now)); }

  const TestTerms first_{.from = noon + hours(1), .to = noon + hours(10)};
  const DistressRelease crews_{"crews", "north", {"un", "south"}, true};
};

TEST_F(Releases, BeginAndEndWithTheirTermsAndSayWhoseWordItIs) {
  agree(first_, noon, with({crews_, {"others", "south", {"un"}, false}}));
  EXPECT_THAT(at(first_.from - seconds(1)), IsEmpty());
  const std::string version = version_text(terms_.at(first_.id()));
  EXPECT_THAT(at(first_.from), ElementsAre(Release{"north", {"south", "un"}, true, "distress.crews, " + version}, Release{"south", {"un"}, false, "distress.others, " + version}));
  EXPECT_EQ(at(first_.to - seconds(1)).size(), 2u);
  EXPECT_THAT(at(first_.to), IsEmpty()) << "what was agreed before gives no leave now";
}

TEST_F(Releases, AreOfTheVersionInForceAlone) {
  agree(first_, noon, with({crews_}));
  const TestTerms second{.replaces = first_.id(), .from = noon + hours(5), .to = noon + hours(10), .remark = "second"};
  agree(second, noon + hours(2), with({{"crews", "north", {}, true}}));
  EXPECT_THAT(at(second.from - seconds(1)).at(0).to, ElementsAre("south", "un"));
  EXPECT_THAT(at(second.from).at(0).to, IsEmpty());
  EXPECT_TRUE(at(second.from).at(0).rescue_centres);
}

TEST_F(Releases, StopWhileTheyAreSuspendedUnlessTheFloorHoldsThem) {
  agree(first_, noon, with({crews_, {"others", "south", {"un"}, false}}, {"distress.others"}));
  const Time from = first_.from + hours(1), to = first_.from + hours(2);
  const std::string suspension = say("south", from - minutes(30), Suspension{first_.id(), {{"distress.crews", "distress.others"}}, "a dispute", from});
  EXPECT_EQ(at(from - seconds(1)).size(), 2u);
  ASSERT_EQ(at(from).size(), 1u);
  EXPECT_EQ(at(from).front().of, "south");
  say("south", to - minutes(30), Resumption{suspension, to});
  EXPECT_EQ(at(to).size(), 2u);
}

TEST_F(Releases, OfTermsThatMayHoldAreWhatAllOfThemSay) {
  agree(first_, noon, with({crews_, {"others", "south", {"un"}, false}}));
  const TestTerms second{.replaces = first_.id(), .from = noon + hours(5), .to = noon + hours(10), .remark = "second"};
  propose(second, noon + hours(2), with({{"crews", "north", {"south"}, true}}));
  sign("north", second, noon + hours(2));
  sign("south", second, noon + hours(2));
  const Time now = second.from + seconds(1);
  // UN may have signed.
  const Heard deaf{{"south", now}, {"un", noon + hours(3)}};
  ASSERT_EQ(at(now, deaf).size(), 1u);
  EXPECT_THAT(at(now, deaf).front().to, ElementsAre("south"));
  EXPECT_TRUE(at(now, deaf).front().rescue_centres);
  EXPECT_EQ(at(now).size(), 2u) << "UN has not signed: the first holds";
}

TEST_F(Releases, NobodyIsToldByTermsThatMayBeOver) {
  agree(first_, noon, with({crews_}));
  const Time now = first_.from + hours(5);
  EXPECT_EQ(at(now).size(), 1u);
  EXPECT_THAT(at(now, {{"south", now}, {"un", now - hours(25)}}), IsEmpty()) << "UN may have ended it";
}

TEST_F(Releases, NobodyIsToldByTermsThatMayHaveBegun) {
  propose(first_, noon, with({crews_}));
  sign("north", first_, noon);
  sign("south", first_, noon);
  const Time now = first_.from + seconds(1);
  EXPECT_THAT(at(now, {{"south", now}, {"un", noon + minutes(1)}}), IsEmpty());
}

TEST_F(Releases, ThatCannotBeReadTellNobody) {
  agree(first_, noon, with({crews_}));
  EXPECT_THAT(releases_of(state_, [](const std::string&) { return nullptr; }, all_heard(first_.from), first_.from), IsEmpty());
}

}  // namespace
}  // namespace skypact::pact
