#pragma once
// Source alerts: feeds that fell silent and areas of GNSS interference, put into the book. What an alert says of
// them is written when they are found.

#include <span>

#include "guard/alert_book.h"
#include "guard/feed_health.h"
#include "track/interference.h"

namespace skypact::guard {

void judge_feeds(std::span<const FeedHealth> feeds, Time now, AlertBook& book);
// Once a feed speaks again its alert says so.
void write_feed(AlertRecord& r);
void judge_interference(std::span<const track::InterferenceFinding> findings, Time now, AlertBook& book);

}  // namespace skypact::guard
