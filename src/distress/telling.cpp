#include "distress/telling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace skypact::distress {
namespace {

// nullptr: the owner has not agreed that it be told.
const PreAuthorisation* agreed_beforehand(const TellingRules& rules, const Owner& owner, const Addressee& to) {
  const auto tells = [&](const PreAuthorisation& agreed) {
    if (agreed.owner != owner.party) return false;
    if (agreed.everybody) return true;
    if (to.kind == AddresseeKind::rescue_centre) return agreed.rescue_centres;
    return to.kind == AddresseeKind::party && std::find(agreed.parties.begin(), agreed.parties.end(), to.id) != agreed.parties.end();
  };
  const auto found = std::find_if(rules.pre_authorised.begin(), rules.pre_authorised.end(), tells);
  return found == rules.pre_authorised.end() ? nullptr : &*found;
}

ContentGround ground_for(const Case& c, const Owner& owner, const Addressee& to, bool is_agreed_beforehand) {
  if (!owner.protect) return ContentGround::not_protected;
  if (owner.certain && to.kind == AddresseeKind::party && to.id == owner.party) return ContentGround::owner;
  if (!owner.certain) return ContentGround::owner_uncertain;
  // A release counts while it is of the owner; an officer may have identified another one since.
  if (c.released && c.released->by.party == owner.party) return ContentGround::released;
  return is_agreed_beforehand ? ContentGround::pre_authorised : ContentGround::state_aircraft;
}

}  // namespace

std::string_view to_string(ContentGround ground) {
  constexpr std::array<std::string_view, 6> names{"not_protected", "owner", "released", "pre_authorised", "state_aircraft", "owner_uncertain"};
  return names[static_cast<std::size_t>(ground)];
}

bool is_exact(ContentGround ground) { return ground < ContentGround::state_aircraft; }

const Addressee& addressee_of(const Recipient& recipient) {
  return std::visit([](const auto& r) -> const Addressee& { return r.to(); }, recipient);
}

Telling who_is_told(const Case& c, const TellingRules& rules) {
  Telling telling{{}, {}, false, true, {}, ExactRecipient({AddresseeKind::party, rules.own_party})};
  telling.owner = owner_of(c);
  telling.may_relay = may_relay(c);
  telling.may_be_spoken = !c.must_not_be_spoken;

  const auto add = [&](Addressee to, std::string name, std::string desk) {
    const PreAuthorisation* const agreed = agreed_beforehand(rules, telling.owner, to);
    const ContentGround ground = ground_for(c, telling.owner, to, agreed != nullptr);
    const auto told = std::find_if(c.told.begin(), c.told.end(), [&](const Told& t) { return t.to == to; });
    const bool due = told == c.told.end() || (is_exact(ground) && !told->exact);
    Recipient recipient = is_exact(ground) ? Recipient(ExactRecipient(to)) : Recipient(CoarseRecipient(to));
    std::string agreed_by = ground == ContentGround::pre_authorised ? agreed->by : std::string();
    telling.lines.push_back({std::move(recipient), std::move(name), std::move(desk), ground, std::move(agreed_by), due});
  };
  for (const RescueCentre& centre : rules.rescue_centres) add({AddresseeKind::rescue_centre, centre.id}, centre.name, centre.contact);

  std::vector<FloorParty> parties = rules.parties;
  std::sort(parties.begin(), parties.end(), [&](const FloorParty& a, const FloorParty& b) {
    const bool a_owns = a.id == telling.owner.party, b_owns = b.id == telling.owner.party;
    return a_owns != b_owns ? a_owns : a.id < b.id;
  });
  for (const FloorParty& party : parties) {
    if (party.id != rules.own_party) add({AddresseeKind::party, party.id}, party.id, party.desk);
  }
  std::vector<OutsideContact> outsiders = rules.outsiders;
  std::sort(outsiders.begin(), outsiders.end(), [](const OutsideContact& a, const OutsideContact& b) { return a.id < b.id; });
  for (const OutsideContact& outside : outsiders) {
    add({AddresseeKind::outsider, outside.id}, outside.whom, fmt::format("{}/{}", outside.party, outside.desk));
  }

  if (rules.rescue_centres.empty()) telling.reasons.push_back("no rescue coordination centre is known for the place; call the one that is responsible");
  if (!telling.may_relay) telling.reasons.push_back("only one burst of a beacon with corrected bits was heard; others are told after a second one, or by an officer");
  if (!telling.may_be_spoken) telling.reasons.push_back("unlawful interference: nothing is said on the radio, where those on board hear it; use the line or the telephone");
  if (telling.owner.protect && !telling.owner.certain) {
    telling.reasons.push_back("it may be a state aircraft and it is not certain whose; an officer identifies it, and until then nobody is told the exact position");
  } else if (telling.owner.protect) {
    const bool somebody_waits = std::any_of(telling.lines.begin(), telling.lines.end(), [](const TellingLine& line) { return !is_exact(line.ground); });
    if (somebody_waits) telling.reasons.push_back(fmt::format("an aircraft of {}; the exact position is told after an officer of {} releases it", telling.owner.party, telling.owner.party));
  }
  return telling;
}

}  // namespace skypact::distress
