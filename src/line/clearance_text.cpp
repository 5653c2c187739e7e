#include "line/clearance_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "line/notice_text.h"
#include "pact/terms.h"
#include "pact/units.h"

namespace skypact::line {
namespace {

using namespace plan;

constexpr std::array<std::string_view, 12> months{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};

std::string spoken(std::string_view word) {
  std::string text(word);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string minute_of(Time time) {
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - std::chrono::floor<std::chrono::days>(time)));
  if (clock.seconds().count() == 0) return fmt::format("{:02}{:02}", clock.hours().count(), clock.minutes().count());
  return fmt::format("{:02}{:02}:{:02}", clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}
// "28 November 2026, 0600 UTC".
std::string moment(Time time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{} {} {}, {} UTC", unsigned(date.day()), months[unsigned(date.month()) - 1], int(date.year()), minute_of(time));
}
std::string span(const Interval<Time>& times) { return fmt::format("from {} to {}", moment(times.from), moment(times.to)); }

std::string levels(const VerticalLimit& floor, const VerticalLimit& ceiling) {
  return floor == ceiling ? notam_limit(floor) : fmt::format("{} to {}", notam_limit(floor), notam_limit(ceiling));
}

std::string via(const ClearancePart& part) {
  std::string text;
  for (const geo::Position p : part.via) text += fmt::format(" - {}", notam_position(p));
  return text;
}

std::string_view cargo_text(CargoClass cargo) {
  switch (cargo) {
    case CargoClass::none: return "no cargo";
    case CargoClass::general: return "general cargo";
    case CargoClass::relief: return "relief goods";
    case CargoClass::dangerous_goods: return "dangerous goods";
    case CargoClass::munitions: return "munitions";
  }
  return {};
}

// --- as a NOTAM ---

std::string notam_conditions(const ClearanceConditions& c) {
  std::string text;
  if (c.times) text += fmt::format(" BETWEEN {} AND {}.", notam_time(c.times->from), notam_time(c.times->to));
  if (c.levels) text += fmt::format(" AT {}.", to_upper(levels(c.levels->floor, c.levels->ceiling)));
  if (c.half_width) text += fmt::format(" WITHIN {} OF ROUTE.", to_upper(pact::length_text(*c.half_width)));
  if (!c.squawk.empty()) text += fmt::format(" SQUAWK {}.", c.squawk);
  if (c.frequency_khz) text += fmt::format(" CALL {}.", to_upper(pact::channel_text(*c.frequency_khz)));
  if (!c.reports.empty()) text += fmt::format(" REPORT {}.", fmt::join(c.reports, ", "));
  if (!c.text.empty()) text += " FURTHER CONDITIONS IN CLEARANCE.";
  return text;
}

std::string notam_part(const ClearanceRequest& request, const ClearancePart& part, const AskedPart& asked, const Revoked* revoked) {
  const Interval<Time> times = times_of(request, part);
  std::string text = fmt::format("{}: ENTRY {} {} {}{} EXIT {} {} {}. WITHIN {} OF ROUTE. {}. VALID {} TO {}.", to_upper(part.party), part.entry.name, notam_position(part.entry.position), notam_time(part.entry.at),
                                 part.via.empty() ? "" : " VIA" + via(part).substr(2), part.exit.name, notam_position(part.exit.position), notam_time(part.exit.at),
                                 to_upper(pact::length_text(request.half_width)), to_upper(levels(part.floor, part.ceiling)), notam_time(times.from), notam_time(times.to));
  if (!part.landing.empty()) text += fmt::format(" LANDING {}.", part.landing);
  if (revoked != nullptr) return text + fmt::format(" CLEARANCE REVOKED FROM {}.", to_rfc3339(revoked->from));
  switch (asked.stage) {
    case AskedStage::waiting:
    case AskedStage::asked_back: return text + " NOT ANSWERED.";
    case AskedStage::unable: return text + " UNABLE.";
    case AskedStage::approved: break;
  }
  return text + fmt::format(" CLEARANCE {}.{}", to_string(*asked.number), notam_conditions(asked.conditions));
}

std::string_view notam_state(ClearanceState state) {
  switch (state) {
    case ClearanceState::asked:
    case ClearanceState::refused: return "NOT CLEARED";
    case ClearanceState::amending:
    case ClearanceState::cleared: return "CLEARED";
    case ClearanceState::revoked: return "REVOKED";
    case ClearanceState::withdrawn: return "WITHDRAWN";
    case ClearanceState::expired: return "EXPIRED";
  }
  return {};
}

// --- as a note ---

std::string aircraft(const ClearanceRequest& r) {
  return fmt::format("{} aircraft of type {}, registration {}, call sign {}{}, operated by \"{}\"", r.aircraft, r.aircraft_type, fmt::join(r.registrations, ", "), fmt::join(r.call_signs, ", "),
                     r.addresses.empty() ? "" : fmt::format(", aircraft address {}", fmt::join(r.addresses, ", ")), r.operated_by);
}

std::string route(const ClearanceRequest& r, const ClearancePart& part) {
  return fmt::format("Entry at {} ({}) on {};{} exit at {} ({}) on {}; {}; within {} of the route; the times with a tolerance of {}{}.", part.entry.name, notam_position(part.entry.position), moment(part.entry.at),
                     part.via.empty() ? "" : fmt::format(" by way of {};", via(part).substr(3)), part.exit.name, notam_position(part.exit.position), moment(part.exit.at), levels(part.floor, part.ceiling),
                     pact::length_text(r.half_width), pact::duration_text(r.tolerance), part.landing.empty() ? "" : fmt::format("; landing at {}", part.landing));
}

std::string conditions(const ClearanceConditions& c) {
  std::string text;
  const auto say = [&](std::string what) { text += fmt::format("{}{}", text.empty() ? "" : "; ", std::move(what)); };
  if (c.times) say(span(*c.times));
  if (c.levels) say("at " + levels(c.levels->floor, c.levels->ceiling));
  if (c.half_width) say(fmt::format("within {} of the route", pact::length_text(*c.half_width)));
  if (!c.squawk.empty()) say("with transponder code " + c.squawk);
  if (c.frequency_khz) say(fmt::format("calling on {} before entry", pact::channel_text(*c.frequency_khz)));
  if (!c.reports.empty()) say(fmt::format("reporting at {}", fmt::join(c.reports, ", ")));
  if (!c.text.empty()) say(fmt::format("\"{}\"", c.text));
  return text;
}

std::string opening(const std::string& from, const std::string& to) { return fmt::format("{} presents its compliments to {} and has the honour to ", from, to); }
std::string closing(const std::string& from, const std::string& to) {
  return fmt::format("\n{} avails itself of this opportunity to renew to {} the assurances of its highest consideration.\n", from, to);
}
std::string reference(const ClearanceRecord& record, std::uint32_t revision) { return fmt::format("No. {}, revision {}", to_string(record.number), revision); }

struct Note {
  const ClearanceRecord& record;
  const ClearancePart& part;
  const AskedPart& asked;
  const std::string asker, answerer;

