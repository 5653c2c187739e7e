#include "server/uss_reply.h"

#include <memory>
#include <mutex>
#include <utility>

namespace skypact::server {
namespace {

// What the desk said, between its threads and ours.
struct Told {
  std::mutex mutex;
  DeskAnswers answers;
  std::size_t open = 0;
};

}  // namespace

Reply reply_when_done(UssDesk& desk, std::vector<UssDesk::Ask> asks, std::function<Response(const DeskAnswers& answers)> response) {
  const auto told = std::make_shared<Told>();
  told->answers.resize(asks.size());
  told->open = asks.size();
  LaterReply later{[told, response = std::move(response)] {
                     const std::lock_guard lock(told->mutex);
                     return response(told->answers);
                   },
                   UssReplyLimits::answer_time};
  later.work = LaterReply::Work::in_memory;
  later.start = [&desk, told, asked = std::make_shared<std::vector<UssDesk::Ask>>(std::move(asks))](const std::function<void()>& wake) {
    if (asked->empty()) wake();
    for (std::size_t i = 0; i < asked->size(); ++i) {
      const auto tell = [told, wake, i](Result<UssDesk::Done> done) {
        bool all = false;
        {
          const std::lock_guard lock(told->mutex);
          told->answers[i] = std::move(done);
          all = --told->open == 0;
        }
        if (all) wake();
      };
      if (auto taken = desk.ask(std::move((*asked)[i]), tell); !taken) tell(std::move(taken).error());
    }
  };
  return later;
}

}  // namespace skypact::server
