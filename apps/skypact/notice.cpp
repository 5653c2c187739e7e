// skypact notice list | show | use | check | send | change | cancel | acknowledge: activity notices of a running node.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/percent.h"
#include "base/text.h"
#include "commands.h"
#include "document_file.h"
#include "json/document.h"
#include "json/writer.h"
#include "line/notice.h"
#include "line/notice_json.h"
#include "line_use.h"
#include "node_request.h"

namespace skypact::app {
namespace {

struct Options {
  std::string node = "http://127.0.0.1:8480";
  std::string token_file, desk;
  bool json = false, all = false;
  std::string party, number;
  // The notice: a file, or what makes a simple one.
  std::string file, activity, kind, circle, box, floor = "surface", ceiling, highest_ground, from, until, frequency, remarks;
  std::vector<std::string> call_signs;
  unsigned aircraft = 0;
  bool exercise = false;
  std::vector<std::string> to;
  std::string reason;
  std::string depth = "desk", answer = "seen", text, language = "en";
};

constexpr std::size_t longest_answer = std::size_t{64} << 20;

std::string text_of(json::Value value) { return std::string(value.as_string().value_or("")); }

// "2026-11-28 06:00"
std::string minute_of(json::Value value) {
  std::string text = text_of(value).substr(0, 16);
  if (text.size() == 16) text[10] = ' ';
  return text;
}

std::string spoken_seconds(double s) {
  const auto all = static_cast<long long>(s);
  if (all < 120) return std::to_string(all) + " s";
  if (all < 7200) return std::to_string(all / 60) + " min";
  return std::to_string(all / 3600) + " h " + std::to_string(all / 60 % 60) + " min";
}

std::string join(json::Value list) {
  std::string all;
  for (const json::Value element : list.elements()) all += (all.empty() ? "" : ", ") + text_of(element);
  return all;
}

void print_findings(json::Value view, const char* indent) {
  for (const json::Value finding : view["findings"].elements()) {
    std::printf("%s%-9s %s\n", indent, text_of(finding["severity"]).c_str(), text_of(finding["text"]).c_str());
  }
}

void print_head(json::Value view) {
  const json::Value notice = view["notice"];
  std::printf("%s %s  revision %lld  %s  %s (%s)%s\n", text_of(view["party"]).c_str(), text_of(view["number"]).c_str(), static_cast<long long>(view["revision"].as_integer().value_or(0)),
              text_of(view["state"]).c_str(), text_of(notice["kind"]).c_str(), text_of(notice["activity"]).c_str(), notice["exercise"].as_boolean().value_or(false) ? "  EXERCISE" : "");
  for (const json::Value span : notice["spans"].elements()) std::printf("  %s to %s UTC\n", minute_of(span["from"]).c_str(), minute_of(span["to"]).c_str());
  if (view["late_by_s"].exists()) {
    std::printf("  LATE by %s; agreed are %s before it begins\n", spoken_seconds(view["late_by_s"].as_number().value_or(0)).c_str(), spoken_seconds(view["minimum_s"].as_number().value_or(0)).c_str());
  }
  if (const auto count = view["contradictions"]["count"].as_integer().value_or(0); count > 0) {
    std::printf("  CONTRADICTED: %lld other text%s came under this number and %s refused\n", static_cast<long long>(count), count == 1 ? "" : "s", count == 1 ? "was" : "were");
  }
  if (const auto missing = view["missing_revisions"].as_integer().value_or(0); missing > 0) std::printf("  %lld earlier revisions have not come\n", static_cast<long long>(missing));
}

void print_confirmation(json::Value said, const char* what) {
  std::printf("    %s %s, down to the %s, by %s at the desk %s, after %s\n", what, text_of(said["answer"]).c_str(), text_of(said["depth"]).c_str(), text_of(said["by"]["account"]).c_str(),
              text_of(said["by"]["desk"]).c_str(), spoken_seconds(said["after_s"].as_number().value_or(0)).c_str());
}

void print_whole(json::Value view) {
  print_head(view);
  std::printf("  submitted %s, here %s, message %s\n", minute_of(view["submitted_at"]).c_str(), minute_of(view["taken_at"]).c_str(), text_of(view["message"]).c_str());
  std::printf("  told: %s\n", join(view["to"]).c_str());
  if (const json::Value remarks = view["notice"]["remarks"]; remarks.exists()) std::printf("  remarks: %s\n", text_of(remarks).c_str());
  std::printf("\n%s\n", text_of(view["notam"]).c_str());
  print_findings(view, "  ");
  for (const json::Value party : view["acknowledgements"].elements()) {
    std::printf("  %s acknowledged revision %lld, down to the %s\n", text_of(party["party"]).c_str(), static_cast<long long>(party["revision"].as_integer().value_or(0)), text_of(party["depth"]).c_str());
    for (const json::Value said : party["confirmed"].elements()) print_confirmation(said, "");
    if (party["cannot"].exists()) print_confirmation(party["cannot"], "!");
  }
  if (view["awaited"].size() > 0) std::printf("  not yet acknowledged by: %s\n", join(view["awaited"]).c_str());
}

Result<server::ClientRequest> request_for(const Options& options, std::string path) {
  if (!options.desk.empty()) path += (path.find('?') == path.npos ? "?desk=" : "&desk=") + percent_encode(options.desk);
  return node_request(options.node, options.token_file, path);
}

// Prints the one notice that the node answers with.
int show_one(const Options& options, const std::string& command, const Result<server::ClientRequest>& request) {
  return print_answer(command, options.json, request, print_whole);
}

int list(const Options& options) {
  return print_answer("notice list", options.json, request_for(options, options.all ? "/api/v1/notices?all=true" : "/api/v1/notices"), [](json::Value root) {
    for (const json::Value view : root["notices"].elements()) {
      print_head(view);
      print_findings(view, "  ");
      if (view["awaited"].size() > 0) std::printf("  not yet acknowledged by: %s\n", join(view["awaited"]).c_str());
    }
    if (!root["complete"].as_boolean().value_or(true)) std::printf("The node still reads its record: older notices are not here yet.\n");
  });
}

// "52.31,4.75,5nm"
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::string_view rest = text; auto word = next_field(rest, ',');) words.emplace_back(trim(*word));
  return words;
}

