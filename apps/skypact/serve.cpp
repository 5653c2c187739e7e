// skypact serve: runs a node until a signal ends it.

#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "commands.h"
#include "node/config.h"
#include "server/config_files.h"
#include "server/log.h"
#include "server/node_server.h"
#include "server/router.h"

namespace skypact::app {
namespace {

struct Options {
  std::string config = "skypact.toml";
  std::string console, listen, ready_file, log_level = "info";
  bool demo = false, list_routes = false;
};

// For a program that started us: where we listen, written whole or not at all.
Result<void> write_ready_file(const std::string& path, const server::NodeServer& node) {
  const std::string half = path + ".new";
  std::ofstream out(half, std::ios::trunc);
  out << "{\"url\":\"" << node.url() << "\",\"port\":" << node.port() << ",\"feed_ports\":[";
  bool first = true;
  for (const std::uint16_t port : node.feed_ports()) {
    out << (first ? "" : ",") << port;
    first = false;
  }
  out << "],";
  if (const auto port = node.utm_testing_port()) out << "\"utm_testing_port\":" << *port << ',';
  if (const auto port = node.utm_port()) out << "\"utm_port\":" << *port << ',';
  if (const auto port = node.link_port()) out << "\"link_port\":" << *port << ',';
  out << "\"pid\":" << ::getpid() << "}\n";
  out.close();
  std::error_code error;
  std::filesystem::rename(half, path, error);
  if (!out || error) return Error{ErrorCode::bad_input, path + ": cannot be written"};
  return {};
}

int run(const Options& options) {
  if (options.list_routes) {
    for (const server::Route& route : server::routes()) std::printf("%s %s\n", std::string(route.method).c_str(), std::string(route.path).c_str());
    return Exit::done;
  }
  // Every thread inherits the mask; sigwait below is where the signals arrive.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  server::log::set_level(options.log_level);
  auto config = node::read_config(options.config);
  if (!config) return fail("serve", config.error());
  if (!options.listen.empty()) {
    auto listen = node::parse_host_port(options.listen);
    if (!listen) return fail("serve", std::move(listen).error().within("--listen"));
    config->server.listen = *listen;
  }
  for (const std::string& warning : server::open_secrets(config->server)) server::log::warn("open secret", {{"what", warning}});
  auto node = server::NodeServer::start(std::move(*config), {.console = options.console, .demo = options.demo});
  if (!node) return fail("serve", node.error());
  if (!options.ready_file.empty()) {
    if (auto written = write_ready_file(options.ready_file, **node); !written) return fail("serve", written.error());
  }
  for (;;) {
    int number = 0;
    sigwait(&signals, &number);
    if (number != SIGHUP) break;
    if (auto done = (*node)->reload(); !done) server::log::error("configuration stays as it was", {{"why", done.error().message}});
  }
  (*node)->stop();
  return Exit::done;
}

}  // namespace

void add_serve(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("serve", "Run a node: feeds, alerts, console and API");
  command->add_option("--config", options->config, "Configuration file")->type_name("FILE")->capture_default_str();
  command->add_option("--console", options->console, "Folder of the console's files; otherwise the installed or built one")->type_name("FOLDER");
  command->add_option("--listen", options->listen, "HOST:PORT instead of the configuration's; port 0 is any free one");
  command->add_option("--ready-file", options->ready_file, "Write the address here, as JSON, once the node answers")->type_name("FILE");
  command->add_option("--log-level", options->log_level, "error, warn or info")->check(CLI::IsMember({"error", "warn", "info"}))->capture_default_str();
  command->add_flag("--demo", options->demo, "Say on the console that the sky is simulated");
  command->add_flag("--list-routes", options->list_routes, "Print method and path of everything the API answers, and end");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace skypact::app
