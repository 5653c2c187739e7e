#include "node/feed_board.h"

#include <algorithm>

namespace skypact::node {

FeedBoard::FeedBoard(const std::vector<FeedConfig>& feeds) {
  feeds_.resize(feeds.size() + 2);
  for (std::size_t i = 0; i < feeds_.size(); ++i) feeds_[i].status.id = SourceId{static_cast<std::uint16_t>(i)};
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    Feed& feed = feeds_[i];
    feed.status.name = feeds[i].name;
    feed.status.format = to_string(feeds[i].format);
    feed.status.address = to_string(feeds[i].transport);
    feed.silent_after = feeds[i].silent_after;
    // A file has an end, nobody waits for more of it; a peer has no duty to share tracks, and whether its link is up is
    // told by itself.
    feed.expected = !std::holds_alternative<ReadFile>(feeds[i].transport) && !std::holds_alternative<FromPeer>(feeds[i].transport);
  }
  for (const auto& [id, name] : {std::pair(report_feed(), "api"), std::pair(manual_feed(), "manual")}) {
    Feed& feed = feeds_[id.value];
    feed.status.name = name;
    feed.status.format = "report";
    feed.status.state = feed.shown = FeedState::connected;
    feed.expected = false;
  }
}

void FeedBoard::count(const FeedBatch& batch, std::uint64_t positions) {
  FeedStatus& s = feeds_[batch.feed.value].status;
  s.bytes += batch.bytes;
  s.messages += batch.messages;
  s.positions += positions;
  s.errors += batch.errors;
  s.dropped += batch.dropped;
  if (batch.messages > 0 && (!s.last_message_at || *s.last_message_at < batch.received_at)) s.last_message_at = batch.received_at;
}

void FeedBoard::change(const FeedChange& change) {
  FeedStatus& s = feeds_[change.feed.value].status;
  s.state = change.state;
  s.message = change.message;
}

std::vector<SourceId> FeedBoard::advance(Time now) {
  if (!began_) began_ = now;
  std::vector<SourceId> changed;
  for (Feed& feed : feeds_) {
    FeedStatus& s = feed.status;
    // A clock that went back must not leave a message in the future, which would never grow old.
    if (s.last_message_at && *s.last_message_at > now) s.last_message_at = now;
    const Time heard = s.last_message_at.value_or(*began_);
    const bool silent = feed.expected && now - heard >= feed.silent_after;
    if (s.state == FeedState::connected && silent) s.state = FeedState::silent;
    if (s.state == FeedState::silent && !silent) s.state = FeedState::connected;

    Tick& slot = feed.ticks[feed.tick_count % rate_ticks];   // the oldest
    const Tick oldest = feed.tick_count >= rate_ticks ? slot : feed.ticks[0];
    if (feed.tick_count > 0 && now > oldest.at) {
      s.messages_per_s = static_cast<double>(s.messages - oldest.messages) / to_seconds(now - oldest.at);
    }
    slot = {now, s.messages};
    ++feed.tick_count;

    if (s.state != feed.shown || s.message != feed.shown_message) {
      feed.shown = s.state;
      feed.shown_message = s.message;
      changed.push_back(s.id);
    }
  }
  return changed;
}

std::vector<FeedStatus> FeedBoard::statuses() const {
  std::vector<FeedStatus> all;
  all.reserve(feeds_.size());
  for (const Feed& feed : feeds_) all.push_back(feed.status);
  return all;
}

std::vector<guard::FeedHealth> FeedBoard::health() const {
  std::vector<guard::FeedHealth> all;
  all.reserve(feeds_.size());
  for (const Feed& feed : feeds_) {
    const FeedStatus& s = feed.status;
    all.push_back({s.id, s.name, began_.value_or(Time()), s.last_message_at, feed.silent_after, feed.expected && s.state != FeedState::finished});
  }
  return all;
}

}  // namespace skypact::node
