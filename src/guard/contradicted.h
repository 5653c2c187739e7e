#pragma once
// Contradicted: an aircraft whose public broadcast and its operator's telemetry no flight explains, as the guard is told of it.

#include <string>

#include "airspace/identity.h"
#include "base/quantity.h"
#include "base/time.h"

namespace skypact::guard {

struct Contradicted {
  Address aircraft;                    // by which it broadcasts
  std::string flight;                  // the operator's name of it
  Time since;
  Length apart, explained;             // then: between the two, and what of that accuracy and motion explain
  friend bool operator==(const Contradicted&, const Contradicted&) = default;
};

}  // namespace skypact::guard
