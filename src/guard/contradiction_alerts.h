#pragma once
// Contradiction alerts: one of the two is wrong, and nobody here knows which: the picture shows the broadcast, peers are told the telemetry.

#include <span>

#include "guard/alert_book.h"
#include "guard/contradicted.h"
#include "guard/traffic.h"

namespace skypact::guard {

void judge_contradictions(const Step& step, std::span<const Contradicted> contradicted, AlertBook& book);
void write_contradiction(AlertRecord& r, const Step& step);

}  // namespace skypact::guard
