// By which keys another party's node is known: the configuration's, those agreed, and none that its party ended.

#include "server/agreed_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skypact::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr PartyId south{2}, relief{3};
const ledger::Hash by_hand = ledger::sha256(ledger::as_bytes("by hand")), next = ledger::sha256(ledger::as_bytes("next")), other = ledger::sha256(ledger::as_bytes("other"));

ledger::VerifierKey cosigner(const char* name) { return ledger::SigningKey::generate(name, ledger::KeyType::cosignature).verifier(); }

struct World {
  node::Config config;
  AgreedKeys keys;
  World() {
    config.rules.parties = {{"unknown", "", ""}, {"north", "", ""}, {"south", "", ""}, {"relief", "", ""}};
    config.party = PartyId{1};
    config.link = node::LinkConfig{.listen = {}, .tls = node::Tls{"crt", "key"}};
    node::PeerConfig peer;
    peer.party = south;
    peer.url = "https://south.example:8481";
    peer.pins = {by_hand};
    config.peers.push_back(peer);
    peer.party = relief;
    peer.pins = {other};
    config.peers.push_back(peer);
  }
  [[nodiscard]] const node::PeerConfig& peer() const { return config.peers[0]; }
};

TEST(AgreedKeys, AreTheConfigurationsWhereNothingIsAgreed) {
  World w;
  EXPECT_EQ(w.keys.party_of_pin(w.config, by_hand), south);
  EXPECT_EQ(w.keys.party_of_pin(w.config, next), std::nullopt);
  EXPECT_THAT(w.keys.pins(w.config, w.peer()), ElementsAre(by_hand));
}

TEST(AgreedKeys, OfTheTermsCountWithoutAnotherFileAndNoLongerWhenTheTermsNameThemNoMore) {
  World w;
  w.keys.set({{.party = "south", .pins = {next}, .ended_pins = {}, .cosigners = {}, .ended_cosigners = {}}});
  EXPECT_EQ(w.keys.party_of_pin(w.config, next), south);
  EXPECT_EQ(w.keys.party_of_pin(w.config, by_hand), south) << "the configuration's stays";
  EXPECT_THAT(w.keys.pins(w.config, w.peer()), ElementsAre(by_hand, next));
  const auto address = w.keys.address(w.config, w.peer());
  EXPECT_THAT(address.pinned->pins, ElementsAre(by_hand, next));
  EXPECT_EQ(w.keys.address(w.config, w.peer()).pinned, address.pinned) << "connections stay while nothing changes";
  w.keys.set({});
  EXPECT_EQ(w.keys.party_of_pin(w.config, next), std::nullopt);
  EXPECT_NE(w.keys.address(w.config, w.peer()).pinned, address.pinned);
}

TEST(AgreedKeys, ThatAPartyEndedCountNoMoreThoughTheConfigurationHasThem) {
  World w;
  const ledger::VerifierKey old_key = cosigner("south.example/cosigner"), new_key = cosigner("south.example/cosigner-2");
  w.config.peers[0].cosigner_key = old_key;
  EXPECT_THAT(w.keys.cosigners(w.config, w.peer()), ElementsAre(old_key));
  w.keys.set({{.party = "south", .pins = {next}, .ended_pins = {by_hand}, .cosigners = {new_key}, .ended_cosigners = {old_key}}});
  EXPECT_EQ(w.keys.party_of_pin(w.config, by_hand), std::nullopt);
  EXPECT_EQ(w.keys.party_of_pin(w.config, next), south);
  EXPECT_THAT(w.keys.cosigners(w.config, w.peer()), ElementsAre(new_key));
}

TEST(AgreedKeys, NeverTakeAPinFromThePartyToWhichTheConfigurationGivesIt) {
  World w;
  w.keys.set({{.party = "south", .pins = {other}, .ended_pins = {}, .cosigners = {}, .ended_cosigners = {}}, {.party = "stranger", .pins = {next}, .ended_pins = {}, .cosigners = {}, .ended_cosigners = {}}});
  EXPECT_EQ(w.keys.party_of_pin(w.config, other), relief);
  EXPECT_EQ(w.keys.party_of_pin(w.config, next), std::nullopt) << "who is no peer of the configuration has no link";
  EXPECT_THAT(w.keys.pins(w.config, w.peer()), ElementsAre(by_hand));
}

}  // namespace
}  // namespace skypact::server
