// skypact request list | show | ask | answer | reply | amend | revoke | withdraw | acknowledge | text: clearances to cross or enter another's area.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/percent.h"
#include "base/text.h"
#include "commands.h"
#include "document_file.h"
#include "json/document.h"
#include "json/writer.h"
#include "node_request.h"
#include "plan/clearance.h"

namespace skypact::app {
namespace {

struct Options {
  std::string node = "http://127.0.0.1:8480";
  std::string token_file, desk;
  bool json = false, all = false;
  std::string party, number, file;
  unsigned revision = 0;
  bool approve = false;
  std::string unable, question;
  // Conditions of an approval: a file, or these.
  std::string conditions, floor, ceiling, from, until, half_width, squawk, frequency, text;
  std::vector<std::string> reports;
  std::string to, reason, of = "revocation", whose, depth = "desk", form = "notam";
};

std::string text_of(json::Value value) { return std::string(value.as_string().value_or("")); }
long long number_of(json::Value value) { return static_cast<long long>(value.as_integer().value_or(0)); }

// "2026-11-28 06:00"
std::string minute_of(json::Value value) {
  std::string text = text_of(value).substr(0, 16);
  if (text.size() == 16) text[10] = ' ';
  return text;
}

std::string join(json::Value list) {
  std::string all;
  for (const json::Value element : list.elements()) all += (all.empty() ? "" : ", ") + text_of(element);
  return all;
}

std::string said_by(json::Value said) { return said["by"].exists() ? ", by " + text_of(said["by"]["account"]) + " at the desk " + text_of(said["by"]["desk"]) : std::string(); }

void print_head(json::Value view) {
  const json::Value latest = view["latest"], request = latest["request"];
  std::printf("%s %s  revision %lld  %s%s%s\n", text_of(view["party"]).c_str(), text_of(view["number"]).c_str(), number_of(latest["revision"]), text_of(view["state"]).c_str(),
              view["priority"].as_boolean().value_or(false) ? "  PRIORITY" : "", request["exercise"].as_boolean().value_or(false) ? "  EXERCISE" : "");
  std::printf("  %lld %s, %s, %s\n", number_of(request["aircraft"]), text_of(request["aircraft_type"]).c_str(), join(request["call_signs"]).c_str(), text_of(request["purpose"]).c_str());
  if (view["held"].exists()) std::printf("  revision %lld is cleared and holds until revision %lld is\n", number_of(view["held"]["revision"]), number_of(latest["revision"]));
  for (const json::Value part : latest["parts"].elements()) {
    std::printf("  %s: %s", text_of(part["party"]).c_str(), text_of(part["stage"]).c_str());
    if (part["clearance"].exists()) std::printf(" as %s%s", text_of(part["clearance"]).c_str(), part["conditions"].exists() ? " with conditions" : "");
    if (part["due"].exists()) std::printf(", until %s UTC", minute_of(part["due"]).c_str());
    if (part["overdue"].exists()) std::printf("  OVERDUE (%s)", text_of(part["overdue"]).c_str());
    if (part["text"].exists()) std::printf(": %s", text_of(part["text"]).c_str());
    std::printf("\n");
  }
  for (const json::Value revoked : view["revoked"].elements()) {
    std::printf("  REVOKED by %s from %s: %s; %s%s\n", text_of(revoked["party"]).c_str(), text_of(revoked["from"]).c_str(), text_of(revoked["reason"]).c_str(),
                revoked["acknowledged"].exists() ? ("acknowledged, down to the " + text_of(revoked["acknowledged"]["depth"])).c_str() : "not acknowledged", revoked["overdue"].exists() ? "  OVERDUE" : "");
  }
  if (view["withdrawn"].exists()) std::printf("  withdrawn: %s\n", text_of(view["withdrawn"]["reason"]).c_str());
  if (view["awaited"].size() > 0) std::printf("  awaited of you: %s\n", join(view["awaited"]).c_str());
}

void print_whole(json::Value view) {
  print_head(view);
  const json::Value latest = view["latest"], request = latest["request"];
  std::printf("  asked %s UTC%s; contact %s\n", minute_of(latest["at"]).c_str(), said_by(latest).c_str(), text_of(request["contact"]).c_str());
  std::printf("  registration %s, operator %s, cargo %s, %lld on board, sensors %s, armed %s\n", join(request["registrations"]).c_str(), text_of(request["operator"]).c_str(), text_of(request["cargo"]).c_str(),
              number_of(request["persons"]), request["sensors"].as_boolean().value_or(false) ? "yes" : "no", request["armed"].as_boolean().value_or(false) ? "yes" : "no");
  std::printf("  valid %s to %s UTC, tolerance %s\n", minute_of(request["valid"]["from"]).c_str(), minute_of(request["valid"]["to"]).c_str(), text_of(request["tolerance"]).c_str());
  for (const json::Value part : request["route"].elements()) {
    std::printf("  %s: %s at %s to %s at %s UTC, %s to %s%s\n", text_of(part["party"]).c_str(), text_of(part["entry"]["name"]).c_str(), minute_of(part["entry"]["at"]).c_str(), text_of(part["exit"]["name"]).c_str(),
                minute_of(part["exit"]["at"]).c_str(), text_of(part["floor"]).c_str(), text_of(part["ceiling"]).c_str(), part["landing"].exists() ? (", landing at " + text_of(part["landing"])).c_str() : "");
  }
  if (request["remarks"].exists()) std::printf("  remarks: %s\n", text_of(request["remarks"]).c_str());
  for (const json::Value said : view["talk"].elements()) {
    std::printf("  %s UTC  %s to %s (%s)%s: %s\n", minute_of(said["at"]).c_str(), text_of(said["from"]).c_str(), text_of(said["to"]).c_str(), text_of(said["kind"]).c_str(), said_by(said).c_str(), text_of(said["text"]).c_str());
  }
}

Result<server::ClientRequest> request_for(const Options& options, std::string path) {
  if (!options.desk.empty()) path += (path.find('?') == path.npos ? "?desk=" : "&desk=") + percent_encode(options.desk);
  return node_request(options.node, options.token_file, path);
}

// "0007/26" and "0007-26" are the same.
std::string in_address(const std::string& number) {
  const auto read = plan::parse_clearance_number(number);
  if (!read) return percent_encode(number);
  std::string text = plan::to_string(*read);
  text[4] = '-';
  return text;
}

std::string path_of(const Options& options) { return "/api/v1/clearances/" + percent_encode(options.party) + "/" + in_address(options.number); }

// Prints the one request that the node answers with.
int show_one(const Options& options, const std::string& command, const Result<server::ClientRequest>& request) {
  return print_answer(command, options.json, request, print_whole);
}

int list(const Options& options) {
  return print_answer("request list", options.json, request_for(options, options.all ? "/api/v1/clearances?all=true" : "/api/v1/clearances"), [](json::Value root) {
    for (const json::Value view : root["clearances"].elements()) print_head(view);
  });
}

// What is wrong with the request is said here, with its file, before a node is asked.
int give(const Options& options, const std::string& command, const std::string& method, const std::string& path) {
  const auto text = json_of_file(options.file);
  if (!text) return fail(command, text.error());
  const auto document = json::parse(*text, {.bytes = longest_document});
  const auto checked = document ? plan::read_clearance_request(document->root(), system_now()) : Result<plan::ClearanceRequest>(document.error());
  if (!checked) return fail(command, Error(checked.error()).within(options.file == "-" ? "standard input" : options.file));
  auto request = request_for(options, path);
  if (request) {
    request->method = method;
    json::Writer out(request->body);
    out.begin_object();
    out.key("request");
    out.raw(trim(*text));
    out.end_object();
  }
  return show_one(options, command, request);
}

// An act; `write` adds its members.
int act(const Options& options, const std::string& command, const char* kind, const std::function<void(json::Writer&)>& write) {
  auto request = request_for(options, path_of(options) + "/acts");
  if (request) {
    request->method = "POST";
    json::Writer out(request->body);
    out.begin_object();
    out.field("act", kind);
    if (options.revision > 0) out.field("revision", options.revision);
    write(out);
    out.end_object();
  }
  return show_one(options, command, request);
}

Result<std::string> conditions_of(const Options& o) {
  if (!o.conditions.empty()) return json_of_file(o.conditions);
  if (o.floor.empty() != o.ceiling.empty()) return Error{ErrorCode::usage, "--floor and --ceiling go together"};
  if (o.from.empty() != o.until.empty()) return Error{ErrorCode::usage, "--from and --until go together"};
  std::string text;
  json::Writer out(text);
  out.begin_object();
  const auto field = [&](const char* name, const std::string& value) {
    if (!value.empty()) out.field(name, value);
  };
  field("frequency", o.frequency);
  field("half_width", o.half_width);
  field("squawk", o.squawk);
  field("text", o.text);
  if (!o.floor.empty()) {
    out.key("levels");
    out.begin_object();
    out.field("floor", o.floor);
    out.field("ceiling", o.ceiling);
    out.end_object();
  }
  if (!o.from.empty()) {
    out.key("times");
    out.begin_object();
    out.field("from", o.from);
    out.field("to", o.until);
    out.end_object();
  }
  if (!o.reports.empty()) {
    out.key("reports");
    out.begin_array();
    for (const std::string& point : o.reports) out.value(point);
    out.end_array();
  }
  out.end_object();
  return text;
}

int answer(const Options& options) {
  const std::string command = "request answer";
  if ((options.approve ? 1 : 0) + (options.unable.empty() ? 0 : 1) + (options.question.empty() ? 0 : 1) != 1) {
    return fail(command, Error{ErrorCode::usage, "say one of --approve, --unable WHY and --ask WHAT"});
  }
  const auto conditions = conditions_of(options);
  if (!conditions) return fail(command, conditions.error());
  const auto document = json::parse(*conditions, {.bytes = longest_document});
  const auto checked = document ? plan::read_clearance_conditions(document->root()) : Result<plan::ClearanceConditions>(document.error());
  if (!checked) return fail(command, Error(checked.error()).within(options.conditions.empty() ? "conditions" : options.conditions));
  if (!options.approve && !checked->empty()) return fail(command, Error{ErrorCode::usage, "only an approval has conditions"});
  return act(options, command, "answer", [&](json::Writer& out) {
    out.field("answer", options.approve ? "approve" : options.unable.empty() ? "ask" : "unable");
    if (!options.approve) out.field("text", options.unable.empty() ? options.question : options.unable);
    if (checked->empty()) return;
    out.key("conditions");
    plan::append(out, *checked);
  });
}

int show_text(const Options& options) {
  std::string path = path_of(options) + "/text?form=" + percent_encode(options.form);
  if (!options.of.empty()) path += "&of=" + percent_encode(options.of);
  const auto request = request_for(options, path);
  if (!request) return fail("request text", request.error());
  const auto body = ask(*request);
  if (!body) return fail("request text", body.error());
  std::printf("%s", body->c_str());
  return Exit::done;
}

}  // namespace

void add_request(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("request", "Clearances: what a flight asks that wants to cross or enter another party's area, and what is answered");
  command->require_subcommand(1);
  const auto sub = [&](const char* name, const char* what) {
    CLI::App* s = command->add_subcommand(name, what);
    s->add_option("--node", options->node, "The node's address")->capture_default_str();
    s->add_option("--token-file", options->token_file, "File whose first line is the token")->type_name("FILE");
    return s;
  };
  const auto as_json = [&](CLI::App* s) { s->add_flag("--json", options->json, "The node's own JSON"); };
  const auto of_one = [&](CLI::App* s) {
    s->add_option("PARTY", options->party, "Who asks")->required();
    s->add_option("NUMBER", options->number, "Of the request: 0007/26")->required();
  };
  const auto desk = [&](CLI::App* s) {
    as_json(s);
    s->add_option("--desk", options->desk, "The desk that speaks; the node's first otherwise");
  };
  const auto file = [&](CLI::App* s) { s->add_option("FILE", options->file, "The request as JSON or TOML (docs/formats/clearance.md); - is standard input")->required(); };
  const auto revision = [&](CLI::App* s) { s->add_option("--revision", options->revision, "Which revision of the request this is about, as it was read")->required(); };

  CLI::App* list_command = sub("list", "Requests that are not over, priority first");
  as_json(list_command);
  list_command->add_flag("--all", options->all, "Also those that are over or withdrawn");
  list_command->callback([options, &status] { status = list(*options); });

  CLI::App* show_command = sub("show", "One request: what is asked, who has answered, what holds");
  as_json(show_command);
  of_one(show_command);
  show_command->callback([options, &status] { status = show_one(*options, "request show", request_for(*options, path_of(*options))); });

  CLI::App* ask_command = sub("ask", "Ask for a clearance; the node gives the request its number");
  file(ask_command);
  desk(ask_command);
  ask_command->callback([options, &status] { status = give(*options, "request ask", "POST", "/api/v1/clearances"); });

  CLI::App* amend_command = sub("amend", "Replace an own request; the number stays, and what was cleared holds until all have approved the new one");
  amend_command->add_option("NUMBER", options->number, "0007/26")->required();
  file(amend_command);
  desk(amend_command);
  amend_command->callback([options, &status] { status = give(*options, "request amend", "PUT", "/api/v1/clearances/" + in_address(options->number)); });

  CLI::App* answer_command = sub("answer", "Answer a request: approve it, with conditions or without, be unable, or ask back");
  of_one(answer_command);
  revision(answer_command);
  answer_command->add_flag("--approve", options->approve, "The node gives the clearance its number");
  answer_command->add_option("--unable", options->unable, "Why not");
  answer_command->add_option("--ask", options->question, "What is to be known first");
  answer_command->add_option("--conditions", options->conditions, "Conditions as JSON or TOML; else they are made of what follows")->type_name("FILE");
  answer_command->add_option("--floor", options->floor, "FL240");
  answer_command->add_option("--ceiling", options->ceiling, "FL280");
  answer_command->add_option("--from", options->from, "Not before: 2026-11-28T06:00:00Z");
  answer_command->add_option("--until", options->until, "Not from then on");
  answer_command->add_option("--half-width", options->half_width, "Of the corridor, no wider than asked: 3nm");
  answer_command->add_option("--squawk", options->squawk, "4521");
  answer_command->add_option("--frequency", options->frequency, "Where it calls before it enters: 132.055MHz");
  answer_command->add_option("--report", options->reports, "A point at which it reports; may be given again");
  answer_command->add_option("--text", options->text, "Anything else, in words");
  desk(answer_command);
  answer_command->callback([options, &status] { status = answer(*options); });

  CLI::App* reply_command = sub("reply", "Reply to a party that asked back about an own request");
  of_one(reply_command);
  revision(reply_command);
  reply_command->add_option("--to", options->to, "The party")->required();
  reply_command->add_option("--text", options->text, "In words")->required();
  desk(reply_command);
  reply_command->callback([options, &status] {
    status = act(*options, "request reply", "reply", [&](json::Writer& out) {
      out.field("to", options->to);
      out.field("text", options->text);
    });
  });

  CLI::App* revoke_command = sub("revoke", "Take an approval back, for good");
  of_one(revoke_command);
  revoke_command->add_option("--reason", options->reason, "In words")->required();
  revoke_command->add_option("--from", options->from, "From when: 2026-11-28T06:00:00Z; at once otherwise");
  desk(revoke_command);
  revoke_command->callback([options, &status] {
    status = act(*options, "request revoke", "revoke", [&](json::Writer& out) {
      out.field("reason", options->reason);
      if (!options->from.empty()) out.field("from", options->from);
    });
  });

  CLI::App* withdraw_command = sub("withdraw", "Withdraw an own request, for good");
  of_one(withdraw_command);
  withdraw_command->add_option("--reason", options->reason, "In words")->required();
  desk(withdraw_command);
  withdraw_command->callback([options, &status] { status = act(*options, "request withdraw", "withdraw", [&](json::Writer& out) { out.field("reason", options->reason); }); });

  CLI::App* acknowledge_command = sub("acknowledge", "Say that a revocation or a withdrawal has come, and how far down it got");
  of_one(acknowledge_command);
  acknowledge_command->add_option("--of", options->of, "What it is")->check(CLI::IsMember({"revocation", "withdrawal"}))->capture_default_str();
  acknowledge_command->add_option("--whose", options->whose, "Who revoked; of a withdrawal who had asked")->required();
  acknowledge_command->add_option("--depth", options->depth, "How far down")->check(CLI::IsMember({"desk", "unit", "crew"}))->capture_default_str();
  desk(acknowledge_command);
  acknowledge_command->callback([options, &status] {
    status = act(*options, "request acknowledge", "acknowledge", [&](json::Writer& out) {
      out.field("of", options->of);
      out.field("whose", options->whose);
      out.field("depth", options->depth);
    });
  });

  CLI::App* text_command = sub("text", "The request as a NOTAM is written, or what was said as a note from one party to another");
  of_one(text_command);
  text_command->add_option("--form", options->form, "Which")->check(CLI::IsMember({"notam", "request", "answer", "revocation", "withdrawal"}))->capture_default_str();
  text_command->add_option("--of", options->whose, "Of a note: the asked party; not needed at that party's own node, or where one is asked");
  text_command->callback([options, &status] {
    options->of = options->whose;
    status = show_text(*options);
  });
}

}  // namespace skypact::app
