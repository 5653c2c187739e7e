#include "server/watch.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "server/limits.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

constexpr Duration longest_command_wait = seconds(10);

struct Job {
  std::function<std::vector<node::Event>(node::Engine&, Time)> change;
  std::promise<void> done;
};

std::size_t size_of(const FeedInput& input) {
  const FeedBytes* bytes = std::get_if<FeedBytes>(&input);
  return bytes == nullptr ? 0 : bytes->raw.size() + bytes->batch.observations.size() * sizeof(Observation);
}

Received received_in(const node::FeedBatch& batch) {
  Received received{batch.messages, {}};
  for (const Observation& o : batch.observations) {
    if (o.position) received.positions.push_back(*o.position);
  }
  return received;
}

}  // namespace

struct Watch::State {
  State(std::unique_ptr<node::Engine> e, WatchOptions o, NodeClock& c, Recorder& r, Hub& h)
      : engine(std::move(e)), options(o), clock(c), recorder(r), hub(h), current(engine->picture()) {}

  void run();
  void take(FeedInput& input);
  void tick();
  void publish(const std::vector<node::Event>& events, bool frame);

  std::unique_ptr<node::Engine> engine;      // for the thread, once it runs
  const WatchOptions options;
  NodeClock& clock;
  Recorder& recorder;
  Hub& hub;

  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<FeedInput> inputs;
  std::deque<std::shared_ptr<Job>> jobs;
  std::size_t input_bytes = 0;
  std::map<SourceId, std::uint64_t> dropped;   // since the last tick
  std::function<void()> room;
  bool was_full = false;
  bool stopping = false;
  WatchStatus status;
  Duration last_tick_began{};
  std::shared_ptr<const node::Picture> current;

  Time now;                                  // the last time given to the engine
  std::thread thread;
};

Watch::Watch(std::unique_ptr<node::Engine> engine, WatchOptions options, NodeClock& clock, Recorder& recorder, Hub& hub)
    : state_(std::make_unique<State>(std::move(engine), options, clock, recorder, hub)) {}

Watch::~Watch() { stop(); }

void Watch::start() {
  state_->last_tick_began = monotonic_now();
  // The first picture is there before the first client can ask.
  state_->tick();
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

void Watch::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
}

void Watch::State::publish(const std::vector<node::Event>& events, bool frame) {
  auto picture = engine->picture();
  {
    const std::lock_guard lock(mutex);
    current = picture;
  }
  hub.publish(events, picture, status.last_tick, frame);
  if (options.told) options.told(events, *picture);
}

void Watch::State::tick() {
  const Duration began = monotonic_now();
  now = clock.now();
  std::map<SourceId, std::uint64_t> lost;
  {
    const std::lock_guard lock(mutex);
    lost = std::exchange(dropped, {});
  }
  for (const auto& [feed, reports] : lost) {
    node::FeedBatch count;
    count.feed = feed;
    count.received_at = now;
    count.dropped = reports;
    engine->observe(count);
  }
  recorder.tick(now);
  const std::vector<node::Event> events = engine->tick(now);
  const Duration took = monotonic_now() - began;
  {
    const std::lock_guard lock(mutex);
    ++status.ticks;
    if (began - last_tick_began > options.tick_period * 3 / 2) ++status.late_ticks;
    status.last_tick = took;
    last_tick_began = began;
    const double took_s = to_seconds(took);
    status.total_tick_s += took_s;
    std::size_t bucket = 0;
    while (bucket < WatchStatus::bounds_s.size() && took_s > WatchStatus::bounds_s[bucket]) ++bucket;
    ++status.buckets[bucket];
  }
  publish(events, true);
}

void Watch::State::take(FeedInput& input) {
  if (FeedBytes* bytes = std::get_if<FeedBytes>(&input)) {
    const SourceId feed = bytes->batch.feed;
    if (!bytes->raw.empty()) recorder.bytes(feed, bytes->batch.received_at, std::move(bytes->raw), received_in(bytes->batch));
    engine->observe(bytes->batch);
  } else if (FeedConnected* up = std::get_if<FeedConnected>(&input)) {
    recorder.connected(up->feed, up->at, up->peer);
    engine->feed_changed({up->feed, node::FeedState::connected, {}}, up->at);
  } else {
    FeedDisconnected& down = std::get<FeedDisconnected>(input);
    recorder.disconnected(down.feed, down.at, down.why);
    engine->feed_changed({down.feed, down.state, std::move(down.why)}, down.at);
  }
}

