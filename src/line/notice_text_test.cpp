#include "line/notice_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "base/random.h"
#include "base/text.h"
#include "geo/ellipsoid.h"
#include "guard/zone_files.h"
#include "line/notice_area.h"
#include "line/test_notice.h"

namespace skypact::line {
namespace {

using namespace test;
using std::chrono::hours;

// --- a reader that knows NOTAM, and nothing of how these are written ---

struct Notam {
  std::string head;
  std::map<char, std::string> items;
};

Notam read(const std::string& text) {
  std::string flat;
  for (const char c : text) flat += c == '\n' ? ' ' : c;
  const std::regex form(R"(\(([^)]*) Q\) (\S+) A\) (\S+) B\) (\d{10})(?: C\) (\d{10}))?(?: D\) (.*?))? E\) (.*?)(?: F\) (.*) G\) (.*))?\) )");
  std::smatch m;
  EXPECT_TRUE(std::regex_match(flat, m, form)) << text;
  Notam n{m[1], {}};
  for (std::size_t k = 0; k < 8; ++k) {
    if (m[k + 2].matched) n.items["QABCDEFG"[k]] = m[k + 2];
  }
  return n;
}

std::int32_t angle_of(const std::string& text) {
  const std::size_t degrees = text.find_first_not_of("0123456789.") == std::string::npos ? 0 : text.back() == 'N' || text.back() == 'S' ? 2 : 3;
  const double seconds = std::stod(text.substr(degrees + 2));
  const double value = std::stod(text.substr(0, degrees)) + std::stod(text.substr(degrees, 2)) / 60 + seconds / 3600;
  EXPECT_LT(seconds, 60);
  return static_cast<std::int32_t>(std::llround((text.back() == 'S' || text.back() == 'W' ? -value : value) * 1e7));
}

std::vector<geo::Position> positions_of(const std::string& text) {
  const std::regex form(R"((\d{6}(?:\.\d+)?[NS])(\d{7}(?:\.\d+)?[EW]))");
  std::vector<geo::Position> out;
  for (std::sregex_iterator it(text.begin(), text.end(), form), end; it != end; ++it) {
    geo::Position p{angle_of((*it)[1]), angle_of((*it)[2])};
    out.push_back(p);
  }
  return out;
}

Length length_of(const std::string& text, const std::string& before) {
  const std::regex form(before + R"( ([0-9.]+)(NM|M) OF)");
  std::smatch m;
  EXPECT_TRUE(std::regex_search(text, m, form)) << text;
  return m[2] == "NM" ? nautical_miles(*parse_number(m[1].str())) : metres(*parse_number(m[1].str()));
}

NoticeGeometry geometry_of(const std::string& e, bool block) {
  const auto places = positions_of(e);
  if (e.find("BETWEEN PARALLELS") != std::string::npos) {
    const std::regex form(R"(PARALLELS (\S+) AND (\S+) AND FROM MERIDIAN (\S+) EASTWARD TO ([0-9.]+[EW])\.)");
    std::smatch m;
    EXPECT_TRUE(std::regex_search(e, m, form)) << e;
    return NoticeBox{{angle_of(m[1]), angle_of(m[3])}, {angle_of(m[2]), angle_of(m[4])}};
  }
  if (e.find(" OF LINE ") != std::string::npos) return NoticeCorridor{places, length_of(e, "WITHIN")};
  if (e.find("WITHIN AREA ") != std::string::npos) {
    EXPECT_EQ(places.front(), places.back());
    const Ring ring(places.begin(), places.end() - 1);
    if (block) return NoticeBlock{ring};
    return NoticePolygon{ring};
  }
  EXPECT_EQ(places.size(), 1u);
  return NoticeCircle{places.front(), length_of(e, "WITHIN")};
}

Time time_of(const std::string& text) {
  return utc("20" + text.substr(0, 2) + "-" + text.substr(2, 2) + "-" + text.substr(4, 2) + "T" + text.substr(6, 2) + ":" + text.substr(8, 2) + ":00Z");
}

// "NOV 28 0600-0900 NOV 29 2200-NOV 30 0200", from the year of B on.
std::vector<Interval<Time>> spans_of(const Notam& n) {
  const Time first = time_of(n.items.at('B')), last = time_of(n.items.at('C'));
  if (!n.items.contains('D')) return {{first, last}};
  const std::string names = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
  std::vector<Interval<Time>> out;
  const std::regex form(R"(([A-Z]{3}) (\d\d) (\d{4})-(?:([A-Z]{3}) (\d\d) )?(\d{4}))");
  const auto when = [&](const std::string& month, const std::string& day, const std::string& clock) {
    const std::string number = std::to_string(101 + names.find(month) / 3).substr(1);
    for (int year = std::stoi(n.items.at('B').substr(0, 2));; ++year) {
      const std::string text = std::to_string(100 + year).substr(1) + number + day + clock;
      if (const Time t = time_of(text); t >= first) return t;
    }
  };
  const std::string& d = n.items.at('D');
  for (std::sregex_iterator it(d.begin(), d.end(), form), end; it != end; ++it) {
    const auto& m = *it;
    out.push_back({when(m[1], m[2], m[3]), m[4].matched ? when(m[4], m[5], m[6]) : when(m[1], m[2], m[6])});
  }
  return out;
}

struct Qualifier {
  std::string code;
  int lower = 0, upper = 0;
  geo::Position centre;
  double radius_m = 0;
};
Qualifier qualifier_of(const std::string& q) {
  const std::regex form(R"(XXXX/Q(\w{4})/IV/BO/W/(\d{3})/(\d{3})/(\d\d)(\d\d)([NS])(\d{3})(\d\d)([EW])(\d{3}))");
  std::smatch m;
  EXPECT_TRUE(std::regex_match(q, m, form)) << q;
  const auto angle = [&](int at) { return (std::stod(m[at]) + std::stod(m[at + 1]) / 60) * (m[at + 2] == "S" || m[at + 2] == "W" ? -1 : 1); };
  return {m[1], std::stoi(m[2]), std::stoi(m[3]), test::at(angle(4), angle(7)), std::stod(m[10]) * 1852};
}

Notice random_notice(std::uint64_t seed) {
  using Reference = VerticalLimit::Reference;
  Random random(seed);
  Notice n = example();
  n.kind = static_cast<NoticeKind>(random.below(notice_kinds));
  n.geometry = random_geometry(random, somewhere(random), size(random, 100, 500'000));
  // Half of the positions are whole seconds, as people write them.
  if (auto* circle = std::get_if<NoticeCircle>(&n.geometry); circle && random.chance(0.5)) {
    const auto whole = [](std::int32_t e7) { return std::round(e7 / 1e7 * 3600) / 3600; };
    circle->centre = at(whole(circle->centre.lat_e7), whole(circle->centre.lon_e7));
    circle->radius = nautical_miles(static_cast<double>(1 + random.below(300)) / 2);
  }
  const auto limit = [&](double from, double to) -> VerticalLimit {
    const auto reference = static_cast<Reference>(2 + random.below(4));
    const double feet = std::floor(random.uniform(from, to));
    return {reference, random.chance(0.3) ? metres_of_height(std::floor(feet) / 4) : random.chance(0.5) ? feet_of_height(std::floor(feet / 100) * 100) : feet_of_height(feet)};
  };
  n.floor = random.chance(0.3) ? VerticalLimit{} : limit(0, 5'000);
  n.ceiling = random.chance(0.2) ? VerticalLimit{Reference::unlimited, {}} : limit(25'000, 99'000);
  if (n.ceiling.reference == Reference::above_ground) n.highest_ground = feet_of_height(static_cast<double>(random.below(9'000)));
  if (auto* polygon = std::get_if<NoticePolygon>(&n.geometry); polygon && n.floor.reference != Reference::surface && n.ceiling.reference != Reference::unlimited) n.geometry = NoticeBlock{polygon->outline};
  n.spans.clear();
  Time t = morning + minutes(random.below(200'000));
  const std::uint64_t longest = random.chance(0.5) ? 500 : 1'100;
  for (std::size_t k = 0, count = 1 + random.below(random.chance(0.5) ? 3 : NoticeLimits::spans); k < count; ++k) {
    const Time to = t + minutes(1 + random.below(longest));
    n.spans.push_back({t, to});
    t = to + minutes(1 + random.below(longest));
  }
  const auto good = check_notice(n);
  EXPECT_TRUE(good) << (good ? "" : good.error().message);
  return n;
}

TEST(NoticeText, IsWrittenAsANotamIs) {
  EXPECT_EQ(notam_text(example(), "north"),
            "(0012/26 NOTAMN\n"
            "Q) XXXX/QWMLW/IV/BO/W/000/200/5219N00445E006\n"
            "A) XXXX B) 2611280600 C) 2611291800\n"
            "D) NOV 28 0600-0900 NOV 29 0700-1800\n"
            "E) NORTH: FIRING, LIVE-FIRING, WILL TAKE PLACE WITHIN 5NM OF\n"
            "521836N0044500E. 4 AIRCRAFT. CALL SIGN NAF21, NORTH CONTROL.\n"
            "FREQUENCY 132.055MHZ.\n"
            "F) SFC G) FL200)\n");
}

TEST(NoticeText, ReplacesAndCancelsUnderTheSameNumber) {
  Notice n = example();
  n.revision = 2;
  n.state = NoticeState::changed;
  EXPECT_THAT(notam_text(n, "north"), testing::StartsWith("(0012/26 NOTAMR 0012/26\n"));
  EXPECT_THAT(notam_text(n, "north"), testing::HasSubstr("REVISION 2."));
  n.revision = 3;
  n.state = NoticeState::cancelled;
  EXPECT_EQ(notam_text(n, "north", {.region = "EHAA", .cancelled_at = utc("2026-11-28T07:30:20Z")}),
            "(0012/26 NOTAMC 0012/26\n"
            "Q) EHAA/QWMCN/IV/BO/W/000/200/5219N00445E006\n"
            "A) EHAA B) 2611280730\n"
            "E) NORTH: FIRING, LIVE-FIRING, CANCELLED WITHIN 5NM OF\n"
            "521836N0044500E. REVISION 3.)\n");
}

TEST(NoticeText, CallsADrillADrillAtBothEnds) {
  Notice n = example();
  n.exercise = true;
  const std::string e = read(notam_text(n, "north")).items.at('E');
  EXPECT_THAT(e, testing::StartsWith("EXERCISE EXERCISE EXERCISE. "));
  EXPECT_THAT(e, testing::EndsWith(" EXERCISE EXERCISE EXERCISE."));
}

TEST(NoticeText, SaysWhatTheGeometryAndTheLimitsAreAndNothingElse) {
  std::set<std::size_t> shapes;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const Notice n = random_notice(seed);
    const std::string text = notam_text(n, "north");
    const Notam notam = read(text);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + text);
    // The area, to the last bit, from item E.
    const NoticeGeometry geometry = geometry_of(notam.items.at('E'), std::holds_alternative<NoticeBlock>(n.geometry));
    ASSERT_EQ(geometry, n.geometry);
    shapes.insert(geometry.index());
    // The limits, by the reader of zone files.
    EXPECT_EQ(*guard::parse_vertical_limit(notam.items.at('F') == "UNL" ? "?" : notam.items.at('F')), n.floor);
    const auto ceiling = guard::parse_vertical_limit(notam.items.at('G'));
    ASSERT_TRUE(ceiling);
    EXPECT_EQ(*ceiling, n.ceiling);
    // Limits stand in F and G only: the text beside them names no height.
    std::string e = notam.items.at('E');
    if (const auto ground = e.find(" HIGHEST GROUND"); ground != std::string::npos) e = e.substr(0, ground);
    EXPECT_FALSE(std::regex_search(e, std::regex(R"(\dFT\b|\bFL\d|AMSL|AGL|SFC|UNL)")));
    EXPECT_EQ(spans_of(notam), n.spans);
    // Lines as the fixed network carries them.
    for (std::string_view rest = text; auto line = next_field(rest, '\n');) EXPECT_LE(line->size(), notam_line);
    for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c < 'a') || c == '_') << c;
  }
  EXPECT_EQ(shapes.size(), std::variant_size_v<NoticeGeometry>);
}

TEST(NoticeText, SortsOutByACircleAndLevelsThatHoldAllOfIt) {
  using Reference = VerticalLimit::Reference;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    const Notice n = random_notice(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Qualifier q = qualifier_of(read(notam_text(n, "north")).items.at('Q'));
    const auto area = area_of(n.geometry);
    const auto region = region_of(*area);
    std::vector<geo::Position> boundary;
    for (const geo::Vec3 place : region->places()) boundary.push_back(geo::position_of(place));
    if (area->centre) {
      for (int azimuth = 0; azimuth < 360; azimuth += 5) boundary.push_back(vincenty::direct(*area->centre, azimuth, area->radius.in(metres)));
    }
    double farthest = 0;
    for (const geo::Position p : boundary) farthest = std::max(farthest, vincenty::inverse(q.centre, p).metres);
    EXPECT_LE(farthest, q.radius_m);
    EXPECT_LE(q.radius_m, farthest * 1.01 + 2'000) << "needlessly large";
    // Levels: in feet of pressure altitude, on a day when the pressure at sea level is anything from 943 to 1060 hPa.
    const auto in_feet = [](Height h) { return h.in_feet(); };
    const auto least = [&](const VerticalLimit& l) { return l.reference == Reference::pressure ? in_feet(l.height) : l.reference == Reference::mean_sea_level ? in_feet(l.height) - 1'999 : 0; };
    EXPECT_LE(q.lower * 100, std::max(0.0, least(n.floor)) + 1e-6);
    if (n.ceiling.reference == Reference::unlimited) {
      EXPECT_EQ(q.upper, 999);
    } else {
      const double ground = n.highest_ground.value_or(Height{}).in_feet();
      const double most = in_feet(n.ceiling.height) + (n.ceiling.reference == Reference::pressure ? 0 : 1'999) + (n.ceiling.reference == Reference::above_ground ? ground : 0);
      EXPECT_GE(q.upper * 100, std::min(99'900.0, most));
    }
    EXPECT_LE(q.lower, q.upper);
  }
}

TEST(NoticeText, WritesPositionsInWholeSecondsWhereTheyAre) {
  EXPECT_EQ(notam_position(at(52.31, 4.75)), "521836N0044500E");
  EXPECT_EQ(notam_position(at(-33.5, -70.25)), "333000S0701500W");
  EXPECT_EQ(notam_position(at(0, 0)), "000000N0000000E");
  EXPECT_EQ(notam_position(at(90, -180)), "900000N1800000W");
  EXPECT_EQ(notam_position({1, -1}), "000000.0004N0000000.0004W");
  EXPECT_EQ(notam_position(at(1.0 / 3600 * 59.5, 179.9999999)), "000059.5N1795959.9996E");
}

TEST(NoticeText, WritesLimitsWithTheirDatum) {
  using Reference = VerticalLimit::Reference;
  EXPECT_EQ(notam_limit({Reference::surface, {}}), "SFC");
  EXPECT_EQ(notam_limit({Reference::unlimited, {}}), "UNL");
  EXPECT_EQ(notam_limit(level(95)), "FL095");
  EXPECT_EQ(notam_limit(level(95.5)), "9550FT STD");
  EXPECT_EQ(notam_limit(sea_level(3'000)), "3000FT AMSL");
  EXPECT_EQ(notam_limit(above_ground(500)), "500FT AGL");
  EXPECT_EQ(notam_limit({Reference::ellipsoid, metres_of_height(1'000)}), "1000M HAE");
}

}  // namespace
}  // namespace skypact::line
