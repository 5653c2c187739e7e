// skypact: one binary, its subcommands.

#include <CLI/CLI.hpp>

#include <cstdio>

#include "commands.h"

namespace skypact::app {

int exit_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage: return Exit::usage;
    case ErrorCode::bad_input:
    case ErrorCode::over_limit:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::refused: return Exit::bad_input_given;
    case ErrorCode::unreachable: return Exit::node_unreachable;
    case ErrorCode::internal: return Exit::our_fault;
  }
  return Exit::our_fault;
}

int fail(const std::string& command, const Error& error) {
  std::fprintf(stderr, "skypact %s: %s\n", command.c_str(), error.message.c_str());
  return exit_status(error.code);
}

}  // namespace skypact::app

int main(int count, char** arguments) {
  using namespace skypact::app;
  CLI::App app("skypact keeps aircraft apart when the people who fly them share a sky but not a commander.", "skypact");
  app.set_version_flag("--version", "skypact " SKYPACT_VERSION);
  app.require_subcommand(1);
  app.footer("Exit status: 0 done, 1 a negative verdict, 2 usage, 3 bad input, 4 node unreachable, 5 our fault.");

  int status = Exit::done;
  add_decode(app, status);
  add_serve(app, status);
  add_alert(app, status);
  add_config(app, status);
  add_replay(app, status);
  add_demo(app, status);
  add_completion(app, status);
  add_detect(app, status);
  add_evaluate(app, status);
  add_simulate(app, status);
  add_ledger(app, status);
  add_key(app, status);

  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? Exit::done : Exit::usage;
  }
  return status;
}
