#pragma once
// Storage: the files of a ledger, with what makes them durable said call by call, so that a test can cut the power
// between any two (ledger/test_storage.h).
//
//     FileStorage storage("/var/lib/skypact/record");
//     if (auto done = replace(storage, "checkpoint", text); !done) …    // all or nothing, and durable
//
// Paths are relative, with '/'. What a call promises holds once it has returned success; after an error of sync
// nothing is known of the file (POSIX), and its owner starts anew from what can be read.
// FileStorage: any thread, one at a time for one path.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace skypact::ledger {

class Storage {
 public:
  virtual ~Storage() = default;
  // Errors of all: not_found where a file must be there, unreachable where the device does not do it.
  virtual Result<std::string> read(const std::string& path) = 0;
  // Names in a folder, sorted; none where there is no folder.
  virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;

  // Durable at once, with all folders above it.
  virtual Result<void> make_folder(const std::string& folder) = 0;
  // Not durable before `sync` of the file and `sync_folder` of its folder.
  virtual Result<void> write(const std::string& path, std::string_view bytes) = 0;   // a new file, or instead of an old one
  virtual Result<void> append(const std::string& path, std::string_view bytes) = 0;  // to a file that is there
  virtual Result<void> sync(const std::string& path) = 0;
  // Not durable before `sync_folder`. At once and whole: never two names, never none.
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;  // done where there is none
  virtual Result<void> sync_folder(const std::string& folder) = 0;
};

[[nodiscard]] std::string folder_of(std::string_view path);

struct NewFile {
  std::string path;
  std::string bytes;
};
// Each file appears whole or not at all; all are durable on success.
Result<void> replace(Storage& storage, std::span<const NewFile> files);
Result<void> replace(Storage& storage, const std::string& path, std::string bytes);

// Who may read what FileStorage makes: the owner's group too (a web server that serves the tiles), or nobody else.
enum class Readers : std::uint8_t { group, owner };

class FileStorage final : public Storage {
 public:
  explicit FileStorage(std::filesystem::path root, Readers readers = Readers::group);
  ~FileStorage() override;
  FileStorage(const FileStorage&) = delete;
  FileStorage& operator=(const FileStorage&) = delete;

  // Makes the folder where there is none, and keeps every other process out until this object ends. Errors: conflict
  // where another one is in.
  Result<void> lock();

  Result<std::string> read(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Result<void> make_folder(const std::string& folder) override;
  Result<void> write(const std::string& path, std::string_view bytes) override;
  Result<void> append(const std::string& path, std::string_view bytes) override;
  Result<void> sync(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_folder(const std::string& folder) override;

 private:
  std::filesystem::path root_;
  const Readers readers_;
  int lock_ = -1;
  std::mutex mutex_;
  std::pair<std::string, int> appended_{"", -1};  // the file appended to last stays open: opening costs as much as writing
};

}  // namespace skypact::ledger
