#include "line/notice_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "base/random.h"
#include "line/test_notice.h"

namespace skypact::line {
namespace {

using namespace test;
using std::chrono::hours;
using testing::ElementsAre;

const Time noon = utc("2026-11-20T12:00:00Z");

Notice notice(std::uint32_t count, std::uint32_t revision = 1, NoticeState state = NoticeState::changed, std::string remarks = "x") {
  Notice n = example();
  n.number = {count, 26};
  n.revision = revision;
  n.state = revision == 1 ? NoticeState::planned : state;
  n.remarks = std::move(remarks);
  return n;
}
Applied applied(NoticeBook& book, const Notice& n, std::string_view party = "north", Time at = noon) {
  const auto result = book.apply(party, n, {.at = at});
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? *result : Applied::known;
}
NoticeAcknowledgement said(std::uint32_t revision, Depth depth, std::string by = "duty", Time at = noon, AnswerWord word = AnswerWord::seen) {
  return {"north", {1, 26}, revision, depth, word, {std::move(by), "duty"}, at};
}

TEST(NoticeBook, KeepsANoticeThroughItsChangesUnderItsNumber) {
  NoticeBook book;
  EXPECT_EQ(applied(book, notice(1)), Applied::added);
  EXPECT_EQ(applied(book, notice(1)), Applied::known) << "the same may come as often as it likes";
  EXPECT_EQ(applied(book, notice(1, 2), "north", noon + hours(1)), Applied::changed);
  EXPECT_EQ(applied(book, notice(1)), Applied::known);
  const NoticeRecord* r = book.find("north", {1, 26});
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(r->notice, notice(1, 2));
  EXPECT_EQ(r->revisions.at(1).source.at, noon);
  EXPECT_EQ(r->source().at, noon + hours(1));
  EXPECT_EQ(r->missing(), 0u);
  EXPECT_EQ(applied(book, notice(1), "south"), Applied::added) << "another party's number is another notice";
  EXPECT_EQ(book.size(), 2u);
}

TEST(NoticeBook, RefusesAndRemembersAnotherTextUnderTheSameRevision) {
  NoticeBook book;
  applied(book, notice(1));
  applied(book, notice(1, 2));
  for (const Notice& other : {notice(1, 1, NoticeState::planned, "y"), notice(1, 2, NoticeState::changed, "y")}) {
    for (int times = 0; times < 2; ++times) {
      const auto refused = book.apply("north", other, {.at = noon + hours(1)});
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::conflict);
      EXPECT_NE(refused.error().message.find("is here already and says something else"), std::string::npos);
    }
  }
  const NoticeRecord* r = book.find("north", {1, 26});
  EXPECT_EQ(r->notice, notice(1, 2)) << "the first stands";
  ASSERT_EQ(r->contradictions.size(), 2u) << "each once";
  EXPECT_EQ(r->contradiction_count, 2u);
  EXPECT_EQ(r->contradictions[0].revision, 1u);
  EXPECT_EQ(r->contradictions[1].at, noon + hours(1));
  for (std::size_t k = 0; k < NoticeBookLimits::contradictions; ++k) EXPECT_FALSE(book.apply("north", notice(1, 2, NoticeState::changed, "z" + std::to_string(k)), {.at = noon}));
  EXPECT_EQ(r->contradictions.size(), NoticeBookLimits::contradictions);
  EXPECT_EQ(r->contradiction_count, NoticeBookLimits::contradictions + 2);
}

TEST(NoticeBook, LetsNothingFollowACancellation) {
  NoticeBook book;
  applied(book, notice(1));
  EXPECT_EQ(applied(book, notice(1, 2, NoticeState::cancelled)), Applied::cancelled);
  const auto refused = book.apply("north", notice(1, 3), {.at = noon});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("is cancelled, which is final"), std::string::npos);
  EXPECT_TRUE(book.find("north", {1, 26})->cancelled());
  EXPECT_EQ(book.find("north", {1, 26})->contradiction_count, 1u);
  EXPECT_THAT(book.over(morning), ElementsAre(book.find("north", {1, 26})));
  EXPECT_TRUE(book.active(morning).empty());
  EXPECT_TRUE(book.zones(morning).zones.empty());
}

