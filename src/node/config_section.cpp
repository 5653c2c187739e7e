#include "node/config_section.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/nearest_word.h"
#include "base/text.h"
#include "guard/region.h"

namespace skypact::node {
namespace {

using Kind = TomlValue::Kind;

std::string shown(double value) {
  std::array<char, 32> out{};
  const auto [end, error] = std::to_chars(out.data(), out.data() + out.size(), value);
  return {out.data(), end};
}

std::string shown(Duration d) {
  if (d >= std::chrono::hours(1)) return shown(to_seconds(d) / 3600) + "h";
  return shown(to_seconds(d)) + "s";
}

bool is_number(const TomlValue& value) { return value.kind == Kind::integer || value.kind == Kind::number; }

// [lat, lon]; what is wrong otherwise.
Result<geo::Position> position_of(const TomlValue& value) {
  const bool pair = value.kind == Kind::array && value.elements.size() == 2 && is_number(value.elements[0]) && is_number(value.elements[1]);
  if (!pair) return bad_input("must be [latitude, longitude] in degrees, for example [52.31, 4.76]");
  const double lat = value.elements[0].number, lon = value.elements[1].number;
  const auto position = geo::Position::from_degrees(lat, lon);
  if (!position || std::abs(lon) > 180) {
    return bad_input("[" + shown(lat) + ", " + shown(lon) + "] is no place on the Earth; latitude comes first, from -90 to 90, then longitude, from -180 to 180");
  }
  return *position;
}

}  // namespace

ConfigSection::ConfigSection(const TomlValue& value, std::string path, ConfigErrors& errors)
    : value_(value), path_(std::move(path)), line_(value.line), errors_(errors) {
  if (value.kind != Kind::table) refuse_at(line_, path_ + ": must be a table, is " + std::string(to_string(value.kind)));
}

std::string ConfigSection::name_of(std::string_view key) const { return path_.empty() ? std::string(key) : path_ + '.' + std::string(key); }

bool ConfigSection::has(std::string_view key) const {
  return std::any_of(value_.members.begin(), value_.members.end(), [&](const auto& member) { return member.name == key; });
}

const TomlValue* ConfigSection::any(std::string_view key, Need need) {
  asked_.emplace_back(key);
  for (const auto& [name, value] : value_.members) {
    if (name == key) return &value;
  }
  if (need == Need::required) refuse(key, "is missing");
  return nullptr;
}

void ConfigSection::refuse(std::string_view key, const std::string& message) {
  unsigned line = line_;
  for (const auto& [name, value] : value_.members) {
    if (name == key) line = value.line;
  }
  refuse_at(line, name_of(key) + ": " + message);
}

std::optional<std::string> ConfigSection::text(std::string_view key, std::size_t shortest, std::size_t longest, Need need) {
  const TomlValue* value = any(key, need);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Kind::text && value->text.size() >= shortest && value->text.size() <= longest) return value->text;
  refuse(key, "must be a text of " + std::to_string(shortest) + " to " + std::to_string(longest) + " bytes in quotes");
  return std::nullopt;
}

std::optional<double> ConfigSection::number(std::string_view key, double from, double to, Need need) {
  const TomlValue* value = any(key, need);
  if (value == nullptr) return std::nullopt;
  if (is_number(*value) && value->number >= from && value->number <= to) return value->number;
  refuse(key, "must be a number from " + shown(from) + " to " + shown(to));
  return std::nullopt;
}

std::optional<std::int64_t> ConfigSection::integer(std::string_view key, std::int64_t from, std::int64_t to, Need need) {
  const TomlValue* value = any(key, need);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Kind::integer && value->integer >= from && value->integer <= to) return value->integer;
  refuse(key, "must be a whole number from " + std::to_string(from) + " to " + std::to_string(to));
  return std::nullopt;
}

std::optional<bool> ConfigSection::boolean(std::string_view key) {
  const TomlValue* value = any(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Kind::boolean) return value->boolean;
  refuse(key, "must be true or false");
  return std::nullopt;
}

std::optional<Time> ConfigSection::time(std::string_view key, Need need) {
  const TomlValue* value = any(key, need);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Kind::time) return value->time;
  if (value->kind == Kind::text) {
    if (const auto parsed = parse_rfc3339(value->text)) return *parsed;
  }
  refuse(key, "must be a time with its offset, for example 2026-11-23T19:53:45Z");
  return std::nullopt;
}

std::optional<Duration> ConfigSection::duration(std::string_view key, Duration from, Duration to) {
  const TomlValue* value = any(key);
  if (value == nullptr) return std::nullopt;
  const auto parsed = value->kind == Kind::text ? parse_duration(value->text) : Result<Duration>(bad_input("must be a duration such as \"30s\" or \"20min\""));
  if (!parsed) {
    refuse(key, parsed.error().message);
  } else if (*parsed < from || *parsed > to) {
    refuse(key, "must be from " + shown(from) + " to " + shown(to));
  } else {
    return *parsed;
  }
  return std::nullopt;
}

std::optional<Length> ConfigSection::length(std::string_view key, Length most, Need need) {
  const TomlValue* value = any(key, need);
  if (value == nullptr) return std::nullopt;
  const auto parsed = value->kind == Kind::text ? parse_length(value->text) : Result<Length>(bad_input("must be a distance such as \"5nm\" or \"500m\""));
  if (!parsed) {
    refuse(key, parsed.error().message);
  } else if (!(*parsed > Length()) || *parsed > most) {
    refuse(key, "must be above 0 and at most " + shown(most.in(nautical_miles)) + "nm");
  } else {
    return *parsed;
  }
  return std::nullopt;
}

