#include "plan/plan_json.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "json/fields.h"
#include "plan/flight_corridor.h"
#include "plan/volume_json.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

const std::initializer_list<std::string_view> kind_words{"flight", "constraint"};
std::string_view kind_word(Kind kind) { return kind_words.begin()[kind == Kind::constraint ? 1 : 0]; }

// How far it has come, in one word.
std::string_view state_word(const OwnEntity& own) {
  if (own.ended) return "Ended";
  if (!own.held) return "Asked";
  return own.kind == Kind::constraint ? "Published" : to_string(own.held->reference.state);
}

// Absent ones stay.
std::optional<Error> take_volumes(Fields& fields, std::string_view name, Kind kind, std::vector<Volume>& volumes) {
  if (!fields.array(name).exists()) return std::nullopt;
  auto given = read_volumes(fields, name, kind);
  if (!given) return std::move(given).error();
  volumes = *std::move(given);
  return std::nullopt;
}

void read_particulars(Fields& fields, Particulars& particulars) {
  const auto take = [&](std::string_view name, std::size_t longest, std::string& text) {
    if (const auto given = fields.text(name, 0, longest)) text = *given;
  };
  take("name", UssLimits::name_bytes, particulars.name);
  take("operator_id", UssLimits::operator_bytes, particulars.operator_id);
  take("aircraft", UssLimits::name_bytes, particulars.aircraft);
  take("address", UssLimits::name_bytes, particulars.address);
  take("remarks", UssLimits::remarks_bytes, particulars.remarks);
}

void append_details(json::Writer& out, const Reference& reference, const Details& details) {
  if (reference.kind == Kind::operational_intent) out.field("priority", details.priority);
  else out.field("type", details.type);
  const auto list = [&](std::string_view name, const std::vector<Volume>& volumes) {
    out.key(name);
    out.begin_array();
    for (const Volume& volume : volumes) write_extent(out, volume);
    out.end_array();
  };
  list("volumes", details.volumes);
  if (reference.kind == Kind::operational_intent) list("off_nominal_volumes", details.off_nominal);
}

// "20 minutes later", "40 m higher", "300 m aside, towards 090°"
std::string sentence_of(const Suggestion& one) {
  switch (one.way) {
    case Suggestion::Way::later:
    case Suggestion::Way::earlier: return fmt::format("{} min {}", std::chrono::duration_cast<std::chrono::minutes>(one.time).count(), to_string(one.way));
    case Suggestion::Way::aside: return fmt::format("{:.0f} m aside, towards {:03.0f}°", one.distance.in(metres), one.towards.in_degrees());
    default: return fmt::format("{:.0f} m {}", one.distance.in(metres), to_string(one.way));
  }
}

// The volumes of a filed flight plan, whose call sign is the plan's name where none is given.
std::optional<Error> read_filed_plan(Fields& fields, const FiledPlans& filed, Uss::Asks& asks) {
  const auto text = fields.text("icao_flight_plan", 1, IcaoLimits::bytes);
  const auto half_width = fields.number("half_width_m", CorridorLimits::least_half_width_m, CorridorLimits::most_half_width_m);
  if (fields.error() || !text) return std::nullopt;
  if (fields.array("volumes").exists()) return bad_input("icao_flight_plan: stands in the place of volumes; leave one of them out");
  const auto plan = read_icao_flight_plan(*text, filed.known, filed.now);
  if (!plan) return Error(plan.error()).within("icao_flight_plan");
  CorridorOptions options;
  if (half_width) options.half_width = metres(*half_width);
  auto volumes = volumes_of(*plan, options);
  if (!volumes) return std::move(volumes).error().within("icao_flight_plan");
  asks.intention.details.volumes = *std::move(volumes);
  if (asks.particulars->name.empty()) asks.particulars->name = plan->call_sign;
  return std::nullopt;
}

}  // namespace

