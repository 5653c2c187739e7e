#pragma once
// Before a node signs its own record after a start: do others hold more of it than the files here? Then it is recovered from
// them, or not signed. The rule is docs/decisions/0022.
//
//     options.before_signing = ask_mirrors(mirrors_of(config));
//
// Any thread.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/key.h"
#include "ledger/storage.h"
#include "node/config.h"
#include "server/http_client.h"

namespace skypact::server {

// The file in the record's folder that says: this came from a backup. `skypact restore` writes it.
inline constexpr const char* restored_file = "restored";

// How another party's node is reached.
struct PeerAddress {
  std::string name;                        // of the party
  std::string url;                         // without a slash at the end
  std::shared_ptr<const Pinned> pinned{};  // null: plain HTTP, on this machine
  std::string party{};                     // ours, for nodes in development
};
[[nodiscard]] PeerAddress address_of(const node::PeerConfig& peer, const node::Config& config);
[[nodiscard]] ClientRequest request_to(const PeerAddress& peer, std::string_view target, Duration time);

// Entries under the checkpoint in a log's folder; nullopt where there is none that can be read.
[[nodiscard]] std::optional<std::uint64_t> published_size(const std::filesystem::path& folder);

struct OwnRecordLimits {
  static constexpr Duration one_answer = seconds(4);   // of a peer that does not answer
  static constexpr Duration all_answers = seconds(12);
};

// Errors of the function: refused where files and mirrors contradict each other; unreachable where who must answer does not.
[[nodiscard]] std::function<Result<void>(ledger::Storage&, const ledger::SigningKey&)> ask_mirrors(std::vector<PeerAddress> peers);

}  // namespace skypact::server
