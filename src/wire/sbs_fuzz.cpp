// Any bytes in any pieces give the same observations, all of them plausible.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "wire/sbs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Time now = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));
  for (const bool is_recording : {false, true}) {
    const wire::SbsOptions options{.source = SourceId{1}, .is_recording = is_recording};
    wire::SbsReader whole(options), pieces(options);
    std::vector<Time> times, times_of_pieces;
    whole.push(text, now, [&](const Observation& o) {
      SKYPACT_CHECK(o.measured_at <= o.received_at);
      SKYPACT_CHECK(is_recording || o.received_at == now);
      SKYPACT_CHECK(times.empty() || !is_recording || o.received_at >= times.back() || times.back() == now);
      times.push_back(o.received_at);
    });
    for (std::size_t at = 0; at < size; at += 7) {
      pieces.push(text.substr(at, 7), now, [&](const Observation& o) { times_of_pieces.push_back(o.received_at); });
    }
    whole.finish(now, [&](const Observation& o) { times.push_back(o.received_at); });
    pieces.finish(now, [&](const Observation& o) { times_of_pieces.push_back(o.received_at); });
    SKYPACT_CHECK(times == times_of_pieces);
    SKYPACT_CHECK(whole.errors() == pieces.errors());
    SKYPACT_CHECK(whole.accepted() <= whole.lines());
  }
  return 0;
}
