#pragma once
// Case view: what the API shows of a case: in short for the board and the event stream, and whole (openapi.yaml: CaseShort,
// CaseWhole). For this node's own desks only; what other parties get is case_summary.h.
//
//     append_short(out, book, id, telling, "north", now);
//     append_whole(out, book, id, around, "north", now);
//
// What lies around a case the caller finds: channels from what is agreed, centres from the imported regions, helpers from the
// tracks. Pure; any thread.

#include <string>
#include <vector>

#include "distress/case_book.h"
#include "distress/frequencies.h"
#include "distress/help.h"
#include "distress/telling.h"
#include "json/writer.h"
#include "line/phrasebook.h"

namespace skypact::distress {

// A message of the line that carried the case.
struct SentMessage {
  std::string message;                 // its id
  Time at;
  std::vector<std::string> to;
  bool exact = false;
  friend bool operator==(const SentMessage&, const SentMessage&) = default;
};

struct RegionCentre {
  RescueCentre centre;
  std::string region;
};

struct CaseAround {
  std::vector<Channel> channels;
  std::vector<RegionCentre> centres;
  std::string centres_note;            // why there is none; else empty
  std::vector<SentMessage> messages;
  std::vector<HelperFound> helpers;
  std::vector<AirfieldFound> airfields;
  const Telling& telling;
};

// An aircraft assists while an assignment of this task stands for it (the API's act assist).
inline constexpr std::string_view assist_task = "assists the rescue";
[[nodiscard]] bool assists(const Case& c, std::string_view aircraft);

// Whose call it is: a call sign, registration, address, beacon or MMSI; else what was heard from where.
[[nodiscard]] std::string title_of(const Case& c);

// Sentences that fit the case and say only what everybody may hear: never a place or an identity that is the owner's to release. None where
// nothing may be spoken.
struct SpokenPhrase {
  const line::Phrase* phrase = nullptr;
  line::Slots slots;
};
[[nodiscard]] std::vector<SpokenPhrase> spoken_phrases(const Case& c, const Telling& telling, const std::vector<Channel>& channels);

// Keep-clear circles of other parties that wait for an answer of this one.
[[nodiscard]] std::size_t keep_clear_asked(const Case& c, std::string_view own_party, Time now);

// `id` is a root.
void append_short(json::Writer& out, const CaseBook& book, CaseId id, const Telling& telling, std::string_view own_party, Time now);
void append_whole(json::Writer& out, const CaseBook& book, CaseId id, const CaseAround& around, std::string_view own_party, Time now);
// One of HeardList.
void append(json::Writer& out, const Heard& heard);
void append(json::Writer& out, const MergeProposal& proposal);

}  // namespace skypact::distress
