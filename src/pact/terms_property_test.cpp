// Any accepted terms are the same value, text and id after a journey as canonical JSON.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fmt/format.h>

#include "base/text.h"
#include "pact/schedule.h"
#include "pact/terms_check.h"
#include "pact/test_terms.h"
#include "pact/units.h"

namespace skypact::pact {
namespace {

using rc::gen::inRange;

template <class T>
T one_of(const std::vector<T>& list) {
  return *rc::gen::elementOf(list);
}

Length any_length(double most_nm) {
  const std::string text = *rc::gen::arbitrary<bool>() ? fmt::format("{}nm", *inRange(1, static_cast<int>(most_nm * 1000)) / 1000.0)
                                                       : fmt::format("{}m", *inRange(10, static_cast<int>(most_nm * 18'520)) / 10.0);
  return std::max(*parse_length(text), metres(1));
}
Height any_height(int most_ft) {
  return *rc::gen::arbitrary<bool>() ? feet_of_height(*inRange(1, most_ft)) : Height::of_tenth_mm(*inRange(1, most_ft * 3048));
}
Duration any_duration(int from, int to) { return seconds(*inRange(from, to)); }
geo::Position any_position() { return geo::Position{*inRange(-899'999'999, 900'000'000), *inRange(-1'799'999'999, 1'799'999'999)}; }
VerticalLimit any_limit(bool floor) {
  using Reference = VerticalLimit::Reference;
  const auto reference = one_of<Reference>({floor ? Reference::surface : Reference::unlimited, Reference::pressure, Reference::mean_sea_level, Reference::above_ground, Reference::ellipsoid});
  if (reference == Reference::surface || reference == Reference::unlimited) return {reference, {}};
  // Floors below ceilings of the same datum.
  const Height height = any_height(60'000);
  return {reference, floor ? height : height + feet_of_height(60'000)};
}
Schedule any_schedule(const Interval<Time>& valid) {
  Schedule when;
  const int kind = *inRange(0, 3);
  if (kind == 1) {
    Time at = valid.from;
    for (int i = *inRange(1, 4); i > 0; --i) {
      const Time from = at + any_duration(0, 100'000), to = from + any_duration(1, 100'000);
      when.spans.push_back({from, to});
      at = to;
    }
  } else if (kind == 2) {
    for (int i = *inRange(1, 3); i > 0; --i) {
      const int from = *inRange(0, 1439);
      when.weekly.push_back({static_cast<std::uint8_t>(*inRange(1, 128)), std::chrono::minutes(from), std::chrono::minutes(*inRange(from + 1, 1441))});
    }
  }
  return when;
}
std::string any_text() {
  std::string out = "x";
  for (const char* piece : *rc::gen::container<std::vector<const char*>>(rc::gen::elementOf(std::vector<const char*>{"a", " ", "\"", "\\", "é", "Ж", "ش", "\xF0\x9F\x9B\xA9", "/", "<", "0"}))) {
    if (out.size() < TermsLimits::name - 4) out += piece;
  }
  return out;
}
std::uint32_t any_channel() {
  switch (*inRange(0, 4)) {
    case 0: return static_cast<std::uint32_t>(*inRange(2'000, 30'001));
    case 1: return static_cast<std::uint32_t>(118'000 + 100 * *inRange(0, 189) + one_of<int>({0, 5, 10, 15, 25, 30, 35, 40, 50, 55, 60, 65, 75, 80, 85, 90}));
    case 2: return static_cast<std::uint32_t>(156'000 + 25 * *inRange(0, 242));
    default: return static_cast<std::uint32_t>(225'000 + 25 * *inRange(0, 7'000));
  }
}

Terms any_terms() {
  Terms t = example_terms();
  t.texts.clear(), t.safety_floor.clear(), t.minima.clear(), t.zones.clear(), t.notices.clear();
  t.title = any_text();
  t.validity.valid.from = Time(seconds(*inRange(0, 2'000'000'000)));
  t.validity.valid.to = t.validity.valid.from + any_duration(2'000'000, 700'000'000);
  t.validity.review.clear();
  t.validity.termination_notice = any_duration(0, 1'900'000);
  t.default_minima = {any_length(100), any_height(19'000) + feet_of_height(1'000)};
  t.default_level_tolerance = any_height(999);
  t.area.floor = any_limit(true), t.area.ceiling = any_limit(false);
  for (int i = *inRange(0, 5); i > 0; --i) {
    TermsMinimum m;
    m.id = fmt::format("m{}", i);
    for (PairSide* side : {&m.one, &m.other}) {
      side->who = static_cast<PairSide::Who>(*inRange(0, 3));
      if (side->who == PairSide::Who::party) side->party = one_of<std::string>({"north", "north-drones", "south", "relief"});
      if (*rc::gen::arbitrary<bool>()) side->aircraft_class = static_cast<AircraftClass>(*inRange(0, 6));
    }
    m.when = any_schedule(t.validity.valid);
    m.minima = {any_length(100), any_height(19'000) + feet_of_height(1'000)};
    m.level_tolerance = any_height(999);
    t.minima.push_back(m);
  }
  for (int i = *inRange(0, 4); i > 0; --i) {
    TermsZone z;
    z.id = fmt::format("z{}", i);
    z.name = any_text();
    z.rule = one_of<TermsZoneRule>({TermsZoneRule::keep_clear, TermsZoneRule::caution, TermsZoneRule::protected_site});
    z.centre = any_position();
    z.radius = any_length(400);
    if (z.rule == TermsZoneRule::protected_site) z.buffer = any_length(90);
    z.floor = any_limit(true), z.ceiling = any_limit(false);
    z.ground_elevation = *rc::gen::arbitrary<bool>() ? Height() : any_height(1'000) - feet_of_height(300);
    z.when = any_schedule(t.validity.valid);
    if (*rc::gen::arbitrary<bool>()) z.moves_with = icao_address(static_cast<std::uint32_t>(*inRange(1, 0xFFFFFF))), z.anchor = any_position();
    t.zones.push_back(z);
  }
  t.frequencies.resize(2);
  const std::uint32_t khz = any_channel();
  if (khz != 121'500 && khz != 243'000) t.frequencies.push_back({"f", FrequencyUse::working, khz, any_text(), {"north"}, {}, ""});
  for (TermsZone& z : t.zones) z.call_frequency.clear();
  for (Sharing& s : t.sharing) {
    if (s.when == ShareWhen::never) continue;
    s.position_step = any_length(59), s.altitude_step = any_height(9'999), s.delay = any_duration(1, 86'000);
  }
  t.releases.clear();
  for (const char* of : {"north", "north-drones", "south"}) {
    if (*rc::gen::arbitrary<bool>()) continue;
    DistressRelease release{fmt::format("of-{}", of), of, {}, *rc::gen::arbitrary<bool>()};
    for (const char* to : {"relief", "south"}) {
      if (*rc::gen::arbitrary<bool>()) release.to.emplace_back(to);
    }
    t.releases.push_back(std::move(release));
  }
  return t;
}

TEST(TermsProperty, AnyAcceptedTermsReadBackAsTheSameValueAndId) {
  unsigned accepted = 0;
  const bool held = rc::check([&] {
    const Terms terms = any_terms();
    std::string defects;
    check_terms(terms, [&](std::string_view clause, const std::string& message) { defects += std::string(clause) + ": " + message + "\n"; });
    const std::string text = canonical_json(terms);
    const auto back = read_terms_json(text, "t");
    // What the checks refuse the reader refuses, and nothing else.
    RC_ASSERT(back.has_value() == defects.empty());
    if (!back) return;
    ++accepted;
    RC_ASSERT(*back == terms);
    RC_ASSERT(canonical_json(*back) == text);
    RC_ASSERT(terms_id(*back) == terms_id(terms));
  });
  EXPECT_TRUE(held);
  EXPECT_GT(accepted, 30U) << "the generator makes too little that is accepted to show anything";
}

TEST(TermsProperty, QuantitiesReadBackToTheLastBit) {
  EXPECT_TRUE(rc::check([] {
    const Length length = any_length(500);
    RC_ASSERT(*parse_length(length_text(length)) == length);
    const Height height = any_height(200'000);
    RC_ASSERT(*parse_height(height_text(height)) == height);
    const Duration duration = any_duration(0, 100'000'000);
    RC_ASSERT(*parse_duration(duration_text(duration)) == duration);
    const VerticalLimit limit = any_limit(*rc::gen::arbitrary<bool>());
    RC_ASSERT(*parse_limit(limit_text(limit)) == limit);
    const std::uint32_t khz = any_channel();
    RC_ASSERT(*parse_channel(channel_text(khz)) == khz);
    const std::chrono::minutes clock(*inRange(0, 1441));
    RC_ASSERT(parse_clock(clock_text(clock)) == clock);
  }));
}

TEST(ScheduleProperty, OverlapsAreThoseOfEveryMinute) {
  EXPECT_TRUE(rc::check([] {
    const Interval<Time> valid{Time(seconds(1'800'000'000)), Time(seconds(1'800'000'000) + std::chrono::hours(24 * 10))};
    const Schedule a = any_schedule(valid), b = any_schedule(valid);
    // Spans end on whole seconds and hours on whole minutes: where two overlap, one begins inside the other or at the front.
    bool truth = false;
    std::vector<Time> begins{valid.from};
    for (const Schedule* s : {&a, &b}) {
      for (const auto& span : s->spans) begins.push_back(span.from);
    }
    for (Time at = std::chrono::ceil<std::chrono::minutes>(valid.from); at < valid.to; at += minutes(1)) begins.push_back(at);
    for (const Time at : begins) truth = truth || (valid.contains(at) && holds_at(a, at) && holds_at(b, at));
    RC_ASSERT(overlap(a, b, valid) == truth);
    for (const Schedule* s : {&a, &b}) {
      const auto spans = spans_of(*s, valid);
      for (const Time at : begins) {
        if (!valid.contains(at)) continue;
        RC_ASSERT(holds_at(*s, at) == std::any_of(spans.begin(), spans.end(), [&](const auto& span) { return span.contains(at); }));
      }
    }
  }));
}

}  // namespace
}  // namespace skypact::pact
