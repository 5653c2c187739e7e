#pragma once
// Witness: cosigns the checkpoints of others' logs, each only if it continues the last one cosigned (C2SP tlog-witness,
// add-checkpoint). What HTTP carries is text in and status and text out; the server moves it.
//
//     auto witness = Witness::open(storage, std::move(key), logs);
//     WitnessAnswer answer = (*witness)->add_checkpoint(body, now);    // 200, 400, 403, 404, 409, 422 or 503
//
// The newest cosigned checkpoint of each log is durable before its cosignature leaves; looking, comparing and keeping
// are one step under a lock, so that of two requests at once neither rolls the other back.
//
// Functions may be called from any thread.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/checkpoint.h"
#include "ledger/merkle.h"
#include "ledger/note.h"
#include "ledger/storage.h"

namespace skypact::ledger {

// A request as it stands in the body.
struct AddCheckpoint {
  std::uint64_t old_size = 0;
  std::vector<Hash> proof;  // consistency, at most longest_proof
  Note checkpoint;
};
// Errors: bad_input with the line, over_limit.
Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);
[[nodiscard]] std::string to_text(const AddCheckpoint& request);

struct WitnessAnswer {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;  // 200: cosignature lines; 409 for another size: that size; else a sentence
};

class Witness {
 public:
  static constexpr std::size_t most_logs = 64;

  // The key is of type cosignature, the logs' of type ed25519 and named as their origins; several keys may have one
  // origin. `storage` outlives the witness and is locked by the caller. Errors: bad_input where what is kept is damaged.
  static Result<std::unique_ptr<Witness>> open(Storage& storage, SigningKey key, std::vector<VerifierKey> logs);

  [[nodiscard]] WitnessAnswer add_checkpoint(std::string_view body, Time now);

  // The newest that was cosigned; empty where none was.
  [[nodiscard]] std::optional<Checkpoint> latest(std::string_view origin) const;
  [[nodiscard]] const VerifierKey& verifier() const { return key_.verifier(); }

 private:
  Witness(Storage& storage, SigningKey key, std::vector<VerifierKey> logs) : storage_(storage), key_(std::move(key)), logs_(std::move(logs)) {}

  Storage& storage_;
  const SigningKey key_;
  const std::vector<VerifierKey> logs_;
  mutable std::mutex mutex_;
  std::map<std::string, Checkpoint, std::less<>> latest_;  // by origin
};

}  // namespace skypact::ledger
