#include "server/outbox.h"

#include <utility>

namespace skypact::server {

bool Outbox::offer(Message message) {
  std::function<void()> wake;
  bool taken = true;
  {
    const std::lock_guard lock(mutex_);
    if (state_ != State::open) return false;
    const std::size_t size = message.content->size();
    // One message always fits: a picture larger than the byte bound must still be sendable.
    const bool full = !waiting_.empty() && (waiting_.size() >= policy_.messages || bytes_ + size > policy_.bytes);
    if (full && policy_.wait_for_room) return false;
    if (full && policy_.when_full == OutboxPolicy::WhenFull::end_stream) {
      overflowed_ = true;
      state_ = State::closed;
      waiting_.clear();
      bytes_ = 0;
      taken = false;
    } else {
      while (!waiting_.empty() && (waiting_.size() >= policy_.messages || bytes_ + size > policy_.bytes)) {
        bytes_ -= waiting_.front().content->size();
        waiting_.pop_front();
        ++skipped_;
      }
      bytes_ += size;
      waiting_.push_back(std::move(message));
    }
    wake = wake_;
  }
  if (wake) wake();
  return taken;
}

void Outbox::finish() {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::open) state_ = State::finished;
    wake = wake_;
  }
  if (wake) wake();
}

void Outbox::close() {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    state_ = State::closed;
    waiting_.clear();
    bytes_ = 0;
    wake = std::move(wake_);
    wake_ = nullptr;
  }
  if (wake) wake();
}

bool Outbox::closed() const {
  const std::lock_guard lock(mutex_);
  return state_ != State::open;
}

bool Outbox::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

std::uint64_t Outbox::skipped() const {
  const std::lock_guard lock(mutex_);
  return skipped_;
}

std::size_t Outbox::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void Outbox::on_change(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

std::optional<Message> Outbox::take(State& state) {
  const std::lock_guard lock(mutex_);
  state = state_;
  if (waiting_.empty()) return std::nullopt;
  Message message = std::move(waiting_.front());
  waiting_.pop_front();
  bytes_ -= message.content->size();
  return message;
}

}  // namespace skypact::server
