#pragma once
// Mirrors: a node's copies of the other parties' records, and what the others hold of its own. A thread for each peer follows
// its record; another asks what it cosigned of ours; one takes our checkpoints to the witnesses.
//
//     Mirrors mirrors(options);
//     mirrors.start();
//     auto held = mirrors.mirror("south.example/record");       // null: not mirrored, or damaged
//
// A peer that is down is asked again after a pause that grows to half a minute; how long ago it answered is shown. New
// entries go to `take`, in order, each once from the position on that `from` says; the position is the taker's to keep.
// Nothing here is waited for by the watch. Any thread, but start() and stop(), which are for one.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "ledger/mirror.h"
#include "server/ledger_writer.h"
#include "server/own_record.h"
#include "server/waiters.h"

namespace skypact::server {

struct MirrorLimits {
  static constexpr Duration wait = seconds(25);             // of one long poll
  static constexpr Duration answer = seconds(40);           // of one request
  static constexpr Duration shortest_period = seconds(1);   // between two polls that brought nothing
  static constexpr Duration first_retry = milliseconds(500);
  static constexpr Duration longest_retry = seconds(30);
  static constexpr Duration cosigned_entry_every = seconds(60);  // of one cosigner, in our record
  static constexpr std::size_t entries_at_once = 256;       // to the taker
};

struct MirrorPeer {
  PeerAddress address;
  std::optional<ledger::VerifierKey> record_key;
  std::optional<ledger::VerifierKey> cosigner_key;
};

struct MirrorWitness {
  std::string name, url;
  ledger::VerifierKey key;
};

struct MirrorsOptions {
  std::filesystem::path folder;                  // a folder in it for each record
  std::filesystem::path cosigner_key_file;       // empty: nothing is cosigned
  std::vector<MirrorPeer> peers;
  std::vector<MirrorWitness> witnesses;
  LedgerWriter* own = nullptr;                   // the node's record; outlives this, and may be off
  std::function<Time()> now;
  // Of a peer, by its place in `peers`: how it is reached now, and whose cosignatures count as its own now. Empty: as `peers` says.
  std::function<PeerAddress(std::size_t peer)> address{};
  std::function<std::vector<ledger::VerifierKey>(std::size_t peer)> cosigners{};
  // From which entry of that record on the taker wants to have them; nullopt: not now, ask again.
  std::function<std::optional<std::uint64_t>(std::string_view origin)> from{};
  // Returns when the taker has done with them; false: he has not, and says again from where on. By the thread of that peer.
  // Empty: nobody takes.
  std::function<bool(std::string_view origin, std::uint64_t first_index, std::span<const std::string> entries)> take{};
  // What the node writes into its record: a cosigned checkpoint, and a proof of a fork. By threads of peers.
  std::function<void(const ledger::Note& checkpoint)> cosigned{};
  std::function<void(std::string_view origin, const std::string& proof)> forked{};
};

struct MirrorStatus {
  struct Mirrored {                              // of a peer's record
    std::string party, origin;
    std::uint64_t size = 0;                      // entries held
    std::uint64_t shown = 0;                     // of its newest checkpoint that we saw
    std::optional<Time> answered_at{};           // the last time that it went well
    std::string message{};                       // why not now; empty while it goes well
    bool forked = false;
  };
  struct Cosigner {                              // of our record
    std::string name;
    bool witness = false;                        // it holds no entries
    std::uint64_t size = 0;                      // cosigned up to here
    std::optional<Time> cosigned_at{};           // by its clock
    std::optional<Time> answered_at{};
    std::string message{};
  };
  std::vector<Mirrored> mirrored;
  std::vector<Cosigner> cosigners;
};

class Mirrors {
 public:
  explicit Mirrors(MirrorsOptions options);
  ~Mirrors();
  Mirrors(const Mirrors&) = delete;
  Mirrors& operator=(const Mirrors&) = delete;

  void start();
  void stop();

  [[nodiscard]] MirrorStatus status() const;
  [[nodiscard]] std::shared_ptr<const ledger::Mirror> mirror(std::string_view origin) const;
  // Whether a record of that name should be here, also while its mirror cannot be opened.
  [[nodiscard]] bool is_mirrored(std::string_view origin) const;
  // Whose cosignatures count now: the peers', the witnesses', and, once its key was read, this node's own.
  [[nodiscard]] std::vector<ledger::VerifierKey> cosigners() const;
  // Where its files lie.
  [[nodiscard]] std::filesystem::path folder_of(std::string_view origin) const;
  // Woken when any mirror's head has changed.
  [[nodiscard]] Waiters& waiters() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::server
