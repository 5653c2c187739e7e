#pragma once
// NodeServer: a whole running node, from its configuration: feeds, engine, recording, HTTP.
//
//     auto node = NodeServer::start(config, {});
//     if (!node) return fail("serve", node.error());
//     wait_for_a_signal();
//     (*node)->stop();
//
// For one thread.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/config.h"

namespace skypact::server {

struct NodeServerOptions {
  std::filesystem::path console;       // the console's files; empty: where they usually are
  bool demo = false;                   // the sky is simulated, and the console says so
  Duration tick_period = seconds(1);
};

class NodeServer {
 public:
  static Result<std::unique_ptr<NodeServer>> start(node::Config config, const NodeServerOptions& options);
  ~NodeServer();
  NodeServer(const NodeServer&) = delete;
  NodeServer& operator=(const NodeServer&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const;
  // Where other parties' nodes come in; nullopt where none does.
  [[nodiscard]] std::optional<std::uint16_t> link_port() const;
  // Where USSs come in; nullopt where none does.
  [[nodiscard]] std::optional<std::uint16_t> utm_port() const;
  [[nodiscard]] std::optional<std::uint16_t> utm_testing_port() const;   // where test directors plan flights; nullopt: nowhere
  // Of listening feeds, 0 for the others.
  [[nodiscard]] std::vector<std::uint16_t> feed_ports() const;

  // Reads the configuration file again; what cannot change while running is named in the log. Error: the file is
  // bad, and nothing has changed.
  Result<void> reload();
  void stop();

 private:
  struct State;
  explicit NodeServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace skypact::server
