#include "base/time.h"

#include <array>
#include <cstdio>

#include "base/text.h"

namespace skypact {
namespace {

// The digits text[at, at + width) as a number, or -1.
int digits(std::string_view text, std::size_t at, std::size_t width) {
  if (at + width > text.size()) return -1;
  int value = 0;
  for (const char c : text.substr(at, width)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::string to_rfc3339(Time time) {
  const auto ms = std::chrono::floor<milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(ms);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(ms - day);
  std::array<char, 40> out{};
  const int length = std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()),
                                   unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                                   int(clock.minutes().count()), int(clock.seconds().count()),
                                   int(clock.subseconds().count()));
  return {out.data(), static_cast<std::size_t>(length)};
}

Result<Time> parse_rfc3339(std::string_view text) {
  const auto fail = [&] {
    return bad_input(quoted(text) + " is not a time; write it as 2026-11-23T19:53:45Z");
  };
  constexpr std::string_view shortest = "2026-11-23T19:53:45Z";
  if (text.size() < shortest.size()) return fail();
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  // The nanosecond count of a Time reaches from 1677 to 2262.
  if (year < 1970 || year > 2200 || month < 0 || day < 0 || !date.ok() || text[4] != '-' || text[7] != '-') return fail();
  if ((text[10] != 'T' && text[10] != 't' && text[10] != ' ') || text[13] != ':' || text[16] != ':') return fail();
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return fail();

  std::size_t at = 19;
  std::int64_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    std::int64_t unit = 100'000'000;
    const std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) fraction += unit * (text[at] - '0');
    if (at == first || at - first > 9) return fail();
  }
  int offset_minutes = 0;
  const std::string_view zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    const int zone_hour = digits(zone, 1, 2), zone_minute = digits(zone, 4, 2);
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || zone_hour < 0 || zone_hour > 23 ||
        zone_minute < 0 || zone_minute > 59) {
      return fail();
    }
    offset_minutes = (zone[0] == '-' ? -1 : 1) * (zone_hour * 60 + zone_minute);
  }
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(hour) + minutes(minute) + seconds(second) +
         Duration(fraction) - minutes(offset_minutes);
}

Result<Duration> parse_duration(std::string_view text) {
  const std::size_t split = text.find_first_not_of("0123456789.");
  const auto number = split == std::string_view::npos ? std::nullopt : parse_number(text.substr(0, split));
  const std::string_view unit = split == std::string_view::npos ? std::string_view() : text.substr(split);
  const double unit_seconds = unit == "ms"                    ? 1e-3
                              : unit == "s"                   ? 1
                              : unit == "min" || unit == "m" ? 60
                              : unit == "h"                   ? 3600
                              : unit == "d"                   ? 86400
                                                              : 0;
  if (!number || unit_seconds == 0 || *number * unit_seconds > 9e9) {
    return bad_input(quoted(text) + " is not a duration; write for example 300s, 20min, 1.5h or 250ms");
  }
  return from_seconds(*number * unit_seconds);
}

}  // namespace skypact
