#include "line/notice_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "geo/ellipsoid.h"
#include "geo/vector.h"
#include "line/notice_area.h"
#include "pact/terms.h"
#include "pact/units.h"

namespace skypact::line {
namespace {

constexpr std::array<std::string_view, 12> months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

std::chrono::year_month_day date_of(Time time) { return std::chrono::floor<std::chrono::days>(time); }

std::string clock_of(Time time) {
  const std::chrono::hh_mm_ss clock(std::chrono::floor<minutes>(time - std::chrono::floor<std::chrono::days>(time)));
  return fmt::format("{:02}{:02}", clock.hours().count(), clock.minutes().count());
}
// "NOV 28".
std::string day_of(Time time) {
  const auto date = date_of(time);
  return fmt::format("{} {:02}", months[unsigned(date.month()) - 1], unsigned(date.day()));
}
// Degrees, minutes and seconds; the fewest decimals that are read as the same integer.
std::string angle(std::int32_t e7, unsigned degree_digits, char positive, char negative) {
  const std::int64_t size = std::abs(std::int64_t{e7});
  // Ten-thousandths of a second: 1e-7 degrees are 3.6 of them.
  for (const std::int64_t unit : {10'000, 1'000, 100, 10, 1}) {
    const std::int64_t count = (size * 36 + 5 * unit) / (10 * unit);      // of this unit, rounded
    const std::int64_t back = (count * unit * 10 + 18) / 36;
    if (back != size && unit != 1) continue;
    const std::int64_t total = count * unit, whole = total / 10'000;
    std::string text = fmt::format("{:0{}}{:02}{:02}", whole / 3600, degree_digits, whole / 60 % 60, whole % 60);
    if (unit != 10'000) {
      std::string decimals = fmt::format("{:04}", total % 10'000);
      while (decimals.back() == '0') decimals.pop_back();
      text += "." + decimals;
    }
    return text + (e7 < 0 ? negative : positive);
  }
  return {};
}

std::string upper_words(std::string_view text) {
  std::string out = to_upper(text);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

// Subject and condition. XX where the codes have no word for it and item E says it.
std::string_view subject_code(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::firing:
    case NoticeKind::air_defence: return "WM";   // missile, gun or rocket firing
    case NoticeKind::parachuting: return "WP";
    case NoticeKind::unmanned: return "WU";
    case NoticeKind::refuelling: return "WF";    // air refuelling
    case NoticeKind::exercise: return "WE";
    case NoticeKind::flight:
    case NoticeKind::jamming:
    case NoticeKind::rescue:
    case NoticeKind::humanitarian:
    case NoticeKind::other: return "XX";
  }
  return "XX";
}

std::string_view kind_text(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::flight: return "FLIGHTS";
    case NoticeKind::refuelling: return "AIR REFUELLING";
    case NoticeKind::firing: return "FIRING";
    case NoticeKind::air_defence: return "AIR DEFENCE FIRING";
    case NoticeKind::parachuting: return "PARACHUTING";
    case NoticeKind::unmanned: return "UNMANNED AIRCRAFT FLIGHTS";
    case NoticeKind::jamming: return "RADIO AND GNSS JAMMING";
    case NoticeKind::rescue: return "RESCUE FLIGHTS";
    case NoticeKind::humanitarian: return "HUMANITARIAN FLIGHTS";
    case NoticeKind::exercise: return "AIR EXERCISE";
    case NoticeKind::other: return "ACTIVITY";
  }
  return {};
}

std::string places(const std::vector<geo::Position>& line) {
  std::string text;
  for (const geo::Position p : line) text += (text.empty() ? "" : " - ") + notam_position(p);
  return text;
}

struct Where {
  std::string operator()(const NoticeBox& box) const {
    const auto latitude = [](geo::Position p) { return angle(p.lat_e7, 2, 'N', 'S'); };
    const auto longitude = [](geo::Position p) { return angle(p.lon_e7, 3, 'E', 'W'); };
    return fmt::format("BETWEEN PARALLELS {} AND {} AND FROM MERIDIAN {} EASTWARD TO {}", latitude(box.south_west), latitude(box.north_east),
                       longitude(box.south_west), longitude(box.north_east));
  }
  std::string operator()(const NoticeCircle& circle) const {
    return fmt::format("WITHIN {} OF {}", to_upper(pact::length_text(circle.radius)), notam_position(circle.centre));
  }
  std::string operator()(const NoticeCorridor& corridor) const {
    return fmt::format("WITHIN {} OF LINE {}", to_upper(pact::length_text(corridor.half_width)), places(corridor.line));
  }
  std::string operator()(const NoticePolygon& polygon) const { return "WITHIN AREA " + closed(polygon.outline); }
  std::string operator()(const NoticeBlock& block) const { return "IN ALTITUDE BLOCK WITHIN AREA " + closed(block.outline); }
  static std::string closed(Ring ring) {
    ring.push_back(ring.front());
    return places(ring);
  }
};

// Flight levels of item Q that hold all from floor to ceiling.
int lower_level(const VerticalLimit& floor) {
  using Reference = VerticalLimit::Reference;
  if (floor.reference != Reference::pressure && floor.reference != Reference::mean_sea_level) return 0;
  const Height height = floor.reference == Reference::pressure ? floor.height : floor.height - notam_altitude_margin;
  return std::clamp(static_cast<int>(std::floor(height.in_feet() / 100)), 0, 999);
}
int upper_level(const VerticalLimit& ceiling, const std::optional<Height>& highest_ground) {
  using Reference = VerticalLimit::Reference;
  if (ceiling.reference == Reference::unlimited || ceiling.reference == Reference::ellipsoid) return 999;
  Height height = ceiling.height;
  if (ceiling.reference == Reference::above_ground) height = height + highest_ground.value_or(Height{});
  if (ceiling.reference != Reference::pressure) height = height + notam_altitude_margin;
  return std::clamp(static_cast<int>(std::ceil(height.in_feet() / 100)), 0, 999);
}

// Minutes of arc, rounded to the nearest.
std::int64_t in_minutes(std::int32_t e7) {
  const std::int64_t size = (std::abs(std::int64_t{e7}) * 60 + 5'000'000) / 10'000'000;
  return e7 < 0 ? -size : size;
}

std::string minute_position(geo::Position p) {
  const std::int64_t lat = in_minutes(p.lat_e7), lon = in_minutes(p.lon_e7);
  return fmt::format("{:02}{:02}{}{:03}{:02}{}", std::abs(lat) / 60, std::abs(lat) % 60, lat < 0 ? 'S' : 'N', std::abs(lon) / 60, std::abs(lon) % 60,
                     lon < 0 ? 'W' : 'E');
}

std::string schedule(const std::vector<Interval<Time>>& spans) {
  std::string text;
  for (const auto& span : spans) {
    text += fmt::format(" {} {}-", day_of(span.from), clock_of(span.from));
    if (date_of(span.from) != date_of(span.to)) text += day_of(span.to) + " ";
    text += clock_of(span.to);
  }
  return text;
}

// What item E says: one sentence after the other, nothing of it typed but words that cannot hold a number of feet or a place.
std::string what(const Notice& n, std::string_view party) {
  const bool cancelled = n.state == NoticeState::cancelled;
  std::string text = n.exercise ? "EXERCISE EXERCISE EXERCISE. " : "";
  // The pact's word for it, where it says more.
  const std::string word = n.activity == to_string(n.kind) ? std::string() : fmt::format(", {},", upper_words(n.activity));
  text += fmt::format("{}: {}{} {} {}.", to_upper(party), kind_text(n.kind), word, cancelled ? "CANCELLED" : "WILL TAKE PLACE", std::visit(Where{}, n.geometry));
  if (n.aircraft && !cancelled) text += fmt::format(" {} AIRCRAFT.", *n.aircraft);
  if (!n.call_signs.empty() && !cancelled) text += fmt::format(" CALL SIGN {}.", fmt::join(n.call_signs, ", "));
  if (n.frequency_khz && !cancelled) text += fmt::format(" FREQUENCY {}.", to_upper(pact::channel_text(*n.frequency_khz)));
  if (n.highest_ground && !cancelled) text += fmt::format(" HIGHEST GROUND {} AMSL.", to_upper(pact::height_text(*n.highest_ground)));
  if (n.revision > 1) text += fmt::format(" REVISION {}.", n.revision);
  if (n.exercise) text += " EXERCISE EXERCISE EXERCISE.";
  return text;
}

}  // namespace

std::string notam_time(Time time) {
  const auto date = date_of(time);
  return fmt::format("{:02}{:02}{:02}{}", int(date.year()) % 100, unsigned(date.month()), unsigned(date.day()), clock_of(time));
}

std::string notam_lines(std::string_view text) {
  std::string out;
  std::size_t width = 0;
  for (auto word = next_field(text, ' '); word; word = next_field(text, ' ')) {
    if (word->empty()) continue;
    if (width > 0 && width + 1 + word->size() > notam_line) out += '\n', width = 0;
    if (width > 0) out += ' ', ++width;
    out += *word;
    width += word->size();
  }
  return out + '\n';
}

std::string notam_position(geo::Position p) { return angle(p.lat_e7, 2, 'N', 'S') + angle(p.lon_e7, 3, 'E', 'W'); }

std::string notam_limit(const VerticalLimit& limit) {
  using Reference = VerticalLimit::Reference;
  const auto height = [&](std::string_view datum) { return fmt::format("{} {}", to_upper(pact::height_text(limit.height)), datum); };
  switch (limit.reference) {
    case Reference::surface: return "SFC";
    case Reference::unlimited: return "UNL";
    case Reference::mean_sea_level: return height("AMSL");
    case Reference::above_ground: return height("AGL");
    case Reference::ellipsoid: return height("HAE");
    case Reference::pressure: {
      const std::int32_t tenth_mm = limit.height.in_tenth_mm();
      if (tenth_mm % 304'800 == 0 && tenth_mm >= 0 && tenth_mm <= 999 * 304'800) return fmt::format("FL{:03}", tenth_mm / 304'800);
      return height("STD");
    }
  }
  return {};
}

NotamCircle notam_circle(const NoticeGeometry& geometry) {
  const auto area = area_of(geometry);
  SKYPACT_CHECK(area.has_value());
  const auto region = region_of(*area);
  SKYPACT_CHECK(region.has_value());
  const geo::Position middle = geo::position_of(region->middle());
  const auto whole = [](std::int32_t e7) { return static_cast<double>(in_minutes(e7)) / 60; };
  const geo::Position centre = *geo::Position::from_degrees(whole(middle.lat_e7), whole(middle.lon_e7));
  const geo::Vec3 from = geo::place_of(centre);
  double farthest = 0;   // of a geodesic's piece, one of its ends is the farthest
  for (const geo::Vec3 place : region->places()) farthest = std::max(farthest, geo::surface_length_of_chord(norm(place - from)));
  if (area->centre) farthest = geo::surface_length_of_chord(norm(region->middle() - from)) + area->radius.in(metres);
  // 0.01 % and a metre: a chord's length is good to 4e-5 of itself at 900 NM.
  return {centre, static_cast<unsigned>(std::ceil((farthest * 1.0001 + 1) / 1852))};
}

std::string notam_text(const Notice& n, std::string_view party, const NotamOptions& options) {
  const bool cancelled = n.state == NoticeState::cancelled;
  const std::string number = to_string(n.number);
  std::string text = n.revision == 1 ? fmt::format("({} NOTAMN\n", number) : fmt::format("({} {} {}\n", number, cancelled ? "NOTAMC" : "NOTAMR", number);
  const NotamCircle circle = notam_circle(n.geometry);
  text += fmt::format("Q) {}/Q{}{}/IV/BO/W/{:03}/{:03}/{}{:03}\n", options.region, subject_code(n.kind), cancelled ? "CN" : "LW", lower_level(n.floor),
                      upper_level(n.ceiling, n.highest_ground), minute_position(circle.centre), circle.radius_nm);
  const Time begins = cancelled ? options.cancelled_at.value_or(n.spans.front().from) : n.spans.front().from;
  text += fmt::format("A) {} B) {}", options.region, notam_time(begins));
  text += cancelled ? "\n" : fmt::format(" C) {}\n", notam_time(n.spans.back().to));
  if (n.spans.size() > 1 && !cancelled) text += notam_lines("D)" + schedule(n.spans));
  text += notam_lines("E) " + what(n, party));
  if (cancelled) {
    text.back() = ')';
    return text + '\n';
  }
  return text + fmt::format("F) {} G) {})\n", notam_limit(n.floor), notam_limit(n.ceiling));
}

}  // namespace skypact::line
