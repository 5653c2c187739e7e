#include "plan/icao_flight_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "geo/motion.h"

namespace skypact::plan {
namespace {

// Letters, digits and words.

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }
bool is_letters(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_letter); }
bool is_letters_or_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || is_letter(c); });
}
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// Of digits alone, at most nine.
int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::string_view rest = text; const auto word = next_field(rest, ' ');) {
    if (!word->empty()) words.push_back(*word);
  }
  return words;
}

// Four digits as hours and minutes.
std::optional<Duration> hours_and_minutes(std::string_view text, int most_hours) {
  if (text.size() != 4 || !is_digits(text)) return std::nullopt;
  const int hours = number(text.substr(0, 2)), rest = number(text.substr(2));
  if (hours > most_hours || rest > 59) return std::nullopt;
  return std::chrono::hours(hours) + minutes(rest);
}

// Coordinates.

// 46N007E or 4620N00705E.
bool is_coordinates(std::string_view text) {
  const std::size_t lat = text.size() == 7 ? 2 : text.size() == 11 ? 4 : 0;
  return lat != 0 && is_digits(text.substr(0, lat)) && is_one_of(text[lat], "NS") && is_digits(text.substr(lat + 1, lat + 1)) && is_one_of(text.back(), "EW");
}

// Degrees with or without minutes.
std::optional<double> degrees_of(std::string_view digits, std::size_t degree_digits, double most) {
  const int degrees = number(digits.substr(0, degree_digits)), part = number(digits.substr(degree_digits));
  const double value = degrees + part / 60.0;
  return part <= 59 && value <= most ? std::optional(value) : std::nullopt;
}

Result<LatLng> not_at_a_pole(std::string_view name, LatLng place) {
  if (std::fabs(place.lat_deg) <= 90 - IcaoLimits::degrees_to_a_pole) return place;
  return bad_input(fmt::format("{} is less than {} degree from a pole, where a longitude in whole minutes gives no direction; such routes are not read", quoted(name),
                               IcaoLimits::degrees_to_a_pole));
}

Result<LatLng> read_coordinates(std::string_view text) {
  const std::size_t lat_digits = text.size() == 7 ? 2 : 4;
  const auto lat = degrees_of(text.substr(0, lat_digits), 2, 90), lon = degrees_of(text.substr(lat_digits + 1, lat_digits + 1), 3, 180);
  if (!lat || !lon) return bad_input(fmt::format("{} is no place on Earth: at most 90 degrees north or south, 180 east or west, 59 minutes", quoted(text)));
  return not_at_a_pole(text, {text[lat_digits] == 'S' ? -*lat : *lat, text.back() == 'W' ? -*lon : *lon});
}

// Speeds and levels.

std::optional<Speed> read_speed(std::string_view& text) {
  const std::size_t digits = text.empty() ? 0 : text[0] == 'N' || text[0] == 'K' ? 4 : 0;
  if (digits == 0 || text.size() <= digits || !is_digits(text.substr(1, digits))) return std::nullopt;
  const double value = number(text.substr(1, digits));
  const Speed speed = text[0] == 'N' ? knots(value) : metres_per_second(value / 3.6);
  text.remove_prefix(1 + digits);
  return speed;
}

std::optional<double> read_mach(std::string_view& text) {
  if (text.size() <= 4 || text[0] != 'M' || !is_digits(text.substr(1, 3))) return std::nullopt;
  const double mach = number(text.substr(1, 3)) / 100.0;
  text.remove_prefix(4);
  return mach;
}

std::optional<CruisingLevel> read_level(std::string_view text) {
  if (text.empty() || !is_digits(text.substr(1))) return std::nullopt;
  const double value = number(text.substr(1, 4));
  if (text.size() == 4 && text[0] == 'F') return CruisingLevel{Datum::pressure, feet_of_height(value * 100)};
  if (text.size() == 4 && text[0] == 'A') return CruisingLevel{Datum::mean_sea_level, feet_of_height(value * 100)};
  if (text.size() == 5 && text[0] == 'S') return CruisingLevel{Datum::pressure, metres_of_height(value * 10)};
  if (text.size() == 5 && text[0] == 'M') return CruisingLevel{Datum::mean_sea_level, metres_of_height(value * 10)};
  return std::nullopt;
}

// Of sound in the standard atmosphere (ICAO Doc 7488): √(γ R T), of which T falls by 6.5 K a kilometre up to 11 km, stays up to 20 km and
// rises by 1 K a kilometre above.
Speed speed_of_sound(Height height) {
  const double h = height.in_metres();
  const double kelvin = 288.15 - 0.0065 * std::min(h, 11'000.0) + 0.001 * std::max(0.0, h - 20'000);
  return metres_per_second(std::sqrt(1.4 * 287.05287 * kelvin));
}

