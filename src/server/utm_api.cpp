#include "server/utm_api.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.h"
#include "json/writer.h"
#include "plan/f3411_json.h"
#include "plan/f3548_json.h"
#include "plan/http_status.h"
#include "server/report_reply.h"

namespace skypact::server {
namespace {

constexpr std::string_view SC = "utm.strategic_coordination", CM = "utm.constraint_management", CP = "utm.constraint_processing",
                           CMSA = "utm.conformance_monitoring_sa", AA = "utm.availability_arbitration";

plan::Caller caller_of(const accounts::AccessToken& token) {
  const auto may = [&](std::string_view scope) { return token.scopes.contains(scope); };
  return {token.subject, may(SC), may(CM), may(CP), may(CMSA), may(AA)};
}

// What the DSS said, between its thread and ours.
struct Told {
  plan::RidVersion version = plan::RidVersion::f3411_22a;   // that an answer about remote identification is written in
  std::mutex mutex;
  std::optional<DssAnswer> answer;
  std::optional<Error> not_asked;
};

Response response_of(Told& told) {
  std::unique_lock lock(told.mutex);
  if (told.not_asked) return message_response(told.not_asked->code == ErrorCode::over_limit ? 429 : 503, told.not_asked->message);
  if (!told.answer) return message_response(503, "The DSS did not answer in time; whether your request was carried out shows when you repeat it.");
  const DssAnswer answer = *std::move(told.answer);
  lock.unlock();
  if (const auto* not_durable = std::get_if<NotDurable>(&answer)) {
    return message_response(503, "The DSS could not make this durable: " + not_durable->why + ". Whether your request was carried out shows when you repeat it.");
  }
  const Result<plan::Answered>& decided = std::get<Result<plan::Answered>>(answer);
  if (!decided) return message_response(plan::status_of(decided.error().code), decided.error().message);
  std::string body;
  if (const auto* plan = std::get_if<plan::Response>(&*decided)) {
    plan::write(*plan, body);
    return json_response(std::move(body), plan::status_of(*plan));
  }
  const auto& remote_id = std::get<plan::RidResponse>(*decided);
  plan::write(remote_id, told.version, body);
  return json_response(std::move(body), plan::status_of(remote_id));
}

}  // namespace

// The routes' table and what they do.
struct UtmRoutes {
  using Answer = Reply (*)(UtmApi& api, const TokenCall& call);
  struct Route {
    std::string_view method, path;
    std::vector<std::string_view> scopes;   // any of them
    Answer answer;
  };
  static const std::vector<Route>& table();

  template <class Request>
  static Reply ask(UtmApi& api, const TokenCall& call, Result<Request> request) {
    if (!request) return message_response(plan::status_of(request.error().code), request.error().message);
    return hand_over(api, call, plan::PlanAsked{*std::move(request), caller_of(call.token)}, {});
  }
  template <class Request>
  static Reply ask(UtmApi& api, const TokenCall& call, plan::RidVersion version, Result<Request> request) {
    if (!request) return message_response(plan::status_of(request.error().code), request.error().message);
    return hand_over(api, call, plan::RidAsked{*std::move(request), {call.token.subject}}, version);
  }
  static Reply hand_over(UtmApi& api, const TokenCall& call, plan::Asked asked_now, plan::RidVersion version) {
    const auto told = std::make_shared<Told>();
    told->version = version;
    const auto asked = std::make_shared<plan::Asked>(std::move(asked_now));   // a std::function must be copied
    LaterReply later{[told] { return response_of(*told); }, UtmLimits::answer_time};
    later.work = LaterReply::Work::in_memory;
    later.start = [&dss = api.options_.dss, told, asked, bytes = call.request.body.size()](const std::function<void()>& wake) {
      const auto taken = dss.ask(std::move(*asked), bytes, [told, wake](DssAnswer answer) {
        {
          const std::lock_guard lock(told->mutex);
          told->answer = std::move(answer);
        }
        wake();
      });
      if (taken) return;
      const std::lock_guard lock(told->mutex);
      told->not_asked = taken.error();
      wake();
    };
    return later;
  }

