#include "node/picture.h"

#include <algorithm>

namespace skypact::node {

std::vector<HistoryPoint> History::points() const {
  std::vector<HistoryPoint> all;
  all.reserve(size());
  for (const auto& part : sealed_) all.insert(all.end(), part->begin(), part->end());
  all.insert(all.end(), open_.begin(), open_.end());
  return all;
}

const HistoryPoint* History::last() const {
  if (!open_.empty()) return &open_.back();
  return sealed_.empty() ? nullptr : &sealed_.back()->back();
}

std::shared_ptr<const History> History::with(const std::shared_ptr<const History>& before, const HistoryPoint& point) {
  auto after = std::make_shared<History>();
  if (before) {
    after->sealed_ = before->sealed_;
    after->open_.reserve(before->open_.size() + 1);
    after->open_ = before->open_;
  }
  after->open_.push_back(point);
  if (after->open_.size() == Limits::part) {
    if (after->sealed_.size() == Limits::parts) after->sealed_.erase(after->sealed_.begin());
    after->sealed_.push_back(std::make_shared<const Part>(std::move(after->open_)));
    after->open_.clear();
  }
  return after;
}

std::string_view to_string(FeedState state) {
  switch (state) {
    case FeedState::connecting: return "connecting";
    case FeedState::connected: return "connected";
    case FeedState::silent: return "silent";
    case FeedState::finished: return "finished";
    case FeedState::failed: return "failed";
  }
  return "failed";
}

const PictureTrack* find_track(const Picture& picture, TrackId id) {
  if (!picture.tracks) return nullptr;
  const auto at = std::lower_bound(picture.tracks->begin(), picture.tracks->end(), id,
                                   [](const PictureTrack& t, TrackId wanted) { return t.track.id < wanted; });
  return at != picture.tracks->end() && at->track.id == id ? &*at : nullptr;
}

const PictureTrack* find_track(const Picture& picture, const TrackKey& key) {
  if (!picture.tracks) return nullptr;
  const auto at = std::find_if(picture.tracks->begin(), picture.tracks->end(),
                               [&](const PictureTrack& t) { return t.track.key() == key; });
  return at != picture.tracks->end() ? &*at : nullptr;
}

const Alert* find_alert(const Picture& picture, AlertId id) {
  const auto same = [&](const Alert& a) { return a.id == id; };
  if (const auto at = std::find_if(picture.alerts.begin(), picture.alerts.end(), same); at != picture.alerts.end()) return &*at;
  if (!picture.ended) return nullptr;
  const auto at = std::find_if(picture.ended->begin(), picture.ended->end(), same);
  return at != picture.ended->end() ? &*at : nullptr;
}

}  // namespace skypact::node
