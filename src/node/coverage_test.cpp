// What a record says that was received, and what it says nothing of.

#include "node/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skypact::node {
namespace {

using ::testing::HasSubstr;

const Time noon = *parse_rfc3339("2026-01-01T12:00:00Z");
Time after(int s) { return noon + seconds(s); }

TrafficStretch stretch(int since, int until, std::vector<TrafficStretch::Source> sources) {
  TrafficStretch s;
  s.segment = "20260101T120000.000Z.skyrec";
  s.to = 10;
  s.sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  s.since = after(since);
  s.until = after(until);
  s.sources = std::move(sources);
  return s;
}

TEST(Coverage, IsCompleteWhereStretchesFollowEachOtherAndTheirBytesAreProven) {
  Coverage c({after(5), after(25)});
  for (int i = 0; i < 3; ++i) c.add(stretch(i * 10, i * 10 + 9, {{"roof", 100, 5, 3}}), static_cast<std::uint64_t>(i), Bytes::proven);
  const auto r = c.report();
  EXPECT_TRUE(r.complete());
  ASSERT_EQ(r.parts.size(), 1u);
  EXPECT_EQ(r.parts[0].span, (Interval<Time>{after(5), after(25)}));
  EXPECT_EQ(r.entries, (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_EQ(r.sources.at(0).messages, 15u);
  EXPECT_TRUE(r.sources[0].silent.empty());
}

TEST(Coverage, NamesTheGapsAndWhoWasSilent) {
  Coverage c({after(0), after(60)});
  c.add(stretch(0, 9, {{"roof", 100, 5, 3}, {"tower", 9, 1, 1}}), 3, Bytes::proven);
  c.add(stretch(10, 19, {{"roof", 100, 5, 3}}), 4, Bytes::proven);
  c.add(stretch(40, 49, {{"roof", 100, 5, 3}}), 9, Bytes::proven);   // the node was down between
  const auto r = c.report();
  EXPECT_FALSE(r.complete());
  ASSERT_EQ(r.gaps.size(), 2u);
  EXPECT_EQ(r.gaps[0], (Interval<Time>{after(22), after(40)}));
  EXPECT_EQ(r.gaps[1], (Interval<Time>{after(52), after(60)}));
  ASSERT_EQ(r.sources.size(), 2u);
  EXPECT_EQ(r.sources[1].name, "tower");
  EXPECT_EQ(r.sources[1].silent, (std::vector<Interval<Time>>{{after(10), after(22)}, {after(40), after(52)}}));
}

TEST(Coverage, IsNotCompleteWhereBytesAreMissingOrWrongOrNothingIsSaid) {
  for (const Bytes bytes : {Bytes::missing, Bytes::wrong}) {
    Coverage c({after(0), after(20)});
    c.add(stretch(0, 9, {}), 0, Bytes::proven);
    c.add(stretch(10, 19, {}), 1, bytes);
    const auto r = c.report();
    EXPECT_TRUE(r.gaps.empty());
    EXPECT_FALSE(r.complete());
    ASSERT_EQ(r.parts.size(), 2u);
    EXPECT_EQ(r.parts[1].bytes, bytes);
  }
  Coverage none({after(0), after(20)});
  none.add(stretch(100, 109, {}), 0, Bytes::proven);
  EXPECT_FALSE(none.report().complete());
  EXPECT_EQ(none.report().gaps.size(), 1u);
}

TEST(Coverage, ReadsWhatTheNodeWritesAndRefusesAPathOutOfTheFolder) {
  const RecordKeeper keeper("north.example/record", "north.example/record.journal", "north");
  const TrafficStretch said = stretch(0, 9, {{"roof", 100, 5, 3, 50, 3, 53, 8}});
  std::string entry = keeper.traffic(after(10), said);
  const auto read = read_traffic(entry);
  ASSERT_TRUE(read && *read) << read.error().message;
  EXPECT_EQ((*read)->since, said.since);
  EXPECT_EQ((*read)->to, 10u);
  EXPECT_EQ((*read)->sources.at(0).positions, 3u);
  EXPECT_FALSE(*read_traffic("{\"type\":\"alert\",\"v\":1}\n"));
  entry.replace(entry.find("20260101T"), 9, "../../etc");
  const auto wrong = read_traffic(entry);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("segment"));
}

}  // namespace
}  // namespace skypact::node
