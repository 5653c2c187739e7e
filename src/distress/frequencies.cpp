#include "distress/frequencies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "geo/ellipsoid.h"
#include "guard/region.h"

namespace skypact::distress {
namespace {

std::vector<Channel> international() {
  const auto channel = [](ChannelUse use, std::uint32_t khz, std::string_view remark, bool voice) {
    Channel c;
    c.id = fmt::format("international.{}", khz);
    c.use = use;
    c.khz = khz;
    c.remark = remark;
    c.voice = voice;
    return c;
  };
  return {channel(ChannelUse::guard, 121'500, "international emergency frequency; ICAO Annex 10 vol. V, 4.1.3.1", true),
          channel(ChannelUse::guard, 243'000, "military emergency frequency; ITU Radio Regulations 5.256", true),
          channel(ChannelUse::distress, 123'100, "search and rescue on scene; ICAO Annex 10 vol. V, 4.1.3.4", true),
          channel(ChannelUse::distress, 406'000, "beacons, 406.0 to 406.1 MHz, nobody speaks there; ITU Radio Regulations 5.266, C/S T.001", false)};
}

enum class Inside : std::uint8_t { yes, no, unknown };

Inside lies_in(const Ring& area, const std::optional<geo::Position>& place) {
  if (area.empty()) return Inside::yes;
  if (!place) return Inside::unknown;
  const auto region = guard::Region::polygon(area);
  if (!region) return Inside::yes;
  return region->signed_distance(geo::place_of(*place)) <= 0 ? Inside::yes : Inside::no;
}

}  // namespace

std::string_view to_string(ChannelUse use) {
  constexpr std::array<std::string_view, 3> names{"distress", "guard", "working"};
  return names[static_cast<std::size_t>(use)];
}

std::string frequency_text(std::uint32_t khz) {
  return khz < 30'000 ? fmt::format("{} kHz", khz) : fmt::format("{}.{:03} MHz", khz / 1000, khz % 1000);
}

std::vector<Channel> channels_at(const ChannelQuery& query) {
  std::vector<Channel> channels;
  for (const AgreedFrequency& f : query.agreed) {
    if ((query.suspended && !f.in_floor) || !f.valid.contains(query.now)) continue;
    if (!query.party.empty() && !f.parties.empty() && std::find(f.parties.begin(), f.parties.end(), query.party) == f.parties.end()) continue;
    const Inside inside = lies_in(f.area, query.place);
    if (inside == Inside::no) continue;
    channels.push_back({f.id, f.use, f.khz, f.call_sign, f.parties, f.remark, true, true, inside == Inside::unknown});
  }
  for (Channel& c : international()) {
    const bool agreed = std::any_of(channels.begin(), channels.end(), [&](const Channel& a) { return a.khz == c.khz && !a.place_unknown; });
    if (!agreed) channels.push_back(std::move(c));
  }
  std::sort(channels.begin(), channels.end(), [](const Channel& a, const Channel& b) {
    const bool international_a = !a.agreed, international_b = !b.agreed;
    return std::tie(a.use, international_a, a.place_unknown, a.khz, a.id) < std::tie(b.use, international_b, b.place_unknown, b.khz, b.id);
  });
  if (channels.size() > most_channels) channels.resize(most_channels);
  return channels;
}

std::vector<RadioInstruction> radio_fallback(std::span<const Channel> channels, bool may_be_spoken, Time now) {
  std::vector<RadioInstruction> calls;
  if (!may_be_spoken) return calls;
  const auto since = now.time_since_epoch() % radio_round;
  const Time call_at = since == Duration::zero() ? now : now + (radio_round - since);
  for (const Channel& c : channels) {
    if (c.voice) calls.push_back({c.khz, c.call_sign, c.use, c.agreed, call_at, radio_listening, radio_round});
  }
  return calls;
}

}  // namespace skypact::distress
