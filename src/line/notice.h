#pragma once
// Notice: what a party tells the others before something flies, or becomes dangerous to what flies: where, how high, when, what.
//
//     Notice n{.number = {12, 26}, .activity = "live-firing", .kind = NoticeKind::firing,
//              .geometry = NoticeCircle{centre, nautical_miles(5)}, .spans = {{from, to}}};
//     if (auto good = check_notice(n); !good) return good.error();   // "spans[0]: ends (…) before it begins (…)"
//     const std::string signed_text = canonical_json(n);
//     Result<Notice> same = parse_notice(signed_text);
//
// A notice is known by its party and its number, which stay through changes and the cancellation; each of these raises the
// revision by one. Who its party is, is said by whoever brings it: a notice counts as the word of the record it stands in.
//
// Invariants of what check_notice() passes: everything is inside NoticeLimits; revision 1 is planned, a later one changed or
// cancelled; the area can be judged by guard::Region; times are whole minutes, in order and apart. There is no field for
// targets or intelligence, and an unknown member is refused (R7).
//
// `exercise` marks a drill: it is checked and answered like any other and never becomes a zone of the watch.
// docs/formats/notice.md is the grammar. Plain values, pure functions; any thread.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "geo/position.h"
#include "json/document.h"
#include "json/writer.h"

namespace skypact::line {

struct NoticeLimits {
  static constexpr std::size_t bytes = 24'000;             // of the canonical text; an entry of a record has 65,535
  static constexpr std::uint32_t number = 9'999;           // of a party in a year
  static constexpr std::uint32_t revision = 200;
  static constexpr std::size_t activity = 24;              // bytes, as in the terms of a pact
  static constexpr std::size_t vertices = 400;             // of a polygon
  static constexpr std::size_t line = 100;                 // places of a corridor's centre line
  static constexpr std::size_t spans = 50;
  static constexpr std::size_t call_signs = 40;
  static constexpr std::size_t call_sign = 20;             // bytes
  static constexpr std::size_t remarks = 500;              // bytes
  static constexpr std::uint32_t aircraft = 1'000;
  static constexpr Duration longest = std::chrono::hours(24 * 92);   // from the first beginning to the last end; a NOTAM's three months
  static constexpr Length smallest = metres(50);           // radius, half width
  static constexpr Length half_width = nautical_miles(100);
  static constexpr Length shortest_leg = metres(50);       // of a corridor
  static constexpr Length line_length = nautical_miles(1'000);
  static constexpr Length reach = nautical_miles(900);     // of an area from its middle: what three digits of a NOTAM say
  static constexpr double box_latitude = 89, box_width = 60;   // degrees
  static constexpr std::size_t party = 24;                 // bytes
};

// "0012/26": counted by the party, anew every year.
struct NoticeNumber {
  std::uint32_t count = 0;             // 1 to NoticeLimits::number
  std::uint32_t year = 0;              // its last two digits
  friend auto operator<=>(const NoticeNumber& a, const NoticeNumber& b) {
    return a.year != b.year ? a.year <=> b.year : a.count <=> b.count;
  }
  friend bool operator==(const NoticeNumber&, const NoticeNumber&) = default;
};
[[nodiscard]] std::string to_string(NoticeNumber number);
// nullopt where it is not four digits, a stroke and two digits.
[[nodiscard]] std::optional<NoticeNumber> parse_notice_number(std::string_view text);

enum class NoticeState : std::uint8_t { planned, changed, cancelled };
[[nodiscard]] std::string_view to_string(NoticeState state);

// What decides the rule of its zone; `activity` beside it is the word of the pact's table of minimum notices.
enum class NoticeKind : std::uint8_t { flight, refuelling, firing, air_defence, parachuting, unmanned, jamming, rescue, humanitarian, exercise, other };
inline constexpr std::size_t notice_kinds = static_cast<std::size_t>(NoticeKind::other) + 1;
[[nodiscard]] std::string_view to_string(NoticeKind kind);
// Others keep clear of it: what is fired, falls, or flies without eyes harms who enters.
[[nodiscard]] bool is_dangerous(NoticeKind kind);

// Between two parallels and two meridians, eastward from the first corner; it may cross the antimeridian.
struct NoticeBox {
  geo::Position south_west, north_east;
  friend bool operator==(const NoticeBox&, const NoticeBox&) = default;
};
struct NoticeCircle {
  geo::Position centre;
  Length radius;
  friend bool operator==(const NoticeCircle&, const NoticeCircle&) = default;
};
// All places within `half_width` of the geodesics from place to place.
struct NoticeCorridor {
  std::vector<geo::Position> line;     // two or more
  Length half_width;
  friend bool operator==(const NoticeCorridor&, const NoticeCorridor&) = default;
};
struct NoticePolygon {
  Ring outline;
  friend bool operator==(const NoticePolygon&, const NoticePolygon&) = default;
};
// A polygon with a floor above the surface and a ceiling.
struct NoticeBlock {
  Ring outline;
  friend bool operator==(const NoticeBlock&, const NoticeBlock&) = default;
};
using NoticeGeometry = std::variant<NoticeBox, NoticeCircle, NoticeCorridor, NoticePolygon, NoticeBlock>;
[[nodiscard]] std::string_view shape_of(const NoticeGeometry& geometry);   // "box" … "block"

struct Notice {
  static constexpr int version = 1;
  NoticeNumber number;
  std::uint32_t revision = 1;
  NoticeState state = NoticeState::planned;
  std::string activity;                            // a word: "live-firing"
  NoticeKind kind = NoticeKind::other;
  NoticeGeometry geometry;
  VerticalLimit floor{VerticalLimit::Reference::surface, {}};
  VerticalLimit ceiling{VerticalLimit::Reference::unlimited, {}};
  std::optional<Height> highest_ground{};          // above mean sea level; said where the ceiling is above ground
  std::vector<Interval<Time>> spans;               // one or more
  std::optional<std::uint32_t> aircraft{};         // how many take part
  std::vector<std::string> call_signs{};
  std::string remarks{};                           // line feeds allowed; never part of the generated text
  std::optional<std::uint32_t> frequency_khz{};    // where the party is heard; a channel's name as in pact::parse_channel
  bool exercise = false;
  friend bool operator==(const Notice&, const Notice&) = default;
};

// Errors: bad_input, over_limit; the message begins with the member: "geometry.radius: …".
Result<void> check_notice(const Notice& notice);

// The object's members in the order of their names, for a document that is made canonical as a whole.
void append(json::Writer& out, const Notice& notice);
// Quantities may be written in any of their units. Errors as check_notice.
Result<Notice> read_notice(json::Value value);
// What a person says of it: without v, number, revision and state, which the node gives; `exercise` may be left out. It comes back as the first
// revision of `number`.
Result<Notice> read_notice_draft(json::Value value, NoticeNumber number);

// One text for one notice (RFC 8785), without a line feed at the end, and back: only the canonical text is read.
[[nodiscard]] std::string canonical_json(const Notice& notice);
Result<Notice> parse_notice(std::string_view text);

}  // namespace skypact::line
