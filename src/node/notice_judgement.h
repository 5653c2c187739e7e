#pragma once
// Judges an activity notice against what this node knows: the other parties' notices, the zones, the traffic now, and the minimum notice
// that was agreed when it was submitted.
//
//     auto judged = judge({notice, "north", submitted_at}, book.standing(now), minimum, *watch.picture());
//
// Pure; any thread.

#include <span>
#include <string_view>

#include "line/notice_json.h"
#include "node/picture.h"
#include "pact/terms.h"

namespace skypact::node {

struct JudgedNotice {
  const line::Notice& notice;
  std::string_view party;              // whose it is
  Time submitted_at;
};

// `minimum`: as it held at submitted_at. `standing`: all parties' notices that are not over.
[[nodiscard]] line::NoticeJudgement judge(const JudgedNotice& of, std::span<const line::PartyNotice> standing, std::span<const pact::TermsNotice> minimum, const Picture& picture, Time now);

}  // namespace skypact::node
