#include "node/awaited_answers.h"

#include <algorithm>

#include "node/api_names.h"

namespace skypact::node {
namespace {

using Stage = AwaitedAnswer::Stage;

const AgreedAnswers::Side* side_of(const AgreedAnswers& agreed, PartyId party) {
  const auto at = std::find_if(agreed.sides.begin(), agreed.sides.end(), [&](const AgreedAnswers::Side& s) { return s.party == party; });
  return at == agreed.sides.end() ? nullptr : &*at;
}

// Who answers for an aircraft of `party` by an agreement that is ours too.
std::optional<PartyId> desk_of(PartyId party, PartyId own, const std::vector<AgreedAnswers>& agreed) {
  for (const AgreedAnswers& a : agreed) {
    const AgreedAnswers::Side* side = side_of(a, party);
    if (side != nullptr && side_of(a, own) != nullptr) return side->answered_by;
  }
  return std::nullopt;
}

bool answered_here(const Alert& alert, PartyId desk) {
  return std::any_of(alert.acknowledgements.begin(), alert.acknowledgements.end(), [&](const Acknowledgement& a) { return a.party == desk; });
}

// What two agreements ask for: the shorter times, and the steps of both.
struct Timers {
  Duration received = Duration::max(), answered = Duration::max(), escalated = Duration::max();
  std::vector<LadderStep> steps;
  std::vector<Desk> desks;

  void add(const AgreedAnswers& a, const AgreedAnswers::Side& side) {
    received = std::min(received, a.received_within);
    answered = std::min(answered, a.answered_within);
    escalated = std::min(escalated, a.escalated_within);
    for (const LadderStep& step : a.steps) {
      if (std::find(steps.begin(), steps.end(), step) == steps.end()) steps.push_back(step);
    }
    for (const Desk& desk : side.desks) {
      if (std::find(desks.begin(), desks.end(), desk) == desks.end()) desks.push_back(desk);
    }
  }
};

void judge(AwaitedAnswer& answer, Timers timers, Time now) {
  std::stable_sort(timers.steps.begin(), timers.steps.end(), [](const LadderStep& a, const LadderStep& b) { return a.after < b.after; });
  const auto passed = [&](Duration within) {
    const Time at = answer.since + within;
    if (at <= now) return true;
    answer.next_at = answer.next_at ? std::min(*answer.next_at, at) : at;
    return false;
  };
  if (!answer.received && passed(timers.received)) answer.stage = Stage::not_received;
  if (passed(timers.answered)) answer.stage = Stage::late;
  if (passed(timers.escalated)) answer.stage = Stage::escalated;
  for (const LadderStep& step : timers.steps) {
    if (!passed(step.after)) continue;
    answer.stage = Stage::escalated;
    answer.call = step.call;
  }
  answer.desks = std::move(timers.desks);
}

}  // namespace

std::string_view to_string(AwaitedAnswer::Stage stage) {
  switch (stage) {
    case Stage::waiting: return "waiting";
    case Stage::not_received: return "not_received";
    case Stage::late: return "late";
    case Stage::escalated: return "escalated";
  }
  return "waiting";
}

std::vector<AwaitedAnswer> awaited_answers(const Alert& alert, PartyId own, const std::vector<const PeerAlert*>& theirs,
                                           const std::vector<AgreedAnswers>& agreed, const Parties& parties, Time now) {
  const bool between_parties = alert.kind == AlertKind::conflict;
  const bool open = alert.state != AlertState::ended && alert.state != AlertState::clearing;
  if (!alert.grave_since || !open || (!between_parties && alert.kind != AlertKind::zone && alert.kind != AlertKind::distress)) return {};
  std::vector<PartyId> desks;
  for (const AlertSubject& subject : alert.subjects) {
    const auto desk = subject.party == unknown_party ? std::nullopt : desk_of(subject.party, own, agreed);
    if (desk && std::find(desks.begin(), desks.end(), *desk) == desks.end()) desks.push_back(*desk);
  }
  const auto ours = desk_of(own, own, agreed);
  // Of others' aircraft among themselves we need not answer, and of a zone or a distress they need not answer us.
  if (!ours || std::find(desks.begin(), desks.end(), *ours) == desks.end()) return {};
  if (!between_parties) desks = {*ours};
  std::sort(desks.begin(), desks.end());

  std::vector<AwaitedAnswer> awaited;
  for (const PartyId desk : desks) {
    const auto told = std::find_if(theirs.begin(), theirs.end(), [&](const PeerAlert* a) { return a->party == desk; });
    const bool answered_there = told != theirs.end() && std::any_of((*told)->alert.answers.begin(), (*told)->alert.answers.end(),
                                                                    [&](const link::SharedAnswer& a) { return a.party == party_name(desk, parties); });
    if (answered_there || answered_here(alert, desk) || (desk == *ours && answered_here(alert, own))) continue;
    AwaitedAnswer answer;
    answer.party = desk;
    answer.since = *alert.grave_since;
    answer.received = desk == *ours || told != theirs.end();
    Timers timers;
    for (const AgreedAnswers& a : agreed) {
      const AgreedAnswers::Side* side = side_of(a, desk);
      if (side != nullptr && side_of(a, own) != nullptr) timers.add(a, *side);
    }
    judge(answer, std::move(timers), now);
    awaited.push_back(std::move(answer));
  }
  return awaited;
}

std::vector<AwaitedAnswer> awaited_answers(const Alert& alert, const std::vector<const PeerAlert*>& theirs, const Picture& picture) {
  return awaited_answers(alert, picture.own_party, theirs, picture.agreed->answers, picture.rules->parties, picture.now);
}

std::vector<AwaitedAnswer> overdue(std::vector<AwaitedAnswer> awaited) {
  std::erase_if(awaited, [](const AwaitedAnswer& a) { return a.stage == Stage::waiting; });
  return awaited;
}

}  // namespace skypact::node
