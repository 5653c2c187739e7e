#include <algorithm>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/text.h"
#include "guard/zone_builder.h"

namespace skypact::guard {
namespace {

// Elements by their name without a namespace prefix.
bool is(const pugi::xml_node& node, std::string_view name) {
  std::string_view own = node.name();
  if (const auto colon = own.find(':'); colon != std::string_view::npos) own.remove_prefix(colon + 1);
  return own == name;
}
pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& c : node.children()) {
    if (is(c, name)) return c;
  }
  return {};
}

constexpr int deepest = 64;  // nested folders and geometries

struct Coordinates {
  Ring ring;
  double lowest = 0, highest = 0;  // metres
};

Result<Coordinates> coordinates_of(std::string_view text) {
  Coordinates out;
  bool first = true;
  while (!(text = trim(text)).empty()) {
    const auto end = std::min(text.find_first_of(" \t\r\n"), text.size());
    std::string_view tuple = text.substr(0, end);
    text.remove_prefix(end);
    const std::string shown = quoted(tuple, 40);
    double numbers[3] = {0, 0, 0};
    std::size_t n = 0;
    for (std::string_view rest = tuple; auto field = next_field(rest, ',');) {
      const auto number = parse_number(trim(*field));
      if (!number || n == 3) return bad_input(fmt::format("\"{}\" is no coordinate; write longitude,latitude,altitude", shown));
      numbers[n++] = *number;
    }
    const auto p = geo::Position::from_degrees(numbers[1], numbers[0]);
    if (n < 2 || !p) return bad_input(fmt::format("\"{}\" is no coordinate; write longitude,latitude,altitude", shown));
    if (out.ring.size() > 100'000) return Error{ErrorCode::over_limit, "the ring has more than 100000 vertices"};
    out.ring.push_back(*p);
    out.lowest = first ? numbers[2] : std::min(out.lowest, numbers[2]);
    out.highest = first ? numbers[2] : std::max(out.highest, numbers[2]);
    first = false;
  }
  if (out.ring.size() > 1 && out.ring.back() == out.ring.front()) out.ring.pop_back();
  return out;
}

Result<void> apply_data(Zone& zone, std::string_view name, std::string_view value, const Parties& parties) {
  const auto wrong = [&](std::string_view what) { return bad_input(fmt::format("{}: {}", name, what)); };
  if (name == "id") {
    zone.id = std::string(value);
  } else if (name == "rule") {
    const auto rule = parse_zone_rule(value);
    if (!rule) return wrong("must be keep_clear, caution, protected_site or corridor");
    zone.rule = *rule;
  } else if (name == "floor" || name == "ceiling") {
    auto limit = parse_vertical_limit(value);
    if (!limit) return std::move(limit).error().within(name);
    (name == "floor" ? zone.floor : zone.ceiling) = *limit;
  } else if (name == "buffer_nm") {
    const auto number = parse_number(value);
    if (!number || *number < 0 || *number > 100) return wrong("must be a number from 0 to 100");
    zone.buffer = nautical_miles(*number);
  } else if (name == "exempt") {
    for (std::string_view rest = value; auto field = next_field(rest, ',');) {
      const auto at = std::find_if(parties.begin(), parties.end(), [&](const Party& p) { return p.id == trim(*field); });
      if (at == parties.end() || at == parties.begin()) return wrong(fmt::format("no party is called \"{}\"", quoted(trim(*field))));
      zone.exempt.push_back(PartyId{static_cast<std::uint16_t>(at - parties.begin())});
    }
  }
  return {};
}

class KmlReader {
 public:
  KmlReader(std::string_view file, const Parties& parties) : file_(file), builder_(file), parties_(parties) {}

  Result<void> go_through(const pugi::xml_node& node, int depth) {
    if (depth > deepest) return Error{ErrorCode::over_limit, fmt::format("{}: folders are nested deeper than {}", file_, deepest)};
    for (const pugi::xml_node& c : node.children()) {
      if (is(c, "Placemark")) {
        if (auto ok = placemark(c); !ok) return ok;
      } else if (is(c, "Document") || is(c, "Folder") || is(c, "kml")) {
        if (auto ok = go_through(c, depth + 1); !ok) return ok;
      }
    }
    return {};
  }
  ZoneFile take() { return builder_.take(); }

 private:
  Result<void> placemark(const pugi::xml_node& node) {
    ++index_;
    Zone zone;
    zone.name = std::string(trim(child(node, "name").child_value()));
    place_ = fmt::format("placemark {} ({})", index_, quoted(zone.name, 40));
    zone.id = node.attribute("id").value();
    has_limits_ = false;
    for (const pugi::xml_node& data : child(node, "ExtendedData").children()) {
      const std::string_view name = data.attribute("name").value();
      if (auto ok = apply_data(zone, name, trim(child(data, "value").child_value()), parties_); !ok) {
        return std::move(ok).error().within(place_).within(file_);
      }
      has_limits_ = has_limits_ || name == "floor" || name == "ceiling";
    }
    if (const auto span = child(node, "TimeSpan")) {
      // Open ends are the ends of time as this clock can say them.
      Interval<Time> active{Time::min(), Time::max()};
      for (const auto& [name, end] : {std::pair{"begin", &active.from}, std::pair{"end", &active.to}}) {
        const std::string_view text = trim(child(span, name).child_value());
        if (text.empty()) continue;
        auto time = parse_rfc3339(text.size() == 10 ? std::string(text) + "T00:00:00Z" : std::string(text));
        if (!time) return std::move(time).error().within(name).within(place_).within(file_);
        *end = *time;
      }
      zone.active.push_back(active);
    }
    const std::size_t before = builder_.count();
    parts_ = 0;
    if (auto ok = geometries(zone, node, 0); !ok) return ok;
    if (builder_.count() == before) builder_.note(place_ + ": has no polygon and was left out");
    return {};
  }

  Result<void> geometries(const Zone& zone, const pugi::xml_node& node, int depth) {
    if (depth > deepest) return Error{ErrorCode::over_limit, fmt::format("{}: {}: geometries are nested deeper than {}", file_, place_, deepest)};
    for (const pugi::xml_node& c : node.children()) {
      if (is(c, "MultiGeometry")) {
        if (auto ok = geometries(zone, c, depth + 1); !ok) return ok;
      } else if (is(c, "Polygon")) {
        if (auto ok = polygon(zone, c); !ok) return ok;
      }
    }
    return {};
  }

  Result<void> polygon(Zone zone, const pugi::xml_node& node) {
    const auto wrong = [&](Error error) { return std::move(error).within(place_).within(file_); };
    if (child(node, "innerBoundaryIs")) return wrong(bad_input("the polygon has a hole; zones have none, so cut it into two polygons"));
    auto read = coordinates_of(child(child(child(node, "outerBoundaryIs"), "LinearRing"), "coordinates").child_value());
    if (!read) return wrong(std::move(read).error());
    zone.outline = std::move(read->ring);
    const std::string_view mode = trim(child(node, "altitudeMode").child_value());
    if (!has_limits_ && (mode == "absolute" || mode == "relativeToGround") && read->highest > 0) {
      if (read->highest > 60'000) return wrong(bad_input("altitudes above 60000 m are not taken"));
      // The roof of the volume; its sides go to the ground, drawn (extrude) or not.
      zone.ceiling = {mode == "absolute" ? VerticalLimit::Reference::mean_sea_level : VerticalLimit::Reference::above_ground,
                      metres_of_height(read->highest)};
    }
    if (++parts_ > 1 && !zone.id.empty()) zone.id += fmt::format("-{}", parts_);
    return builder_.add(std::move(zone), place_);
  }

  std::string file_, place_;
  ZoneBuilder builder_;
  const Parties& parties_;
  std::size_t index_ = 0, parts_ = 0;
  bool has_limits_ = false;
};

}  // namespace

Result<ZoneFile> read_kml(std::string_view text, std::string_view file, const Parties& parties) {
  if (text.size() > ZoneFileLimits::bytes) return Error{ErrorCode::over_limit, fmt::format("{}: larger than {} MiB", file, ZoneFileLimits::bytes >> 20)};
  pugi::xml_document document;
  // No document types, so no entities of the file's own.
  const auto parsed = document.load_buffer(text.data(), text.size(), pugi::parse_default & ~pugi::parse_doctype, pugi::encoding_utf8);
  if (!parsed) {
    const auto line = 1 + std::count(text.begin(), text.begin() + std::clamp<std::ptrdiff_t>(parsed.offset, 0, static_cast<std::ptrdiff_t>(text.size())), '\n');
    return bad_input(fmt::format("{}: line {}: {}", file, line, parsed.description()));
  }
  if (!is(document.document_element(), "kml")) return bad_input(fmt::format("{}: this is no KML; its outermost element must be kml", file));
  KmlReader reader(file, parties);
  if (auto ok = reader.go_through(document, 0); !ok) return ok.error();
  return reader.take();
}

}  // namespace skypact::guard
