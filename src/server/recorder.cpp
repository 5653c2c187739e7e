#include "server/recorder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "ledger/hash.h"
#include "server/disk_thread.h"
#include "server/limits.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

struct Item {
  wire::RecordType type;
  SourceId source;
  Time at;
  std::string payload;
  Received received{};
  std::string standing{};  // of a command: which it is; empty: none that stands
};

void add_to(node::TrafficStretch::Source& source, const Item& item) {
  source.bytes += item.payload.size();
  source.messages += item.received.messages;
  source.positions += item.received.positions.size();
  for (const geo::Position p : item.received.positions) {
    source.south = std::min(source.south, p.lat_degrees()), source.north = std::max(source.north, p.lat_degrees());
    source.west = std::min(source.west, p.lon_degrees()), source.east = std::max(source.east, p.lon_degrees());
  }
}

constexpr Duration retry_after = seconds(5);     // a disk that refused is asked again
constexpr Duration sync_every = seconds(5);
constexpr Duration hung_after = seconds(5);

}  // namespace

struct Recorder::State : DiskThreadState {
  State(const node::RecordingConfig& c, std::vector<wire::RecordedSource> s, Stretch t)
      : config(c), sources(std::move(s)), tell_stretch(std::move(t)), folder(c.folder),
        policy{c.segment_size_bytes, c.segment_age, c.max_size_bytes, c.max_age} {}

  void push(Item item);
  void run();
  void write(std::deque<Item>& items);
  bool open_segment(Time now);
  bool write_out();
  void fail(std::string why);
  void close_segment();
  void count_segments();
  void count_in_stretch(const Item& item);
  void end_stretch(Time at);

  const node::RecordingConfig config;
  const std::vector<wire::RecordedSource> sources;
  const Stretch tell_stretch;
  const wire::RecordingFolder folder;
  const wire::SegmentPolicy policy;

  std::deque<Item> queue;
  std::size_t queued_bytes = 0;
  std::uint64_t pushed = 0, handled = 0;         // items
  Status status;
  std::optional<Duration> busy_since;            // monotonic; the thread is inside the file system

  // For the thread only.
  int fd = -1;
  std::string text;                              // records not yet written
  std::optional<wire::RecordingWriter> writer;
  std::map<std::string, std::string> standing;   // commands that every new segment begins with, by which they are
  Time segment_started;
  std::uint64_t segment_bytes = 0;
  Duration retry_at{}, sync_at{};
  ledger::Sha256Stream hash;                     // of what was written of the stretch
  node::TrafficStretch stretch;
  std::map<SourceId, node::TrafficStretch::Source> stretch_sources;
  std::optional<Time> stretch_began;
};

void Recorder::State::push(Item item) {
  if (!config.enabled) return;
  const std::lock_guard lock(mutex);
  const std::size_t size = item.payload.size() + item.received.positions.size() * sizeof(geo::Position) + 64;
  if (queued_bytes + size > RecorderLimits::queued_bytes || stopping) {
    ++status.dropped;
    return;
  }
  queued_bytes += size;
  ++pushed;
  queue.push_back(std::move(item));
  if (queue.size() == 1) changed.notify_all();
}

void Recorder::State::run() {
  name_thread("recorder");
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [&] { return stopping || !queue.empty(); });
    if (queue.empty() && stopping) break;
    std::deque<Item> items = std::exchange(queue, {});
    queued_bytes = 0;
    busy_since = monotonic_now();
    lock.unlock();
    const std::size_t count = items.size();
    write(items);
    lock.lock();
    busy_since.reset();
    handled += count;
    changed.notify_all();
  }
  lock.unlock();
  close_segment();
  lock.lock();
  finished = true;
  changed.notify_all();
}

void Recorder::State::write(std::deque<Item>& items) {
  const Duration monotonic = monotonic_now();
  if (fd < 0 && monotonic < retry_at) {
    const std::lock_guard lock(mutex);
    status.dropped += items.size();
    return;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    Item& item = items[i];
    if (fd >= 0 && wire::segment_is_full(policy, segment_bytes + text.size(), segment_started, item.at)) {
      write_out();
      close_segment();
    }
    if (fd < 0 && (monotonic_now() < retry_at || !open_segment(item.at))) {
      const std::lock_guard lock(mutex);
      status.dropped += items.size() - i;
      return;
    }
    switch (item.type) {
      case wire::RecordType::feed_bytes: writer->bytes(item.source, item.at, item.payload); break;
      case wire::RecordType::connected: writer->connected(item.source, item.at, item.payload); break;
      case wire::RecordType::disconnected: writer->disconnected(item.source, item.at, item.payload); break;
      case wire::RecordType::command:
        writer->command(item.at, item.payload);
        if (!item.standing.empty()) standing[item.standing] = item.payload;
        break;
      case wire::RecordType::tick: writer->tick(item.at); break;
    }
    count_in_stretch(item);
    if (text.size() > (std::size_t{1} << 20)) write_out();
    if (stretch_began && item.at - *stretch_began >= stretch_period && write_out()) end_stretch(item.at);
  }
  write_out();
  if (fd >= 0 && monotonic >= sync_at) {
    ::fdatasync(fd);
    sync_at = monotonic + sync_every;
  }
}

