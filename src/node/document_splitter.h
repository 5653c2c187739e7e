#pragma once
// DocumentSplitter: a stream of JSON objects, one after the other with white space between, cut into whole
// objects: a file of aircraft.json pictures. It follows braces and strings only; what it gives may still be
// bad JSON. An object beyond the bound is dropped. Not thread-safe.

#include <cstddef>
#include <string>
#include <string_view>

namespace skypact::node {

class DocumentSplitter {
 public:
  explicit DocumentSplitter(std::size_t longest) : longest_(longest) {}

  // Calls sink(std::string_view) for each whole object.
  template <class Sink>
  void push(std::string_view bytes, Sink&& sink) {
    for (const char c : bytes) {
      if (depth_ == 0 && c != '{') continue;
      if (text_.size() < longest_) text_ += c;
      if (in_string_) {
        in_string_ = escaped_ || c != '"';
        escaped_ = !escaped_ && c == '\\';
        continue;
      }
      if (c == '"') in_string_ = true;
      if (c == '{') ++depth_;
      if (c == '}' && --depth_ == 0) {
        if (text_.size() < longest_) sink(std::string_view(text_));
        text_.clear();
      }
    }
  }

  // What was begun and not ended; given to the reader it is counted as bad.
  template <class Sink>
  void finish(Sink&& sink) {
    if (!text_.empty()) sink(std::string_view(text_));
    text_.clear();
    depth_ = 0;
    in_string_ = escaped_ = false;
  }

 private:
  std::size_t longest_;
  std::string text_;
  std::size_t depth_ = 0;
  bool in_string_ = false, escaped_ = false;
};

}  // namespace skypact::node
