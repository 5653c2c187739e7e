// skypact: one binary, its subcommands.

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "base/nearest_word.h"
#include "base/text.h"
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
  std::fprintf(stderr, "skypact%s%s: %s\n", command.empty() ? "" : " ", command.c_str(), error.message.c_str());
  return exit_status(error.code);
}

Error output_failed() { return {ErrorCode::internal, "the output cannot be written; is the disk full?"}; }

namespace {

// Says what is wrong with the words, what was probably meant, and where to read more.
int refuse(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  std::string name = app.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().back();
    name += ' ' + command->get_name();
  }
  std::vector<std::string> commands, options{"--help"};
  for (const CLI::App* sub : command->get_subcommands([](const CLI::App*) { return true; })) commands.push_back(sub->get_name());
  for (const CLI::Option* option : command->get_options()) {
    for (const std::string& long_name : option->get_lnames()) options.push_back("--" + long_name);
  }

  std::string message = error.what();
  const std::vector<std::string> unknown = app.remaining(true);
  if (!unknown.empty()) {
    const std::string word = unknown.front().substr(0, unknown.front().find('='));
    const bool is_option = word.starts_with('-');
    message = is_option          ? "there is no option " + skypact::quoted(word)
              : commands.empty() ? skypact::quoted(word) + " is one word too many"
                                 : "there is no command " + skypact::quoted(word);
    if (const auto meant = nearest_word(word, is_option ? options : commands)) message += "; did you mean " + *meant + "?";
  } else if (!commands.empty()) {
    message = "a command is needed:";
    for (const std::string& one : commands) message += ' ' + one;
  }
  std::fprintf(stderr, "%s: %s\n%s --help tells more.\n", name.c_str(), message.c_str(), name.c_str());
  return Exit::usage;
}

}  // namespace
}  // namespace skypact::app

int main(int count, char** arguments) {
  using namespace skypact::app;
  // `| head` ends us without a word, even where whoever started us ignores the signal.
  std::signal(SIGPIPE, SIG_DFL);
  CLI::App app("skypact keeps aircraft apart when the people who fly them share a sky but not a commander.", "skypact");
  app.set_version_flag("--version", "skypact " SKYPACT_VERSION);
  app.require_subcommand(1);
  app.footer("Exit status: 0 done, 1 a negative verdict, 2 usage, 3 bad input, 4 node unreachable, 5 our fault, or the output cannot be written.");

  int status = Exit::done;
  add_decode(app, status);
  add_serve(app, status);
  add_account(app, status);
  add_alert(app, status);
  add_config(app, status);
  add_replay(app, status);
  add_demo(app, status);
  add_completion(app, status);
  add_detect(app, status);
  add_evaluate(app, status);
  add_verdict(app, status);
  add_ask(app, status);
  add_setup(app, status);
  add_simulate(app, status);
  add_ledger(app, status);
  add_line(app, status);
  add_notice(app, status);
  add_request(app, status);
  add_plan(app, status);
  add_distress(app, status);
  add_pact(app, status);
  add_key(app, status);
  add_token(app, status);
  add_backup(app, status);

  try {
    app.parse(count, arguments);
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked);
  } catch (const CLI::ParseError& error) {
    return refuse(app, error);
  }
  if ((std::fflush(stdout) != 0 || std::ferror(stdout) != 0) && status == Exit::done) return fail("", output_failed());
  return status;
}
