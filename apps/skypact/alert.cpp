// skypact alert list | acknowledge | watch: the alerts of a running node.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "base/text.h"
#include "commands.h"
#include "json/document.h"
#include "json/writer.h"
#include "node_request.h"
#include "server/http_client.h"

namespace skypact::app {
namespace {

struct Options {
  std::string node = "http://127.0.0.1:8480";
  std::string token_file;
  bool json = false, ended = false;
  unsigned id = 0;
  std::string intention = "seen", how, by, party;
};

std::string text_of(json::Value value) { return std::string(value.as_string().value_or("")); }

void print(json::Value alert) {
  std::printf("%6lld  %-8s  %-10s  %-9s  %s\n", static_cast<long long>(alert["id"].as_integer().value_or(0)), text_of(alert["severity"]).c_str(),
              text_of(alert["state"]).c_str(), text_of(alert["kind"]).c_str(), text_of(alert["text"]).c_str());
  for (const json::Value a : alert["acknowledgements"].elements()) {
    std::printf("        %s: %s %s\n", text_of(a["party"]).c_str(), text_of(a["intention"]).c_str(), text_of(a["how"]).c_str());
  }
}

int list(const Options& options) {
  auto request = node_request(options.node, options.token_file, options.ended ? "/api/v1/alerts?ended=true" : "/api/v1/alerts");
  if (!request) return fail("alert list", request.error());
  const auto body = ask(*request);
  if (!body) return fail("alert list", body.error());
  if (options.json) {
    std::printf("%s\n", body->c_str());
    return Exit::done;
  }
  const auto document = json::parse(*body, {.bytes = std::size_t{64} << 20});
  if (!document) return fail("alert list", document.error());
  for (const json::Value alert : document->root()["alerts"].elements()) print(alert);
  return Exit::done;
}

int acknowledge(const Options& options) {
  auto request = node_request(options.node, options.token_file, "/api/v1/alerts/" + std::to_string(options.id) + "/acknowledge");
  if (!request) return fail("alert acknowledge", request.error());
  request->method = "POST";
  json::Writer out(request->body);
  out.begin_object();
  out.field("intention", options.intention);
  if (!options.how.empty()) out.field("how", options.how);
  if (!options.by.empty()) out.field("by", options.by);
  if (!options.party.empty()) out.field("party", options.party);
  out.end_object();
  const auto body = ask(*request);
  if (!body) return fail("alert acknowledge", body.error());
  if (options.json) {
    std::printf("%s\n", body->c_str());
  } else if (const auto document = json::parse(*body)) {
    print(document->root());
  }
  return Exit::done;
}

int watch(const Options& options) {
  auto request = node_request(options.node, options.token_file, "/api/v1/events");
  if (!request) return fail("alert watch", request.error());
  const auto done = server::follow_events(*request, [&](std::string_view data) {
    const auto event = json::parse(data, {.bytes = std::size_t{64} << 20});
    if (!event) return true;
    const std::string type = text_of(event->root()["type"]);
    if (type != "alert" && type != "snapshot") return true;
    if (options.json) {
      std::printf("%.*s\n", static_cast<int>(data.size()), data.data());
    } else {
      if (type == "alert") print(event->root()["alert"]);
      for (const json::Value alert : event->root()["alerts"].elements()) print(alert);
    }
    std::fflush(stdout);
    return true;
  });
  if (!done) return fail("alert watch", done.error());
  return Exit::done;
}

}  // namespace

void add_alert(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("alert", "Alerts of a running node");
  command->require_subcommand(1);
  const auto sub = [&](const char* name, const char* what) {
    CLI::App* s = command->add_subcommand(name, what);
    s->add_option("--node", options->node, "The node's address")->capture_default_str();
    s->add_option("--token-file", options->token_file, "File whose first line is the token")->type_name("FILE");
    s->add_flag("--json", options->json, "The node's own JSON");
    return s;
  };
  CLI::App* list_command = sub("list", "Open alerts, the most urgent first");
  list_command->add_flag("--ended", options->ended, "Also those that ended");
  list_command->callback([options, &status] { status = list(*options); });

  CLI::App* acknowledge_command = sub("acknowledge", "Say that a party has seen an alert and what it will do");
  acknowledge_command->add_option("ID", options->id, "The alert's number")->required();
  acknowledge_command->add_option("--intention", options->intention, "What the party will do")
      ->check(CLI::IsMember({"we_move", "you_move", "no_factor", "seen"}))
      ->capture_default_str();
  acknowledge_command->add_option("--how", options->how, "In words: \"climbing FL230\"");
  acknowledge_command->add_option("--by", options->by, "Who says so");
  acknowledge_command->add_option("--party", options->party, "For which party; the node's own otherwise");
  acknowledge_command->callback([options, &status] { status = acknowledge(*options); });

  CLI::App* watch_command = sub("watch", "Alerts as they come and change, until interrupted");
  watch_command->callback([options, &status] { status = watch(*options); });
}

}  // namespace skypact::app
