#include "server/frame_cut.h"

namespace skypact::server {
namespace {

constexpr char escape = '\x1a';

// Of a frame's unescaped bytes after its type: 6 of time, 1 of signal, then the message (docs of Beast's format, types 1 to 4).
std::size_t body_length(char type) {
  switch (type) {
    case '1': return 9;
    case '2': return 14;
    case '3':
    case '4': return 21;
    default: return 0;
  }
}

std::size_t whole_beast_frames(std::string_view bytes) {
  std::size_t whole = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    if (bytes[i] != escape) {           // garbage between frames
      whole = ++i;
      continue;
    }
    if (i + 1 >= bytes.size()) break;
    const std::size_t length = body_length(bytes[i + 1]);
    if (length == 0) {                  // an escaped escape in garbage, or a type we do not know: up to the next escape
      whole = i += 2;
      continue;
    }
    std::size_t at = i + 2;
    std::size_t got = 0;
    bool torn = false;                  // a new frame began inside this one
    while (got < length && at < bytes.size()) {
      if (bytes[at] == escape) {
        if (at + 1 >= bytes.size()) break;
        if (bytes[at + 1] != escape) {
          torn = true;
          break;
        }
        ++at;
      }
      ++at;
      ++got;
    }
    if (!torn && got < length) break;
    whole = i = at;
  }
  return whole;
}

}  // namespace

std::size_t complete_prefix(node::FeedFormat format, std::string_view bytes) {
  std::size_t whole = 0;
  switch (format) {
    case node::FeedFormat::beast: whole = whole_beast_frames(bytes); break;
    case node::FeedFormat::avr:
    case node::FeedFormat::sbs:
    case node::FeedFormat::beacon:
    case node::FeedFormat::report: {
      const std::size_t end = bytes.rfind('\n');
      whole = end == std::string_view::npos ? 0 : end + 1;
      break;
    }
    case node::FeedFormat::aircraft_json: whole = bytes.size(); break;
  }
  return bytes.size() - whole > longest_unfinished_message ? bytes.size() : whole;
}

}  // namespace skypact::server