// N0450F330, K0830S1130, M082F330, N0120VFR.
Result<Cruise> read_cruise(std::string_view text) {
  const auto fault = [text](std::string_view what) { return bad_input(fmt::format("{}: {}", quoted(text), what)); };
  std::string_view rest = text;
  auto speed = read_speed(rest);
  const auto mach = speed ? std::nullopt : read_mach(rest);
  if (!speed && !mach) return fault("the cruising speed is not as N0450 (knots), K0830 (km/h) or M082 (Mach), with the level behind it");
  const auto level = read_level(rest);
  if (!level && rest != "VFR") return fault("the cruising level is not as F330, A045 (hundreds of feet), S1130, M0840 (tens of metres) or VFR");
  if (level && level->height.in_metres() > IcaoLimits::highest_level_m) return fault("no aircraft has this level");
  if (mach && !level) return fault("a Mach number needs a level");
  if (mach) speed = *mach * speed_of_sound(level->height);
  if (*speed <= metres_per_second(0) || *speed > geo::max_ground_speed) return fault("no aircraft has this speed");
  return Cruise{*speed, level};
}

// Item 18.

constexpr std::array<std::string_view, 27> indicators{"STS", "PBN", "NAV", "COM", "DAT", "SUR", "DEP", "DEST", "DOF", "REG", "EET", "SEL", "TYP", "CODE",
                                                      "DLE", "OPR", "ORGN", "PER", "ALTN", "RALT", "TALT", "RIF", "RMK", "RFP", "SRC", "IFP", "EUR"};

std::optional<std::string_view> indicator_of(std::string_view word) {
  const std::string_view before = word.substr(0, word.find('/'));
  if (before.size() == word.size() || std::find(indicators.begin(), indicators.end(), before) == indicators.end()) return std::nullopt;
  return before;
}

using Other = std::vector<std::pair<std::string, std::string>>;

// What looks like an indicator and is none, as in RMK/SEE NOTAM A12/26, belongs to the text.
Result<Other> read_other(std::string_view text) {
  Other other;
  if (text == "0") return other;
  for (std::string_view word : words_of(text)) {
    const auto indicator = indicator_of(word);
    if (!indicator && other.empty()) return bad_input(fmt::format("{} does not begin with an indicator such as DOF/; write 0 where there is nothing to say", quoted(word)));
    if (indicator) {
      other.push_back({std::string(*indicator), {}});
      word.remove_prefix(indicator->size() + 1);
    }
    if (word.empty()) continue;
    std::string& said = other.back().second;
    if (!said.empty()) said += ' ';
    said += word;
  }
  if (other.empty()) return bad_input("is empty; write 0 where there is nothing to say");
  return other;
}

std::optional<std::string_view> said_of(const Other& other, std::string_view indicator) {
  for (const auto& [name, text] : other) {
    if (name == indicator) return text;
  }
  return std::nullopt;
}

Result<std::chrono::sys_days> read_date(std::string_view text) {
  using namespace std::chrono;
  if (text.size() == 6 && is_digits(text)) {
    const year_month_day date{year(2000 + number(text.substr(0, 2))), month(static_cast<unsigned>(number(text.substr(2, 2)))), day(static_cast<unsigned>(number(text.substr(4, 2))))};
    if (date.ok()) return sys_days(date);
  }
  return bad_input(fmt::format("DOF/: {} is no date; write 1 December 2026 as 261201", quoted(text)));
}

// Blanks for everything that is none, one at a time.
std::string normal(std::string_view text) {
  std::string all = to_upper(text);
  std::string out;
  for (const char c : all) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  return std::string(trim(out));
}

class Reader {
 public:
  Reader(const KnownPlaces& known, Time filed_at) : known_(known), filed_at_(filed_at) {}

