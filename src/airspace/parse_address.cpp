#include "airspace/parse_address.h"

#include <algorithm>

#include "base/text.h"

namespace skypact {

bool is_track_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_track_name && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

Result<Address> parse_address(std::string_view text) {
  const auto wrong = [&] {
    return bad_input("must be an address such as 4D2023, ~2A0451, tisb:4D2023, report:heli-7 or manual:ALPHA1, found " + quoted(text));
  };
  const auto numbered = [&](std::string_view digits, AddressKind icao, AddressKind other) -> Result<Address> {
    const bool is_other = digits.starts_with('~');
    if (is_other) digits.remove_prefix(1);
    const auto number = digits.size() == 6 ? parse_hex(digits) : std::nullopt;
    if (!number) return wrong();
    return Address{is_other ? other : icao, *number, {}};
  };
  const auto named = [&](std::string_view name, AddressKind kind) -> Result<Address> {
    if (!is_track_name(name)) return wrong();
    return Address{kind, 0, name};
  };
  if (text.starts_with("tisb:")) return numbered(text.substr(5), AddressKind::tisb_icao, AddressKind::tisb_other);
  if (text.starts_with("adsr:")) return numbered(text.substr(5), AddressKind::adsr_icao, AddressKind::adsr_other);
  if (text.starts_with("report:")) return named(text.substr(7), AddressKind::report);
  if (text.starts_with("manual:")) return named(text.substr(7), AddressKind::manual);
  return numbered(text, AddressKind::icao, AddressKind::adsb_other);
}

}  // namespace skypact
