#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "guard/zone_builder.h"

namespace skypact::guard {
namespace {

constexpr double arc_step = 3;  // degrees between the vertices an arc is given: 0.04 % of its radius inside it

// "39:29:54 N", "39:29.9N", "39.5 N": degrees, signed by the hemisphere's letter, which ends it.
std::optional<double> take_angle(std::string_view& text, char positive, char negative) {
  text = trim(text);
  const auto end = std::min(text.find_first_not_of("0123456789.:"), text.size());
  std::string_view number = text.substr(0, end);
  double value = 0, unit = 1;
  int parts = 0;
  while (auto field = next_field(number, ':')) {
    const auto part = parse_number(*field);
    if (!part || *part < 0 || parts == 3 || (parts > 0 && *part >= 60.0)) return std::nullopt;
    value += *part * unit;
    unit /= 60;
    ++parts;
  }
  text = trim(text.substr(end));
  if (parts == 0 || text.empty()) return std::nullopt;
  const char letter = text.front();
  text.remove_prefix(1);
  if (letter == positive) return value;
  return letter == negative ? std::optional(-value) : std::nullopt;
}

std::optional<geo::Position> take_position(std::string_view& text) {
  const auto lat = take_angle(text, 'N', 'S');
  const auto lon = lat ? take_angle(text, 'E', 'W') : std::nullopt;
  return lon ? geo::Position::from_degrees(*lat, *lon) : std::nullopt;
}

geo::Position at(geo::Position centre, Length radius, double bearing) {
  constexpr auto time = seconds(1000);
  return geo::position_after(geo::ground_motion(centre, metres_per_second(radius.in(metres) / 1000), TrueBearing::degrees(bearing)), time);
}

class OpenAirReader {
 public:
  explicit OpenAirReader(std::string_view file) : file_(file), builder_(file) {}

  Result<ZoneFile> read(std::string_view text) {
    for (std::string_view rest = text; auto raw = next_field(rest, '\n');) {
      ++line_;
      std::string_view line = *raw;
      if (const auto star = line.find('*'); star != std::string_view::npos) line = line.substr(0, star);
      line = trim(line);
      if (line.empty()) continue;
      if (auto ok = take(line); !ok) return std::move(ok).error().within(fmt::format("line {}", line_)).within(file_);
    }
    if (auto ok = finish(); !ok) return ok.error();
    return builder_.take();
  }

 private:
  Result<void> take(std::string_view line) {
    const auto space = std::min(line.find_first_of(" \t="), line.size());
    const std::string command = to_upper(line.substr(0, space));
    const std::string_view shown = trim(line.substr(space));
    const std::string upper = to_upper(shown);
    std::string_view text = upper;
    if (command == "AC") {
      if (auto ok = finish(); !ok) return ok;
      begin(text);
      return {};
    }
    if (command == "AN") {
      zone_.name = std::string(shown);
    } else if (command == "AL" || command == "AH") {
      if (skipped_) return {};
      auto limit = parse_vertical_limit(text);
      if (!limit) return limit.error();
      (command == "AL" ? zone_.floor : zone_.ceiling) = *limit;
    } else if (command == "V") {
      return variable(text);
    } else if (command == "DP") {
      const auto p = take_position(text);
      if (!p) return bad_input(fmt::format("\"{}\" is no position; write 39:29:54 N 119:46:06 W", quoted(shown, 40)));
      return vertex(*p);
    } else if (command == "DC") {
      const auto radius = parse_number(text);
      if (!radius || !(*radius > 0) || *radius > 500) return bad_input("a circle's radius is a number of nautical miles, at most 500");
      if (!centre_) return bad_input("a circle needs its centre before it: V X=…");
      if (skipped_) return {};
      zone_.centre = *centre_;
      zone_.radius = nautical_miles(*radius);
    } else if (command == "DA") {
      return arc_by_angles(text);
    } else if (command == "DB") {
      return arc_by_ends(text);
    }
    // DY (an airway), SP, SB, AT, AY, AF, AG, AX, TO, TC and what others add does not bound a volume.
    return {};
  }

  void begin(std::string_view airspace_class) {
    zone_ = Zone{};
    begun_ = true;
    begun_at_ = line_;
    skipped_ = false;
    class_ = std::string(airspace_class);
    if (class_ == "P") {
      zone_.rule = ZoneRule::keep_clear;
    } else if (class_ == "R" || class_ == "Q" || class_ == "D") {
      zone_.rule = ZoneRule::caution;
    } else {
      skipped_ = true;
    }
    clockwise_ = true;
    centre_.reset();
  }

