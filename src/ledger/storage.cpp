#include "ledger/storage.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "base/input_file.h"

namespace skypact::ledger {
namespace {

// More than any file of a ledger: a bundle has at most 16.8 MB, a write-ahead log is cut long before.
constexpr std::size_t largest_file = std::size_t{1} << 30;
constexpr std::string_view aside = ".new";

Error failed(std::string_view what, const std::filesystem::path& path, int error) {
  std::string message = "cannot " + std::string(what) + " " + path.string() + ": " + std::strerror(error);
  if (error == ENOSPC) message += "; make room on this disk";
  return {error == ENOENT ? ErrorCode::not_found : ErrorCode::unreachable, std::move(message)};
}

Result<void> write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> sync_descriptor(int descriptor, const std::filesystem::path& path, bool data_only) {
  while ((data_only ? ::fdatasync(descriptor) : ::fsync(descriptor)) != 0) {
    if (errno != EINTR) return failed("make durable", path, errno);
  }
  return {};
}

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags, Readers readers = Readers::group)
      : value_(::open(path.c_str(), flags | O_CLOEXEC, readers == Readers::owner ? 0600 : 0640)) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

}  // namespace

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(slash == path.npos ? "" : path.substr(0, slash));
}

Result<void> replace(Storage& storage, std::span<const NewFile> files) {
  std::set<std::string> folders;
  for (const NewFile& file : files) folders.insert(folder_of(file.path));
  for (const std::string& folder : folders) {
    if (folder.empty()) continue;
    if (auto made = storage.make_folder(folder); !made) return made;
  }
  const auto each = [&](auto&& step) -> Result<void> {
    for (const NewFile& file : files) {
      if (auto done = step(file); !done) return done;
    }
    return {};
  };
  const auto beside = [](const NewFile& file) { return file.path + std::string(aside); };
  if (auto done = each([&](const NewFile& file) { return storage.write(beside(file), file.bytes); }); !done) return done;
  if (auto done = each([&](const NewFile& file) { return storage.sync(beside(file)); }); !done) return done;
  if (auto done = each([&](const NewFile& file) { return storage.rename(beside(file), file.path); }); !done) return done;
  for (const std::string& folder : folders) {
    if (auto done = storage.sync_folder(folder); !done) return done;
  }
  return {};
}

Result<void> replace(Storage& storage, const std::string& path, std::string bytes) {
  const NewFile file{path, std::move(bytes)};
  return replace(storage, {&file, 1});
}

FileStorage::FileStorage(std::filesystem::path root, Readers readers) : root_(std::move(root)), readers_(readers) {}

FileStorage::~FileStorage() {
  if (appended_.second >= 0) ::close(appended_.second);
  if (lock_ >= 0) ::close(lock_);
}

Result<void> FileStorage::lock() {
  std::error_code error;
  if (readers_ == Readers::group) {
    std::filesystem::create_directories(root_, error);
  } else {
    std::filesystem::create_directories(std::filesystem::absolute(root_).parent_path(), error);
    if (!error && ::mkdir(root_.c_str(), 0700) != 0 && errno != EEXIST) return failed("make the folder", root_, errno);
  }
  if (error) return failed("make the folder", root_, error.value());
  Descriptor file(root_ / "lock", O_RDWR | O_CREAT, readers_);
  if (file.get() < 0) return failed("open", root_ / "lock", errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::conflict, "another process writes to " + root_.string() + "; only one may"};
  }
  lock_ = file.release();
  return {};
}

Result<std::string> FileStorage::read(const std::string& path) { return read_bytes((root_ / path).string(), largest_file); }

Result<std::vector<std::string>> FileStorage::list(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(root_ / folder, error), end; !error && at != end; at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) return failed("list", root_ / folder, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> FileStorage::make_folder(const std::string& folder) {
  if (folder.empty()) return {};
  const std::filesystem::path path = root_ / folder;
  if (::access(path.c_str(), F_OK) == 0) return {};
  const std::string above = folder_of(folder);
  if (auto made = make_folder(above); !made) return made;
  if (::mkdir(path.c_str(), readers_ == Readers::owner ? 0700 : 0750) != 0 && errno != EEXIST) return failed("make the folder", path, errno);
  return sync_folder(above);
}

Result<void> FileStorage::write(const std::string& path, std::string_view bytes) {
  const std::filesystem::path where = root_ / path;
  const Descriptor file(where, O_WRONLY | O_CREAT | O_TRUNC, readers_);
  if (file.get() < 0) return failed("open", where, errno);
  return write_all(file.get(), bytes, where);
}

Result<void> FileStorage::append(const std::string& path, std::string_view bytes) {
  const std::filesystem::path where = root_ / path;
  const std::lock_guard lock(mutex_);
  if (appended_.first != path || appended_.second < 0) {
    Descriptor file(where, O_WRONLY | O_APPEND);
    if (file.get() < 0) return failed("open", where, errno);
    if (appended_.second >= 0) ::close(appended_.second);
    appended_ = {path, file.release()};
  }
  return write_all(appended_.second, bytes, where);
}

Result<void> FileStorage::sync(const std::string& path) {
  int open = -1;
  {
    const std::lock_guard lock(mutex_);
    if (appended_.first == path) open = appended_.second;
  }
  // Outside the lock, since it can take long, and only this thread is at this path. The file's size is among what
  // fdatasync makes durable.
  if (open >= 0) return sync_descriptor(open, root_ / path, true);
  const Descriptor file(root_ / path, O_RDONLY);
  if (file.get() < 0) return failed("open", root_ / path, errno);
  return sync_descriptor(file.get(), root_ / path, false);
}

Result<void> FileStorage::rename(const std::string& from, const std::string& to) {
  if (::rename((root_ / from).c_str(), (root_ / to).c_str()) != 0) return failed("rename", root_ / from, errno);
  return {};
}

Result<void> FileStorage::remove(const std::string& path) {
  if (::unlink((root_ / path).c_str()) != 0 && errno != ENOENT) return failed("remove", root_ / path, errno);
  return {};
}

Result<void> FileStorage::sync_folder(const std::string& folder) {
  const Descriptor file(root_ / folder, O_RDONLY | O_DIRECTORY);
  if (file.get() < 0) return failed("open", root_ / folder, errno);
  return sync_descriptor(file.get(), root_ / folder, false);
}

}  // namespace skypact::ledger
