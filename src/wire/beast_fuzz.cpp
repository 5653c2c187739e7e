// Any bytes in any pieces: the framer gives the same frames and counts as for one byte at a time, and what it
// gives is read again from what is written of it.

#include <vector>

#include "base/check.h"
#include "wire/beast.h"

using namespace skypact::wire;

namespace {
bool same(const ModeSFrame& a, const ModeSFrame& b) {
  return a.kind == b.kind && a.size == b.size && a.signal == b.signal && a.bytes == b.bytes && a.timestamp == b.timestamp;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  BeastFramer bytewise, pieces;
  std::vector<ModeSFrame> expected, got;
  for (std::size_t i = 0; i < size; ++i) bytewise.push(bytes.subspan(i, 1), [&](const ModeSFrame& f) { expected.push_back(f); });
  const std::size_t piece = size == 0 ? 1 : 1 + data[0] % 64u;
  for (std::size_t at = 0; at < size; at += piece) pieces.push(bytes.subspan(at, std::min(piece, size - at)), [&](const ModeSFrame& f) { got.push_back(f); });
  bytewise.finish();
  pieces.finish();
  SKYPACT_CHECK(bytewise.errors() == pieces.errors());
  SKYPACT_CHECK(expected.size() == got.size());

  std::vector<std::uint8_t> written;
  for (std::size_t i = 0; i < got.size(); ++i) {
    SKYPACT_CHECK(same(expected[i], got[i]));
    append_beast(got[i], written);
  }
  BeastFramer again;
  std::size_t n = 0;
  again.push(written, [&](const ModeSFrame& f) {
    SKYPACT_CHECK(n < got.size() && same(f, got[n]));
    ++n;
  });
  SKYPACT_CHECK(n == got.size() && again.errors().total() == 0);
  return 0;
}
