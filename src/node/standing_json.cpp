#include "node/standing_json.h"

#include "base/text.h"
#include "json/fields.h"
#include "node/api_fields.h"

namespace skypact::node {
namespace {

using Ended = StandingClearance::Ended;
constexpr std::size_t longest_word = 64;

std::vector<std::string> names_of(json::Fields& fields, std::string_view member) {
  const json::Value list = fields.array(member, json::required);
  std::vector<std::string> names;
  if (list.size() > StandingLimits::names) return fields.refuse(member, "are too many"), names;
  for (const json::Value element : list.elements()) {
    const auto text = element.as_string();
    if (!text || text->empty() || text->size() > longest_word) return fields.refuse(member, "are short texts"), names;
    names.emplace_back(*text);
  }
  return names;
}

std::vector<geo::Position> route_of(json::Fields& fields) {
  const json::Value list = fields.array("route", json::required);
  std::vector<geo::Position> route;
  if (list.size() < 2 || list.size() > StandingLimits::places) return fields.refuse("route", "has two places or more, and not too many"), route;
  for (const json::Value element : list.elements()) {
    const auto place = read_position(element);
    if (!place) return fields.refuse("route", "must be of [lat_deg, lon_deg]"), route;
    route.push_back(*place);
  }
  return route;
}

std::vector<StandingClearance::Levels> levels_of(json::Fields& fields) {
  const json::Value list = fields.array("levels", json::required);
  std::vector<StandingClearance::Levels> all;
  if (list.size() > StandingLimits::levels) return fields.refuse("levels", "are too many"), all;
  for (const json::Value element : list.elements()) {
    json::Fields inner(element);
    StandingClearance::Levels levels;
    levels.floor = limit_of(inner, "floor", levels.floor);
    levels.ceiling = limit_of(inner, "ceiling", levels.ceiling);
    inner.refuse_unknown();
    if (inner.error()) fields.refuse("levels", inner.error()->message);
    all.push_back(levels);
  }
  return all;
}

}  // namespace

void append_standing(json::Writer& out, const StandingClearance& c) {
  out.begin_object();
  out.field("asked_by", c.asked_by);
  out.field("request", c.request);
  out.field("revision", c.revision);
  out.field("party", c.party);
  out.field("clearance", c.clearance);
  list_field(out, "call_signs", c.call_signs, [&](const std::string& name) { out.value(name); });
  list_field(out, "addresses", c.addresses, [&](const std::string& name) { out.value(name); });
  ring_field(out, "route", c.route);
  out.key("half_width_m");
  out.shortest(c.half_width.in(metres));
  out.field("from", to_rfc3339(c.times.from));
  out.field("to", to_rfc3339(c.times.to));
  list_field(out, "levels", c.levels, [&](const StandingClearance::Levels& levels) {
    out.begin_object();
    limit_field(out, "floor", levels.floor);
    limit_field(out, "ceiling", levels.ceiling);
    out.end_object();
  });
  if (c.ended != Ended::no && c.ended_from) {
    out.field("ended", c.ended == Ended::revoked ? "revoked" : "withdrawn");
    out.field("ended_from", to_rfc3339(*c.ended_from));
  }
  out.end_object();
}

Result<StandingClearance> read_standing(json::Value value) {
  json::Fields fields(value);
  const auto text = [&](std::string_view member) { return std::string(fields.text(member, 1, longest_word, json::required).value_or("")); };
  StandingClearance c;
  c.asked_by = text("asked_by");
  c.request = text("request");
  c.revision = static_cast<std::uint32_t>(fields.integer("revision", 1, 1'000'000, json::required).value_or(1));
  c.party = text("party");
  c.clearance = text("clearance");
  c.call_signs = names_of(fields, "call_signs");
  c.addresses = names_of(fields, "addresses");
  c.route = route_of(fields);
  c.half_width = metres(fields.number("half_width_m", 0, widest_corridor.in(metres), json::required).value_or(0));
  const auto from = fields.time("from", json::required), to = fields.time("to", json::required);
  if (from && to) c.times = {*from, *to};
  c.levels = levels_of(fields);
  if (const auto ended = fields.word("ended", {"revoked", "withdrawn"})) c.ended = *ended == 0 ? Ended::revoked : Ended::withdrawn;
  c.ended_from = fields.time("ended_from");
  if ((c.ended == Ended::no) != !c.ended_from) fields.refuse("ended_from", "and ended belong together");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return c;
}

}  // namespace skypact::node
