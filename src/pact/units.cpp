#include "pact/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "pact/terms.h"

namespace skypact::pact {
namespace {

std::string shortest(double value) {
  std::array<char, 40> out{};
  const auto [end, error] = std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::fixed);
  return {out.data(), end};
}

std::string metres_of(Height height) {
  const std::int64_t tenth_mm = height.in_tenth_mm();
  std::string text = fmt::format("{}{}.{:04}", tenth_mm < 0 ? "-" : "", std::abs(tenth_mm) / 10'000, std::abs(tenth_mm) % 10'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "m";
}

}  // namespace

bool is_word(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

std::string length_text(Length length) {
  std::string text = shortest(length.in(nautical_miles)) + "nm";
  if (text.size() <= 8) {
    if (const auto back = parse_length(text); back && *back == length) return text;
  }
  return shortest(length.in(metres)) + "m";
}

std::string height_text(Height height) {
  if (height.in_tenth_mm() % 3048 == 0) return fmt::format("{}ft", height.in_tenth_mm() / 3048);
  return metres_of(height);
}

std::string duration_text(Duration duration) {
  const auto s = std::chrono::duration_cast<seconds>(duration).count();
  if (s <= 120) return fmt::format("{}s", s);   // timers of the line are said in seconds
  if (s % 3600 == 0) return fmt::format("{}h", s / 3600);
  if (s % 60 == 0) return fmt::format("{}min", s / 60);
  return fmt::format("{}s", s);
}

std::string clock_text(std::chrono::minutes of_day) { return fmt::format("{:02}:{:02}", of_day.count() / 60, of_day.count() % 60); }

std::optional<std::chrono::minutes> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = parse_integer(text.substr(0, 2)), minute = parse_integer(text.substr(3));
  if (!hours || !minute || *hours < 0 || *minute < 0 || *minute > 59 || *hours * 60 + *minute > 24 * 60) return std::nullopt;
  return std::chrono::minutes(*hours * 60 + *minute);
}

std::string limit_text(const VerticalLimit& limit) {
  using Reference = VerticalLimit::Reference;
  switch (limit.reference) {
    case Reference::surface: return "surface";
    case Reference::unlimited: return "unlimited";
    case Reference::pressure:
      if (limit.height.in_tenth_mm() % 304'800 == 0 && limit.height >= Height() && limit.height <= feet_of_height(99'900)) return fmt::format("FL{}", limit.height.in_tenth_mm() / 304'800);
      return height_text(limit.height) + " pressure";
    case Reference::mean_sea_level: return height_text(limit.height) + " amsl";
    case Reference::above_ground: return height_text(limit.height) + " agl";
    case Reference::ellipsoid: return height_text(limit.height) + " ellipsoid";
  }
  return "surface";
}

Result<VerticalLimit> parse_limit(std::string_view text) {
  using Reference = VerticalLimit::Reference;
  if (text == "surface") return VerticalLimit{Reference::surface, {}};
  if (text == "unlimited") return VerticalLimit{Reference::unlimited, {}};
  if (text.starts_with("FL")) {
    const auto level = parse_integer(text.substr(2));
    if (level && *level >= 0 && *level <= 999) return VerticalLimit{Reference::pressure, feet_of_height(static_cast<double>(*level) * 100)};
  }
  const std::size_t space = text.find(' ');
  if (space != std::string_view::npos) {
    const auto height = parse_height(text.substr(0, space));
    const std::string_view above = text.substr(space + 1);
    if (height && *height <= feet_of_height(200'000)) {
      if (above == "amsl") return VerticalLimit{Reference::mean_sea_level, *height};
      if (above == "agl") return VerticalLimit{Reference::above_ground, *height};
      if (above == "pressure") return VerticalLimit{Reference::pressure, *height};
      if (above == "ellipsoid") return VerticalLimit{Reference::ellipsoid, *height};
    }
  }
  return bad_input(quoted(text) + " is not a limit; write surface, unlimited, FL95, \"3000ft amsl\", \"500ft agl\", \"9550ft pressure\" or \"1000m ellipsoid\"");
}

std::string channel_text(std::uint32_t khz) {
  if (khz <= 30'000) return fmt::format("{}kHz", khz);
  return fmt::format("{}.{:03}MHz", khz / 1000, khz % 1000);
}

Result<std::uint32_t> parse_channel(std::string_view text) {
  const bool mega = text.ends_with("MHz");
  if (!mega && !text.ends_with("kHz")) return bad_input(quoted(text) + " is not a frequency; write \"121.5MHz\" or \"5680kHz\"");
  const auto number = parse_number(trim(text.substr(0, text.size() - 3)));
  const double exact = number.value_or(-1) * (mega ? 1000 : 1);
  const double rounded = std::round(exact);
  if (!(exact > 0 && exact < 1e6) || std::abs(exact - rounded) > 1e-6) return bad_input(quoted(text) + " is not a frequency in whole kilohertz; write \"121.5MHz\" or \"5680kHz\"");
  const auto khz = static_cast<std::uint32_t>(rounded);
  if (khz >= 2'000 && khz <= 30'000) return khz;
  if (khz >= 118'000 && khz <= 136'990) {
    const std::uint32_t end = khz % 100;
    if (end % 5 == 0 && end != 20 && end != 45 && end != 70 && end != 95) return khz;
    return bad_input(channel_text(khz) + " is no aeronautical channel: its last two digits name neither a 25 kHz nor an 8.33 kHz channel (ICAO Annex 10 Vol. V, table 4-1 (bis))");
  }
  if ((khz >= 156'000 && khz <= 162'025) || (khz >= 225'000 && khz <= 399'975)) {
    if (khz % 25 == 0) return khz;
    return bad_input(channel_text(khz) + " is no channel; here they lie 25 kHz apart");
  }
  return bad_input(channel_text(khz) + " is outside of what is used: 2000-30000kHz, 118-136.990MHz, 156-162.025MHz, 225-399.975MHz");
}

}  // namespace skypact::pact
