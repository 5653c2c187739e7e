#pragma once
// RecentAnswers: what the last writes were answered, by the hash of the request. A client that has not seen its answer repeats the
// request, and gets the same answer instead of a conflict with itself. The oldest go first. For one thread.
//
//     RecentAnswersOf<RidResponse> answers;
//     answers.add(request, answer);
//     if (const RidResponse* answer = answers.find(request)) …
//
// How much an answer holds says a function states_in(answer) beside it.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <utility>

#include "plan/f3548.h"

namespace skypact::plan {

struct AnswerLimits {
  static constexpr std::size_t answers = 10'000;
  static constexpr std::size_t states = 500'000;        // subscriptions named in all of them, 24 bytes each
  static constexpr std::size_t states_a_reference = 16; // what an entity named in one counts as
};

[[nodiscard]] inline std::size_t states_in(const Response& response) {
  std::size_t count = 0;
  if (const auto* changed = std::get_if<ReferenceChanged>(&response)) {
    for (const Subscriber& subscriber : changed->subscribers) count += subscriber.subscriptions.size();
  } else if (const auto* put = std::get_if<SubscriptionPut>(&response)) {
    count = AnswerLimits::states_a_reference * (put->intents.size() + put->constraints.size());
  }
  return count;
}

template <class Answered>
class RecentAnswersOf {
 public:
  [[nodiscard]] const Answered* find(const ledger::Hash& request) const {
    const auto found = answers_.find(request);
    return found == answers_.end() ? nullptr : found->second.response.get();
  }

  void add(const ledger::Hash& request, std::shared_ptr<const Answered> response) {
    states_ += states_in(*response);
    order_.push_back({request, ++last_, states_in(*response)});
    answers_[request] = {last_, std::move(response)};
    while (order_.size() > AnswerLimits::answers || states_ > AnswerLimits::states) drop_oldest();
  }

 private:
  struct Answer {
    std::uint64_t number = 0;
    std::shared_ptr<const Answered> response;
  };
  struct Place {
    ledger::Hash request;
    std::uint64_t number = 0;
    std::size_t states = 0;
  };

  void drop_oldest() {
    const Place& oldest = order_.front();
    states_ -= oldest.states;
    const auto found = answers_.find(oldest.request);
    if (found != answers_.end() && found->second.number == oldest.number) answers_.erase(found);   // else asked again since
    order_.pop_front();
  }

  std::map<ledger::Hash, Answer> answers_;
  std::deque<Place> order_;
  std::uint64_t last_ = 0;
  std::size_t states_ = 0;
};

using RecentAnswers = RecentAnswersOf<Response>;

}  // namespace skypact::plan