TEST(NoticeBook, TakesTheNewestWarningThoughOneBeforeItIsMissing) {
  NoticeBook book;
  EXPECT_EQ(applied(book, notice(1, 3)), Applied::added);
  EXPECT_EQ(book.find("north", {1, 26})->missing(), 2u);
  EXPECT_EQ(applied(book, notice(1, 5)), Applied::changed);
  EXPECT_EQ(applied(book, notice(1, 1)), Applied::older);
  EXPECT_EQ(applied(book, notice(1, 2)), Applied::older);
  EXPECT_EQ(book.find("north", {1, 26})->missing(), 1u);
  EXPECT_EQ(book.find("north", {1, 26})->notice.revision, 5u);
  EXPECT_FALSE(book.apply("north", notice(1, 4, NoticeState::cancelled), {.at = noon})) << "what was cancelled could not have gone on";
  EXPECT_EQ(applied(book, notice(1, 4)), Applied::older);
  EXPECT_EQ(book.find("north", {1, 26})->missing(), 0u);
}

TEST(NoticeBook, KnowsWhatIsActiveUpcomingAndOver) {
  NoticeBook book;
  applied(book, notice(1));
  const NoticeRecord* r = book.find("north", {1, 26});
  const auto where = [&](Time now) {
    const auto count = [&](const auto& list) { return std::count(list.begin(), list.end(), r); };
    EXPECT_EQ(count(book.active(now)) + count(book.upcoming(now)) + count(book.over(now)), 1);
    return count(book.active(now)) != 0 ? "active" : count(book.upcoming(now)) != 0 ? "upcoming" : "over";
  };
  EXPECT_STREQ(where(morning - minutes(1)), "upcoming");
  EXPECT_STREQ(where(morning), "active");
  EXPECT_STREQ(where(morning + hours(3)), "upcoming") << "between two spans";
  EXPECT_STREQ(where(morning + hours(25)), "active");
  EXPECT_STREQ(where(morning + hours(36)), "over");
  const NoticeZones zones = book.zones(morning);
  EXPECT_EQ(zones.zones.at(0).id, "notice:north:0001/26");
  EXPECT_EQ(zones.zones.at(0).active, r->notice.spans);
  EXPECT_EQ(zones.parties.at(zones.zones.at(0).exempt.at(0).value).id, "north");
  EXPECT_EQ(book.standing(morning).at(0).party, "north");
  EXPECT_TRUE(book.zones(morning + hours(36)).zones.empty() && book.standing(morning + hours(36)).empty());
}

TEST(NoticeBook, GrowsInDepthOnlyAndStartsAnewWithEveryRevision) {
  NoticeBook book;
  applied(book, notice(1));
  EXPECT_EQ(Acknowledged::counted, *book.acknowledge("south", said(1, Depth::desk, "duty", noon)));
  EXPECT_EQ(Acknowledged::known, *book.acknowledge("south", said(1, Depth::desk, "other", noon + hours(1)))) << "who said it first stands";
  EXPECT_EQ(Acknowledged::counted, *book.acknowledge("south", said(1, Depth::crew, "squadron", noon + hours(2))));
  EXPECT_EQ(Acknowledged::known, *book.acknowledge("south", said(1, Depth::unit)));
  EXPECT_EQ(Acknowledged::counted, *book.acknowledge("relief", said(1, Depth::unit)));
  const auto& acknowledgements = book.find("north", {1, 26})->acknowledgements;
  EXPECT_EQ(acknowledgements.at("south").depth, Depth::crew);
  EXPECT_EQ(acknowledgements.at("south").confirmed[0], (NoticeConfirmation{AnswerWord::seen, Depth::desk, {"duty", "duty"}, noon}));
  EXPECT_EQ(acknowledgements.at("south").confirmed[1], std::nullopt);
  EXPECT_EQ(acknowledgements.at("south").confirmed[2], (NoticeConfirmation{AnswerWord::seen, Depth::crew, {"squadron", "duty"}, noon + hours(2)}));
  applied(book, notice(1, 2));
  EXPECT_EQ(acknowledgements.at("south").revision, 1u) << "the crews know the old one";
  EXPECT_EQ(Acknowledged::counted, *book.acknowledge("south", said(2, Depth::desk)));
  EXPECT_EQ(acknowledgements.at("south").depth, Depth::desk);
  EXPECT_EQ(Acknowledged::known, *book.acknowledge("south", said(1, Depth::unit))) << "of a revision that is history";
  EXPECT_EQ(acknowledgements.at("south").revision, 2u);
}

