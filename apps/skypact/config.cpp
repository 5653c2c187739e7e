// skypact config check: is the configuration right, and what would the node do?

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>

#include "commands.h"
#include "node/config.h"

namespace skypact::app {

void add_config(CLI::App& app, int& status) {
  CLI::App* config = app.add_subcommand("config", "Work with a configuration file");
  config->require_subcommand(1);
  CLI::App* check = config->add_subcommand("check", "Say what a node with this configuration would do, or every error in it");
  auto file = std::make_shared<std::string>("skypact.toml");
  check->add_option("FILE", *file, "The configuration")->capture_default_str();
  check->footer("Exit status: 0 it is right, 3 it has errors.");
  check->callback([file, &status] {
    const auto read = node::read_config(*file);
    if (read) {
      std::fputs(node::describe(*read).c_str(), stdout);
      status = Exit::done;
      return;
    }
    // One error a line, each with its place, as compilers print them.
    std::fprintf(stderr, "%s\n", read.error().message.c_str());
    status = exit_status(read.error().code);
  });
}

}  // namespace skypact::app