Result<void> write_position(json::Writer& out, std::string_view name, const std::string& lat, const std::string& lon) {
  const auto latitude = parse_number(lat), longitude = parse_number(lon);
  if (!latitude || !longitude) return Error{ErrorCode::usage, lat + "," + lon + " is no place; write latitude,longitude in degrees"};
  out.key(name);
  out.begin_array();
  out.shortest(*latitude);
  out.shortest(*longitude);
  out.end_array();
  return {};
}

Result<void> write_geometry(json::Writer& out, const Options& o) {
  out.key("geometry");
  out.begin_object();
  if (!o.circle.empty()) {
    const auto words = words_of(o.circle);
    if (words.size() != 3) return Error{ErrorCode::usage, "--circle: write LATITUDE,LONGITUDE,RADIUS: 52.31,4.75,5nm"};
    out.field("shape", "circle");
    if (auto centre = write_position(out, "centre", words[0], words[1]); !centre) return std::move(centre).error().within("--circle");
    out.field("radius", words[2]);
  } else {
    const auto words = words_of(o.box);
    if (words.size() != 4) return Error{ErrorCode::usage, "--box: write SOUTH,WEST,NORTH,EAST in degrees: 52.0,4.0,52.5,5.0"};
    out.field("shape", "box");
    if (auto corner = write_position(out, "south_west", words[0], words[1]); !corner) return std::move(corner).error().within("--box");
    if (auto corner = write_position(out, "north_east", words[2], words[3]); !corner) return std::move(corner).error().within("--box");
  }
  out.end_object();
  return {};
}

Result<std::string> notice_of_flags(const Options& o) {
  const std::pair<const char*, const std::string*> needed[] = {{"--activity", &o.activity}, {"--kind", &o.kind}, {"--ceiling", &o.ceiling}, {"--from", &o.from}, {"--until", &o.until}};
  for (const auto& [name, value] : needed) {
    if (value->empty()) return Error{ErrorCode::usage, std::string(name) + " is needed where no FILE is given"};
  }
  if (o.circle.empty() == o.box.empty()) return Error{ErrorCode::usage, "either --circle or --box is needed where no FILE is given; other shapes are given in a FILE"};
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("activity", o.activity);
  out.field("kind", o.kind);
  if (auto geometry = write_geometry(out, o); !geometry) return std::move(geometry).error();
  out.field("floor", o.floor);
  out.field("ceiling", o.ceiling);
  if (!o.highest_ground.empty()) out.field("highest_ground", o.highest_ground);
  out.key("spans");
  out.begin_array();
  out.begin_object();
  out.field("from", o.from);
  out.field("to", o.until);
  out.end_object();
  out.end_array();
  if (o.aircraft > 0) out.field("aircraft", o.aircraft);
  if (!o.call_signs.empty()) {
    out.key("call_signs");
    out.begin_array();
    for (const std::string& call_sign : o.call_signs) out.value(call_sign);
    out.end_array();
  }
  if (!o.frequency.empty()) out.field("frequency", o.frequency);
  if (!o.remarks.empty()) out.field("remarks", o.remarks);
  out.field("exercise", o.exercise);
  out.end_object();
  return text;
}

