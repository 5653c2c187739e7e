#include "plan/cell_index.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "plan/cells.h"

namespace skypact::plan {
namespace {

// A level-13 id is three bits of face and 26 of position, a one, and zeros.
constexpr int shift = 64 - 3 - 2 * CellLimits::level;

std::uint32_t whole_seconds(Time time, bool up) {
  const auto s = up ? std::chrono::ceil<seconds>(time) : std::chrono::floor<seconds>(time);
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(s.time_since_epoch().count(), 0, std::numeric_limits<std::uint32_t>::max()));
}

std::int16_t units(double metres, bool up) {
  constexpr double unit = 4, least = std::numeric_limits<std::int16_t>::min(), most = std::numeric_limits<std::int16_t>::max();
  return static_cast<std::int16_t>(std::clamp(up ? std::ceil(metres / unit) : std::floor(metres / unit), least, most));
}

}  // namespace

Covering covering_of(std::span<const std::uint64_t> ids) {
  Covering covering;
  for (const std::uint64_t id : ids) {
    const auto cell = static_cast<std::uint32_t>(id >> shift);
    if (!covering.empty() && cell <= covering.back().last + 1) {
      covering.back().last = cell;
    } else {
      covering.push_back({cell, cell});
    }
  }
  covering.shrink_to_fit();
  return covering;
}

std::size_t cells_in(const Covering& covering) {
  std::size_t count = 0;
  for (const CellRange& range : covering) count += range.last - range.first + 1;
  return count;
}

bool covers(const Covering& covering, const Covering& other) {
  return std::all_of(other.begin(), other.end(), [&](const CellRange& range) {
    const auto at = std::lower_bound(covering.begin(), covering.end(), range.last, [](const CellRange& r, std::uint32_t cell) { return r.last < cell; });
    return at != covering.end() && at->first <= range.first;
  });
}

Covering joined(const Covering& a, const Covering& b) {
  Covering all;
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all), [](CellRange x, CellRange y) { return x.first < y.first; });
  Covering joined;
  for (const CellRange& range : all) {
    if (!joined.empty() && range.first <= joined.back().last + 1) {
      joined.back().last = std::max(joined.back().last, range.last);
    } else {
      joined.push_back(range);
    }
  }
  joined.shrink_to_fit();
  return joined;
}

bool meet(const Bounds& a, const Bounds& b) {
  return a.time.from <= b.time.to && b.time.from <= a.time.to && a.lower_m <= b.upper_m && b.lower_m <= a.upper_m;
}

bool covers(const Bounds& bounds, const Bounds& other) {
  return bounds.time.from <= other.time.from && other.time.to <= bounds.time.to && bounds.lower_m <= other.lower_m && other.upper_m <= bounds.upper_m;
}

Bounds joined(const Bounds& a, const Bounds& b) {
  return {{std::min(a.time.from, b.time.from), std::max(a.time.to, b.time.to)}, std::min(a.lower_m, b.lower_m), std::max(a.upper_m, b.upper_m)};
}

CellIndex::Posting CellIndex::posting(std::uint32_t slot, const Bounds& bounds) {
  return {slot, whole_seconds(bounds.time.from, false), whole_seconds(bounds.time.to, true), units(bounds.lower_m, false), units(bounds.upper_m, true)};
}

void CellIndex::add(std::uint32_t slot, const Covering& cells, const Bounds& bounds) {
  if (slot >= found_in_.size()) found_in_.resize(std::max<std::size_t>(slot + 1, found_in_.size() * 3 / 2), 0);
  const Posting added = posting(slot, bounds);
  for (const CellRange& range : cells) {
    for (std::uint32_t cell = range.first; cell <= range.last; ++cell) cells_[cell].push_back(added);
  }
}

void CellIndex::remove(std::uint32_t slot, const Covering& cells) {
  for (const CellRange& range : cells) {
    for (std::uint32_t cell = range.first; cell <= range.last; ++cell) {
      const auto found = cells_.find(cell);
      SKYPACT_CHECK(found != cells_.end());
      auto& postings = found->second;
      const auto at = std::find_if(postings.begin(), postings.end(), [&](const Posting& p) { return p.slot == slot; });
      SKYPACT_CHECK(at != postings.end());
      *at = postings.back();
      postings.pop_back();
      if (postings.empty()) cells_.erase(found);
    }
  }
}

void CellIndex::find(const Covering& cells, const Bounds& bounds, std::vector<std::uint32_t>& slots) const {
  if (++round_ == 0) {
    std::fill(found_in_.begin(), found_in_.end(), 0);
    round_ = 1;
  }
  const Posting asked = posting(0, bounds);
  for (const CellRange& range : cells) {
    for (std::uint32_t cell = range.first; cell <= range.last; ++cell) {
      const auto found = cells_.find(cell);
      if (found == cells_.end()) continue;
      for (const Posting& p : found->second) {
        const bool may_meet = p.from_s <= asked.to_s && asked.from_s <= p.to_s && p.lower <= asked.upper && asked.lower <= p.upper;
        if (!may_meet || found_in_[p.slot] == round_) continue;
        found_in_[p.slot] = round_;
        slots.push_back(p.slot);
      }
    }
  }
}

}  // namespace skypact::plan