  [[nodiscard]] std::string request() const {
    const ClearanceRequest& r = record.latest.request;
    const bool amends = record.latest.revision > 1;
    std::string text = r.exercise ? "EXERCISE EXERCISE EXERCISE\n\n" : "";
    text += opening(asker, answerer);
    if (amends) text += fmt::format("refer to its request No. {} and to ask that it be amended as follows ({}).\n", to_string(record.number), reference(record, record.latest.revision));
    else text += fmt::format("request clearance ({}) for the following flight to {} the airspace of the latter.\n", reference(record, record.latest.revision), part.landing.empty() ? "cross" : "enter");
    text += fmt::format("\nAircraft: {}.\nPurpose: {}{}. Cargo: {}. Persons on board: {}.\n", aircraft(r), spoken(to_string(r.purpose)), has_priority(r.purpose) ? " (priority is requested)" : "", cargo_text(r.cargo), r.persons);
    text += fmt::format("Sensors: {}. Armament: {}.\n{}\nThe request is valid {}.\n", r.sensors ? "yes" : "no", r.armed ? "yes" : "no", route(r, part), span(r.valid));
    if (r.route.size() > 1) text += "The flight also concerns others; it will not take place before all of them have approved it.\n";
    if (!r.remarks.empty()) text += fmt::format("Remarks: \"{}\".\n", r.remarks);
    text += fmt::format("\n{} would be grateful for an answer by {}. Contact: {}.\n", asker, moment(r.answer_by), r.contact);
    return text + closing(asker, answerer);
  }
  [[nodiscard]] std::string refers() const { return opening(answerer, asker) + fmt::format("refer to the request of the latter {}, ", reference(record, record.latest.revision)); }
  [[nodiscard]] std::string answer() const {
    std::string text = refers();
    if (asked.stage == AskedStage::asked_back) text += fmt::format("and to ask: \"{}\"\n", asked.text);
    else if (asked.stage == AskedStage::unable) text += fmt::format("and to inform it that {} is unable to approve the flight: \"{}\"\n", answerer, asked.text);
    else {
      text += fmt::format("and to inform it that the flight is approved under the clearance number {}{}.\n", to_string(*asked.number), asked.conditions.empty() ? "" : ", on the following conditions");
      if (!asked.conditions.empty()) text += fmt::format("\nConditions: {}.\n", conditions(asked.conditions));
      text += fmt::format("\n{}\n", route(record.latest.request, part));
      if (record.latest.request.route.size() > 1) text += "The flight may take place when all parties concerned have approved it.\n";
    }
    return text + closing(answerer, asker);
  }
  [[nodiscard]] std::string revocation(const Revoked& revoked) const {
    std::string text = refers();
    const auto number = record.numbers.find(part.party);
    text += fmt::format("and to inform it that the clearance {} is revoked from {}: \"{}\"\n\nReceipt of this note is to be acknowledged without delay.\n", number == record.numbers.end() ? "" : to_string(number->second),
                        moment(revoked.from), revoked.reason);
    return text + closing(answerer, asker);
  }
  [[nodiscard]] std::string withdrawal(const Withdrawn& withdrawn) const {
    return opening(asker, answerer) + fmt::format("inform it that the request {} is withdrawn: \"{}\"\n", reference(record, record.latest.revision), withdrawn.reason) + closing(asker, answerer);
  }
};

}  // namespace

std::string clearance_notam(const ClearanceRecord& record, Time now) {
  const ClearanceState state = state_of(record, now);
  const bool held = !record.latest.cleared_at && record.held && record.held->request.valid.to > now;
  const ClearanceRevision& shown = held ? *record.held : record.latest;
  const ClearanceRequest& r = shown.request;
  std::string text = fmt::format("({} {} FLIGHT CLEARANCE REVISION {}\n", to_upper(record.party), to_string(record.number), shown.revision);
  text += fmt::format("B) {} C) {}\n", notam_time(r.valid.from), notam_time(r.valid.to));
  std::string what = r.exercise ? "EXERCISE EXERCISE EXERCISE. " : "";
  what += fmt::format("{}. ", notam_state(state));
  if (held) what += fmt::format("REVISION {} IS ASKED AND NOT CLEARED. ", record.latest.revision);
  what += fmt::format("{} {}, CALL SIGN {}. REGISTRATION {}.", r.aircraft, r.aircraft_type, fmt::join(r.call_signs, ", "), fmt::join(r.registrations, ", "));
  what += fmt::format(" PURPOSE {}{}. {}. {} PERSONS ON BOARD. {}SENSORS. {}ARMED.", to_upper(spoken(to_string(r.purpose))), has_priority(r.purpose) ? ", PRIORITY" : "", to_upper(cargo_text(r.cargo)), r.persons,
                      r.sensors ? "" : "NO ", r.armed ? "" : "NOT ");
  text += notam_lines("E) " + what);
  for (std::size_t i = 0; i < r.route.size(); ++i) {
    const ClearancePart& part = r.route[i];
    const auto revoked = record.revoked.find(part.party);
    text += notam_lines(notam_part(r, part, shown.parts.at(part.party), revoked == record.revoked.end() ? nullptr : &revoked->second) + (i + 1 == r.route.size() ? ")" : ""));
  }
  return text;
}

std::optional<ClearanceNote> clearance_note_of(std::string_view word) {
  const auto at = std::find(clearance_notes.begin(), clearance_notes.end(), word);
  if (at == clearance_notes.end()) return std::nullopt;
  return static_cast<ClearanceNote>(at - clearance_notes.begin());
}

std::string plain_party_name(std::string_view party) {
  std::string name(party);
  if (!name.empty()) name[0] = to_upper(name.substr(0, 1))[0];
  return name;
}

Result<std::string> note_verbale(const ClearanceRecord& record, ClearanceNote kind, std::string_view party, const PartyName& name) {
  const auto not_said = [&](std::string_view what) {
    return Error{ErrorCode::not_found, fmt::format("request {} of {}: {}", to_string(record.number), record.party, what)};
  };
  const ClearancePart* part = record.latest.request.part_of(party);
  const AskedPart* asked = part != nullptr ? &record.latest.parts.at(std::string(party)) : nullptr;
  // Left out by an amendment: what was said of the revision that holds can still be taken back.
  if (part == nullptr && record.held && kind >= ClearanceNote::revocation && (part = record.held->request.part_of(party)) != nullptr) asked = &record.held->parts.at(std::string(party));
  if (part == nullptr) return not_said(fmt::format("its latest revision does not ask {}", quoted(party)));
  const Note note{record, *part, *asked, name(record.party), name(party)};
  switch (kind) {
    case ClearanceNote::request: return note.request();
    case ClearanceNote::answer:
      if (asked->stage == AskedStage::waiting) return not_said(fmt::format("{} has not answered revision {}", party, record.latest.revision));
      return note.answer();
    case ClearanceNote::revocation: {
      const auto revoked = record.revoked.find(std::string(party));
      if (revoked == record.revoked.end()) return not_said(fmt::format("{} has not revoked it", party));
      return note.revocation(revoked->second);
    }
    case ClearanceNote::withdrawal:
      if (!record.withdrawn) return not_said("it was not withdrawn");
      return note.withdrawal(*record.withdrawn);
  }
  return not_said("there is no such note");
}

}  // namespace skypact::line
