#include "distress/case_json.h"

#include "distress/assessment.h"
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

void append(json::Writer& out, const Officer& by) {
  out.begin_object();
  out.field("party", by.party);
  out.field("account", by.account);
  out.field("desk", by.desk);
  out.end_object();
}

void by_and_at(json::Writer& out, const Officer& by, Time at) {
  out.key("by");
  append(out, by);
  out.field("at", to_rfc3339(at));
}

void append_position(json::Writer& out, geo::Position p) {
  out.field("lat_deg", p.lat_degrees(), 7);
  out.field("lon_deg", p.lon_degrees(), 7);
}

void addressee(json::Writer& out, const Addressee& to) {
  out.field("kind", to_string(to.kind));
  out.field("id", to.id);
}

void append_subject(json::Writer& out, const Case& c) {
  const auto text = [&](const std::string& one) { out.value(one); };
  out.key("subject");
  out.begin_object();
  list(out, "addresses", c.subject.addresses, [&](const Address& a) { out.value(to_string(a)); });
  list(out, "beacons", c.subject.beacons, text);
  list(out, "callsigns", c.subject.callsigns, text);
  list(out, "registrations", c.subject.registrations, text);
  list(out, "mmsis", c.subject.mmsis, text);
  const Owner owner = owner_of(c);
  out.field("party", owner.party);
  out.field("class", to_string(owner.aircraft_class));
  out.field("party_is_certain", owner.certain);
  out.field("protected", owner.protect);
  out.end_object();
}

void append_evidence(json::Writer& out, const Case& c, Time now) {
  list(out, "evidence", c.evidence, [&](const Evidence& e) {
    out.begin_object();
    out.field("count", e.count);
    out.field("first_heard", to_rfc3339(e.first_heard));
    out.field("age_s", to_seconds(now - e.newest.heard_at), 0);
    out.key("newest");
    append(out, e.newest);
    if (e.cancellation) {
      out.key("cancellation");
      append(out, *e.cancellation);
    }
    out.end_object();
  });
  list(out, "beacons", c.beacons, [&](const BeaconHeard& b) {
    out.begin_object();
    out.field("beacon", b.beacon);
    out.field("bursts", b.bursts);
    out.field("confirmed", b.confirmed);
    out.end_object();
  });
  list(out, "known", known(c), [&](const KnownItem& item) {
    out.begin_object();
    out.field("item", item.item);
    out.field("text", item.text);
    out.field("kind", to_string(item.kind));
    out.field("source", item.source);
    out.field("heard_at", to_rfc3339(item.heard_at));
    out.field("age_s", to_seconds(now - item.heard_at), 0);
    out.end_object();
  });
}

void append_places(json::Writer& out, const Case& c, Time now) {
  list(out, "places", places_now(c, now), [&](const PlaceNow& p) {
    out.begin_object();
    out.field("kind", to_string(p.heard.kind));
    out.field("source", p.heard.source);
    out.field("heard_at", to_rfc3339(p.heard.heard_at));
    out.field("age_s", to_seconds(p.age), 0);
    out.key("heard");
    append_place(out, p.heard.place);
    out.key("now");
    out.begin_object();
    append_position(out, p.position);
    out.field("uncertainty_m", p.uncertainty.in(metres), 0);
    out.field("movement", to_string(p.movement));
    out.end_object();
    out.end_object();
  });
  list(out, "contradictions", contradictions(c), [&](const Contradiction& one) { out.value(one.text); });
  if (c.coarse) {
    const PlaceHeard* last = last_known(c);
    const CoarseArea area = area_of(c.coarse->cell, last == nullptr || last->place.coarse ? Length{} : last->place.uncertainty);
    out.key("coarse_area");
    out.begin_object();
    append_position(out, area.centre);
    out.field("radius_m", area.radius.in(metres), 0);
    out.end_object();
  }
}

