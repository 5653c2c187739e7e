#pragma once
// Pair alerts: every two aircraft (or groups) that may lose their separation, judged and put into the book.
//
//     const PairCounts counts = judge_pairs(step, book);
//     write_conflict(record, step);                 // of each raised record, once it was advanced
//
// Warnings are sought at every step; advisories, which look farther ahead, when Step::sweep says so. A pair that has
// a record is judged over the whole advisory look-ahead at every step, and held by enlarged minima while its
// alert is open.

#include <cstddef>

#include "guard/alert_book.h"
#include "guard/traffic.h"

namespace skypact::guard {

struct PairCounts {
  std::size_t candidates = 0;            // pairs judged one by one
  std::size_t inhibited = 0;             // findings withheld by an inhibition
  std::size_t inhibitions_active = 0;
};
PairCounts judge_pairs(const Step& step, AlertBook& book);

// What the conflict is now: subjects, prediction, reasons and text.
void write_conflict(AlertRecord& r, const Step& step);

}  // namespace skypact::guard
