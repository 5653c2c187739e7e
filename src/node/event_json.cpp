// Events, as openapi.yaml's Event: what changed, and what a client gets that joins.

#include <algorithm>

#include "node/api_fields.h"
#include "node/api_json.h"

namespace skypact::node {
namespace {

// The member of an event that its type calls for.
struct EventBody {
  json::Writer& out;
  const Event& event;
  const Picture& picture;

  void type(std::string_view name_of_type) const { out.field("type", name_of_type); }
  void operator()(const Alert& alert) const {
    type("alert");
    out.key("alert");
    append_alert(out, alert, picture);
  }
  void operator()(const Zone& zone) const {
    type("zone");
    out.key("zone");
    append_zone(out, zone, picture.rules->parties);
  }
  void operator()(const ZoneRemoved& removed) const {
    type("zone_removed");
    out.field("id", removed.id);
  }
  void operator()(const Inhibition& inhibition) const {
    type("inhibition");
    out.key("inhibition");
    append_inhibition(out, inhibition);
  }
  void operator()(const InhibitionRemoved& removed) const {
    type("inhibition_removed");
    out.field("id", removed.id);
  }
  void operator()(const Group& group) const {
    type("group");
    out.key("group");
    append_group(out, group);
  }
  void operator()(const GroupRemoved& removed) const {
    type("group_removed");
    out.field("id", removed.id);
  }
  void operator()(const PairVerdict& verdict) const {
    type("verdict");
    out.key("verdict");
    append_verdict(out, verdict, {});
  }
  void operator()(const VerdictComparison& comparison) const {
    type("verdict_compared");
    out.key("verdict_compared");
    append_comparison(out, comparison);
  }
  void operator()(const FeedStatus& feed) const {
    type("feed");
    out.key("feed");
    append_feed(out, feed, event.at);
  }
};

void uncounted_head(json::Writer& out, const Picture& picture, std::string_view type) {
  out.field("seq", picture.last_sequence);
  out.field("at", to_rfc3339(picture.now));
  out.field("type", type);
}

}  // namespace

std::string event_json(const Event& event, const Picture& picture) {
  return object_text([&](json::Writer& out) {
    out.field("seq", event.seq);
    out.field("at", to_rfc3339(event.at));
    std::visit(EventBody{out, event, picture}, event.what);
  });
}

std::string snapshot_event_json(const Picture& picture) {
  return object_text([&](json::Writer& out) {
    uncounted_head(out, picture, "snapshot");
    list_field(out, "alerts", picture.alerts, [&](const Alert& a) { append_alert(out, a, picture); });
    list_field(out, "zones", picture.rules->zones, [&](const Zone& z) { append_zone(out, z, picture.rules->parties); });
    list_field(out, "feeds", picture.feeds, [&](const FeedStatus& f) { append_feed(out, f, picture.now); });
  });
}

std::string hello_event_json(const NodeStatus& status, const Config& config, const Picture& picture) {
  return object_text([&](json::Writer& out) {
    uncounted_head(out, picture, "hello");
    out.key("node");
    append_node(out, status, config, picture);
  });
}

std::string tick_event_json(const Picture& picture, Duration last_tick) {
  return object_text([&](json::Writer& out) {
    uncounted_head(out, picture, "tick");
    out.key("tick");
    out.begin_object();
    out.field("now", to_rfc3339(picture.now));
    out.field("tracks", picture.tracks ? picture.tracks->size() : 0);
    out.field("live", picture.live);
    out.field("located", picture.located);
    out.field("suspect", picture.suspect);
    out.field("alerts", picture.alerts.size());
    out.field("inhibitions_active", picture.inhibitions_active);
    out.field("last_tick_ms", to_seconds(last_tick) * 1e3, 3);
    list_field(out, "feeds", picture.feeds, [&](const FeedStatus& f) {
      out.begin_object();
      out.field("id", f.id.value);
      out.field("state", to_string(f.state));
      if (f.last_message_at) out.field("last_message_age_s", std::max(0.0, to_seconds(picture.now - *f.last_message_at)), second_decimals);
      out.field("messages_per_s", f.messages_per_s, 1);
      out.end_object();
    });
    out.end_object();
  });
}

}  // namespace skypact::node
