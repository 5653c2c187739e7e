#include "line/notice.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "line/notice_area.h"
#include "pact/terms.h"
#include "pact/units.h"

namespace skypact::line {
namespace {

constexpr std::array<std::string_view, 3> state_words{"planned", "changed", "cancelled"};
constexpr std::array<std::string_view, notice_kinds> kind_words{"flight",  "refuelling", "firing",       "air_defence", "parachuting", "unmanned",
                                                                "jamming", "rescue",     "humanitarian", "exercise",    "other"};
constexpr std::array<std::string_view, 5> shape_words{"box", "circle", "corridor", "polygon", "block"};
static_assert(shape_words.size() == std::variant_size_v<NoticeGeometry>);

// --- checking ---

Error over(std::string message) { return Error{ErrorCode::over_limit, std::move(message)}; }

bool is_call_sign(std::string_view text) {
  const auto inner = [](char c) { return c == ' ' || c == '-'; };
  if (text.empty() || text.size() > NoticeLimits::call_sign || inner(text.front()) || inner(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || inner(c); });
}

Result<void> check_limits(const Notice& n) {
  using Reference = VerticalLimit::Reference;
  if (n.floor.reference == Reference::unlimited) return bad_input("floor: cannot be unlimited");
  if (n.ceiling.reference == Reference::surface) {
    return bad_input("ceiling: is the surface, so nothing is inside; say up to which height it goes");
  }
  for (const auto& [name, limit] : {std::pair{"floor", &n.floor}, {"ceiling", &n.ceiling}}) {
    // A height that its text does not carry would be another height for who reads it.
    const auto back = pact::parse_limit(pact::limit_text(*limit));
    if (!back || *back != *limit) return bad_input(fmt::format("{}: must be a height from 0 to 200000 ft", name));
  }
  if (n.floor.reference == n.ceiling.reference && n.floor.height >= n.ceiling.height) {
    return bad_input(fmt::format("floor: {} is not below the ceiling, {}", pact::limit_text(n.floor), pact::limit_text(n.ceiling)));
  }
  if (std::holds_alternative<NoticeBlock>(n.geometry) && (n.floor.reference == Reference::surface || n.ceiling.reference == Reference::unlimited)) {
    return bad_input("geometry: a block has a floor above the surface and a ceiling; say both, or draw a polygon");
  }
  if (n.ceiling.reference == Reference::above_ground && !n.highest_ground) {
    return bad_input("highest_ground: is missing; the ceiling is above ground, so say how high the ground is at its highest there, such as \"850ft\"");
  }
  if (n.highest_ground && n.ceiling.reference != Reference::above_ground) {
    return bad_input("highest_ground: is said only where the ceiling is above ground");
  }
  if (n.highest_ground && (*n.highest_ground < Height{} || *n.highest_ground > feet_of_height(30'000))) {
    return bad_input("highest_ground: must be from 0ft to 30000ft");
  }
  return {};
}

Result<void> check_spans(const std::vector<Interval<Time>>& spans) {
  if (spans.empty()) return bad_input("spans: is empty; say from when to when");
  if (spans.size() > NoticeLimits::spans) {
    return over(fmt::format("spans: has {}; at most {} are taken", spans.size(), NoticeLimits::spans));
  }
  const Time first{}, last{std::chrono::sys_days(std::chrono::year(2200) / 1 / 1)};
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto& span = spans[i];
    if (span.from < first || span.to >= last) return bad_input(fmt::format("spans[{}]: must lie from 1970 to 2199", i));
    if (span.from != std::chrono::floor<minutes>(span.from) || span.to != std::chrono::floor<minutes>(span.to)) {
      return bad_input(fmt::format("spans[{}]: must begin and end at whole minutes, because its generated text has no seconds", i));
    }
    if (span.empty()) {
      return bad_input(fmt::format("spans[{}]: ends ({}) before it begins ({})", i, to_rfc3339(span.to), to_rfc3339(span.from)));
    }
    if (i > 0 && span.from <= spans[i - 1].to) {
      return bad_input(fmt::format("spans[{}]: must begin after spans[{}] has ended, and not at once; put them in order, and join those that touch", i, i - 1));
    }
  }
  if (spans.back().to - spans.front().from > NoticeLimits::longest) {
    return over(fmt::format("spans: reach over more than {} days; give a notice for each part", NoticeLimits::longest / std::chrono::hours(24)));
  }
  return {};
}

Result<void> check_words(const Notice& n) {
  if (n.number.count < 1 || n.number.count > NoticeLimits::number || n.number.year > 99) {
    return bad_input("number: must be from 0001/00 to 9999/99");
  }
  if (n.revision < 1 || n.revision > NoticeLimits::revision) {
    return over(fmt::format("revision: must be from 1 to {}; after so many changes cancel it and give a new one", NoticeLimits::revision));
  }
  if ((n.revision == 1) != (n.state == NoticeState::planned)) {
    return bad_input(fmt::format("state: revision {} cannot be {}; the first revision is planned, a later one changed or cancelled", n.revision,
                                 to_string(n.state)));
  }
  if (!pact::is_word(n.activity) || n.activity.size() > NoticeLimits::activity) {
    return bad_input(fmt::format("activity: {} is no word; write a lower-case letter, then letters, digits, \"-\" and \"_\", at most {} bytes, "
                                 "as in the pact's table of notices",
                                 quoted(n.activity), NoticeLimits::activity));
  }
  if (n.aircraft && (*n.aircraft < 1 || *n.aircraft > NoticeLimits::aircraft)) {
    return bad_input(fmt::format("aircraft: must be from 1 to {}; leave it out where none takes part", NoticeLimits::aircraft));
  }
  if (n.call_signs.size() > NoticeLimits::call_signs) {
    return over(fmt::format("call_signs: has {}; at most {} are taken", n.call_signs.size(), NoticeLimits::call_signs));
  }
  for (std::size_t i = 0; i < n.call_signs.size(); ++i) {
    if (!is_call_sign(n.call_signs[i])) {
      return bad_input(fmt::format("call_signs[{}]: {} must be 1 to {} capital letters and digits, with spaces or hyphens inside", i,
                                   quoted(n.call_signs[i]), NoticeLimits::call_sign));
    }
    const auto here = n.call_signs.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(n.call_signs.begin(), here, *here) != here) {
      return bad_input(fmt::format("call_signs[{}]: {} is named twice", i, n.call_signs[i]));
    }
  }
  if (n.remarks.size() > NoticeLimits::remarks) {
    return over(fmt::format("remarks: has {} bytes; at most {} are taken", n.remarks.size(), NoticeLimits::remarks));
  }
  if (const char* defect = text_defect(n.remarks, LineFeeds::allowed)) return bad_input(fmt::format("remarks: {}", defect));
  if (n.frequency_khz) {
    if (const auto khz = pact::parse_channel(pact::channel_text(*n.frequency_khz)); !khz) return Error(khz.error()).within("frequency");
  }
  return {};
}

// --- writing ---

void write_position(json::Writer& out, geo::Position p) {
  out.begin_array();
  out.shortest(p.lat_degrees());
  out.shortest(p.lon_degrees());
  out.end_array();
}

void write_positions(json::Writer& out, std::string_view name, const std::vector<geo::Position>& positions) {
  out.key(name);
  out.begin_array();
  for (const geo::Position p : positions) write_position(out, p);
  out.end_array();
}

struct WriteGeometry {
  json::Writer& out;
  void operator()(const NoticeBox& box) const {
    out.key("north_east");
    write_position(out, box.north_east);
    shape("box");
    out.key("south_west");
    write_position(out, box.south_west);
  }
  void operator()(const NoticeCircle& circle) const {
    out.key("centre");
    write_position(out, circle.centre);
    out.field("radius", pact::length_text(circle.radius));
    shape("circle");
  }
  void operator()(const NoticeCorridor& corridor) const {
    out.field("half_width", pact::length_text(corridor.half_width));
    write_positions(out, "line", corridor.line);
    shape("corridor");
  }
  void operator()(const NoticePolygon& polygon) const {
    write_positions(out, "outline", polygon.outline);
    shape("polygon");
  }
  void operator()(const NoticeBlock& block) const {
    write_positions(out, "outline", block.outline);
    shape("block");
  }
  void shape(std::string_view word) const { out.field("shape", word); }
};

template <class T>
std::string canonical_of(const T& value) {
  std::string text;
  json::Writer out(text);
  append(out, value);
  const auto document = json::parse(text);
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return std::move(*canonical);
}

// --- reading ---

std::string text_of(const std::optional<std::string_view>& text) { return std::string(text.value_or("")); }

// [latitude, longitude]; what is wrong otherwise.
Result<geo::Position> position_of(json::Value value) {
  std::array<double, 2> degrees{};
  std::size_t count = 0;
  for (const json::Value element : value.elements()) {
    const auto number = element.as_number();
    if (count == 2 || !number) return bad_input("must be [latitude, longitude] in degrees, for example [52.31, 4.76]");
    degrees[count++] = *number;
  }
  if (count != 2) return bad_input("must be [latitude, longitude] in degrees, for example [52.31, 4.76]");
  const auto position = geo::Position::from_degrees(degrees[0], degrees[1]);
  if (!position || degrees[1] > 180 || degrees[1] < -180) {
    return bad_input(fmt::format("[{}, {}] is no place on the Earth; latitude comes first, from -90 to 90, then longitude, from -180 to 180",
                                 degrees[0], degrees[1]));
  }
  return *position;
}

geo::Position read_position(json::Fields& fields, std::string_view name) {
  const json::Value value = fields.array(name, json::required);
  if (!value.exists()) return {};
  const auto position = position_of(value);
  if (!position) return fields.refuse(name, position.error().message), geo::Position{};
  return *position;
}

std::vector<geo::Position> read_positions(json::Fields& fields, std::string_view name, std::size_t most) {
  const json::Value value = fields.array(name, json::required);
  std::vector<geo::Position> positions;
  if (value.size() > most) return fields.refuse(name, fmt::format("has {} places; at most {} are taken", value.size(), most)), positions;
  for (const json::Value element : value.elements()) {
    const auto position = position_of(element);
    if (!position) return fields.refuse(fmt::format("{}[{}]", name, positions.size()), position.error().message), positions;
    positions.push_back(*position);
  }
  return positions;
}

// A text that `parse` makes a value of.
template <class T, class Parse>
std::optional<T> read_quantity(json::Fields& fields, std::string_view name, json::Presence presence, const Parse& parse) {
  const auto text = fields.text(name, 1, 40, presence);
  if (!text) return std::nullopt;
  const Result<T> value = parse(*text);
  if (!value) return fields.refuse(name, value.error().message), std::nullopt;
  return *value;
}

Length read_length(json::Fields& fields, std::string_view name) { return read_quantity<Length>(fields, name, json::required, parse_length).value_or(Length()); }

Result<NoticeGeometry> read_geometry(json::Value value) {
  json::Fields fields(value);
  NoticeGeometry geometry;
  const auto shape = fields.word("shape", {shape_words[0], shape_words[1], shape_words[2], shape_words[3], shape_words[4]}, json::required);
  if (shape == 0) {
    const geo::Position south_west = read_position(fields, "south_west");
    geometry = NoticeBox{south_west, read_position(fields, "north_east")};
  } else if (shape == 1) {
    const geo::Position centre = read_position(fields, "centre");
    geometry = NoticeCircle{centre, read_length(fields, "radius")};
  } else if (shape == 2) {
    auto line = read_positions(fields, "line", NoticeLimits::line);
    geometry = NoticeCorridor{std::move(line), read_length(fields, "half_width")};
  } else if (shape == 3) {
    geometry = NoticePolygon{read_positions(fields, "outline", NoticeLimits::vertices)};
  } else if (shape == 4) {
    geometry = NoticeBlock{read_positions(fields, "outline", NoticeLimits::vertices)};
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return geometry;
}

Result<std::vector<Interval<Time>>> read_spans(json::Value value) {
  std::vector<Interval<Time>> spans;
  if (value.size() > NoticeLimits::spans) {
    return over(fmt::format("spans: has {}; at most {} are taken", value.size(), NoticeLimits::spans));
  }
  for (const json::Value element : value.elements()) {
    json::Fields one(element);
    const auto from = one.time("from", json::required), to = one.time("to", json::required);
    one.refuse_unknown();
    if (one.error()) return Error(*one.error()).within(fmt::format("spans[{}]", spans.size()));
    spans.push_back({*from, *to});
  }
  return spans;
}

Result<std::vector<std::string>> read_call_signs(json::Value value) {
  std::vector<std::string> call_signs;
  if (value.size() > NoticeLimits::call_signs) {
    return over(fmt::format("call_signs: has {}; at most {} are taken", value.size(), NoticeLimits::call_signs));
  }
  for (const json::Value element : value.elements()) {
    const auto text = element.as_string();
    if (!text) return bad_input(fmt::format("call_signs[{}]: must be a text, is {}", call_signs.size(), json::to_string(element.kind())));
    call_signs.emplace_back(*text);
  }
  return call_signs;
}

NoticeNumber read_number(json::Fields& fields) {
  const auto text = fields.text("number", 1, 20, json::required);
  const auto number = text ? parse_notice_number(*text) : std::nullopt;
  if (text && !number) {
    fields.refuse("number", quoted(*text) + " is no number of a notice; write four digits, a stroke and the year's last two digits: 0012/26");
  }
  return number.value_or(NoticeNumber{});
}

std::uint32_t read_revision(json::Fields& fields) {
  return static_cast<std::uint32_t>(fields.integer("revision", 1, NoticeLimits::revision, json::required).value_or(1));
}

Result<void> check_version(json::Fields& fields) {
  if (const auto v = fields.integer("v", 0, 1'000'000, json::required); v && *v != Notice::version) {
    return bad_input(fmt::format("v: this program reads version {} of notices, this one is of version {}; a newer skypact reads it", Notice::version, *v));
  }
  return {};
}

// Of a text of at most so many bytes, which must be the one text of its value.
template <class T, class Read>
Result<T> parse_canonical(std::string_view text, std::size_t most, const Read& read) {
  const auto document = json::parse(text, {.bytes = most, .depth = 8});
  if (!document) return document.error();
  Result<T> value = read(document->root());
  if (value && canonical_json(*value) != text) {
    return bad_input("the text is not in canonical form (RFC 8785; times with three decimals and Z; every quantity as docs/formats/notice.md "
                     "says), so it would have two hashes");
  }
  return value;
}

}  // namespace

std::string to_string(NoticeNumber number) { return fmt::format("{:04}/{:02}", number.count, number.year); }

std::optional<NoticeNumber> parse_notice_number(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 7 || text[4] != '/') return std::nullopt;
  const std::string_view count = text.substr(0, 4), year = text.substr(5);
  if (!std::all_of(count.begin(), count.end(), digit) || !std::all_of(year.begin(), year.end(), digit)) return std::nullopt;
  const NoticeNumber number{static_cast<std::uint32_t>(*parse_integer(count)), static_cast<std::uint32_t>(*parse_integer(year))};
  if (number.count == 0) return std::nullopt;
  return number;
}

std::string_view to_string(NoticeState state) { return state_words[static_cast<std::size_t>(state)]; }
std::string_view to_string(NoticeKind kind) { return kind_words[static_cast<std::size_t>(kind)]; }
std::string_view shape_of(const NoticeGeometry& geometry) { return shape_words[geometry.index()]; }

bool is_dangerous(NoticeKind kind) {
  return kind == NoticeKind::firing || kind == NoticeKind::air_defence || kind == NoticeKind::parachuting || kind == NoticeKind::unmanned;
}

Result<void> check_notice(const Notice& n) {
  if (auto good = check_words(n); !good) return good;
  if (auto good = check_spans(n.spans); !good) return good;
  if (auto good = check_limits(n); !good) return good;
  if (auto area = area_of(n.geometry); !area) return std::move(area).error().within("geometry");
  return {};
}

void append(json::Writer& out, const Notice& n) {
  out.begin_object();
  out.field("activity", n.activity);
  if (n.aircraft) out.field("aircraft", *n.aircraft);
  if (!n.call_signs.empty()) {
    out.key("call_signs");
    out.begin_array();
    for (const std::string& call_sign : n.call_signs) out.value(call_sign);
    out.end_array();
  }
  out.field("ceiling", pact::limit_text(n.ceiling));
  out.field("exercise", n.exercise);
  out.field("floor", pact::limit_text(n.floor));
  if (n.frequency_khz) out.field("frequency", pact::channel_text(*n.frequency_khz));
  out.key("geometry");
  out.begin_object();
  std::visit(WriteGeometry{out}, n.geometry);
  out.end_object();
  if (n.highest_ground) out.field("highest_ground", pact::height_text(*n.highest_ground));
  out.field("kind", to_string(n.kind));
  out.field("number", to_string(n.number));
  if (!n.remarks.empty()) out.field("remarks", n.remarks);
  out.field("revision", n.revision);
  out.key("spans");
  out.begin_array();
  for (const auto& span : n.spans) {
    out.begin_object();
    out.field("from", to_rfc3339(span.from));
    out.field("to", to_rfc3339(span.to));
    out.end_object();
  }
  out.end_array();
  out.field("state", to_string(n.state));
  out.field("v", Notice::version);
  out.end_object();
}

namespace {

// All but what the node gives it; reads to the end of `fields`.
Result<Notice> read_said(json::Fields& fields, Notice n, json::Presence exercise) {
  n.activity = text_of(fields.text("activity", 1, NoticeLimits::activity, json::required));
  const auto& k = kind_words;
  n.kind = static_cast<NoticeKind>(fields.word("kind", {k[0], k[1], k[2], k[3], k[4], k[5], k[6], k[7], k[8], k[9], k[10]}, json::required).value_or(0));
  const json::Value geometry = fields.object("geometry", json::required);
  n.floor = read_quantity<VerticalLimit>(fields, "floor", json::required, pact::parse_limit).value_or(VerticalLimit{});
  n.ceiling = read_quantity<VerticalLimit>(fields, "ceiling", json::required, pact::parse_limit).value_or(VerticalLimit{});
  n.highest_ground = read_quantity<Height>(fields, "highest_ground", json::optional, parse_height);
  const json::Value spans = fields.array("spans", json::required);
  if (const auto aircraft = fields.integer("aircraft", 1, NoticeLimits::aircraft)) n.aircraft = static_cast<std::uint32_t>(*aircraft);
  const json::Value call_signs = fields.array("call_signs");
  n.remarks = text_of(fields.text("remarks", 1, NoticeLimits::remarks));
  n.frequency_khz = read_quantity<std::uint32_t>(fields, "frequency", json::optional, pact::parse_channel);
  n.exercise = fields.boolean("exercise", exercise).value_or(false);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();

  auto shape = read_geometry(geometry);
  if (!shape) return std::move(shape).error().within("geometry");
  n.geometry = std::move(*shape);
  auto times = read_spans(spans);
  if (!times) return std::move(times).error();
  n.spans = std::move(*times);
  auto names = read_call_signs(call_signs);
  if (!names) return std::move(names).error();
  n.call_signs = std::move(*names);
  if (auto good = check_notice(n); !good) return good.error();
  return n;
}

}  // namespace

Result<Notice> read_notice(json::Value value) {
  json::Fields fields(value);
  if (auto good = check_version(fields); !good) return good.error();
  Notice n;
  n.number = read_number(fields);
  n.revision = read_revision(fields);
  n.state = static_cast<NoticeState>(fields.word("state", {state_words[0], state_words[1], state_words[2]}, json::required).value_or(0));
  return read_said(fields, std::move(n), json::required);
}

Result<Notice> read_notice_draft(json::Value value, NoticeNumber number) {
  json::Fields fields(value);
  for (const std::string_view given : {"v", "number", "revision", "state"}) {
    if (fields.any(given).exists()) fields.refuse(given, "is given by the node; leave it out");
  }
  Notice n;
  n.number = number;
  return read_said(fields, std::move(n), json::optional);
}

std::string canonical_json(const Notice& notice) { return canonical_of(notice); }

Result<Notice> parse_notice(std::string_view text) { return parse_canonical<Notice>(text, NoticeLimits::bytes, read_notice); }

}  // namespace skypact::line
