#include "pact/section.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/nearest_word.h"
#include "base/text.h"
#include "base/utf8.h"
#include "guard/region.h"
#include "pact/terms.h"
#include "pact/units.h"

namespace skypact::pact {
namespace {

using json::TomlValue;
using Kind = TomlValue::Kind;

bool is_number(const TomlValue& value) { return value.kind == Kind::integer || value.kind == Kind::number; }

// Three bytes of UTF-8 from U+2000: the characters that turn or override the direction of writing.
bool is_direction_mark(std::string_view at, bool isolates_too) {
  if (!at.starts_with("\xE2\x80") && !at.starts_with("\xE2\x81")) return false;
  const auto last = static_cast<unsigned char>(at.size() > 2 ? at[2] : 0);
  if (at[1] == '\x80') return last >= 0xAA && last <= 0xAE;             // U+202A … U+202E
  return isolates_too && last >= 0xA6 && last <= 0xA9;                  // U+2066 … U+2069
}

// What is wrong with a text from outside; nullptr where nothing is.
const char* defect_of(std::string_view text, bool prose) {
  if (!is_utf8(text)) return "is not UTF-8";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && !(prose && c == '\n')) || c == 0x7F) return "has a control character; write it in plain text";
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return "has a control character; write it in plain text";
    if (is_direction_mark(text.substr(i, 3), !prose)) return "has a character that turns the direction of writing, so that people would see another text than they sign";
  }
  return nullptr;
}

// [lat, lon]; what is wrong otherwise.
Result<geo::Position> position_of(const TomlValue& value) {
  const bool pair = value.kind == Kind::array && value.elements.size() == 2 && is_number(value.elements[0]) && is_number(value.elements[1]);
  if (!pair) return bad_input("must be [latitude, longitude] in degrees, for example [52.31, 4.76]");
  const double lat = value.elements[0].number, lon = value.elements[1].number;
  const auto position = geo::Position::from_degrees(lat, lon);
  if (!position || lon > 180 || lon < -180) {
    return bad_input(fmt::format("[{}, {}] is no place on the Earth; latitude comes first, from -90 to 90, then longitude, from -180 to 180", lat, lon));
  }
  return *position;
}

std::optional<Time> time_of(const TomlValue& value) {
  std::optional<Time> time;
  if (value.kind == Kind::time) time = value.time;
  if (value.kind == Kind::text) {
    if (const auto parsed = parse_rfc3339(value.text)) time = *parsed;
  }
  // Later readers must be able to write it with four digits of a year.
  if (!time || *time < Time{} || *time >= Time(std::chrono::sys_days(std::chrono::year(2200) / 1 / 1))) return std::nullopt;
  return *time == std::chrono::floor<seconds>(*time) ? time : std::nullopt;
}

constexpr const char* time_wanted = "must be a time in whole seconds with its offset, from 1970 to 2199, for example 2026-11-23T19:53:45Z";

std::string pattern_of(std::string_view path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    if (c == ']') inside = false;
    if (!inside) out += c;
    if (c == '[') inside = true;
  }
  return out;
}

}  // namespace

Section::Section(const TomlValue& value, std::string path, Notes& notes) : value_(value), path_(std::move(path)), notes_(notes) {
  if (value.kind != Kind::table) refuse_at(value.line, path_ + ": must be a table, is " + std::string(to_string(value.kind)));
}

std::string Section::name_of(std::string_view field) const { return path_.empty() ? std::string(field) : path_ + '.' + std::string(field); }

bool Section::has(std::string_view field) const {
  return std::any_of(value_.members.begin(), value_.members.end(), [&](const auto& member) { return member.name == field; });
}

const TomlValue* Section::find(std::string_view field, Need need) {
  asked_.emplace_back(field);
  notes_.fields.insert(pattern_of(name_of(field)));
  for (const auto& [name, value] : value_.members) {
    if (name == field) return &value;
  }
  if (need == Need::required) refuse(field, "is missing");
  return nullptr;
}

void Section::refuse(std::string_view field, const std::string& message) {
  unsigned line = value_.line;
  for (const auto& [name, value] : value_.members) {
    if (name == field) line = value.line;
  }
  refuse_at(line, name_of(field) + ": " + message);
}

std::optional<std::string> Section::text(std::string_view field, std::size_t shortest, std::size_t longest, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return std::nullopt;
  if (value->kind != Kind::text || value->text.size() < shortest || value->text.size() > longest) {
    refuse(field, fmt::format("must be a text of {} to {} bytes in quotes", shortest, longest));
  } else if (const char* defect = defect_of(value->text, false)) {
    refuse(field, defect);
  } else {
    return value->text;
  }
  return std::nullopt;
}

std::optional<std::string> Section::prose(std::string_view field, std::size_t longest, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return std::nullopt;
  if (value->kind != Kind::text || value->text.empty() || value->text.size() > longest) {
    refuse(field, fmt::format("must be a text of 1 to {} bytes in quotes", longest));
  } else if (const char* defect = defect_of(value->text, true)) {
    refuse(field, defect);
  } else {
    return value->text;
  }
  return std::nullopt;
}