bool Recorder::State::open_segment(Time now) {
  std::error_code error;
  std::filesystem::create_directories(folder.path(), error);
  const std::filesystem::path path = folder.segment_path(now);
  fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0640);
  if (fd < 0) {
    fail(path.string() + ": " + std::strerror(errno));
    return false;
  }
  if (const auto freed = folder.delete_oldest(policy, now); !freed) log::warn("recording: old segments stay", {{"why", freed.error().message}});
  text.clear();
  writer.emplace(text, sources, now);
  for (const auto& [which, command] : standing) writer->command(now, command);
  segment_started = now;
  segment_bytes = 0;
  (void)hash.take();
  stretch = {};
  stretch.segment = path.filename().string();
  stretch_sources.clear();
  stretch_began.reset();
  count_segments();
  return true;
}

void Recorder::State::count_in_stretch(const Item& item) {
  if (!tell_stretch) return;
  if (!stretch_began) stretch_began = stretch.since = item.at;
  stretch.until = item.at;
  if (item.type != wire::RecordType::feed_bytes) return;
  auto& source = stretch_sources[item.source];
  const auto at = std::find_if(sources.begin(), sources.end(), [&](const wire::RecordedSource& s) { return s.id == item.source; });
  if (source.name.empty() && at != sources.end()) source.name = at->name;
  add_to(source, item);
}

// Everything of it was written; it is made durable before anybody is told.
void Recorder::State::end_stretch(Time at) {
  if (!tell_stretch || fd < 0 || !stretch_began || segment_bytes == stretch.to) return;
  if (::fdatasync(fd) != 0) return fail(std::string("fdatasync: ") + std::strerror(errno));
  stretch.from = std::exchange(stretch.to, segment_bytes);
  stretch.sha256 = ledger::to_base64(hash.take());
  stretch.sources.clear();
  for (auto& [id, source] : stretch_sources) stretch.sources.push_back(std::move(source));
  stretch_sources.clear();
  tell_stretch(at, stretch);
  stretch_began.reset();
}

bool Recorder::State::write_out() {
  std::size_t done = 0;
  while (fd >= 0 && done < text.size()) {
    const ssize_t written = ::write(fd, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      fail(std::string("write: ") + std::strerror(errno));
      return false;
    }
    done += static_cast<std::size_t>(written);
  }
  segment_bytes += done;
  if (tell_stretch) hash.add(ledger::as_bytes(text));
  text.clear();
  const std::lock_guard lock(mutex);
  status.bytes += done;
  if (status.state != node::NodeStatus::Recording::on) log::info("recording", {{"folder", folder.path().string()}});
  status.state = node::NodeStatus::Recording::on;
  status.message.clear();
  return true;
}

void Recorder::State::fail(std::string why) {
  if (fd >= 0) ::close(fd);
  fd = -1;
  writer.reset();
  text.clear();
  retry_at = monotonic_now() + retry_after;
  const std::lock_guard lock(mutex);
  if (status.state != node::NodeStatus::Recording::failing || status.message != why) log::error("recording fails", {{"why", why}});
  status.state = node::NodeStatus::Recording::failing;
  status.message = std::move(why);
}

void Recorder::State::close_segment() {
  if (fd < 0) return;
  if (stretch_began) end_stretch(stretch.until);
  if (fd < 0) return;
  ::fdatasync(fd);
  ::close(fd);
  fd = -1;
  writer.reset();
}

void Recorder::State::count_segments() {
  const auto segments = folder.segments();
  if (!segments) return;
  std::uint64_t bytes = 0;
  for (const wire::Segment& s : *segments) bytes += s.size_bytes;
  const std::lock_guard lock(mutex);
  status.bytes = bytes;
  status.segments = segments->size();
}

Recorder::Recorder(const node::RecordingConfig& config, std::vector<wire::RecordedSource> sources, Stretch stretch)
    : state_(std::make_shared<State>(config, std::move(sources), std::move(stretch))) {
  if (!config.enabled) {
    state_->finished = true;
    return;
  }
  state_->status.state = node::NodeStatus::Recording::on;
  thread_ = std::thread([state = state_] { state->run(); });
}

Recorder::~Recorder() {
  if (!thread_.joinable()) return;
  end_disk_thread(*state_, thread_);
}

void Recorder::bytes(SourceId source, Time at, std::string payload, Received received) {
  state_->push({wire::RecordType::feed_bytes, source, at, std::move(payload), std::move(received)});
}
void Recorder::connected(SourceId source, Time at, std::string peer) {
  state_->push({wire::RecordType::connected, source, at, std::move(peer)});
}
void Recorder::disconnected(SourceId source, Time at, std::string why) {
  state_->push({wire::RecordType::disconnected, source, at, std::move(why)});
}
void Recorder::command(Time at, std::string json) {
  state_->push({wire::RecordType::command, wire::no_source, at, std::move(json)});
}
void Recorder::standing_command(Time at, std::string which, std::string json) {
  state_->push({wire::RecordType::command, wire::no_source, at, std::move(json), {}, std::move(which)});
}
void Recorder::tick(Time at) { state_->push({wire::RecordType::tick, wire::no_source, at, {}}); }

Recorder::Status Recorder::status() const {
  const std::lock_guard lock(state_->mutex);
  Status status = state_->status;
  status.waiting_bytes = state_->queued_bytes;
  if (state_->busy_since && monotonic_now() - *state_->busy_since > hung_after) {
    status.state = node::NodeStatus::Recording::failing;
    status.message = "the disk does not answer";
  }
  return status;
}

bool Recorder::flush(Duration longest) {
  std::unique_lock lock(state_->mutex);
  const std::uint64_t goal = state_->pushed;
  return state_->changed.wait_for(lock, longest, [&] { return state_->handled >= goal || state_->finished; });
}

}  // namespace skypact::server
