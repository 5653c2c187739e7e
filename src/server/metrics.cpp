#include "server/metrics.h"

#include <prometheus/text_serializer.h>

#include <array>
#include <limits>
#include <map>
#include <utility>

#include "node/api_names.h"
#include "wire/error_counts.h"

namespace skypact::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

class Families {
 public:
  // Begins a family; the calls of add() that follow belong to it.
  Families& family(const std::string& name, const std::string& help, MetricType type) {
    families_.push_back({name, help, type, {}});
    return *this;
  }
  void add(double value, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    if (families_.back().type == MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    families_.back().metric.push_back(std::move(metric));
  }
  void add(ClientMetric metric) { families_.back().metric.push_back(std::move(metric)); }
  [[nodiscard]] const std::vector<MetricFamily>& all() const { return families_; }

 private:
  std::vector<MetricFamily> families_;
};

double number(std::uint64_t count) { return static_cast<double>(count); }

void add_feeds(Families& out, const node::Picture& picture, Time now) {
  out.family("skypact_feed_messages_total", "Messages received, by feed.", MetricType::Counter);
  for (const auto& f : picture.feeds) out.add(number(f.messages), {{"feed", f.name}});
  out.family("skypact_feed_bytes_total", "Bytes received, by feed.", MetricType::Counter);
  for (const auto& f : picture.feeds) out.add(number(f.bytes), {{"feed", f.name}});
  out.family("skypact_feed_positions_total", "Positions received, by feed.", MetricType::Counter);
  for (const auto& f : picture.feeds) out.add(number(f.positions), {{"feed", f.name}});
  out.family("skypact_feed_dropped_total", "Reports thrown away because the node was slower than the feed and its sender could not be made to wait.", MetricType::Counter);
  for (const auto& f : picture.feeds) out.add(number(f.dropped), {{"feed", f.name}});
  out.family("skypact_feed_errors_total", "Messages refused, by feed and reason.", MetricType::Counter);
  for (const auto& f : picture.feeds) {
    for (const wire::DecodeError e : f.errors.seen()) out.add(number(f.errors[e]), {{"feed", f.name}, {"reason", std::string(wire::name(e))}});
  }
  out.family("skypact_feed_last_message_age_seconds", "Since the feed's last message; absent where none came yet.", MetricType::Gauge);
  for (const auto& f : picture.feeds) {
    if (f.last_message_at) out.add(to_seconds(now - *f.last_message_at), {{"feed", f.name}});
  }
  out.family("skypact_feed_connected", "1 while connected.", MetricType::Gauge);
  for (const auto& f : picture.feeds) out.add(f.state == node::FeedState::connected ? 1 : 0, {{"feed", f.name}});
}

void add_picture(Families& out, const node::Picture& picture) {
  static constexpr std::array lives{"live", "coasting", "stale", "lost"};
  std::array<std::size_t, 4> by_life{};
  for (const node::PictureTrack& t : *picture.tracks) ++by_life[std::min<std::size_t>(static_cast<std::size_t>(t.track.life), 3)];
  out.family("skypact_tracks", "Tracks, by life.", MetricType::Gauge);
  for (std::size_t i = 0; i < lives.size(); ++i) out.add(number(by_life[i]), {{"life", lives[i]}});
  out.family("skypact_tracks_located", "Tracks with a position.", MetricType::Gauge).add(number(picture.located));
  out.family("skypact_tracks_suspect", "Tracks whose positions are not to be believed as they are.", MetricType::Gauge).add(number(picture.suspect));
  std::map<std::pair<std::string, std::string>, std::size_t> alerts;
  for (const Alert& a : picture.alerts) ++alerts[{std::string(to_string(a.kind)), std::string(to_string(a.state))}];
  out.family("skypact_alerts", "Open alerts, by kind and state.", MetricType::Gauge);
  for (const auto& [which, count] : alerts) out.add(number(count), {{"kind", which.first}, {"state", which.second}});
  out.family("skypact_events_total", "Events given out.", MetricType::Counter).add(number(picture.last_sequence));
  out.family("skypact_inhibitions_active", "Inhibitions in effect.", MetricType::Gauge).add(number(picture.inhibitions_active));
  out.family("skypact_refused_observations_total", "Reports refused by plausibility or by a bound.", MetricType::Counter)
      .add(number(picture.refused_observations));
}

void add_links(Families& out, const std::vector<node::LinkView>& links, const Parties& parties) {
  if (links.empty()) return;
  const auto each = [&](const auto& add) {
    for (const node::LinkView& view : links) add(view.status, Labels{{"party", std::string(node::party_name(view.party, parties))}});
  };
  out.family("skypact_link_up", "1 while the other party's node answers and speaks.", MetricType::Gauge);
  each([&](const link::LinkStatus& s, Labels labels) { out.add(s.state == link::LinkState::up ? 1 : 0, std::move(labels)); });
  out.family("skypact_link_age_seconds", "Since both ways of the link worked; absent where one never did.", MetricType::Gauge);
  each([&](const link::LinkStatus& s, Labels labels) {
    if (s.age) out.add(to_seconds(*s.age), std::move(labels));
  });
  out.family("skypact_link_clock_ahead_seconds", "The other node's clock minus this node's.", MetricType::Gauge);
  each([&](const link::LinkStatus& s, Labels labels) {
    if (s.clock) out.add(to_seconds(s.clock->ahead), std::move(labels));
  });
  out.family("skypact_link_clock_bound_seconds", "How far off that may be.", MetricType::Gauge);
  each([&](const link::LinkStatus& s, Labels labels) {
    if (s.clock) out.add(to_seconds(s.clock->bound), std::move(labels));
  });
  out.family("skypact_link_waiting", "Alerts and urgent notes that the other node has not taken.", MetricType::Gauge);
  each([&](const link::LinkStatus& s, Labels labels) { out.add(number(s.alerts_waiting + s.notes_waiting), std::move(labels)); });
}

void add_watch(Families& out, const WatchStatus& watch) {
  ClientMetric ticks;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < watch.buckets.size(); ++i) {
    cumulative += watch.buckets[i];
    ticks.histogram.bucket.push_back({cumulative, i < WatchStatus::bounds_s.size() ? WatchStatus::bounds_s[i] : std::numeric_limits<double>::infinity()});
  }
  ticks.histogram.sample_count = cumulative;
  ticks.histogram.sample_sum = watch.total_tick_s;
  out.family("skypact_tick_duration_seconds", "What a tick of the engine took.", MetricType::Histogram).add(std::move(ticks));
  out.family("skypact_ticks_late_total", "Ticks that began more than half a period late.", MetricType::Counter).add(number(watch.late_ticks));
  out.family("skypact_since_tick_seconds", "Since the last tick began.", MetricType::Gauge).add(to_seconds(watch.since_tick));
  out.family("skypact_queue_batches", "Batches of reports waiting for the engine.", MetricType::Gauge).add(number(watch.queued_batches));
  out.family("skypact_queue_bytes", "Bytes waiting for the engine.", MetricType::Gauge).add(number(watch.queued_bytes));
  out.family("skypact_queue_full_total", "Times a feed had to wait because the queue was full.", MetricType::Counter).add(number(watch.refused_batches));
}