void append_decisions(json::Writer& out, const Case& c) {
  if (c.declared) {
    out.key("declared");
    out.begin_object();
    out.field("phase", to_string(c.declared->phase));
    out.field("reason", c.declared->reason);
    by_and_at(out, c.declared->by, c.declared->at);
    out.end_object();
  }
  append_lead(out, c);
  if (c.identified) {
    out.key("identified");
    out.begin_object();
    out.field("party", c.identified->party);
    out.field("class", to_string(c.identified->aircraft_class));
    out.field("reason", c.identified->reason);
    by_and_at(out, c.identified->by, c.identified->at);
    out.end_object();
  }
  if (c.released) {
    out.key("released");
    out.begin_object();
    by_and_at(out, c.released->by, c.released->at);
    out.end_object();
  }
  if (c.mark) {
    out.key("mark");
    out.begin_object();
    out.field("kind", to_string(c.mark->kind));
    if (c.mark->of) out.field("of", c.mark->of->value);
    out.field("reason", c.mark->reason);
    by_and_at(out, c.mark->by, c.mark->at);
    out.end_object();
  }
  if (c.merged) {
    out.key("merged");
    out.begin_object();
    out.field("into", c.merged->into.value);
    out.field("by_system", c.merged->by_system);
    out.field("reason", c.merged->reason);
    by_and_at(out, c.merged->by, c.merged->at);
    out.end_object();
  }
  if (c.closed) {
    out.key("closed");
    out.begin_object();
    out.field("reason", to_string(c.closed->reason));
    out.field("text", c.closed->text);
    by_and_at(out, c.closed->by, c.closed->at);
    out.end_object();
  }
  list(out, "assignments", c.assignments, [&](const Assignment& a) {
    out.begin_object();
    out.field("number", a.number);
    out.field("who", a.who);
    out.field("task", a.task);
    by_and_at(out, a.by, a.at);
    if (a.done_at) out.field("done_at", to_rfc3339(*a.done_at));
    out.end_object();
  });
  list(out, "keep_clear", c.keep_clear, [&](const KeepClear& k) {
    out.begin_object();
    out.field("number", k.number);
    append_position(out, k.centre);
    out.field("radius_m", k.radius.in(metres), 0);
    out.field("from", to_rfc3339(k.valid.from));
    out.field("to", to_rfc3339(k.valid.to));
    by_and_at(out, k.by, k.at);
    list(out, "answers", k.answers, [&](const KeepClearAnswer& answer) {
      out.begin_object();
      out.field("accepted", answer.accepted);
      by_and_at(out, answer.by, answer.at);
      out.end_object();
    });
    out.end_object();
  });
}

void append_told(json::Writer& out, const Case& c) {
  list(out, "told", c.told, [&](const Told& t) {
    out.begin_object();
    addressee(out, t.to);
    out.field("desk", t.desk);
    out.field("exact", t.exact);
    out.field("first_at", to_rfc3339(t.first_at));
    out.field("last_at", to_rfc3339(t.last_at));
    out.field("times", t.times);
    if (t.delivered_at) out.field("delivered_at", to_rfc3339(*t.delivered_at));
    list(out, "answers", t.answers, [&](const Answer& a) {
      out.begin_object();
      out.field("depth", to_string(a.depth));
      out.field("text", a.text);
      by_and_at(out, a.by, a.at);
      out.end_object();
    });
    out.end_object();
  });
  list(out, "log", c.log, [&](const LogEntry& entry) {
    out.begin_object();
    out.field("text", entry.text);
    by_and_at(out, entry.by, entry.at);
    out.end_object();
  });
}

}  // namespace

void append_lead(json::Writer& out, const Case& c) {
  if (!c.lead) return;
  out.key("lead");
  out.begin_object();
  out.field("party", c.lead->party);
  out.field("desk", c.lead->desk);
  out.field("officer", c.lead->officer);
  out.field("since", to_rfc3339(c.lead->since));
  out.end_object();
}