  template <plan::Kind kind>
  static Reply query(UtmApi& api, const TokenCall& call) {
    return ask(api, call, plan::read_query(kind, call.request.body));
  }
  template <plan::Kind kind>
  static Reply get(UtmApi& api, const TokenCall& call) {
    const auto id = plan::read_id(call.parameters[0]);
    return ask(api, call, id ? Result(plan::Get{kind, *id}) : id.error());
  }
  template <plan::Kind kind>
  static Reply remove(UtmApi& api, const TokenCall& call) {
    const auto id = plan::read_id(call.parameters[0]);
    return ask(api, call, id ? Result(plan::Delete{kind, *id, call.parameters[1]}) : id.error());
  }
  template <auto read>
  static Reply put(UtmApi& api, const TokenCall& call) {
    return ask(api, call, read(call.parameters[0], call.version(), call.request.body));
  }
  static Reply get_availability(UtmApi& api, const TokenCall& call) { return ask(api, call, Result(plan::GetAvailability{call.parameters[0]})); }
  static Reply put_availability(UtmApi& api, const TokenCall& call) { return ask(api, call, plan::read_put_availability(call.parameters[0], call.request.body)); }

  // Of remote identification, in either version.
  template <plan::RidVersion version, plan::RidKind kind>
  static Reply rid_search(UtmApi& api, const TokenCall& call) {
    const auto area = call.request.query("area"), earliest = call.request.query("earliest_time"), latest = call.request.query("latest_time");
    return ask(api, call, version, plan::read_rid_search(kind, {area, earliest, latest}));
  }
  template <plan::RidVersion version, plan::RidKind kind>
  static Reply rid_get(UtmApi& api, const TokenCall& call) {
    const auto id = plan::read_id(call.parameters[0]);
    return ask(api, call, version, id ? Result(plan::RidGet{kind, *id}) : id.error());
  }
  template <plan::RidVersion version, plan::RidKind kind>
  static Reply rid_remove(UtmApi& api, const TokenCall& call) {
    const auto id = plan::read_id(call.parameters[0]);
    return ask(api, call, version, id ? Result(plan::RidDelete{kind, *id, call.parameters[1]}) : id.error());
  }
  template <plan::RidVersion version, plan::RidKind kind>
  static Reply rid_put(UtmApi& api, const TokenCall& call) {
    return ask(api, call, version, plan::read_rid_put(version, kind, call.parameters[0], call.version(), call.request.body));
  }

  static Reply report(UtmApi& api, const TokenCall& call) { return keep_report(api.options_.reports, api.options_.now, call.request.body); }

  static Reply healthy(UtmApi& api, const TokenCall&) {
    const DssStatus status = api.options_.dss.status();
    return status.state == DssStatus::State::failing ? text_response("The DSS cannot write: " + status.message, 503) : text_response("ok");
  }
  static Reply version(UtmApi&, const TokenCall&) { return object([](json::Writer& out) { out.field("version", "skypact " SKYPACT_VERSION); }); }
  static Reply system_version(UtmApi&, const TokenCall& call) {
    return object([&](json::Writer& out) {
      out.field("system_identity", call.parameters[0]);
      out.field("system_version", SKYPACT_VERSION);
    });
  }
  static Reply validate_oauth(UtmApi&, const TokenCall& call) {
    const auto owner = call.request.query("owner");
    if (owner && *owner != call.token.subject) return message_response(403, "The token is of " + quoted(std::string_view(call.token.subject)) + ", not of " + quoted(std::string_view(*owner)) + ".");
    return Response{};
  }
  static Reply pool(UtmApi& api, const TokenCall&) {
    return object([&](json::Writer& out) { out.field("dar_id", api.options_.dss.status().id); });
  }
  static Reply instances(UtmApi& api, const TokenCall&) { return json_response(instances_json(api)); }
  static Reply heartbeat(UtmApi& api, const TokenCall& call);
  // Nodes of a pool would know each other by certificates of their own; one instance has none.
  static Reply authorities(UtmApi&, const TokenCall&) {
    return object([](json::Writer& out) {
      out.key("CAs");
      out.begin_array();
      out.end_array();
    });
  }
  static Reply global_options(UtmApi&, const TokenCall&) {
    return object([](json::Writer& out) {
      out.field("scd_global_lock", false);
      out.field("scd_hash_lock", false);
      out.field("time_based_notification_index", false);
    });
  }

