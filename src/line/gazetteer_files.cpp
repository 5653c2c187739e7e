#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "guard/geojson_position.h"
#include "json/document.h"
#include "json/fields.h"
#include "line/gazetteer.h"
#include "line/plain_text.h"

namespace skypact::line {
namespace {

constexpr std::array<std::pair<std::string_view, AirfieldType>, 6> types{{{"large_airport", AirfieldType::large},
                                                                           {"medium_airport", AirfieldType::medium},
                                                                           {"small_airport", AirfieldType::small},
                                                                           {"heliport", AirfieldType::heliport},
                                                                           {"seaplane_base", AirfieldType::seaplane_base},
                                                                           {"balloonport", AirfieldType::balloonport}}};
constexpr double lowest_ft = -2000, highest_ft = 30'000, longest_ft = 40'000;

bool is_icao(std::string_view code) {
  return code.size() == 4 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Records of a CSV text (RFC 4180): fields in quotes may hold commas, line ends and doubled quotes; LF or CR LF.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }
  [[nodiscard]] std::size_t line() const { return line_; }

  // False at the end. The fields are good until the next call.
  Result<bool> next(std::vector<std::string>& fields) {
    fields.clear();
    line_ = next_line_;
    if (rest_.empty()) return false;
    for (bool more = true; more;) {
      if (fields.size() == GazetteerLimits::columns) return Error{ErrorCode::over_limit, fmt::format("more than {} columns", GazetteerLimits::columns)};
      auto field = this->field();
      if (!field) return field.error();
      fields.push_back(std::move(*field));
      more = !rest_.empty() && rest_.front() == ',';
      if (more) rest_.remove_prefix(1);
    }
    if (rest_.starts_with("\r\n")) {
      rest_.remove_prefix(2);
    } else if (rest_.starts_with('\n')) {
      rest_.remove_prefix(1);
    }
    ++next_line_;
    return true;
  }

 private:
  Result<std::string> field() {
    if (!rest_.starts_with('"')) {
      std::string_view text = rest_.substr(0, rest_.find_first_of(",\n"));
      rest_.remove_prefix(text.size());
      if (!rest_.starts_with(',') && text.ends_with('\r')) text.remove_suffix(1);
      if (text.find('"') != std::string_view::npos) return bad_input("a quotation mark inside a field that does not begin with one; write the field in quotes");
      return std::string(text);
    }
    rest_.remove_prefix(1);
    std::string text;
    for (;;) {
      const std::size_t end = rest_.find('"');
      if (end == std::string_view::npos) return bad_input("a field in quotes does not end");
      text += rest_.substr(0, end);
      next_line_ += static_cast<std::size_t>(std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      rest_.remove_prefix(end + 1);
      if (!rest_.starts_with('"')) break;
      text += '"';
      rest_.remove_prefix(1);
    }
    if (!rest_.empty() && rest_.front() != ',' && rest_.front() != '\n' && !rest_.starts_with("\r\n")) {
      return bad_input("text behind the closing quotation mark of a field");
    }
    return text;
  }

  std::string_view rest_;
  std::size_t line_ = 1, next_line_ = 1;
};

// One file read row by row, with its columns by name and errors that say where.
class Table {
 public:
  Table(std::string_view text, std::string_view file) : reader_(text), file_(file), bytes_(text.size()) {}

  Result<void> header(std::initializer_list<std::string_view> required) {
    if (bytes_ > GazetteerLimits::bytes) return Error{ErrorCode::over_limit, fmt::format("{}: more than {} bytes", file_, GazetteerLimits::bytes)};
    auto some = next();
    if (!some) return some.error();
    columns_ = row_;
    for (const std::string_view name : required) {
      if (!*some || !has(name)) return bad_input(fmt::format("{}:1: there is no column {}; the first line names the columns", file_, name));
    }
    for (auto name = columns_.begin(); name != columns_.end(); ++name) {
      if (std::find(std::next(name), columns_.end(), *name) != columns_.end()) return wrong(*name, "the column stands twice");
    }
    return {};
  }
  Result<bool> next() {
    for (;;) {
      auto some = reader_.next(row_);
      if (!some) return std::move(some).error().within(place());
      if (!*some || columns_.empty() || row_.size() == columns_.size()) return some;
      const bool empty_line = row_.size() == 1 && row_.front().empty();
      if (!empty_line) return bad_input(fmt::format("{}: {} fields, the first line names {}", place(), row_.size(), columns_.size()));
    }
  }

