#include "guard/alert.h"

namespace skypact {

std::string_view to_string(AlertKind kind) {
  switch (kind) {
    case AlertKind::conflict: return "conflict";
    case AlertKind::zone: return "zone";
    case AlertKind::distress: return "distress";
    case AlertKind::interference: return "interference";
    case AlertKind::feed: return "feed";
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

}  // namespace skypact
