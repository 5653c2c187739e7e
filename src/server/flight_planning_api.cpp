#include "server/flight_planning_api.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "json/fields.h"
#include "json/writer.h"
#include "plan/f3548_json.h"
#include "plan/volume_json.h"
#include "server/new_uuid.h"
#include "server/uss_reply.h"

namespace skypact::server {
namespace {

using plan::IntentState;

constexpr std::string_view director = "interuss.flight_planning.direct_automated_test", planner = "interuss.flight_planning.plan";

enum class Usage : std::uint8_t { planned, in_use, closed };
enum class Style : std::uint8_t { hypothetical, if_allowed, in_reality };

struct Upsert {
  Usage usage = Usage::planned;
  IntentState state = IntentState::accepted;
  std::vector<plan::Volume> area;
  std::int64_t priority = 0;
  Style style = Style::if_allowed;
  std::string request;
};

Result<std::vector<plan::Volume>> read_area(json::Value list) {
  if (list.size() > plan::FlightLimits::volumes) return bad_input("area: too many volumes");
  std::vector<plan::Volume> area;
  for (const json::Value value : list.elements()) {
    auto extent = plan::read_extent(value, plan::FlightLimits::vertices);
    if (!extent) return Error(extent.error()).within("area[" + std::to_string(area.size()) + "]");
    area.push_back(std::move(extent->volume));
  }
  return area;
}

IntentState state_of(Usage usage, std::size_t uas_state) {
  if (uas_state == 1) return IntentState::nonconforming;
  if (uas_state == 2) return IntentState::contingent;
  return usage == Usage::in_use ? IntentState::activated : IntentState::accepted;
}

Result<Upsert> read_upsert(std::string_view body) {
  const auto document = plan::parse_body(body);
  if (!document) return document.error();
  json::Fields fields(document->root());
  Upsert upsert;
  upsert.style = static_cast<Style>(fields.word("execution_style", {"Hypothetical", "IfAllowed", "InReality"}, json::required).value_or(0));
  upsert.request = fields.text("request_id", 1, FlightPlanningLimits::request_id_bytes, json::required).value_or("");
  const json::Value flight = fields.object("flight_plan", json::required);
  if (fields.error()) return *fields.error();
  json::Fields parts(flight);
  const json::Value basic = parts.object("basic_information", json::required), f3548 = parts.object("astm_f3548_21");
  if (parts.error()) return Error(*parts.error()).within("flight_plan");
  json::Fields information(basic);
  upsert.usage = static_cast<Usage>(information.word("usage_state", {"Planned", "InUse", "Closed"}, json::required).value_or(0));
  upsert.state = state_of(upsert.usage, information.word("uas_state", {"Nominal", "OffNominal", "Contingent", "NotSpecified"}).value_or(0));
  auto area = read_area(information.array("area"));
  if (information.error()) return Error(*information.error()).within("flight_plan: basic_information");
  if (!area) return Error(area.error()).within("flight_plan: basic_information");
  upsert.area = *std::move(area);
  if (f3548.exists()) {
    json::Fields own(f3548);
    upsert.priority = own.integer("priority", -plan::DetailLimits::priority, plan::DetailLimits::priority).value_or(0);
    if (own.error()) return Error(*own.error()).within("flight_plan: astm_f3548_21");
  }
  return upsert;
}

// What the DSS is asked for: where a flight is off its plan, the area is where it may be, and its plan stays.
plan::Intention intention_of(const Upsert& upsert, const std::optional<plan::OwnEntity>& own) {
  plan::Intention intention{{upsert.area, {}, upsert.priority, ""}, upsert.state};
  if (plan::is_off_plan(upsert.state)) {
    intention.details.off_nominal = std::exchange(intention.details.volumes, {});
    if (upsert.state == IntentState::nonconforming && own && own->held) intention.details.volumes = own->held->details.volumes;
  }
  return intention;
}

std::string_view status_of_plan(const std::optional<plan::OwnEntity>& own) {
  if (!own || !own->held) return "NotPlanned";
  if (own->ended) return "Closed";
  switch (own->held->reference.state) {
    case IntentState::accepted: return "Planned";
    case IntentState::activated: return "OkToFly";
    default: return "OffNominal";
  }
}

std::string_view status_after(IntentState state) { return state == IntentState::accepted ? "Planned" : state == IntentState::activated ? "OkToFly" : "OffNominal"; }

std::string outcome_json(std::string_view result, std::string_view status, std::string_view notes, bool advisories) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("planning_result", result);
  if (!notes.empty()) out.field("notes", notes);
  out.field("flight_plan_status", status);
  out.field("includes_advisories", advisories ? "AtLeastOneAdvisoryOrCondition" : "NoAdvisoriesOrConditions");
  out.end_object();
  return body;
}

std::string sentences(const std::vector<plan::Finding>& findings) {
  std::string text;
  for (const plan::Finding& finding : findings) text += (text.empty() ? "" : "; ") + plan::sentence_of(finding);
  return text;
}

// `before`: the plan as it was.
std::string answer_json(const std::optional<Result<UssDesk::Done>>& answer, UssDesk::Ask::What what, IntentState wanted, const std::optional<plan::OwnEntity>& before) {
  if (!answer) return outcome_json("Failed", status_of_plan(before), "the DSS or a peer has not answered in time", false);
  if (!*answer) {
    const ErrorCode code = answer->error().code;
    const bool is_refusal = code == ErrorCode::bad_input || code == ErrorCode::over_limit;
    return outcome_json(is_refusal ? "Rejected" : "Failed", status_of_plan(before), answer->error().message, false);
  }
  const UssDesk::Done& done = **answer;
  const std::string notes = sentences(done.findings);
  if (what == UssDesk::Ask::What::withdraw) return outcome_json("Completed", "Closed", notes, false);
  if (!plan::may_be_planned(done.findings)) return outcome_json("Rejected", status_of_plan(what == UssDesk::Ask::What::look ? before : done.entity), notes, false);
  return outcome_json("Completed", what == UssDesk::Ask::What::look ? status_after(wanted) : status_of_plan(done.entity), notes, !done.findings.empty());
}

}  // namespace

