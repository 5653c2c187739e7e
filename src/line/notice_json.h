#pragma once
// What the API says of activity notices (openapi.yaml: Notice, NoticeCheck), and what a person asks of them.
//
//     append(out, *book.find("north", number), {.own_party = "south", .judgement = judged, .zone = true}, now);
//     auto request = read_notice_request(body, number);
//
// Strict: an unknown member is an error that names it. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "json/writer.h"
#include "line/message.h"
#include "line/notice_book.h"
#include "line/notice_check.h"

namespace skypact::line {

// What is found of a notice now.
struct NoticeJudgement {
  std::vector<NoticeFinding> findings;
  std::optional<Duration> minimum;               // agreed for the activity when it was submitted
  std::optional<Duration> late_by;
};

struct NoticeView {
  std::string_view own_party;
  const NoticeJudgement& judgement;
  bool zone = false;                             // the watch has its zone
};
void append(json::Writer& out, const NoticeRecord& record, const NoticeView& view, Time now);
// Of a notice that is not sent.
void append_check(json::Writer& out, const Notice& notice, std::string_view party, const NoticeJudgement& judgement);

struct NoticeRequest {
  Notice notice;
  std::vector<std::string> to;                   // as given; empty: not said
};
// {"notice": …, "to": […]}. `may_name`: whether it may say to whom. Errors: bad_input, over_limit.
Result<NoticeRequest> read_notice_request(json::Value body, NoticeNumber number, bool may_name);
// {"depth": …, "answer": …, "text": …}. Errors: bad_input.
Result<Answer> read_acknowledgement(json::Value body);

// As parse_notice_number, and with a hyphen for the stroke, which is easier in an address.
[[nodiscard]] std::optional<NoticeNumber> number_in_address(std::string_view text);

}  // namespace skypact::line
