#pragma once
// What the services for USSs say of themselves. Plain values; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http_server.h"

namespace skypact::server {

struct DssStatus {
  enum class State : std::uint8_t { opening, on, failing };
  State state = State::opening;
  std::string message;                 // why it fails
  std::string id;                      // of what it holds, the same after a restart; empty until it was opened once
  std::uint64_t intents = 0, constraints = 0, subscriptions = 0, service_areas = 0, remote_id_subscriptions = 0;
  std::uint64_t changes = 0;           // durable, of all time
  std::uint64_t waiting = 0;           // requests
  std::uint64_t commits = 0;           // of this run
};

[[nodiscard]] inline std::string_view to_string(DssStatus::State state) {
  switch (state) {
    case DssStatus::State::opening: return "opening";
    case DssStatus::State::on: return "on";
    case DssStatus::State::failing: return "failing";
  }
  return "";
}

struct UssStatus {
  enum class State : std::uint8_t { opening, on, failing };
  State state = State::opening;
  std::string message;             // why it fails
  std::size_t flights = 0, constraints = 0;   // that have not ended
  std::size_t unsure = 0;          // of which it is not known whether the DSS took them
  std::size_t notices_waiting = 0, notices_given_up = 0;
  std::uint64_t notices_sent = 0, notices_heard = 0;   // of this run
  std::size_t peers_entities = 0;

  struct Log {
    std::string failing;           // why it is not written; empty: it is
    std::uint64_t bytes = 0;       // on the disk
    std::uint64_t written = 0, lost = 0;               // records of this run
    std::uint64_t reports_sent = 0;                    // of others' mistakes, of this run
  };
  Log log;
};

[[nodiscard]] inline std::string_view to_string(UssStatus::State state) {
  switch (state) {
    case UssStatus::State::opening: return "opening";
    case UssStatus::State::on: return "on";
    case UssStatus::State::failing: return "failing";
  }
  return "";
}

struct UtmStatus {
  DssStatus dss;
  HttpCounts http;
  std::size_t token_keys = 0;
  std::optional<UssStatus> uss{};        // none: this node is no USS
};

}  // namespace skypact::server
