// Any bytes give only plausible reports, each at most once.

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "wire/report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Time now = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));
  const Parties parties{{"unknown", "Unknown", "?"}, {"north", "North", "N"}};
  wire::ReportReader reader({.source = SourceId{1}}, parties);
  const auto check = [&](const Observation& o) {
    SKYPACT_CHECK(o.position.has_value() && o.received_at == now);
    SKYPACT_CHECK(o.measured_at <= now && o.measured_at >= now - std::chrono::hours(1));
    SKYPACT_CHECK(!o.party || o.party->value < 2);
  };
  for (std::size_t at = 0; at < size; at += 64) reader.push(text.substr(at, 64), now, check);
  reader.finish(now, check);
  const auto accepted = reader.accepted();
  SKYPACT_CHECK(accepted + reader.errors().total() == reader.lines());
  reader.push(text, now, check);
  reader.finish(now, check);
  return 0;
}