void append(json::Writer& out, const Case& c, Time now) {
  out.begin_object();
  out.field("id", c.id.value);
  out.field("number", c.number);
  out.field("status", c.open() ? "open" : "closed");
  out.field("exercise", c.exercise);
  out.field("opened_at", to_rfc3339(c.opened_at));
  out.field("opened_by", to_string(c.opened_kind));
  out.field("opened_source", c.opened_source);
  if (c.follows) out.field("follows", c.follows->value);
  const Proposal proposal = propose(c, now);
  out.key("proposed");
  out.begin_object();
  out.field("phase", to_string(proposal.phase));
  list(out, "reasons", proposal.reasons, [&](const PhaseReason& reason) { out.value(describe(reason)); });
  out.end_object();
  list(out, "emergencies", words_of(c), [&](EmergencyWord word) { out.value(to_string(word)); });
  out.field("may_be_spoken", !c.must_not_be_spoken);
  out.field("may_relay", may_relay(c));
  append_subject(out, c);
  append_evidence(out, c, now);
  append_places(out, c, now);
  append_decisions(out, c);
  append_told(out, c);
  list(out, "peers", c.peers, [&](const PeerCase& peer) {
    out.begin_object();
    out.field("party", peer.party);
    out.field("case", peer.number);
    out.end_object();
  });
  out.field("left_out", c.beyond.all());
  out.field("heard_after_closing", c.heard_after_closing);
  out.end_object();
}

void append(json::Writer& out, const Telling& telling) {
  out.begin_object();
  out.field("may_relay", telling.may_relay);
  out.field("may_be_spoken", telling.may_be_spoken);
  list(out, "reasons", telling.reasons, [&](const std::string& reason) { out.value(reason); });
  list(out, "lines", telling.lines, [&](const TellingLine& line) {
    out.begin_object();
    addressee(out, addressee_of(line.recipient));
    out.field("name", line.name);
    out.field("desk", line.desk);
    out.field("content", std::holds_alternative<ExactRecipient>(line.recipient) ? "exact" : "coarse");
    out.field("ground", to_string(line.ground));
    if (!line.agreed_by.empty()) out.field("agreed_by", line.agreed_by);
    out.field("due", line.due);
    out.end_object();
  });
  out.end_object();
}

void append(json::Writer& out, const Channel& c) {
  out.begin_object();
  out.field("id", c.id);
  out.field("use", to_string(c.use));
  out.field("khz", c.khz);
  out.field("text", frequency_text(c.khz));
  out.field("call_sign", c.call_sign);
  list(out, "parties", c.parties, [&](const std::string& party) { out.value(party); });
  out.field("remark", c.remark);
  out.field("agreed", c.agreed);
  out.field("voice", c.voice);
  out.field("place_unknown", c.place_unknown);
  out.end_object();
}

void append(json::Writer& out, const RadioInstruction& call) {
  out.begin_object();
  out.field("use", to_string(call.use));
  out.field("khz", call.khz);
  out.field("text", frequency_text(call.khz));
  out.field("call_sign", call.call_sign);
  out.field("agreed", call.agreed);
  out.field("call_at", to_rfc3339(call.call_at));
  out.field("listen_for_s", to_seconds(call.listen_for), 0);
  out.field("repeat_every_s", to_seconds(call.repeat_every), 0);
  out.end_object();
}

void append(json::Writer& out, const HelperFound& found) {
  const Helper& h = found.helper;
  out.begin_object();
  out.field("name", h.name);
  out.field("callsign", h.callsign);
  out.field("party", h.party);
  out.field("class", to_string(h.aircraft_class));
  append_position(out, h.position);
  out.field("distance_nm", found.distance.in(nautical_miles), 1);
  out.field("bearing_deg", found.bearing.in_degrees(), 0);
  out.field("time_s", to_seconds(found.time), 0);
  out.end_object();
}

void append(json::Writer& out, const AirfieldFound& found) {
  out.begin_object();
  out.field("id", found.airfield.id);
  out.field("name", found.airfield.name);
  append_position(out, found.airfield.position);
  out.field("longest_runway_m", found.airfield.longest_runway.in(metres), 0);
  out.field("distance_nm", found.distance.in(nautical_miles), 1);
  out.field("bearing_deg", found.bearing.in_degrees(), 0);
  out.end_object();
}

void append(json::Writer& out, const Event& event, const CaseBook& book) {
  out.begin_object();
  out.field("kind", to_string(event.kind));
  const auto named = [&](std::string_view name, const std::optional<CaseId>& id) {
    const Case* c = id ? book.find(*id) : nullptr;
    if (c != nullptr) out.field(name, c->number);
  };
  named("case", event.id);
  named("other", event.other);
  out.field("text", event.text);
  out.end_object();
}

}  // namespace skypact::distress