std::optional<plan::EntityId> FlightPlanningApi::intent_of(plan::EntityId plan) {
  const std::lock_guard lock(mutex_);
  const auto found = intents_.find(plan);
  return found == intents_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> FlightPlanningApi::answered(const std::string& request) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(answers_.begin(), answers_.end(), [&](const auto& one) { return one.first == request; });
  return found == answers_.end() ? std::nullopt : std::optional(found->second);
}

void FlightPlanningApi::remember(const std::string& request, const std::string& answer) {
  const std::lock_guard lock(mutex_);
  answers_.emplace_back(request, answer);
  if (answers_.size() > FlightPlanningLimits::requests) answers_.pop_front();
}

Reply FlightPlanningApi::status(const TokenCall&) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("status", desk_.status().state == UssStatus::State::on ? "Ready" : "Starting");
  out.field("api_name", "Flight Planning Automated Testing Interface");
  out.field("api_version", "v0.7.0");
  out.end_object();
  return json_response(std::move(body));
}

Reply FlightPlanningApi::upsert(const TokenCall& call) {
  const auto plan_id = plan::read_id(call.parameters[0]);
  if (!plan_id) return message_response(400, plan_id.error().message);
  const auto upsert = read_upsert(call.request.body);
  if (!upsert) return json_response(outcome_json("Rejected", status_of_plan(desk_.entity(intent_of(*plan_id).value_or(plan::EntityId{}))), upsert.error().message, false));
  if (auto known = answered(upsert->request)) return json_response(*std::move(known));

  auto intent = intent_of(*plan_id);
  auto own = intent ? desk_.entity(*intent) : std::nullopt;
  if (own && own->ended) own.reset();
  UssDesk::Ask ask;
  ask.what = upsert->usage == Usage::closed ? UssDesk::Ask::What::withdraw : upsert->style == Style::hypothetical ? UssDesk::Ask::What::look : UssDesk::Ask::What::put;
  if (ask.what == UssDesk::Ask::What::withdraw && (!own || upsert->style == Style::hypothetical)) {
    return json_response(outcome_json(own ? "Completed" : "Failed", own ? "Closed" : "NotPlanned", own ? "" : "there is no such plan", false));
  }
  ask.id = own ? own->id : new_uuid();
  ask.intention = intention_of(*upsert, own);
  if (ask.what == UssDesk::Ask::What::put && !own) {
    const std::lock_guard lock(mutex_);
    if (intents_.size() >= FlightPlanningLimits::plans) return message_response(429, "This interface has planned as many flights as it remembers; restart the node.");
    intents_[*plan_id] = ask.id;
  }
  return reply_when_done(desk_, {ask}, [this, what = ask.what, state = upsert->state, own, request = upsert->request](const DeskAnswers& answers) {
    std::string body = answer_json(answers[0], what, state, own);
    remember(request, body);
    return json_response(std::move(body));
  });
}