  Result<IcaoFlightPlan> read(std::string_view message) {
    auto fields = fields_of(message);
    if (!fields) return fields.error();
    struct Item {
      std::string_view name;
      Result<void> (Reader::*read)(std::string_view);
      std::size_t field;
    };
    // Item 18 first: it says where and when what is written elsewhere as ZZZZ or without a date is meant.
    constexpr std::array<Item, 8> items{{{"item 18", &Reader::read_18, 8}, {"item 7", &Reader::read_7, 1}, {"item 8", &Reader::read_8, 2}, {"item 9", &Reader::read_9, 3},
                                         {"item 10", &Reader::read_10, 4}, {"item 13", &Reader::read_13, 5}, {"item 15", &Reader::read_15, 6}, {"item 16", &Reader::read_16, 7}}};
    for (const Item& item : items) {
      const Result<void> done = (this->*item.read)(trim((*fields)[item.field]));
      if (!done) return Error(done.error()).within(item.name);
    }
    if (!unknown_.empty()) return not_known();
    if (plan_.filed_in_the_air) {
      if (plan_.route.empty()) return bad_input("item 13: AFIL: the route must begin with the point that the flight is filed from");
      plan_.departure = plan_.route.front();
      plan_.departure.change.reset();
    }
    return std::move(plan_);
  }

 private:
  static Result<std::vector<std::string_view>> fields_of(std::string_view message) {
    if (message.substr(0, 5) != "(FPL-" || message.back() != ')') return bad_input("a flight plan message begins with (FPL- and ends with a closing bracket");
    std::vector<std::string_view> fields;
    for (std::string_view rest = message.substr(1, message.size() - 2); const auto field = next_field(rest, '-');) fields.push_back(*field);
    if (fields.size() == 9 || fields.size() == 10) return fields;   // item 19 is for rescue services, and says nothing of the route
    return bad_input(fmt::format("the message has {} parts between hyphens; after FPL come the items 7, 8, 9, 10, 13, 15, 16 and 18, and 19 at most, "
                                 "and no hyphen within any", fields.size()));
  }

  Result<void> read_7(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view name = text.substr(0, slash), code = slash == std::string_view::npos ? "" : text.substr(slash + 1);
    if (!is_letters_or_digits(name) || name.size() > 7) return bad_input(fmt::format("{} is no call sign of one to seven letters and digits", quoted(name)));
    plan_.call_sign = name;
    if (slash == std::string_view::npos) return {};
    const bool octal = code.size() == 5 && code[0] == 'A' && code.substr(1).find_first_not_of("01234567") == std::string_view::npos;
    if (!octal) return bad_input(fmt::format("{} is no SSR code; write A and four digits from 0 to 7", quoted(code)));
    plan_.ssr_code = code.substr(1);
    return {};
  }

  Result<void> read_8(std::string_view text) {
    const bool fits = !text.empty() && text.size() <= 2 && is_one_of(text[0], "IVYZ") && (text.size() == 1 || is_one_of(text[1], "SNGMX"));
    if (!fits) return bad_input(fmt::format("{}: write the rules I, V, Y or Z and the type of flight S, N, G, M or X", quoted(text)));
    plan_.rules = text[0];
    if (text.size() == 2) plan_.type_of_flight = text[1];
    return {};
  }

