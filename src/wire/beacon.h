#pragma once
// What one burst of a 406 MHz distress beacon says, as one value for both generations (C/S T.001, C/S T.018).
//
//     const ReadBeacon read = decode_t001("FFFE2F8DB345B146202DDF3C71F59BAB7072");
//     if (!read.message) refuse(read.why);
//     if (may_alert(*read.message)) show(read.message->id, read.message->position);
//
// What is absent was not said. A position stands here only where both coordinates are possible: default patterns and
// impossible content are never a position, and why there is none is in position_status. Content that the parity
// vouches for but that cannot be so is a doubt, and is said. Plain values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"
#include "wire/error_counts.h"

namespace skypact::wire {

enum class BeaconGeneration : std::uint8_t { first, second };

// Only a live beacon calls for help.
enum class BeaconMode : std::uint8_t {
  live,
  self_test,  // the frame synchronisation of a self-test
  test,       // a test protocol, or the test flag of the second generation
  system,     // orbitography and other beacons of the satellite system itself
};

enum class BeaconMessageKind : std::uint8_t { alert, cancellation };

enum class BeaconType : std::uint8_t { unknown, elt, elt_dt, epirb, plb, ship_security, system };

enum class BeaconProtocol : std::uint8_t {
  unknown,
  // First generation, user protocols (with a position in the second field: user-location).
  orbitography,
  aviation_user,
  maritime_user,
  serial_elt,
  serial_operator,
  serial_float_free_epirb,
  serial_aircraft_address,
  serial_non_float_free_epirb,
  serial_plb,
  national_user,
  radio_call_sign_user,
  test_user,
  // Standard location.
  standard_epirb_mmsi,
  standard_elt_aircraft_address,
  standard_elt_serial,
  standard_elt_operator,
  standard_epirb_serial,
  standard_plb_serial,
  standard_ship_security,
  standard_test,
  // National location.
  national_elt,
  national_epirb,
  national_plb,
  national_test,
  // The others of the first generation.
  return_link,
  elt_dt,
  // The second generation has one.
  second_generation,
};
inline constexpr std::size_t beacon_protocol_count = static_cast<std::size_t>(BeaconProtocol::second_generation) + 1;

// Whom or what the beacon belongs to, as it states it.
struct BeaconIdentity {
  std::optional<std::uint32_t> mmsi;                // nine digits
  std::optional<std::uint32_t> ais_mmsi_last_four;  // of the AIS transmitter in the beacon
  std::optional<std::uint32_t> aircraft_address;    // ICAO 24 bits
  std::string aircraft_operator;                    // ICAO designator, three letters
  std::optional<std::uint32_t> operator_serial;
  std::string radio_call_sign;
  std::string registration;                         // of the aircraft
  std::optional<std::uint32_t> type_approval;       // Cospas-Sarsat type approval certificate
  std::optional<std::uint32_t> serial;              // of the beacon
  std::string national;                             // bits for the country's own use, in hexadecimal
  std::string number_on_board;                      // which of several beacons on board
  friend bool operator==(const BeaconIdentity&, const BeaconIdentity&) = default;
};

enum class PositionStatus : std::uint8_t {
  not_carried,  // the message has no place for one
  no_fix,       // the default pattern: the beacon knows none (yet)
  fine,
  coarse,       // without the offset of the second field
  impossible,   // content that is on no globe; see the doubts
  lost,         // the field that holds it is missing, or damaged beyond correction
};

struct BeaconPosition {
  geo::Position position;
  // The true place is no farther away, if the beacon's receiver was right: the step of the coding, taken on both axes at
  // the equator; of a coarse position what its missing offset could add.
  Length uncertainty;
  friend bool operator==(const BeaconPosition&, const BeaconPosition&) = default;
};

enum class PositionSource : std::uint8_t { unknown, internal, external };
enum class HomingSignal : std::uint8_t { unknown, none, mhz_121_5, radar_transponder, other };

// [from, to); an end that is absent is open. Above sea level as the beacon states it.
struct BeaconAltitude {
  std::optional<Height> from;
  std::optional<Height> to;
  friend bool operator==(const BeaconAltitude&, const BeaconAltitude&) = default;
};

// How old the position was when it was sent: from at_least up to at_most, where that is known.
struct LocationAge {
  Duration at_least{};
  std::optional<Duration> at_most;
  friend bool operator==(const LocationAge&, const LocationAge&) = default;
};

enum class BeaconActivation : std::uint8_t {
  unknown,
  manual,             // by its user; on an aircraft in flight by the crew
  automatic,          // by the beacon itself: water, impact
  g_switch,           // impact or deformation
  external,           // by the avionics or another triggering system
  manual_or_automatic // the beacon can do both and does not say which it was
};
enum class BeaconDeactivation : std::uint8_t { unknown, manual, external };
enum class GnssFix : std::uint8_t { unknown, none, flat, full };  // flat: without altitude

// The service by which a beacon hears that its call arrived.
struct ReturnLink {
  enum class Provider : std::uint8_t { unknown, galileo, glonass, bds };
  Provider provider = Provider::unknown;
  bool accepts_automatic = false;
  bool accepts_manual = false;
  bool received_automatic = false;
  bool received_manual = false;
  friend bool operator==(const ReturnLink&, const ReturnLink&) = default;
};

enum class BeaconDoubt : std::uint8_t {
  frame_sync_damaged,
  second_field_missing,
  second_field_uncorrectable,
  not_checked,
  padding,
  country_impossible,
  country_unknown,
  protocol_unknown,
  beacon_type_unknown,
  mmsi_impossible,
  aircraft_address_impossible,
  text_unreadable,
  type_approval_reserved,
  identity_reserved,
  latitude_impossible,
  longitude_impossible,
  half_a_position,
  offset_impossible,
  fixed_bits,
  spare_bits,
  rotating_field_unknown,
  cancellation_malformed,
  return_link_impossible,
  time_impossible,
};
inline constexpr std::size_t beacon_doubt_count = static_cast<std::size_t>(BeaconDoubt::time_impossible) + 1;

struct BeaconMessage {
  BeaconGeneration generation = BeaconGeneration::first;
  BeaconMode mode = BeaconMode::live;
  BeaconMessageKind kind = BeaconMessageKind::alert;
  BeaconProtocol protocol = BeaconProtocol::unknown;
  BeaconType type = BeaconType::unknown;
  std::string id;   // 15 hexadecimal digits of the first generation, 23 of the second; position bits at their default
  std::string hex;  // what was read, corrected: bits 25 to 112 or 144 of the first generation; 202 or 250 bits behind two
                    // zero bits of the second
  std::uint16_t country = 0;
  BeaconIdentity identity;

