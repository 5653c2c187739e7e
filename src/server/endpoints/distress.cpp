// /api/v1/distress: the distress desk.

#include <algorithm>

#include "base/text.h"
#include "distress/act_json.h"
#include "distress/beacon_trigger.h"
#include "distress/case_json.h"
#include "distress/case_view.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
namespace {

using namespace distress;

constexpr std::size_t most_bursts = 10'000;        // of one request
constexpr std::size_t most_errors = 100;           // that are named

// Who is logged in acts, at a desk of his; a program at the one that it names.
Result<Officer> officer(NodeContext& node, const Call& call) {
  Officer by{node.distress.party(), std::string(name_of(call.caller)), std::string(call.request.query("desk").value_or("duty"))};
  if (by.desk.empty() || by.desk.size() > 64) return bad_input("desk: is the word of a desk");
  if (call.caller.by != Caller::By::session) return by;
  const auto account = node.people.account(call.caller.account);
  if (!account || account->desks.empty()) return by;
  const bool works_there = std::find(account->desks.begin(), account->desks.end(), by.desk) != account->desks.end();
  if (call.request.query("desk") && !works_there) return Error{ErrorCode::refused, "your account does not work at the desk " + skypact::quoted(by.desk)};
  if (!works_there) by.desk = account->desks.front();
  return by;
}

// Of what an officer or a program reports; what it leaves out the node knows.
Result<Trigger> read_report(json::Value body, Time now, const std::string& who) {
  json::Fields fields(body);
  const auto kind = fields.word("kind", {"guard_report", "remote_id", "lost_link", "overdue", "manual"}, json::required);
  if (fields.error()) return *fields.error();
  for (const char* name : {"received_at", "our_case", "declared", "may_be_spoken", "corrected_bits"}) {
    if (body[name].exists()) return bad_input(std::string(name) + ": is the node's to say; leave it out");
  }
  std::string text;
  json::Writer out(text);
  out.begin_object();
  bool source = false, heard_at = false, emergency = false;
  for (const auto& [name, value] : body.members()) {
    source = source || name == "source";
    heard_at = heard_at || name == "heard_at";
    emergency = emergency || name == "emergency";
    auto text_of = json::canonical(value);
    if (!text_of) return std::move(text_of).error().within(std::string(name));
    out.key(name);
    out.raw(*text_of);
  }
  if (!source) out.field("source", who);
  if (!heard_at) out.field("heard_at", to_rfc3339(now));
  if (!emergency) out.field("emergency", *kind == 2 ? "lost_link" : *kind == 3 ? "overdue" : "general");
  out.field("received_at", to_rfc3339(now));
  out.end_object();
  auto read = read_trigger(text);
  if (read && read->mark == TriggerMark::self_test) return bad_input("mark: is one of real, exercise, test");
  return read;
}

Response case_response(NodeContext& node, CaseId id, int status) { return json_response(node.distress.whole(id), status); }

std::optional<bool> exact_content(const Call& call) {
  const auto content = call.request.query("content").value_or("exact");
  if (content == "exact") return true;
  if (content == "coarse") return false;
  return std::nullopt;
}

}  // namespace

Reply list_cases(NodeContext& node, const Call& call) { return json_response(node.distress.board(call.request.query("all") == "true")); }

Reply get_frequencies(NodeContext& node, const Call& call) {
  const auto lat = call.request.query("lat_deg"), lon = call.request.query("lon_deg"), written = call.request.query("at");
  if (lat.has_value() != lon.has_value()) return error_response(400, "bad_input", "lat_deg and lon_deg go together.");
  std::optional<geo::Position> place;
  if (lat) {
    const auto north = parse_number(*lat), east = parse_number(*lon);
    const auto position = north && east ? geo::Position::from_degrees(*north, *east) : std::nullopt;
    if (!position) return error_response(400, "bad_input", "lat_deg, lon_deg: is no position in degrees; latitude is from -90 to 90.");
    place = *position;
  }
  std::optional<Time> at;
  if (written) {
    const auto time = parse_rfc3339(*written);
    if (!time || !is_plausible_time(*time)) return error_response(400, "bad_input", "at: is no time such as 2026-11-27T12:00:00Z.");
    at = *time;
  }
  return json_response(node.distress.frequencies(place, at));
}

