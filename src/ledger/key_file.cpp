#include "ledger/key_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace skypact::ledger {
namespace {

constexpr std::size_t longest = 1000;  // bytes of a key's line

Error failed(const std::string& what, const std::filesystem::path& file, int error) {
  const ErrorCode code = error == ENOENT ? ErrorCode::not_found : error == EEXIST ? ErrorCode::conflict : ErrorCode::unreachable;
  return {code, "cannot " + what + " " + file.string() + ": " + std::strerror(error) +
                    (error == EEXIST ? "; a key is never overwritten: name another file" : "")};
}

// Closed at the end, and what was read is wiped.
class KeyFile {
 public:
  KeyFile(const std::filesystem::path& file, int flags) : descriptor_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~KeyFile() {
    sodium_memzero(text.data(), text.size());
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

  std::string text;

 private:
  int descriptor_;
};

}  // namespace

Result<void> write_key_file(const std::filesystem::path& file, const SigningKey& key) {
  KeyFile out(file, O_WRONLY | O_CREAT | O_EXCL);
  if (out.descriptor() < 0) return failed("make", file, errno);
  out.text = key.secret_text() + '\n';
  if (::write(out.descriptor(), out.text.data(), out.text.size()) != static_cast<ssize_t>(out.text.size()) || ::fsync(out.descriptor()) != 0) {
    const int error = errno;
    ::unlink(file.c_str());
    return failed("write", file, error);
  }
  return {};
}

Result<SigningKey> read_key_file(const std::filesystem::path& file) {
  KeyFile in(file, O_RDONLY);
  if (in.descriptor() < 0) return failed("open", file, errno);
  struct stat status {};
  if (::fstat(in.descriptor(), &status) != 0) return failed("look at", file, errno);
  if ((status.st_mode & 077) != 0) {
    return Error{ErrorCode::refused, file.string() + " can be read by others than its owner; chmod 600 it, and take a new key if somebody may have"};
  }
  in.text.resize(longest);
  const ssize_t count = ::read(in.descriptor(), in.text.data(), in.text.size());
  if (count < 0) return failed("read", file, errno);
  auto key = SigningKey::parse(trim(std::string_view(in.text).substr(0, static_cast<std::size_t>(count))));
  if (!key) return std::move(key).error().within(file.string());
  return key;
}

}  // namespace skypact::ledger
