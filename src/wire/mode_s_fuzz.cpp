// Any 7 or 14 bytes, also with their parity put right so that the contents are reached: what is decoded keeps
// to its ranges. Comm-B too, with any context.

#include <cmath>
#include <vector>

#include "base/check.h"
#include "wire/comm_b.h"
#include "wire/crc24.h"
#include "wire/mode_s.h"

using namespace skypact::wire;

namespace {

void check_message(const ModeSMessage& m) {
  if (m.error != DecodeError::none) return;
  SKYPACT_CHECK(m.address > 0 && m.address <= 0xFFFFFF);
  SKYPACT_CHECK(m.squawk.value_or(0) <= 7777);
  SKYPACT_CHECK(!m.altitude.feet || (*m.altitude.feet >= -1200 && *m.altitude.feet <= 126'700));
  if (const auto* v = std::get_if<Velocity>(&m.content)) {
    SKYPACT_CHECK(v->east_kt.has_value() == v->north_kt.has_value());
    if (const auto ground = ground_velocity(*v)) SKYPACT_CHECK(ground->speed.in(skypact::knots) < 6000);
  }
  if (const auto* p = std::get_if<SurfacePosition>(&m.content)) {
    SKYPACT_CHECK(p->track_deg.value_or(0) < 360);
    const auto reference = skypact::geo::Position{static_cast<std::int32_t>(m.address) * 50, static_cast<std::int32_t>(m.address) * 100};
    (void)cpr_local(p->cpr, CprScope::surface, reference);
  }
  if (const auto* c = std::get_if<CommB>(&m.content)) {
    (void)infer_comm_b(c->mb);
    const auto content = infer_comm_b(c->mb, {.ground_speed_kt = m.address % 700, .track_deg = m.address % 360, .altitude_ft = m.altitude.feet});
    if (const auto* h = std::get_if<HeadingAndSpeed>(&content)) SKYPACT_CHECK(std::isfinite(*h->mach) && *h->magnetic_heading_deg < 360);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_message(decode({data, size}));
  for (std::size_t length : {std::size_t{7}, std::size_t{14}}) {
    if (size < length) continue;
    std::vector<std::uint8_t> frame(data, data + length);
    const std::uint32_t parity = crc24_parity(frame);
    frame[length - 3] = static_cast<std::uint8_t>(parity >> 16);
    frame[length - 2] = static_cast<std::uint8_t>(parity >> 8);
    frame[length - 1] = static_cast<std::uint8_t>(parity);
    check_message(decode(frame));
  }
  return 0;
}