  template <class Write>
  static Reply object(const Write& write) {
    std::string body;
    json::Writer out(body);
    out.begin_object();
    write(out);
    out.end_object();
    return json_response(std::move(body));
  }
  static std::string instances_json(UtmApi& api);
};

std::string UtmRoutes::instances_json(UtmApi& api) {
  const std::lock_guard lock(api.mutex_);
  const UtmApi::Heartbeat& beat = api.heartbeat_;
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("dss_instances");
  out.begin_array();
  out.begin_object();
  out.field("id", api.options_.locality);
  out.key("most_recent_heartbeat");
  out.begin_object();
  out.field("timestamp", plan::exact_time(beat.at));
  out.field("source", beat.source);
  out.field("index", beat.index);
  if (!beat.reporter.empty()) out.field("reporter", beat.reporter);
  if (beat.next_before) out.field("next_heartbeat_expected_before", plan::exact_time(*beat.next_before));
  out.end_object();
  out.end_object();
  out.end_array();
  out.end_object();
  return body;
}

Reply UtmRoutes::heartbeat(UtmApi& api, const TokenCall& call) {
  UtmApi::Heartbeat beat{.at = api.options_.now(), .source = call.request.query("source").value_or(""), .reporter = call.token.subject};
  if (beat.source.empty() || beat.source.size() > UtmLimits::source_bytes) return message_response(400, "source: must be a text of 1 to 256 bytes");
  for (const char* name : {"timestamp", "next_heartbeat_expected_before"}) {
    const auto text = call.request.query(name);
    if (!text) continue;
    const auto time = parse_rfc3339(*text);
    if (!time) return message_response(400, std::string(name) + ": " + time.error().message);
    (name[0] == 't' ? beat.at : beat.next_before.emplace()) = *time;
  }
  if (beat.next_before && *beat.next_before < beat.at) return message_response(400, "next_heartbeat_expected_before: must not be before timestamp");
  {
    const std::lock_guard lock(api.mutex_);
    beat.index = api.heartbeat_.index + 1;
    api.heartbeat_ = std::move(beat);
  }
  return json_response(instances_json(api), 201);
}

const std::vector<UtmRoutes::Route>& UtmRoutes::table() {
  using enum plan::Kind;
  using enum plan::RidVersion;
  constexpr plan::RidKind area = plan::RidKind::area;
  static const std::vector<std::string_view> reads{"dss.read.identification_service_areas"}, writes{"dss.write.identification_service_areas"}, displays{"rid.display_provider"},
      provides{"rid.service_provider"};
  static const std::vector<std::string_view> intents{SC, CMSA}, constraints{CM, CP}, subscriptions{CP, SC}, pool_status{"interuss.pool_status.read"};
  static const std::vector<Route> table{
      {"POST", "/dss/v1/operational_intent_references/query", intents, query<operational_intent>},
      {"GET", "/dss/v1/operational_intent_references/{entityid}", intents, get<operational_intent>},
      {"PUT", "/dss/v1/operational_intent_references/{entityid}", intents, put<plan::read_put_intent>},
      {"PUT", "/dss/v1/operational_intent_references/{entityid}/{ovn}", intents, put<plan::read_put_intent>},
      {"DELETE", "/dss/v1/operational_intent_references/{entityid}/{ovn}", intents, remove<operational_intent>},
      {"POST", "/dss/v1/constraint_references/query", constraints, query<constraint>},
      {"GET", "/dss/v1/constraint_references/{entityid}", constraints, get<constraint>},
      {"PUT", "/dss/v1/constraint_references/{entityid}", {CM}, put<plan::read_put_constraint>},
      {"PUT", "/dss/v1/constraint_references/{entityid}/{ovn}", {CM}, put<plan::read_put_constraint>},
      {"DELETE", "/dss/v1/constraint_references/{entityid}/{ovn}", {CM}, remove<constraint>},
      {"POST", "/dss/v1/subscriptions/query", subscriptions, query<subscription>},
      {"GET", "/dss/v1/subscriptions/{subscriptionid}", subscriptions, get<subscription>},
      {"PUT", "/dss/v1/subscriptions/{subscriptionid}", subscriptions, put<plan::read_put_subscription>},
      {"PUT", "/dss/v1/subscriptions/{subscriptionid}/{version}", subscriptions, put<plan::read_put_subscription>},
      {"DELETE", "/dss/v1/subscriptions/{subscriptionid}/{version}", subscriptions, remove<subscription>},
      {"POST", "/dss/v1/reports", {CM, CP, SC, CMSA, AA}, report},
      {"GET", "/dss/v1/uss_availability/{uss_id}", {AA, SC, CMSA}, get_availability},
      {"PUT", "/dss/v1/uss_availability/{uss_id}", {AA}, put_availability},
      {"GET", "/v1/dss/identification_service_areas", reads, rid_search<f3411_19, area>},
      {"GET", "/v1/dss/identification_service_areas/{id}", reads, rid_get<f3411_19, area>},
      {"PUT", "/v1/dss/identification_service_areas/{id}", writes, rid_put<f3411_19, area>},
      {"PUT", "/v1/dss/identification_service_areas/{id}/{version}", writes, rid_put<f3411_19, area>},
      {"DELETE", "/v1/dss/identification_service_areas/{id}/{version}", writes, rid_remove<f3411_19, area>},
      {"GET", "/v1/dss/subscriptions", reads, rid_search<f3411_19, plan::RidKind::subscription>},
      {"GET", "/v1/dss/subscriptions/{id}", {reads[0], writes[0]}, rid_get<f3411_19, plan::RidKind::subscription>},
      {"PUT", "/v1/dss/subscriptions/{id}", reads, rid_put<f3411_19, plan::RidKind::subscription>},
      {"PUT", "/v1/dss/subscriptions/{id}/{version}", reads, rid_put<f3411_19, plan::RidKind::subscription>},
      {"DELETE", "/v1/dss/subscriptions/{id}/{version}", reads, rid_remove<f3411_19, plan::RidKind::subscription>},
      {"GET", "/rid/v2/dss/identification_service_areas", displays, rid_search<f3411_22a, area>},
      {"GET", "/rid/v2/dss/identification_service_areas/{id}", displays, rid_get<f3411_22a, area>},
      {"PUT", "/rid/v2/dss/identification_service_areas/{id}", provides, rid_put<f3411_22a, area>},
      {"PUT", "/rid/v2/dss/identification_service_areas/{id}/{version}", provides, rid_put<f3411_22a, area>},
      {"DELETE", "/rid/v2/dss/identification_service_areas/{id}/{version}", provides, rid_remove<f3411_22a, area>},
      {"GET", "/rid/v2/dss/subscriptions", displays, rid_search<f3411_22a, plan::RidKind::subscription>},
      {"GET", "/rid/v2/dss/subscriptions/{id}", {displays[0], provides[0]}, rid_get<f3411_22a, plan::RidKind::subscription>},
      {"PUT", "/rid/v2/dss/subscriptions/{id}", displays, rid_put<f3411_22a, plan::RidKind::subscription>},
      {"PUT", "/rid/v2/dss/subscriptions/{id}/{version}", displays, rid_put<f3411_22a, plan::RidKind::subscription>},
      {"DELETE", "/rid/v2/dss/subscriptions/{id}/{version}", displays, rid_remove<f3411_22a, plan::RidKind::subscription>},
      {"GET", "/aux/v1/version", {}, version},
      {"GET", "/aux/v1/validate_oauth", {"dss.read.identification_service_areas", "dss.write.identification_service_areas"}, validate_oauth},
      {"GET", "/aux/v1/pool", pool_status, pool},
      {"GET", "/aux/v1/pool/dss_instances", pool_status, instances},
      {"PUT", "/aux/v1/pool/dss_instances/heartbeat", {"interuss.pool_status.heartbeat.write"}, heartbeat},
      {"GET", "/aux/v1/configuration/accepted_ca_certs", {}, authorities},
      {"GET", "/aux/v1/configuration/ca_certs", {}, authorities},
      {"GET", "/aux/v1/configuration/global_options", pool_status, global_options},
      {"GET", "/versions/{system_identity}", {"interuss.versioning.read_system_versions"}, system_version},
      {"GET", "/healthy", {}, healthy},
  };
  return table;
}

UtmApi::UtmApi(UtmApiOptions options) : options_(std::move(options)), heartbeat_{options_.now(), "startup", ""} {}

std::vector<TokenRoute> UtmApi::routes() {
  std::vector<TokenRoute> routes;
  for (const UtmRoutes::Route& route : UtmRoutes::table()) {
    routes.push_back({route.method, route.path, route.scopes, [this, answer = route.answer](const TokenCall& call) { return answer(*this, call); }});
  }
  return routes;
}

}  // namespace skypact::server
