#include "server/own_record.h"

#include <array>

#include "base/clock.h"
#include "base/percent.h"
#include "ledger/audit.h"
#include "ledger/checkpoint.h"
#include "ledger/recover.h"
#include "server/log.h"

namespace skypact::server {
namespace {

// What a peer says of our record: a checkpoint; or an empty note, where it holds nothing of it.
Result<ledger::Note> ask(KeptClient& client, const PeerAddress& peer, const std::string& origin) {
  const auto answer = client.fetch(request_to(peer, "/mirror/" + percent_encode(origin) + "/checkpoint", OwnRecordLimits::one_answer));
  if (!answer) return answer.error();
  if (answer->status == 404) return ledger::Note{};
  if (answer->status != 200) return Error{ErrorCode::unreachable, peer.name + " answers with status " + std::to_string(answer->status)};
  return ledger::parse_note(answer->body);
}

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

PeerAddress address_of(const node::PeerConfig& peer, const node::Config& config) {
  PeerAddress address{config.rules.parties[peer.party.value].id, peer.url, nullptr, {}};
  if (config.link && config.link->tls) {
    address.pinned = std::make_shared<const Pinned>(Pinned{config.link->tls->certificate.string(), config.link->tls->key.string(), peer.pins});
  } else if (config.party.value < config.rules.parties.size()) {
    address.party = config.rules.parties[config.party.value].id;
  }
  return address;
}

ClientRequest request_to(const PeerAddress& peer, std::string_view target, Duration time) {
  ClientRequest request;
  request.url = peer.url + std::string(target);
  request.pinned = peer.pinned;
  request.party = peer.party;
  request.time = time;
  return request;
}

std::optional<std::uint64_t> published_size(const std::filesystem::path& folder) {
  const auto text = ledger::files_in(folder)("checkpoint");
  const auto note = text ? ledger::parse_note(*text) : Result<ledger::Note>(text.error());
  const auto checkpoint = note ? ledger::parse_checkpoint(note->text) : Result<ledger::Checkpoint>(note.error());
  return checkpoint ? std::optional(checkpoint->size) : std::nullopt;
}

std::function<Result<void>(ledger::Storage&, const ledger::SigningKey&)> ask_mirrors(std::vector<PeerAddress> peers) {
  return [peers = std::move(peers)](ledger::Storage& storage, const ledger::SigningKey& key) -> Result<void> {
    const bool restored = storage.read(restored_file).has_value();
    const bool empty = !storage.read("signed").has_value() && !storage.read("checkpoint").has_value();
    if (restored && peers.empty()) {
      return Error{ErrorCode::unreachable, std::string("the record came from a backup, and no [[peer]] is there to tell whether it is the newest. If nobody else holds newer entries, "
                                                       "remove the file ") + restored_file + " from its folder; nothing is signed before"};
    }
    const std::string& origin = key.verifier().name;
    const Duration until = monotonic_now() + OwnRecordLimits::all_answers;
    std::vector<std::string> silent;
    unsigned answered = 0;
    for (const PeerAddress& peer : peers) {
      KeptClient client;
      if (monotonic_now() > until) {
        silent.push_back(peer.name);
        continue;
      }
      const auto head = ask(client, peer, origin);
      if (!head) {
        silent.push_back(peer.name);
        log::warn("a peer does not say what it holds of our record", {{"peer", peer.name}, {"why", head.error().message}});
        continue;
      }
      ++answered;
      if (head->text.empty()) continue;
      const ledger::ReadFile mirror = [&](const std::string& path) -> Result<std::string> {
        auto file = client.fetch(request_to(peer, "/mirror/" + percent_encode(origin) + "/" + path, seconds(30)));
        if (!file) return std::move(file).error();
        if (file->status == 404) return Error{ErrorCode::not_found, peer.name + " has no file " + path};
        if (file->status != 200) return Error{ErrorCode::unreachable, peer.name + " answers with status " + std::to_string(file->status)};
        return std::move(file->body);
      };
      const auto taken = ledger::recover(storage, key, *head, mirror);
      if (!taken) return Error(taken.error()).within("what " + peer.name + " holds of our record");
      if (*taken > 0) log::warn("the record was behind its mirror and is recovered from it", {{"peer", peer.name}, {"entries", std::to_string(*taken)}});
    }
    if (restored && !silent.empty()) {
      return Error{ErrorCode::unreachable, "the record came from a backup, and nothing is signed before every peer has said what it holds of it; silent: " + list_of(silent) +
                                               ". A peer that is gone for good is taken out of the configuration"};
    }
    if (empty && !peers.empty() && answered == 0) {
      return Error{ErrorCode::unreachable, "there is no record here, and no peer says whether it holds one: " + list_of(silent) +
                                               ". If this is its beginning: skypact ledger init; nothing is signed before"};
    }
    if (restored) return storage.remove(restored_file);
    return {};
  };
}

}  // namespace skypact::server
