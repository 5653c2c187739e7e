#pragma once
// UssReports: what this USS reports of others' mistakes (ErrorReport of F3548-21): to the peer itself and to the DSS, or to the DSS of its own. Once an
// hour for each server and kind of mistake; a report that fails makes no report.
//
//     UssReports reports({.dss_url = "https://dss.example", .own_url = "https://uss.north.example"});
//     reports.offer(exchange, mistake_of(told), monotonic);
//     while (auto ask = reports.next()) client.ask(*ask, time);
//
// No clock, socket or thread; not for several threads at once.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "plan/exchange_report.h"
#include "plan/planner.h"

namespace skypact::server {

struct UssReportsLimits {
  static constexpr Duration every = std::chrono::hours(1);
  static constexpr std::size_t waiting = 100;             // reports; beyond, none is made
  static constexpr std::size_t servers = 1'000;           // and kinds of mistakes in an hour; beyond, none is made
  static constexpr std::size_t body_characters = 87'380;  // of the exchange's bodies in base 64; what is longer is cut
};

enum class Mistake : std::uint8_t { no_answer, fails, wrong_answer };
[[nodiscard]] Mistake mistake_of(const Result<plan::Told>& told);

class UssReports {
 public:
  struct Options {
    std::string dss_url;     // without /dss/v1
    std::string own_url;     // without /uss/v1
  };
  explicit UssReports(Options options) : options_(std::move(options)) {}

  // `exchange` says what is wrong with it. `now` is monotonic.
  void offer(const plan::ExchangeReport& exchange, Mistake mistake, Duration now);
  // The next that is to be sent, once.
  [[nodiscard]] std::optional<plan::Ask> next();
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
  const Options options_;
  std::map<std::pair<std::string, Mistake>, Duration> told_at_;   // by the server's base URL
  std::deque<plan::Ask> waiting_;
};

}  // namespace skypact::server
