#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <vector>

#include <GeographicLib/MGRS.hpp>
#include <GeographicLib/UTMUPS.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "line/place.h"

namespace skypact::line {
namespace {

constexpr std::string_view examples = "write for example 351012N0334500E, 35°10'12\"N 33°45'00\"E, 35.17, 33.75 or 36S WD 57542 60235";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

// ----------------------------------------------------------------------------------------------------------- letters

struct Spelling {
  std::string_view text;
  std::string_view plain;
};
// Signs that people and their programs write for the same thing. Each becomes one ASCII character: d, m and s are the marks.
constexpr std::array spellings{
    Spelling{"°", "d"}, Spelling{"º", "d"}, Spelling{"˚", "d"}, Spelling{"′", "m"}, Spelling{"’", "m"}, Spelling{"ʹ", "m"},
    Spelling{"″", "s"}, Spelling{"”", "s"}, Spelling{"ʺ", "s"}, Spelling{"\"", "s"}, Spelling{"−", "-"}, Spelling{"–", "-"},
    Spelling{"\u00A0", " "}, Spelling{"\u202F", " "}, Spelling{"\u2007", " "}, Spelling{"\u2066", ""}, Spelling{"\u2067", ""},
    Spelling{"\u2068", ""}, Spelling{"\u2069", ""}, Spelling{"\t", " "},
};

// Upper-case letters, digits, . , : + - blanks, and the marks in lower case.
Result<std::string> plain_of(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto known = std::find_if(spellings.begin(), spellings.end(), [&](const Spelling& s) { return text.starts_with(s.text); });
    if (known != spellings.end()) {
      out += known->plain;
      text.remove_prefix(known->text.size());
      continue;
    }
    if (text.starts_with("''")) {
      out += 's';
      text.remove_prefix(2);
      continue;
    }
    const char c = text.front();
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (c == '\'') {
      out += 'm';
    } else if (is_digit(c) || is_letter(upper) || std::string_view(".,:+- /").find(c) != std::string_view::npos) {
      out += upper;
    } else {
      const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
      return bad_input(fmt::format("{} does not belong into a position; {}", quoted(text.substr(0, length)), examples));
    }
    text.remove_prefix(1);
  }
  return std::string(trim(out));
}

// ---------------------------------------------------------------------------------------------- latitude and longitude

enum class Axis : std::uint8_t { latitude, longitude };
std::string_view name_of(Axis axis) { return axis == Axis::latitude ? "latitude" : "longitude"; }
int most_of(Axis axis) { return axis == Axis::latitude ? 90 : 180; }

struct Number {
  std::string_view whole, fraction;
  char mark = 0;                                     // d, m, s or none
  [[nodiscard]] double value() const { return *parse_number(fmt::format("{}.{}", whole, fraction.empty() ? "0" : fraction)); }
};

struct Coordinate {
  double degrees = 0;
  WrittenForm form = WrittenForm::degrees;
  int decimals = 0;
};

// The numbers of one coordinate, without its letter and sign. `lettered`: a hyphen between numbers is no sign.
Result<std::vector<Number>> numbers_of(std::string_view text, bool lettered) {
  std::vector<Number> numbers;
  bool separated = true;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (is_digit(c)) {
      if (!separated) return bad_input(fmt::format("{}: a digit follows a mark of seconds or a point that it does not belong to", quoted(text)));
      Number n;
      const auto run = [&] {
        const std::size_t from = i;
        while (i < text.size() && is_digit(text[i])) ++i;
        return text.substr(from, i - from);
      };
      n.whole = run();
      if (i < text.size() && text[i] == '.') {
        ++i;
        n.fraction = run();
      }
      if (i < text.size() && (text[i] == 'd' || text[i] == 'm' || text[i] == 's')) n.mark = text[i++];
      separated = n.mark != 0;
      numbers.push_back(n);
      continue;
    }
    if (c == ' ' || c == ':' || (c == '-' && lettered && !numbers.empty())) {
      separated = true;
      ++i;
      continue;
    }
    const std::string_view shown = c == 'd' ? "°" : c == 'm' ? "′" : c == 's' ? "″" : text.substr(i, 1);
    return bad_input(fmt::format("\"{}\" stands where a number is expected; {}", shown, examples));
  }
  return numbers;
}

