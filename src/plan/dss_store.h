#pragma once
// DssStore: the DSS for plans and the one for remote identification, with writes that are durable. Each change goes into a write-ahead log;
// now and then the first of them are folded into a snapshot, so that neither the log nor a start grows without bound.
//
//     auto store = DssStore::open(storage, options);
//     auto answer = store->take(PlanAsked{request, caller}, now);      // nobody is told yet
//     if (auto done = store->commit(); !done) return give_up(done);    // all that was taken is durable
//     tell(*answer);
//     if (const auto to = store->fold_to()) DssStore::fold(storage, options, *to);   // on another thread
//
// After an error of commit() what is held is ahead of what the disk may have: the store takes nothing more, and is opened anew. The
// folder is its own: wal/ (ledger/wal.h), snapshot/ (plan/snapshot.h) and salt, the secret of its OVNs. For one thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "ledger/storage.h"
#include "ledger/wal.h"
#include "plan/dss.h"
#include "plan/rid_dss.h"
#include "plan/snapshot.h"

namespace skypact::plan {

struct DssStoreOptions {
  DssOptions plans{};                            // both salts are read from the folder
  RidOptions remote_id{};
  std::size_t wal_file_bytes = std::size_t{16} << 20;
  std::size_t part_bytes = SnapshotLimits::usual_part_bytes;
  // A fold leaves this many changes in the log: a client that repeats a write gets its first answer as long as the log has it.
  std::uint64_t kept = 2 * AnswerLimits::answers;
  std::uint64_t fold_after = 50'000;             // changes beyond a snapshot; and not before there are as many as what is held
};

// What is asked of one of the two, and by whom.
struct PlanAsked {
  Request request;
  Caller caller;
};
struct RidAsked {
  RidRequest request;
  RidCaller caller;
};
using Asked = std::variant<PlanAsked, RidAsked>;
using Answered = std::variant<Response, RidResponse>;

class DssStore {
 public:
  struct Both {
    Dss plans;
    RidDss remote_id;
    [[nodiscard]] std::uint64_t held() const {
      return plans.intents() + plans.constraints() + plans.subscriptions() + remote_id.areas() + remote_id.subscriptions();
    }
  };

  // Errors: bad_input for what is damaged, missing or of a later version, what storage gives.
  static Result<DssStore> open(ledger::Storage& storage, DssStoreOptions options);

  // As decide() of the one that is asked, and what it changes is applied.
  Result<Answered> take(const Asked& asked, Time now);
  // Whether something was taken that a power cut would lose.
  [[nodiscard]] bool is_ahead() const { return wal_.size() > wal_.durable(); }
  Result<void> commit();

  [[nodiscard]] const Both& both() const { return *both_; }
  [[nodiscard]] std::uint64_t changes() const { return wal_.durable(); }
  // How many of the changes a fold should put into a snapshot; nullopt: it is not worth it yet.
  [[nodiscard]] std::optional<std::uint64_t> fold_to() const;
  // What fold() has put into a snapshot, from now on.
  void folded(std::uint64_t changes) { folded_ = changes; }

  // Makes a snapshot of the first `to` changes out of the last one and the log, and removes what it replaces. It needs as much memory
  // again as what it is made of. May run beside an open store. Where `go_on` says no it ends, with nothing changed: refused.
  static Result<void> fold(ledger::Storage& storage, const DssStoreOptions& options, std::uint64_t to, const std::function<bool()>& go_on = [] { return true; });

 private:
  DssStore(const DssStoreOptions& options, std::unique_ptr<Both> both, ledger::Wal wal, std::uint64_t folded)
      : options_(options), both_(std::move(both)), wal_(std::move(wal)), folded_(folded) {}

  DssStoreOptions options_;
  std::unique_ptr<Both> both_;
  ledger::Wal wal_;
  std::uint64_t folded_ = 0;
};

}  // namespace skypact::plan
