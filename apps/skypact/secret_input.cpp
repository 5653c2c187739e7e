#include "secret_input.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "base/text.h"

namespace skypact::app {
namespace {

// The terminal shows nothing while this lives.
class Unseen {
 public:
  Unseen() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &now) == 0;
  }
  ~Unseen() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

Result<std::string> first_line(std::istream& in, const std::string& where) {
  std::string line;
  if (!std::getline(in, line)) return Error{ErrorCode::not_found, where + ": has no first line to read"};
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

bool has_terminal() { return ::isatty(STDIN_FILENO) == 1; }

Result<std::string> read_secret(const std::string& prompt, const std::string& file) {
  if (file == "-") return first_line(std::cin, "standard input");
  if (!file.empty()) {
    std::ifstream in(file);
    return first_line(in, file);
  }
  if (!has_terminal()) return Error{ErrorCode::usage, prompt + ": there is no terminal to ask at; name a file (- is standard input)"};
  std::fprintf(stderr, "%s: ", prompt.c_str());
  const Unseen unseen;
  auto line = first_line(std::cin, "terminal");
  std::fputc('\n', stderr);
  return line;
}

Result<std::string> read_new_secret(const std::string& prompt, const std::string& file) {
  auto first = read_secret(prompt, file);
  if (!first || !file.empty()) return first;
  const auto second = read_secret(prompt + " again", file);
  if (!second) return second;
  if (*first != *second) return Error{ErrorCode::usage, "the two are not the same"};
  return first;
}

Result<std::string> ask(const std::string& question, const std::string& preset) {
  std::fprintf(stderr, "%s%s: ", question.c_str(), preset.empty() ? "" : (" [" + preset + "]").c_str());
  auto line = first_line(std::cin, "terminal");
  if (!line) return line;
  const std::string answer(trim(*line));
  return answer.empty() ? preset : answer;
}

}  // namespace skypact::app
