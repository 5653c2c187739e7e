#pragma once
// Zone alerts: every aircraft that is or will be inside a volume against its rule, judged and put into the book.
//
//     judge_zones(step, table, book);
//     write_zone(record, step);                     // of each raised record, once it was advanced
//
// What is near is sought at every step over the warning look-ahead, and over the advisory one when Step::sweep says
// so. What has a record is judged over the whole advisory look-ahead at every step, and held while its alert is open.

#include "guard/alert_book.h"
#include "guard/traffic.h"
#include "guard/zones.h"

namespace skypact::guard {

void judge_zones(const Step& step, const ZoneTable& table, AlertBook& book);

// What the zone alert is now: subject, prediction, reasons and text.
void write_zone(AlertRecord& r, const Step& step);

// New rules: zones have other indices, or are gone.
void renumber_zones(AlertBook& book, const Rules& rules);

}  // namespace skypact::guard