void add_mirrors(Families& out, const MirrorStatus& mirrors, Time now) {
  if (mirrors.mirrored.empty() && mirrors.cosigners.empty()) return;
  out.family("skypact_mirror_entries", "Entries held of another party's record.", MetricType::Gauge);
  for (const auto& m : mirrors.mirrored) out.add(number(m.size), {{"party", m.party}});
  out.family("skypact_mirror_age_seconds", "Since a record could last be followed; absent where it never could.", MetricType::Gauge);
  for (const auto& m : mirrors.mirrored) {
    if (m.answered_at) out.add(to_seconds(now - *m.answered_at), {{"party", m.party}});
  }
  out.family("skypact_record_forked", "1 where a party's key signed two histories.", MetricType::Gauge);
  for (const auto& m : mirrors.mirrored) out.add(m.forked ? 1 : 0, {{"party", m.party}});
  out.family("skypact_record_cosigned", "Entries of our record that another has cosigned.", MetricType::Gauge);
  for (const auto& c : mirrors.cosigners) out.add(number(c.size), {{"by", c.name}});
  out.family("skypact_record_cosigned_age_seconds", "Since the time of that cosignature, by its maker's clock.", MetricType::Gauge);
  for (const auto& c : mirrors.cosigners) {
    if (c.cosigned_at) out.add(to_seconds(now - *c.cosigned_at), {{"by", c.name}});
  }
}