// The body of a request. What is wrong with the notice is said here, with its file, before a node is asked.
Result<std::string> body_of(const Options& options) {
  const auto notice = options.file.empty() ? notice_of_flags(options) : json_of_file(options.file);
  if (!notice) return notice.error();
  const std::string name = options.file.empty() ? "" : options.file == "-" ? "standard input" : options.file;
  const auto document = json::parse(*notice, {.bytes = longest_document});
  const auto checked = document ? line::read_notice_draft(document->root(), {1, 0}) : Result<line::Notice>(document.error());
  if (!checked) return name.empty() ? Error(checked.error()) : Error(checked.error()).within(name);
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("notice");
  out.raw(trim(*notice));
  if (!options.to.empty()) {
    out.key("to");
    out.begin_array();
    for (const std::string& party : options.to) out.value(party);
    out.end_array();
  }
  out.end_object();
  return body;
}

int check(const Options& options) {
  const auto body = body_of(options);
  if (!body) return fail("notice check", body.error());
  auto request = request_for(options, "/api/v1/notices/check");
  if (!request) return fail("notice check", request.error());
  request->method = "POST";
  request->body = *body;
  const auto answer = ask(*request);
  if (!answer) return fail("notice check", answer.error());
  const auto document = json::parse(*answer, {.bytes = longest_answer});
  if (!document) return fail("notice check", document.error());
  const json::Value view = document->root();
  if (options.json) {
    std::printf("%s\n", answer->c_str());
  } else {
    std::printf("%s\n", text_of(view["notam"]).c_str());
    print_findings(view, "");
    if (view["findings"].size() == 0) std::printf("Nothing speaks against it.\n");
    std::printf("Nothing was sent.\n");
  }
  for (const json::Value finding : view["findings"].elements()) {
    if (finding["severity"].as_string() != "advisory") return Exit::negative_verdict;
  }
  return Exit::done;
}

// "0012/26" and "0012-26" are the same.
std::string in_address(const std::string& number) {
  const auto read = line::number_in_address(number);
  if (!read) return percent_encode(number);
  std::string text = line::to_string(*read);
  text[4] = '-';
  return text;
}

int give(const Options& options, const std::string& command, const std::string& method, const std::string& path) {
  const auto body = body_of(options);
  if (!body) return fail(command, body.error());
  auto request = request_for(options, path);
  if (request) request->method = method, request->body = *body;
  return show_one(options, command, request);
}

int cancel(const Options& options) {
  auto request = request_for(options, "/api/v1/notices/" + in_address(options.number) + (options.reason.empty() ? "" : "?reason=" + percent_encode(options.reason)));
  if (request) request->method = "DELETE";
  return show_one(options, "notice cancel", request);
}

int acknowledge(const Options& options) {
  auto request = request_for(options, "/api/v1/notices/" + percent_encode(options.party) + "/" + in_address(options.number) + "/acknowledgements");
  if (request) {
    request->method = "POST";
    json::Writer out(request->body);
    out.begin_object();
    out.field("depth", options.depth);
    out.field("answer", options.answer);
    if (!options.text.empty()) {
      out.key("text");
      out.begin_object();
      out.field("language", options.language);
      out.field("text", options.text);
      out.end_object();
    }
    out.end_object();
  }
  return show_one(options, "notice acknowledge", request);
}

}  // namespace

