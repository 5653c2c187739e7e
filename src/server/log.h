#pragma once
// The log: one line per happening on stderr, with fields after it: `feed connected feed="roof" peer="10.0.0.7"`.
// No secret is ever passed here. Thread-safe; never blocks on anything but stderr.

#include <initializer_list>
#include <string>
#include <string_view>

namespace skypact::server::log {

struct Field {
  std::string_view name;
  std::string value;
};
using Fields = std::initializer_list<Field>;

void info(std::string_view happening, Fields fields = {});
void warn(std::string_view happening, Fields fields = {});
void error(std::string_view happening, Fields fields = {});

// "info", "warn", "error", "off"; anything else is info.
void set_level(std::string_view level);

}  // namespace skypact::server::log
