#include "server/hub.h"

#include <algorithm>

#include "node/api_json.h"
#include "node/picture_frame.h"
#include "server/limits.h"

namespace skypact::server {

void Hub::send(std::vector<std::shared_ptr<Outbox>>& clients, const Message& message) {
  std::erase_if(clients, [&](const std::shared_ptr<Outbox>& client) { return !client->offer(message); });
}

void Hub::publish(const std::vector<node::Event>& events, const std::shared_ptr<const node::Picture>& picture, Duration last_tick,
                  bool frame) {
  const std::lock_guard lock(mutex_);
  picture_ = picture;
  frame_.reset();
  for (const node::Event& event : events) {
    auto text = std::make_shared<const std::string>(node::event_json(event, *picture));
    kept_.push_back({event.seq, text});
    kept_bytes_ += text->size();
    send(event_clients_, {std::move(text), Message::Form::text, event.seq});
  }
  while (kept_.size() > StreamLimits::events_kept || (kept_.size() > 1 && kept_bytes_ > StreamLimits::event_bytes / 2)) {
    kept_bytes_ -= kept_.front().text->size();
    kept_.pop_front();
  }
  if (!frame) return;
  if (!event_clients_.empty()) {
    send(event_clients_, {std::make_shared<const std::string>(node::tick_event_json(*picture, last_tick)), Message::Form::text,
                          picture->last_sequence});
  }
  if (!picture_clients_.empty()) {
    frame_ = std::make_shared<const std::string>(node::picture_frame(*picture));
    send(picture_clients_, {frame_, Message::Form::binary, 0});
  }
}

void Hub::tell(std::string text) {
  const std::lock_guard lock(mutex_);
  send(event_clients_, {std::make_shared<const std::string>(std::move(text)), Message::Form::text, 0});
}

void Hub::join_events(const std::shared_ptr<Outbox>& outbox, std::optional<std::uint64_t> since) {
  const std::lock_guard lock(mutex_);
  if (!picture_) return outbox->close();
  const std::uint64_t last = picture_->last_sequence;
  outbox->offer({std::make_shared<const std::string>(hello_(*picture_)), Message::Form::text, 0});
  const bool known = since && *since <= last && (*since == last || (!kept_.empty() && kept_.front().sequence <= *since + 1));
  if (!known) {
    outbox->offer({std::make_shared<const std::string>(node::snapshot_event_json(*picture_)), Message::Form::text, last});
  } else {
    for (const Kept& kept : kept_) {
      if (kept.sequence > *since) outbox->offer({kept.text, Message::Form::text, kept.sequence});
    }
  }
  if (!outbox->closed()) event_clients_.push_back(outbox);
}

void Hub::join_picture(const std::shared_ptr<Outbox>& outbox) {
  const std::lock_guard lock(mutex_);
  if (!picture_) return outbox->close();
  if (!frame_) frame_ = std::make_shared<const std::string>(node::picture_frame(*picture_));
  outbox->offer({frame_, Message::Form::binary, 0});
  picture_clients_.push_back(outbox);
}

std::size_t Hub::event_clients() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(event_clients_.begin(), event_clients_.end(), [](const std::shared_ptr<Outbox>& client) { return !client->closed(); }));
}

std::size_t Hub::clients() const {
  const std::lock_guard lock(mutex_);
  return event_clients_.size() + picture_clients_.size();
}

}  // namespace skypact::server
