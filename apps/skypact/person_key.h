#pragma once
// Keys that persons hold: opened with a passphrase, which is never among the command's words.
//
//     auto key = open_person_key("ada.key", passphrase_file);      // asks the terminal where no file is named
//
// For the command line; one thread.

#include <string>

#include "base/result.h"
#include "ledger/key.h"

namespace skypact::app {

// From the first line of the file, which its owner alone may read, or from the terminal, without echo. `twice`: a new one.
Result<std::string> ask_passphrase(const std::string& prompt, const std::string& passphrase_file, bool twice);

// Locked or not. Errors name the file and say nothing of what is in it.
Result<ledger::SigningKey> open_person_key(const std::string& file, const std::string& passphrase_file);

// True where a person at the terminal types "yes". Without a terminal: usage, naming --yes.
Result<void> confirm(const std::string& question);

}  // namespace skypact::app
