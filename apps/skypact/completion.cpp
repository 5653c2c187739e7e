// skypact completion bash|zsh|fish: the words of the command line with its nested commands, for the shell.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "commands.h"

namespace skypact::app {
namespace {

struct Word {
  std::string text;         // "decode", "--format"
  std::string description;  // its first line
};

// What may follow a command: its own commands and options. `path` is "", "decode", "config check".
struct Place {
  std::string path;
  std::vector<Word> words;
};

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
  const std::size_t here = places.size();
  places.push_back({path, {}});
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    places[here].words.push_back({command->get_name(), command->get_description()});
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) places[here].words.push_back({"--" + name, option->get_description()});
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    collect(*command, path.empty() ? command->get_name() : path + ' ' + command->get_name(), places);
  }
}

// In single quotes for any of the three shells; `also` is escaped by a backslash inside them.
std::string in_single_quotes(const std::string& text, char also = '\0') {
  std::string out = "'";
  for (const char c : text.substr(0, text.find('\n'))) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == also && also != '\0') out += '\\';
      out += c;
    }
  }
  return out + "'";
}

// A case pattern of all paths, so that words which are no commands (options, files) are passed over.
std::string known_paths(const std::vector<Place>& places) {
  std::string pattern;
  for (const Place& place : places) {
    if (!place.path.empty()) pattern += (pattern.empty() ? "" : "|") + in_single_quotes(place.path);
  }
  return pattern;
}

std::string bash_script(const std::vector<Place>& places) {
  std::string out =
      "# Completion for skypact. Use it with: source <(skypact completion bash)\n"
      "_skypact() {\n"
      "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" path= try i words=\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    try=\"${path:+$path }${COMP_WORDS[i]}\"\n"
      "    case \"$try\" in " + known_paths(places) + ") path=\"$try\" ;; esac\n"
      "  done\n"
      "  case \"$path\" in\n";
  for (const Place& place : places) {
    std::string words;
    for (const Word& word : place.words) words += (words.empty() ? "" : " ") + word.text;
    out += "    " + in_single_quotes(place.path) + ") words=" + in_single_quotes(words) + " ;;\n";
  }
  return out +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "  [ ${#COMPREPLY[@]} -eq 0 ] && mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
         "}\n"
         "complete -o filenames -F _skypact skypact\n";
}

std::string zsh_script(const std::vector<Place>& places) {
  std::string out =
      "#compdef skypact\n"
      "# Completion for skypact. Use it with: source <(skypact completion zsh)\n"
      "_skypact() {\n"
      "  local command_path= try word\n"
      "  local -a next\n"
      "  for word in ${words[2,CURRENT-1]}; do\n"
      "    try=\"${command_path:+$command_path }$word\"\n"
      "    case \"$try\" in (" + known_paths(places) + ") command_path=\"$try\" ;; esac\n"
      "  done\n"
      "  case \"$command_path\" in\n";
  for (const Place& place : places) {
    out += "    (" + in_single_quotes(place.path) + ") next=(";
    for (const Word& word : place.words) {
      std::string entry = in_single_quotes(word.text, ':');
      entry.pop_back();
      out += "\n      " + entry + ":" + in_single_quotes(word.description, ':').substr(1);
    }
    out += ") ;;\n";
  }
  return out +
         "  esac\n"
         "  _describe -o 'command or option' next\n"
         "  _files\n"
         "}\n"
         "compdef _skypact skypact\n";
}

std::string fish_script(const std::vector<Place>& places) {
  std::string out =
      "# Completion for skypact. Use it with: skypact completion fish | source\n"
      "function __skypact_at\n"
      "  set -l at\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    set -l try (string trim -- \"$at $word\")\n"
      "    switch \"$try\"\n"
      "      case";
  for (const Place& place : places) {
    if (!place.path.empty()) out += ' ' + in_single_quotes(place.path);
  }
  out += "\n"
         "        set at \"$try\"\n"
         "    end\n"
         "  end\n"
         "  test \"$at\" = \"$argv[1]\"\n"
         "end\n";
  for (const Place& place : places) {
    for (const Word& word : place.words) {
      const bool option = word.text.starts_with("--");
      out += "complete -c skypact -n \"__skypact_at " + in_single_quotes(place.path) + "\" " +
             (option ? "-l " + word.text.substr(2) : "-a " + word.text) + " -d " + in_single_quotes(word.description) + "\n";
    }
  }
  return out;
}

}  // namespace

void add_completion(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("completion", "Print the script that completes skypact's words in a shell");
  auto shell = std::make_shared<std::string>("bash");
  command->add_option("SHELL", *shell, "bash, zsh or fish")->check(CLI::IsMember({"bash", "zsh", "fish"}))->capture_default_str();
  command->footer("Example: skypact completion bash > ~/.local/share/bash-completion/completions/skypact");
  command->callback([&app, shell, &status] {
    std::vector<Place> places;
    collect(app, "", places);
    const std::string script = *shell == "zsh" ? zsh_script(places) : *shell == "fish" ? fish_script(places) : bash_script(places);
    std::fputs(script.c_str(), stdout);
    status = Exit::done;
  });
}

}  // namespace skypact::app
