#pragma once
// Links: this node's links with other parties' nodes: sends what they may know, takes what they say, and knows how each
// link is.
//
//     Links links(watch, clock, config, own_checkpoint);
//     links.start();
//     links.told(events, picture);                  // the engine's thread: alerts go out at once
//     Reply r = links.live(south, body);            // a request's thread: POST /link/v1/live of that peer
//     links.send(south, note, link::Lane::urgent);  // any thread: STOP, DISTRESS
//
// Received tracks go to the watch through the feed "link:PARTY", received alerts as commands, so both are in the
// recording. A thread of its own does all waiting for peers; nothing here makes the watch wait. Thread-safe.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "link/session.h"
#include "node/link_json.h"
#include "server/http.h"
#include "server/node_clock.h"
#include "server/watch.h"

namespace skypact::server {

class Links {
 public:
  struct Options {
    std::function<std::shared_ptr<const node::Config>()> config;                  // as it is now
    std::function<std::vector<ledger::Hash>(const node::Config& config, const node::PeerConfig& peer)> pins;   // by which the peer is known now
    std::function<std::vector<link::SeenCheckpoint>()> checkpoints;               // newest known of every origin; may read a file
    std::function<bool()> acts_are_known;                                         // false until the node has read from its record what is agreed
    std::function<void(PartyId from, link::Lane lane, const link::LineNote& note)> note;   // is called with each note once, on any thread
  };
  Links(Watch& watch, NodeClock& clock, Options options);
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  void start();
  void stop();

  void told(const std::vector<node::Event>& events, const node::Picture& picture);
  // False where that party has no peer, or its queue is full. A later note of the same key, if it has one, replaces it while it waits.
  bool send(PartyId to, link::LineNote note, link::Lane lane, std::string key = {});

  [[nodiscard]] Response live(PartyId from, const std::string& body);
  [[nodiscard]] Response notes(PartyId from, link::Lane lane, const std::string& body);

  [[nodiscard]] std::vector<node::LinkView> status() const;
  // Parties whose link is up, both ways.
  [[nodiscard]] std::vector<PartyId> up() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::server
