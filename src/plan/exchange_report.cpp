#include "plan/exchange_report.h"

#include <fmt/format.h>

#include "base/text.h"
#include "json/fields.h"
#include "json/writer.h"
#include "plan/volume_json.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

const std::initializer_list<std::string_view> roles{"Client", "Server"};

std::optional<Time> read_time(Fields& exchange, std::string_view name, json::Presence presence) {
  const json::Value value = exchange.object(name, presence);
  if (!value.exists()) return std::nullopt;
  Fields fields(value);
  const auto time = fields.time("value", required);
  (void)fields.word("format", {"RFC3339"}, required);
  if (fields.error()) exchange.refuse(name, fields.error()->message);
  return time;
}

// "Authorization: Bearer …" of another server's caller could be used by whoever reads the report.
std::string without_credentials(std::string_view header) {
  const std::string_view name = header.substr(0, header.find(':'));
  const std::string upper = to_upper(trim(name));
  const bool is_secret = upper == "AUTHORIZATION" || upper == "PROXY-AUTHORIZATION" || upper == "COOKIE" || upper == "SET-COOKIE";
  return is_secret ? std::string(name) + ": (taken out)" : std::string(header);
}

}  // namespace

Result<ExchangeReport> read_exchange_report(std::string_view body) {
  const auto document = parse_body(body);
  if (!document) return document.error();
  Fields root(document->root());
  const json::Value exchange = root.object("exchange", required);
  if (root.error()) return *root.error();
  Fields fields(exchange);
  ExchangeReport report;
  report.url = fields.text("url", 1, ReportLimits::url_bytes, required).value_or("");
  report.method = fields.text("method", 1, 32, required).value_or("");
  report.role = static_cast<ExchangeReport::Role>(fields.word("recorder_role", roles, required).value_or(0));
  report.requested_at = read_time(fields, "request_time", required).value_or(Time{});
  report.answered_at = read_time(fields, "response_time", json::optional);
  report.status = fields.integer("response_code", 0, 999);
  report.request_body = fields.text("request_body", 0, longest_body).value_or("");
  report.response_body = fields.text("response_body", 0, longest_body).value_or("");
  report.problem = fields.text("problem", 0, ReportLimits::problem_bytes).value_or("");
  const json::Value headers = fields.array("headers");
  if (headers.size() > ReportLimits::headers) fields.refuse("headers", fmt::format("{} of them; at most {} are taken", headers.size(), ReportLimits::headers));
  for (const json::Value header : headers.elements()) {
    const auto text = header.as_string();
    if (!text || text->size() > ReportLimits::header_bytes) fields.refuse("headers", "must hold texts of at most 16 kB");
    if (fields.error()) break;
    report.headers.push_back(without_credentials(*text));
  }
  if (fields.error()) return Error(*fields.error()).within("exchange");
  return report;
}

void write_exchange(json::Writer& out, const ExchangeReport& report) {
  out.begin_object();
  out.field("url", report.url);
  out.field("method", report.method);
  out.key("headers");
  out.begin_array();
  for (const std::string& header : report.headers) out.value(header);
  out.end_array();
  out.field("recorder_role", *(roles.begin() + static_cast<int>(report.role)));
  write_time(out, "request_time", report.requested_at);
  out.field("request_body", report.request_body);
  if (report.answered_at) write_time(out, "response_time", *report.answered_at);
  out.field("response_body", report.response_body);
  if (report.status) out.field("response_code", *report.status);
  if (!report.problem.empty()) out.field("problem", report.problem);
  out.end_object();
}

std::string to_json(const ExchangeReport& report, std::string_view id) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  if (!id.empty()) out.field("report_id", id);
  out.key("exchange");
  write_exchange(out, report);
  out.end_object();
  return text;
}

}  // namespace skypact::plan
