// /api/v1/notices: activity notices.

#include <algorithm>

#include "json/fields.h"
#include "line/notice_json.h"
#include "server/endpoints/endpoints.h"
#include "server/notice_views.h"

namespace skypact::server::endpoints {
namespace {

std::optional<Response> no_number(const std::string& parameter) {
  if (line::number_in_address(parameter)) return std::nullopt;
  return error_response(400, "bad_request", skypact::quoted(parameter) + " is no number of a notice; write four digits, a hyphen and the year's last two digits: 0012-26.");
}

Response notice_response(NodeContext& node, std::string_view party, line::NoticeNumber number, int status) {
  const auto seen = node.line->notice(party, number);
  if (!seen) return no_such("notice");
  return json_response(notice_json(*seen, node.line->party(), *node.watch.picture(), node.acts), status);
}

}  // namespace

// ?all=true: also those that are over or cancelled
Reply list_notices(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  const auto all = call.request.query("all");
  if (all && *all != "true" && *all != "false") return error_response(400, "bad_request", "all is true or false.");
  // Each is judged against the whole sky.
  return SlowReply{[&node, all = all == "true"] {
    const auto picture = node.watch.picture();
    std::string body;
    json::Writer out(body);
    out.begin_object();
    out.field("complete", node.line->is_read());
    out.key("notices");
    out.begin_array();
    for (const NoticeSeen& seen : node.line->notices(all)) out.raw(notice_json(seen, node.line->party(), *picture, node.acts));
    out.end_array();
    out.end_object();
    return json_response(std::move(body));
  }};
}

Reply get_notice(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  if (auto wrong = no_number(call.parameters[1])) return std::move(*wrong);
  return notice_response(node, call.parameters[0], *line::number_in_address(call.parameters[1]), 200);
}

Reply check_notice(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  const LineDesk::NoticePlace place = node.line->notice_place();
  const auto asked = line::read_notice_request(document->root(), place.number, false);
  if (!asked) return error_response(asked.error());
  const auto judged = node::judge({asked->notice, place.party, place.now}, place.standing, minimum_notices(node.acts, place.now), *node.watch.picture(), place.now);
  std::string body;
  json::Writer out(body);
  line::append_check(out, asked->notice, place.party, judged);
  return json_response(std::move(body));
}

Reply post_notice(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto by = author(node, call);
  if (!by) return error_response(by.error());
  auto asked = line::read_notice_request(document->root(), {1, 0}, true);
  if (!asked) return error_response(asked.error());
  const auto number = node.line->give_notice(std::move(asked->notice), std::move(asked->to), std::move(*by));
  if (!number) return error_response(number.error());
  return notice_response(node, node.line->party(), *number, 201);
}

Reply put_notice(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  if (auto wrong = no_number(call.parameters[0])) return std::move(*wrong);
  const line::NoticeNumber number = *line::number_in_address(call.parameters[0]);
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto by = author(node, call);
  if (!by) return error_response(by.error());
  auto asked = line::read_notice_request(document->root(), number, true);
  if (!asked) return error_response(asked.error());
  const auto changed = node.line->change_notice(number, std::move(asked->notice), asked->to, std::move(*by));
  if (!changed) return error_response(changed.error());
  return notice_response(node, node.line->party(), number, 200);
}

// ?reason=
Reply delete_notice(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  if (auto wrong = no_number(call.parameters[0])) return std::move(*wrong);
  const line::NoticeNumber number = *line::number_in_address(call.parameters[0]);
  auto by = author(node, call);
  if (!by) return error_response(by.error());
  const auto cancelled = node.line->cancel_notice(number, std::string(call.request.query("reason").value_or("")), std::move(*by));
  if (!cancelled) return error_response(cancelled.error());
  return notice_response(node, node.line->party(), number, 200);
}

Reply acknowledge_notice(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  if (auto wrong = no_number(call.parameters[1])) return std::move(*wrong);
  const line::NoticeNumber number = *line::number_in_address(call.parameters[1]);
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto by = author(node, call);
  if (!by) return error_response(by.error());
  auto answer = line::read_acknowledgement(document->root());
  if (!answer) return error_response(answer.error());
  const auto said = node.line->acknowledge_notice(call.parameters[0], number, std::move(*answer), std::move(*by));
  if (!said) return error_response(said.error());
  return notice_response(node, call.parameters[0], number, 201);
}

}  // namespace skypact::server::endpoints
