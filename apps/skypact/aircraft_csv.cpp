#include "aircraft_csv.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace skypact::app {
namespace {

enum Field : std::size_t { id, lat, lon, altitude, speed, track, vertical_rate, field_count };

struct Column {
  std::string_view name;
  double least = 0, most = 0;
  std::string_view unit{};
};
constexpr std::array<Column, field_count> columns{{
    {"id"},
    {"lat_deg", -90, 90, "degrees"},
    {"lon_deg", -360, 360, "degrees"},
    {"altitude_ft", -200'000, 200'000, "ft"},
    {"ground_speed_kt", 0, 4100, "kt"},
    {"track_deg", -360, 360, "degrees"},
    {"vertical_rate_fpm", -100'000, 100'000, "ft/min"},
}};

std::string number(double value) { return std::to_string(static_cast<long long>(value)); }

// One line without its end; advances `rest`.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

constexpr std::size_t most_columns = 64;
constexpr std::string_view spaces = " \t";

// A field and how it stood there: quoted fields (RFC 4180) may hold commas and, doubled, quotes; a line's end they may not.
struct FieldText {
  std::string_view text;   // without the surrounding quotes and spaces; quotes inside still doubled
  bool has_quotes = false;
  bool is_closed = true;
};

// Takes the next field off the front of `rest`, as next_field does.
std::optional<FieldText> next_csv_field(std::string_view& rest) {
  const std::size_t start = rest.find_first_not_of(spaces);
  if (start == std::string_view::npos || rest[start] != '"') {
    const auto field = next_field(rest, ',');
    return field ? std::optional(FieldText{trim(*field)}) : std::nullopt;
  }
  FieldText field{.text = {}, .has_quotes = true, .is_closed = false};
  std::size_t end = start + 1;
  for (; end < rest.size(); ++end) {
    if (rest[end] != '"') continue;
    if (end + 1 < rest.size() && rest[end + 1] == '"') {
      ++end;
    } else {
      field.is_closed = true;
      break;
    }
  }
  field.text = rest.substr(start + 1, end - start - 1);
  rest = rest.substr(std::min(end + 1, rest.size()));
  // What stands between the closing quote and the comma belongs to nothing.
  const auto after = next_field(rest, ',');
  if (after && !trim(*after).empty()) field.is_closed = false;
  return field;
}

// With doubled quotes made one.
std::string plain(const FieldText& field) {
  std::string out;
  for (std::size_t i = 0; i < field.text.size(); ++i) {
    out += field.text[i];
    if (field.has_quotes && field.text[i] == '"') ++i;
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : rest_(text), name_(name) {}

  Result<AircraftTable> read() {
    if (auto header = read_header(); !header) return header.error();
    AircraftTable table;
    const auto lines = static_cast<std::size_t>(std::count(rest_.begin(), rest_.end(), '\n')) + 1;
    if (lines > guard::most_aircraft) {
      return Error{ErrorCode::over_limit, name_ + ": more than " + number(guard::most_aircraft) + " aircraft"};
    }
    table.ids.reserve(lines);
    table.motions.reserve(lines);
    while (!rest_.empty()) {
      ++line_;
      const std::string_view line = take_line(rest_);
      if (trim(line).empty()) {
        // Empty lines at the end are an editor's habit; one between others may be a row that was lost.
        if (trim(rest_).empty()) break;
        return at("", "the line is empty");
      }
      if (auto added = read_line(line, table); !added) return added.error();
    }
    return distinct(std::move(table));
  }

 private:
  [[nodiscard]] Error at(std::string_view field, const std::string& what) const {
    std::string place = name_ + ":" + number(static_cast<double>(line_));
    if (!field.empty()) place += ":" + std::string(field);
    return bad_input(what).within(place);
  }

  Result<void> read_header() {
    std::string_view line = take_line(rest_);
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.size() > longest_line) return at("", "the header is longer than " + number(longest_line) + " bytes");
    place_.fill(-1);
    int position = 0;
    for (std::string_view rest = line; auto field = next_csv_field(rest);) {
      const auto column = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == field->text; });
      if (column != columns.end()) {
        int& place = place_[static_cast<std::size_t>(column - columns.begin())];
        if (place >= 0) return at(column->name, "this column is there twice");
        place = position;
      }
      if (++position > static_cast<int>(most_columns)) return at("", "more than " + number(most_columns) + " columns");
    }
    for (std::size_t i = 0; i < field_count; ++i) {
      if (place_[i] < 0) {
        const bool is_utf16 = line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF");
        return at(columns[i].name, std::string("this column is missing; the first line must be "
                                               "id,lat_deg,lon_deg,altitude_ft,ground_speed_kt,track_deg,vertical_rate_fpm") +
                                       (is_utf16                                    ? "; this is UTF-16, save the table as UTF-8"
                                        : line.find(',') == std::string_view::npos ? ", with commas between"
                                                                                   : ""));
      }
    }
    return {};
  }

  Result<void> read_line(std::string_view line, AircraftTable& table) {
    if (line.size() > longest_line) return at("", "the line is longer than " + number(longest_line) + " bytes");
    std::array<FieldText, most_columns> fields;
    std::size_t count = 0;
    for (std::string_view rest = line; count < most_columns; ++count) {
      const auto field = next_csv_field(rest);
      if (!field) break;
      fields[count] = *field;
    }
    std::array<double, field_count> values{};
    for (std::size_t i = 0; i < field_count; ++i) {
      const auto place = static_cast<std::size_t>(place_[i]);
      if (place >= count) return at(columns[i].name, "the line ends before this field");
      if (!fields[place].is_closed) return at(columns[i].name, "the quote must be closed before the next comma or the end of the line");
      const std::string_view text = fields[place].text;
      if (i == id) {
        if (text.empty()) return at(columns[i].name, "the id is empty");
        if (text.size() > longest_id) return at(columns[i].name, "longer than " + number(longest_id) + " bytes");
        if (!is_utf8(text)) return at(columns[i].name, skypact::quoted(text) + " is not UTF-8; save the table as UTF-8");
        table.ids.push_back(plain(fields[place]));
        continue;
      }
      const auto value = parse_number(text);
      if (!value) return at(columns[i].name, skypact::quoted(text) + " is not a number");
      if (*value < columns[i].least || *value > columns[i].most) {
        return at(columns[i].name, skypact::quoted(text) + " is not within " + number(columns[i].least) + " and " +
                                       number(columns[i].most) + " " + std::string(columns[i].unit));
      }
      values[i] = *value;
    }
    table.motions.push_back(guard::make_motion(geo::Position::from_degrees(values[lat], values[lon]).value(),
                                               {knots(values[speed]), TrueBearing::degrees(values[track])},
                                               feet_of_height(values[altitude]), feet_per_minute(values[vertical_rate])));
    return {};
  }

  // Line of the i-th aircraft: the header is line 1.
  Result<AircraftTable> distinct(AircraftTable table) {
    std::unordered_set<std::string_view> seen(table.ids.size() * 2);
    for (std::size_t i = 0; i < table.ids.size(); ++i) {
      if (seen.insert(table.ids[i]).second) continue;
      line_ = i + 2;
      return at("id", skypact::quoted(table.ids[i]) + " is there twice; ids must be distinct");
    }
    return table;
  }

  std::string_view rest_;
  const std::string& name_;
  std::size_t line_ = 1;
  std::array<int, field_count> place_{};
};

}  // namespace

Result<AircraftTable> parse_aircraft(std::string_view text, const std::string& name) { return Reader(text, name).read(); }

}  // namespace skypact::app
