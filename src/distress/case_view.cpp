#include "distress/case_view.h"

#include <algorithm>

#include "distress/assessment.h"
#include "distress/case_json.h"
#include "distress/case_summary.h"

namespace skypact::distress {
namespace {

template <class List, class Each>
void list(json::Writer& out, std::string_view name, const List& all, const Each& each) {
  out.key(name);
  out.begin_array();
  for (const auto& one : all) each(one);
  out.end_array();
}

bool everybody_may_know(const Telling& telling) {
  return std::none_of(telling.lines.begin(), telling.lines.end(), [](const TellingLine& line) { return !is_exact(line.ground); }) && !telling.owner.protect;
}

}  // namespace

bool assists(const Case& c, std::string_view aircraft) {
  return std::any_of(c.assignments.begin(), c.assignments.end(), [&](const Assignment& a) { return a.who == aircraft && a.task == assist_task && !a.done_at; });
}

std::string title_of(const Case& c) {
  const Identities& s = c.subject;
  if (!s.callsigns.empty()) return s.callsigns.front();
  if (!s.registrations.empty()) return s.registrations.front();
  if (!s.addresses.empty()) return to_string(s.addresses.front());
  if (!s.beacons.empty()) return s.beacons.front();
  if (!s.mmsis.empty()) return s.mmsis.front();
  return std::string(to_string(c.opened_kind)) + ' ' + c.opened_source;
}

std::size_t keep_clear_asked(const Case& c, std::string_view own_party, Time now) {
  return static_cast<std::size_t>(std::count_if(c.keep_clear.begin(), c.keep_clear.end(), [&](const KeepClear& circle) {
    const bool answered = std::any_of(circle.answers.begin(), circle.answers.end(), [&](const KeepClearAnswer& a) { return a.by.party == own_party; });
    return circle.by.party != own_party && !answered && now < circle.valid.to;
  }));
}

std::vector<SpokenPhrase> spoken_phrases(const Case& c, const Telling& telling, const std::vector<Channel>& channels) {
  std::vector<SpokenPhrase> all;
  if (!telling.may_be_spoken) return all;
  const line::Phrasebook& book = line::phrasebook();
  const auto add = [&](unsigned number, line::Slots slots) {
    const line::Phrase* const phrase = book.find(number);
    if (phrase != nullptr && line::check_slots(book, *phrase, slots)) all.push_back({phrase, std::move(slots)});
  };
  const PlaceHeard* const last = last_known(c);
  if (last != nullptr && everybody_may_know(telling)) {
    if (!c.subject.callsigns.empty()) add(501, {c.subject.callsigns.front(), last->place.position, last->heard_at});
    else if (!c.subject.beacons.empty()) add(503, {last->place.position, last->heard_at});
    else add(502, {std::max(last->place.uncertainty, nautical_miles(1)), last->place.position});
  } else if (c.coarse && last != nullptr) {
    const CoarseArea area = area_of(c.coarse->cell, last->place.coarse ? Length{} : last->place.uncertainty);
    add(502, {area.radius, area.centre});
    if (!telling.owner.party.empty()) add(523, {telling.owner.party});
  }
  for (const Channel& channel : channels) {
    if (!channel.voice || channel.call_sign.empty()) continue;
    add(518, {line::Channel{channel.khz}, channel.call_sign});
    add(705, {channel.call_sign, line::Channel{channel.khz}});
    break;
  }
  return all;
}

void append(json::Writer& out, const Heard& heard) {
  out.begin_object();
  out.field("why", heard.why);
  out.key("trigger");
  append(out, heard.trigger);
  out.end_object();
}

void append(json::Writer& out, const MergeProposal& p) {
  out.begin_object();
  out.field("one", p.one.value);
  out.field("other", p.other.value);
  out.field("why", p.why);
  out.field("at", to_rfc3339(p.at));
  out.end_object();
}

void append_short(json::Writer& out, const CaseBook& book, CaseId id, const Telling& telling, std::string_view own_party, Time now) {
  const Case c = book.view(id, now);
  out.begin_object();
  out.field("id", c.id.value);
  out.field("number", c.number);
  out.field("status", c.open() ? "open" : "closed");
  out.field("exercise", c.exercise);
  out.field("title", title_of(c));
  out.field("emergency", to_string(gravest_word(c)));
  out.field("phase", to_string(phase_of(c)));
  out.field("proposed", to_string(c.proposed));
  if (c.declared) out.field("declared", to_string(c.declared->phase));
  out.field("opened_at", to_rfc3339(c.opened_at));
  Time newest = c.opened_at;
  for (const Evidence& e : c.evidence) newest = std::max(newest, e.newest.heard_at);
  out.field("newest_at", to_rfc3339(newest));
  if (c.closed) out.field("closed_at", to_rfc3339(c.closed->at));
  if (const PlaceHeard* last = last_known(c)) {
    const PlaceNow place = place_now(*last, now);
    out.key("place");
    out.begin_object();
    out.field("lat_deg", place.position.lat_degrees(), 7);
    out.field("lon_deg", place.position.lon_degrees(), 7);
    out.field("uncertainty_m", place.uncertainty.in(metres), 0);
    out.field("coarse", last->place.coarse);
    out.field("age_s", to_seconds(place.age), 0);
    out.end_object();
  }
  append_lead(out, c);
  if (!telling.owner.party.empty()) out.field("owner", telling.owner.party);
  if (c.mark) out.field("mark", to_string(c.mark->kind));
  out.field("may_be_spoken", telling.may_be_spoken);
  out.field("protected", telling.owner.protect);
  if (telling.owner.protect) out.field("released", c.released && c.released->by.party == telling.owner.party);
  out.key("told");
  out.begin_object();
  out.field("due", std::count_if(telling.lines.begin(), telling.lines.end(), [](const TellingLine& line) { return line.due; }));
  out.field("told", c.told.size());
  out.field("delivered", std::count_if(c.told.begin(), c.told.end(), [](const Told& t) { return t.delivered_at.has_value(); }));
  out.field("answered", std::count_if(c.told.begin(), c.told.end(), [](const Told& t) { return !t.answers.empty(); }));
  out.end_object();
  out.field("keep_clear_asked", keep_clear_asked(c, own_party, now));
  out.field("contradictions", contradictions(c).size());
  out.key("members");
  out.begin_array();
  for (const CaseId member : book.members_of(id)) {
    if (member != id) out.value(member.value);
  }
  out.end_array();
  list(out, "peers", c.peers, [&](const PeerCase& peer) {
    out.begin_object();
    out.field("party", peer.party);
    out.field("case", peer.number);
    out.end_object();
  });
  out.end_object();
}

void append_whole(json::Writer& out, const CaseBook& book, CaseId id, const CaseAround& around, std::string_view own_party, Time now) {
  const Case c = book.view(id, now);
  const Telling& telling = around.telling;
  const auto each = [&](const auto& one) { append(out, one); };
  out.begin_object();
  out.field("now", to_rfc3339(now));
  out.key("short");
  append_short(out, book, id, telling, own_party, now);
  out.field("may_be_spoken", telling.may_be_spoken);
  list(out, "channels", around.channels, each);
  list(out, "radio", radio_fallback(around.channels, telling.may_be_spoken, now), each);
  list(out, "spoken", spoken_phrases(c, telling, around.channels), [&](const SpokenPhrase& spoken) {
    out.begin_object();
    out.field("phrase", spoken.phrase->number);
    out.key("slots");
    line::append(out, *spoken.phrase, spoken.slots);
    out.key("text");
    out.begin_object();
    for (const line::Language language : line::languages) out.field(line::language_words[static_cast<std::size_t>(language)], line::say(line::phrasebook(), *spoken.phrase, spoken.slots, language));
    out.end_object();
    out.end_object();
  });
  list(out, "rescue_centres", around.centres, [&](const RegionCentre& one) {
    out.begin_object();
    out.field("id", one.centre.id);
    out.field("name", one.centre.name);
    out.field("contact", one.centre.contact);
    out.field("region", one.region);
    out.end_object();
  });
  out.field("rescue_centres_note", around.centres_note);
  out.key("case");
  append(out, c, now);
  out.key("telling");
  append(out, telling);
  out.key("release");
  out.begin_object();
  out.field("protected", telling.owner.protect);
  out.field("owner", telling.owner.party);
  out.field("owner_is_certain", telling.owner.certain);
  out.field("released", c.released && c.released->by.party == telling.owner.party);
  out.field("ours_to_release", telling.owner.protect && telling.owner.party == own_party);
  out.end_object();
  list(out, "messages", around.messages, [&](const SentMessage& sent) {
    out.begin_object();
    out.field("message", sent.message);
    out.field("at", to_rfc3339(sent.at));
    list(out, "to", sent.to, [&](const std::string& party) { out.value(party); });
    out.field("content", sent.exact ? "exact" : "coarse");
    out.end_object();
  });
  list(out, "helpers", around.helpers, [&](const HelperFound& found) {
    const Helper& h = found.helper;
    out.begin_object();
    out.field("name", h.name);
    out.field("callsign", h.callsign);
    out.field("party", h.party);
    out.field("class", to_string(h.aircraft_class));
    out.field("lat_deg", h.position.lat_degrees(), 7);
    out.field("lon_deg", h.position.lon_degrees(), 7);
    out.field("distance_nm", found.distance.in(nautical_miles), 1);
    out.field("bearing_deg", found.bearing.in_degrees(), 0);
    out.field("time_s", to_seconds(found.time), 0);
    out.field("assists", assists(c, h.name));
    out.end_object();
  });
  list(out, "airfields", around.airfields, each);
  if (const auto circle = keep_clear_circle(c, telling, now)) {
    out.key("keep_clear_circle");
    out.begin_object();
    out.field("lat_deg", circle->centre.lat_degrees(), 7);
    out.field("lon_deg", circle->centre.lon_degrees(), 7);
    out.field("radius_m", circle->radius.in(metres), 0);
    out.field("coarse", circle->coarse);
    out.end_object();
  }
  out.key("members");
  out.begin_array();
  for (const CaseId member : book.members_of(id)) {
    if (member != id) append(out, *book.find(member), now);
  }
  out.end_array();
  out.key("merge_proposals");
  out.begin_array();
  for (const MergeProposal& p : book.merge_proposals()) {
    if (p.one != id && p.other != id) continue;
    const CaseId other = p.one == id ? p.other : p.one;
    out.begin_object();
    out.field("other", other.value);
    out.field("number", book.find(other)->number);
    out.field("why", p.why);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

}  // namespace skypact::distress
