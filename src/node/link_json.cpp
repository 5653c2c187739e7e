#include "node/link_json.h"

#include <algorithm>

#include "node/agreed_json.h"
#include "node/api_fields.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

void seconds_field(json::Writer& out, std::string_view name, const std::optional<Duration>& d, int decimals) {
  if (d) out.field(name, to_seconds(*d), decimals);
}

void peer_alert(json::Writer& out, const PeerAlert& theirs, const Picture& picture) {
  const link::SharedAlert& a = theirs.alert;
  out.begin_object();
  out.field("id", a.id);
  out.field("kind", to_string(a.kind));
  out.field("state", to_string(a.state));
  out.field("severity", to_string(a.severity));
  out.field("raised_at", to_rfc3339(a.raised_at));
  list_field(out, "subjects", a.subjects, [&](const link::SharedSubject& s) {
    out.begin_object();
    out.field("address", to_string(s.address));
    if (!s.party.empty()) out.field("party", s.party);
    out.end_object();
  });
  const auto same = std::find_if(picture.alerts.begin(), picture.alerts.end(), [&](const Alert& ours) { return same_danger(ours, a); });
  if (same != picture.alerts.end()) out.field("alert", same->id.value);
  out.end_object();
}

void detail(json::Writer& out, std::string_view name_of_detail, const std::optional<ShareDetail>& d) {
  if (!d) return;
  out.key(name_of_detail);
  out.begin_object();
  out.key("fields");
  append_fields(out, d->fields);
  out.field("position_step_nm", d->position_step.in(nautical_miles), 3);
  out.field("altitude_step_ft", d->altitude_step.in_feet(), feet_decimals);
  out.field("delay_s", to_seconds(d->delay), second_decimals);
  out.end_object();
}

void sharing_field(json::Writer& out, std::string_view direction, const SharingView& view, bool ours) {
  out.key(direction);
  out.begin_object();
  out.field("by", to_string(view.by));
  list_field(out, "agreed", view.agreed, [&](const AgreedSharing& s) {
    out.begin_object();
    out.field("version", s.version);
    out.field("basis", to_string(s.basis));
    list_field(out, "clauses", s.clauses, [&](const std::string& id) { out.value(id); });
    list_field(out, "suspended", s.suspended, [&](const std::string& id) { out.value(id); });
    if (s.holds.from != Time::min()) out.field("from", to_rfc3339(s.holds.from));
    if (s.holds.to != Time::max()) out.field("to", to_rfc3339(s.holds.to));
    out.end_object();
  });
  // What the peer's own configuration says is not known here.
  if (ours || view.by == SharingBy::pact) {
    detail(out, "always", view.policy.tracks.always);
    detail(out, "near_conflict", view.policy.tracks.near_conflict);
    if (view.policy.tracks.near > Length()) out.field("near_nm", view.policy.tracks.near.in(nautical_miles), 3);
  }
  out.end_object();
}

}  // namespace

std::string links_json(const std::vector<LinkView>& links, const Picture& picture, Time now) {
  return object_text([&](json::Writer& out) {
    out.field("now", to_rfc3339(now));
    list_field(out, "links", links, [&](const LinkView& view) {
      const link::LinkStatus& s = view.status;
      out.begin_object();
      out.field("party", party_name(view.party, picture.rules->parties));
      out.field("url", view.url);
      out.field("state", link::to_string(s.state));
      seconds_field(out, "age_s", s.age, second_decimals);
      seconds_field(out, "answer_age_s", s.answer_age, second_decimals);
      seconds_field(out, "message_age_s", s.message_age, second_decimals);
      if (s.clock) {
        out.field("clock_ahead_s", to_seconds(s.clock->ahead), 6);
        out.field("clock_bound_s", to_seconds(s.clock->bound), 6);
        out.field("round_trip_s", to_seconds(s.clock->round_trip), 6);
      }
      out.field("alerts_waiting", s.alerts_waiting);
      out.field("notes_waiting", s.notes_waiting);
      out.field("refused", s.refused);
      out.field("clock_steps", s.clock_steps);
      out.field("peer_restarts", s.peer_restarts);
      if (!s.last_error.empty()) out.field("last_error", s.last_error);
      out.key("sharing");
      out.begin_object();
      sharing_field(out, "to_peer", view.sharing.to_peer, true);
      sharing_field(out, "from_peer", view.sharing.from_peer, false);
      out.end_object();
      out.key("alerts");
      out.begin_array();
      for (const PeerAlert& theirs : picture.peer_alerts->all()) {
        if (theirs.party == view.party && theirs.alert.state != AlertState::ended) peer_alert(out, theirs, picture);
      }
      out.end_array();
      out.end_object();
    });
  });
}

}  // namespace skypact::node
