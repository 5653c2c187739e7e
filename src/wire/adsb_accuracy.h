#pragma once
// How good a broadcast position is: NIC and its containment radius Rc, NACp and its EPU, GVA, by ADS-B version.
// Sources: DO-260B §2.2.3.2.3.1 (NIC by type code), §2.2.3.2.7.2.6 to .8 (supplements, NACp, GVA); the same of
// DO-260A for version 1 and of DO-260 for version 0 (NUCp).
// Where a supplement is not known the larger radius of the row counts. Pure; any thread.

#include <cstdint>
#include <optional>

#include "base/quantity.h"

namespace skypact::wire {

// The three NIC supplements: A and C come in the operational status, B in each airborne position.
struct NicSupplements {
  std::optional<bool> a{}, b{}, c{};
};

struct Integrity {
  std::optional<std::uint8_t> nic{};    // empty in version 0, which has none
  std::optional<Length> containment{};  // Rc; empty: unknown
  friend bool operator==(const Integrity&, const Integrity&) = default;
};

// For position type codes 5 to 18, 20 to 22; empty for others.
[[nodiscard]] Integrity integrity_of(std::uint8_t type_code, std::uint8_t version, const NicSupplements& supplements);

// 95 % horizontal accuracy. Empty: unknown, or worse than 10 NM.
[[nodiscard]] std::optional<Length> accuracy_of_nac_p(std::uint8_t nac_p);
// Version 0: what NUCp of a position's type code says.
[[nodiscard]] std::optional<Length> accuracy_of_type_code(std::uint8_t type_code);
// 95 % vertical accuracy of the geometric altitude (version 2).
[[nodiscard]] std::optional<Height> accuracy_of_gva(std::uint8_t gva);

}  // namespace skypact::wire
