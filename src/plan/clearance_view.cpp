#include "plan/clearance_view.h"

#include <algorithm>

namespace skypact::plan {
namespace {

void by_field(json::Writer& out, const ClearanceAuthor& by) {
  if (by == ClearanceAuthor{}) return;
  out.key("by");
  out.begin_object();
  out.field("account", by.account);
  out.field("desk", by.desk);
  out.end_object();
}

void text_field(json::Writer& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out.field(name, text);
}

void overdue_field(json::Writer& out, OverdueStage stage) {
  if (stage != OverdueStage::none) out.field("overdue", to_string(stage));
}

void append_part(json::Writer& out, const ClearanceRequest& request, const ClearancePart& part, const AskedPart& asked) {
  out.begin_object();
  out.field("party", part.party);
  out.field("stage", to_string(asked.stage));
  if (asked.stage == AskedStage::waiting) out.field("due", to_rfc3339(asked.due));
  overdue_field(out, asked.overdue);
  if (asked.answered_at) out.field("answered_at", to_rfc3339(*asked.answered_at));
  by_field(out, asked.by);
  if (asked.number) out.field("clearance", to_string(*asked.number));
  if (!asked.conditions.empty()) {
    out.key("conditions");
    append(out, asked.conditions);
  }
  text_field(out, "text", asked.text);
  const Interval<Time> times = times_of(request, part, asked.conditions);
  out.key("times");
  out.begin_object();
  out.field("from", to_rfc3339(times.from));
  out.field("to", to_rfc3339(times.to));
  out.end_object();
  out.end_object();
}

void append_revision(json::Writer& out, const ClearanceRevision& revision) {
  out.begin_object();
  out.field("revision", revision.revision);
  out.field("at", to_rfc3339(revision.at));
  by_field(out, revision.by);
  if (revision.cleared_at) out.field("cleared_at", to_rfc3339(*revision.cleared_at));
  out.key("request");
  append(out, revision.request);
  out.key("parts");
  out.begin_array();
  for (const ClearancePart& part : revision.request.route) append_part(out, revision.request, part, revision.parts.at(part.party));
  out.end_array();
  out.end_object();
}

void append_acknowledged(json::Writer& out, const Acknowledged& a) {
  out.field("depth", to_string(a.depth));
  out.field("at", to_rfc3339(a.at));
  by_field(out, a.by);
}

void append_revoked(json::Writer& out, const ClearanceRecord& record) {
  out.key("revoked");
  out.begin_array();
  for (const auto& [party, revoked] : record.revoked) {
    out.begin_object();
    out.field("party", party);
    out.field("at", to_rfc3339(revoked.at));
    out.field("from", to_rfc3339(revoked.from));
    out.field("reason", revoked.reason);
    by_field(out, revoked.by);
    if (revoked.acknowledged) {
      out.key("acknowledged");
      out.begin_object();
      append_acknowledged(out, *revoked.acknowledged);
      out.end_object();
    }
    overdue_field(out, revoked.overdue);
    out.end_object();
  }
  out.end_array();
}

void append_withdrawn(json::Writer& out, const Withdrawn& withdrawn) {
  out.key("withdrawn");
  out.begin_object();
  out.field("at", to_rfc3339(withdrawn.at));
  out.field("reason", withdrawn.reason);
  by_field(out, withdrawn.by);
  out.key("acknowledged");
  out.begin_array();
  for (const auto& [party, acknowledged] : withdrawn.acknowledged) {
    out.begin_object();
    out.field("party", party);
    append_acknowledged(out, acknowledged);
    out.end_object();
  }
  out.end_array();
  out.key("overdue");
  out.begin_array();
  for (const auto& [party, stage] : withdrawn.overdue) {
    out.begin_object();
    out.field("party", party);
    out.field("stage", to_string(stage));
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void append_talk(json::Writer& out, const std::vector<ClearanceTalk>& talk) {
  out.key("talk");
  out.begin_array();
  for (const ClearanceTalk& said : talk) {
    out.begin_object();
    out.field("kind", said.kind);
    out.field("revision", said.revision);
    out.field("from", said.from);
    out.field("to", said.to);
    out.field("text", said.text);
    by_field(out, said.by);
    out.field("at", to_rfc3339(said.at));
    out.end_object();
  }
  out.end_array();
}

}  // namespace

std::vector<std::string_view> awaited_of(const ClearanceRecord& r, std::string_view party, Time now) {
  std::vector<std::string_view> awaited;
  const ClearanceState state = state_of(r, now);
  if (state == ClearanceState::expired) return awaited;
  if (r.withdrawn) {
    if (r.asks(party) && !r.withdrawn->acknowledged.contains(std::string(party))) awaited.emplace_back("acknowledge_withdrawal");
    return awaited;
  }
  if (const auto part = r.latest.parts.find(std::string(party)); part != r.latest.parts.end() && part->second.stage == AskedStage::waiting && !r.revoked.contains(part->first)) awaited.emplace_back("answer");
  if (r.party != party) return awaited;
  const auto asks = [](const auto& part) { return part.second.stage == AskedStage::asked_back; };
  if (std::any_of(r.latest.parts.begin(), r.latest.parts.end(), asks)) awaited.emplace_back("reply");
  const auto waits = [](const auto& revoked) { return !revoked.second.acknowledged; };
  if (std::any_of(r.revoked.begin(), r.revoked.end(), waits)) awaited.emplace_back("acknowledge_revocation");
  return awaited;
}

void append(json::Writer& out, const ClearanceRecord& record, std::string_view own_party, Time now) {
  out.begin_object();
  out.field("party", record.party);
  out.field("number", to_string(record.number));
  out.field("own", record.party == own_party);
  out.field("state", to_string(state_of(record, now)));
  out.field("priority", has_priority(record.latest.request.purpose));
  out.key("awaited");
  out.begin_array();
  for (const std::string_view what : awaited_of(record, own_party, now)) out.value(what);
  out.end_array();
  out.key("latest");
  append_revision(out, record.latest);
  // While the latest is not cleared: what is.
  if (record.held) {
    out.key("held");
    append_revision(out, *record.held);
  }
  append_revoked(out, record);
  if (record.withdrawn) append_withdrawn(out, *record.withdrawn);
  append_talk(out, record.talk);
  out.end_object();
}

}  // namespace skypact::plan
