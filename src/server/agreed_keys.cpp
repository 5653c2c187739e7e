#include "server/agreed_keys.h"

#include <algorithm>

#include "node/api_names.h"

namespace skypact::server {
namespace {

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

void AgreedKeys::set(std::vector<node::PartyKeys> keys) {
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
}

const node::PartyKeys* AgreedKeys::of(const node::Config& config, const node::PeerConfig& peer) const {
  const std::string_view name = node::party_name(peer.party, config.rules.parties);
  const auto at = std::find_if(keys_.begin(), keys_.end(), [&](const node::PartyKeys& k) { return k.party == name; });
  return at == keys_.end() ? nullptr : &*at;
}

std::vector<ledger::Hash> AgreedKeys::pins_locked(const node::Config& config, const node::PeerConfig& peer) const {
  const node::PartyKeys* agreed = of(config, peer);
  if (agreed == nullptr) return peer.pins;
  std::vector<ledger::Hash> pins;
  for (const ledger::Hash& pin : peer.pins) {
    if (!contains(agreed->ended_pins, pin)) pins.push_back(pin);
  }
  for (const ledger::Hash& pin : agreed->pins) {
    const node::PeerConfig* configured = node::peer_with_pin(config, pin);
    if (!contains(pins, pin) && (configured == nullptr || configured->party == peer.party)) pins.push_back(pin);
  }
  return pins;
}

std::optional<PartyId> AgreedKeys::party_of_pin(const node::Config& config, const ledger::Hash& pin) const {
  const std::lock_guard lock(mutex_);
  for (const node::PeerConfig& peer : config.peers) {
    if (contains(pins_locked(config, peer), pin)) return peer.party;
  }
  return std::nullopt;
}

std::vector<ledger::Hash> AgreedKeys::pins(const node::Config& config, const node::PeerConfig& peer) const {
  const std::lock_guard lock(mutex_);
  return pins_locked(config, peer);
}

std::vector<ledger::VerifierKey> AgreedKeys::cosigners(const node::Config& config, const node::PeerConfig& peer) const {
  const std::lock_guard lock(mutex_);
  const node::PartyKeys* agreed = of(config, peer);
  std::vector<ledger::VerifierKey> keys;
  if (peer.cosigner_key && (agreed == nullptr || !contains(agreed->ended_cosigners, *peer.cosigner_key))) keys.push_back(*peer.cosigner_key);
  if (agreed == nullptr) return keys;
  for (const ledger::VerifierKey& key : agreed->cosigners) {
    if (!contains(keys, key)) keys.push_back(key);
  }
  return keys;
}

PeerAddress AgreedKeys::address(const node::Config& config, const node::PeerConfig& peer) {
  PeerAddress address = address_of(peer, config);
  if (!address.pinned) return address;
  const std::lock_guard lock(mutex_);
  Pinned now = *address.pinned;
  now.pins = pins_locked(config, peer);
  std::shared_ptr<const Pinned>& known = pinned_[address.name];
  if (!known || known->pins != now.pins || known->certificate != now.certificate || known->key != now.key) known = std::make_shared<const Pinned>(std::move(now));
  address.pinned = known;
  return address;
}

}  // namespace skypact::server