  Result<void> read_9(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size()), slash = std::min(text.find('/'), text.size());
    const std::string_view type = digits <= slash ? text.substr(digits, slash - digits) : "", wake = slash < text.size() ? text.substr(slash + 1) : "";
    const bool fits = digits <= 2 && type.size() >= 2 && type.size() <= 4 && is_letters_or_digits(type) && wake.size() == 1 && is_one_of(wake[0], "LMHJ");
    const int count = digits > 0 && digits <= 2 ? number(text.substr(0, digits)) : 1;
    if (!fits || count < 1) return bad_input(fmt::format("{}: write the type and the wake turbulence category L, M, H or J as C208/L, before it how many if more than one", quoted(text)));
    plan_.aircraft = count;
    plan_.aircraft_type = type;
    plan_.wake = wake[0];
    return {};
  }

  Result<void> read_10(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view equipment = text.substr(0, slash), surveillance = slash == std::string_view::npos ? "" : text.substr(slash + 1);
    if (!is_letters_or_digits(equipment) || !is_letters_or_digits(surveillance)) return bad_input(fmt::format("{}: write equipment and surveillance as SDFGRY/S, N where there is none", quoted(text)));
    plan_.equipment = equipment;
    plan_.surveillance = surveillance;
    return {};
  }

  Result<void> read_13(std::string_view text) {
    const auto time = text.size() == 8 && is_letters(text.substr(0, 4)) ? hours_and_minutes(text.substr(4), 23) : std::nullopt;
    if (!time) return bad_input(fmt::format("{}: write the aerodrome and the off-block time as LSGG0900", quoted(text)));
    const std::string_view name = text.substr(0, 4);
    plan_.filed_in_the_air = name == "AFIL";
    set_off_block(*time);
    return plan_.filed_in_the_air ? Result<void>() : set_aerodrome(plan_.departure, name, "DEP", "item 13");
  }

  void set_off_block(Duration time_of_day) {
    plan_.off_block = Time(date_.value_or(std::chrono::floor<std::chrono::days>(filed_at_))) + time_of_day;
    if (!date_ && plan_.off_block < filed_at_) plan_.off_block += std::chrono::days(1);
  }

  // ZZZZ stands for a place that item 18 has the coordinates of, perhaps behind its name.
  Result<void> set_aerodrome(RoutePoint& point, std::string_view name, std::string_view indicator, std::string_view item) {
    point.name = name;
    if (name != "ZZZZ") return set_known_place(point, name, item);
    const auto said = said_of(plan_.other, indicator);
    if (!said) return bad_input(fmt::format("ZZZZ needs {}/ in item 18, with coordinates such as {}/4620N00705E", indicator, indicator));
    for (const std::string_view word : words_of(*said)) {
      if (!is_coordinates(word)) continue;
      auto place = read_coordinates(word);
      if (!place) return place.error();
      point.place = *place;
      return {};
    }
    return bad_input(fmt::format("ZZZZ: {}/{} has no coordinates; write them as {}/4620N00705E", indicator, quoted(*said), indicator));
  }

  Result<void> set_known_place(RoutePoint& point, std::string_view name, std::string_view item) {
    const auto place = known_.place ? known_.place(name) : std::nullopt;
    const bool sound = place && std::fabs(place->lat_deg) <= 90 && std::fabs(place->lon_deg) <= 180;
    if (!sound) return add_unknown(name, item), Result<void>();
    auto taken = not_at_a_pole(name, *place);
    if (!taken) return taken.error();
    point.place = *taken;
    return {};
  }

  void add_unknown(std::string_view name, std::string_view item) {
    std::string text = fmt::format("{} ({})", quoted(name), item);
    if (std::find(unknown_.begin(), unknown_.end(), text) == unknown_.end()) unknown_.push_back(std::move(text));
  }

  [[nodiscard]] Error not_known() const {
    constexpr std::size_t most_named = 20;
    std::string names;
    for (std::size_t k = 0; k < std::min(unknown_.size(), most_named); ++k) names += (k > 0 ? ", " : "") + unknown_[k];
    if (unknown_.size() > most_named) names += fmt::format(" and {} more", unknown_.size() - most_named);
    return {ErrorCode::not_found, fmt::format("not known here: {}; write a point as coordinates such as 4620N00705E, an airway or a procedure as its points, and an "
                                              "aerodrome as ZZZZ with DEP/4620N00705E or DEST/4620N00705E in item 18", names)};
  }

  Result<void> read_15(std::string_view text) {
    const auto words = words_of(text);
    if (words.empty()) return bad_input("is empty; write the cruising speed and level and the route as N0150F100 DCT 46N007E DCT");
    if (words.size() > IcaoLimits::route_elements) return Error{ErrorCode::over_limit, fmt::format("the route has {} elements; at most {} are read", words.size(), IcaoLimits::route_elements)};
    auto cruise = read_cruise(words[0]);
    if (!cruise) return cruise.error();
    plan_.cruise = *cruise;
    for (const std::string_view word : std::span(words).subspan(1)) {
      if (auto done = read_element(word); !done) return done;
    }
    return {};
  }

  Result<void> read_element(std::string_view word) {
    constexpr std::array<std::string_view, 5> silent{"DCT", "IFR", "VFR", "GAT", "OAT"};   // straight on, or a change of rules
    if (std::find(silent.begin(), silent.end(), word) != silent.end()) return {};
    if (word == "T") return bad_input("T: the route is cut off, and nobody knows where it goes on; write all of it");
    if (word.substr(0, 2) == "C/") return bad_input(fmt::format("{}: a cruise climb is not read; write changes of level at points", quoted(word)));
    const std::size_t slash = word.find('/');
    const std::string_view name = word.substr(0, slash);
    if (slash != std::string_view::npos && name.size() == 5 && name.substr(0, 4) == "STAY") return bad_input(fmt::format("{}: a stay is not read; file its parts as flights of their own", quoted(word)));
    RoutePoint point{std::string(name), {}, std::nullopt};
    if (auto done = set_point(point, name); !done) return done;
    if (slash != std::string_view::npos) {
      auto change = read_cruise(word.substr(slash + 1));
      if (!change) return Error(change.error()).within(quoted(name));
      point.change = *change;
    }
    plan_.route.push_back(std::move(point));
    return {};
  }

  Result<void> set_point(RoutePoint& point, std::string_view name) {
    if (is_coordinates(name)) {
      auto place = read_coordinates(name);
      if (!place) return place.error();
      point.place = *place;
      return {};
    }
    if (!is_letters_or_digits(name)) return bad_input(fmt::format("{} is no element of a route", quoted(name)));
    const std::string_view base = name.substr(0, name.size() > 6 ? name.size() - 6 : 0);
    const bool is_seen_from = (is_coordinates(base) || (is_letters(base) && base.size() >= 2 && base.size() <= 5)) && is_digits(name.substr(base.size()));
    if (is_seen_from) return set_point_seen_from(point, name, base);
    // A name with digits is an airway's or a procedure's.
    if (is_letters(name) && name.size() >= 2 && name.size() <= 5) return set_known_place(point, name, "item 15");
    return add_unknown(name, "item 15"), Result<void>();
  }

  // GVA180040: 40 NM from GVA in the magnetic direction of 180 degrees.
  Result<void> set_point_seen_from(RoutePoint& point, std::string_view name, std::string_view base) {
    if (auto done = set_point(point, base); !done || is_unknown(base)) return done;
    const int bearing = number(name.substr(base.size(), 3)), distance = number(name.substr(base.size() + 3));
    if (bearing > 360) return bad_input(fmt::format("{}: the bearing {} is more than 360 degrees", quoted(name), bearing));
    const auto variation = known_.magnetic_variation_deg ? known_.magnetic_variation_deg(point.place) : std::nullopt;
    if (!variation || !(std::fabs(*variation) <= 180)) return Error{ErrorCode::not_found, fmt::format("{}: its bearing is magnetic, and the variation there is not known here; write coordinates such as 4620N00705E", quoted(name))};
    const auto from = geo::Position::from_degrees(point.place.lat_deg, point.place.lon_deg);
    const geo::GroundMotion motion = geo::ground_motion(*from, metres_per_second(nautical_miles(distance).in(metres) / 1'000), TrueBearing::degrees(bearing + *variation));
    const geo::Position there = geo::position_after(motion, seconds(1'000));
    auto taken = not_at_a_pole(name, {there.lat_degrees(), there.lon_degrees()});
    if (!taken) return taken.error();
    point.place = *taken;
    return {};
  }

  [[nodiscard]] bool is_unknown(std::string_view name) const {
    const std::string text = fmt::format("{} (item 15)", quoted(name));
    return std::find(unknown_.begin(), unknown_.end(), text) != unknown_.end();
  }

  Result<void> read_16(std::string_view text) {
    const auto words = words_of(text);
    const auto elapsed = !words.empty() && words[0].size() == 8 && is_letters(words[0].substr(0, 4)) ? hours_and_minutes(words[0].substr(4), 99) : std::nullopt;
    if (!elapsed) return bad_input(fmt::format("{}: write the destination, the elapsed time and alternates as LSZH0045 LSGG", quoted(text)));
    if (*elapsed == Duration{}) return bad_input("the estimated elapsed time is zero");
    plan_.elapsed = *elapsed;
    for (const std::string_view word : std::span(words).subspan(1)) {
      if (word.size() != 4 || !is_letters(word) || plan_.alternates.size() == 2) return bad_input(fmt::format("{} is no alternate; two of four letters may follow", quoted(word)));
      plan_.alternates.emplace_back(word);
    }
    return set_aerodrome(plan_.destination, words[0].substr(0, 4), "DEST", "item 16");
  }

  Result<void> read_18(std::string_view text) {
    auto other = read_other(text);
    if (!other) return other.error();
    if (said_of(*other, "DLE")) return bad_input("DLE/: delays en route are not read; file the parts before and after as flights of their own");
    if (const auto said = said_of(*other, "DOF")) {
      auto date = read_date(*said);
      if (!date) return date.error();
      date_ = *date;
    }
    plan_.other = *std::move(other);
    return {};
  }

  const KnownPlaces& known_;
  Time filed_at_;
  IcaoFlightPlan plan_;
  std::optional<std::chrono::sys_days> date_;
  std::vector<std::string> unknown_;   // in the order they come
};

}  // namespace

Result<IcaoFlightPlan> read_icao_flight_plan(std::string_view text, const KnownPlaces& known, Time filed_at) {
  if (text.size() > IcaoLimits::bytes) return Error{ErrorCode::over_limit, fmt::format("the message has {} bytes; at most {} are read", text.size(), IcaoLimits::bytes)};
  const std::string message = normal(text);
  return Reader(known, filed_at).read(message);
}

}  // namespace skypact::plan
