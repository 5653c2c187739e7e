#include "line/notice_json.h"

#include <algorithm>

#include "json/fields.h"
#include "line/message_fields.h"
#include "line/notice_area.h"
#include "line/notice_text.h"

namespace skypact::line {
namespace {

std::string_view word_of(ZoneRule rule) {
  switch (rule) {
    case ZoneRule::keep_clear: return "keep_clear";
    case ZoneRule::caution: return "caution";
    case ZoneRule::protected_site: return "protected_site";
    case ZoneRule::corridor: return "corridor";
    case ZoneRule::clearance: return "clearance";
    case ZoneRule::flight_plan: return "flight_plan";
  }
  return {};
}

void text_field(json::Writer& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out.field(name, text);
}

void seconds_field(json::Writer& out, std::string_view name, const std::optional<Duration>& duration) {
  if (duration) out.field(name, to_seconds(*duration), 3);
}

void append_findings(json::Writer& out, const std::vector<NoticeFinding>& findings) {
  out.key("findings");
  out.begin_array();
  for (const NoticeFinding& f : findings) {
    out.begin_object();
    out.field("code", to_string(f.code));
    out.field("severity", to_string(f.severity));
    out.field("text", finding_text(f));
    text_field(out, "party", f.party);
    text_field(out, "id", f.id);
    text_field(out, "name", f.name);
    if (f.kind) out.field("kind", to_string(*f.kind));
    if (f.rule) out.field("rule", word_of(*f.rule));
    if (f.when && f.when->from != Time::min()) out.field("from", to_rfc3339(f.when->from));
    if (f.when && f.when->to != Time::max()) out.field("to", to_rfc3339(f.when->to));
    seconds_field(out, "after_s", f.after);
    seconds_field(out, "given_s", f.given);
    seconds_field(out, "wanted_s", f.wanted);
    if (f.count) out.field("count", *f.count);
    if (f.vertical_unknown) out.field("vertical_unknown", true);
    out.end_object();
  }
  out.end_array();
}

void append_judgement(json::Writer& out, const NoticeJudgement& judgement) {
  append_findings(out, judgement.findings);
  seconds_field(out, "late_by_s", judgement.late_by);
  seconds_field(out, "minimum_s", judgement.minimum);
}

void append_confirmation(json::Writer& out, const NoticeConfirmation& said, Time since) {
  out.begin_object();
  out.field("answer", to_string(said.word));
  out.field("depth", to_string(said.depth));
  out.key("by");
  out.begin_object();
  out.field("account", said.by.account);
  out.field("desk", said.by.desk);
  out.end_object();
  out.field("at", to_rfc3339(said.at));
  out.field("after_s", std::max(0.0, to_seconds(said.at - since)), 3);
  out.end_object();
}

void append_acknowledgements(json::Writer& out, const NoticeRecord& record) {
  out.key("acknowledgements");
  out.begin_array();
  for (const auto& [party, of] : record.acknowledgements) {
    const auto revision = record.revisions.find(of.revision);
    if (revision == record.revisions.end()) continue;
    const Time since = revision->second.source.at;
    out.begin_object();
    out.field("party", party);
    out.field("revision", of.revision);
    out.field("depth", to_string(of.depth));
    out.key("confirmed");
    out.begin_array();
    for (const auto& confirmed : of.confirmed) {
      if (confirmed) append_confirmation(out, *confirmed, since);
    }
    out.end_array();
    if (of.cannot) {
      out.key("cannot");
      append_confirmation(out, *of.cannot, since);
    }
    out.end_object();
  }
  out.end_array();
  std::vector<std::string> awaited = record.source().to;
  std::erase_if(awaited, [&](const std::string& party) {
    const auto of = record.acknowledgements.find(party);
    return of != record.acknowledgements.end() && of->second.revision == record.notice.revision;
  });
  write_words(out, "awaited", awaited);
}

void append_contradictions(json::Writer& out, const NoticeRecord& record) {
  out.key("contradictions");
  out.begin_object();
  out.field("count", record.contradiction_count);
  out.key("kept");
  out.begin_array();
  for (const NoticeContradiction& c : record.contradictions) {
    out.begin_object();
    out.field("revision", c.revision);
    out.field("sha256", ledger::to_hex(c.content));
    out.field("at", to_rfc3339(c.at));
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

}  // namespace

void append(json::Writer& out, const NoticeRecord& record, const NoticeView& view, Time now) {
  const NoticeSource& source = record.source();
  out.begin_object();
  out.field("party", record.party);
  out.field("number", to_string(record.notice.number));
  out.field("revision", record.notice.revision);
  out.field("own", record.party == view.own_party);
  out.field("state", to_string(phase_of(record.notice, now)));
  out.key("notice");
  append(out, record.notice);
  NotamOptions options;
  if (record.cancelled()) options.cancelled_at = source.submitted_at;
  out.field("notam", notam_text(record.notice, record.party, options));
  out.field("message", source.message);
  out.key("revisions");
  out.begin_array();
  for (const auto& [revision, came] : record.revisions) {
    out.begin_object();
    out.field("revision", revision);
    out.field("message", came.source.message);
    out.field("submitted_at", to_rfc3339(came.source.submitted_at));
    out.field("taken_at", to_rfc3339(came.source.at));
    out.end_object();
  }
  out.end_array();
  write_words(out, "to", record.told());
  out.field("submitted_at", to_rfc3339(source.submitted_at));
  out.field("taken_at", to_rfc3339(source.at));
  out.field("missing_revisions", record.missing());
  if (view.zone) out.field("zone", zone_id_of(record.notice, record.party));
  append_judgement(out, view.judgement);
  append_acknowledgements(out, record);
  append_contradictions(out, record);
  out.end_object();
}

void append_check(json::Writer& out, const Notice& notice, std::string_view party, const NoticeJudgement& judgement) {
  out.begin_object();
  out.key("notice");
  append(out, notice);
  out.field("notam", notam_text(notice, party));
  append_judgement(out, judgement);
  out.end_object();
}

Result<NoticeRequest> read_notice_request(json::Value body, NoticeNumber number, bool may_name) {
  json::Fields fields(body);
  NoticeRequest request;
  const json::Value notice = fields.object("notice", json::required);
  if (may_name && fields.any("to").exists()) {
    request.to = read_words(fields, "to", MessageLimits::parties);
    if (request.to.empty()) fields.refuse("to", "names the parties that are told; leave it out to tell all");
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  auto read = read_notice_draft(notice, number);
  if (!read) return std::move(read).error().within("notice");
  request.notice = std::move(*read);
  return request;
}

Result<Answer> read_acknowledgement(json::Value body) {
  json::Fields fields(body);
  Answer answer;
  if (const auto depth = fields.word("depth", {"desk", "unit", "crew"}, json::required)) answer.depth = static_cast<Depth>(*depth);
  if (const auto word = fields.text("answer", 1, MessageLimits::word, json::required)) {
    const auto known = answer_word_of(*word);
    if (known == AnswerWord::seen || known == AnswerWord::passed_on || known == AnswerWord::cannot) {
      answer.word = *known;
    } else {
      fields.refuse("answer", "must be seen, passed_on or cannot");
    }
  }
  answer.text = read_text(fields);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return answer;
}

std::optional<NoticeNumber> number_in_address(std::string_view text) {
  std::string number(text);
  if (number.size() == 7 && number[4] == '-') number[4] = '/';
  return parse_notice_number(number);
}

}  // namespace skypact::line