void Watch::State::run() {
  name_thread("watch");
  Duration next_tick = last_tick_began + options.tick_period;
  std::unique_lock lock(mutex);
  while (!stopping) {
    const Duration left = next_tick - monotonic_now();
    if (left <= Duration(0)) {
      lock.unlock();
      tick();
      lock.lock();
      // Ticks that were missed are not made up for: the next picture is whole anyway.
      next_tick = std::max(next_tick + options.tick_period, monotonic_now());
      continue;
    }
    if (!jobs.empty()) {
      const std::shared_ptr<Job> job = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      now = std::max(now, clock.now());
      publish(job->change(*engine, now), false);
      job->done.set_value();
      lock.lock();
      continue;
    }
    if (!inputs.empty()) {
      FeedInput input = std::move(inputs.front());
      inputs.pop_front();
      input_bytes -= size_of(input);
      std::function<void()> tell;
      if (was_full && inputs.size() * 2 <= FeedLimits::queued_batches && input_bytes * 2 <= FeedLimits::queued_bytes) {
        was_full = false;
        tell = room;
      }
      lock.unlock();
      if (tell) tell();
      take(input);
      lock.lock();
      continue;
    }
    wake.wait_for(lock, left);
  }
  for (const auto& job : jobs) job->done.set_value();
  jobs.clear();
}

bool Watch::offer(FeedInput&& input) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping) return false;
    const std::size_t size = size_of(input);
    const bool full = state_->inputs.size() >= FeedLimits::queued_batches ||
                      (state_->input_bytes > 0 && state_->input_bytes + size > FeedLimits::queued_bytes);
    if (full && std::holds_alternative<FeedBytes>(input)) {
      state_->was_full = true;
      ++state_->status.refused_batches;
      return false;
    }
    state_->input_bytes += size;
    state_->inputs.push_back(std::move(input));
  }
  state_->wake.notify_one();
  return true;
}

void Watch::count_dropped(SourceId feed, std::uint64_t reports) {
  const std::lock_guard lock(state_->mutex);
  state_->dropped[feed] += reports;
}

void Watch::on_room(std::function<void()> room) {
  const std::lock_guard lock(state_->mutex);
  state_->room = std::move(room);
}

void Watch::with_engine(const std::function<std::vector<node::Event>(node::Engine&, Time)>& change) {
  auto job = std::make_shared<Job>();
  job->change = change;
  auto done = job->done.get_future();
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping) return;
    state_->jobs.push_back(job);
  }
  state_->wake.notify_one();
  done.wait_for(longest_command_wait);
}

Result<std::vector<node::Event>> Watch::apply(node::Command command) {
  // Shared, because a command that waited too long may still run after we have answered.
  struct Answer {
    std::mutex mutex;
    Result<std::vector<node::Event>> result = Error{ErrorCode::unreachable, "The engine does not answer; nothing is known to have changed."};
  };
  auto answer = std::make_shared<Answer>();
  with_engine([answer, command = std::move(command), &recorder = state_->recorder](node::Engine& engine, Time now) {
    auto result = engine.apply(command, now);
    if (result) {
      std::string json = node::to_json(command, engine.picture()->rules->parties);
      if (const std::string_view standing = node::standing_name(command); !standing.empty()) {
        recorder.standing_command(now, std::string(standing), std::move(json));
      } else {
        recorder.command(now, std::move(json));
      }
    }
    std::vector<node::Event> events;
    if (result) events = *result;
    const std::lock_guard lock(answer->mutex);
    answer->result = std::move(result);
    return events;
  });
  const std::lock_guard lock(answer->mutex);
  return answer->result;
}

std::shared_ptr<const node::Picture> Watch::picture() const {
  const std::lock_guard lock(state_->mutex);
  return state_->current;
}

WatchStatus Watch::status() const {
  const std::lock_guard lock(state_->mutex);
  WatchStatus status = state_->status;
  status.since_tick = monotonic_now() - state_->last_tick_began;
  status.queued_batches = state_->inputs.size();
  status.queued_bytes = state_->input_bytes;
  return status;
}

Duration Watch::tick_period() const { return state_->options.tick_period; }

bool Watch::healthy() const {
  const std::lock_guard lock(state_->mutex);
  return state_->status.ticks > 0 && monotonic_now() - state_->last_tick_began < state_->options.tick_period * 3 + seconds(1);
}

}  // namespace skypact::server
