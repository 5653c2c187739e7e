#include "plan/uss_log_item.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/text.h"
#include "json/document.h"
#include "json/writer.h"
#include "plan/volume_json.h"

namespace skypact::plan {
namespace {

constexpr std::string_view taken_out = "(taken out)";

std::string base64_of(std::string_view bytes) { return to_base64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}); }

bool is_json_object(std::string_view base64url) {
  const auto text = from_base64url(base64url);
  const auto document = text ? json::parse(*text) : Result<json::Document>(bad_input(""));
  return document && document->root().members().begin() != document->root().members().end();
}

// Where a server takes reports of others' mistakes.
bool is_report(std::string_view method, std::string_view url) { return method == "POST" && url.substr(0, url.find('?')).ends_with("/v1/reports"); }

// In base 64, and cut where it is too long.
std::string logged_body(ExchangeReport& exchange, std::string_view body, std::string_view which) {
  if (body.size() > UssLogItemLimits::body_bytes) {
    add_problem(exchange, fmt::format("the {} has {} bytes; the first {} are kept", which, body.size(), UssLogItemLimits::body_bytes));
    body = body.substr(0, UssLogItemLimits::body_bytes);
  }
  return base64_of(body);
}

template <class Write>
UssLogItem item(UssLogPart part, const Write& write) {
  UssLogItem made{part, {}};
  json::Writer out(made.text);
  out.begin_object();
  write(out);
  out.end_object();
  return made;
}

void write_ids(json::Writer& out, std::string_view name, std::span<const EntityId> ids) {
  out.key(name);
  out.begin_array();
  for (const EntityId id : ids.first(std::min(ids.size(), UssLogItemLimits::ids))) out.value(to_string(id));
  out.end_array();
}

std::string_view cut(std::string_view text) { return text.substr(0, UssLogItemLimits::text_bytes); }

}  // namespace

std::string logged_authorization(std::string_view value) {
  value = trim(value);
  if (value.empty()) return {};
  const std::size_t blank = value.find(' ');
  if (blank == value.npos || to_upper(value.substr(0, blank)) != "BEARER") return std::string(taken_out);
  const std::string_view token = trim(value.substr(blank));
  const std::size_t first = token.find('.'), last = token.rfind('.');
  const bool is_signed = first != token.npos && first < last && last + 1 < token.size() && token.find('.', first + 1) == last;
  if (!is_signed || !is_json_object(token.substr(0, first)) || !is_json_object(token.substr(first + 1, last - first - 1))) return "Bearer " + std::string(taken_out);
  return fmt::format("Bearer {}.(signature taken out)", token.substr(0, last));
}

ExchangeReport begun(ExchangeReport::Role role, std::string_view method, std::string_view url, std::string_view authorization, std::string_view body, Time at) {
  ExchangeReport exchange;
  exchange.url = std::string(url.substr(0, ReportLimits::url_bytes));
  exchange.method = std::string(method);
  exchange.role = role;
  exchange.requested_at = at;
  exchange.headers.push_back("Authorization: " + logged_authorization(authorization));
  if (!is_report(method, url)) {
    exchange.request_body = logged_body(exchange, body, "request");
    return exchange;
  }
  // What somebody reports has an exchange in it, with the token of that one; and where that was a report, one within.
  auto report = read_exchange_report(body);
  if (!report) {
    add_problem(exchange, "the body is no report, and is not kept");
    return exchange;
  }
  if (is_report(report->method, report->url)) report->request_body.clear(), report->response_body.clear();
  exchange.request_body = logged_body(exchange, to_json(*report, ""), "request");
  return exchange;
}

void answered(ExchangeReport& exchange, int status, std::string_view body, Time at) {
  exchange.status = status;
  exchange.answered_at = at;
  exchange.response_body = logged_body(exchange, body, "response");
}

void add_problem(ExchangeReport& exchange, std::string_view problem) {
  if (!exchange.problem.empty()) exchange.problem += "; ";
  exchange.problem += cut(problem);
}

UssLogItem exchange_item(const ExchangeReport& exchange) {
  UssLogItem made{UssLogPart::message, {}};
  json::Writer out(made.text);
  write_exchange(out, exchange);
  return made;
}

std::optional<UssLogItem> notification_item(Time at, std::string_view requirement, std::string_view details) {
  constexpr std::array<std::string_view, 13> known{"GEN0400", "GEN0405", "SCD0090", "SCD0095", "ACM0010", "CMSA0115", "CMSA0300", "CSTP0005", "CSTP0010", "CSTP0020", "CSTP0025", "CSTP0030", "CSTO0035"};
  if (std::find(known.begin(), known.end(), requirement) == known.end()) return std::nullopt;
  return item(UssLogPart::notification, [&](json::Writer& out) {
    write_time(out, "triggering_event_time", at);
    write_time(out, "notification_time", at);
    out.field("notification_details", cut(details));
    out.field("notification_triggering_event", requirement);
  });
}

UssLogItem input_item(Time at, EntityId flight, std::string_view requirement, std::string_view details) {
  return item(UssLogPart::input, [&](json::Writer& out) {
    write_time(out, "triggering_event_time", at);
    out.field("operational_intent_id", to_string(flight));
    out.field("input_triggering_event", requirement);
    out.field("input_details", cut(details));
  });
}

UssLogItem operator_item(EntityId flight, std::string_view operator_id) {
  return item(UssLogPart::operator_association, [&](json::Writer& out) {
    out.field("operational_intent_id", to_string(flight));
    out.field("operator_id", operator_id);
  });
}

UssLogItem constraint_provider_item(EntityId constraint, std::string_view provider_id) {
  return item(UssLogPart::constraint_association, [&](json::Writer& out) {
    out.field("constraint_id", to_string(constraint));
    out.field("constraint_provider_id", provider_id);
  });
}

UssLogItem planning_item(const PlanningAttempt& attempt) {
  return item(UssLogPart::planning_attempt, [&](json::Writer& out) {
    write_time(out, "time", attempt.at);
    out.field("operational_intent_id", to_string(attempt.flight));
    out.key("ovns");
    out.begin_array();
    for (std::size_t i = 0; i < std::min(attempt.ovns.size(), UssLogItemLimits::ids); ++i) out.value(attempt.ovns[i]);
    out.end_array();
    write_ids(out, "missing_operational_intents", attempt.missing_intents);
    write_ids(out, "missing_constraints", attempt.missing_constraints);
    out.field("problem", cut(attempt.problem));
  });
}

UssLogItem position_item(Time received_at, EntityId flight, const Telemetry& telemetry) {
  UssLogItem made = item(UssLogPart::position, [&](json::Writer& out) {
    write_time(out, "time_received", received_at);
    out.key("telemetry");
    write_telemetry(out, telemetry);
  });
  made.text.insert(0, to_string(flight));
  return made;
}

}  // namespace skypact::plan