Result<Uss::Asks> read_plan_request(json::Value value, EntityId fallback, const OwnEntity* own, const FiledPlans& filed) {
  Fields fields(value);
  Uss::Asks asks;
  asks.id = fallback;
  if (const auto text = fields.text("id", 1, 64)) {
    const auto id = parse_entity_id(*text);
    if (!id) fields.refuse("id", quoted(*text) + " is not a UUID");
    else asks.id = *id;
  }
  asks.kind = own ? own->kind : Kind::operational_intent;
  if (const auto kind = fields.word("kind", kind_words)) asks.kind = *kind == 1 ? Kind::constraint : Kind::operational_intent;
  if (own && own->held) asks.intention = {own->held->details, own->held->reference.state};
  asks.particulars = own ? own->particulars : Particulars{};
  read_particulars(fields, *asks.particulars);
  Details& details = asks.intention.details;
  if (auto fault = take_volumes(fields, "volumes", asks.kind, details.volumes)) return *std::move(fault);
  if (auto fault = read_filed_plan(fields, filed, asks)) return *std::move(fault);
  if (asks.kind == Kind::operational_intent) {
    if (auto fault = take_volumes(fields, "off_nominal_volumes", asks.kind, details.off_nominal)) return *std::move(fault);
    if (const auto state = fields.word("state", intent_state_words)) asks.intention.state = static_cast<IntentState>(*state);
    if (const auto priority = fields.integer("priority", -DetailLimits::priority, DetailLimits::priority)) details.priority = *priority;
    // Who is back on the plan is nowhere else.
    if (asks.intention.state == IntentState::activated || asks.intention.state == IntentState::accepted) details.off_nominal.clear();
    if (asks.intention.state == IntentState::contingent) details.volumes.clear();
  } else if (const auto type = fields.text("type", 0, DetailLimits::type_bytes)) {
    details.type = *type;
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (auto fault = fault_of(details, asks.kind, asks.intention.state)) return *std::move(fault);
  return asks;
}

void append_plan(json::Writer& out, const OwnEntity& own) {
  out.begin_object();
  out.field("id", to_string(own.id));
  out.field("kind", kind_word(own.kind));
  out.field("name", own.particulars.name);
  out.field("operator_id", own.particulars.operator_id);
  out.field("aircraft", own.particulars.aircraft);
  if (!own.particulars.address.empty()) out.field("address", own.particulars.address);
  out.field("remarks", own.particulars.remarks);
  out.field("state", state_word(own));
  out.field("being_changed", own.asked.has_value());
  out.field("changed_at", exact_time(own.changed_at));
  if (own.ended) out.field("ended_at", exact_time(*own.ended));
  if (own.held) {
    const Reference& reference = own.held->reference;
    out.field("version", reference.version);
    out.field("ovn", reference.ovn);
    out.field("time_start", exact_time(reference.time.from));
    out.field("time_end", exact_time(reference.time.to));
    append_details(out, reference, own.held->details);
  }
  out.end_object();
}

void append_findings(json::Writer& out, std::span<const Finding> findings) {
  out.key("findings");
  out.begin_array();
  for (const Finding& finding : findings) {
    out.begin_object();
    out.field("reason", to_string(finding.reason));
    out.field("bars", bars(finding.reason));
    out.field("kind", kind_word(finding.kind));
    out.field("id", to_string(finding.with));
    out.field("manager", finding.manager);
    if (finding.kind == Kind::operational_intent) {
      out.field("state", to_string(finding.state));
      out.field("priority", finding.priority);
    } else {
      out.field("type", finding.type);
    }
    out.field("time_start", exact_time(finding.time.from));
    out.field("time_end", exact_time(finding.time.to));
    out.field("text", sentence_of(finding));
    out.end_object();
  }
  out.end_array();
}

void append_suggestions(json::Writer& out, std::span<const Suggestion> suggestions) {
  out.key("suggestions");
  out.begin_array();
  for (const Suggestion& one : suggestions) {
    out.begin_object();
    out.field("way", to_string(one.way));
    out.field("text", sentence_of(one));
    out.key("volumes");
    out.begin_array();
    for (const Volume& volume : one.volumes) write_extent(out, volume);
    out.end_array();
    out.end_object();
  }
  out.end_array();
}

void append_conformance(json::Writer& out, const FlightWatch::View& view) {
  static constexpr std::string_view heard[] = {"not_heard", "not_flying", "heard", "lost"};
  const auto in_seconds = [](Duration time) { return std::chrono::duration<double>(time).count(); };
  const Conformity& finding = view.finding;
  const ConformanceCounts& counts = view.counts;
  out.begin_object();
  out.field("flight", heard[static_cast<std::size_t>(finding.flight)]);
  out.field("fit", to_string(finding.fit));
  if (finding.outside_since) out.field("outside_since", exact_time(*finding.outside_since));
  if (finding.last_heard) out.field("last_heard", exact_time(*finding.last_heard));
  out.field("flown_s", in_seconds(counts.flown), 1);
  out.field("share_inside", share_inside(counts), 4);
  out.field("excursions", counts.excursions);
  out.field("longest_excursion_s", in_seconds(counts.longest_excursion), 1);
  out.field("positions", counts.positions);
  out.field("refused", counts.duplicate + counts.late + counts.early + counts.absurd);
  out.field("within_standard", within_standard(counts));
  const MeasuredPosition& position = view.last.position;
  out.key("position");
  out.begin_object();
  out.field("measured_at", exact_time(position.measured_at));
  write_degrees(out, "lat", position.place.lat_deg);
  write_degrees(out, "lng", position.place.lon_deg);
  if (position.altitude_m) write_degrees(out, "altitude_m", *position.altitude_m);
  out.end_object();
  out.end_object();
}

void append_outgoing(json::Writer& out, const Outgoing& outgoing) {
  out.begin_object();
  out.field("number", outgoing.number);
  out.field("to", outgoing.to.uss_base_url);
  out.key("managers");
  out.begin_array();
  for (const std::string& manager : outgoing.to.managers) out.value(manager);
  out.end_array();
  out.field("kind", kind_word(outgoing.kind));
  out.field("id", to_string(outgoing.id));
  out.field("deleted", outgoing.entity == nullptr);
  if (outgoing.entity) out.field("version", outgoing.entity->reference.version);
  out.field("queued_at", exact_time(outgoing.queued_at));
  if (outgoing.given_up) {
    out.field("given_up_at", exact_time(*outgoing.given_up));
    out.field("why", outgoing.why);
  }
  out.end_object();
}

void append_disclosed(json::Writer& out, const Disclosed& entity) {
  const Reference& reference = entity.reference;
  out.begin_object();
  out.field("id", to_string(reference.id));
  out.field("kind", kind_word(reference.kind));
  out.field("manager", reference.manager);
  out.field("uss_base_url", reference.uss_base_url);
  out.field("state", reference.kind == Kind::constraint ? std::string_view("Published") : to_string(reference.state));
  out.field("version", reference.version);
  out.field("time_start", exact_time(reference.time.from));
  out.field("time_end", exact_time(reference.time.to));
  append_details(out, reference, entity.details);
  out.end_object();
}

}  // namespace skypact::plan
