#include "track/party_directory.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <iterator>
#include <set>
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

const PartyDirectory::AddressRange* range_at(const std::vector<PartyDirectory::AddressRange>& ranges, std::uint32_t number) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), number, [](std::uint32_t n, const auto& e) { return n < e.first; });
  if (after == ranges.begin() || number > (after - 1)->last) return nullptr;
  return &*(after - 1);
}

std::string hex(std::uint32_t number) {
  std::array<char, 9> text{};
  std::snprintf(text.data(), text.size(), "%06X", number);
  return text.data();
}

// The stronger entry, with the class of the weaker where it states none of its own for the same party.
template <class Entry>
Entry joined(Entry strong, const PartyClaim& weak) {
  if (strong.aircraft_class == AircraftClass::unknown && strong.party == weak.party) strong.aircraft_class = weak.aircraft_class;
  return strong;
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

std::vector<Difference> overlay(PartyDirectory& directory, PartyDirectory stronger) {
  normalise(directory);
  normalise(stronger);
  const PartyDirectory weaker = std::move(directory);
  directory = {};
  std::vector<Difference> differences;
  const auto differ = [&](std::string what, PartyId was, PartyId is) {
    if (was != unknown_party && was != is && differences.size() < max_differences) differences.push_back({std::move(what), was, is});
  };

  // Between two neighbouring ends of ranges each directory says one thing.
  std::set<std::uint32_t> ends;
  for (const auto& ranges : {std::cref(weaker.ranges), std::cref(stronger.ranges)}) {
    for (const auto& range : ranges.get()) {
      ends.insert(range.first);
      ends.insert(range.last + 1);
    }
  }
  for (auto at = ends.begin(); at != ends.end() && std::next(at) != ends.end(); ++at) {
    const std::uint32_t first = *at, last = *std::next(at) - 1;
    const auto* strong = range_at(stronger.ranges, first);
    const auto* weak = range_at(weaker.ranges, first);
    if (strong == nullptr && weak == nullptr) continue;
    PartyDirectory::AddressRange range = strong != nullptr ? *strong : *weak;
    if (strong != nullptr && weak != nullptr) {
      range = joined(*strong, {weak->party, weak->aircraft_class});
      differ(first == last ? hex(first) : hex(first) + " to " + hex(last), weak->party, strong->party);
    }
    range.first = first;
    range.last = last;
    directory.ranges.push_back(range);
  }

  for (const auto& strong : stronger.addresses) {
    const PartyClaim weak = claim_by_address(weaker, strong.address);
    differ(to_string(strong.address), weak.party, strong.party);
    directory.addresses.push_back(joined(strong, weak));
  }
  for (const auto& weak : weaker.addresses) {
    const PartyClaim strong = claim_by_address(stronger, weak.address);
    if (strong.party == unknown_party) {
      directory.addresses.push_back(weak);
    } else {
      differ(to_string(weak.address), weak.party, strong.party);
    }
  }
  for (const auto& strong : stronger.callsigns) {
    differ("callsigns " + strong.prefix + "…", claim_by_callsign(weaker, strong.prefix).party, strong.party);
    directory.callsigns.push_back(strong);
  }
  for (const auto& weak : weaker.callsigns) {
    const PartyClaim strong = claim_by_callsign(stronger, weak.prefix);
    if (strong.party == unknown_party) {
      directory.callsigns.push_back(weak);
    } else {
      differ("callsigns " + weak.prefix + "…", weak.party, strong.party);
    }
  }
  directory.feeds = stronger.feeds;
  directory.feeds.insert(directory.feeds.end(), weaker.feeds.begin(), weaker.feeds.end());
  normalise(directory);
  return differences;
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
