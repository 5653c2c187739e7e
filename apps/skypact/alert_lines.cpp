#include "alert_lines.h"

#include "node/api_json.h"

namespace skypact::app {

std::string AlertLines::of(const std::vector<node::Event>& events, const node::Engine& engine) {
  std::string lines;
  for (const node::Event& event : events) {
    const Alert* alert = std::get_if<Alert>(&event.what);
    if (alert == nullptr) continue;
    const auto before = open_.find(alert->id);
    const bool is_new = before == open_.end();
    const bool was_infringed = !is_new && before->second.infringed;
    const Shown shown{alert->state, alert->severity, alert->acknowledgements.size(), was_infringed || alert->state == AlertState::infringed};
    Counts& counts = counts_[alert->kind];
    counts.alerts += is_new ? 1 : 0;
    counts.infringed += shown.infringed && !was_infringed ? 1 : 0;
    if (!is_new && before->second == shown) continue;
    lines += node::alert_json(*alert, *engine.picture());
    lines += '\n';
    if (alert->state == AlertState::ended) {
      open_.erase(alert->id);
    } else {
      open_.insert_or_assign(alert->id, shown);
    }
  }
  return lines;
}

}  // namespace skypact::app