TEST(NoticeBook, LetsAnAcknowledgementWaitForWhatItSpeaksOf) {
  NoticeBook book;
  EXPECT_EQ(*book.acknowledge("south", said(1, Depth::desk)), Acknowledged::waiting);
  EXPECT_EQ(*book.acknowledge("south", said(2, Depth::crew)), Acknowledged::waiting);
  EXPECT_EQ(*book.acknowledge("south", said(2, Depth::crew)), Acknowledged::waiting);
  EXPECT_EQ(book.waiting(), 2u);
  applied(book, notice(1));
  EXPECT_EQ(book.waiting(), 1u);
  EXPECT_EQ(book.find("north", {1, 26})->acknowledgements.at("south").depth, Depth::desk);
  applied(book, notice(1, 2));
  EXPECT_EQ(book.waiting(), 0u);
  EXPECT_EQ(book.find("north", {1, 26})->acknowledgements.at("south").revision, 2u);
  EXPECT_EQ(book.find("north", {1, 26})->acknowledgements.at("south").depth, Depth::crew);
  // What never comes is bounded: the oldest makes room.
  for (std::uint32_t k = 1; k <= NoticeBookLimits::waiting + 1; ++k) {
    auto a = said(1, Depth::desk);
    a.number.count = 100 + k;
    EXPECT_EQ(*book.acknowledge("relief", a), Acknowledged::waiting);
  }
  EXPECT_EQ(book.waiting(), NoticeBookLimits::waiting);
  applied(book, notice(101));
  EXPECT_TRUE(book.find("north", {101, 26})->acknowledgements.empty());
  applied(book, notice(102));
  EXPECT_TRUE(book.find("north", {102, 26})->acknowledgements.contains("relief"));
}

TEST(NoticeBook, NeverPassesOverThatSomebodyCannot) {
  NoticeBook book;
  applied(book, notice(1));
  EXPECT_EQ(*book.acknowledge("south", said(1, Depth::crew)), Acknowledged::counted);
  EXPECT_EQ(*book.acknowledge("south", said(1, Depth::desk, "duty", noon + hours(1), AnswerWord::cannot)), Acknowledged::counted);
  EXPECT_EQ(*book.acknowledge("south", said(1, Depth::unit, "other", noon + hours(2), AnswerWord::cannot)), Acknowledged::known);
  const PartyAcknowledgement& south = book.find("north", {1, 26})->acknowledgements.at("south");
  EXPECT_EQ(south.depth, Depth::crew);
  ASSERT_TRUE(south.cannot);
  EXPECT_EQ(south.cannot->at, noon + hours(1));
  applied(book, notice(1, 2));
  EXPECT_EQ(*book.acknowledge("south", said(2, Depth::desk)), Acknowledged::counted);
  EXPECT_FALSE(book.find("north", {1, 26})->acknowledgements.at("south").cannot) << "what they could not, was another revision";
}

TEST(NoticeBook, GivesTheWatchTheZonesThatBeginFirstAndOfEachPartyItsShare) {
  NoticeBook book;
  for (std::uint32_t k = 1; k <= NoticeBookLimits::zones_of_party + 2; ++k) {
    Notice n = notice(k);
    // The first two begin last.
    const Time begin = morning + hours(k <= 2 ? 50 : 10) + minutes(k);
    n.spans = {{begin, begin + hours(1)}};
    applied(book, n);
  }
  applied(book, notice(1), "south");
  Notice drill = notice(2);
  drill.exercise = true;
  applied(book, drill, "south");
  const NoticeZones zones = book.zones(morning);
  EXPECT_EQ(zones.left_out, 2u);
  ASSERT_EQ(zones.zones.size(), NoticeBookLimits::zones_of_party + 1);
  EXPECT_EQ(zones.zones.front().id, "notice:north:0003/26");
  EXPECT_EQ(zones.zones.back().id, "notice:south:0001/26");
  EXPECT_EQ(zones.parties.size(), 3u);
}