  PositionStatus position_status = PositionStatus::not_carried;
  std::optional<BeaconPosition> position;
  PositionSource position_source = PositionSource::unknown;
  std::optional<BeaconAltitude> altitude;
  std::optional<LocationAge> location_age;
  std::optional<std::chrono::seconds> location_time_of_day;  // UTC, since midnight
  GnssFix fix = GnssFix::unknown;
  std::optional<std::uint8_t> hdop_at_most;  // absent also above 50
  std::optional<std::uint8_t> vdop_at_most;

  HomingSignal homing = HomingSignal::unknown;
  BeaconActivation activation = BeaconActivation::unknown;
  BeaconDeactivation deactivation = BeaconDeactivation::unknown;  // of a cancellation
  std::string emergency;                                          // the nature of the distress, in words
  std::optional<ReturnLink> return_link;
  std::optional<std::uint8_t> hours_since_activation;  // 63: that or more
  std::optional<std::uint8_t> battery_percent_at_least;
  std::optional<std::uint8_t> rotating_field;          // second generation

  std::uint8_t corrected_first = 0;   // bits corrected in the first protected field; of the second generation in the whole
  std::uint8_t corrected_second = 0;  // in the second protected field
  std::vector<BeaconDoubt> doubts;    // in the order of the enum, each once

  friend bool operator==(const BeaconMessage&, const BeaconMessage&) = default;
};

// A message, or why there is none: `error` to be counted, `why` for people.
struct ReadBeacon {
  std::optional<BeaconMessage> message;
  DecodeError error = DecodeError::none;
  std::string why;
};

// The one question on which an alarm hangs: a live beacon, and no cancellation. Self-tests, test protocols and beacons of
// the system itself never alert.
[[nodiscard]] inline bool may_alert(const BeaconMessage& m) { return m.mode == BeaconMode::live && m.kind == BeaconMessageKind::alert; }
// A message of which bits were corrected can be another beacon's by chance: a second one is wanted before it is passed on.
[[nodiscard]] inline bool is_corrected(const BeaconMessage& m) { return m.corrected_first + m.corrected_second > 0; }
[[nodiscard]] bool has(const BeaconMessage& message, BeaconDoubt doubt);
// Keeps the order and that each stands once.
void add_doubt(BeaconMessage& message, BeaconDoubt doubt);

// "live", "self_test": the words of JSON.
[[nodiscard]] std::string_view name(BeaconGeneration generation);
[[nodiscard]] std::string_view name(BeaconMode mode);
[[nodiscard]] std::string_view name(BeaconMessageKind kind);
[[nodiscard]] std::string_view name(BeaconType type);
[[nodiscard]] std::string_view name(BeaconProtocol protocol);
[[nodiscard]] std::string_view name(PositionStatus status);
[[nodiscard]] std::string_view name(PositionSource source);
[[nodiscard]] std::string_view name(HomingSignal homing);
[[nodiscard]] std::string_view name(BeaconActivation activation);
[[nodiscard]] std::string_view name(BeaconDeactivation deactivation);
[[nodiscard]] std::string_view name(GnssFix fix);
[[nodiscard]] std::string_view name(ReturnLink::Provider provider);
[[nodiscard]] std::string_view name(BeaconDoubt doubt);

// For people: "standard location, EPIRB with MMSI"; one sentence for a doubt.
[[nodiscard]] std::string_view words(BeaconProtocol protocol);
[[nodiscard]] std::string_view words(BeaconType type);
[[nodiscard]] std::string_view sentence(BeaconDoubt doubt);
// "MMSI 227123456, beacon 1": everything that the identity holds, in one order.
[[nodiscard]] std::string words(const BeaconIdentity& identity);
// "France (227)", "(999)" where the table has no such number.
[[nodiscard]] std::string country_words(std::uint16_t country);

}  // namespace skypact::wire
