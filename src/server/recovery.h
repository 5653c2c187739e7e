#pragma once
// What a node does first after it was stopped, however that happened: it takes up where its recording ends.
//
//     recover(engine, config.recording, now);
//
// Commands of the whole recording are done again; tracks and alerts come from its last RecoveryLimits::span. What
// cannot be read is passed over and said in the log. Before the engine's thread runs.

#include "node/config.h"
#include "node/engine.h"

namespace skypact::server {

struct RecoveryLimits {
  static constexpr Duration span = minutes(10);
};

void recover(node::Engine& engine, const node::RecordingConfig& config, Time now);

}  // namespace skypact::server