Result<Coordinate> coordinate_of(std::string_view text, Axis axis, char letter) {
  text = trim(text);
  const std::string_view name = name_of(axis);
  bool negative = letter == 'S' || letter == 'W';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    if (letter != 0) return bad_input(fmt::format("the {} has a sign and a letter; write one of them", name));
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  auto numbers = numbers_of(text, letter != 0);
  if (!numbers) return numbers.error();
  std::vector<Number>& n = *numbers;
  if (n.empty()) return bad_input(fmt::format("the {} is missing; {}", name, examples));
  if (n.size() > 3) return bad_input(fmt::format("the {} has {} numbers; it has degrees, minutes and seconds", name, n.size()));
  for (const Number& one : n) {
    if (one.whole.size() > 7 || one.fraction.size() > 12) return bad_input(fmt::format("the {} has a number with too many digits", name));
  }
  // Digits without a mark between them: DDMM and DDMMSS, DDDMM and DDDMMSS.
  const std::size_t width = axis == Axis::latitude ? 2 : 3;
  if (n.size() == 1 && n[0].mark == 0 && n[0].whole.size() > width) {
    const Number run = n[0];
    if (letter == 0 || (run.whole.size() != width + 2 && run.whole.size() != width + 4)) {
      return bad_input(fmt::format("the {} has {} digits; it is {}, {} or {} with a letter, or degrees with a point", name, run.whole.size(),
                                   axis == Axis::latitude ? "DD" : "DDD", axis == Axis::latitude ? "DDMM" : "DDDMM",
                                   axis == Axis::latitude ? "DDMMSS" : "DDDMMSS"));
    }
    n = {{run.whole.substr(0, width), {}, 'd'}, {run.whole.substr(width, 2), {}, 'm'}};
    if (run.whole.size() == width + 4) n.push_back({run.whole.substr(width + 2), {}, 's'});
    n.back().fraction = run.fraction;
  }
  double degrees = 0, unit = 1;
  for (std::size_t i = 0; i < n.size(); ++i) {
    constexpr std::string_view marks = "dms";
    if (n[i].mark != 0 && n[i].mark != marks[i]) return bad_input(fmt::format("the {} has its marks out of order; write 35°10'12\"", name));
    if (i + 1 < n.size() && !n[i].fraction.empty()) return bad_input(fmt::format("only the last number of the {} may have a fraction", name));
    const double value = n[i].value();
    if (i > 0 && value >= 60) return bad_input(fmt::format("the {} has {} {}; they are below 60", name, value, i == 1 ? "minutes" : "seconds"));
    degrees += value / unit;
    unit *= 60;
  }
  if (degrees > most_of(axis)) return bad_input(fmt::format("the {} is {}°; it is at most {}°", name, degrees, most_of(axis)));
  return Coordinate{negative ? -degrees : degrees, static_cast<WrittenForm>(n.size() - 1), static_cast<int>(n.back().fraction.size())};
}

Length step_of(const Coordinate& lat, const Coordinate& lon) {
  const auto step = [](const Coordinate& c) {
    const double unit = c.form == WrittenForm::degrees ? 60 : c.form == WrittenForm::minutes ? 1 : 1.0 / 60;
    return nautical_miles(unit * std::pow(10.0, -c.decimals));
  };
  return std::max(step(lat), step(lon));
}

Result<WrittenPosition> from_halves(Result<Coordinate> lat, Result<Coordinate> lon) {
  if (!lat) return lat.error();
  if (!lon) return lon.error();
  const auto position = geo::Position::from_degrees(lat->degrees, lon->degrees);
  if (!position) return bad_input(fmt::format("{}°, {}° is no position", lat->degrees, lon->degrees));
  return WrittenPosition{*position, std::max(lat->form, lon->form), step_of(*lat, *lon)};
}

