#pragma once
// Replies that wait for the desk of a USS, and no thread with them.
//
//     return reply_when_done(desk, {ask}, [](const DeskAnswers& answers) { return response_of(answers[0]); });
//
// Any thread.

#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "server/http.h"
#include "server/uss_desk.h"

namespace skypact::server {

struct UssReplyLimits {
  static constexpr Duration answer_time = seconds(30);   // of the DSS and of peers, together
};

// In the order of what was asked; nullopt: there is no answer yet, and the plan shows what becomes of it.
using DeskAnswers = std::vector<std::optional<Result<UssDesk::Done>>>;

// `response` is called once, when all is answered or the time is over. `desk` outlives the reply.
[[nodiscard]] Reply reply_when_done(UssDesk& desk, std::vector<UssDesk::Ask> asks, std::function<Response(const DeskAnswers& answers)> response);

}  // namespace skypact::server
