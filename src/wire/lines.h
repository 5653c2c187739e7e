#pragma once
// LineSplitter: bytes in arbitrary pieces to lines of bounded length, for the text formats.
//
//     LineSplitter lines(4096);
//     lines.push(bytes_from_the_socket, [&](std::string_view line) { … });
//     lines.finish([&](std::string_view line) { … });   // what stood before the end without a line end
//
// A line ends with LF; CR before it and spaces at both ends are taken off; empty lines are passed over. A
// line longer than the bound is skipped to its end and counted, so memory is one line. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/text.h"

namespace skypact::wire {

[[nodiscard]] inline std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class LineSplitter {
 public:
  explicit LineSplitter(std::size_t longest) : longest_(longest) {}

  // Calls sink(std::string_view) for each whole line; the view is valid during the call.
  template <class Sink>
  void push(std::string_view bytes, Sink&& sink) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) return keep(bytes);
      const std::string_view piece = bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      if (partial_.empty() && !skipping_ && piece.size() <= longest_) {
        give(piece, sink);  // the usual case: no copy
      } else {
        keep(piece);
        if (!skipping_) give(partial_, sink);
        partial_.clear();
        skipping_ = false;
      }
    }
  }

  template <class Sink>
  void finish(Sink&& sink) {
    if (!skipping_) give(partial_, sink);
    partial_.clear();
    skipping_ = false;
  }

  // Lines skipped because they were longer than the bound.
  [[nodiscard]] std::uint64_t too_long() const { return too_long_; }

 private:
  template <class Sink>
  static void give(std::string_view line, Sink& sink) {
    line = trim(line);
    if (!line.empty()) sink(line);
  }
  void keep(std::string_view piece) {
    if (skipping_) return;
    if (partial_.size() + piece.size() <= longest_) {
      partial_ += piece;
      return;
    }
    partial_.clear();
    skipping_ = true;
    ++too_long_;
  }

  std::size_t longest_;
  std::string partial_;
  bool skipping_ = false;
  std::uint64_t too_long_ = 0;
};

}  // namespace skypact::wire