Result<WrittenPosition> read_lettered(std::string text, const std::vector<std::size_t>& letters) {
  if (letters.size() == 1) return bad_input(fmt::format("only one coordinate has a letter; latitude has N or S, longitude E or W"));
  if (letters.size() > 2) return bad_input(fmt::format("more than two letters; {}", examples));
  const auto axis = [&](std::size_t at) { return text[at] == 'N' || text[at] == 'S' ? Axis::latitude : Axis::longitude; };
  const Axis first = axis(letters[0]), second = axis(letters[1]);
  if (first == second) return bad_input(fmt::format("two letters of {}; latitude has N or S, longitude E or W", name_of(first)));
  // The letters stand before or behind their numbers, both alike. A comma or a slash between the coordinates says nothing more.
  for (char& c : text) {
    if (c == '/') c = ' ';
  }
  const bool before = letters[0] == 0;
  std::string_view one, other;
  const std::string_view all = text;
  if (before) {
    one = all.substr(1, letters[1] - 1);
    other = all.substr(letters[1] + 1);
  } else {
    if (letters[1] + 1 != all.size()) return bad_input("a letter stands in the middle; put both before or both behind their numbers");
    one = all.substr(0, letters[0]);
    other = all.substr(letters[0] + 1, letters[1] - letters[0] - 1);
  }
  const auto without_comma = [](std::string_view half) {
    half = trim(half);
    if (half.ends_with(',')) half.remove_suffix(1);
    if (half.starts_with(',')) half.remove_prefix(1);
    return trim(half);
  };
  one = without_comma(one);
  other = without_comma(other);
  if (one.find(',') != std::string_view::npos || other.find(',') != std::string_view::npos) return bad_input("a comma inside a number; write a decimal point");
  auto a = coordinate_of(one, first, text[letters[0]]), b = coordinate_of(other, second, text[letters[1]]);
  return first == Axis::latitude ? from_halves(std::move(a), std::move(b)) : from_halves(std::move(b), std::move(a));
}

Result<WrittenPosition> read_signed(std::string_view text) {
  std::size_t split = text.find_first_of(",/");
  if (split != std::string_view::npos) {
    if (text.find_first_of(",/", split + 1) != std::string_view::npos) {
      return bad_input("more than one comma; write decimal points, and one comma between latitude and longitude");
    }
    const bool tight = split > 0 && is_digit(text[split - 1]) && split + 1 < text.size() && is_digit(text[split + 1]);
    if (text[split] == ',' && tight && text.find('.') == std::string_view::npos) {
      return bad_input("the comma may be a decimal mark or stand between two numbers; write 35.17, 33.75");
    }
    return from_halves(coordinate_of(text.substr(0, split), Axis::latitude, 0), coordinate_of(text.substr(split + 1), Axis::longitude, 0));
  }
  // A sign that begins the second half, else the middle of the numbers.
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '-' && text[i] != '+') continue;
    if (text[i - 1] != ' ') return bad_input("a hyphen between two numbers may be a sign; put a comma between latitude and longitude");
    if (split != std::string_view::npos) return bad_input(fmt::format("more than two signs; {}", examples));
    split = i;
  }
  if (split == std::string_view::npos) {
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool part = is_digit(text[i]) || text[i] == '.';
      const bool goes_on = i > 0 && (is_digit(text[i - 1]) || text[i - 1] == '.');
      if (part && !goes_on) starts.push_back(i);
    }
    if (starts.size() < 2) return bad_input(fmt::format("this is one number; a position has latitude and longitude: {}", examples));
    if (starts.size() % 2 != 0) return bad_input(fmt::format("{} numbers cannot be divided into latitude and longitude; {}", starts.size(), examples));
    split = starts[starts.size() / 2];
  }
  return from_halves(coordinate_of(text.substr(0, split), Axis::latitude, 0), coordinate_of(text.substr(split), Axis::longitude, 0));
}