void add_utm(Families& out, const UtmStatus& utm) {
  out.family("skypact_dss_on", "1 while the DSS answers.", MetricType::Gauge).add(utm.dss.state == DssStatus::State::on ? 1 : 0);
  out.family("skypact_dss_entities", "What the DSS holds, by kind.", MetricType::Gauge);
  for (const auto& [kind, count] : {std::pair{"operational_intent", utm.dss.intents}, std::pair{"constraint", utm.dss.constraints}, std::pair{"subscription", utm.dss.subscriptions},
                                     std::pair{"service_area", utm.dss.service_areas}, std::pair{"remote_id_subscription", utm.dss.remote_id_subscriptions}}) {
    out.add(number(count), {{"kind", kind}});
  }
  out.family("skypact_dss_changes_total", "Changes that are durable, of all time.", MetricType::Counter).add(number(utm.dss.changes));
  out.family("skypact_dss_commits_total", "Writes to the disk that made them durable.", MetricType::Counter).add(number(utm.dss.commits));
  out.family("skypact_dss_waiting", "Requests that wait.", MetricType::Gauge).add(number(utm.dss.waiting));
  out.family("skypact_utm_requests_total", "Requests of USSs answered.", MetricType::Counter).add(number(utm.http.requests));
  out.family("skypact_utm_connections", "Open connections of USSs.", MetricType::Gauge).add(number(utm.http.connections));
  if (utm.uss) {
    const UssStatus& uss = *utm.uss;
    out.family("skypact_uss_on", "1 while plans can be written.", MetricType::Gauge).add(uss.state == UssStatus::State::on ? 1 : 0);
    out.family("skypact_uss_entities", "Own plans that have not ended, by kind.", MetricType::Gauge);
    out.add(number(uss.flights), {{"kind", "flight"}});
    out.add(number(uss.constraints), {{"kind", "constraint"}});
    out.family("skypact_uss_unsure", "Plans of which it is not known yet whether the DSS took them.", MetricType::Gauge).add(number(uss.unsure));
    out.family("skypact_uss_notices", "Notices to subscribers that are not confirmed, by what becomes of them.", MetricType::Gauge);
    out.add(number(uss.notices_waiting), {{"state", "waiting"}});
    out.add(number(uss.notices_given_up), {{"state", "given_up"}});
    out.family("skypact_uss_notices_sent_total", "Notices that subscribers have confirmed.", MetricType::Counter).add(number(uss.notices_sent));
    out.family("skypact_uss_notices_heard_total", "Notices that peers have sent.", MetricType::Counter).add(number(uss.notices_heard));
    out.family("skypact_uss_log_on", "1 while what the USS does can be logged.", MetricType::Gauge).add(uss.log.failing.empty() ? 1 : 0);
    out.family("skypact_uss_log_bytes", "Size of the USS's log.", MetricType::Gauge).add(number(uss.log.bytes));
    out.family("skypact_uss_log_records_total", "Records of the USS's log.", MetricType::Counter).add(number(uss.log.written));
    out.family("skypact_uss_log_lost_total", "Records that were not logged.", MetricType::Counter).add(number(uss.log.lost));
    out.family("skypact_uss_reports_sent_total", "Reports of others' mistakes that were taken.", MetricType::Counter).add(number(uss.log.reports_sent));
  }
  out.family("skypact_utm_token_keys", "Keys that tokens are checked with.", MetricType::Gauge).add(number(utm.token_keys));
}

}  // namespace

