#pragma once
// What the API says of a notice: as the line's desk has it, judged by the picture now and by what was agreed when it was submitted.
//
//     out.raw(notice_json(seen, "north", *watch.picture(), acts));
//
// Any thread; waits for the acts' lock at most.

#include <string>
#include <string_view>
#include <vector>

#include "node/notice_judgement.h"
#include "server/acts_thread.h"
#include "server/line_desk.h"

namespace skypact::server {

// Of all pacts at that time; `acts` may be null. Empty also while the pacts are not known.
[[nodiscard]] std::vector<pact::TermsNotice> minimum_notices(const ActsThread* acts, Time at);

[[nodiscard]] std::string notice_json(const NoticeSeen& seen, std::string_view own_party, const node::Picture& picture, const ActsThread* acts);

}  // namespace skypact::server