std::optional<std::string> Section::word(std::string_view field, Need need) {
  auto given = text(field, 1, TermsLimits::word, need);
  if (!given || is_word(*given)) return given;
  refuse(field, quoted(*given) + " must be of lower-case letters, digits, \"-\" and \"_\", and begin with a letter");
  return std::nullopt;
}

std::optional<std::int64_t> Section::integer(std::string_view field, std::int64_t from, std::int64_t to, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return std::nullopt;
  if (value->kind == Kind::integer && value->integer >= from && value->integer <= to) return value->integer;
  refuse(field, fmt::format("must be a whole number from {} to {}", from, to));
  return std::nullopt;
}

std::optional<std::size_t> Section::one_of(std::string_view field, std::span<const std::string_view> words, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return std::nullopt;
  const auto found = value->kind == Kind::text ? std::find(words.begin(), words.end(), value->text) : words.end();
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  refuse(field, fmt::format("must be one of {}", fmt::join(words, ", ")));
  return std::nullopt;
}

std::optional<Time> Section::time(std::string_view field, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return std::nullopt;
  const auto parsed = time_of(*value);
  if (!parsed) refuse(field, time_wanted);
  return parsed;
}

std::optional<Duration> Section::duration(std::string_view field, Duration from, Duration to, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return std::nullopt;
  const auto parsed = value->kind == Kind::text ? parse_duration(value->text) : Result<Duration>(bad_input("must be a duration such as \"30s\" or \"72h\""));
  if (!parsed) {
    refuse(field, parsed.error().message);
  } else if (*parsed < from || *parsed > to) {
    refuse(field, "must be from " + duration_text(from) + " to " + duration_text(to));
  } else if (*parsed != std::chrono::floor<seconds>(*parsed)) {
    refuse(field, "must be whole seconds");
  } else {
    return *parsed;
  }
  return std::nullopt;
}

std::optional<Length> Section::length(std::string_view field, Length most, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return std::nullopt;
  const auto parsed = value->kind == Kind::text ? parse_length(value->text) : Result<Length>(bad_input("must be a distance such as \"5nm\" or \"500m\""));
  if (!parsed) {
    refuse(field, parsed.error().message);
  } else if (!(*parsed >= metres(1)) || *parsed > most) {
    refuse(field, "must be from 1m to " + length_text(most));
  } else {
    return *parsed;
  }
  return std::nullopt;
}

std::optional<Height> Section::height(std::string_view field, Height most, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return std::nullopt;
  const auto parsed = value->kind == Kind::text ? parse_height(value->text) : Result<Height>(bad_input("must be a height such as \"1000ft\" or \"300m\""));
  if (!parsed) {
    refuse(field, parsed.error().message);
  } else if (*parsed <= Height() || *parsed > most) {
    refuse(field, "must be above 0ft and at most " + height_text(most));
  } else {
    return *parsed;
  }
  return std::nullopt;
}

std::optional<VerticalLimit> Section::limit(std::string_view field) {
  const auto given = text(field, 1, 40);
  if (!given) return std::nullopt;
  const auto parsed = parse_limit(*given);
  if (parsed) return *parsed;
  refuse(field, parsed.error().message);
  return std::nullopt;
}

std::optional<geo::Position> Section::position(std::string_view field, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return std::nullopt;
  const auto position = position_of(*value);
  if (position) return *position;
  refuse(field, position.error().message);
  return std::nullopt;
}

std::optional<ledger::VerifierKey> Section::key(std::string_view field, ledger::KeyType type, Need need) {
  const auto given = text(field, 1, 300, need);
  if (!given) return std::nullopt;
  auto parsed = ledger::parse_verifier_key(*given);
  if (!parsed) {
    refuse(field, parsed.error().message);
  } else if (parsed->type != type) {
    refuse(field, type == ledger::KeyType::cosignature ? "is a key that signs notes; a cosigner's key is wanted: skypact key generate --type cosigner"
                                                       : "is a cosigner's key; one that signs notes is wanted");
  } else {
    return std::move(*parsed);
  }
  return std::nullopt;
}

