// Any digits: what is read is plausible, never alerts where it must not, and is read the same from its own corrected bits.
// Bytes that are no digits are turned into such, so that the fuzzer gets past them; and the parity is made right, so that
// it gets past that.

#include <cmath>
#include <string>

#include "base/check.h"
#include "wire/beacon_bch.h"
#include "wire/beacon_hex.h"
#include "wire/beacon_json.h"
#include "wire/beacon_t001.h"
#include "wire/beacon_t001_layout.h"

namespace {

using namespace skypact::wire;

void look_at(std::string_view digits) {
  const ReadBeacon read = decode_t001(digits);
  SKYPACT_CHECK(read.message.has_value() == (read.error == DecodeError::none));
  if (!read.message) {
    SKYPACT_CHECK(!read.why.empty());
    return;
  }
  const BeaconMessage& m = *read.message;
  SKYPACT_CHECK(m.id.size() == 15 && (m.hex.size() == 22 || m.hex.size() == 30));
  SKYPACT_CHECK(m.corrected_first <= 3 && m.corrected_second <= 2);
  const bool has_position = m.position_status == PositionStatus::fine || m.position_status == PositionStatus::coarse;
  SKYPACT_CHECK(has_position == m.position.has_value());
  if (m.position) {
    SKYPACT_CHECK(std::abs(m.position->position.lat_e7) <= 900'000'000);
    SKYPACT_CHECK(!has(m, BeaconDoubt::latitude_impossible) && !has(m, BeaconDoubt::longitude_impossible) && !has(m, BeaconDoubt::half_a_position));
  }
  SKYPACT_CHECK(!may_alert(m) || (m.mode == BeaconMode::live && m.kind == BeaconMessageKind::alert));
  SKYPACT_CHECK(!one_line(m).empty());
  const ReadBeacon again = decode_t001(m.hex);
  SKYPACT_CHECK(again.message && again.message->id == m.id && again.message->corrected_first == 0);
  (void)encode_t001(m);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  look_at(std::string_view(reinterpret_cast<const char*>(data), size));
  for (const unsigned digits : {22u, 28u, 30u, 36u}) {
    t001::Bits bits;
    const unsigned first = digits == 22 || digits == 30 ? 25 : 1;
    for (unsigned i = 0; i < digits && i / 2 < size; ++i) bits.set(first + 4 * i, 4, data[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15);
    if (first == 1 && size > 0) bits.set(1, 24, (data[0] & 1) != 0 ? 0xFFFED0 : 0xFFFE2F);
    put_parity(first_field_code, bits.span(25, 106));
    if (digits >= 30) put_parity(second_field_code, bits.span(107, 144));
    look_at(bits.hex(first, first + 4 * digits - 1));
  }
  return 0;
}