Reply post_distress_report(NodeContext& node, const Call& call) {
  const auto document = json::parse(call.request.body, {.bytes = TriggerLimits::bytes, .depth = 4});
  if (!document) return error_response(document.error());
  auto trigger = read_report(document->root(), node.clock.now(), std::string(name_of(call.caller)));
  if (!trigger) return error_response(trigger.error());
  std::vector<Trigger> one{std::move(*trigger)};
  return json_response(node.distress.taken_json(node.distress.take(std::move(one)), 1, {}), 201);
}

Reply post_beacons(NodeContext& node, const Call& call) {
  const std::string station = call.request.query("station").value_or(std::string(name_of(call.caller)));
  if (station.empty() || station.size() > TriggerLimits::source) return error_response(400, "bad_input", "station: is a name of at most 64 bytes.");
  const BeaconHeardBy by{node.clock.now(), station, call.request.query("exercise") == "true"};
  const std::string format = call.request.query("format").value_or("lines");
  std::vector<Trigger> triggers;
  std::vector<std::pair<std::uint64_t, std::string>> errors;
  std::uint64_t unread = 0, beyond = 0;
  const auto fault = [&](std::uint64_t line, std::string message) {
    ++unread;
    if (errors.size() < most_errors) errors.emplace_back(line, std::move(message));
  };
  if (format == "lines") {
    wire::BeaconLineReader reader{{}};
    const auto sink = [&](const wire::ReadBeaconLine& read) {
      if (!read.burst) return fault(read.line, read.message);
      if (triggers.size() < most_bursts) triggers.push_back(trigger_of(*read.burst, by));
      else ++beyond;
    };
    reader.push(call.request.body, sink);
    reader.finish(sink);
  } else if (format == "sit185") {
    wire::Sit185Reader reader;
    const auto sink = [&](const wire::ReadSit185& read) {
      if (!read.message) return fault(read.line, read.why);
      for (Trigger& trigger : triggers_of(*read.message, by)) {
        if (triggers.size() < most_bursts) triggers.push_back(std::move(trigger));
        else ++beyond;
      }
    };
    reader.push(call.request.body, sink);
    reader.finish(sink);
  } else {
    return error_response(400, "bad_input", "format: is lines or sit185.");
  }
  if (beyond > 0) errors.emplace_back(0, std::to_string(beyond) + " bursts beyond the " + std::to_string(most_bursts) + " of one request are not taken; send them in another");
  if (unread > most_errors) errors.emplace_back(0, std::to_string(unread - most_errors) + " more lines cannot be read");
  if (triggers.empty()) {
    return error_response(400, "bad_input", errors.empty() ? "The text holds no burst; write one a line, in hexadecimal, or give format=sit185." : "Nothing could be read. " + errors.front().second);
  }
  const std::size_t count = triggers.size();
  return json_response(node.distress.taken_json(node.distress.take(std::move(triggers)), count, errors), 201);
}

Reply get_case(NodeContext& node, const Call& call) {
  const auto id = node.distress.find(call.parameters[0]);
  if (!id) return error_response(id.error());
  return case_response(node, *id, 200);
}

