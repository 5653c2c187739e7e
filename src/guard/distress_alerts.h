#pragma once
// Distress alerts: what distress.h finds in every track, put into the book. One aircraft that several sources see is
// one alert. Nothing here is inhibited.

#include "guard/alert_book.h"
#include "guard/distress.h"
#include "guard/traffic.h"

namespace skypact::guard {

void judge_distress(const Step& step, DistressWatch& watch, AlertBook& book);

// What the distress is now: subject, emergency, reasons and text.
void write_distress(AlertRecord& r, const Step& step);

}  // namespace skypact::guard
