#pragma once
// skypact line use, skypact notice use.

#include <string>

namespace CLI {
class App;
}

namespace skypact::app {

// Adds "use" to a command. `type`: only messages of this one ("notice"); empty: the command may be told one.
void add_line_use(CLI::App& command, const std::string& name, const std::string& type, int& status);

}  // namespace skypact::app
