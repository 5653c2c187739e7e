#include "pact/schedule.h"

#include <algorithm>

namespace skypact::pact {
namespace {

using Days = std::chrono::sys_days;

unsigned weekday(Days day) { return (std::chrono::weekday(day).iso_encoding() + 6) % 7; }   // 0: Monday

}  // namespace

std::vector<Interval<Time>> spans_of(const Schedule& when, const Interval<Time>& within) {
  if (when.always()) return within.empty() ? std::vector<Interval<Time>>{} : std::vector{within};
  std::vector<Interval<Time>> all;
  const auto add = [&](Interval<Time> span) {
    span = {std::max(span.from, within.from), std::min(span.to, within.to)};
    if (!span.empty()) all.push_back(span);
  };
  for (const auto& span : when.spans) add(span);
  for (const WeeklyHours& hours : when.weekly) {
    for (Days day = std::chrono::floor<std::chrono::days>(within.from); Time(day) < within.to; day += std::chrono::days(1)) {
      if ((hours.days >> weekday(day) & 1) != 0) add({Time(day) + hours.from, Time(day) + hours.to});
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  std::vector<Interval<Time>> joined;
  for (const auto& span : all) {
    if (!joined.empty() && span.from <= joined.back().to) {
      joined.back().to = std::max(joined.back().to, span.to);
    } else {
      joined.push_back(span);
    }
  }
  return joined;
}

bool holds_at(const Schedule& when, Time at) {
  if (when.always()) return true;
  for (const auto& span : when.spans) {
    if (span.contains(at)) return true;
  }
  const Days day = std::chrono::floor<std::chrono::days>(at);
  return std::any_of(when.weekly.begin(), when.weekly.end(), [&](const WeeklyHours& hours) {
    return (hours.days >> weekday(day) & 1) != 0 && Interval<Time>{Time(day) + hours.from, Time(day) + hours.to}.contains(at);
  });
}

bool overlap(const Schedule& one, const Schedule& other, const Interval<Time>& within) {
  // Weekly hours repeat, so of what is longer than two weeks the first two tell; around every other span, the span.
  std::vector<Interval<Time>> windows{{within.from, std::min(within.to, within.from + std::chrono::days(14))}};
  for (const Schedule* s : {&one, &other}) {
    for (const auto& span : s->spans) {
      windows.push_back({std::max(span.from, within.from), std::min({span.to, within.to, span.from + std::chrono::days(14)})});
      windows.push_back({std::max({span.from, within.from, span.to - std::chrono::days(14)}), std::min(span.to, within.to)});
    }
  }
  for (const auto& window : windows) {
    const auto a = spans_of(one, window), b = spans_of(other, window);
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
      if (std::max(a[i].from, b[j].from) < std::min(a[i].to, b[j].to)) return true;
      a[i].to < b[j].to ? ++i : ++j;
    }
  }
  // Spans of both, which the windows may have cut.
  for (const auto& a : one.spans) {
    for (const auto& b : other.spans) {
      if (std::max({a.from, b.from, within.from}) < std::min({a.to, b.to, within.to})) return true;
    }
  }
  return false;
}

}  // namespace skypact::pact
