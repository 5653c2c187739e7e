#pragma once
// LineIndexThread: reads at the start what the record holds of the line, and keeps beside the record the index that makes this quick
// (node/line_index.h).
//
//     LineIndexThread thread({.setup = setup, .read = [](node::ReadLine read) { … }}, record);
//
// Both read the record and work on a line of their own, so nobody waits for them; the start's is handed over once, whole. An index is made
// like a start, from the one before and what the record took since. Nothing depends on it: where it cannot be written, the next start
// reads more. Thread-safe.

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

#include "base/time.h"
#include "node/line_index.h"
#include "server/ledger_writer.h"

namespace skypact::server {

struct LineIndexThreadLimits {
  // The index is written again after so many entries of the record: what a start reads at most besides what it names.
  static constexpr std::uint64_t index_every = 10'000;
  static constexpr Duration index_retry = minutes(1);     // after a disk that refused it
  static constexpr Duration look_again = milliseconds(50);   // whether the record is open, at the start
  static constexpr Duration look_every = seconds(1);
};

struct LineIndexThreadOptions {
  line::LineSetup setup;
  std::uint64_t index_every = LineIndexThreadLimits::index_every;
  Duration look_every = LineIndexThreadLimits::look_every;
  // Is called once, by the thread: the line of the record as it was when it was opened. What came since is known already.
  std::function<void(node::ReadLine read)> read;
};

class LineIndexThread {
 public:
  LineIndexThread(LineIndexThreadOptions options, std::shared_ptr<LedgerWriter> record);
  ~LineIndexThread();
  LineIndexThread(const LineIndexThread&) = delete;
  LineIndexThread& operator=(const LineIndexThread&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace skypact::server
