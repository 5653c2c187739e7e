// Any digits: what is read is plausible, never alerts where it must not, and is read the same from its own corrected bits.
// The fuzzer also gets past the padding and the parity: its bytes are taken as the 202 bits.

#include <cmath>
#include <string>

#include "base/check.h"
#include "wire/beacon_bch.h"
#include "wire/beacon_bits.h"
#include "wire/beacon_json.h"
#include "wire/beacon_t018.h"

namespace {

using namespace skypact::wire;

void look_at(std::string_view digits) {
  const ReadBeacon read = decode_t018(digits);
  SKYPACT_CHECK(read.message.has_value() == (read.error == DecodeError::none));
  if (!read.message) {
    SKYPACT_CHECK(!read.why.empty());
    return;
  }
  const BeaconMessage& m = *read.message;
  SKYPACT_CHECK(m.id.size() == 23 && (m.hex.size() == 51 || m.hex.size() == 63));
  SKYPACT_CHECK(m.corrected_first <= 6);
  SKYPACT_CHECK(m.position.has_value() == (m.position_status == PositionStatus::fine));
  if (m.position) SKYPACT_CHECK(std::abs(m.position->position.lat_e7) <= 900'000'000);
  SKYPACT_CHECK(!one_line(m).empty());
  if (!has(m, BeaconDoubt::spare_bits) && !has(m, BeaconDoubt::rotating_field_unknown) && !has(m, BeaconDoubt::cancellation_malformed)) {
    const ReadBeacon again = decode_t018(m.hex);
    SKYPACT_CHECK(!again.message || again.message->id == m.id);
  }
  (void)encode_t018(m);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  look_at(std::string_view(reinterpret_cast<const char*>(data), size));
  BeaconBits<1, 250> bits;
  for (unsigned i = 0; i < 202 && i / 8 < size; ++i) bits.put(i + 1, (data[i / 8] >> (7 - i % 8) & 1) != 0);
  bits.set(141, 14, 0x3FFF);
  look_at(bits.hex(1, 202));
  put_parity(second_generation_code, bits.span(1, 250));
  look_at(bits.hex(1, 250));
  return 0;
}
