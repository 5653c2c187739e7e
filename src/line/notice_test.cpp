#include "line/notice.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "json/canonical.h"
#include "line/test_notice.h"

namespace skypact::line {
namespace {

using namespace test;
using std::chrono::hours;

// The example with one thing changed, as JSON, and read again.
template <class Change>
Result<Notice> reread(const Change& change) {
  Notice n = example();
  change(n);
  const auto document = json::parse(canonical_json(n));
  return read_notice(document->root());
}

std::string changed(std::string_view from, std::string_view to) {
  std::string text = canonical_json(example());
  const std::size_t at = text.find(from);
  SKYPACT_CHECK(at != std::string::npos);
  return text.replace(at, from.size(), to);
}
Result<Notice> read(const std::string& text) {
  const auto document = json::parse(text);
  SKYPACT_CHECK(document.has_value());
  return read_notice(document->root());
}

TEST(Notice, HasOneCanonicalText) {
  EXPECT_EQ(canonical_json(example()),
            R"({"activity":"live-firing","aircraft":4,"call_signs":["NAF21","NORTH CONTROL"],"ceiling":"FL200","exercise":false,"floor":"surface",)"
            R"("frequency":"132.055MHz","geometry":{"centre":[52.31,4.75],"radius":"5nm","shape":"circle"},"kind":"firing","number":"0012/26",)"
            R"("remarks":"Ends at once on STOP.","revision":1,"spans":[{"from":"2026-11-28T06:00:00.000Z","to":"2026-11-28T09:00:00.000Z"},)"
            R"({"from":"2026-11-29T07:00:00.000Z","to":"2026-11-29T18:00:00.000Z"}],"state":"planned","v":1})");
  const auto back = parse_notice(canonical_json(example()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, example());
}

TEST(Notice, IsWrittenInTheOrderThatCanonicalTextHas) {
  Random random(1);
  for (int k = 0; k < 20; ++k) {
    Notice n = example();
    n.geometry = random_geometry(random, at(50, 8), 50'000);
    std::string text;
    json::Writer out(text);
    append(out, n);
    EXPECT_EQ(text, canonical_json(n));
  }
}

TEST(Notice, MayBeReadInOtherUnitsButIsSignedInOneText) {
  const std::string other = changed("\"5nm\"", "\"9.26km\"");
  const auto notice = read(other);
  ASSERT_TRUE(notice) << notice.error().message;
  EXPECT_EQ(*notice, example());
  const auto strict = parse_notice(other);
  ASSERT_FALSE(strict);
  EXPECT_NE(strict.error().message.find("canonical form"), std::string::npos);
  EXPECT_FALSE(parse_notice(canonical_json(example()) + "\n"));
}

RC_GTEST_PROP(Notice, ComesBackEqualFromItsTextWhateverItsShape, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  Notice n;
  n.number = {static_cast<std::uint32_t>(1 + random.below(9'999)), static_cast<std::uint32_t>(random.below(100))};
  n.revision = static_cast<std::uint32_t>(1 + random.below(NoticeLimits::revision));
  n.state = n.revision == 1 ? NoticeState::planned : random.chance(0.5) ? NoticeState::changed : NoticeState::cancelled;
  n.activity = "a" + std::to_string(random.below(1000));
  n.kind = static_cast<NoticeKind>(random.below(notice_kinds));
  n.geometry = random_geometry(random, somewhere(random), size(random, 100, 200'000));
  if (auto* polygon = std::get_if<NoticePolygon>(&n.geometry); polygon && random.chance(0.5)) n.geometry = NoticeBlock{polygon->outline};
  n.floor = random.chance(0.5) ? level(static_cast<double>(random.below(300))) : VerticalLimit{VerticalLimit::Reference::ellipsoid, Height::of_tenth_mm(static_cast<std::int64_t>(random.below(90'000'000)))};
  n.ceiling = {n.floor.reference, n.floor.height + Height::of_tenth_mm(1 + static_cast<std::int64_t>(random.below(90'000'000)))};
  Time t = morning + minutes(random.below(100'000));
  for (std::size_t k = 0, count = 1 + random.below(NoticeLimits::spans); k < count; ++k) {
    const Time to = t + minutes(1 + random.below(600));
    n.spans.push_back({t, to});
    t = to + minutes(1 + random.below(600));
  }
  if (random.chance(0.5)) n.aircraft = static_cast<std::uint32_t>(1 + random.below(1000));
  if (random.chance(0.5)) n.remarks = "Осторожно, \"quoted\" \\ and\nlines";
  n.exercise = random.chance(0.5);
  const auto good = check_notice(n);
  RC_ASSERT(good.has_value());
  const std::string text = canonical_json(n);
  const auto back = parse_notice(text);
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == n);
}

TEST(Notice, RefusesWhatItDoesNotKnowSoThatNothingElseTravelsWithIt) {
  for (const auto& [from, to, message] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"\"v\":1", "\"v\":1,\"target\":\"x\"", "\"target\" is not a known field"},
           {"\"shape\":\"circle\"", "\"shape\":\"circle\",\"aim\":[1,2]", "geometry: \"aim\" is not a known field"},
           {"\"from\":", "\"intelligence\":1,\"from\":", "spans[0]: \"intelligence\" is not a known field"},
           {"\"v\":1", "\"v\":2", "v: this program reads version 1"},
           {"\"kind\":\"firing\"", "\"kind\":\"strike\"", "kind: must be one of flight, refuelling"},
           {"\"exercise\":false,", "", "exercise: is missing"},
           {"\"circle\"", "\"sphere\"", "geometry: shape: must be one of box"},
           {"[52.31,4.75]", "[95,4.75]", "geometry: centre: [95, 4.75] is no place on the Earth"},
           {"[52.31,4.75]", "[52.31]", "geometry: centre: must be [latitude, longitude]"},
           {"[52.31,4.75]", "[52.31,4.75,3]", "geometry: centre: must be [latitude, longitude]"},
           {"\"5nm\"", "\"5\"", "geometry: radius:"},
           {"\"5nm\"", "\"5m\"", "geometry: radius: must be at least 50m"},
           {"\"0012/26\"", "\"12/26\"", "number: \"12/26\" is no number of a notice"},
           {"\"0012/26\"", "\"0000/26\"", "number: \"0000/26\" is no number of a notice"},
           {"\"revision\":1", "\"revision\":0", "revision: must be a whole number from 1 to 200"},
           {"\"revision\":1", "\"revision\":2", "state: revision 2 cannot be planned"},
           {"\"planned\"", "\"cancelled\"", "state: revision 1 cannot be cancelled"},
           {"\"FL200\"", "\"surface\"", "ceiling: is the surface"},
           {"\"FL200\"", "\"high\"", "ceiling: \"high\" is not a limit"},
           {"\"FL200\"", "\"2000ft agl\"", "highest_ground: is missing"},
           {"\"FL200\"", "\"FL200\",\"highest_ground\":\"100ft\"", "highest_ground: is said only where"},
           {"\"surface\"", "\"unlimited\"", "floor: cannot be unlimited"},
           {"\"surface\"", "\"FL200\"", "floor: FL200 is not below the ceiling, FL200"},
           {"06:00:00.000Z", "06:00:30.000Z", "spans[0]: must begin and end at whole minutes"},
           {"06:00:00.000Z", "09:30:00.000Z", "spans[0]: ends (2026-11-28T09:00:00.000Z) before it begins"},
           {"2026-11-29T07", "2026-11-28T09", "spans[1]: must begin after spans[0] has ended"},
           {"2026-11-29T18", "2027-11-29T18", "spans: reach over more than 92 days"},
           {"\"aircraft\":4", "\"aircraft\":0", "aircraft: must be a whole number from 1 to 1000"},
           {"\"NAF21\"", "\"naf21\"", "call_signs[0]: \"naf21\" must be"},
           {"\"NAF21\"", "\"NORTH CONTROL\"", "call_signs[1]: NORTH CONTROL is named twice"},
           {"\"NAF21\"", "7", "call_signs[0]: must be a text"},
           {"132.055", "132.02", "frequency:"},
           {"\"live-firing\"", "\"Live firing\"", "activity: \"Live firing\" is no word"},
           {"STOP.", "STOP\\u0007", "remarks: has a control character"},
           {"STOP.", "\xE2\x80\xAE", "remarks: has a character that turns the direction"}}) {
    const auto notice = read(changed(from, to));
    ASSERT_FALSE(notice) << to;
    EXPECT_NE(notice.error().message.find(message), std::string::npos) << notice.error().message << "\nwanted: " << message;
  }
}

TEST(Notice, TakesAsMuchAsItsLimitsSayAndNoMore) {
  const auto spans = [](std::size_t count) {
    std::vector<Interval<Time>> out;
    for (std::size_t k = 0; k < count; ++k) out.push_back({morning + hours(2 * k), morning + hours(2 * k + 1)});
    return out;
  };
  const auto call_signs = [](std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t k = 0; k < count; ++k) out.push_back("CALL SIGN AT LENGTH" + std::string(1, static_cast<char>('A' + k % 26)));
    for (std::size_t k = 26; k < count; ++k) out[k] = "DALL SIGN AT LENGTH" + std::string(1, static_cast<char>('A' + k % 26));
    return out;
  };
  EXPECT_TRUE(reread([&](Notice& n) { n.spans = spans(NoticeLimits::spans); }));
  EXPECT_FALSE(reread([&](Notice& n) { n.spans = spans(NoticeLimits::spans + 1); }));
  EXPECT_FALSE(reread([&](Notice& n) { n.spans.clear(); }));
  EXPECT_TRUE(reread([&](Notice& n) { n.call_signs = call_signs(NoticeLimits::call_signs); }));
  EXPECT_FALSE(reread([&](Notice& n) { n.call_signs = call_signs(NoticeLimits::call_signs + 1); }));
  EXPECT_FALSE(reread([&](Notice& n) { n.call_signs = {std::string(NoticeLimits::call_sign + 1, 'A')}; }));
  EXPECT_TRUE(reread([&](Notice& n) { n.remarks = std::string(NoticeLimits::remarks, 'a'); }));
  EXPECT_FALSE(reread([&](Notice& n) { n.remarks = std::string(NoticeLimits::remarks + 1, 'a'); }));
  EXPECT_TRUE(reread([&](Notice& n) { n.aircraft = NoticeLimits::aircraft; }));
  EXPECT_FALSE(reread([&](Notice& n) { n.aircraft = NoticeLimits::aircraft + 1; }));
  const auto last = [](Notice& n, std::uint32_t revision) { n.revision = revision, n.state = NoticeState::changed; };
  EXPECT_TRUE(reread([&](Notice& n) { last(n, NoticeLimits::revision); }));
  EXPECT_FALSE(reread([&](Notice& n) { last(n, NoticeLimits::revision + 1); }));

  // The greatest that there is fits into one text of the bytes allowed.
  Notice n = example();
  n.activity = std::string(NoticeLimits::activity, 'a');
  n.spans = spans(NoticeLimits::spans);
  n.call_signs = call_signs(NoticeLimits::call_signs);
  n.remarks = std::string(NoticeLimits::remarks, '"');
  NoticePolygon circle;
  for (std::size_t k = 0; k < NoticeLimits::vertices; ++k) {
    circle.outline.push_back(vincenty::direct(at(-45.1234567, -123.1234567), 360.0 * static_cast<double>(k) / NoticeLimits::vertices, 300'000));
  }
  n.geometry = circle;
  ASSERT_TRUE(check_notice(n)) << check_notice(n).error().message;
  EXPECT_LE(canonical_json(n).size(), NoticeLimits::bytes);
  EXPECT_TRUE(parse_notice(canonical_json(n)));
  circle.outline.push_back(at(-45, -123));
  n.geometry = circle;
  EXPECT_FALSE(read(canonical_json(n)));
}

TEST(Notice, AsksABlockForBothLimits) {
  const Ring ring{at(52, 4), at(53, 4), at(53, 5)};
  const auto block = [&](VerticalLimit floor, VerticalLimit ceiling) {
    return reread([&](Notice& n) { n.geometry = NoticeBlock{ring}, n.floor = floor, n.ceiling = ceiling; });
  };
  EXPECT_TRUE(block(level(100), level(200)));
  EXPECT_FALSE(block({VerticalLimit::Reference::surface, {}}, level(200)));
  EXPECT_FALSE(block(level(100), {VerticalLimit::Reference::unlimited, {}}));
}

TEST(NoticeNumber, IsCountedInAYear) {
  EXPECT_EQ(to_string(NoticeNumber{7, 26}), "0007/26");
  EXPECT_EQ(parse_notice_number("9999/00"), (NoticeNumber{9'999, 0}));
  for (const auto* text : {"", "0007/2", "007/26", "0007-26", "00007/26", "0007/26 ", "+007/26", "0000/26"}) EXPECT_FALSE(parse_notice_number(text)) << text;
  EXPECT_LT((NoticeNumber{9, 26}), (NoticeNumber{1, 27}));
}

TEST(NoticeDraft, IsANoticeWithoutWhatTheNodeGivesIt) {
  const auto read = [](std::string text) {
    const auto document = json::parse(text);
    return read_notice_draft(document->root(), {12, 26});
  };
  const std::string said = R"({"activity":"live-firing","kind":"firing","geometry":{"shape":"circle","centre":[52.31,4.75],"radius":"5nm"},)"
                           R"("floor":"surface","ceiling":"FL200","spans":[{"from":"2026-11-28T06:00:00Z","to":"2026-11-28T09:00:00Z"}]})";
  const auto draft = read(said);
  ASSERT_TRUE(draft) << draft.error().message;
  EXPECT_EQ(draft->number, (NoticeNumber{12, 26}));
  EXPECT_EQ(draft->revision, 1u);
  EXPECT_EQ(draft->state, NoticeState::planned);
  EXPECT_FALSE(draft->exercise);
  for (const std::string given : {R"("v":1)", R"("number":"0001/26")", R"("revision":1)", R"("state":"planned")"}) {
    const auto refused = read("{" + given + "," + said.substr(1));
    ASSERT_FALSE(refused) << given;
    EXPECT_NE(refused.error().message.find("is given by the node; leave it out"), std::string::npos) << refused.error().message;
  }
  EXPECT_FALSE(read("{\"target\":1," + said.substr(1)));
}

}  // namespace
}  // namespace skypact::line