// --------------------------------------------------------------------------------------------------------------- MGRS

// Whether letters and digits stand as in a grid reference: zone or none, three letters, digits.
bool is_grid(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && is_digit(text[i])) ++i;
  if (i > 2) return false;
  std::size_t letters = 0;
  while (i < text.size() && is_letter(text[i])) ++i, ++letters;
  const bool rest_digits = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), is_digit);
  // "35N" is half a position, "36T" a grid zone.
  const bool zone_alone = letters == 1 && i == text.size() && std::string_view("NSEW").find(text.back()) == std::string_view::npos;
  return rest_digits && (letters == 3 || zone_alone);
}

Result<WrittenPosition> read_grid(const std::string& text) {
  std::size_t at = 0;
  while (is_digit(text[at])) ++at;
  const bool polar = at == 0;
  const char band = text[at];
  if (polar && band != 'A' && band != 'B' && band != 'Y' && band != 'Z') {
    return bad_input("the grid reference has no zone; only those near the poles (A, B, Y, Z) have none");
  }
  if (!polar) {
    const int zone = static_cast<int>(*parse_integer(std::string_view(text).substr(0, at)));
    if (zone < 1 || zone > 60) return bad_input(fmt::format("the grid zone is {}; zones go from 1 to 60", zone));
    if (band < 'C' || band > 'X' || band == 'I' || band == 'O') return bad_input(fmt::format("{} is no band of latitude; they are C to X without I and O", band));
  }
  const std::size_t digits = text.size() - std::min(text.size(), at + 3);
  if (text.size() < at + 3 || digits == 0) return bad_input("the grid reference names a square of 100 km or more only; add two to ten digits");
  if (digits % 2 != 0) return bad_input(fmt::format("the grid reference has {} digits; easting and northing have the same number", digits));
  if (digits > 10) return bad_input("the grid reference has more than ten digits; ten are one metre");
  try {
    int zone = 0, precision = 0;
    bool northern = true;
    double x = 0, y = 0, lat = 0, lon = 0;
    GeographicLib::MGRS::Reverse(text, zone, northern, x, y, precision, true);
    GeographicLib::UTMUPS::Reverse(zone, northern, x, y, lat, lon);
    if (const auto position = geo::Position::from_degrees(lat, lon)) {
      return WrittenPosition{*position, WrittenForm::grid, metres(std::pow(10.0, 5 - static_cast<double>(digits) / 2))};
    }
  } catch (const std::exception&) {
    // What remains: letters of a square that this zone and band do not have.
  }
  return bad_input(fmt::format("there is no square {} in {}", std::string_view(text).substr(at + 1, 2), std::string_view(text).substr(0, at + 1)));
}

}  // namespace

Result<WrittenPosition> read_position(std::string_view text) {
  if (text.size() > PlaceLimits::text) return Error{ErrorCode::over_limit, fmt::format("a position has at most {} bytes", PlaceLimits::text)};
  auto plain = plain_of(text);
  if (!plain) return plain.error();
  if (plain->empty()) return bad_input(fmt::format("the position is empty; {}", examples));
  std::string joined = *plain;
  std::erase(joined, ' ');
  if (is_grid(joined)) return read_grid(joined);
  std::vector<std::size_t> letters;
  for (std::size_t i = 0; i < plain->size(); ++i) {
    const char c = (*plain)[i];
    if (!is_letter(c)) continue;
    if (c != 'N' && c != 'S' && c != 'E' && c != 'W') return bad_input(fmt::format("the letter {} does not belong into a position; {}", c, examples));
    letters.push_back(i);
  }
  return letters.empty() ? read_signed(*plain) : read_lettered(std::move(*plain), letters);
}

Result<geo::Position> parse_position(std::string_view text) {
  auto written = read_position(text);
  if (!written) return written.error();
  return written->position;
}

}  // namespace skypact::line
