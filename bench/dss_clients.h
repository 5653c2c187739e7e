#pragma once
// DssClients: USSs that plan at a node's DSS as fast as they are told to, each with a connection of its own: new intents of eight vertices over a
// country, and a query for each four of them.
//
//     DssClients clients(node.dss_port(), node.dss_token(), {.clients = 8, .a_second = 2'000});
//     …
//     clients.stop();
//     clients.done();                    // answered as they should be

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace skypact::bench {

struct DssLoad {
  std::size_t clients = 8;
  double a_second = 0;              // requests of all of them; 0: as many as are answered
};

class DssClients {
 public:
  DssClients(std::uint16_t port, const std::string& token, const DssLoad& load);
  ~DssClients() { stop(); }
  DssClients(const DssClients&) = delete;
  DssClients& operator=(const DssClients&) = delete;

  void stop();
  [[nodiscard]] std::uint64_t done() const { return done_; }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }

 private:
  void run(std::uint16_t port, const std::string& token, std::size_t number, double a_second);

  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> done_{0}, failed_{0};
  std::vector<std::thread> threads_;
};

}  // namespace skypact::bench
