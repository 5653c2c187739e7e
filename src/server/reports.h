#pragma once
// Reports: what USSs have reported of exchanges that went wrong, one file each, durable before it is acknowledged, for a person to read.
//
//     Reports reports("data/dss");                        // in its folder reports/
//     auto kept = reports.keep(report, now);     // report_id and text, or why not
//
// Waits for the disk. Thread-safe.

#include <filesystem>
#include <mutex>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "ledger/storage.h"
#include "plan/exchange_report.h"

namespace skypact::server {

struct ReportsLimits {
  static constexpr std::size_t files = 10'000;
};

class Reports {
 public:
  explicit Reports(std::filesystem::path folder) : storage_(std::move(folder), ledger::Readers::owner) {}
  // The report's text with its id. Errors: over_limit where there are as many as are kept, unreachable.
  Result<std::string> keep(const plan::ExchangeReport& report, Time now);

 private:
  std::mutex mutex_;
  ledger::FileStorage storage_;
};

}  // namespace skypact::server
