// skypact completion bash|zsh|fish: the words of the command line, with nested commands and the values of options, for the shell.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "commands.h"

namespace skypact::app {
namespace {

// What follows an option, or stands without one: nothing, one of a few words, a file, or what only the user knows.
struct Value {
  enum class Kind { none, words, file, other } kind = Kind::none;
  std::vector<std::string> words{};
};

struct Word {
  std::string text;         // "decode", "--format"
  std::string description;  // its first line
  Value value{};            // of an option
};

// What may follow a command: its own commands and options, and its arguments. `path` is "", "decode", "config check".
struct Place {
  std::string path;
  std::vector<Word> commands{}, options{};
  Value argument{};
};

// By what `--help` says of it: "TEXT:{csv,json}" is one of two words; FILE and FOLDER are named so where they are added.
Value value_of(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return {};
  const std::string type = option.get_type_name();
  if (type.starts_with("FILE") || type.starts_with("FOLDER") || option.get_name(true) == "FILE") return {Value::Kind::file};
  const std::size_t open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return {Value::Kind::other};
  Value value{Value::Kind::words};
  std::string_view list = std::string_view(type).substr(open + 1, close - open - 1);
  while (const auto word = next_field(list, ',')) value.words.emplace_back(*word);
  return value;
}

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  Place place{path};
  for (const CLI::App* command : commands) place.commands.push_back({command->get_name(), command->get_description()});
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) place.argument = value_of(*option);
    for (const std::string& name : option->get_lnames()) place.options.push_back({"--" + name, option->get_description(), value_of(*option)});
  }
  places.push_back(std::move(place));
  for (const CLI::App* command : commands) collect(*command, path.empty() ? command->get_name() : path + ' ' + command->get_name(), places);
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

