#pragma once
// Mirror: somebody's log, held whole. It follows the log's checkpoints, keeps every entry, and cosigns: the cosignature says
// "I hold all entries up to here".
//
//     auto mirror = Mirror::open(storage, log_key, &cosigner);
//     auto followed = (*mirror)->follow(checkpoint, source, now);     // again while followed->more
//     for (const std::string& entry : *(*mirror)->entries(from, 100)) …    // each reader says from where on
//
// Entries are durable before the checkpoint, and the checkpoint with its cosignature before either is shown to anybody. So a
// power cut at any moment loses nothing that was shown, and two heads that contradict each other are never cosigned. What a
// long catching-up has proven is kept too (the file `progress`) and not fetched again.
//
// The folder is a log like any other: an audit of it gives the log's head. It is also this cosigner's memory: who takes it
// away lets the key cosign another history.
//
// follow() by one thread; the rest by any.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/catch_up.h"
#include "ledger/entries_file.h"
#include "ledger/equivocation.h"
#include "ledger/note.h"
#include "ledger/storage.h"
#include "ledger/tile_writer.h"

namespace skypact::ledger {

// The file beside the tiles that proves that the log is forked.
inline constexpr const char* equivocation_file = "equivocation";

class Mirror {
 public:
  // The key's name is the log's origin. `cosigner`, of type cosignature, may be null: then nothing is cosigned. It and the
  // storage outlive the mirror; the storage is locked by the caller. Errors: refused where the files contradict the
  // checkpoint that was cosigned; bad_input where one is damaged; what storage gives.
  static Result<std::unique_ptr<Mirror>> open(Storage& storage, VerifierKey log, const SigningKey* cosigner);

  struct Followed {
    bool more = false;          // some were taken and are durable; call again with the same checkpoint
    bool grown = false;         // there are more entries, or the first head
    std::optional<Equivocation> equivocation{};  // it is kept, and this checkpoint is not followed
  };
  // A bounded piece on the way to `checkpoint`, whose files `source` reads. Errors: refused where its log did not sign it;
  // conflict where it is older than what is held, or its files do not lead to it; what reading and storage give. After an error
  // of storage: open anew.
  Result<Followed> follow(const Note& checkpoint, const ReadFile& source, Time now);

  // The same from a file of entries that came by another way; its log must have signed it, and it must begin at or before
  // what is held and end behind it. Nothing new is no error. Errors besides: conflict where entries between are missing.
  Result<Followed> take(const EntriesFile& file, Time now);

  // Entries that are held, durable and proven to be the log's.
  [[nodiscard]] std::uint64_t size() const;
  // The newest that is held whole: the log's signature and ours. Empty before the first.
  [[nodiscard]] Note head() const;
  [[nodiscard]] std::optional<Checkpoint> checkpoint() const;  // the same, as a value
  // At most `most` from `from` on, in order; fewer at the end and where they are large. Each is compared with its hash.
  // Errors: bad_input where a file was damaged since.
  Result<std::vector<std::string>> entries(std::uint64_t from, std::size_t most) const;
  // The first proof of a fork that was met, as a file for others; it stays over restarts.
  [[nodiscard]] std::optional<std::string> equivocation() const;
  [[nodiscard]] const VerifierKey& log() const { return log_; }

 private:
  Mirror(Storage& storage, VerifierKey log, const SigningKey* cosigner)
      : storage_(storage), log_(std::move(log)), cosigner_(cosigner), tiles_(storage) {}
  Result<void> load();
  void load_progress();
  Result<Note> read_signed(std::string_view text) const;
  Result<Followed> forked(Equivocation proof);
  Result<Followed> keep(CaughtUp caught, Note note, std::uint64_t whole, Time now);
  Result<Followed> behind(const Note& note, const Checkpoint& to);
  Result<void> accept(Note checkpoint, Time now);
  [[nodiscard]] Held held() const;

  Storage& storage_;
  const VerifierKey log_;
  const SigningKey* const cosigner_;
  TileWriter tiles_;              // of the following thread
  Note target_;                   // beyond the head: the checkpoint on the way to which tiles_ are, and the proof
  std::vector<Hash> target_proof_;
  mutable std::mutex mutex_;
  std::uint64_t size_ = 0;
  Note head_;
  std::optional<std::string> equivocation_;
};

// Entries [from, from + most) of a log's files at this size, each compared with its hash; fewer beyond `bytes`.
Result<std::vector<std::string>> read_entries(const ReadFile& files, std::uint64_t size, std::uint64_t from, std::size_t most,
                                              std::size_t bytes = std::size_t{8} << 20);

}  // namespace skypact::ledger
