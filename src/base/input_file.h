#pragma once
// InputFile: bytes of a file, of a gzip-compressed file, or of standard input ("-"), whichever it is.
//
//     auto file = InputFile::open(path);
//     if (!file) return file.error();
//     for (;;) {
//       const auto bytes = file->read();
//       if (!bytes) return bytes.error();      // a damaged .gz, a disk error
//       if (bytes->empty()) break;             // the end
//       use(*bytes);
//     }
//
// Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace skypact {

class InputFile {
 public:
  // Error: not_found or bad_input (a folder, no permission), with the path in the sentence.
  static Result<InputFile> open(const std::string& path);

  // The next piece, at most 256 KiB, valid until the next call; empty at the end. What a torn or damaged
  // .gz holds before the damage is given first.
  Result<std::span<const std::uint8_t>> read();

 private:
  struct Close {
    void operator()(void* file) const;
  };
  InputFile(std::string path, void* file);

  std::string path_;
  std::unique_ptr<void, Close> file_;  // a gzFile
  std::vector<std::uint8_t> buffer_;
};

// The whole of it. Error also over_limit, where it is larger than `most` bytes.
Result<std::string> read_whole(const std::string& path, std::size_t most);

// The bytes of a file as they are, never decompressed: for binary files, which may begin like a compressed one.
// Errors as of read_whole.
Result<std::string> read_bytes(const std::string& path, std::size_t most);

}  // namespace skypact
