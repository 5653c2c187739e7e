#include "pact/sharing_rules.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "pact/terms_rules.h"

namespace skypact::pact {
namespace {

using enum SharedField;

constexpr Duration ahead = seconds(5);   // how long before an instant it is said what may hold from then on

ShareDetail detail_of(const Sharing& clause) {
  ShareDetail detail{{}, clause.position_step, clause.altitude_step, clause.delay};
  for (const SharedField field : clause.fields) detail.fields.add(field);
  return detail;
}

// What does not change with time: a delay is of where an aircraft is.
constexpr SharedFields names{address, callsign, registration, type, party, aircraft_class};

// Both clauses hold: the one that tells the place sooner, and then more exactly, with what the other adds as soon.
ShareDetail near_a_conflict(const ShareDetail& near, const ShareDetail& always) {
  const bool by_near = near.fields.has(position) &&
                       (!always.fields.has(position) || std::tie(near.delay, near.position_step) <= std::tie(always.delay, always.position_step));
  ShareDetail both = by_near ? near : always;
  const ShareDetail& other = by_near ? always : near;
  SharedFields added = other.fields & names;
  if (other.delay <= both.delay) {
    added = other.fields;
    if (other.fields.has(altitude)) both.altitude_step = both.fields.has(altitude) ? std::min(both.altitude_step, other.altitude_step) : other.altitude_step;
  }
  both.fields = both.fields | added;
  if (always.fields.has(position) && !always.fields.has(address)) both.fields.remove(address);
  return both;
}

std::optional<ShareDetail> if_located(const std::optional<ShareDetail>& detail) { return detail && detail->fields.has(position) ? detail : std::nullopt; }

class InTime {
 public:
  InTime(const PactState& state, const TermsByHash& terms, std::string_view from, std::string_view to, Time now)
      : state_(state), terms_(terms), from_(from), to_(to), now_(now) {}

  std::vector<AgreedSharing> make(const Heard& heard) {
    std::vector<const Version*> certain;
    for (const Version& version : state_.versions()) {
      if (version.in_force && concerns(version)) certain.push_back(&version);
    }
    std::sort(certain.begin(), certain.end(), [](const Version* a, const Version* b) { return a->in_force->from < b->in_force->from; });
    bool may_be_over = false;
    std::set<std::string> doubtful;
    for (const Time at : {now_, now_ + ahead}) {
      const Unsettled unsettled = state_.unsettled(heard, at);
      if (unsettled.certain()) continue;
      for (const std::string& hash : unsettled.alternatives) hash.empty() ? void(may_be_over = true) : void(doubtful.insert(hash));
    }
    for (std::size_t i = 0; i < certain.size(); ++i) {
      const Interval<Time> in_force = *certain[i]->in_force;
      const Time next = i + 1 < certain.size() ? certain[i + 1]->in_force->from : Time::max();
      const bool certainly = !may_be_over || !(in_force.from <= now_ + ahead && now_ < in_force.to);
      add(*certain[i], in_force, certainly ? SharingBasis::in_force : SharingBasis::may_hold);
      if (in_force.to < next) add_piece(*certain[i], {in_force.to, next}, SharingBasis::over);
    }
    for (const std::string& hash : doubtful) {
      const Version* version = state_.find(hash);
      if (version != nullptr && !version->in_force && concerns(*version)) add(*version, {version->facts.valid.from, Time::max()}, SharingBasis::may_hold);
    }
    return std::move(pieces_);
  }

 private:
  bool concerns(const Version& version) const {
    const Terms* terms = terms_(version.terms);
    return terms != nullptr && find_party(*terms, from_) != nullptr && find_party(*terms, to_) != nullptr;
  }

  // A piece for each change of what is suspended.
  void add(const Version& version, const Interval<Time>& holds, SharingBasis basis) {
    std::set<Time> changes;
    for (const SuspensionSpan& suspension : version.suspensions) {
      for (const Time at : {suspension.span.from, suspension.span.to}) {
        if (at > holds.from && at < holds.to && at > now_ - SharingLimits::looked_back) changes.insert(at);
      }
    }
    Time from = holds.from;
    for (const Time at : changes) {
      add_piece(version, {from, at}, basis);
      from = at;
    }
    add_piece(version, {from, holds.to}, basis);
  }

  void add_piece(const Version& version, const Interval<Time>& holds, SharingBasis basis) {
    if (holds.to <= now_ - SharingLimits::looked_back) return;
    const Terms& terms = *terms_(version.terms);
    // Older changes of what is suspended made no pieces.
    const std::vector<std::string> suspended = state_.suspended(version, std::max(holds.from, std::min(now_ - SharingLimits::looked_back, holds.to)));
    SharingOf of = sharing_of(terms, from_, to_, suspended);
    AgreedSharing piece{.pact = terms.id, .version = version_text(terms), .from = {}, .to = {}, .holds = holds, .basis = basis, .clauses = std::move(of.clauses),
                        .suspended = std::move(of.suspended), .tracks = of.tracks};
    if (!pieces_.empty()) {
      AgreedSharing& last = pieces_.back();
      AgreedSharing same = piece;
      same.holds = last.holds;
      if (same == last && last.holds.to == holds.from) {
        last.holds.to = holds.to;
        return;
      }
      if (pieces_.size() == SharingLimits::pieces) {
        last.holds.to = Time::max();
        last.tracks = {};
        return;
      }
    }
    pieces_.push_back(std::move(piece));
  }

  const PactState& state_;
  const TermsByHash& terms_;
  const std::string_view from_, to_;
  const Time now_;
  std::vector<AgreedSharing> pieces_;
};

}  // namespace

SharingOf sharing_of(const Terms& terms, std::string_view from, std::string_view to, std::span<const std::string> suspended) {
  SharingOf out;
  std::optional<ShareDetail> always, near;
  for (const Sharing& clause : terms.sharing) {
    if (clause.from != from || clause.to != to) continue;
    const std::string id = "sharing." + clause.id;
    out.clauses.push_back(id);
    if (std::find(suspended.begin(), suspended.end(), id) != suspended.end()) {
      out.suspended.push_back(id);
    } else if (clause.when == ShareWhen::always) {
      always = detail_of(clause);
    } else if (clause.when == ShareWhen::near_conflict) {
      near = detail_of(clause);
      out.tracks.near = clause.near;
    }
  }
  if (near && always) near = near_a_conflict(*near, *always);
  out.tracks.always = if_located(always);
  out.tracks.near_conflict = if_located(near ? near : always);
  return out;
}

std::vector<AgreedSharing> sharing_in_time(const PactState& state, const TermsByHash& terms, const Heard& heard, std::string_view from, std::string_view to, Time now) {
  return InTime(state, terms, from, to, now).make(heard);
}

}  // namespace skypact::pact