std::optional<Height> ConfigSection::height(std::string_view key, Height most, Need need) {
  const TomlValue* value = any(key, need);
  if (value == nullptr) return std::nullopt;
  const auto parsed = value->kind == Kind::text ? parse_height(value->text) : Result<Height>(bad_input("must be a height such as \"1000ft\" or \"300m\""));
  if (!parsed) {
    refuse(key, parsed.error().message);
  } else if (*parsed > most) {
    refuse(key, "must be at most " + shown(most.in_feet()) + "ft");
  } else {
    return *parsed;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> ConfigSection::size(std::string_view key, std::uint64_t least) {
  const TomlValue* value = any(key);
  if (value == nullptr) return std::nullopt;
  constexpr std::array<std::pair<std::string_view, double>, 4> units{{{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}}};
  for (const auto& [unit, factor] : units) {
    if (value->kind != Kind::text || !value->text.ends_with(unit)) continue;
    const auto number = parse_number(trim(std::string_view(value->text).substr(0, value->text.size() - unit.size())));
    if (!number || !(*number >= 0) || *number * factor > 1e15) break;
    if (*number * factor >= static_cast<double>(least)) return static_cast<std::uint64_t>(*number * factor);
    refuse(key, "must be at least " + std::to_string(least / 1'000'000) + "MB");
    return std::nullopt;
  }
  refuse(key, "must be a size such as \"64MB\" or \"2GB\"");
  return std::nullopt;
}

std::optional<geo::Position> ConfigSection::position(std::string_view key) {
  const TomlValue* value = any(key);
  if (value == nullptr) return std::nullopt;
  const auto position = position_of(*value);
  if (position) return *position;
  refuse(key, position.error().message);
  return std::nullopt;
}

Ring ConfigSection::ring(std::string_view key, std::size_t most_vertices) {
  const TomlValue* value = any(key);
  if (value == nullptr) return {};
  if (value->kind != Kind::array || value->elements.size() < 3 || value->elements.size() > most_vertices) {
    refuse(key, "must be an array of 3 to " + std::to_string(most_vertices) + " positions [latitude, longitude]");
    return {};
  }
  Ring ring;
  for (std::size_t i = 0; i < value->elements.size(); ++i) {
    const auto position = position_of(value->elements[i]);
    if (!position) {
      refuse_at(value->elements[i].line, name_of(key) + "[" + std::to_string(i + 1) + "]: " + position.error().message);
      return {};
    }
    ring.push_back(*position);
  }
  if (ring.front() == ring.back()) ring.pop_back();  // closed by repeating the first, as GeoJSON does
  if (const auto region = guard::Region::polygon(ring); !region) {
    refuse(key, region.error().message);
    return {};
  }
  return ring;
}

void ConfigSection::texts(std::string_view key, std::size_t most, const std::function<void(const std::string&, const std::string&, unsigned)>& each) {
  const TomlValue* value = any(key);
  if (value == nullptr) return;
  if (value->kind != Kind::array) return refuse(key, "must be an array of texts, for example [\"a\", \"b\"]");
  if (value->elements.size() > most) return refuse(key, "has " + std::to_string(value->elements.size()) + " entries; at most " + std::to_string(most) + " are allowed");
  for (std::size_t i = 0; i < value->elements.size(); ++i) {
    const TomlValue& element = value->elements[i];
    const std::string place = name_of(key) + "[" + std::to_string(i + 1) + "]";
    if (element.kind != Kind::text || element.text.empty()) {
      refuse_at(element.line, place + ": must be a text in quotes");
    } else {
      each(element.text, place, element.line);
    }
  }
}

void ConfigSection::tables(std::string_view key, std::size_t most, const std::function<void(ConfigSection&)>& each) {
  const TomlValue* value = any(key);
  if (value == nullptr) return;
  if (value->kind != Kind::array) return refuse(key, "must be written as [[" + name_of(key) + "]], once for each");
  if (value->elements.size() > most) return refuse(key, "there are " + std::to_string(value->elements.size()) + "; at most " + std::to_string(most) + " are allowed");
  for (std::size_t i = 0; i < value->elements.size(); ++i) {
    ConfigSection section(value->elements[i], name_of(key) + "[" + std::to_string(i + 1) + "]", errors_);
    if (value->elements[i].kind == Kind::table) each(section);
  }
}

void ConfigSection::table(std::string_view key, const std::function<void(ConfigSection&)>& read) {
  const TomlValue* value = any(key);
  if (value == nullptr) return;
  ConfigSection section(*value, name_of(key), errors_);
  if (value->kind == Kind::table) read(section);
}

void ConfigSection::finish() {
  for (const TomlMember& member : value_.members) {
    const std::string& name = member.name;
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    std::string message = name_of(name) + ": is not a known key";
    if (const auto nearest = nearest_word(name, asked_)) {
      message += "; did you mean " + *nearest + "?";
    } else {
      std::string known;
      for (const std::string& key : asked_) known += (known.empty() ? "" : ", ") + key;
      message += "; known here are " + known;
    }
    refuse_at(member.value.line, std::move(message));
  }
}

std::optional<std::filesystem::path> existing_file(ConfigSection& section, const std::string& text, const std::string& place, unsigned line, const std::filesystem::path& folder) {
  std::filesystem::path path = text;
  if (path.is_relative()) path = folder / path;
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_directory(path, error)) return path;
  section.refuse_at(line, place + ": there is no file " + path.string());
  return std::nullopt;
}

std::optional<std::filesystem::path> existing_file(ConfigSection& section, std::string_view key, const std::filesystem::path& folder) {
  static constexpr std::size_t longest_path = 4096;
  const auto text = section.text(key, 1, longest_path);
  return text ? existing_file(section, *text, section.path() + '.' + std::string(key), section.any(key)->line, folder) : std::nullopt;
}

}  // namespace skypact::node
