// The files of a USS's log: what a power cut, a full or damaged disk and time leave of them, and that a set says what is missing.

#include "plan/uss_log_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "json/document.h"
#include "ledger/test_storage.h"
#include "plan/test_uss.h"

namespace skypact::plan::test {
namespace {

using ledger::test::Disk;
using ledger::test::Fault;
using ledger::test::Faulty;
using ledger::test::FaultSwitch;

UssLogRecord record(std::uint64_t number, Time at, UssLogPart part = UssLogPart::input) {
  switch (part) {
    case UssLogPart::started: case UssLogPart::ended: case UssLogPart::mark: return {number, at, {part, ""}};
    default: return {number, at, {part, "{\"n\":" + std::to_string(number) + "}"}};
  }
}
UssLogRecord record(std::uint64_t number, Duration after_noon) { return record(number, noon + after_noon); }

// The numbers of a set's inputs, and what it says of its gaps.
struct Read {
  std::vector<std::int64_t> numbers;
  std::vector<std::string> gaps;
};
Read read(ledger::Storage& disk, Time from, Time until) {
  const auto text = read_log_set(disk, {from, until}, {});
  EXPECT_TRUE(text) << text.error().message;
  Read out;
  if (!text) return out;
  const auto document = json::parse(*text, {UssLogLimits::set_bytes * 2, 32});
  EXPECT_TRUE(document) << *text;
  for (const json::Value input : document->root()["operator_inputs"].elements()) out.numbers.push_back(*input["n"].as_integer());
  for (const json::Value gap : document->root()["incomplete"].elements()) {
    const auto lost = gap["lost"].as_integer();
    out.gaps.push_back(std::string(*gap["from"].as_string()) + " " + std::string(*gap["until"].as_string()) + " " + (lost ? std::to_string(*lost) : "?") + " " + std::string(*gap["why"].as_string()));
  }
  return out;
}

std::vector<UssLogRecord> records(std::uint64_t first, std::uint64_t count, Time at) {
  std::vector<UssLogRecord> made;
  for (std::uint64_t i = 0; i < count; ++i) made.push_back(record(first + i, at));
  return made;
}

TEST(UssLogFiles, ASetHasWhatWasNotedInItsTimeAndIsWhole) {
  Disk disk;
  auto files = UssLogFiles::open(disk, {}, noon);
  ASSERT_TRUE(files);
  EXPECT_FALSE(files->newest());
  ASSERT_TRUE(files->write(std::vector{record(0, noon, UssLogPart::started)}, noon));
  for (unsigned i = 1; i < 200; ++i) ASSERT_TRUE(files->write(std::vector{record(i, minutes(i))}, noon + minutes(i)));
  EXPECT_EQ(disk.paths().size(), 4u) << "a file for each hour";
  const Read some = read(disk, noon + minutes(50), noon + minutes(130));
  ASSERT_EQ(some.numbers.size(), 80u);
  EXPECT_EQ(some.numbers.front(), 50);
  EXPECT_EQ(some.numbers.back(), 129) << "the end is not in it";
  EXPECT_TRUE(some.gaps.empty()) << some.gaps[0];
  EXPECT_EQ(read(disk, noon - hours(1), noon + minutes(2)).gaps, std::vector<std::string>{"2026-12-01T11:00:00Z 2026-12-01T12:00:00Z ? the log begins then"});
  EXPECT_EQ(read_log_set(disk, {noon, noon}, {}).error().code, ErrorCode::bad_input);
}

TEST(UssLogFiles, PositionsAreUnderTheirFlights) {
  Disk disk;
  auto files = UssLogFiles::open(disk, {}, noon);
  ASSERT_TRUE(files);
  Telemetry telemetry;
  telemetry.position.measured_at = noon;
  std::vector<UssLogRecord> all;
  for (unsigned i = 0; i < 4; ++i) all.push_back({i, noon, position_item(noon, entity(i % 2), telemetry)});
  ASSERT_TRUE(files->write(all, noon));
  const auto set = read_log_set(disk, {noon, noon + seconds(1)}, {});
  ASSERT_TRUE(set);
  const auto document = json::parse(*set);
  ASSERT_TRUE(document) << *set;
  const json::Value positions = document->root()["operational_intent_positions"];
  ASSERT_EQ(positions.size(), 2u);
  for (const json::Value flight : positions.elements()) {
    EXPECT_TRUE(flight["operational_intent_id"].as_string() == to_string(entity(0)) || flight["operational_intent_id"].as_string() == to_string(entity(1)));
    EXPECT_EQ(flight["positions"].size(), 2u);
  }
}

TEST(UssLogFiles, WhatIsMissingIsSaidWhereverTheStretchBegins) {
  Disk disk;
  auto files = UssLogFiles::open(disk, {}, noon);
  ASSERT_TRUE(files);
  ASSERT_TRUE(files->write(std::vector{record(0, noon, UssLogPart::started), record(1, noon), record(4, noon + minutes(10))}, noon));
  const std::vector<std::string> gap{"2026-12-01T12:00:00Z 2026-12-01T12:10:00Z 2 records were not written, or are damaged"};
  EXPECT_EQ(read(disk, noon, noon + hours(1)).gaps, gap);
  EXPECT_EQ(read(disk, noon + minutes(5), noon + hours(1)).gaps, gap);
  EXPECT_EQ(read(disk, noon, noon + minutes(5)).gaps, gap);
  EXPECT_TRUE(read(disk, noon + minutes(11), noon + hours(1)).gaps.empty());
}

TEST(UssLogFiles, AGapIsSaidWhereWhatFollowsItIsHoursLater) {
  Disk disk;
  auto files = UssLogFiles::open(disk, {}, noon);
  ASSERT_TRUE(files);
  ASSERT_TRUE(files->write(std::vector{record(0, noon, UssLogPart::started), record(1, noon)}, noon));
  UssLogRecord again = record(2, noon + hours(5), UssLogPart::started);
  again.item.text = "the node ended without closing its log";
  ASSERT_TRUE(files->write(std::vector{again}, noon + hours(5)));
  EXPECT_EQ(read(disk, noon, noon + minutes(30)).gaps, std::vector<std::string>{"2026-12-01T12:00:00Z 2026-12-01T17:00:00Z ? the node ended without closing its log"});
}

TEST(UssLogFiles, WhatIsOlderThanItIsKeptGoesAndNothingElse) {
  Disk disk;
  auto files = UssLogFiles::open(disk, {.kept = std::chrono::days(2)}, noon);
  ASSERT_TRUE(files);
  for (unsigned i = 0; i < 10 * 24; ++i) {
    const Time now = noon + hours(i);
    ASSERT_TRUE(files->write(std::vector{record(i, now)}, now));
    // Of each hour one; what was noted 48 hours ago is still there.
    EXPECT_EQ(disk.paths().size(), std::min(i + 1, 49u)) << i;
    const Read kept = read(disk, now - std::chrono::days(2) + hours(1), now + hours(1));
    EXPECT_EQ(kept.numbers.size(), std::min(i + 1, 48u)) << i;
    EXPECT_EQ(kept.gaps.size(), i < 47 ? 1u : 0u) << i;
  }
  const Read before = read(disk, noon, noon + hours(10 * 24));
  EXPECT_EQ(before.numbers.size(), 49u);
  ASSERT_EQ(before.gaps.size(), 1u);
  EXPECT_NE(before.gaps[0].find("not kept any more"), std::string::npos) << before.gaps[0];
  // Where nothing is noted for long the last file goes too.
  const Time later = noon + hours(20 * 24);
  ASSERT_TRUE(files->tidy(later));
  EXPECT_TRUE(read(disk, noon, later).numbers.empty());
  EXPECT_EQ(files->bytes(), 0u);
  ASSERT_TRUE(files->write(std::vector{record(240, later)}, later));
  EXPECT_EQ(read(disk, later - hours(1), later + hours(1)).numbers, std::vector<std::int64_t>{240});
}

TEST(UssLogFiles, TheDiskHoldsNoMoreThanItsBound) {
  Disk disk;
  constexpr std::uint64_t most = 20'000;
  auto files = UssLogFiles::open(disk, {.kept = std::chrono::days(45), .max_bytes = most, .file_bytes = 1'000}, noon);
  ASSERT_TRUE(files);
  for (unsigned i = 0; i < 2'000; ++i) {
    ASSERT_TRUE(files->write(std::vector{record(i, seconds(i))}, noon + seconds(i)));
    std::uint64_t bytes = 0;
    for (const std::string& path : disk.paths()) bytes += disk.read(path)->size();
    ASSERT_EQ(files->bytes(), bytes);
    ASSERT_LE(bytes, most);
    if (i < 400) {
      ASSERT_EQ(files->removed_early(), 0u) << "there is room";
    }
  }
  EXPECT_GT(files->removed_early(), 10u);
  const Read all = read(disk, noon, noon + hours(1));
  EXPECT_EQ(all.numbers.back(), 1'999);
  EXPECT_GT(all.numbers.size(), 400u);
  ASSERT_EQ(all.gaps.size(), 1u);
  EXPECT_NE(all.gaps[0].find("no room"), std::string::npos);
}

TEST(UssLogFiles, ASetThatIsTooLargeSaysHowMuchFits) {
  Disk disk;
  auto files = UssLogFiles::open(disk, {}, noon);
  ASSERT_TRUE(files);
  std::vector<UssLogRecord> all;
  for (unsigned i = 0; i < 100; ++i) all.push_back({i, noon + seconds(i), {UssLogPart::input, R"({"n":)" + std::to_string(100 + i) + "}"}});
  ASSERT_TRUE(files->write(all, noon));
  const std::size_t each = all[0].item.text.size() + 1;
  EXPECT_TRUE(read_log_set(disk, {noon, noon + hours(1)}, {}, 100 * each));
  const auto refused = read_log_set(disk, {noon, noon + hours(1)}, {}, 100 * each - 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::over_limit);
  EXPECT_NE(refused.error().message.find("noted until 2026-12-01T12:01:39Z fits"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(read_log_set(disk, {noon, noon + seconds(99)}, {}, 100 * each - 1));
}

// Each record that was said to be durable is there after a power cut, none twice and none changed; and what is missing is said.
TEST(UssLogFiles, KeepsWhatIsDurableWhereverThePowerIsCut) {
  std::uint64_t calls = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Disk disk;
    disk.cut_at = random.below(calls == 0 ? 40 : calls + 1);
    std::uint64_t durable = 0, next = 0;
    {
      auto files = UssLogFiles::open(disk, {.file_bytes = 300}, noon);
      for (unsigned batch = 0; files && batch < 12; ++batch) {
        const Time now = noon + minutes(7 * batch);
        const std::uint64_t count = 1 + random.below(4);
        if (auto done = files->write(records(next, count, now), now); !done) break;
        next += count;
        if (random.chance(0.5)) continue;
        if (auto done = files->sync(); !done) break;
        durable = next;
      }
    }
    if (!disk.is_cut()) calls = disk.calls();
    Disk found = disk.after_power_cut(random);
    auto files = UssLogFiles::open(found, {.file_bytes = 300}, noon + hours(3));
    ASSERT_TRUE(files) << files.error().message;
    const Read before = read(found, noon, noon + hours(2));
    ASSERT_GE(before.numbers.size(), durable);
    for (std::uint64_t i = 0; i < durable; ++i) ASSERT_EQ(before.numbers[i], static_cast<std::int64_t>(i));
    ASSERT_TRUE(std::is_sorted(before.numbers.begin(), before.numbers.end()));
    ASSERT_EQ(std::set(before.numbers.begin(), before.numbers.end()).size(), before.numbers.size());
    if (files->newest()) {
      ASSERT_EQ(static_cast<std::int64_t>(files->newest()->number), before.numbers.back());
    }
    // What is written then is found behind it.
    const std::uint64_t after = files->newest() ? files->newest()->number + 1 : 0;
    ASSERT_TRUE(files->write(records(after, 1, noon + hours(3)), noon + hours(3)));
    const Read all = read(found, noon, noon + hours(4));
    ASSERT_EQ(all.numbers.size(), before.numbers.size() + 1);
    const bool contiguous = all.numbers.back() - all.numbers.front() + 1 == static_cast<std::int64_t>(all.numbers.size());
    const bool says_so = std::any_of(all.gaps.begin(), all.gaps.end(), [](const std::string& gap) { return gap.find("damaged") != gap.npos; });
    ASSERT_NE(says_so, contiguous);
  }
}

TEST(UssLogFiles, AfterADiskThatIsFullOrFailsNothingIsThereTwice) {
  for (const Fault fault : {Fault::full, Fault::sync_fails}) {
    Disk disk;
    FaultSwitch state;
    Faulty between(disk, state);
    auto files = UssLogFiles::open(between, {}, noon);
    ASSERT_TRUE(files);
    ASSERT_TRUE(files->write(records(0, 5, noon), noon));
    ASSERT_TRUE(files->sync());
    state.set(fault);
    const auto batch = records(5, 6, noon);
    const auto written = files->write(batch, noon);
    const auto synced = written ? files->sync() : written;
    ASSERT_FALSE(synced);
    state.set(Fault::none);
    files = UssLogFiles::open(between, {}, noon + seconds(10));
    ASSERT_TRUE(files);
    const std::uint64_t newest = files->newest()->number;
    EXPECT_EQ(newest, fault == Fault::full ? 7u : 10u) << "of a full disk half of what was written arrives";
    std::vector<UssLogRecord> rest;
    for (const UssLogRecord& one : batch) {
      if (one.number > newest) rest.push_back(one);
    }
    ASSERT_TRUE(files->write(rest, noon + seconds(10)));
    const Read all = read(disk, noon, noon + hours(1));
    EXPECT_EQ(all.numbers, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    EXPECT_TRUE(all.gaps.empty());
  }
}

TEST(UssLogFiles, ADamagedRecordCostsItselfOnly) {
  Disk disk;
  auto files = UssLogFiles::open(disk, {}, noon);
  ASSERT_TRUE(files);
  ASSERT_TRUE(files->write(records(0, 10, noon), noon));
  const std::string path = disk.paths()[0], whole = disk.bytes_of(path);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    disk.bytes_of(path) = whole;
    disk.bytes_of(path)[at] = static_cast<char>(whole[at] ^ 0x10);
    const Read found = read(disk, noon, noon + hours(1));
    ASSERT_EQ(found.numbers.size(), 9u) << at;
    const std::size_t size = whole.size() / 10, which = at / size;
    ASSERT_TRUE(std::find(found.numbers.begin(), found.numbers.end(), static_cast<std::int64_t>(which)) == found.numbers.end()) << at;
    if (which != 0 && which != 9) {
      ASSERT_EQ(found.gaps.size(), 1u) << at;
    }
  }
}

TEST(UssLogFiles, WhatIsNotOursInTheFolderStays) {
  Disk disk;
  for (const char* name : {"lock", "notes.txt", "0000000000000000-20261301T000000Z.log", "000000000000000g-20261201T120000Z.log"}) ASSERT_TRUE(disk.write(name, "x"));
  auto files = UssLogFiles::open(disk, {.kept = std::chrono::days(1)}, noon);
  ASSERT_TRUE(files);
  ASSERT_TRUE(files->write(records(0, 1, noon), noon));
  ASSERT_TRUE(files->tidy(noon + hours(1'000)));
  for (const char* name : {"lock", "notes.txt", "0000000000000000-20261301T000000Z.log", "000000000000000g-20261201T120000Z.log"}) EXPECT_TRUE(disk.has(name)) << name;
}

}  // namespace
}  // namespace skypact::plan::test