TEST(NoticeBook, KnowsAllWhoWereTold) {
  NoticeBook book;
  ASSERT_TRUE(book.apply("north", notice(1), {.at = noon, .message = "a", .submitted_at = noon, .to = {"south", "relief"}}));
  ASSERT_TRUE(book.apply("north", notice(1, 2), {.at = noon, .message = "b", .submitted_at = noon, .to = {"south", "east"}}));
  EXPECT_THAT(book.find("north", {1, 26})->told(), ElementsAre("east", "relief", "south"));
  EXPECT_EQ(book.find("north", {1, 26})->source().message, "b");
}

TEST(NoticePhase, ChangesWhereASpanBeginsAndEnds) {
  const Notice n = example();
  std::vector<Time> instants;
  for (Time t = morning - hours(1); t != Time::max(); t = next_phase(n, t)) instants.push_back(t);
  EXPECT_THAT(instants, ElementsAre(morning - hours(1), morning, morning + hours(3), morning + hours(25), morning + hours(36)));
}

TEST(NoticeBook, RefusesAcknowledgementsOfOnesOwnAndWhatIsNone) {
  NoticeBook book;
  applied(book, notice(1));
  EXPECT_EQ(book.acknowledge("north", said(1, Depth::desk)).error().code, ErrorCode::refused);
  EXPECT_EQ(book.acknowledge("South", said(1, Depth::desk)).error().code, ErrorCode::bad_input);
  EXPECT_TRUE(book.find("north", {1, 26})->acknowledgements.empty());
  EXPECT_EQ(book.waiting(), 0u);
}

TEST(NoticeBook, CountsNumbersByPartyAndYearAndNeverTwice) {
  NoticeBook book;
  EXPECT_EQ(*book.next_number("north", 2026), (NoticeNumber{1, 26}));
  applied(book, notice(7));
  applied(book, notice(3));
  EXPECT_EQ(*book.next_number("north", 2026), (NoticeNumber{8, 26}));
  EXPECT_EQ(*book.next_number("north", 2027), (NoticeNumber{1, 27}));
  EXPECT_EQ(*book.next_number("south", 2026), (NoticeNumber{1, 26}));
  applied(book, notice(NoticeLimits::number));
  EXPECT_EQ(book.next_number("north", 2026).error().code, ErrorCode::over_limit);
}