  Result<void> finish() {
    if (!begun_) return {};
    begun_ = false;
    if (skipped_) {
      builder_.note(fmt::format("line {}: class \"{}\" is no zone and was left out", begun_at_, quoted(class_, 10)));
      return {};
    }
    if (zone_.outline.size() > 1 && zone_.outline.back() == zone_.outline.front()) zone_.outline.pop_back();
    const std::string place = fmt::format("line {} ({})", begun_at_, quoted(zone_.name, 40));
    return builder_.add(std::move(zone_), place);
  }

  Result<void> variable(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return bad_input("V is followed by NAME=VALUE");
    const std::string_view name = trim(text.substr(0, equals));
    std::string_view value = trim(text.substr(equals + 1));
    if (name == "D") {
      if (value != "+" && value != "-") return bad_input("V D= is + (clockwise) or - (anticlockwise)");
      clockwise_ = value == "+";
    } else if (name == "X") {
      centre_ = take_position(value);
      if (!centre_) return bad_input("V X= is a position: 39:29:54 N 119:46:06 W");
    }
    return {};  // W and Z are of airways and drawing
  }

  Result<void> vertex(geo::Position p) {
    if (!begun_) return bad_input("a point stands before the first AC");
    if (skipped_) return {};
    if (zone_.outline.size() >= 100'000) return Error{ErrorCode::over_limit, "the outline has more than 100000 vertices"};
    if (zone_.outline.empty() || !(zone_.outline.back() == p)) zone_.outline.push_back(p);
    return {};
  }

  // From one bearing to another in the direction of V D, the radius changing evenly where its ends differ.
  // With the ends left out, only what lies between them.
  enum class Ends : std::uint8_t { drawn, left_out };
  Result<void> arc(Length from_radius, Length to_radius, double from, double to, Ends ends) {
    double sweep = clockwise_ ? to - from : from - to;
    sweep -= 360 * std::floor(sweep / 360);
    if (sweep == 0) sweep = 360;
    const int steps = std::max(1, static_cast<int>(std::ceil(sweep / arc_step)));
    const int skip = ends == Ends::left_out ? 1 : 0;
    for (int i = skip; i <= steps - skip; ++i) {
      const double part = static_cast<double>(i) / steps;
      const double bearing = from + (clockwise_ ? sweep : -sweep) * part;
      if (auto ok = vertex(at(*centre_, from_radius + (to_radius - from_radius) * part, bearing)); !ok) return ok;
    }
    return {};
  }

  Result<void> arc_by_angles(std::string_view text) {
    double numbers[3] = {0, 0, 0};
    int n = 0;
    while (auto field = next_field(text, ',')) {
      const auto number = parse_number(trim(*field));
      if (!number || n == 3) break;
      numbers[n++] = *number;
    }
    if (n != 3 || !(numbers[0] > 0) || numbers[0] > 500 || std::abs(numbers[1]) > 720 || std::abs(numbers[2]) > 720) {
      return bad_input("DA is a radius in nautical miles (at most 500) and two bearings in degrees: DA 10,270,290");
    }
    if (!centre_) return bad_input("an arc needs its centre before it: V X=…");
    return arc(nautical_miles(numbers[0]), nautical_miles(numbers[0]), numbers[1], numbers[2], Ends::drawn);
  }

  Result<void> arc_by_ends(std::string_view text) {
    const auto from = take_position(text);
    text = trim(text);
    if (text.starts_with(',')) text.remove_prefix(1);
    const auto to = from ? take_position(text) : std::nullopt;
    if (!from || !to) return bad_input("DB is two positions: DB 39:29:54 N 119:46:06 W, 39:30:00 N 119:44:00 W");
    if (!centre_) return bad_input("an arc needs its centre before it: V X=…");
    const auto one = geo::range_and_bearing(*centre_, *from), other = geo::range_and_bearing(*centre_, *to);
    if (one.range > nautical_miles(500) || other.range > nautical_miles(500)) return bad_input("the arc's ends are farther than 500 NM from its centre");
    if (auto ok = vertex(*from); !ok) return ok;
    // The ends as they are written; what lies between as they command.
    if (auto ok = arc(one.range, other.range, one.bearing.in_degrees(), other.bearing.in_degrees(), Ends::left_out); !ok) return ok;
    return vertex(*to);
  }

  std::string file_;
  ZoneBuilder builder_;
  Zone zone_;
  std::string class_;
  bool begun_ = false, skipped_ = false, clockwise_ = true;
  std::optional<geo::Position> centre_;
  std::size_t line_ = 0, begun_at_ = 0;
};

}  // namespace

Result<ZoneFile> read_openair(std::string_view text, std::string_view file) {
  if (text.size() > ZoneFileLimits::bytes) return Error{ErrorCode::over_limit, fmt::format("{}: larger than {} MiB", file, ZoneFileLimits::bytes >> 20)};
  return OpenAirReader(file).read(text);
}

}  // namespace skypact::guard
