#include "server/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

#include "base/text.h"

namespace skypact::server::log {
namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    // Colours on a terminal, unless NO_COLOR is set to anything (no-color.org).
    const char* no_color = std::getenv("NO_COLOR");
    const auto colours = no_color != nullptr && *no_color != '\0' ? spdlog::color_mode::never : spdlog::color_mode::automatic;
    auto made = std::make_shared<spdlog::logger>("skypact", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(colours));
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

// Printable and on one line, whatever a peer sent.
std::string line_of(std::string_view happening, Fields fields) {
  std::string line(happening);
  for (const Field& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    line += quoted(field.value, 300);
  }
  return line;
}

}  // namespace

void info(std::string_view happening, Fields fields) { logger().info("{}", line_of(happening, fields)); }
void warn(std::string_view happening, Fields fields) { logger().warn("{}", line_of(happening, fields)); }
void error(std::string_view happening, Fields fields) { logger().error("{}", line_of(happening, fields)); }
void set_level(std::string_view level) { logger().set_level(spdlog::level::from_str(std::string(level))); }

}  // namespace skypact::server::log
