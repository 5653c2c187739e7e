#pragma once
// NodeProcess: the real `skypact serve` as a program of its own, on the loopback, with one listening Beast feed and
// the recording on, in a folder that goes away with it.
//
//     auto node = NodeProcess::start("build/dev/skypact");
//     connect_to(node->feed_port());
//     node->metric("skypact_queue_full_total");

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace skypact::bench {

class NodeProcess {
 public:
  enum class Dss : std::uint8_t { off, on };
  static Result<NodeProcess> start(const std::string& program, Dss dss = Dss::off);
  ~NodeProcess();
  NodeProcess(NodeProcess&& other) noexcept;
  NodeProcess& operator=(NodeProcess&&) = delete;

  [[nodiscard]] pid_t id() const { return id_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t feed_port() const { return feed_port_; }
  // Where it serves a DSS: the port, and a token for it.
  [[nodiscard]] std::uint16_t dss_port() const { return dss_port_; }
  [[nodiscard]] const std::string& dss_token() const { return dss_token_; }
  // The sum over all labels of what /metrics says now; 0 where it says nothing.
  [[nodiscard]] double metric(const std::string& name) const;

 private:
  NodeProcess() = default;

  std::filesystem::path folder_;
  pid_t id_ = -1;
  std::uint16_t port_ = 0, feed_port_ = 0, dss_port_ = 0;
  std::string dss_token_;
};

}  // namespace skypact::bench
