#pragma once
// A log whose files are older than what its key signed since (they came from a backup): brought up to the checkpoint that
// somebody else holds of it, before anything is signed. Who signs from older files signs a second history, and is
// convicted of a fork by his own signature.
//
//     auto recovered = recover(storage, key, checkpoint, mirror);     // before Log::open
//
// One thread; waits for the mirror.

#include <cstdint>

#include "base/result.h"
#include "ledger/key.h"
#include "ledger/note.h"
#include "ledger/storage.h"
#include "ledger/tile.h"

namespace skypact::ledger {

// Entries that were taken from the mirror; 0 where the files have all that the checkpoint says. `checkpoint` must bear the
// key's own signature; `mirror` reads the files behind it. The storage is locked by the caller, and may be left half-way by
// an error: then it is as good as before, and this is called again.
// Errors: refused where the checkpoint and the files contradict each other, as of Tree::open, or where the key did not sign it;
// conflict where the mirror's files do not lead to it; what reading and storage give.
Result<std::uint64_t> recover(Storage& storage, const SigningKey& key, const Note& checkpoint, const ReadFile& mirror);

}  // namespace skypact::ledger