std::string metrics_text(const Measured& measured, Time now) {
  const auto& [picture, watch, recorder, ledger, mirrors, links, http, distress, utm] = measured;
  Families out;
  add_feeds(out, picture, now);
  add_picture(out, picture);
  add_watch(out, watch);
  add_links(out, links, picture.rules->parties);
  out.family("skypact_recording_on", "1 while the recording is written.", MetricType::Gauge)
      .add(recorder.state == node::NodeStatus::Recording::on ? 1 : 0);
  out.family("skypact_recording_bytes", "Size of the recording.", MetricType::Gauge).add(number(recorder.bytes));
  out.family("skypact_recording_dropped_total", "Records not written, because the disk was too slow or refused.", MetricType::Counter)
      .add(number(recorder.dropped));
  out.family("skypact_recording_waiting_bytes", "Waiting for the disk.", MetricType::Gauge).add(number(recorder.waiting_bytes));
  if (ledger.state != LedgerWriter::State::off) {
    out.family("skypact_record_on", "1 while the record is written and signed.", MetricType::Gauge).add(ledger.state == LedgerWriter::State::on ? 1 : 0);
    out.family("skypact_record_entries", "Entries of the record that are durable.", MetricType::Gauge).add(number(ledger.durable));
    out.family("skypact_record_published", "Entries under a signed checkpoint.", MetricType::Gauge).add(number(ledger.published));
    out.family("skypact_record_waiting", "Entries that are not recorded yet.", MetricType::Gauge).add(number(ledger.waiting));
    out.family("skypact_record_dropped_total", "Entries that were never recorded.", MetricType::Counter).add(number(ledger.dropped));
  }
  add_mirrors(out, mirrors, now);
  out.family("skypact_distress_open", "Open distress cases.", MetricType::Gauge).add(number(distress.open));
  out.family("skypact_distress_triggers_total", "Pieces of evidence taken.", MetricType::Counter).add(number(distress.triggers));
  out.family("skypact_distress_no_room_total", "Evidence that found no room on the board.", MetricType::Counter).add(number(distress.beyond));
  out.family("skypact_distress_refused_total", "Evidence that was none.", MetricType::Counter).add(number(distress.refused));
  out.family("skypact_distress_dropped_total", "Evidence thrown away because more came than could be taken.", MetricType::Counter).add(number(distress.dropped));
  out.family("skypact_distress_told_total", "Messages by which other parties were told of a case.", MetricType::Counter).add(number(distress.told));
  out.family("skypact_distress_not_told_total", "Messages about a case that could not be sent.", MetricType::Counter).add(number(distress.not_told));
  out.family("skypact_http_connections", "Open connections of clients.", MetricType::Gauge).add(number(http.connections));
  out.family("skypact_http_connections_refused_total", "Connections beyond the bound.", MetricType::Counter).add(number(http.refused_connections));
  out.family("skypact_http_requests_total", "Requests answered.", MetricType::Counter).add(number(http.requests));
  out.family("skypact_http_bad_requests_total", "Requests that were not HTTP or beyond a bound.", MetricType::Counter).add(number(http.bad_requests));
  out.family("skypact_stream_clients", "Clients of picture and event streams.", MetricType::Gauge).add(number(http.stream_clients));
  out.family("skypact_stream_clients_dropped_total", "Stream clients dropped because they did not read.", MetricType::Counter).add(number(http.dropped_slow));
  out.family("skypact_stream_frames_skipped_total", "Picture frames skipped for slow clients.", MetricType::Counter).add(number(http.skipped_frames));
  if (utm) add_utm(out, *utm);
  return prometheus::TextSerializer().Serialize(out.all());
}

}  // namespace skypact::server
