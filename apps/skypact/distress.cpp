// skypact distress list | show | frequencies | report | map | say | beacon | declare | lead | remark | close | release | act | tell: the distress
// desk of a running node.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/input_file.h"
#include "base/text.h"
#include "commands.h"
#include "json/document.h"
#include "json/writer.h"
#include "node_request.h"

namespace skypact::app {
namespace {

constexpr std::size_t most_read = std::size_t{1} << 20;

struct Options {
  std::string node = "http://127.0.0.1:8480";
  std::string token_file, desk;
  bool json = false, all = false, coarse = false, exercise = false, sit185 = false;
  std::string id, text, reason, phase, party, file = "-", station;
  std::vector<std::string> to;
  double lat = 0, lon = 0;
  bool has_place = false;
};

std::string text_of(json::Value value) { return std::string(value.as_string().value_or("")); }
long long number_of(json::Value value) { return static_cast<long long>(value.as_number().value_or(0)); }
bool truth_of(json::Value value) { return value.as_boolean().value_or(false); }

void print(json::Value c) {
  std::printf("%4lld  %-10s  %-8s  %-9s  %-24s %s%s%s\n", number_of(c["id"]), text_of(c["number"]).c_str(), text_of(c["phase"]).c_str(), text_of(c["status"]).c_str(),
              text_of(c["title"]).c_str(), text_of(c["emergency"]).c_str(), truth_of(c["exercise"]) ? "  EXERCISE" : "", truth_of(c["may_be_spoken"]) ? "" : "  DO NOT SPEAK OF IT ON THE RADIO");
  if (const json::Value place = c["place"]; place.exists()) {
    std::printf("      %.5f %.5f within %.1f NM%s\n", place["lat_deg"].as_number().value_or(0), place["lon_deg"].as_number().value_or(0), place["uncertainty_m"].as_number().value_or(0) / 1852,
                truth_of(place["coarse"]) ? " (an area, not the place)" : "");
  }
  const json::Value told = c["told"];
  std::printf("      told %lld, delivered %lld, answered %lld, due %lld\n", number_of(told["told"]), number_of(told["delivered"]), number_of(told["answered"]), number_of(told["due"]));
}

void print_channels(json::Value list) {
  for (const json::Value c : list.elements()) {
    std::printf("  %-9s %-12s %s%s%s\n", text_of(c["use"]).c_str(), text_of(c["text"]).c_str(), text_of(c["call_sign"]).c_str(), truth_of(c["agreed"]) ? "" : "  (international)",
                truth_of(c["place_unknown"]) ? "  (in an area; it is not known whether the place lies in it)" : "");
  }
}

void print_whole(json::Value c) {
  std::printf("Frequencies\n");
  print_channels(c["channels"]);
  for (const json::Value one : c["spoken"].elements()) std::printf("  say: %s\n", text_of(one["text"]["en"]).c_str());
  print(c["short"]);
  for (const json::Value one : c["rescue_centres"].elements()) std::printf("  rescue centre %s: %s\n", text_of(one["name"]).c_str(), text_of(one["contact"]).c_str());
  if (const std::string note = text_of(c["rescue_centres_note"]); !note.empty()) std::printf("  no rescue centre: %s\n", note.c_str());
  for (const json::Value reason : c["case"]["proposed"]["reasons"].elements()) std::printf("  because %s\n", text_of(reason).c_str());
  for (const json::Value item : c["case"]["known"].elements()) {
    std::printf("  %-12s %s (%s of %s, %lld s ago)\n", text_of(item["item"]).c_str(), text_of(item["text"]).c_str(), text_of(item["kind"]).c_str(), text_of(item["source"]).c_str(), number_of(item["age_s"]));
  }
  for (const json::Value one : c["case"]["contradictions"].elements()) std::printf("  CONTRADICTION: %s\n", text_of(one).c_str());
  for (const json::Value line : c["telling"]["lines"].elements()) {
    std::printf("  to tell %s %s%s: %s\n", text_of(line["kind"]).c_str(), text_of(line["id"]).c_str(), truth_of(line["due"]) ? " (due)" : "", text_of(line["content"]).c_str());
  }
  for (const json::Value one : c["case"]["told"].elements()) {
    std::printf("  told %s %s%s%s\n", text_of(one["kind"]).c_str(), text_of(one["id"]).c_str(), one["delivered_at"].exists() ? ", delivered" : "", one["answers"].size() > 0 ? ", answered" : "");
  }
  for (const json::Value one : c["case"]["log"].elements()) std::printf("  %s %s: %s\n", text_of(one["at"]).c_str(), text_of(one["by"]["account"]).c_str(), text_of(one["text"]).c_str());
}

// Prints what the node answered: as it is, or in words.
int show(const Result<std::string>& body, const Options& options, const std::string& command) {
  if (!body) return fail(command, body.error());
  const auto document = json::parse(*body, {.bytes = std::size_t{64} << 20});
  if (options.json || !document) {
    std::printf("%s%s", body->c_str(), body->ends_with('\n') ? "" : "\n");
    return Exit::done;
  }
  const json::Value root = document->root();
  if (root["short"].exists()) {
    print_whole(root);
  } else if (root["channels"].exists()) {
    print_channels(root["channels"]);
  } else {
    for (const json::Value c : root["cases"].elements()) print(c);
    for (const json::Value e : root["errors"].elements()) std::printf("line %lld: %s\n", number_of(e["line"]), text_of(e["message"]).c_str());
    for (const json::Value e : root["events"].elements()) std::printf("%s %s\n", text_of(e["kind"]).c_str(), text_of(e["text"]).c_str());
    for (const json::Value s : root["sent"].elements()) std::printf("sent %s, %s\n", text_of(s["message"]).c_str(), text_of(s["content"]).c_str());
    for (const json::Value s : root["not_sent"].elements()) std::printf("NOT SENT to %s %s: %s\n", text_of(s["kind"]).c_str(), text_of(s["id"]).c_str(), text_of(s["why"]).c_str());
    if (root["complete"].exists() && !truth_of(root["complete"])) std::printf("The node still reads its journal: older cases are not here yet.\n");
  }
  return Exit::done;
}

int ask_node(const Options& options, const std::string& command, std::string path, const std::string* body = nullptr) {
  if (!options.desk.empty()) path += (path.find('?') == path.npos ? "?desk=" : "&desk=") + options.desk;
  auto request = node_request(options.node, options.token_file, "/api/v1/distress" + path);
  if (!request) return fail(command, request.error());
  if (body != nullptr) {
    request->method = "POST";
    request->body = *body;
  }
  return show(ask(*request), options, command);
}

std::string id_in_path(const Options& options) {
  std::string id = options.id;
  for (char& c : id) c = c == '/' ? '-' : c;
  return "/" + id;
}

template <class Write>
int act(const Options& options, const std::string& command, const char* name, const Write& write) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("act", name);
  write(out);
  out.end_object();
  return ask_node(options, command, id_in_path(options) + "/acts", &body);
}

int beacon(const Options& options) {
  auto text = read_whole(options.file, most_read);
  if (!text) return fail("distress beacon", text.error());
  std::string path = "/beacons?format=";
  path += options.sit185 ? "sit185" : "lines";
  if (!options.station.empty()) path += "&station=" + options.station;
  if (options.exercise) path += "&exercise=true";
  auto request = node_request(options.node, options.token_file, "/api/v1/distress" + path);
  if (!request) return fail("distress beacon", request.error());
  request->method = "POST";
  request->body = std::move(*text);
  request->content_type = "text/plain";
  return show(ask(*request), options, "distress beacon");
}

int tell(const Options& options) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  if (!options.to.empty()) {
    out.key("to");
    out.begin_array();
    for (const std::string& party : options.to) {
      out.begin_object();
      out.field("kind", "party");
      out.field("id", party);
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
  return ask_node(options, "distress tell", id_in_path(options) + "/tell", &body);
}

}  // namespace

void add_distress(CLI::App& app, int& status) {
  auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("distress", "The distress desk of a running node");
  command->require_subcommand(1);
  const auto sub = [&](const char* name, const char* what) {
    CLI::App* s = command->add_subcommand(name, what);
    s->add_option("--node", o->node, "The node's address")->capture_default_str();
    s->add_option("--token-file", o->token_file, "File whose first line is the token")->type_name("FILE");
    s->add_flag("--json", o->json, "The node's own JSON");
    return s;
  };
  const auto of_case = [&](const char* name, const char* what) {
    CLI::App* s = sub(name, what);
    s->add_option("CASE", o->id, "The case's id or number (D-0007/26)")->required();
    return s;
  };
  const auto by_officer = [&](const char* name, const char* what) {
    CLI::App* s = of_case(name, what);
    s->add_option("--desk", o->desk, "At which you work");
    return s;
  };
  CLI::App* list = sub("list", "Open cases, the gravest first");
  list->add_flag("--all", o->all, "Also the closed ones");
  list->callback([o, &status] { status = ask_node(*o, "distress list", o->all ? "?all=true" : ""); });
  of_case("show", "A case whole: frequencies first")->callback([o, &status] { status = ask_node(*o, "distress show", id_in_path(*o)); });
  CLI::App* frequencies = sub("frequencies", "On which channels one is heard, at a place or anywhere");
  CLI::Option* lat = frequencies->add_option("--lat", o->lat, "Degrees, north positive");
  CLI::Option* lon = frequencies->add_option("--lon", o->lon, "Degrees, east positive");
  lat->needs(lon);
  lon->needs(lat);
  frequencies->callback([o, lat, &status] {
    status = ask_node(*o, "distress frequencies", lat->count() > 0 ? "/frequencies?lat_deg=" + std::to_string(o->lat) + "&lon_deg=" + std::to_string(o->lon) : "/frequencies");
  });
  for (const char* name : {"report", "map"}) {
    CLI::App* s = of_case(name, std::string_view(name) == "report" ? "A situation report as text" : "The case as GeoJSON");
    s->add_flag("--coarse", o->coarse, "For somebody who may not know the place");
    const std::string path = std::string_view(name) == "report" ? "/report" : "/geojson";
    s->callback([o, path, name, &status] {
      o->json = true;   // it is a file: as it is
      status = ask_node(*o, std::string("distress ") + name, id_in_path(*o) + path + (o->coarse ? "?content=coarse" : ""));
    });
  }
  CLI::App* say = sub("say", "Report what was heard, seen or told: a trigger's JSON (docs/formats/distress.md)");
  say->add_option("JSON", o->text, R"({"kind":"guard_report","khz":121500,"words":"MAYDAY …","callsign":"…"})")->required();
  say->callback([o, &status] { status = ask_node(*o, "distress say", "/reports", &o->text); });
  CLI::App* beacons = sub("beacon", "Bursts of 406 MHz beacons, one a line in hexadecimal");
  beacons->add_option("FILE", o->file, "Default: standard input");
  beacons->add_option("--station", o->station, "Who heard them");
  beacons->add_flag("--sit185", o->sit185, "The text is a message of a mission control centre");
  beacons->add_flag("--exercise", o->exercise, "It is an exercise");
  beacons->callback([o, &status] { status = beacon(*o); });

  CLI::App* declare = by_officer("declare", "Declare a phase");
  declare->add_option("PHASE", o->phase, "INCERFA, ALERFA or DETRESFA")->required()->check(CLI::IsMember({"INCERFA", "ALERFA", "DETRESFA"}));
  declare->add_option("--reason", o->reason, "Why");
  declare->callback([o, &status] {
    status = act(*o, "distress declare", "declare_phase", [&](json::Writer& out) {
      out.field("phase", o->phase);
      out.field("reason", o->reason);
    });
  });
  CLI::App* lead = by_officer("lead", "Say who leads");
  lead->add_option("PARTY", o->party, "The party")->required();
  lead->callback([o, &status] {
    status = act(*o, "distress lead", "take_lead", [&](json::Writer& out) {
      out.field("party", o->party);
      out.field("desk", o->desk.empty() ? "duty" : o->desk);
    });
  });
  CLI::App* remark = by_officer("remark", "Write into the case's log");
  remark->add_option("TEXT", o->text, "What")->required();
  remark->callback([o, &status] { status = act(*o, "distress remark", "remark", [&](json::Writer& out) { out.field("text", o->text); }); });
  by_officer("release", "Release the exact position of your own state aircraft to all; it is not taken back")->callback([o, &status] {
    status = act(*o, "distress release", "release_exact", [](json::Writer&) {});
  });
  CLI::App* close = by_officer("close", "Close a case");
  close->add_option("REASON", o->reason, "Why it is over")
      ->required()
      ->check(CLI::IsMember({"safe", "rescued", "false_alarm", "duplicate", "handed_over", "search_ended", "exercise_ended", "other"}));
  close->add_option("--text", o->text, "In words");
  close->callback([o, &status] {
    status = act(*o, "distress close", "close", [&](json::Writer& out) {
      out.field("reason", o->reason);
      out.field("text", o->text);
    });
  });
  CLI::App* any = by_officer("act", "Any act, as JSON (docs/formats/distress.md)");
  any->add_option("JSON", o->text, R"({"act":"merge","into":3,"reason":"…"})")->required();
  any->callback([o, &status] { status = ask_node(*o, "distress act", id_in_path(*o) + "/acts", &o->text); });
  CLI::App* tell_command = by_officer("tell", "Send the case over the line to whom its plan names");
  tell_command->add_option("--to", o->to, "Of these parties only");
  tell_command->callback([o, &status] { status = tell(*o); });
}

}  // namespace skypact::app
