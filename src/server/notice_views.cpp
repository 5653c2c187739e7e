#include "server/notice_views.h"

#include "line/notice_json.h"

namespace skypact::server {

std::vector<pact::TermsNotice> minimum_notices(const ActsThread* acts, Time at) {
  std::vector<pact::TermsNotice> minimum;
  if (acts == nullptr) return minimum;
  (void)acts->look([&](const node::Acts& a) {
    for (node::Arranged<pact::TermsNotice>& notice : a.arrangements(at).notices) minimum.push_back(std::move(notice.clause));
  });
  return minimum;
}

std::string notice_json(const NoticeSeen& seen, std::string_view own_party, const node::Picture& picture, const ActsThread* acts) {
  const line::NoticeRecord& record = seen.record;
  const Time submitted_at = record.source().submitted_at;
  const line::NoticeJudgement judged = node::judge({record.notice, record.party, submitted_at}, *seen.standing, minimum_notices(acts, submitted_at), picture, seen.now);
  std::string text;
  json::Writer out(text);
  line::append(out, record, {own_party, judged, seen.zone}, seen.now);
  return text;
}

}  // namespace skypact::server
