// Commands in the recording: written, and read back.

#include <limits>

#include "airspace/parse_address.h"
#include "base/text.h"
#include "guard/region.h"
#include "json/fields.h"
#include "node/agreed_json.h"
#include "node/api_json.h"
#include "node/api_names.h"
#include "node/command.h"
#include "node/standing_json.h"

namespace skypact::node {
namespace {

void manual_track_body(json::Writer& out, const PlaceManualTrack& m, const Parties& parties) {
  const Observation& o = m.observation;
  out.begin_object();
  out.field("name", m.name);
  if (o.position) {
    out.key("position");
    out.begin_array();
    out.value(o.position->lat_degrees(), 7);
    out.value(o.position->lon_degrees(), 7);
    out.end_array();
  }
  if (o.accuracy) out.field("accuracy_m", o.accuracy->in(metres), 3);
  const auto altitude = [&](Height height, Datum datum) {
    out.field("altitude_ft", height.in_feet(), 4);
    out.field("datum", name(datum));
  };
  if (o.pressure_altitude) altitude(o.pressure_altitude->above_datum(), Datum::pressure);
  if (o.ellipsoid_altitude) altitude(o.ellipsoid_altitude->above_datum(), Datum::ellipsoid);
  if (o.sea_level_altitude) altitude(o.sea_level_altitude->above_datum(), Datum::mean_sea_level);
  if (o.velocity) {
    out.key("ground_speed_kt");
    out.shortest(o.velocity->speed.in(knots));
    out.key("track_deg");
    out.shortest(o.velocity->track.in_degrees());
  }
  if (o.vertical_rate) out.field("vertical_rate_fpm", o.vertical_rate->in_feet_per_minute(), 4);
  if (o.party) out.field("party", party_name(*o.party, parties));
  if (o.aircraft_class) out.field("class", to_string(*o.aircraft_class));
  if (o.callsign) out.field("callsign", o.callsign->view());
  out.field("heard_at", to_rfc3339(o.measured_at));
  out.field("by", m.by);
  out.field("remark", m.remark);
  out.end_object();
}

struct CommandBody {
  json::Writer& out;
  const Parties& parties;