void add_notice(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("notice", "Activity notices: what flies, or is dangerous to what flies, told to the other parties");
  command->require_subcommand(1);
  const auto sub = [&](const char* name, const char* what) {
    CLI::App* s = command->add_subcommand(name, what);
    s->add_option("--node", options->node, "The node's address")->capture_default_str();
    s->add_option("--token-file", options->token_file, "File whose first line is the token")->type_name("FILE");
    s->add_flag("--json", options->json, "The node's own JSON");
    return s;
  };
  const auto desk = [&](CLI::App* s) { s->add_option("--desk", options->desk, "The desk that speaks; the node's first otherwise"); };
  const auto notice = [&](CLI::App* s) {
    s->add_option("FILE", options->file, "The notice as JSON or TOML (docs/formats/notice.md); - is standard input. Else it is made of what follows");
    s->add_option("--activity", options->activity, "The word of the pact's table of minimum notices: live-firing");
    s->add_option("--kind", options->kind, "What it is: flight, refuelling, firing, air_defence, parachuting, unmanned, jamming, rescue, humanitarian, exercise, other");
    s->add_option("--circle", options->circle, "LATITUDE,LONGITUDE,RADIUS: 52.31,4.75,5nm");
    s->add_option("--box", options->box, "SOUTH,WEST,NORTH,EAST in degrees");
    s->add_option("--floor", options->floor, "surface, 3000ft amsl, FL95, 500ft agl")->capture_default_str();
    s->add_option("--ceiling", options->ceiling, "Likewise, or unlimited");
    s->add_option("--highest-ground", options->highest_ground, "Above mean sea level; needed where the ceiling is above ground");
    s->add_option("--from", options->from, "When it begins: 2026-11-28T06:00:00Z");
    s->add_option("--until", options->until, "When it ends");
    s->add_option("--aircraft", options->aircraft, "How many take part");
    s->add_option("--call-sign", options->call_signs, "Of who takes part; may be given again");
    s->add_option("--frequency", options->frequency, "Where the party is heard: 132.055MHz");
    s->add_option("--remarks", options->remarks, "In words; never part of the generated text");
    s->add_flag("--exercise", options->exercise, "A drill");
  };
  CLI::App* list_command = sub("list", "Notices that are not over, of all parties");
  list_command->add_flag("--all", options->all, "Also those that are over or cancelled");
  list_command->callback([options, &status] { status = list(*options); });

  CLI::App* show_command = sub("show", "One notice: its text, what speaks against it, who has acknowledged it");
  show_command->add_option("PARTY", options->party, "Whose it is")->required();
  show_command->add_option("NUMBER", options->number, "0012/26")->required();
  show_command->callback([options, &status] {
    status = show_one(*options, "notice show", request_for(*options, "/api/v1/notices/" + percent_encode(options->party) + "/" + in_address(options->number)));
  });

  add_line_use(*command, "notice use", "notice", status);

  CLI::App* check_command = sub("check", "What speaks against a notice; nothing is sent. Status 1 where it is more than advisory");
  notice(check_command);
  check_command->callback([options, &status] { status = check(*options); });

  CLI::App* send_command = sub("send", "Send a notice; the node gives it its number. A late one is flagged, never refused");
  notice(send_command);
  desk(send_command);
  send_command->add_option("--to", options->to, "A party; may be given again. All peers otherwise");
  send_command->callback([options, &status] { status = give(*options, "notice send", "POST", "/api/v1/notices"); });

  CLI::App* change_command = sub("change", "Replace an own notice; the number stays, and whoever was told is told again");
  change_command->add_option("NUMBER", options->number, "0012/26")->required();
  notice(change_command);
  desk(change_command);
  change_command->add_option("--to", options->to, "A party besides those who were told; may be given again");
  change_command->callback([options, &status] { status = give(*options, "notice change", "PUT", "/api/v1/notices/" + in_address(options->number)); });

  CLI::App* cancel_command = sub("cancel", "Cancel an own notice, for good");
  cancel_command->add_option("NUMBER", options->number, "0012/26")->required();
  cancel_command->add_option("--reason", options->reason, "In words");
  desk(cancel_command);
  cancel_command->callback([options, &status] { status = cancel(*options); });

  CLI::App* acknowledge_command = sub("acknowledge", "Tell another party how far down its notice got");
  acknowledge_command->add_option("PARTY", options->party, "Whose it is")->required();
  acknowledge_command->add_option("NUMBER", options->number, "0012/26")->required();
  acknowledge_command->add_option("--depth", options->depth, "How far down")->check(CLI::IsMember({"desk", "unit", "crew"}))->capture_default_str();
  acknowledge_command->add_option("--answer", options->answer, "What is said")->check(CLI::IsMember({"seen", "passed_on", "cannot"}))->capture_default_str();
  acknowledge_command->add_option("--text", options->text, "In words beside it");
  acknowledge_command->add_option("--language", options->language, "Of the text")->capture_default_str();
  desk(acknowledge_command);
  acknowledge_command->callback([options, &status] { status = acknowledge(*options); });
}

}  // namespace skypact::app
