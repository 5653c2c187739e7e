#include "person_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

#include "base/text.h"
#include "ledger/key_file.h"
#include "ledger/locked_key_file.h"

namespace skypact::app {
namespace {

constexpr char interrupt = 3, end_of_text = 4, erase = 127, backspace = 8;

// The terminal itself, whatever standard input is; its settings come back at the end.
class Terminal {
 public:
  Terminal() : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {}
  ~Terminal() {
    if (changed_) ::tcsetattr(descriptor_, TCSADRAIN, &before_);
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  [[nodiscard]] bool is_there() const { return descriptor_ >= 0; }

  void write(const std::string& text) const {
    if (::write(descriptor_, text.data(), text.size()) < 0) return;   // nobody reads it
  }

  // A line, asked for by `prompt`. `hidden`: without echo, which is off before the prompt shows, so that nothing typed at once is
  // seen or lost; and key by key, so that an interrupt finds the settings restored.
  Result<std::string> line(const std::string& prompt, bool hidden) {
    if (hidden) {
      if (::tcgetattr(descriptor_, &before_) != 0) return Error{ErrorCode::internal, "the terminal's settings cannot be read"};
      termios quiet = before_;
      quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
      quiet.c_cc[VMIN] = 1;
      quiet.c_cc[VTIME] = 0;
      changed_ = ::tcsetattr(descriptor_, TCSAFLUSH, &quiet) == 0;
      if (!changed_) return Error{ErrorCode::internal, "the terminal's echo cannot be switched off"};
    }
    write(prompt);
    std::string text;
    for (char c = 0; ::read(descriptor_, &c, 1) == 1 && c != '\n' && c != '\r';) {
      if (hidden && (c == interrupt || c == end_of_text)) {
        sodium_memzero(text.data(), text.size());
        write("\n");
        return Error{ErrorCode::refused, "interrupted"};
      }
      if (hidden && (c == erase || c == backspace)) {
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
        if (!text.empty()) text.pop_back();
      } else if (text.size() < 2 * ledger::LockLimits::longest_passphrase) {
        text += c;
      }
    }
    if (hidden) write("\n");
    return text;
  }

 private:
  int descriptor_;
  termios before_{};
  bool changed_ = false;
};

}  // namespace

Result<std::string> ask_passphrase(const std::string& prompt, const std::string& passphrase_file, bool twice) {
  if (!passphrase_file.empty()) {
    auto text = ledger::read_secret_file(passphrase_file);
    if (!text) return text.error();
    std::string line = text->substr(0, text->find('\n'));
    sodium_memzero(text->data(), text->size());
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
  const auto ask = [](const std::string& what) -> Result<std::string> {
    Terminal terminal;
    if (!terminal.is_there()) return Error{ErrorCode::usage, "there is no terminal to ask for the passphrase; write it into a file of mode 600 and name that by --passphrase-file"};
    return terminal.line(what, true);
  };
  auto first = ask(prompt + ": ");
  if (!first || !twice) return first;
  if (auto good = ledger::check_passphrase(*first); !good) return good.error();
  auto second = ask("The same again: ");
  if (!second) return second;
  if (*first != *second) return Error{ErrorCode::refused, "the two passphrases differ; nothing was written"};
  return first;
}

Result<ledger::SigningKey> open_person_key(const std::string& file, const std::string& passphrase_file) {
  auto text = ledger::read_secret_file(file);
  if (!text) return text.error();
  if (!ledger::is_locked_key(*text)) {
    auto key = ledger::SigningKey::parse(trim(*text));
    sodium_memzero(text->data(), text->size());
    if (!key) return std::move(key).error().within(file);
    return key;
  }
  const auto who = ledger::locked_key_of(*text);
  if (!who) return Error(who.error()).within(file);
  auto passphrase = ask_passphrase("Passphrase of " + who->name, passphrase_file, false);
  if (!passphrase) return passphrase.error();
  auto key = ledger::unlock_key(*text, *passphrase);
  sodium_memzero(passphrase->data(), passphrase->size());
  if (!key) return std::move(key).error().within(file);
  return key;
}

Result<void> confirm(const std::string& question) {
  Terminal terminal;
  if (!terminal.is_there()) return Error{ErrorCode::usage, "there is no terminal to ask; --yes signs without asking"};
  const auto answer = terminal.line(question + " Type yes to do so: ", false);
  if (!answer) return answer.error();
  if (trim(*answer) != "yes") return Error{ErrorCode::refused, "not confirmed; nothing was signed"};
  return {};
}

}  // namespace skypact::app