Reply post_case_act(NodeContext& node, const Call& call) {
  const auto id = node.distress.find(call.parameters[0]);
  if (!id) return error_response(id.error());
  const auto document = json::parse(call.request.body, {.bytes = TriggerLimits::bytes, .depth = 4});
  if (!document) return error_response(document.error());
  auto by = officer(node, call);
  if (!by) return error_response(by.error());
  std::optional<ActBody> body;
  if (document->root()["act"].as_string() == "assist") {
    json::Fields fields(document->root());
    static_cast<void>(fields.text("act", 1, 16, json::required));
    const auto aircraft = fields.text("aircraft", 1, 64, json::required);
    const auto assists = fields.boolean("assists", json::required);
    fields.refuse_unknown();
    if (fields.error()) return error_response(*fields.error());
    if (*assists) {
      body = Assign{std::string(*aircraft), std::string(assist_task)};
    } else {
      const auto number = node.distress.assistance(*id, *aircraft);
      if (!number) return error_response(404, "not_found", skypact::quoted(*aircraft) + " does not assist in this case.");
      body = FinishAssignment{*number};
    }
  } else {
    auto read = read_act_body(document->root());
    if (!read) return error_response(read.error());
    body = std::move(*read);
  }
  if (const auto done = node.distress.act(*id, std::move(*body), *by); !done) return error_response(done.error());
  return case_response(node, *id, 201);
}

Reply tell_case(NodeContext& node, const Call& call) {
  const auto id = node.distress.find(call.parameters[0]);
  if (!id) return error_response(id.error());
  const auto document = json::parse(call.request.body, {.bytes = TriggerLimits::bytes, .depth = 4});
  if (!document) return error_response(document.error());
  auto by = officer(node, call);
  if (!by) return error_response(by.error());
  json::Fields fields(document->root());
  const json::Value list = fields.array("to");
  fields.refuse_unknown();
  if (fields.error()) return error_response(*fields.error());
  if (list.size() > CaseLimits::told) return error_response(413, "over_limit", "to: names at most " + std::to_string(CaseLimits::told) + " addressees.");
  std::vector<Addressee> to;
  for (const json::Value value : list.elements()) {
    json::Fields one(value);
    const auto kind = one.word("kind", {"rescue_centre", "party", "outsider"}, json::required);
    const auto name = one.text("id", 1, 64, json::required);
    one.refuse_unknown();
    if (one.error()) return error_response(Error(*one.error()).within("to[" + std::to_string(to.size()) + "]"));
    to.push_back({static_cast<AddresseeKind>(*kind), std::string(*name)});
  }
  const auto told = node.distress.tell(*id, to, *by);
  if (!told) return error_response(told.error());
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("sent");
  out.begin_array();
  for (std::size_t i = 0; i < told->messages.size(); ++i) {
    out.begin_object();
    out.field("message", told->messages[i].first);
    out.field("at", to_rfc3339(node.clock.now()));
    out.key("to");
    out.begin_array();
    for (const std::string& party : told->to[i]) out.value(party);
    out.end_array();
    out.field("content", told->messages[i].second ? "exact" : "coarse");
    out.end_object();
  }
  out.end_array();
  out.key("not_sent");
  out.begin_array();
  for (const auto& one : told->not_sent) {
    out.begin_object();
    out.field("kind", to_string(one.to.kind));
    out.field("id", one.to.id);
    out.field("why", one.why);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return json_response(std::move(body), 201);
}

Reply get_case_report(NodeContext& node, const Call& call) {
  const auto id = node.distress.find(call.parameters[0]);
  if (!id) return error_response(id.error());
  const auto exact = exact_content(call);
  if (!exact) return error_response(400, "bad_input", "content: is exact or coarse.");
  return text_response(node.distress.report(*id, *exact));
}

Reply get_case_geojson(NodeContext& node, const Call& call) {
  const auto id = node.distress.find(call.parameters[0]);
  if (!id) return error_response(id.error());
  const auto exact = exact_content(call);
  if (!exact) return error_response(400, "bad_input", "content: is exact or coarse.");
  Response response = json_response(node.distress.geojson(*id, *exact));
  response.headers[0].value = "application/geo+json";
  return response;
}

}  // namespace skypact::server::endpoints
