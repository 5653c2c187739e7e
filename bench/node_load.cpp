// A whole node under load, as a program of its own, over real sockets:
//
//     node_load latency --node build/dev/skypact     from the deciding byte's write to the alert on the WebSocket
//     node_load rate --node build/dev/skypact        Beast messages a second until TCP holds the sender back
//
// What is measured, and what it came to: bench/README.md.

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "bench/dss_clients.h"
#include "bench/node_process.h"
#include "bench/process_usage.h"
#include "bench/traffic.h"
#include "bench/websocket.h"
#include "json/document.h"

namespace skypact::bench {
namespace {

struct Options {
  std::string node = "build/dev/skypact";
  std::size_t aircraft = 10'000, encounters = 200, consoles = 1, dss_clients = 0;
  double dss_requests = 0;   // a second
  double seconds = 120;
  std::uint64_t seed = 1;
};

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// `part` of the sorted values lie at or below the answer.
double quantile(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

void print_quantiles(const char* what, std::vector<double> values_ms) {
  std::sort(values_ms.begin(), values_ms.end());
  fmt::print("{:<34} median {:7.1f}   p90 {:7.1f}   p99 {:7.1f}   max {:7.1f} ms\n", what, quantile(values_ms, 0.5), quantile(values_ms, 0.9),
             quantile(values_ms, 0.99), values_ms.empty() ? 0 : values_ms.back());
}

void print_usage(const ProcessUsage& before, const ProcessUsage& after, Duration elapsed) {
  fmt::print("node's processor                   {:.1f} % of a core\n", 100 * to_seconds(after.processor - before.processor) / to_seconds(elapsed));
  for (const auto& [name, spent] : after.threads) {
    const auto was = before.threads.find(name);
    const Duration used = spent - (was == before.threads.end() ? Duration() : was->second);
    if (used >= elapsed / 1000) fmt::print("  {:<16} {:25.1f} %\n", name, 100 * to_seconds(used) / to_seconds(elapsed));
  }
  fmt::print("node's memory (RSS)                {:.0f} MB, at most {:.0f} MB\n", static_cast<double>(after.resident_bytes) / 1e6,
             static_cast<double>(after.most_resident_bytes) / 1e6);
}

void print_losses(const NodeProcess& node) {
  fmt::print("dropped reports {:.0f}, feed had to wait {:.0f} times, recording dropped {:.0f}, late ticks {:.0f}, frames skipped {:.0f}, clients dropped {:.0f}\n",
             node.metric("skypact_feed_dropped_total"), node.metric("skypact_queue_full_total"), node.metric("skypact_recording_dropped_total"),
             node.metric("skypact_ticks_late_total"), node.metric("skypact_stream_frames_skipped_total"),
             node.metric("skypact_stream_clients_dropped_total"));
}

// What was sent and is not counted by the node, after a moment to count it.
double lost_on_the_way(const NodeProcess& node, double sent) {
  const Duration until = monotonic_now() + seconds(60);
  double counted = 0;
  while ((counted = node.metric("skypact_feed_messages_total")) < sent && monotonic_now() < until) std::this_thread::sleep_for(milliseconds(50));
  return sent - counted;
}

// Notes when the first alert about each address came, and the tick that made it.
class AlertTimes {
 public:
  struct Arrival {
    Duration at{};           // monotonic
    Duration since_tick{};   // since the tick's own time
  };
  void read(WebSocket& events) {
    while (const auto text = events.next()) {
      const Duration at = monotonic_now();
      const Time wall = system_now();
      const auto document = json::parse(*text, {.bytes = std::size_t{64} << 20});
      if (!document || document->root()["type"].as_string() != "alert") continue;
      const auto tick = parse_rfc3339(document->root()["at"].as_string().value_or(""));
      for (const json::Value subject : document->root()["alert"]["subjects"].elements()) {
        const std::lock_guard lock(mutex_);
        first_.try_emplace(std::string(subject["address"].as_string().value_or("")), Arrival{at, tick ? wall - *tick : Duration()});
      }
    }
  }
  [[nodiscard]] std::optional<Arrival> of(const std::string& address) const {
    const std::lock_guard lock(mutex_);
    const auto found = first_.find(address);
    return found == first_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Arrival> first_;
};

int fail(const Error& error) {
  fmt::print(stderr, "node_load: {}\n", error.message);
  return 5;
}

int latency(const Options& options) {
  constexpr Duration before = seconds(20);
  fmt::print(stderr, "making {:g} s of traffic of {} aircraft …\n", options.seconds, options.aircraft);
  const Traffic traffic = make_traffic({.aircraft = options.aircraft, .encounters = options.encounters, .before = before,
                                        .length = from_seconds(options.seconds) + before, .seed = options.seed});
  auto node = NodeProcess::start(options.node, options.dss_clients > 0 ? NodeProcess::Dss::on : NodeProcess::Dss::off);
  if (!node) return fail(node.error());
  auto events = WebSocket::open(node->port(), "/api/v1/events");
  if (!events) return fail(events.error());
  AlertTimes alerts;
  std::vector<std::thread> clients;
  clients.emplace_back([&] { alerts.read(*events); });
  std::vector<WebSocket> consoles;
  for (std::size_t i = 0; i < options.consoles; ++i) {
    auto console = WebSocket::open(node->port(), "/api/v1/picture");
    if (!console) return fail(console.error());
    consoles.push_back(std::move(*console));
  }
  for (WebSocket& console : consoles) {
    clients.emplace_back([&console] {
      while (console.next()) {
      }
    });
  }
  const auto feed = connect_to(node->feed_port());
  if (!feed) return fail(feed.error());
  std::optional<DssClients> planning;
  if (options.dss_clients > 0) planning.emplace(node->dss_port(), node->dss_token(), DssLoad{.clients = options.dss_clients, .a_second = options.dss_requests});

  std::vector<Duration> written(options.encounters);
  Duration latest{}, measured_from{};
  ProcessUsage usage;
  double late_before = 0;
  std::uint64_t planned_before = 0;
  const Duration began = monotonic_now();
  for (const Piece& piece : traffic.pieces) {
    if (measured_from == Duration() && piece.at >= before) {
      measured_from = monotonic_now();
      usage = usage_of(node->id());
      if (planning) planned_before = planning->done();
      late_before = node->metric("skypact_ticks_late_total");
    }
    const Duration early = began + piece.at - monotonic_now();
    if (early > Duration()) std::this_thread::sleep_for(early);
    latest = std::max(latest, -early);
    if (piece.encounter >= 0) written[static_cast<std::size_t>(piece.encounter)] = monotonic_now();
    if (!send_all(*feed, std::string_view(traffic.bytes).substr(piece.begin, piece.end - piece.begin))) {
      return fail({ErrorCode::unreachable, "the node closed the feed"});
    }
  }
  const Duration elapsed = monotonic_now() - measured_from;
  const std::uint64_t planned = planning ? planning->done() - planned_before : 0;
  const ProcessUsage usage_after = usage_of(node->id());
  const double live = node->metric("skypact_tracks"), open = node->metric("skypact_alerts");
  const double tick_sum = node->metric("skypact_tick_duration_seconds_sum"), ticks = node->metric("skypact_tick_duration_seconds_count");

  std::vector<double> whole, beyond, after_tick;
  std::size_t missed = 0;
  for (std::size_t i = 0; i < options.encounters; ++i) {
    const auto arrival = alerts.of(traffic.addresses[i]);
    // An alert that was there before its deciding byte would make the benchmark lie.
    if (!arrival || written[i] == Duration() || arrival->at < written[i]) {
      ++missed;
      continue;
    }
    whole.push_back(1e3 * to_seconds(arrival->at - written[i]));
    beyond.push_back(std::max(0.0, whole.back() - 1000));
    after_tick.push_back(1e3 * to_seconds(arrival->since_tick));
  }
  fmt::print("{} tracks, {:.0f} open alerts, {} consoles, {:.0f} messages/s, {} encounters, {} without a valid measurement\n", live, open,
             options.consoles, static_cast<double>(traffic.messages) / (options.seconds + to_seconds(before)), whole.size(), missed);
  print_quantiles("deciding byte to alert", whole);
  print_quantiles("of that beyond the tick of 1 s", beyond);
  print_quantiles("tick's begin to alert", after_tick);
  fmt::print("mean tick                          {:.1f} ms\n", 1e3 * tick_sum / std::max(1.0, ticks));
  fmt::print("sender late by at most             {:.1f} ms\n", 1e3 * to_seconds(latest));
  if (planning) {
    planning->stop();
    fmt::print("DSS                                {:.0f} requests/s by {} clients, four writes to a query; {} failed\n", static_cast<double>(planned) / to_seconds(elapsed), options.dss_clients, planning->failed());
  }
  print_usage(usage, usage_after, elapsed);
  print_losses(*node);
  fmt::print("late ticks before measuring {:.0f}; messages lost on the way {:.0f}\n", late_before,
             lost_on_the_way(*node, static_cast<double>(traffic.messages)));
  ::close(*feed);
  events->shut();
  for (WebSocket& console : consoles) console.shut();
  for (std::thread& client : clients) client.join();
  return 0;
}

// Slow aircraft: traffic sent many times as fast as it is must not look like impossible speeds.
int rate(const Options& options) {
  fmt::print(stderr, "making 20 s of traffic of {} aircraft …\n", options.aircraft);
  const Traffic traffic = make_traffic({.aircraft = options.aircraft, .length = seconds(20), .speed_kt = 20, .seed = options.seed});
  auto node = NodeProcess::start(options.node);
  if (!node) return fail(node.error());
  const auto feed = connect_to(node->feed_port());
  if (!feed) return fail(feed.error());
  constexpr std::size_t at_once = 64 * 1024;
  std::uint64_t sent_bytes = 0;
  const Duration began = monotonic_now(), until = began + from_seconds(options.seconds);
  Duration blocked{};
  const ProcessUsage before = usage_of(node->id());
  std::uint64_t rounds = 0;
  for (bool going = true; going;) {
    for (std::size_t at = 0; at < traffic.bytes.size() && going; at += at_once) {
      const std::string_view part = std::string_view(traffic.bytes).substr(at, at_once);
      const Duration from = monotonic_now();
      if (!send_all(*feed, part)) return fail({ErrorCode::unreachable, "the node closed the feed"});
      const Duration took = monotonic_now() - from;
      if (took > milliseconds(1)) blocked += took;
      sent_bytes += part.size();
    }
    // Only whole rounds, so that every frame that was sent is whole.
    ++rounds;
    going = monotonic_now() < until;
  }
  const Duration sending = monotonic_now() - began;
  ::shutdown(*feed, SHUT_WR);
  const double sent = static_cast<double>(traffic.messages) * static_cast<double>(rounds);
  const double lost = lost_on_the_way(*node, sent);
  const Duration taken = monotonic_now() - began;
  const ProcessUsage after = usage_of(node->id());
  fmt::print("{:.0f} messages ({:.0f} MB) in {:.1f} s: {:.0f} messages/s, {:.1f} MB/s; the sender was held back {:.0f} % of the time\n", sent,
             static_cast<double>(sent_bytes) / 1e6, to_seconds(taken), sent / to_seconds(taken), static_cast<double>(sent_bytes) / 1e6 / to_seconds(taken),
             100 * to_seconds(blocked) / to_seconds(sending));
  fmt::print("{:.0f} messages for each second of the node's processor\n", sent / to_seconds(after.processor - before.processor));
  fmt::print("{:.0f} tracks; messages lost on the way {:.0f}\n", node->metric("skypact_tracks"), lost);
  print_usage(before, after, taken);
  print_losses(*node);
  ::close(*feed);
  return 0;
}

}  // namespace
}  // namespace skypact::bench

int main(int argc, char** argv) {
  using namespace skypact::bench;
  CLI::App app("A whole node under load");
  app.require_subcommand(1);
  Options options;
  int status = 0;
  const auto common = [&](CLI::App* command) {
    command->add_option("--node", options.node, "The skypact program")->capture_default_str();
    command->add_option("--aircraft", options.aircraft, "How many fly")->capture_default_str();
    command->add_option("--seconds", options.seconds, "How long it is measured")->capture_default_str();
    command->add_option("--seed", options.seed, "Any number")->capture_default_str();
  };
  CLI::App* byte_to_alert = app.add_subcommand("latency", "From the deciding byte's write to the alert on the WebSocket");
  common(byte_to_alert);
  byte_to_alert->add_option("--encounters", options.encounters, "How many conflicts, at random phases of the tick")->capture_default_str();
  byte_to_alert->add_option("--consoles", options.consoles, "Picture streams that are read meanwhile")->capture_default_str();
  byte_to_alert->add_option("--dss-clients", options.dss_clients, "USSs that plan at the node's DSS meanwhile")->capture_default_str();
  byte_to_alert->add_option("--dss-requests", options.dss_requests, "Of all of them, a second; 0: as many as are answered")->capture_default_str();
  byte_to_alert->callback([&] { status = latency(options); });
  CLI::App* most = app.add_subcommand("rate", "Beast messages a second until TCP holds the sender back");
  common(most);
  most->callback([&] { status = rate(options); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return status;
}
