#include "wire/mode_s_fields.h"

#include <array>

namespace skypact::wire {
namespace {

constexpr std::uint32_t m_bit = 1u << 6;
constexpr std::uint32_t q_bit = 1u << 4;

// Positions in the 13-bit code, counted from its last bit.
enum Pulse : int { D4 = 0, B4 = 1, D2 = 2, B2 = 3, D1 = 4, B1 = 5, A4 = 7, C4 = 8, A2 = 9, C2 = 10, A1 = 11, C1 = 12 };

constexpr std::uint32_t gather(std::uint32_t code, std::initializer_list<Pulse> pulses) {
  std::uint32_t value = 0;
  for (const Pulse p : pulses) value = value << 1 | (code >> p & 1);
  return value;
}

constexpr std::uint32_t from_gray(std::uint32_t gray) {
  for (std::uint32_t shift = gray >> 1; shift != 0; shift >>= 1) gray ^= shift;
  return gray;
}

// Mode C (Annex 10 Vol. IV §3.1.1.7.12.2 and its appendix): D2 D4 A1 A2 A4 B1 B2 B4 count 500 ft in
// reflected binary, C1 C2 C4 hundreds within that, in the order 1 2 3 4 5 or reversed.
constexpr std::optional<std::int32_t> gillham_feet(std::uint32_t code) {
  const auto five_hundreds = static_cast<std::int32_t>(from_gray(gather(code, {D2, D4, A1, A2, A4, B1, B2, B4})));
  auto hundreds = static_cast<std::int32_t>(from_gray(gather(code, {C1, C2, C4})));
  if (hundreds == 7) hundreds = 5;
  else if (hundreds == 0 || hundreds >= 5) return std::nullopt;
  if (five_hundreds % 2 == 1) hundreds = 6 - hundreds;
  return five_hundreds * 500 + hundreds * 100 - 1300;
}

constexpr std::int32_t lowest_gillham = -1200;
constexpr std::int32_t highest_gillham = 126'700;

// The code of each level, found by reading every code once.
constexpr auto gillham_codes = [] {
  std::array<std::uint16_t, (highest_gillham - lowest_gillham) / 100 + 1> codes{};
  for (std::uint32_t code = 1; code < 1u << 13; ++code) {
    if ((code & (m_bit | q_bit)) != 0) continue;
    if (const auto feet = gillham_feet(code)) codes[static_cast<std::size_t>((*feet - lowest_gillham) / 100)] = static_cast<std::uint16_t>(code);
  }
  return codes;
}();

}  // namespace

AltitudeCode decode_altitude13(std::uint32_t code) {
  code &= 0x1FFF;
  if (code == 0) return {};
  if ((code & m_bit) != 0) return {.defect = DecodeError::metric_altitude};
  if ((code & q_bit) != 0) {
    const std::uint32_t n = (code & 0x1F80) >> 2 | (code & 0x20) >> 1 | (code & 0xF);
    return {.feet = static_cast<std::int32_t>(n) * 25 - 1000, .in_25ft = true};
  }
  const auto feet = gillham_feet(code);
  if (!feet) return {.defect = DecodeError::bad_altitude};
  return {.feet = feet};
}

AltitudeCode decode_altitude12(std::uint32_t code) { return decode_altitude13((code & 0xFC0) << 1 | (code & 0x3F)); }

std::uint32_t encode_altitude13(std::int32_t feet) {
  if (feet < -1000 || feet > highest_gillham) return 0;
  if (feet <= 50'175 + 12) {
    const auto n = std::min(static_cast<std::uint32_t>((feet + 1000 + 12) / 25), 2047u);
    return (n & 0x7E0) << 2 | (n & 0x10) << 1 | q_bit | (n & 0xF);
  }
  return gillham_codes[static_cast<std::size_t>((feet - lowest_gillham + 50) / 100)];
}

std::uint32_t encode_altitude12(std::int32_t feet) {
  const std::uint32_t code = encode_altitude13(feet);
  return (code >> 1 & 0xFC0) | (code & 0x3F);
}

std::uint16_t decode_identity(std::uint32_t code) {
  const std::uint32_t a = gather(code, {A4, A2, A1}), b = gather(code, {B4, B2, B1});
  const std::uint32_t c = gather(code, {C4, C2, C1}), d = gather(code, {D4, D2, D1});
  return static_cast<std::uint16_t>(a * 1000 + b * 100 + c * 10 + d);
}

std::uint32_t encode_identity(std::uint16_t squawk) {
  constexpr Pulse pulses[4][3] = {{D1, D2, D4}, {C1, C2, C4}, {B1, B2, B4}, {A1, A2, A4}};
  std::uint32_t code = 0;
  std::uint32_t rest = squawk;
  for (const auto& digit : pulses) {
    for (int weight = 0; weight < 3; ++weight) code |= (rest % 10 >> weight & 1) << digit[weight];
    rest /= 10;
  }
  return code;
}

std::optional<FixedString<8>> decode_callsign(std::uint64_t characters48) {
  std::array<char, 8> text{};
  for (int i = 0; i < 8; ++i) {
    const auto c = static_cast<unsigned>(characters48 >> (42 - 6 * i) & 0x3F);
    if (c >= 1 && c <= 26) text[static_cast<std::size_t>(i)] = static_cast<char>('A' + c - 1);
    else if (c >= 48 && c <= 57) text[static_cast<std::size_t>(i)] = static_cast<char>('0' + c - 48);
    else if (c == 32 || c == 0) text[static_cast<std::size_t>(i)] = ' ';  // 0: senders without a name fill the field so
    else return std::nullopt;
  }
  std::string_view view(text.data(), text.size());
  const auto first = view.find_first_not_of(' ');
  if (first == std::string_view::npos) return FixedString<8>();
  view = view.substr(first, view.find_last_not_of(' ') - first + 1);
  if (view.find(' ') != std::string_view::npos) return std::nullopt;
  return FixedString<8>(view);
}

std::uint64_t encode_callsign(std::string_view callsign) {
  std::uint64_t characters = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const char c = i < callsign.size() ? callsign[i] : ' ';
    unsigned code = 32;
    if (c >= 'A' && c <= 'Z') code = static_cast<unsigned>(c - 'A') + 1;
    if (c >= 'a' && c <= 'z') code = static_cast<unsigned>(c - 'a') + 1;
    if (c >= '0' && c <= '9') code = static_cast<unsigned>(c - '0') + 48;
    characters = characters << 6 | code;
  }
  return characters;
}

}  // namespace skypact::wire
