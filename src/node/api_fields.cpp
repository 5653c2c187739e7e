#include "node/api_fields.h"

#include "base/text.h"
#include "node/api_names.h"

namespace skypact::node {

void position_value(json::Writer& out, geo::Position p) {
  out.begin_array();
  out.value(p.lat_degrees(), degree_decimals);
  out.value(p.lon_degrees(), degree_decimals);
  out.end_array();
}

void position_field(json::Writer& out, std::string_view name, geo::Position p) {
  out.key(name);
  position_value(out, p);
}

void ring_field(json::Writer& out, std::string_view name, const std::vector<geo::Position>& ring) {
  out.key(name);
  out.begin_array();
  for (const geo::Position p : ring) position_value(out, p);
  out.end_array();
}

void velocity_fields(json::Writer& out, const GroundVelocity& velocity) {
  out.field("ground_speed_kt", velocity.speed.in(knots), 1);
  out.field("track_deg", velocity.track.in_degrees(), 1);
}

void suspect_field(json::Writer& out, std::uint8_t suspect) {
  if (suspect == 0) return;
  out.key("suspect");
  out.begin_array();
  for (const Suspicion s : {Suspicion::position_jump, Suspicion::impossible_speed, Suspicion::frozen_position, Suspicion::interference,
                            Suspicion::duplicate_address}) {
    if ((suspect & static_cast<unsigned>(s)) != 0) out.value(name(s));
  }
  out.end_array();
}

void minima_field(json::Writer& out, std::string_view name, const Minima& minima) {
  out.key(name);
  out.begin_object();
  out.field("horizontal_nm", minima.horizontal.in(nautical_miles), 3);
  out.field("vertical_ft", minima.vertical.in_feet(), feet_decimals);
  out.end_object();
}

void desk_value(json::Writer& out, const Desk& desk) {
  out.begin_object();
  out.field("id", desk.id);
  out.field("name", desk.name);
  list_field(out, "languages", desk.languages, [&](const std::string& language) { out.value(language); });
  if (!desk.contact.empty()) out.field("contact", desk.contact);
  out.end_object();
}

void limit_field(json::Writer& out, std::string_view name_of_limit, const VerticalLimit& limit) {
  using Reference = VerticalLimit::Reference;
  out.key(name_of_limit);
  out.begin_object();
  out.field("reference", name(limit.reference));
  if (limit.reference != Reference::surface && limit.reference != Reference::unlimited) {
    out.field("height_ft", limit.height.in_feet(), feet_decimals);
  }
  out.end_object();
}

std::optional<geo::Position> read_position(json::Value value) {
  if (value.size() != 2) return std::nullopt;
  std::optional<double> degrees[2];
  std::size_t i = 0;
  for (const json::Value element : value.elements()) degrees[i++] = element.as_number();
  if (i != 2 || !degrees[0] || !degrees[1]) return std::nullopt;
  return geo::Position::from_degrees(*degrees[0], *degrees[1]);
}

VerticalLimit limit_of(json::Fields& fields, std::string_view name, VerticalLimit fallback) {
  using Reference = VerticalLimit::Reference;
  const json::Value value = fields.object(name);
  if (!value.exists()) return fallback;
  json::Fields inner(value);
  VerticalLimit limit;
  if (const auto word = inner.text("reference", 1, 32, json::required)) {
    const auto reference = reference_of(*word);
    if (!reference) inner.refuse("reference", "is not a word that is known here: " + quoted(*word));
    limit.reference = reference.value_or(limit.reference);
  }
  const bool measured = limit.reference != Reference::surface && limit.reference != Reference::unlimited;
  const auto height = inner.number("height_ft", least_altitude_ft, greatest_limit_ft, measured ? json::required : json::optional);
  if (measured && height) limit.height = feet_of_height(*height);
  inner.refuse_unknown();
  if (inner.error()) fields.refuse(name, inner.error()->message);
  return limit;
}

}  // namespace skypact::node