std::string joined(const std::vector<std::string>& words, const std::string& between = " ") {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::string joined(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (const Word& word : words) texts.push_back(word.text);
  return joined(texts);
}

// A case pattern of all paths, so that words which are no commands (options, files) are passed over.
std::string known_paths(const std::vector<Place>& places) {
  std::vector<std::string> paths;
  for (const Place& place : places) {
    if (!place.path.empty()) paths.push_back(in_single_quotes(place.path));
  }
  return joined(paths, "|");
}

// A case pattern of "PATH --option" for the options whose value is of a kind.
std::string options_with(const std::vector<Place>& places, Value::Kind kind) {
  std::vector<std::string> patterns;
  for (const Place& place : places) {
    for (const Word& option : place.options) {
      if (option.value.kind == kind) patterns.push_back(in_single_quotes(place.path + ' ' + option.text));
    }
  }
  return joined(patterns, "|");
}

std::string bash_script(const std::vector<Place>& places) {
  std::string out =
      "# Completion for skypact. Use it with: source <(skypact completion bash)\n"
      "_skypact() {\n"
      "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\" path= try i words= files=\n"
      "  if [ \"$cur\" = = ]; then cur=; elif [ \"$prev\" = = ]; then prev=\"${COMP_WORDS[COMP_CWORD-2]}\"; fi\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    try=\"${path:+$path }${COMP_WORDS[i]}\"\n"
      "    case \"$try\" in " + known_paths(places) + ") path=\"$try\" ;; esac\n"
      "  done\n"
      "  COMPREPLY=()\n"
      "  case \"$path $prev\" in\n";
  for (const Place& place : places) {
    for (const Word& option : place.options) {
      if (option.value.kind == Value::Kind::words) {
        out += "    " + in_single_quotes(place.path + ' ' + option.text) + ") words=" + in_single_quotes(joined(option.value.words)) + " ;;\n";
      }
    }
  }
  out += "    " + options_with(places, Value::Kind::file) + ") files=yes ;;\n"
         "    " + options_with(places, Value::Kind::other) + ") return ;;\n"
         "    *) case \"$path\" in\n";
  for (const Place& place : places) {
    const bool takes_files = place.argument.kind == Value::Kind::file;
    std::string words = joined(place.commands);
    if (place.argument.kind == Value::Kind::words) words = joined(place.argument.words);
    // Options are offered at once where nothing else can follow, and after a "-" elsewhere.
    out += "      " + in_single_quotes(place.path) + ") case \"$cur\" in -*) words=" + in_single_quotes(joined(place.options)) + " ;; *) " +
           (takes_files     ? "files=yes"
            : words.empty() ? "words=" + in_single_quotes(joined(place.options))
                            : "words=" + in_single_quotes(words)) +
           " ;; esac ;;\n";
  }
  return out +
         "    esac ;;\n"
         "  esac\n"
         "  if [ -n \"$files\" ]; then\n"
         "    compopt -o filenames 2>/dev/null\n"
         "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
         "  else\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "  fi\n"
         "}\n"
         "complete -F _skypact skypact\n";
}

std::string zsh_script(const std::vector<Place>& places) {
  const auto list = [](const std::vector<Word>& words) {
    std::string out;
    for (const Word& word : words) {
      std::string entry = in_single_quotes(word.text, ':');
      entry.pop_back();
      out += "\n      " + entry + ":" + in_single_quotes(word.description, ':').substr(1);
    }
    return out;
  };
  std::string out =
      "#compdef skypact\n"
      "# Completion for skypact. Use it with: source <(skypact completion zsh), after compinit;\n"
      "# or keep it as _skypact in a folder of $fpath.\n"
      "_skypact() {\n"
      "  local command_path= try word previous=\"${words[CURRENT-1]}\" files=\n"
      "  local -a commands options\n"
      "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
      "    try=\"${command_path:+$command_path }$word\"\n"
      "    case \"$try\" in (" + known_paths(places) + ") command_path=\"$try\" ;; esac\n"
      "  done\n"
      "  if [[ \"$PREFIX\" == --*=* ]]; then previous=\"${PREFIX%%=*}\"; compset -P '*='; fi\n"
      "  case \"$command_path $previous\" in\n";
  for (const Place& place : places) {
    for (const Word& option : place.options) {
      if (option.value.kind == Value::Kind::words) {
        out += "    (" + in_single_quotes(place.path + ' ' + option.text) + ") compadd -- " + joined(option.value.words) + "; return ;;\n";
      }
    }
  }
  out += "    (" + options_with(places, Value::Kind::file) + ") _files; return ;;\n"
         "    (" + options_with(places, Value::Kind::other) + ") _message value; return ;;\n"
         "  esac\n"
         "  case \"$command_path\" in\n";
  for (const Place& place : places) {
    out += "    (" + in_single_quotes(place.path) + ") commands=(" + list(place.commands);
    if (place.argument.kind == Value::Kind::words) out += ' ' + joined(place.argument.words);
    out += ") options=(" + list(place.options) + ")";
    if (place.argument.kind == Value::Kind::file) out += " files=yes";
    out += " ;;\n";
  }
  return out +
         "  esac\n"
         "  (( $#commands )) && _describe command commands\n"
         "  [[ -n \"$files\" ]] && _files\n"
         "  [[ \"$PREFIX\" == -* || ( $#commands -eq 0 && -z \"$files\" ) ]] && _describe -o option options\n"
         "}\n"
         "if [[ \"$funcstack[1]\" == _skypact ]]; then _skypact \"$@\"; else compdef _skypact skypact; fi\n";
}

std::string fish_script(const std::vector<Place>& places) {
  std::vector<std::string> paths;
  for (const Place& place : places) {
    if (!place.path.empty()) paths.push_back(in_single_quotes(place.path));
  }
  std::string out =
      "# Completion for skypact. Use it with: skypact completion fish | source\n"
      "function __skypact_at\n"
      "  set -l at\n"
      "  set -l words (commandline -opc)\n"
      "  set -e words[1]\n"
      "  for word in $words\n"
      "    set -l try (string trim -- \"$at $word\")\n"
      "    switch \"$try\"\n"
      "      case " + joined(paths) + "\n"
      "        set at \"$try\"\n"
      "    end\n"
      "  end\n"
      "  test \"$at\" = \"$argv[1]\"\n"
      "end\n"
      "complete -c skypact -f\n";
  for (const Place& place : places) {
    const std::string here = "complete -c skypact -n \"__skypact_at " + in_single_quotes(place.path) + "\"";
    for (const Word& command : place.commands) out += here + " -a " + command.text + " -d " + in_single_quotes(command.description) + "\n";
    for (const Word& option : place.options) {
      out += here + " -l " + option.text.substr(2);
      if (option.value.kind == Value::Kind::words) out += " -x -a " + in_single_quotes(joined(option.value.words));
      if (option.value.kind == Value::Kind::file) out += " -r -F";
      if (option.value.kind == Value::Kind::other) out += " -x";
      out += " -d " + in_single_quotes(option.description) + "\n";
    }
    if (place.argument.kind == Value::Kind::words) out += here + " -a " + in_single_quotes(joined(place.argument.words)) + "\n";
    if (place.argument.kind == Value::Kind::file) out += here + " -F\n";
  }
  return out;
}

}  // namespace

void add_completion(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("completion", "Print the script that completes skypact's words in a shell");
  auto shell = std::make_shared<std::string>("bash");
  command->add_option("SHELL", *shell, "bash, zsh or fish")->check(CLI::IsMember({"bash", "zsh", "fish"}))->capture_default_str();
  command->footer("bash: skypact completion bash > ~/.local/share/bash-completion/completions/skypact\n"
                  "zsh:  skypact completion zsh > ~/.zfunc/_skypact, with \"fpath+=~/.zfunc\" before compinit in ~/.zshrc\n"
                  "fish: skypact completion fish > ~/.config/fish/completions/skypact.fish");
  command->callback([&app, shell, &status] {
    std::vector<Place> places;
    collect(app, "", places);
    const std::string script = *shell == "zsh" ? zsh_script(places) : *shell == "fish" ? fish_script(places) : bash_script(places);
    std::fputs(script.c_str(), stdout);
    status = Exit::done;
  });
}

}  // namespace skypact::app
