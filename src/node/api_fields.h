#pragma once
// Pieces of the API's JSON that several schemas share. Internal to api_json.cpp and its neighbours.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/agreed.h"
#include "airspace/observation.h"
#include "airspace/rules.h"
#include "geo/position.h"
#include "json/document.h"
#include "json/fields.h"
#include "json/writer.h"

namespace skypact::node {

inline constexpr int degree_decimals = 7, feet_decimals = 1, second_decimals = 1;

void position_value(json::Writer& out, geo::Position p);
void position_field(json::Writer& out, std::string_view name, geo::Position p);
void ring_field(json::Writer& out, std::string_view name, const std::vector<geo::Position>& ring);
void velocity_fields(json::Writer& out, const GroundVelocity& velocity);
void suspect_field(json::Writer& out, std::uint8_t suspect);
void minima_field(json::Writer& out, std::string_view name, const Minima& minima);
void desk_value(json::Writer& out, const Desk& desk);
void limit_field(json::Writer& out, std::string_view name, const VerticalLimit& limit);

inline constexpr double least_altitude_ft = -2'000, greatest_limit_ft = 250'000;   // of a limit: what terms and notices may say, above the highest ground
[[nodiscard]] std::optional<geo::Position> read_position(json::Value value);
// `fallback` where the member is absent or wrong, and then the fields say so.
[[nodiscard]] VerticalLimit limit_of(json::Fields& fields, std::string_view name, VerticalLimit fallback);

// One object's text; `body` writes its fields.
template <class Body>
std::string object_text(const Body& body) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  body(out);
  out.end_object();
  return text;
}

// A list of what `each` writes.
template <class List, class Each>
void list_field(json::Writer& out, std::string_view name_of_list, const List& list, const Each& each) {
  out.key(name_of_list);
  out.begin_array();
  for (const auto& item : list) each(item);
  out.end_array();
}

}  // namespace skypact::node
