#include "guard/alert.h"

namespace skypact {

std::string_view to_string(AlertKind kind) {
  switch (kind) {
    case AlertKind::conflict: return "conflict";
    case AlertKind::zone: return "zone";
    case AlertKind::distress: return "distress";
    case AlertKind::interference: return "interference";
    case AlertKind::feed: return "feed";
    case AlertKind::sharing: return "sharing";
    case AlertKind::contradiction: return "contradiction";
  }
  return "conflict";
}

std::string_view to_string(AlertState state) {
  switch (state) {
    case AlertState::predicted: return "predicted";
    case AlertState::infringed: return "infringed";
    case AlertState::clearing: return "clearing";
    case AlertState::unobserved: return "unobserved";
    case AlertState::ended: return "ended";
  }
  return "ended";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::advisory: return "advisory";
    case Severity::caution: return "caution";
    case Severity::warning: return "warning";
    case Severity::conflict: return "conflict";
    case Severity::distress: return "distress";
  }
  return "advisory";
}

std::string_view to_string(Intention intention) {
  switch (intention) {
    case Intention::we_move: return "we_move";
    case Intention::you_move: return "you_move";
    case Intention::no_factor: return "no_factor";
    case Intention::seen: return "seen";
  }
  return "seen";
}

std::string_view to_string(ReasonCode code) {
  switch (code) {
    case ReasonCode::strictest_minima: return "strictest_minima";
    case ReasonCode::vertical_unknown: return "vertical_unknown";
    case ReasonCode::turn: return "turn";
    case ReasonCode::level_tolerance: return "level_tolerance";
    case ReasonCode::position_uncertainty: return "position_uncertainty";
    case ReasonCode::altitude_error: return "altitude_error";
    case ReasonCode::datum_conversion: return "datum_conversion";
    case ReasonCode::levels_off: return "levels_off";
    case ReasonCode::busts_level: return "busts_level";
    case ReasonCode::group: return "group";
    case ReasonCode::position: return "position";
    case ReasonCode::party_unknown: return "party_unknown";
    case ReasonCode::party_by_callsign: return "party_by_callsign";
    case ReasonCode::suspect: return "suspect";
    case ReasonCode::altitude_unknown: return "altitude_unknown";
    case ReasonCode::zone_rule: return "zone_rule";
    case ReasonCode::zone_source: return "zone_source";
    case ReasonCode::zone_buffer: return "zone_buffer";
    case ReasonCode::zone_altitude_unknown: return "zone_altitude_unknown";
    case ReasonCode::signals: return "signals";
    case ReasonCode::feed_silent: return "feed_silent";
    case ReasonCode::feed_never_heard: return "feed_never_heard";
    case ReasonCode::interference: return "interference";
    case ReasonCode::left_out: return "left_out";
    case ReasonCode::as_of: return "as_of";
    case ReasonCode::signalled: return "signalled";
    case ReasonCode::ended_acknowledged: return "ended_acknowledged";
    case ReasonCode::ended_in_time: return "ended_in_time";
    case ReasonCode::sharing_missing: return "sharing_missing";
    case ReasonCode::sharing_link_down: return "sharing_link_down";
    case ReasonCode::sharing_suspended: return "sharing_suspended";
    case ReasonCode::sharing_not_agreed: return "sharing_not_agreed";
    case ReasonCode::sharing_over: return "sharing_over";
    case ReasonCode::assists: return "assists";
    case ReasonCode::clearance: return "clearance";
    case ReasonCode::contradicted: return "contradicted";
  }
  return "vertical_unknown";
}

}  // namespace skypact
