#pragma once
// AgreedKeys: by which TLS keys other parties' nodes are known, and whose cosignatures count: those of the configuration, and
// those that the terms in force and the parties' own changes of keys name. A key that its party ended counts no more, wherever it
// is written.
//
//     keys.set(acts.keys(now, clock_offset));                   // the acts' thread, each second
//     if (const auto party = keys.party_of_pin(config, pin)) …  // any thread, at each request
//
// What a party signs with, its root and its record's key, is not taken from here: the root is got by hand, and a record has one key
// for all time. Thread-safe.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "node/acts.h"
#include "node/config.h"
#include "server/own_record.h"

namespace skypact::server {

class AgreedKeys {
 public:
  void set(std::vector<node::PartyKeys> keys);

  // Of one of the configuration's peers. A pin that the configuration gives to one is nobody else's.
  [[nodiscard]] std::optional<PartyId> party_of_pin(const node::Config& config, const ledger::Hash& pin) const;
  [[nodiscard]] std::vector<ledger::Hash> pins(const node::Config& config, const node::PeerConfig& peer) const;
  [[nodiscard]] std::vector<ledger::VerifierKey> cosigners(const node::Config& config, const node::PeerConfig& peer) const;
  // Stays the same object while nothing of it changes, so that connections are kept.
  [[nodiscard]] PeerAddress address(const node::Config& config, const node::PeerConfig& peer);

 private:
  [[nodiscard]] std::vector<ledger::Hash> pins_locked(const node::Config& config, const node::PeerConfig& peer) const;
  [[nodiscard]] const node::PartyKeys* of(const node::Config& config, const node::PeerConfig& peer) const;

  mutable std::mutex mutex_;
  std::vector<node::PartyKeys> keys_;
  std::map<std::string, std::shared_ptr<const Pinned>> pinned_;   // by party
};

}  // namespace skypact::server
