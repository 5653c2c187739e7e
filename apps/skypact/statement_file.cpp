#include "statement_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/input_file.h"

namespace skypact::app {

Result<void> write_new_file(const std::string& file, const std::string& text) {
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (out < 0) {
    if (errno == EEXIST) return Error{ErrorCode::conflict, file + " is there already and is not overwritten; name another file"};
    return Error{ErrorCode::unreachable, "cannot make " + file + ": " + std::strerror(errno)};
  }
  const bool written = ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
  const int error = errno;
  ::close(out);
  if (written) return {};
  ::unlink(file.c_str());
  return Error{ErrorCode::unreachable, "cannot write " + file + ": " + std::strerror(error)};
}

Result<pact::StatementNote> read_statement_file(const std::string& file) {
  const auto text = read_bytes(file, pact::StatementLimits::note_bytes);
  if (!text) return text.error();
  auto note = pact::parse_statement_note(*text);
  if (!note) return std::move(note).error().within(file);
  return note;
}

}  // namespace skypact::app