TEST(NoticeBook, DropsWhatIsOverFirstAndRefusesWhereNothingIs) {
  NoticeBook book;
  for (std::uint32_t k = 1; k <= NoticeBookLimits::notices; ++k) {
    Notice n = notice(k);
    n.geometry = NoticeCircle{at(10, 10), nautical_miles(1)};
    n.spans = {{morning + hours(1), morning + hours(1) + minutes(k == 500 ? 1 : k == 600 ? 2 : 60)}};
    applied(book, n);
  }
  applied(book, notice(1), "south");
  Notice one_more = notice(5'000);
  EXPECT_EQ(book.apply("north", one_more, {.at = morning}).error().code, ErrorCode::over_limit);
  EXPECT_EQ(book.size(), NoticeBookLimits::notices + 1);
  EXPECT_EQ(applied(book, one_more, "north", morning + hours(1) + minutes(30)), Applied::added);
  EXPECT_EQ(book.find("north", {500, 26}), nullptr) << "over for longest";
  EXPECT_NE(book.find("north", {600, 26}), nullptr);
  EXPECT_EQ(book.dropped(), 1u);
  EXPECT_EQ(book.size(), NoticeBookLimits::notices + 1);
  applied(book, notice(800, 2, NoticeState::cancelled));
  EXPECT_EQ(applied(book, notice(5'001), "north", morning + hours(1) + minutes(30)), Applied::added);
  EXPECT_EQ(book.find("north", {600, 26}), nullptr);
  EXPECT_EQ(*book.next_number("north", 2026), (NoticeNumber{5'002, 26}));
}

TEST(NoticeBook, KeepsNoMorePartiesThanItsLimit) {
  NoticeBook book;
  for (std::size_t k = 0; k < NoticeBookLimits::parties; ++k) applied(book, notice(1), "p" + std::to_string(k));
  EXPECT_EQ(book.apply("one-more", notice(1), {.at = noon}).error().code, ErrorCode::over_limit);
  EXPECT_EQ(book.apply("No party", notice(1), {.at = noon}).error().code, ErrorCode::bad_input);
}

TEST(NoticeBook, RefusesWhatIsNoNotice) {
  NoticeBook book;
  Notice n = notice(1);
  n.spans.clear();
  EXPECT_EQ(book.apply("north", n, {.at = noon}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(book.size(), 0u);
}

RC_GTEST_PROP(NoticeBook, IsTheSameInWhateverOrderTheSamePartsCome, ()) {
  // Notices of several parties with their changes, each of which may come before the one it follows, and more than once; among
  // them what the others acknowledge, of each party in its own order, as its record has it.
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  struct Part {
    std::string party;
    std::optional<Notice> notice;
    std::optional<NoticeAcknowledgement> acknowledgement;
  };
  const std::vector<std::string> parties{"north", "south", "relief"};
  std::vector<Part> parts;
  for (const std::string& party : parties) {
    for (std::uint32_t count = 1; count <= 3; ++count) {
      const auto revisions = static_cast<std::uint32_t>(1 + random.below(5));
      for (std::uint32_t r = 1; r <= revisions; ++r) {
        const bool last = r == revisions && random.chance(0.3);
        parts.push_back({party, notice(count, r, last ? NoticeState::cancelled : NoticeState::changed), {}});
        for (std::uint64_t k = random.below(3); k > 0; --k) {
          const std::string& who = parties[random.below(3)];
          if (who == party) continue;
          const NoticeAcknowledgement a{party, {count, 26}, r, static_cast<Depth>(random.below(3)), static_cast<AnswerWord>(random.below(4)), {"desk-" + std::to_string(random.below(100)), "duty"}, noon};
          parts.push_back({who, {}, a});
        }
      }
    }
  }
  const auto book_of = [&](std::uint64_t seed) {
    Random order(seed);
    std::vector<std::size_t> places(parts.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    for (std::size_t i = places.size(); i > 1; --i) std::swap(places[i - 1], places[order.below(i)]);
    // Acknowledgements of one party take the places that they drew in their own order.
    for (const std::string& party : parties) {
      const auto is_meant = [&](std::size_t i) { return parts[i].acknowledgement && parts[i].party == party; };
      std::vector<std::size_t> own;
      std::copy_if(places.begin(), places.end(), std::back_inserter(own), is_meant);
      std::sort(own.begin(), own.end());
      auto next = own.begin();
      for (std::size_t& place : places) {
        if (is_meant(place)) place = *next++;
      }
    }
    NoticeBook book;
    for (const std::size_t i : places) {
      for (std::uint64_t times = 1 + order.below(2); times > 0; --times) {
        const bool taken = parts[i].notice ? book.apply(parts[i].party, *parts[i].notice, {.at = noon}).has_value() : book.acknowledge(parts[i].party, *parts[i].acknowledgement).has_value();
        RC_ASSERT(taken);
      }
    }
    return book;
  };
  const NoticeBook one = book_of(random.bits()), other = book_of(random.bits());
  RC_ASSERT(one == other);
  RC_ASSERT(one.waiting() == 0u);
  for (const auto* record : one.over(morning + hours(100))) {
    RC_ASSERT(record->missing() == 0u);
    RC_ASSERT(record->contradiction_count == 0u);
  }
}

}  // namespace
}  // namespace skypact::line
