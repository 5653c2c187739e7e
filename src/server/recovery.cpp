#include "server/recovery.h"

#include <fstream>
#include <sstream>

#include "node/command.h"
#include "node/replay.h"
#include "server/log.h"
#include "wire/recording.h"

namespace skypact::server {
namespace {

// Zones, inhibitions, groups and manual tracks of before the stretch that is replayed whole.
std::size_t repeat_commands(node::Engine& engine, const wire::Segment& segment, Time before) {
  std::ifstream in(segment.path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string content = std::move(text).str();
  auto reader = wire::RecordingReader::open(content);
  if (!reader) return 0;
  std::size_t done = 0;
  while (const auto record = reader->next()) {
    if (record->type != wire::RecordType::command || record->received_at >= before) continue;
    const auto command = node::read_command(record->payload, engine.picture()->rules->parties);
    if (command && engine.apply(*command, record->received_at)) ++done;
  }
  return done;
}

}  // namespace

void recover(node::Engine& engine, const node::RecordingConfig& config, Time now) {
  if (!config.enabled) return;
  const auto segments = wire::RecordingFolder(config.folder).segments();
  if (!segments || segments->empty()) return;
  const Interval<Time> span{now - RecoveryLimits::span, now};
  std::size_t commands = 0;
  for (const wire::Segment& segment : *segments) {
    if (segment.started_at < span.from) commands += repeat_commands(engine, segment, span.from);
  }
  const std::vector<wire::Segment> recent = wire::segments_covering(*segments, span);
  const auto totals = node::replay_recording(engine, recent, span, [](const std::vector<node::Event>&) { return true; });
  if (!totals) {
    log::warn("recovery ended early", {{"why", totals.error().message}});
    return;
  }
  log::info("recovered", {{"commands", std::to_string(commands + totals->commands)}, {"positions", std::to_string(totals->positions)},
                          {"tracks", std::to_string(engine.picture()->tracks->size())}});
}

}  // namespace skypact::server
