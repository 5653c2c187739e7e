#pragma once
// One reliable class between two nodes: in order, each item once, whatever is lost, repeated, delayed or exchanged on
// the way.
//
//     Outgoing<SharedAlert> out;                 // the sender's
//     out.push(alert, alert.key);                // one of that key that was not sent yet is replaced
//     message.alerts = out.stretch();            // again and again, until
//     out.taken(answer.taken);                   // the receiver says what it has
//
//     Incoming<SharedAlert> in;                  // the receiver's, of one run of the sender
//     for (SharedAlert& alert : in.take(message.alerts)) apply(alert);
//     answer.taken = in.taken();
//
// Bounded: what does not fit is refused and counted. What must outlive the process is in the record. For one thread.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "link/message.h"

namespace skypact::link {

struct ReliableLimits {
  static constexpr std::size_t waiting = 10'000;               // items that the peer has not taken
  static constexpr std::size_t in_flight = MessageLimits::items;  // numbered; these stand in each message
  static constexpr std::size_t in_flight_bytes = 128 * 1024;   // of their texts, which JSON writes in six times as much at most
};

// About what its texts take.
[[nodiscard]] inline std::size_t weight(const LineNote& note) { return note.note.size() + note.sealed.size() + 32; }
[[nodiscard]] inline std::size_t weight(const SharedAlert& alert) {
  std::size_t bytes = 512 + alert.key.size() + alert.minima_source.size() + alert.subjects.size() * 100;
  for (const SharedAnswer& answer : alert.answers) bytes += 128 + answer.by.size() + answer.how.size();
  return bytes;
}

template <class T>
class Outgoing {
 public:
  // False, and counted, when the queue is full. An empty key replaces nothing.
  bool push(T item, std::string key = {}) {
    if (!key.empty()) {
      const auto same = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& w) { return w.key == key; });
      if (same != waiting_.end()) return same->item = std::move(item), true;
    }
    if (size() >= ReliableLimits::waiting) return ++refused_, false;
    waiting_.push_back({std::move(item), std::move(key)});
    return true;
  }

  // What the peer has not taken yet, as far as it may be under way. The same until it answers: a number names one item.
  [[nodiscard]] Stretch<T> stretch() {
    std::size_t bytes = 0;
    for (const T& item : in_flight_) bytes += weight(item);
    while (in_flight_.size() < ReliableLimits::in_flight && !waiting_.empty()) {
      bytes += weight(waiting_.front().item);
      if (bytes > ReliableLimits::in_flight_bytes && !in_flight_.empty()) break;   // one always fits a message
      in_flight_.push_back(std::move(waiting_.front().item));
      waiting_.pop_front();
    }
    return {first_, {in_flight_.begin(), in_flight_.end()}};
  }

  // False where the peer claims what was never sent; nothing has changed then.
  bool taken(std::uint64_t up_to) {
    if (up_to >= first_ + in_flight_.size()) return false;
    for (; first_ <= up_to; ++first_) in_flight_.pop_front();
    return true;
  }

  [[nodiscard]] std::size_t size() const { return in_flight_.size() + waiting_.size(); }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  struct Waiting {
    T item;
    std::string key;
  };
  std::deque<T> in_flight_;          // numbered from first_ on
  std::deque<Waiting> waiting_;
  std::uint64_t first_ = 1;
  std::uint64_t refused_ = 0;
};

template <class T>
class Incoming {
 public:
  // The items that are new, in order. A receiver that begins in the middle of a sender's run begins with what the
  // sender still holds: the rest another run of this node has acknowledged.
  [[nodiscard]] std::vector<T> take(const Stretch<T>& stretch) {
    std::vector<T> fresh;
    if (!begun_) next_ = stretch.first;
    begun_ = true;
    // A gap cannot come from a sender that keeps the rules: what lies between would be lost, so nothing is taken.
    if (stretch.first > next_) return ++gaps_, fresh;
    for (std::uint64_t number = stretch.first; const T& item : stretch.items) {
      if (number++ < next_) continue;
      fresh.push_back(item);
    }
    next_ = std::max(next_, stretch.first + stretch.items.size());
    return fresh;
  }
  [[nodiscard]] std::uint64_t taken() const { return next_ - 1; }
  [[nodiscard]] std::uint64_t gaps() const { return gaps_; }

 private:
  std::uint64_t next_ = 1;
  std::uint64_t gaps_ = 0;
  bool begun_ = false;
};

}  // namespace skypact::link
