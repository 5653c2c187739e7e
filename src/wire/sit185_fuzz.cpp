// Any bytes in any pieces give the same messages, all of them plausible, and short sentences about what is wrong.

#include <cmath>
#include <string>
#include <vector>

#include "base/check.h"
#include "wire/sit185.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact::wire;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Sit185Reader whole, pieces;
  std::vector<std::string> from_whole, from_pieces;
  const auto keep = [](std::vector<std::string>& kept) {
    return [&kept](const ReadSit185& read) {
      SKYPACT_CHECK(read.message.has_value() == (read.error == DecodeError::none));
      if (!read.message) return kept.push_back(read.why);
      const Sit185Message& m = *read.message;
      SKYPACT_CHECK(m.id.empty() || m.id.size() == 15 || m.id.size() == 23);
      SKYPACT_CHECK(m.positions.size() <= Sit185Limits::most_positions && m.doubts.size() <= Sit185Limits::most_doubts);
      for (const Sit185Position& p : m.positions) SKYPACT_CHECK(std::abs(p.position.lat_e7) <= 900'000'000);
      for (const std::string& doubt : m.doubts) SKYPACT_CHECK(doubt.size() < 500);
      kept.push_back(one_line(m));
    };
  };
  whole.push(text, keep(from_whole));
  whole.finish(keep(from_whole));
  for (std::size_t at = 0; at < size; at += 11) pieces.push(text.substr(at, 11), keep(from_pieces));
  pieces.finish(keep(from_pieces));
  SKYPACT_CHECK(from_whole == from_pieces);
  SKYPACT_CHECK(whole.errors() == pieces.errors() && whole.accepted() == pieces.accepted());
  (void)read_sit185(text);
  return 0;
}
