#pragma once
// decode(): one Mode S frame of 7 or 14 bytes to a typed message. The fast path: no state, no allocation,
// safe on any bytes; any thread.
//
//     const ModeSMessage m = decode(frame.payload());
//     if (m.error != DecodeError::none) { errors.count(m.error); return; }
//     if (const auto* p = std::get_if<AirbornePosition>(&m.content)) …
//
// Nothing is repaired: a frame with a wrong parity is refused. Source: ICAO Annex 10 Vol. IV §3.1.2.
// Which replies to believe, and where an aircraft is, needs state: see mode_s_receiver.h.

#include <cstdint>
#include <optional>
#include <span>

#include "airspace/identity.h"
#include "wire/adsb.h"
#include "wire/error_counts.h"

namespace skypact::wire {

struct ModeSMessage {
  DecodeError error = DecodeError::none;   // not none: the frame is refused and nothing else means anything
  DecodeError defect = DecodeError::none;  // a part could not be read and was left empty; to be counted too
  std::uint8_t format = 0;                 // downlink format: 0, 4, 5, 11, 16, 17, 18, 20, 21
  AddressKind address_kind = AddressKind::icao;
  bool address_from_parity = false;        // nothing proves the frame intact: believe only known addresses
  std::uint8_t capability = 0;             // CA of DF11 and 17, CF of DF18, FS of DF4, 5, 20, 21
  std::uint8_t interrogator = 0;           // DF11: interrogator code, 0 for a squitter
  bool alert = false;                      // flight status 2 to 4
  bool special_position_identification = false;
  std::uint32_t address = 0;               // 24 bits
  std::optional<bool> on_ground{};           // as FS, VS or CA says; empty where those leave it open
  std::optional<std::uint16_t> squawk{};     // DF5, 21: octal digits as decimal
  AltitudeCode altitude{};                   // DF0, 4, 16, 20: pressure altitude
  Content content{};                         // ME, MV or MB
};

[[nodiscard]] ModeSMessage decode(std::span<const std::uint8_t> frame);

[[nodiscard]] inline Address address_of(const ModeSMessage& m) { return {m.address_kind, m.address, {}}; }

}  // namespace skypact::wire
