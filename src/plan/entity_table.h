#pragma once
// EntityTable: entities of one kind by id, by the cells they touch and by the time at which they end.
//
//     EntityTable<Entity> intents;
//     intents.put(intent);
//     if (const Entity* found = intents.find(id, now)) …
//     for (const Entity* near : intents.near(extents, now)) …
//
// A Record has an `id` and `extents`, never null, with `cells` and `bounds`. What has ended is not found; it takes place until
// end_until(). Pointers hold until the next change. Not for several threads at once.

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/time.h"
#include "plan/cell_index.h"
#include "plan/uuid.h"

namespace skypact::plan {

template <class Record>
class EntityTable {
 public:
  [[nodiscard]] std::size_t size() const { return slots_of_.size(); }

  // Whether it has ended or not.
  [[nodiscard]] const Record* find(EntityId id) const {
    const auto found = slots_of_.find(id);
    return found == slots_of_.end() ? nullptr : &records_[found->second];
  }
  [[nodiscard]] const Record* find(EntityId id, Time now) const {
    const Record* record = find(id);
    return record && ends(*record) > now ? record : nullptr;
  }

  void put(Record record) {
    const auto [at, is_new] = slots_of_.try_emplace(record.id, 0);
    if (is_new) at->second = free_slot();
    const std::uint32_t slot = at->second;
    if (is_new || !stays_where_it_is(records_[slot], record)) {
      if (!is_new) forget(slot);
      index_.add(slot, record.extents->cells, record.extents->bounds);
      by_end_.insert({ends(record), record.id});
    }
    records_[slot] = std::move(record);
  }

  void erase(EntityId id) {
    const auto found = slots_of_.find(id);
    if (found == slots_of_.end()) return;
    forget(found->second);
    records_[found->second] = {};
    free_.push_back(found->second);
    slots_of_.erase(found);
  }

  // For what is no part of the index; id and extents stay.
  template <class Edit>
  void edit(EntityId id, const Edit& edit) {
    const auto found = slots_of_.find(id);
    if (found != slots_of_.end()) edit(records_[found->second]);
  }

  // Those that share a cell and meet the bounds, in no order.
  template <class Extents>
  [[nodiscard]] std::vector<const Record*> near(const Extents& extents, Time now) const {
    std::vector<std::uint32_t> slots;
    index_.find(extents.cells, extents.bounds, slots);
    std::vector<const Record*> found;
    for (const std::uint32_t slot : slots) {
      const Record& record = records_[slot];
      if (ends(record) > now && meet(record.extents->bounds, extents.bounds)) found.push_back(&record);
    }
    return found;
  }

  // What has ended at that time.
  [[nodiscard]] std::vector<EntityId> ended(Time now) const {
    std::vector<EntityId> ids;
    for (auto at = by_end_.begin(); at != by_end_.end() && at->first <= now; ++at) ids.push_back(at->second);
    return ids;
  }

  // Ordered by id.
  [[nodiscard]] std::vector<const Record*> all() const {
    std::vector<const Record*> records;
    for (const auto& [id, slot] : slots_of_) records.push_back(&records_[slot]);
    return records;
  }

 private:
  [[nodiscard]] static Time ends(const Record& record) { return record.extents->bounds.time.to; }

  [[nodiscard]] static bool stays_where_it_is(const Record& old, const Record& record) {
    return old.extents->bounds == record.extents->bounds && old.extents->cells == record.extents->cells;
  }

  std::uint32_t free_slot() {
    if (free_.empty()) return records_.emplace_back(), static_cast<std::uint32_t>(records_.size() - 1);
    const std::uint32_t slot = free_.back();
    return free_.pop_back(), slot;
  }

  void forget(std::uint32_t slot) {
    const Record& record = records_[slot];
    index_.remove(slot, record.extents->cells);
    by_end_.erase({ends(record), record.id});
  }

  std::deque<Record> records_;
  std::vector<std::uint32_t> free_;
  std::map<EntityId, std::uint32_t> slots_of_;   // ordered: clients choose the ids, and could choose ones that a hash takes for alike
  std::set<std::pair<Time, EntityId>> by_end_;
  CellIndex index_;
};

}  // namespace skypact::plan