  void head(std::string_view name) const {
    out.field("command", name);
    out.key("body");
  }
  void removal(std::string_view name, const std::string& id) const {
    head(name);
    out.begin_object();
    out.field("id", id);
    out.end_object();
  }
  void operator()(const Acknowledge& a) const {
    out.field("alert", a.alert);
    head("acknowledge");
    out.begin_object();
    out.field("party", party_name(a.party, parties));
    out.field("by", a.by);
    out.field("intention", to_string(a.intention));
    out.field("how", a.how);
    out.end_object();
  }
  void operator()(const AddZones& add) const {
    head("add_zones");
    out.begin_array();
    for (const Zone& zone : add.zones) append_zone(out, zone, parties);
    out.end_array();
  }
  void operator()(const AddInhibition& add) const {
    head("add_inhibition");
    append_inhibition(out, add.inhibition);
  }
  void operator()(const AddGroup& add) const {
    head("add_group");
    append_group(out, add.group);
  }
  void operator()(const PlaceManualTrack& place) const {
    head("place_manual_track");
    manual_track_body(out, place, parties);
  }
  void operator()(const SetAgreed& set) const {
    head("set_agreed");
    append_agreed(out, set.agreed);
  }
  void operator()(const SetNoticeZones& set) const {
    head("set_notice_zones");
    out.begin_object();
    out.key("parties");
    out.begin_array();
    for (std::size_t i = 1; i < set.parties.size(); ++i) out.value(set.parties[i].id);
    out.end_array();
    out.key("zones");
    out.begin_array();
    for (const Zone& zone : set.zones) append_zone(out, zone, set.parties);
    out.end_array();
    out.end_object();
  }
  void operator()(const SetAssisting& set) const {
    head("set_assisting");
    out.begin_array();
    for (const AssistingFlight& flight : set.flights) {
      out.begin_object();
      out.field("aircraft", to_string(flight.aircraft));
      out.field("rescue", flight.rescue);
      out.end_object();
    }
    out.end_array();
  }
  void operator()(const SetClearances& set) const {
    head("set_clearances");
    out.begin_array();
    for (const StandingClearance& clearance : set.clearances) append_standing(out, clearance);
    out.end_array();
  }
  void operator()(const SetPlans& set) const {
    head("set_plans");
    out.begin_object();
    out.key("zones");
    out.begin_array();
    for (const Zone& zone : set.zones) append_zone(out, zone, {});
    out.end_array();
    out.key("contradicted");
    out.begin_array();
    for (const guard::Contradicted& c : set.contradicted) {
      out.begin_object();
      out.field("aircraft", to_string(c.aircraft));
      out.field("flight", c.flight);
      out.field("since", to_rfc3339(c.since));
      out.field("apart_m", c.apart.in(metres), 0);
      out.field("explained_m", c.explained.in(metres), 0);
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  void operator()(const HearPeer& heard) const {
    out.field("party", party_name(heard.party, parties));
    out.field("anew", heard.anew);
    head("hear_peer");
    out.begin_array();
    for (const link::SharedAlert& alert : heard.alerts) link::append(out, alert);
    out.end_array();
  }
  void operator()(const HearVerdicts& heard) const {
    head("hear_verdicts");
    out.begin_array();
    for (const PeerVerdict& v : heard.verdicts) {
      out.begin_object();
      out.field("party", v.party);
      out.field("index", v.index);
      append_peer_finding(out, v);
      out.end_object();
    }
    out.end_array();
  }
  void operator()(const RemoveZone& r) const { removal("remove_zone", r.id); }
  void operator()(const RemoveInhibition& r) const { removal("remove_inhibition", r.id); }
  void operator()(const RemoveGroup& r) const { removal("remove_group", r.id); }
  void operator()(const RemoveManualTrack& r) const { removal("remove_manual_track", r.name); }
};

template <class T>
Result<Command> as_command(Result<T> read) {
  if (!read) return std::move(read).error();
  return Command(std::move(*read));
}
Result<Command> as_command(Result<Inhibition> read) {
  if (!read) return std::move(read).error();
  return Command(AddInhibition{std::move(*read)});
}
Result<Command> as_command(Result<Group> read) {
  if (!read) return std::move(read).error();
  return Command(AddGroup{std::move(*read)});
}

Result<Command> as_command(Result<Agreed> read) {
  if (!read) return std::move(read).error();
  return Command(SetAgreed{std::move(*read)});
}

// A recorded command carries all its times, so the time of reading does not matter to it.
constexpr Time any_time = Time(Duration(std::numeric_limits<Duration::rep>::max()));

Result<Command> read_removal(std::string_view command, json::Value body) {
  json::Fields fields(body);
  const std::string id(fields.text("id", 1, longest_id, json::required).value_or(""));
  if (fields.error()) return *fields.error();
  if (command == "remove_zone") return Command(RemoveZone{id});
  if (command == "remove_inhibition") return Command(RemoveInhibition{id});
  if (command == "remove_group") return Command(RemoveGroup{id});
  return Command(RemoveManualTrack{id});
}

Result<Command> read_zones(json::Value body, const Parties& parties) {
  AddZones add;
  for (const json::Value element : body.elements()) {
    auto zone = read_zone(element, parties);
    if (!zone) return std::move(zone).error();
    add.zones.push_back(std::move(*zone));
  }
  return Command(std::move(add));
}

Result<Command> read_notice_zones(json::Value body) {
  json::Fields fields(body);
  SetNoticeZones set;
  for (const json::Value element : fields.array("parties", json::required).elements()) {
    const std::string id(element.as_string().value_or(""));
    if (id.empty() || id.size() > longest_id || party_of_name(id, set.parties)) return bad_input("parties: are different names");
    set.parties.push_back({id, id, id});
  }
  const json::Value zones = fields.array("zones", json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (zones.size() > most_notice_zones) return Error{ErrorCode::over_limit, "zones: are more than " + std::to_string(most_notice_zones)};
  for (const json::Value element : zones.elements()) {
    auto zone = read_zone(element, set.parties, guard::RegionLimits::vertices);
    if (!zone) return std::move(zone).error();
    const bool is_of_notice = zone->id.starts_with(notice_zone_prefix) && !zone->active.empty() && !zone->moves_with;
    if (!is_of_notice) return bad_input("zones: " + skypact::quoted(zone->id) + " is not the zone of a notice");
    set.zones.push_back(std::move(*zone));
  }
  return Command(std::move(set));
}

Result<Command> read_assisting(json::Value body) {
  SetAssisting set;
  if (body.size() > most_assisting) return Error{ErrorCode::over_limit, "aircraft that assist: are more than " + std::to_string(most_assisting)};
  for (const json::Value element : body.elements()) {
    json::Fields fields(element);
    const auto aircraft = parse_address(fields.text("aircraft", 1, longest_id, json::required).value_or(""));
    const auto rescue = fields.text("rescue", 1, longest_id, json::required);
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    if (!aircraft) return aircraft.error();
    set.flights.push_back({*aircraft, std::string(*rescue)});
  }
  return Command(std::move(set));
}

Result<Command> read_clearances(json::Value body) {
  SetClearances set;
  if (body.size() > most_clearances) return Error{ErrorCode::over_limit, "clearances: are more than " + std::to_string(most_clearances)};
  for (const json::Value element : body.elements()) {
    auto clearance = read_standing(element);
    if (!clearance) return std::move(clearance).error();
    set.clearances.push_back(*std::move(clearance));
  }
  return Command(std::move(set));
}

Result<guard::Contradicted> read_contradicted(json::Value value) {
  constexpr double farthest_m = 25e6;
  json::Fields fields(value);
  guard::Contradicted c;
  const auto aircraft = parse_address(fields.text("aircraft", 1, longest_id, json::required).value_or(""));
  c.flight = fields.text("flight", 0, longest_id, json::required).value_or("");
  c.since = fields.time("since", json::required).value_or(Time{});
  c.apart = metres(fields.number("apart_m", 0, farthest_m, json::required).value_or(0));
  c.explained = metres(fields.number("explained_m", 0, farthest_m, json::required).value_or(0));
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (!aircraft) return aircraft.error();
  c.aircraft = *aircraft;
  return c;
}

Result<Command> read_plans(json::Value body) {
  json::Fields fields(body);
  const json::Value zones = fields.array("zones", json::required), contradicted = fields.array("contradicted", json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (zones.size() > most_plan_zones) return Error{ErrorCode::over_limit, "zones: are more than " + std::to_string(most_plan_zones)};
  if (contradicted.size() > most_contradicted) return Error{ErrorCode::over_limit, "contradicted: are more than " + std::to_string(most_contradicted)};
  SetPlans set;
  for (const json::Value element : zones.elements()) {
    auto zone = read_zone(element, {}, guard::RegionLimits::vertices);
    if (!zone) return std::move(zone).error();
    const bool is_planned = (zone->id.starts_with(plan_zone_prefix) || zone->id.starts_with(constraint_zone_prefix)) && !zone->active.empty() && !zone->moves_with;
    if (!is_planned) return bad_input("zones: " + skypact::quoted(zone->id) + " is not the zone of a planned flight or a constraint");
    set.zones.push_back(*std::move(zone));
  }
  for (const json::Value element : contradicted.elements()) {
    auto one = read_contradicted(element);
    if (!one) return std::move(one).error();
    set.contradicted.push_back(*std::move(one));
  }
  return Command(std::move(set));
}

Result<Command> read_heard(json::Value root, const Parties& parties) {
  HearPeer heard;
  const auto party = party_of_name(root["party"].as_string().value_or(""), parties);
  if (!party) return bad_input("party: is not one that is known here");
  heard.party = *party;
  heard.anew = root["anew"].as_boolean().value_or(false);
  for (const json::Value element : root["body"].elements()) {
    auto alert = link::read_alert(element);
    if (!alert) return std::move(alert).error();
    heard.alerts.push_back(std::move(*alert));
  }
  return Command(std::move(heard));
}

Result<Command> read_heard_verdicts(json::Value body) {
  HearVerdicts heard;
  for (const json::Value element : body.elements()) {
    json::Fields fields(element);
    const std::string party(fields.text("party", 1, longest_id, json::required).value_or(""));
    const auto index = fields.integer("index", 0, std::int64_t{1} << 53, json::required);
    if (fields.error()) return *fields.error();
    auto verdict = read_peer_finding(party, static_cast<std::uint64_t>(*index), element);
    if (!verdict) return std::move(verdict).error();
    heard.verdicts.push_back(std::move(*verdict));
  }
  return Command(std::move(heard));
}

Result<Command> read_recorded_manual_track(json::Value body, const Parties& parties) {
  json::Fields fields(body);
  const auto heard_at = fields.time("heard_at", json::required);
  if (!heard_at) return *fields.error();
  return as_command(read_manual_track(body, parties, *heard_at));
}

struct StandingName {
  std::string_view operator()(const SetAgreed&) const { return "agreed"; }
  std::string_view operator()(const SetNoticeZones&) const { return "notices"; }
  std::string_view operator()(const SetAssisting&) const { return "assisting"; }
  std::string_view operator()(const SetClearances&) const { return "clearances"; }
  std::string_view operator()(const SetPlans&) const { return "plans"; }
  template <class Other>
  std::string_view operator()(const Other&) const {
    return {};
  }
};

}  // namespace

std::string_view standing_name(const Command& command) {
  return std::visit(StandingName{}, command);
}

void append(json::Writer& out, const Command& command, const Parties& parties) {
  out.begin_object();
  std::visit(CommandBody{out, parties}, command);
  out.end_object();
}

std::string to_json(const Command& command, const Parties& parties) {
  std::string text;
  json::Writer out(text);
  append(out, command, parties);
  return text;
}

Result<Command> read_command(std::string_view text, const Parties& parties) {
  const auto document = json::parse(text, {.bytes = longest_command});
  if (!document) return document.error();
  const json::Value root = document->root();
  const auto command = root["command"].as_string().value_or("");
  const json::Value body = root["body"];
  if (command == "acknowledge") {
    return as_command(read_acknowledge(body, parties, unknown_party, root["alert"].as_string().value_or("")));
  }
  if (command == "add_zones") return read_zones(body, parties);
  if (command == "set_notice_zones") return read_notice_zones(body);
  if (command == "set_assisting") return read_assisting(body);
  if (command == "set_clearances") return read_clearances(body);
  if (command == "set_plans") return read_plans(body);
  if (command == "hear_peer") return read_heard(root, parties);
  if (command == "hear_verdicts") return read_heard_verdicts(body);
  if (command == "add_inhibition") return as_command(read_inhibition(body, any_time));
  if (command == "add_group") return as_command(read_group(body, any_time));
  if (command == "place_manual_track") return read_recorded_manual_track(body, parties);
  if (command == "set_agreed") return as_command(read_agreed(body));
  if (command == "remove_zone" || command == "remove_inhibition" || command == "remove_group" || command == "remove_manual_track") {
    return read_removal(command, body);
  }
  return bad_input("command: is not one that is known here: " + quoted(command));
}

}  // namespace skypact::node
