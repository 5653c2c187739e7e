#include <algorithm>

#include <fmt/format.h>

#include "airspace/parse_address.h"
#include "base/text.h"
#include "guard/geojson_position.h"
#include "guard/zone_builder.h"
#include "json/document.h"

namespace skypact::guard {
namespace {

Result<Ring> ring_of(json::Value polygon) {
  if (polygon.size() == 0) return bad_input("the polygon has no ring");
  if (polygon.size() > 1) return bad_input("the polygon has a hole; zones have none, so cut it into two polygons");
  Ring ring;
  for (json::Value rings : polygon.elements()) {
    for (json::Value v : rings.elements()) {
      auto p = read_geojson_position(v);
      if (!p) return p.error();
      ring.push_back(*p);
    }
  }
  if (ring.size() > 1 && ring.back() == ring.front()) ring.pop_back();
  return ring;
}

Result<VerticalLimit> limit_of(json::Value value) {
  if (const auto text = value.as_string()) return parse_vertical_limit(*text);
  using Reference = VerticalLimit::Reference;
  constexpr std::pair<std::string_view, Reference> references[] = {
      {"surface", Reference::surface},           {"unlimited", Reference::unlimited},       {"pressure", Reference::pressure},
      {"mean_sea_level", Reference::mean_sea_level}, {"above_ground", Reference::above_ground}, {"ellipsoid", Reference::ellipsoid}};
  const auto name = value["reference"].as_string();
  for (const auto& [word, reference] : references) {
    if (!name || *name != word) continue;
    if (reference == Reference::surface || reference == Reference::unlimited) return VerticalLimit{reference, {}};
    const auto height = value["height_ft"].as_number();
    if (!height || *height < -2000 || *height > 200'000) return bad_input("height_ft must be a number from -2000 to 200000");
    return VerticalLimit{reference, feet_of_height(*height)};
  }
  return bad_input("a vertical limit is a text like \"FL100\" or {\"reference\": …, \"height_ft\": …}");
}

Result<Zone> properties_of(json::Value feature, const Parties& parties) {
  Zone zone;
  const json::Value properties = feature["properties"];
  const auto text = [&](json::Value v) { return std::string(v.as_string().value_or("")); };
  zone.id = text(properties["id"]);
  if (zone.id.empty()) zone.id = text(feature["id"]);
  if (const auto number = feature["id"].as_integer(); zone.id.empty() && number) zone.id = std::to_string(*number);
  zone.name = text(properties["name"]);
  if (const auto rule = properties["rule"]; rule.has_value()) {
    const auto known = parse_zone_rule(text(rule));
    if (!known) return bad_input("rule must be keep_clear, caution, protected_site, corridor or clearance");
    zone.rule = *known;
  }
  for (const auto& [name, limit] : {std::pair{"floor", &zone.floor}, std::pair{"ceiling", &zone.ceiling}}) {
    if (!properties[name].has_value()) continue;
    auto read = limit_of(properties[name]);
    if (!read) return std::move(read).error().within(name);
    *limit = *read;
  }
  const auto number = [&](std::string_view name, double from, double to) -> Result<std::optional<double>> {
    if (!properties[name].has_value()) return std::optional<double>{};
    const auto value = properties[name].as_number();
    if (!value || *value < from || *value > to) return bad_input(fmt::format("{} must be a number from {} to {}", name, from, to));
    return value;
  };
  auto buffer = number("buffer_nm", 0, 100);
  if (!buffer) return buffer.error();
  zone.buffer = nautical_miles(buffer->value_or(0));
  auto ground = number("ground_elevation_ft", -2000, 30'000);
  if (!ground) return ground.error();
  zone.ground_elevation = feet_of_height(ground->value_or(0));
  auto radius = number("radius_nm", 0, 500);
  if (!radius) return radius.error();
  zone.radius = nautical_miles(radius->value_or(0));
  for (json::Value span : properties["active"].elements()) {
    auto from = parse_rfc3339(text(span["from"])), to = parse_rfc3339(text(span["to"]));
    if (!from || !to) return bad_input("active: each entry is {\"from\": TIME, \"to\": TIME}, times as 2026-11-23T19:53:45Z");
    zone.active.push_back({*from, *to});
  }
  const auto party_called = [&](std::string_view member, json::Value name) -> Result<PartyId> {
    const auto at = std::find_if(parties.begin(), parties.end(), [&](const Party& p) { return p.id == text(name); });
    if (at == parties.end() || at == parties.begin()) return bad_input(fmt::format("{}: no party is called \"{}\"", member, skypact::quoted(text(name))));
    return PartyId{static_cast<std::uint16_t>(at - parties.begin())};
  };
  for (json::Value name : properties["exempt"].elements()) {
    const auto party = party_called("exempt", name);
    if (!party) return party.error();
    zone.exempt.push_back(*party);
  }
  if (const auto name = properties["party"]; name.has_value()) {
    const auto party = party_called("party", name);
    if (!party) return party.error();
    zone.party = *party;
  }
  if (const auto leader = properties["moves_with"]; leader.has_value()) {
    auto address = parse_address(text(leader));
    if (!address) return std::move(address).error().within("moves_with");
    zone.moves_with = *address;
  }
  if (const auto anchor = properties["anchor"]; anchor.has_value()) {
    auto position = read_geojson_position(anchor);
    if (!position) return std::move(position).error().within("anchor");
    zone.anchor = *position;
  }
  return zone;
}

// A circle moves by its centre unless its file says otherwise; which point of an outline the aircraft is, only the file knows.
Result<void> check_motion(const Zone& zone) {
  if (zone.moves_with && !zone.anchor && !zone.centre) {
    return bad_input("moves_with needs anchor, the [longitude, latitude] of the aircraft when the outline is where it is drawn");
  }
  if (zone.anchor && !zone.moves_with) return bad_input("anchor needs moves_with, the address of the aircraft that the zone moves with");
  return {};
}

Result<void> add_feature(ZoneBuilder& builder, json::Value feature, std::string_view file, std::size_t index, const Parties& parties) {
  const std::string place = fmt::format("feature {}", index);
  const auto wrong = [&](Error error) { return std::move(error).within(place).within(file); };
  if (feature["type"].as_string() != "Feature") return wrong(bad_input("it must be an object with \"type\": \"Feature\""));
  auto zone = properties_of(feature, parties);
  if (!zone) return wrong(zone.error());
  const json::Value geometry = feature["geometry"];
  const auto kind = geometry["type"].as_string().value_or("");
  if (kind == "Point") {
    auto centre = read_geojson_position(geometry["coordinates"]);
    if (!centre) return wrong(centre.error());
    if (!(zone->radius > metres(0))) return wrong(bad_input("a Point needs the property radius_nm, greater than zero"));
    zone->centre = *centre;
    if (zone->moves_with && !zone->anchor) zone->anchor = *centre;
    if (auto ok = check_motion(*zone); !ok) return wrong(ok.error());
    return builder.add(std::move(*zone), place);
  }
  if (auto ok = check_motion(*zone); !ok) return wrong(ok.error());
  if (kind == "Polygon") {
    auto ring = ring_of(geometry["coordinates"]);
    if (!ring) return wrong(ring.error());
    zone->outline = std::move(*ring);
    zone->radius = {};
    return builder.add(std::move(*zone), place);
  }
  if (kind == "MultiPolygon") {
    std::size_t part = 0;
    const std::string id = zone->id;
    for (json::Value polygon : geometry["coordinates"].elements()) {
      auto ring = ring_of(polygon);
      if (!ring) return wrong(ring.error());
      Zone one = *zone;
      one.outline = std::move(*ring);
      one.radius = {};
      ++part;
      if (!id.empty()) one.id = fmt::format("{}-{}", id, part);
      if (auto ok = builder.add(std::move(one), fmt::format("{}, polygon {}", place, part)); !ok) return ok;
    }
    if (part == 0) return wrong(bad_input("the MultiPolygon has no polygon"));
    return {};
  }
  return wrong(bad_input(fmt::format("geometry \"{}\" is not read; use Polygon, MultiPolygon, or Point with radius_nm", quoted(kind))));
}

}  // namespace

Result<ZoneFile> read_geojson(std::string_view text, std::string_view file, const Parties& parties) {
  auto document = json::parse(text, {.bytes = ZoneFileLimits::bytes});
  if (!document) return std::move(document).error().within(file);
  ZoneBuilder builder(file);
  const json::Value root = document->root();
  const auto type = root["type"].as_string().value_or("");
  if (type == "Feature") {
    if (auto ok = add_feature(builder, root, file, 1, parties); !ok) return ok.error();
  } else if (type == "FeatureCollection") {
    std::size_t index = 0;
    for (json::Value feature : root["features"].elements()) {
      if (auto ok = add_feature(builder, feature, file, ++index, parties); !ok) return ok.error();
    }
  } else {
    return bad_input(fmt::format("{}: this is no GeoJSON of zones; its \"type\" must be FeatureCollection or Feature", file));
  }
  return builder.take();
}

}  // namespace skypact::guard
