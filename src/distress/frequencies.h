#pragma once
// Frequencies: on which channels those in distress and those who help are heard at a place and time, and what to call when the
// line between the desks is down.
//
//     const auto channels = channels_at({.agreed = list, .place = place, .now = now, .suspended = true});
//     const auto call = radio_fallback(channels, spoken, now);       // values for the phrasebook
//
// The agreed ones are plain values that the caller takes from the terms in force. The international ones always hold and are
// marked as not from a pact: 121.5 and 243.0 MHz (ICAO Annex 10 vol. V, 4.1.3.1; 243.0 is for survival craft by ITU Radio
// Regulations 5.256, and the military emergency frequency), 123.1 MHz on scene (Annex 10 vol. V, 4.1.3.4), and for information the beacon band
// 406.0 to 406.1 MHz (ITU Radio Regulations 5.266, C/S T.001), on which nobody speaks. Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/rules.h"
#include "base/time.h"
#include "geo/position.h"

namespace skypact::distress {

// In the order in which they are shown.
enum class ChannelUse : std::uint8_t { distress, guard, working };

struct AgreedFrequency {
  std::string id;                      // "guard"
  ChannelUse use = ChannelUse::working;
  std::uint32_t khz = 0;
  std::string call_sign;               // who answers
  std::vector<std::string> parties;    // who keeps watch on it; empty: all
  Ring area;                           // empty: everywhere
  std::string remark;
  bool in_floor = false;               // holds while the pact is suspended
  Interval<Time> valid = always;
};

struct Channel {
  std::string id;                      // "guard", or "international.121500"
  ChannelUse use = ChannelUse::guard;
  std::uint32_t khz = 0;
  std::string call_sign;
  std::vector<std::string> parties;
  std::string remark;
  bool agreed = false;                 // from the pact; else international, and `remark` names the source
  bool voice = true;
  bool place_unknown = false;          // it holds in an area, and it is not known whether the place lies in it
  friend bool operator==(const Channel&, const Channel&) = default;
};

struct ChannelQuery {
  std::span<const AgreedFrequency> agreed;
  std::optional<geo::Position> place;  // empty: not known; then what holds in some area is shown as such, last of its use
  Time now;
  bool suspended = false;              // then only those of the safety floor hold
  std::string_view party{};            // watched by this party; empty: by anybody
};
inline constexpr std::size_t most_channels = 64;
// By use; of one use the agreed ones first, then those whose area is sure, then by frequency and id. An international one that is agreed too is shown once, as
// agreed. What is beyond `most_channels` is left off at the end, which are working ones. A ring that is no area (crosses itself) counts as everywhere:
// a channel too many is tried and stays silent, one too few is not tried.
[[nodiscard]] std::vector<Channel> channels_at(const ChannelQuery& query);

// What the phrasebook says when the line is down: "Call ATLAS CONTROL on 121.500 MHz at 12:05 UTC; if there is no answer, listen
// for three minutes and call again every five."
struct RadioInstruction {
  std::uint32_t khz = 0;
  std::string call_sign;               // empty: any station
  ChannelUse use = ChannelUse::guard;
  bool agreed = false;
  Time call_at;                        // the next whole five minutes: both sides count the same, and so are listening
  Duration listen_for{}, repeat_every{};
};
inline constexpr Duration radio_round = minutes(5), radio_listening = minutes(3);
// One for each voice channel, in the order in which to try them: distress, guard, working. None where nothing may be spoken
// about the case (telling.h), because whoever must not hear it hears the radio.
[[nodiscard]] std::vector<RadioInstruction> radio_fallback(std::span<const Channel> channels, bool may_be_spoken, Time now);

[[nodiscard]] std::string_view to_string(ChannelUse use);
// "121.500 MHz"; below 30 MHz "5680 kHz".
[[nodiscard]] std::string frequency_text(std::uint32_t khz);

}  // namespace skypact::distress
