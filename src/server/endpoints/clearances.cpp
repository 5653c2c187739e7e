// /api/v1/clearances: requests to cross or enter others' areas, and what is said about them.

#include <algorithm>

#include "json/fields.h"
#include "line/clearance_text.h"
#include "node/clearance_flights.h"
#include "plan/clearance_view.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
namespace {

bool has_clearances(const NodeContext& node) { return node.acts != nullptr && node.line != nullptr; }

Response no_clearances() {
  return error_response(404, "not_found", "This node asks for no clearances and gives none: it needs [record] with root_key, and a [[peer]] with root_key and record_key, in its configuration.");
}

std::optional<Response> no_number(const std::string& parameter) {
  if (plan::parse_clearance_number(parameter)) return std::nullopt;
  return error_response(400, "bad_request", skypact::quoted(parameter) + " is no number of a request; write four digits, a hyphen and the year's last two digits: 0007-26.");
}

Result<plan::ClearanceAuthor> clearance_author(NodeContext& node, const Call& call) {
  auto by = author(node, call);
  if (!by) return std::move(by).error();
  return plan::ClearanceAuthor{std::move(by->account), std::move(by->desk)};
}

// Of one request; `write` is given it.
Response of_record(NodeContext& node, std::string_view party, plan::ClearanceNumber number, const std::function<Response(const plan::ClearanceRecord& record, Time now)>& write) {
  std::optional<Response> response;
  const auto looked = node.acts->look([&](const node::Acts& acts) {
    if (const plan::ClearanceRecord* const record = acts.clearances().find(party, number)) response = write(*record, node.clock.now());
  });
  if (!looked) return error_response(looked.error());
  return response ? std::move(*response) : no_such("request");
}

Response clearance_response(NodeContext& node, std::string_view party, plan::ClearanceNumber number, int status) {
  return of_record(node, party, number, [&](const plan::ClearanceRecord& record, Time now) {
    std::string body;
    json::Writer out(body);
    plan::append(out, record, node.line->party(), now);
    return json_response(std::move(body), status);
  });
}

// Waits for the record's disk, on a thread that nothing else waits for.
Reply say(NodeContext& node, ActsThread::MakeClearanceAct make, int status) {
  return LaterReply{[&node, make = std::move(make), status]() -> Response {
    const auto said = node.acts->say(make);
    if (!said) return error_response(said.error());
    return clearance_response(node, said->party, said->number, status);
  }};
}

Result<plan::ClearanceRequest> read_request(const Call& call, Time now) {
  const auto document = json::parse(call.request.body, {.bytes = plan::ClearanceLimits::act_bytes, .depth = 12});
  if (!document) return document.error();
  json::Fields fields(document->root());
  const json::Value request = fields.object("request", json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  auto read = plan::read_clearance_request(request, now);
  if (!read) return std::move(read).error().within("request");
  return read;
}

}  // namespace

// ?all=true: also those that are over
Reply list_clearances(NodeContext& node, const Call& call) {
  if (!has_clearances(node)) return no_clearances();
  const auto all = call.request.query("all");
  if (all && *all != "true" && *all != "false") return error_response(400, "bad_request", "all is true or false.");
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("clearances");
  out.begin_array();
  const auto looked = node.acts->look([&](const node::Acts& acts) {
    const Time now = node.clock.now();
    for (const plan::ClearanceRecord* const record : acts.clearances().list(now, all == "true")) plan::append(out, *record, node.line->party(), now);
  });
  if (!looked) return error_response(looked.error());
  out.end_array();
  out.end_object();
  return json_response(std::move(body));
}

Reply get_clearance(NodeContext& node, const Call& call) {
  if (!has_clearances(node)) return no_clearances();
  if (auto wrong = no_number(call.parameters[1])) return std::move(*wrong);
  return clearance_response(node, call.parameters[0], *plan::parse_clearance_number(call.parameters[1]), 200);
}

// ?form=notam|request|answer|revocation|withdrawal&of=PARTY: of a note, the asked party
Reply get_clearance_text(NodeContext& node, const Call& call) {
  if (!has_clearances(node)) return no_clearances();
  if (auto wrong = no_number(call.parameters[1])) return std::move(*wrong);
  const std::string form(call.request.query("form").value_or("notam"));
  const auto note = line::clearance_note_of(form);
  if (form != "notam" && !note) return error_response(400, "bad_request", "form is notam, request, answer, revocation or withdrawal.");
  const std::string of(call.request.query("of").value_or(""));
  return of_record(node, call.parameters[0], *plan::parse_clearance_number(call.parameters[1]), [&](const plan::ClearanceRecord& record, Time now) {
    if (!note) return text_response(line::clearance_notam(record, now));
    std::string party = of;
    if (party.empty() && record.asks(node.line->party())) party = node.line->party();
    if (party.empty() && record.latest.parts.size() == 1) party = record.latest.parts.begin()->first;
    if (party.empty()) return error_response(400, "bad_request", "of is missing: which of the asked parties the note is with.");
    const auto config = node.config();
    const auto name = [&](std::string_view id) {
      const auto known = std::find_if(config->rules.parties.begin(), config->rules.parties.end(), [&](const Party& p) { return p.id == id; });
      return known == config->rules.parties.end() || known->name.empty() ? line::plain_party_name(id) : known->name;
    };
    auto text = line::note_verbale(record, *note, party, name);
    return text ? text_response(std::move(*text)) : error_response(text.error());
  });
}

// ?zone=ID: a zone of the watch as the area of the own party, or of ?party=
Reply list_clearance_flights(NodeContext& node, const Call& call) {
  if (!has_clearances(node)) return no_clearances();
  const std::string zone(call.request.query("zone").value_or("")), party(call.request.query("party").value_or(node.line->party()));
  if (zone.empty()) return error_response(400, "bad_request", "zone is missing: which zone of the watch is the area.");
  // Each flight is held against all clearances.
  return SlowReply{[&node, zone, party]() -> Response {
    const auto picture = node.watch.picture();
    const auto& zones = picture->rules->zones;
    const auto known = std::find_if(zones.begin(), zones.end(), [&](const Zone& z) { return z.id == zone; });
    if (known == zones.end()) return no_such("zone");
    const auto area = node::clearance_area(*known, party);
    if (!area) return error_response(area.error());
    std::vector<StandingClearance> standing;
    const auto looked = node.acts->look([&](const node::Acts& acts) { standing = acts.clearances().standing(picture->now); });
    if (!looked) return error_response(looked.error());
    const guard::ClearanceMatcher matcher(std::move(standing));
    std::string body;
    json::Writer out(body);
    out.begin_object();
    out.field("now", to_rfc3339(picture->now));
    out.field("zone", zone);
    out.field("party", party);
    out.key("flights");
    out.begin_array();
    for (const guard::ClearanceFinding& found : matcher.match({&*area, 1}, node::clearance_flights(*picture, party))) node::append(out, found, matcher, *picture);
    out.end_array();
    out.end_object();
    return json_response(std::move(body));
  }};
}

Reply post_clearance(NodeContext& node, const Call& call) {
  if (!has_clearances(node)) return no_clearances();
  auto by = clearance_author(node, call);
  if (!by) return error_response(by.error());
  auto request = read_request(call, node.clock.now());
  if (!request) return error_response(request.error());
  return say(node, [request = std::move(*request), by = std::move(*by)](const plan::ClearanceBook& book, Time now) { return book.ask(request, by, now); }, 201);
}

Reply put_clearance(NodeContext& node, const Call& call) {
  if (!has_clearances(node)) return no_clearances();
  if (auto wrong = no_number(call.parameters[0])) return std::move(*wrong);
  const plan::ClearanceNumber number = *plan::parse_clearance_number(call.parameters[0]);
  auto by = clearance_author(node, call);
  if (!by) return error_response(by.error());
  auto request = read_request(call, node.clock.now());
  if (!request) return error_response(request.error());
  return say(node, [request = std::move(*request), by = std::move(*by), number](const plan::ClearanceBook& book, Time now) { return book.amend(number, request, by, now); }, 200);
}

Reply post_clearance_act(NodeContext& node, const Call& call) {
  if (!has_clearances(node)) return no_clearances();
  if (auto wrong = no_number(call.parameters[1])) return std::move(*wrong);
  const plan::ClearanceNumber number = *plan::parse_clearance_number(call.parameters[1]);
  const auto document = json::parse(call.request.body, {.bytes = plan::ClearanceLimits::act_bytes, .depth = 12});
  if (!document) return error_response(document.error());
  auto by = clearance_author(node, call);
  if (!by) return error_response(by.error());
  auto draft = plan::read_clearance_draft(document->root());
  if (!draft) return error_response(draft.error());
  return say(node, [draft = std::move(*draft), by = std::move(*by), party = call.parameters[0], number](const plan::ClearanceBook& book, Time now) { return book.say(party, number, draft, by, now); }, 201);
}

}  // namespace skypact::server::endpoints
