#include "base/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace skypact {
namespace {

constexpr std::size_t piece = std::size_t{256} << 10;

gzFile as_gz(void* file) { return static_cast<gzFile>(file); }

std::string name_of(const std::string& path) { return path == "-" ? "standard input" : path; }

// A descriptor of a file that is no folder; "-" is standard input.
Result<int> open_for_reading(const std::string& path) {
  const int descriptor = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const int error = errno;
    return Error{error == ENOENT ? ErrorCode::not_found : ErrorCode::bad_input,
                 "cannot open " + name_of(path) + ": " + std::strerror(error)};
  }
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(descriptor);
    return bad_input(name_of(path) + " is a folder; name a file");
  }
  return descriptor;
}

Error too_large(const std::string& path, std::size_t most) {
  return {ErrorCode::over_limit, name_of(path) + " is larger than the " + std::to_string(most) + " bytes that are read"};
}

}  // namespace

void InputFile::Close::operator()(void* file) const { gzclose(as_gz(file)); }

InputFile::InputFile(std::string path, void* file) : path_(std::move(path)), file_(file), buffer_(piece) {}

Result<InputFile> InputFile::open(const std::string& path) {
  const auto descriptor = open_for_reading(path);
  if (!descriptor) return descriptor.error();
  gzFile file = gzdopen(*descriptor, "rb");
  if (file == nullptr) {
    ::close(*descriptor);
    return Error{ErrorCode::internal, "no memory to read " + name_of(path)};
  }
  gzbuffer(file, piece);
  return InputFile(name_of(path), file);
}

Result<std::span<const std::uint8_t>> InputFile::read() {
  const int count = gzread(as_gz(file_.get()), buffer_.data(), static_cast<unsigned>(buffer_.size()));
  int code = Z_OK;
  const char* message = gzerror(as_gz(file_.get()), &code);
  if (count > 0) return std::span<const std::uint8_t>(buffer_.data(), static_cast<std::size_t>(count));
  if (count < 0 || code == Z_BUF_ERROR) {
    const std::string what = code == Z_ERRNO ? std::strerror(errno) : code == Z_BUF_ERROR ? "the compressed data ends too early" : message;
    return bad_input("cannot read " + path_ + ": " + what);
  }
  return std::span<const std::uint8_t>();
}

Result<std::string> read_whole(const std::string& path, std::size_t most) {
  auto file = InputFile::open(path);
  if (!file) return file.error();
  std::string content;
  for (;;) {
    const auto bytes = file->read();
    if (!bytes) return bytes.error();
    if (bytes->empty()) return content;
    content.append(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    if (content.size() > most) return too_large(path, most);
  }
}

Result<std::string> read_bytes(const std::string& path, std::size_t most) {
  const auto descriptor = open_for_reading(path);
  if (!descriptor) return descriptor.error();
  std::string content;
  for (;;) {
    const std::size_t had = content.size();
    content.resize(had + piece);
    const ssize_t count = ::read(*descriptor, content.data() + had, piece);
    if (count < 0 && errno == EINTR) {
      content.resize(had);
      continue;
    }
    const int error = errno;
    content.resize(had + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count > 0 && content.size() <= most) continue;
    ::close(*descriptor);
    if (count < 0) return bad_input("cannot read " + name_of(path) + ": " + std::strerror(error));
    if (content.size() > most) return too_large(path, most);
    return content;
  }
}

}  // namespace skypact
