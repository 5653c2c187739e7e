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

Result<void> write_secret_file(const std::filesystem::path& file, std::string_view text) {
  KeyFile out(file, O_WRONLY | O_CREAT | O_EXCL);
  if (out.descriptor() < 0) return failed("make", file, errno);
  if (::write(out.descriptor(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) || ::fsync(out.descriptor()) != 0) {
    const int error = errno;
    ::unlink(file.c_str());
    return failed("write", file, error);
  }
  return {};
}

Result<std::string> read_secret_file(const std::filesystem::path& file) {
  KeyFile in(file, O_RDONLY);
  if (in.descriptor() < 0) return failed("open", file, errno);
  struct stat status {};
  if (::fstat(in.descriptor(), &status) != 0) return failed("look at", file, errno);
  if ((status.st_mode & 077) != 0) {
    return Error{ErrorCode::refused, file.string() + " can be read by others than its owner; chmod 600 it, and take a new key if somebody may have"};
  }
  in.text.resize(longest_secret + 1);
  const ssize_t count = ::read(in.descriptor(), in.text.data(), in.text.size());
  if (count < 0) return failed("read", file, errno);
  if (static_cast<std::size_t>(count) > longest_secret) return bad_input(file.string() + " is too long for a key's file");
  return in.text.substr(0, static_cast<std::size_t>(count));
}

Result<void> write_key_file(const std::filesystem::path& file, const SigningKey& key) {
  std::string text = key.secret_text() + '\n';
  auto written = write_secret_file(file, text);
  sodium_memzero(text.data(), text.size());
  return written;
}

Result<SigningKey> read_key_file(const std::filesystem::path& file) {
  auto text = read_secret_file(file);
  if (!text) return text.error();
  if (text->starts_with('{')) {
    return Error{ErrorCode::refused, file.string() + " is locked by a passphrase: it is a person's key, which no node and no command that asks for none can use"};
  }
  auto key = SigningKey::parse(trim(*text));
  sodium_memzero(text->data(), text->size());
  if (!key) return std::move(key).error().within(file.string());
  return key;
}

}  // namespace skypact::ledger
