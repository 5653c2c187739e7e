#include "bench/process_usage.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace skypact::bench {
namespace {

// Name and processor time out of a stat file (proc(5): fields 2, 14 and 15).
struct Stat {
  std::string name;
  Duration processor{};
};
Stat read_stat(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  const std::size_t open = line.find('('), close = line.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return {};
  Stat stat{line.substr(open + 1, close - open - 1), {}};
  std::istringstream rest(line.substr(close + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) rest >> skipped;
  long user = 0, system = 0;
  rest >> user >> system;
  stat.processor = from_seconds(static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)));
  return stat;
}

std::size_t kilobytes(const std::string& line) { return std::stoul(line.substr(line.find(':') + 1)) * 1024; }

}  // namespace

ProcessUsage usage_of(pid_t process) {
  const std::filesystem::path folder = "/proc/" + std::to_string(process);
  ProcessUsage usage;
  usage.processor = read_stat(folder / "stat").processor;
  std::error_code gone;
  for (const auto& thread : std::filesystem::directory_iterator(folder / "task", gone)) {
    const Stat stat = read_stat(thread.path() / "stat");
    usage.threads[stat.name] += stat.processor;
  }
  std::ifstream status(folder / "status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) usage.resident_bytes = kilobytes(line);
    if (line.starts_with("VmHWM:")) usage.most_resident_bytes = kilobytes(line);
  }
  return usage;
}

}  // namespace skypact::bench
