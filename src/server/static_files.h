#pragma once
// StaticFiles: the console's files, read once into memory, so that no request reaches the file system and no path
// can leave the folder. Immutable; for any thread.
//
//     auto files = StaticFiles::load(*find_console({}));
//     return files->answer(request);
//
// A path without a file type that is not there answers index.html, because the console has routes of its own.

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "server/http.h"

namespace skypact::server {

class StaticFiles {
 public:
  struct Limits {
    static constexpr std::size_t files = 2000;
    static constexpr std::size_t bytes = std::size_t{64} << 20;   // of all
  };
  StaticFiles() = default;   // no console: answers a page that says how to get one
  static Result<StaticFiles> load(const std::filesystem::path& folder);

  [[nodiscard]] Response answer(const Request& request) const;
  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  struct File {
    std::shared_ptr<const std::string> content;
    std::string type, tag;
    bool immutable = false;   // its name holds a hash of its content
  };
  std::map<std::string, File, std::less<>> files_;   // by path, "/index.html"
};

// The folder given; else ../share/skypact/console beside the program; else the source tree's build.
std::optional<std::filesystem::path> find_console(const std::filesystem::path& given);

}  // namespace skypact::server
