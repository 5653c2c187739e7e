#include "wire/adsb_accuracy.h"

namespace skypact::wire {
namespace {

Integrity within(std::uint8_t nic, Length containment) { return {nic, containment}; }
constexpr auto nm = nautical_miles;

// Version 0: the horizontal protection limit of NUCp.
std::optional<Length> protection_limit(std::uint8_t type_code) {
  switch (type_code) {
    case 5: case 9: case 20: return metres(7.5);
    case 6: case 10: case 21: return metres(25);
    case 7: case 11: return nm(0.1);
    case 12: return nm(0.2);
    case 13: return nm(0.5);
    case 14: return nm(1);
    case 15: return nm(2);
    case 16: return nm(10);
    case 17: return nm(20);
    default: return std::nullopt;  // 8: 0.1 NM or more, without a bound
  }
}

Integrity integrity_v1(std::uint8_t type_code, bool supplement) {
  switch (type_code) {
    case 5: case 9: case 20: return within(11, metres(7.5));
    case 6: case 10: case 21: return within(10, metres(25));
    case 7: case 11: return supplement ? within(9, metres(75)) : within(8, nm(0.1));
    case 12: return within(7, nm(0.2));
    case 13: return supplement ? within(6, nm(0.6)) : within(6, nm(0.5));
    case 14: return within(5, nm(1));
    case 15: return within(4, nm(2));
    case 16: return supplement ? within(3, nm(4)) : within(2, nm(8));
    case 17: return within(1, nm(20));
    default: return {std::uint8_t{0}, {}};
  }
}

// A and B airborne, A and C on the surface; a combination that the table does not have counts as the
// larger radius of its row.
Integrity integrity_v2(std::uint8_t type_code, bool a, bool b, bool c) {
  switch (type_code) {
    case 7: return a && !c ? within(9, metres(75)) : within(8, nm(0.1));
    case 8:
      if (a && c) return within(7, nm(0.2));
      if (a) return within(6, nm(0.3));
      return c ? within(6, nm(0.6)) : Integrity{std::uint8_t{0}, {}};
    case 11: return a && b ? within(9, metres(75)) : within(8, nm(0.1));
    case 13:
      if (!a && b) return within(6, nm(0.3));
      return a ? within(6, nm(0.6)) : within(6, nm(0.5));
    case 16: return a && b ? within(3, nm(4)) : within(2, nm(8));
    default: return integrity_v1(type_code, false);
  }
}

}  // namespace

Integrity integrity_of(std::uint8_t type_code, std::uint8_t version, const NicSupplements& s) {
  if (type_code < 5 || type_code == 19 || type_code > 22) return {};
  if (version == 0) return {{}, protection_limit(type_code)};
  // Row 13 is the one whose radius grows with supplement A.
  const bool grows = type_code == 13;
  if (version == 1) return integrity_v1(type_code, s.a.value_or(grows));
  return integrity_v2(type_code, s.a.value_or(grows), s.b.value_or(false), s.c.value_or(false));
}

std::optional<Length> accuracy_of_nac_p(std::uint8_t nac_p) {
  switch (nac_p) {
    case 1: return nm(10);
    case 2: return nm(4);
    case 3: return nm(2);
    case 4: return nm(1);
    case 5: return nm(0.5);
    case 6: return nm(0.3);
    case 7: return nm(0.1);
    case 8: return nm(0.05);
    case 9: return metres(30);
    case 10: return metres(10);
    case 11: return metres(3);
    default: return std::nullopt;
  }
}

std::optional<Length> accuracy_of_type_code(std::uint8_t type_code) {
  switch (type_code) {
    case 5: case 9: case 20: return metres(3);
    case 6: case 10: case 21: return metres(10);
    case 7: case 11: return nm(0.05);
    case 12: return nm(0.1);
    case 13: return nm(0.25);
    case 14: return nm(0.5);
    case 15: return nm(1);
    case 16: return nm(5);
    case 17: return nm(10);
    default: return std::nullopt;
  }
}

std::optional<Height> accuracy_of_gva(std::uint8_t gva) {
  if (gva == 1) return metres_of_height(150);
  if (gva == 2) return metres_of_height(45);
  return std::nullopt;
}

}  // namespace skypact::wire