  [[nodiscard]] bool has(std::string_view name) const { return std::find(columns_.begin(), columns_.end(), name) != columns_.end(); }
  // Empty where there is no such column.
  [[nodiscard]] std::string_view operator[](std::string_view name) const {
    const auto at = std::find(columns_.begin(), columns_.end(), name);
    return at == columns_.end() ? std::string_view() : trim(row_[static_cast<std::size_t>(at - columns_.begin())]);
  }
  // nullopt where it is empty.
  Result<std::optional<double>> number(std::string_view name, double from, double to) const {
    const std::string_view text = (*this)[name];
    if (text.empty()) return std::optional<double>();
    const auto value = parse_number(text);
    if (!value || *value < from || *value > to) return wrong(name, fmt::format("{} is no number from {} to {}", quoted(text), from, to));
    return value;
  }
  [[nodiscard]] Error wrong(std::string_view name, std::string_view why) const { return bad_input(fmt::format("{}: {}: {}", place(), quoted_name(name), why)); }
  [[nodiscard]] std::string place() const { return fmt::format("{}:{}", file_, reader_.line()); }

 private:
  static std::string quoted_name(std::string_view name) {
    std::string q = quoted(name);
    return q.size() == name.size() + 2 ? std::string(name) : q;
  }

  CsvReader reader_;
  std::string file_;
  std::size_t bytes_;
  std::vector<std::string> columns_, row_;
};

// What is wrong with a text of a place, or empty.
std::string text_defect(std::string_view text, std::size_t longest) {
  if (text.size() > longest) return fmt::format("longer than {} bytes; shorten it", longest);
  if (const auto hidden = not_plain(text)) return fmt::format("has {}; write it in plain text", *hidden);
  return {};
}

// Of a name with characters that nobody sees, which public lists have, those are left out and counted.
std::string plain_name(std::string_view name, std::size_t& hidden) {
  std::string plain(trim(made_plain(name)));
  if (plain != name) ++hidden;
  return plain;
}

Result<Place> place_of_row(const Table& row, std::optional<AirfieldType> type, std::size_t& hidden) {
  Place place;
  place.name = plain_name(row["name"], hidden);
  if (place.name.empty()) return row.wrong("name", "is missing");
  place.code = row["ident"];
  place.country = row["iso_country"];
  for (const auto& [name, text, longest] : {std::tuple("name", &place.name, GazetteerLimits::name),
                                            std::tuple("ident", &place.code, GazetteerLimits::code),
                                            std::tuple("iso_country", &place.country, std::size_t{2})}) {
    if (const std::string defect = text_defect(*text, longest); !defect.empty()) return row.wrong(name, defect);
  }
  const auto lat = row.number("latitude_deg", -90, 90), lon = row.number("longitude_deg", -180, 180);
  if (!lat) return lat.error();
  if (!lon) return lon.error();
  if (!*lat) return row.wrong("latitude_deg", "is missing");
  if (!*lon) return row.wrong("longitude_deg", "is missing");
  place.position = *geo::Position::from_degrees(**lat, **lon);
  if (!type) return place;
  Airfield airfield{.type = *type, .icao = {}, .elevation = {}, .longest_runway = {}};
  // Newer lists have a column of their own; in older ones the identifier is the ICAO code where there is one.
  for (const std::string_view code : {row["icao_code"], row["ident"], row["gps_code"]}) {
    if (airfield.icao.empty() && is_icao(code)) airfield.icao = code;
    if (row.has("icao_code")) break;
  }
  const auto elevation = row.number("elevation_ft", lowest_ft, highest_ft), runway = row.number("longest_runway_ft", 0, longest_ft);
  if (!elevation) return elevation.error();
  if (!runway) return runway.error();
  if (*elevation) airfield.elevation = MeanSeaLevelAltitude(feet_of_height(**elevation));
  if (*runway && **runway > 0) airfield.longest_runway = feet(**runway);
  place.airfield = std::move(airfield);
  return place;
}

void note_hidden(PlaceFile& out, std::string_view file, std::size_t hidden) {
  if (hidden > 0) out.notes.push_back(fmt::format("{}: of {} names the characters that nobody sees are left out", file, hidden));
}

Error too_many(std::string_view file) {
  return {ErrorCode::over_limit, fmt::format("{}: more than {} places; leave out what is far from your airspace", file, GazetteerLimits::places)};
}

}  // namespace

Result<PlaceFile> read_places_csv(std::string_view text, std::string_view file) {
  Table row(text, file);
  if (auto ok = row.header({"name", "latitude_deg", "longitude_deg"}); !ok) return ok.error();
  PlaceFile out;
  std::size_t closed = 0, hidden = 0;
  for (;;) {
    auto some = row.next();
    if (!some) return some.error();
    if (!*some) break;
    const std::string_view word = row["type"];
    if (word == "closed" || word == "closed_airport") {
      ++closed;
      continue;
    }
    std::optional<AirfieldType> type;
    for (const auto& [name, value] : types) {
      if (name == word) type = value;
    }
    if (!type && !word.empty() && word != "place") {
      return row.wrong("type", fmt::format("{} is none of large_airport, medium_airport, small_airport, heliport, seaplane_base, balloonport, "
                                           "closed, place", quoted(word)));
    }
    auto place = place_of_row(row, type, hidden);
    if (!place) return place.error();
    if (out.places.size() == GazetteerLimits::places) return too_many(file);
    out.places.push_back(std::move(*place));
  }
  if (closed > 0) out.notes.push_back(fmt::format("{}: {} closed airfields are left out", file, closed));
  note_hidden(out, file, hidden);
  return out;
}

Result<std::size_t> add_runways_csv(std::vector<Place>& places, std::string_view text, std::string_view file) {
  Table row(text, file);
  if (auto ok = row.header({"airport_ident", "length_ft"}); !ok) return ok.error();
  std::map<std::string, Length, std::less<>> longest;
  for (;;) {
    auto some = row.next();
    if (!some) return some.error();
    if (!*some) break;
    if (row["closed"] == "1") continue;
    auto length = row.number("length_ft", 0, longest_ft);
    if (!length) return length.error();
    if (!*length || **length == 0) continue;
    Length& known = longest[std::string(row["airport_ident"])];
    known = std::max(known, feet(**length));
    if (longest.size() > GazetteerLimits::places) return too_many(file);
  }
  std::size_t given = 0;
  for (Place& place : places) {
    const auto at = longest.find(place.code);
    if (!place.airfield || at == longest.end()) continue;
    place.airfield->longest_runway = at->second;
    ++given;
  }
  return given;
}

Result<PlaceFile> read_places_geojson(std::string_view text, std::string_view file) {
  auto document = json::parse(text, {.bytes = GazetteerLimits::bytes});
  if (!document) return std::move(document).error().within(file);
  const json::Value root = document->root();
  if (root["type"].as_string() != "FeatureCollection") {
    return bad_input(fmt::format("{}: this is no GeoJSON of places; its \"type\" must be FeatureCollection", file));
  }
  if (root["features"].kind() != json::Kind::array) return bad_input(fmt::format("{}: features: must be an array", file));
  PlaceFile out;
  std::size_t index = 0, others = 0, hidden = 0;
  for (json::Value feature : root["features"].elements()) {
    const std::string where = fmt::format("{}: feature {}", file, ++index);
    const json::Value geometry = feature["geometry"], properties = feature["properties"];
    if (geometry["type"].as_string() != "Point") {
      ++others;
      continue;
    }
    const auto position = guard::read_geojson_position(geometry["coordinates"]);
    if (!position) return Error(position.error()).within(where);
    Place place;
    place.position = *position;
    json::Fields fields(properties);
    place.name = fields.text("name", 1, GazetteerLimits::name, json::required).value_or("");
    place.code = fields.text("code", 0, GazetteerLimits::code).value_or("");
    place.country = fields.text("country", 0, 2).value_or("");
    const auto type = fields.word("airfield", {"unknown", "large_airport", "medium_airport", "small_airport", "heliport", "seaplane_base", "balloonport"});
    const auto elevation = fields.number("elevation_ft", lowest_ft, highest_ft), runway = fields.number("longest_runway_ft", 0, longest_ft);
    if (fields.error()) return Error(*fields.error()).within(where);
    place.name = plain_name(place.name, hidden);
    if (place.name.empty()) return bad_input(where + ": name: is missing");
    for (const auto& [name, value] : {std::pair("code", &place.code), std::pair("country", &place.country)}) {
      if (const auto defect = not_plain(*value)) return bad_input(fmt::format("{}: {}: has {}; write it in plain text", where, name, *defect));
    }
    if (type) {
      Airfield airfield{.type = static_cast<AirfieldType>(*type), .icao = is_icao(place.code) ? place.code : "", .elevation = {}, .longest_runway = {}};
      if (elevation) airfield.elevation = MeanSeaLevelAltitude(feet_of_height(*elevation));
      if (runway && *runway > 0) airfield.longest_runway = feet(*runway);
      place.airfield = std::move(airfield);
    }
    if (out.places.size() == GazetteerLimits::places) return too_many(file);
    out.places.push_back(std::move(place));
  }
  if (others > 0) out.notes.push_back(fmt::format("{}: {} features that are no points are left out", file, others));
  note_hidden(out, file, hidden);
  return out;
}

}  // namespace skypact::line
