// skypact plan list | others | show | check | make | change | activate | end | dismiss | log: flights and constraints of a node that is a USS.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "base/input_file.h"
#include "base/percent.h"
#include "base/text.h"
#include "commands.h"
#include "json/canonical.h"
#include "json/document.h"
#include "json/writer.h"
#include "node_request.h"
#include "statement_file.h"

namespace skypact::app {
namespace {

struct Options {
  std::string node = "http://127.0.0.1:8480";
  std::string token_file;
  bool json = false, all = false;
  std::string id;
  // The plan: a file, or what makes a simple one.
  std::string file, circle, lower, upper, from, until, name, operator_id, aircraft, address, type;
  std::optional<int> priority;
  std::string out;
  unsigned number = 0;
};

constexpr std::size_t longest_answer = std::size_t{64} << 20;
constexpr std::size_t longest_file = std::size_t{4} << 20;

std::string text_of(json::Value value) { return std::string(value.as_string().value_or("")); }

void print_plan(json::Value plan) {
  const bool flight = plan["kind"].as_string() == "flight";
  std::printf("%s  %-13s %s", text_of(plan["id"]).c_str(), text_of(plan["state"]).c_str(), flight ? "flight" : "constraint");
  if (const std::string name = text_of(plan["name"]); !name.empty()) std::printf(" %s", name.c_str());
  if (const std::string manager = text_of(plan["manager"]); !manager.empty()) std::printf(" of %s", manager.c_str());
  if (flight && plan["priority"].exists()) std::printf(", priority %lld", static_cast<long long>(plan["priority"].as_integer().value_or(0)));
  if (const std::string type = text_of(plan["type"]); !type.empty()) std::printf(", %s", type.c_str());
  if (plan["time_start"].exists()) std::printf(", %s to %s", text_of(plan["time_start"]).c_str(), text_of(plan["time_end"]).c_str());
  if (plan["being_changed"].as_boolean().value_or(false)) std::printf(", being changed");
  std::printf("\n");
}

void print_findings(json::Value answer) {
  for (const json::Value finding : answer["findings"].elements()) {
    std::printf("  %s  %s\n", finding["bars"].as_boolean().value_or(true) ? "BARS " : "note ", text_of(finding["text"]).c_str());
  }
  for (const json::Value one : answer["suggestions"].elements()) std::printf("  free:  %s\n", text_of(one["text"]).c_str());
}

Result<server::ClientRequest> request_for(const Options& options, const std::string& path, const char* method = "GET") {
  auto request = node_request(options.node, options.token_file, path);
  if (request) request->method = method, request->time = seconds(60);
  return request;
}

// The body of a good answer, or of a refusal that says by what the plan is barred.
Result<json::Document> ask_for_plan(const Options& options, const server::ClientRequest& request) {
  auto answer = server::fetch(request);
  if (!answer) return answer.error();
  auto document = json::parse(answer->body, {.bytes = longest_answer});
  const bool is_answer = document && (answer->status / 100 == 2 || document->root()["findings"].exists());
  if (!is_answer) {
    const auto message = document ? document->root()["error"]["message"].as_string() : std::nullopt;
    const ErrorCode code = answer->status == 404 ? ErrorCode::not_found : answer->status == 409 ? ErrorCode::conflict : answer->status == 400 || answer->status == 413 ? ErrorCode::bad_input
                           : answer->status >= 500 ? ErrorCode::unreachable : ErrorCode::refused;
    return Error{code, message ? std::string(*message) : "The node answers with status " + std::to_string(answer->status) + "."};
  }
  if (options.json) std::printf("%s\n", answer->body.c_str());
  return document;
}

int list(const Options& options, const std::string& path) {
  return print_answer("plan list", options.json, request_for(options, path), [&](json::Value root) {
    for (const json::Value plan : root["plans"].elements()) {
      if (options.all || plan["state"].as_string() != "Ended") print_plan(plan);
    }
    for (const json::Value note : root["notes"].elements()) {
      std::printf("%s  %s: %s (%s)\n", text_of(note["at"]).c_str(), text_of(note["plan"]).c_str(), text_of(note["text"]).c_str(), text_of(note["requirement"]).c_str());
    }
    for (const json::Value notice : root["notices"].elements()) {
      std::printf("notice %lld to %s about %s: %s\n", static_cast<long long>(notice["number"].as_integer().value_or(0)), text_of(notice["to"]).c_str(), text_of(notice["id"]).c_str(),
                  notice["given_up_at"].exists() ? ("GIVEN UP, " + text_of(notice["why"])).c_str() : "waits");
    }
  });
}

int show(const Options& options) {
  return print_answer("plan show", options.json, request_for(options, "/api/v1/plans/" + percent_encode(options.id)), [](json::Value plan) {
    print_plan(plan);
    for (const char* name : {"operator_id", "aircraft", "address", "remarks", "ovn"}) {
      if (const std::string text = text_of(plan[name]); !text.empty()) std::printf("  %s: %s\n", name, text.c_str());
    }
    std::printf("  %zu volumes, %zu off the plan\n", plan["volumes"].size(), plan["off_nominal_volumes"].size());
  });
}

// A circle with a band of altitudes and a time.
Result<void> write_volume(json::Writer& out, const Options& o) {
  std::vector<std::string> words;
  for (std::string_view rest = o.circle; auto word = next_field(rest, ',');) words.emplace_back(trim(*word));
  const auto lat = words.size() == 3 ? parse_number(words[0]) : std::nullopt, lng = words.size() == 3 ? parse_number(words[1]) : std::nullopt;
  const auto radius = words.size() == 3 ? parse_length(words[2]) : Result<Length>(bad_input(""));
  if (!lat || !lng || !radius) return Error{ErrorCode::usage, "--circle: write LATITUDE,LONGITUDE,RADIUS: 46.95,7.45,500m"};
  const auto number = [&](std::string_view name, double value) {
    out.key(name);
    out.raw(json::canonical_number(value));
  };
  out.begin_object();
  out.key("volume");
  out.begin_object();
  out.key("outline_circle");
  out.begin_object();
  out.key("center");
  out.begin_object();
  number("lat", *lat);
  number("lng", *lng);
  out.end_object();
  out.key("radius");
  out.begin_object();
  number("value", radius->in(metres));
  out.field("units", "M");
  out.end_object();
  out.end_object();
  for (const auto& [name, text] : {std::pair{"altitude_lower", &o.lower}, std::pair{"altitude_upper", &o.upper}}) {
    const auto metres = parse_number(*text);
    if (!metres) return Error{ErrorCode::usage, std::string("--lower and --upper: write metres above the WGS-84 ellipsoid: 600")};
    out.key(name);
    out.begin_object();
    number("value", *metres);
    out.field("reference", "W84");
    out.field("units", "M");
    out.end_object();
  }
  out.end_object();
  for (const auto& [name, text] : {std::pair{"time_start", &o.from}, std::pair{"time_end", &o.until}}) {
    out.key(name);
    out.begin_object();
    out.field("value", *text);
    out.field("format", "RFC3339");
    out.end_object();
  }
  out.end_object();
  return {};
}

Result<std::string> body_of(const Options& o) {
  if (!o.file.empty()) return read_whole(o.file, longest_file);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  if (!o.circle.empty()) {
    out.key("volumes");
    out.begin_array();
    if (auto volume = write_volume(out, o); !volume) return std::move(volume).error();
    out.end_array();
  }
  if (!o.id.empty()) out.field("id", o.id);
  if (!o.type.empty()) out.field("kind", "constraint"), out.field("type", o.type);
  if (o.priority) out.field("priority", *o.priority);
  for (const auto& [name, text] : {std::pair{"name", &o.name}, std::pair{"operator_id", &o.operator_id}, std::pair{"aircraft", &o.aircraft}, std::pair{"address", &o.address}}) {
    if (!text->empty()) out.field(name, *text);
  }
  out.end_object();
  return body;
}

// Status 1 where the plan is barred.
int give(const Options& options, const std::string& command, const char* method, const std::string& path, const Result<std::string>& body) {
  if (!body) return fail(command, body.error());
  auto request = request_for(options, path, method);
  if (!request) return fail(command, request.error());
  request->body = *body;
  const auto answer = ask_for_plan(options, *request);
  if (!answer) return fail(command, answer.error());
  const json::Value root = answer->root();
  const bool taken = root["taken"].as_boolean().value_or(false);
  bool barred = false;
  for (const json::Value finding : root["findings"].elements()) barred = barred || finding["bars"].as_boolean().value_or(true);
  if (!options.json) {
    if (taken) print_plan(root["plan"]);
    print_findings(root);
    if (!taken) std::printf("%s\n", barred ? "It cannot be planned so." : root["findings"].size() == 0 ? "Nothing is in its way." : "It can be planned.");
  }
  return barred ? Exit::negative_verdict : Exit::done;
}

// A set of the log, as the node gives it.
int print_log(const Options& options) {
  const auto request = request_for(options, "/api/v1/plans/log?from=" + percent_encode(options.from) + "&until=" + percent_encode(options.until));
  if (!request) return fail("plan log", request.error());
  const auto set = ask(*request);
  if (!set) return fail("plan log", set.error());
  if (options.out.empty()) {
    std::printf("%s\n", set->c_str());
  } else if (auto written = write_new_file(options.out, *set); !written) {
    return fail("plan log", written.error());
  }
  const auto document = json::parse(*set, {.bytes = longest_answer});
  if (!document) return fail("plan log", document.error());
  for (const json::Value gap : document->root()["incomplete"].elements()) {
    std::fprintf(stderr, "not whole, %s to %s: %s\n", text_of(gap["from"]).c_str(), text_of(gap["until"]).c_str(), text_of(gap["why"]).c_str());
  }
  return Exit::done;
}

}  // namespace

void add_plan(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("plan", "Flights and constraints of a node that is a USS (docs/f3548.md)");
  command->require_subcommand(1);
  const auto sub = [&](const char* name, const char* what) {
    CLI::App* s = command->add_subcommand(name, what);
    s->add_option("--node", options->node, "The node's address")->capture_default_str();
    s->add_option("--token-file", options->token_file, "File whose first line is the token")->type_name("FILE");
    s->add_flag("--json", options->json, "The node's own JSON");
    return s;
  };
  const auto plan = [&](CLI::App* s) {
    s->add_option("FILE", options->file, "The plan as JSON (PlanRequest in openapi.yaml); - is standard input. Else it is made of what follows");
    s->add_option("--circle", options->circle, "LATITUDE,LONGITUDE,RADIUS: 46.95,7.45,500m");
    s->add_option("--lower", options->lower, "Metres above the WGS-84 ellipsoid");
    s->add_option("--upper", options->upper, "Likewise");
    s->add_option("--from", options->from, "When it begins: 2026-12-01T12:00:00Z");
    s->add_option("--until", options->until, "When it ends");
    s->add_option("--priority", options->priority, "A greater one goes first");
    s->add_option("--name", options->name, "Call sign, or the constraint's name");
    s->add_option("--operator", options->operator_id, "Who is responsible");
    s->add_option("--aircraft", options->aircraft, "Registration or serial number");
    s->add_option("--address", options->address, "By which the watch knows it, as 4D2023 or report:NAME; else by --name");
    s->add_option("--constraint", options->type, "Its type: it is a constraint, not a flight");
  };
  const auto id = [&](CLI::App* s) { s->add_option("ID", options->id, "Of the plan")->required(); };
  const auto at = [options] { return "/api/v1/plans/" + percent_encode(options->id); };

  CLI::App* list_command = sub("list", "Own plans, what their managers must know, and notices that peers have not confirmed");
  list_command->add_flag("--all", options->all, "Also those that have ended");
  list_command->callback([options, &status] { status = list(*options, "/api/v1/plans"); });
  sub("others", "What other USSs have disclosed")->callback([options, &status] { status = list(*options, "/api/v1/plans/others"); });
  CLI::App* show_command = sub("show", "One plan");
  id(show_command);
  show_command->callback([options, &status] { status = show(*options); });
  CLI::App* check_command = sub("check", "What a plan would meet; nothing is changed. Status 1 where it is barred");
  plan(check_command);
  check_command->add_option("--id", options->id, "As a change of this plan");
  check_command->callback([options, &status] { status = give(*options, "plan check", "POST", "/api/v1/plans/check", body_of(*options)); });
  CLI::App* make_command = sub("make", "Plan a flight, or publish a constraint. Status 1 where it is barred");
  plan(make_command);
  make_command->callback([options, &status] { status = give(*options, "plan make", "POST", "/api/v1/plans", body_of(*options)); });
  CLI::App* change_command = sub("change", "Change a plan; what is not given stays");
  id(change_command);
  plan(change_command);
  change_command->callback([options, &status, at] { status = give(*options, "plan change", "PUT", at(), body_of(*options)); });
  CLI::App* activate_command = sub("activate", "The flight takes off");
  id(activate_command);
  activate_command->callback([options, &status, at] { status = give(*options, "plan activate", "PUT", at(), std::string(R"({"state":"Activated"})")); });
  CLI::App* end_command = sub("end", "End a flight, or withdraw a constraint; peers are told");
  id(end_command);
  end_command->callback([options, &status, at] { status = give(*options, "plan end", "DELETE", at(), std::string()); });
  CLI::App* log_command = sub("log", "What the node logged as a USS, as a USSLogSet of F3548-21; what is missing in it is said on standard error");
  log_command->add_option("--from", options->from, "2026-12-01T12:00:00Z")->required();
  log_command->add_option("--until", options->until, "Likewise")->required();
  log_command->add_option("--out", options->out, "Write it into this file; never overwritten")->type_name("FILE");
  log_command->callback([options, &status] { status = print_log(*options); });
  CLI::App* dismiss_command = sub("dismiss", "A notice that could not be delivered has been seen to");
  dismiss_command->add_option("NUMBER", options->number, "Of the notice")->required();
  dismiss_command->callback([options, &status] {
    const auto request = request_for(*options, "/api/v1/plans/notices/" + std::to_string(options->number), "DELETE");
    const auto done = request ? ask(*request) : Result<std::string>(request.error());
    status = done ? Exit::done : fail("plan dismiss", done.error());
  });
}

}  // namespace skypact::app
