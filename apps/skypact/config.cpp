// skypact config check: is the configuration right, and what would the node do?

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "commands.h"
#include "json/writer.h"
#include "node/config.h"
#include "server/config_files.h"

namespace skypact::app {
namespace {

void print_json(const server::ConfigFileFindings& found) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  for (const auto& [name, list] : {std::pair("errors", &found.errors), std::pair("warnings", &found.warnings)}) {
    out.key(name);
    out.begin_array();
    for (const std::string& one : *list) out.value(one);
    out.end_array();
  }
  out.end_object();
  std::printf("%s\n", text.c_str());
}

int check(const std::string& file, bool json) {
  auto config = node::read_config(file);
  server::ConfigFileFindings found;
  if (config) {
    found = server::check_config_files(*config);
  } else {
    // One error a line, each with its place, as compilers print them.
    std::string_view lines = config.error().message;
    while (const auto line = next_field(lines, '\n')) found.errors.emplace_back(*line);
  }
  if (json) {
    print_json(found);
  } else {
    for (const std::string& error : found.errors) std::fprintf(stderr, "%s\n", error.c_str());
    for (const std::string& warning : found.warnings) std::fprintf(stderr, "warning: %s\n", warning.c_str());
    if (found.errors.empty()) std::fputs(node::describe(*config).c_str(), stdout);
  }
  if (!config) return exit_status(config.error().code);
  return found.errors.empty() ? Exit::done : Exit::bad_input_given;
}

}  // namespace

void add_config(CLI::App& app, int& status) {
  CLI::App* config = app.add_subcommand("config", "Work with a configuration file");
  config->require_subcommand(1);
  CLI::App* command = config->add_subcommand("check", "Say what a node with this configuration would do, or every error in it");
  auto file = std::make_shared<std::string>("skypact.toml");
  auto json = std::make_shared<bool>(false);
  command->add_option("FILE", *file, "The configuration")->capture_default_str();
  command->add_flag("--json", *json, "Errors and warnings as one JSON object");
  command->footer("The files that it names are read too: zones, certificate, key and token.\n"
                  "Exit status: 0 it is right, though there may be warnings; 3 it has errors.");
  command->callback([file, json, &status] { status = check(*file, *json); });
}

}  // namespace skypact::app
