#pragma once
// UssClient: carries requests to a DSS and to other USSs, each with an access token for its host. Connections are kept.
//
//     UssClient client(tokens, now, UssClient::Urls::https_only);
//     const auto asked = client.ask({"GET", base + "/uss/v1/constraints/" + id, "", "utm.constraint_processing"}, seconds(5));
//     if (asked.told) use(asked.told->body);
//
// Where a base URL is a peer's it is the peer's word: nothing but https is asked where the node does not allow it, no answer leads
// elsewhere, and the token is good for the named host only. Waits for the network. Thread-safe.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "plan/exchange_report.h"
#include "plan/planner.h"
#include "server/http_client.h"
#include "server/token_source.h"

namespace skypact::server {

struct UssClientLimits {
  static constexpr std::size_t at_once = 8;                             // of requests that are asked together
  static constexpr std::size_t idle = 64;                               // connections that are kept
  static constexpr std::size_t answer_bytes = std::size_t{64} << 20;    // of a DSS, with many references
};

class UssClient {
 public:
  enum class Urls : std::uint8_t { https_only, http_too };
  UssClient(TokenSource& tokens, std::function<Time()> now, Urls urls) : tokens_(tokens), now_(std::move(now)), urls_(urls) {}

  struct Asked {
    Result<plan::Told> told;                          // Errors: unreachable, whatever the reason
    std::optional<plan::ExchangeReport> exchange{};   // for the log; none: there was none, for a reason of our own
  };
  Asked ask(const plan::Ask& ask, Duration time);
  // At once, by some threads; each answer in its place.
  std::vector<Asked> ask_all(const std::vector<plan::Ask>& asks, Duration time);
  // What waits ends, and later calls fail.
  void stop();

 private:
  class Connection;
  std::unique_ptr<KeptClient> take(const std::string& authority);
  void give_back(const std::string& authority, std::unique_ptr<KeptClient> client);

  TokenSource& tokens_;
  const std::function<Time()> now_;
  const Urls urls_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::multimap<std::string, std::unique_ptr<KeptClient>> idle_;
  std::set<KeptClient*> busy_;
};

}  // namespace skypact::server
