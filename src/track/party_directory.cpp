#include "track/party_directory.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace skypact::track {
namespace {

template <class List, class Key>
void sort_unique(List& list, Key key) {
  if (list.size() > max_directory_entries) list.resize(max_directory_entries);
  std::stable_sort(list.begin(), list.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  list.erase(std::unique(list.begin(), list.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }), list.end());
}

bool carries_icao_number(AddressKind kind) {
  return kind == AddressKind::icao || kind == AddressKind::tisb_icao || kind == AddressKind::adsr_icao;
}

}  // namespace

void normalise(PartyDirectory& directory) {
  sort_unique(directory.addresses, [](const auto& e) { return e.address; });
  sort_unique(directory.ranges, [](const auto& e) { return e.first; });
  sort_unique(directory.callsigns, [](const auto& e) { return std::string_view(e.prefix); });
  sort_unique(directory.feeds, [](const auto& e) { return e.source; });
}

PartyClaim claim_by_address(const PartyDirectory& directory, const Address& address) {
  Address wanted = address;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto at = std::lower_bound(directory.addresses.begin(), directory.addresses.end(), wanted,
                                     [](const auto& e, const Address& a) { return e.address < a; });
    if (at != directory.addresses.end() && at->address == wanted) return {at->party, at->aircraft_class};
    if (!carries_icao_number(address.kind)) return {};
    wanted = icao_address(address.number);
  }
  const auto after = std::upper_bound(directory.ranges.begin(), directory.ranges.end(), address.number,
                                      [](std::uint32_t number, const auto& e) { return number < e.first; });
  if (after == directory.ranges.begin()) return {};
  const auto& range = *(after - 1);
  if (address.number > range.last) return {};
  return {range.party, range.aircraft_class};
}

PartyClaim claim_by_callsign(const PartyDirectory& directory, std::string_view callsign) {
  for (std::size_t length = callsign.size(); length >= 1; --length) {
    const std::string_view prefix = callsign.substr(0, length);
    const auto at = std::lower_bound(directory.callsigns.begin(), directory.callsigns.end(), prefix,
                                     [](const auto& e, std::string_view p) { return e.prefix < p; });
    if (at != directory.callsigns.end() && at->prefix == prefix) return {at->party, at->aircraft_class};
  }
  return {};
}

PartyClaim claim_by_feed(const PartyDirectory& directory, SourceId source) {
  const auto at = std::lower_bound(directory.feeds.begin(), directory.feeds.end(), source,
                                   [](const auto& e, SourceId s) { return e.source < s; });
  if (at == directory.feeds.end() || at->source != source) return {};
  return {at->party, at->aircraft_class};
}

PartyVerdict decide_party(PartyId by_address, PartyId by_feed, PartyId by_report, PartyId by_callsign) {
  const std::array<std::pair<PartyId, PartyBasis>, 4> strongest_first{{{by_address, PartyBasis::address},
                                                                       {by_feed, PartyBasis::feed},
                                                                       {by_report, PartyBasis::report},
                                                                       {by_callsign, PartyBasis::callsign}}};
  PartyVerdict verdict;
  for (const auto& [party, basis] : strongest_first) {
    if (party == unknown_party) continue;
    if (verdict.basis == PartyBasis::none) {
      verdict.party = party;
      verdict.basis = basis;
    } else if (party != verdict.party) {
      verdict.conflict = true;
    }
  }
  return verdict;
}

}  // namespace skypact::track