Reply FlightPlanningApi::remove(const TokenCall& call) {
  const auto plan_id = plan::read_id(call.parameters[0]);
  const auto intent = plan_id ? intent_of(*plan_id) : std::nullopt;
  const auto own = intent ? desk_.entity(*intent) : std::nullopt;
  if (!own || own->ended) return message_response(404, "There is no such flight plan.");
  return reply_when_done(desk_, {{.what = UssDesk::Ask::What::withdraw, .id = *intent}}, [own](const DeskAnswers& answers) {
    return json_response(answer_json(answers[0], UssDesk::Ask::What::withdraw, IntentState::accepted, own));
  });
}

Reply FlightPlanningApi::clear_area(const TokenCall& call) {
  const auto document = plan::parse_body(call.request.body);
  json::Fields fields(document ? document->root() : json::Value());
  const json::Value value = fields.object("extent", json::required);
  const auto extent = value.exists() ? plan::read_extent(value, plan::FlightLimits::vertices) : Result<plan::Extent>(bad_input("extent: is missing"));
  if (!document || !extent) return message_response(400, document ? extent.error().message : document.error().message);
  std::vector<UssDesk::Ask> asks;
  for (const plan::OwnEntity& own : desk_.entities()) {
    if (own.ended || !own.held || own.kind != plan::Kind::operational_intent) continue;
    const std::vector<plan::Volume> whole = plan::whole_of(own.held->details);
    if (plan::intersects(whole, std::vector{extent->volume})) asks.push_back({.what = UssDesk::Ask::What::withdraw, .id = own.id});
  }
  return reply_when_done(desk_, std::move(asks), [](const DeskAnswers& answers) {
    std::string why;
    for (const auto& answer : answers) {
      if (!answer || !*answer) why = answer ? answer->error().message : "not all were answered in time";
    }
    std::string body;
    json::Writer out(body);
    out.begin_object();
    out.key("outcome");
    out.begin_object();
    out.field("success", why.empty());
    out.field("message", why.empty() ? std::to_string(answers.size()) + " flight plans were ended" : why);
    out.end_object();
    out.end_object();
    return json_response(std::move(body));
  });
}

Reply FlightPlanningApi::user_notifications(const TokenCall& call) {
  const auto after_text = call.request.query("after"), before_text = call.request.query("before");
  const auto after = after_text ? parse_rfc3339(*after_text) : Result<Time>(bad_input("is missing"));
  const auto before = before_text ? parse_rfc3339(*before_text) : Result<Time>(now_());
  if (!after) return message_response(400, "after: " + after.error().message);
  if (!before) return message_response(400, "before: " + before.error().message);
  if (before_text && *before <= *after) return message_response(400, "before: must be after \"after\"");
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("user_notifications");
  out.begin_array();
  for (const UserNote& note : desk_.notes()) {
    if (note.at < *after || note.at > *before) continue;
    out.begin_object();
    plan::write_time(out, "observed_at", note.at);
    out.field("message", note.text);
    out.field("conflicts", "Single");
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return json_response(std::move(body));
}

std::vector<TokenRoute> FlightPlanningApi::routes() {
  const auto route = [this](std::string_view method, std::string_view path, std::string_view scope, Reply (FlightPlanningApi::*answer)(const TokenCall&)) {
    return TokenRoute{method, path, {scope}, [this, answer](const TokenCall& call) { return (this->*answer)(call); }};
  };
  return {
      route("GET", "/flight_planning/v1/status", director, &FlightPlanningApi::status),
      route("POST", "/flight_planning/v1/clear_area_requests", director, &FlightPlanningApi::clear_area),
      route("PUT", "/flight_planning/v1/flight_plans/{flight_plan_id}", planner, &FlightPlanningApi::upsert),
      route("DELETE", "/flight_planning/v1/flight_plans/{flight_plan_id}", director, &FlightPlanningApi::remove),
      route("GET", "/flight_planning/v1/user_notifications", planner, &FlightPlanningApi::user_notifications),
  };
}

}  // namespace skypact::server
