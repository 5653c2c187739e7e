#pragma once
// The HTTP status of what a DSS answers, as dss.h and rid_dss.h say what each error stands for.
//
//     const int status = decision ? status_of(decision->response) : status_of(decision.error().code);
//
// Pure; any thread.

#include "base/result.h"
#include "plan/f3548.h"
#include "plan/rid.h"

namespace skypact::plan {

[[nodiscard]] inline int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input: return 400;
    case ErrorCode::refused: return 403;
    case ErrorCode::not_found: return 404;
    case ErrorCode::conflict: return 409;
    case ErrorCode::unreachable: return 412;
    case ErrorCode::over_limit: return 413;
    default: return 500;
  }
}

[[nodiscard]] inline int status_of(const Response& response) {
  if (std::holds_alternative<AirspaceConflict>(response)) return 409;
  const auto* changed = std::get_if<ReferenceChanged>(&response);
  return changed && changed->outcome == Outcome::created ? 201 : 200;
}

[[nodiscard]] inline int status_of(const RidResponse& response) { return std::holds_alternative<TooManySubscriptions>(response) ? 429 : 200; }

}  // namespace skypact::plan