Ring Section::ring_of(const TomlValue& value, const std::string& place) {
  if (value.kind != Kind::array || value.elements.size() < 3 || value.elements.size() > TermsLimits::vertices) {
    refuse_at(value.line, fmt::format("{}: must be an array of 3 to {} positions [latitude, longitude]", place, TermsLimits::vertices));
    return {};
  }
  Ring ring;
  for (std::size_t i = 0; i < value.elements.size(); ++i) {
    const auto position = position_of(value.elements[i]);
    if (!position) {
      refuse_at(value.elements[i].line, fmt::format("{}[{}]: {}", place, i + 1, position.error().message));
      return {};
    }
    if (ring.empty() || ring.back() != *position) ring.push_back(*position);
  }
  if (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();  // closed by repeating the first, as GeoJSON does
  if (const auto region = guard::Region::polygon(ring); !region) {
    refuse_at(value.line, place + ": " + region.error().message);
    return {};
  }
  return ring;
}

Ring Section::ring(std::string_view field) {
  const TomlValue* value = find(field, Need::optional);
  return value == nullptr ? Ring{} : ring_of(*value, name_of(field));
}

std::vector<Ring> Section::rings(std::string_view field, std::size_t most) {
  const TomlValue* value = find(field, Need::required);
  if (value == nullptr) return {};
  if (value->kind != Kind::array || value->elements.empty() || value->elements.size() > most) {
    refuse(field, fmt::format("must be an array of 1 to {} rings, each an array of positions [latitude, longitude]", most));
    return {};
  }
  std::vector<Ring> rings;
  for (std::size_t i = 0; i < value->elements.size(); ++i) rings.push_back(ring_of(value->elements[i], fmt::format("{}[{}]", name_of(field), i + 1)));
  return rings;
}

void Section::texts(std::string_view field, std::size_t most, const std::function<void(const std::string&, const std::string&, unsigned)>& each, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return;
  if (value->kind != Kind::array) return refuse(field, "must be an array of texts, for example [\"a\", \"b\"]");
  if (value->elements.size() > most) return refuse(field, fmt::format("has {} entries; at most {} are allowed", value->elements.size(), most));
  if (value->elements.empty() && need == Need::required) return refuse(field, "must not be empty");
  for (std::size_t i = 0; i < value->elements.size(); ++i) {
    const TomlValue& element = value->elements[i];
    const std::string place = fmt::format("{}[{}]", name_of(field), i + 1);
    if (element.kind != Kind::text || element.text.empty() || element.text.size() > TermsLimits::text) {
      refuse_at(element.line, fmt::format("{}: must be a text of 1 to {} bytes in quotes", place, TermsLimits::text));
    } else if (const char* defect = defect_of(element.text, false)) {
      refuse_at(element.line, place + ": " + defect);
    } else {
      each(element.text, place, element.line);
    }
  }
}

void Section::times(std::string_view field, std::size_t most, const std::function<void(Time, const std::string&, unsigned)>& each) {
  const TomlValue* value = find(field, Need::optional);
  if (value == nullptr) return;
  if (value->kind != Kind::array || value->elements.size() > most) return refuse(field, fmt::format("must be an array of at most {} times", most));
  for (std::size_t i = 0; i < value->elements.size(); ++i) {
    const std::string place = fmt::format("{}[{}]", name_of(field), i + 1);
    const auto time = time_of(value->elements[i]);
    if (time) {
      each(*time, place, value->elements[i].line);
    } else {
      refuse_at(value->elements[i].line, place + ": " + time_wanted);
    }
  }
}

void Section::tables(std::string_view field, std::size_t most, const std::function<void(Section&)>& each, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return;
  if (value->kind != Kind::array) return refuse(field, "must be written as [[" + name_of(field) + "]], once for each");
  if (value->elements.size() > most) return refuse(field, fmt::format("there are {}; at most {} are allowed", value->elements.size(), most));
  for (std::size_t i = 0; i < value->elements.size(); ++i) {
    Section section(value->elements[i], fmt::format("{}[{}]", name_of(field), i + 1), notes_);
    if (value->elements[i].kind == Kind::table) each(section);
  }
}

void Section::table(std::string_view field, const std::function<void(Section&)>& read, Need need) {
  const TomlValue* value = find(field, need);
  if (value == nullptr) return;
  Section section(*value, name_of(field), notes_);
  if (value->kind == Kind::table) read(section);
}

void Section::finish() {
  for (const json::TomlMember& member : value_.members) {
    if (std::find(asked_.begin(), asked_.end(), member.name) != asked_.end()) continue;
    std::string message = name_of(quoted(member.name)) + ": is not a known field";
    if (const auto nearest = nearest_word(member.name, asked_)) {
      message += "; did you mean " + *nearest + "?";
    } else {
      message += fmt::format("; known here are {}", fmt::join(asked_, ", "));
    }
    refuse_at(member.value.line, std::move(message));
  }
}

json::TomlValue tree_of(json::Value value, Notes& notes) {
  TomlValue out;
  out.line = 0;
  switch (value.kind()) {
    case json::Kind::boolean:
      out.kind = Kind::boolean;
      out.boolean = *value.as_boolean();
      break;
    case json::Kind::integer:
      out.kind = Kind::integer;
      out.integer = *value.as_integer();
      out.number = static_cast<double>(out.integer);
      break;
    case json::Kind::number:
      out.kind = Kind::number;
      out.number = *value.as_number();
      break;
    case json::Kind::string:
      out.kind = Kind::text;
      out.text = *value.as_string();
      break;
    case json::Kind::array:
      out.kind = Kind::array;
      for (const json::Value element : value.elements()) out.elements.push_back(tree_of(element, notes));
      break;
    case json::Kind::object:
      out.kind = Kind::table;
      for (const auto& [name, member] : value.members()) {
        if (member.kind() == json::Kind::null) {
          notes.defects.push_back({0, quoted(name) + ": is null; leave the field out"});
          continue;
        }
        out.members.push_back({std::string(name), tree_of(member, notes)});
      }
      break;
    case json::Kind::null:
    case json::Kind::missing:
      notes.defects.push_back({0, "null has no place in terms; leave it out"});
      break;
  }
  return out;
}

}  // namespace skypact::pact
