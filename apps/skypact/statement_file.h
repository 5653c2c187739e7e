#pragma once
// Signed statements as files, and a node that takes them. For the command line.

#include <string>

#include "base/result.h"
#include "pact/statement.h"

namespace skypact::app {

// Durable; never over another. Errors: conflict where the file is there, unreachable where it cannot be written.
Result<void> write_new_file(const std::string& file, const std::string& text);

// Error: with the file's name.
Result<pact::StatementNote> read_statement_file(const std::string& file);

}  // namespace skypact::app
