#pragma once
// Secrets from a person: typed without being shown, or the first line of a file or of standard input. Never of the
// command line, which every user of the machine can read.
//
//     auto password = read_secret("Password", options.password_file);

#include <string>

#include "base/result.h"

namespace skypact::app {

// `file` empty: asks at the terminal; "-": standard input. Errors: usage where there is no terminal to ask at.
Result<std::string> read_secret(const std::string& prompt, const std::string& file);
// Asked twice at the terminal.
Result<std::string> read_new_secret(const std::string& prompt, const std::string& file);
// What may be shown; `preset` where the answer is empty.
Result<std::string> ask(const std::string& question, const std::string& preset);
[[nodiscard]] bool has_terminal();

}  // namespace skypact::app
