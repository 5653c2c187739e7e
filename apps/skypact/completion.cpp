// skypact completion bash: the words of the command line, for the shell.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>

#include "commands.h"

namespace skypact::app {
namespace {

std::string words_of(const CLI::App& app) {
  std::string words;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    words += command->get_name() + ' ';
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words += "--" + name + ' ';
  }
  return words;
}

void print_bash(const CLI::App& app) {
  std::printf("# Completion for skypact: source <(skypact completion)\n"
              "_skypact() {\n"
              "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" command=\"${COMP_WORDS[1]}\" words\n"
              "  [ \"$COMP_CWORD\" -eq 1 ] && command=\n"
              "  case \"$command\" in\n");
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    std::printf("    %s) words=\"%s\" ;;\n", command->get_name().c_str(), words_of(*command).c_str());
  }
  std::printf("    *) words=\"%s\" ;;\n"
              "  esac\n"
              "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
              "  [ ${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- \"$cur\"))\n"
              "}\n"
              "complete -F _skypact skypact\n",
              words_of(app).c_str());
}

}  // namespace

void add_completion(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("completion", "Print the shell completion script (bash; zsh with bashcompinit)");
  command->callback([&app, &status] {
    print_bash(app);
    status = Exit::done;
  });
}

}  // namespace skypact::app
