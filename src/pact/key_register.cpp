#include "pact/key_register.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"

namespace skypact::pact {
namespace {

// What makes two texts the same key: the public key, whatever it is called and for whatever type it is written.
std::string material_of(KeyRole role, const std::string& key) {
  if (role == KeyRole::tls) return "tls " + key;
  const auto parsed = ledger::parse_verifier_key(key);
  return parsed ? skypact::to_base64(parsed->public_key) : key;
}

std::string described(const KeyUse& use) { return "the " + std::string(to_string(use.role)) + " key of " + use.party; }

bool has_signed(const StatementNote& note, const ledger::VerifierKey& key) { return !signers_of(note.note, {&key, 1}).empty(); }

}  // namespace

Result<void> check_single_use(std::span<const KeyUse> uses) {
  std::map<std::string, const KeyUse*> known;
  for (const KeyUse& use : uses) {
    const auto [at, first] = known.try_emplace(material_of(use.role, use.key), &use);
    if (!first && (at->second->party != use.party || at->second->role != use.role)) {
      return Error{ErrorCode::refused, quoted(use.key, 100) + " is " + described(*at->second) + " and " + described(use) +
                                           "; one key serves one purpose of one party: make another with skypact key generate"};
    }
  }
  return {};
}

KeyRegister::KeyRegister(std::span<const Member> members) {
  for (const Member& member : members) parties_[member.party].root = member.root;
}

Result<void> KeyRegister::rotate(Party& party, const std::string& name, const StatementNote& note, const KeyRotation& rotation, Time recorded_at) {
  // A cosigner's key signs checkpoints and a TLS key signs handshakes; only the others can sign a note.
  if (rotation.old_key && rotation.role != KeyRole::cosigner && rotation.role != KeyRole::tls) {
    const auto old_key = ledger::parse_verifier_key(*rotation.old_key);
    if (!old_key) return old_key.error();
    if (!has_signed(note, *old_key)) {
      return Error{ErrorCode::refused, "the old key " + old_key->name + " did not sign its rotation; where it is lost, revoke it and rotate without it"};
    }
  }
  if (party.ended.contains(rotation.new_key)) return Error{ErrorCode::refused, "the new key was ended before and cannot come back; make another"};
  std::vector<KeyUse> own{{name, KeyRole::root, ledger::to_string(party.root)}};
  for (const RotatedIn& in : party.in) own.push_back({name, in.role, in.key});
  if (rotation.old_key) own.push_back({name, rotation.role, *rotation.old_key});
  own.push_back({name, rotation.role, rotation.new_key});
  if (auto single = check_single_use(own); !single) return single;
  for (const auto& [other, keys] : parties_) {
    if (material_of(KeyRole::root, ledger::to_string(keys.root)) == material_of(rotation.role, rotation.new_key)) {
      return Error{ErrorCode::refused, "the new key is the root key of " + other};
    }
  }

  const Time from = std::max(rotation.from.value_or(recorded_at), recorded_at);
  std::string holder = rotation.old_key.value_or(rotation.new_key);
  if (rotation.old_key) {
    for (const RotatedIn& in : party.in) {
      if (in.key == *rotation.old_key) holder = in.holder;
    }
    const auto [at, first] = party.ended.try_emplace(*rotation.old_key, from + rotation_overlap);
    if (!first) at->second = std::min(at->second, from + rotation_overlap);
  }
  party.in.push_back({rotation.role, rotation.new_key, std::move(holder), from});
  return {};
}

Result<void> KeyRegister::add(std::string_view name, const StatementNote& note, Time recorded_at) {
  const auto party = parties_.find(name);
  if (party == parties_.end()) return Error{ErrorCode::refused, "no root key of " + quoted(name) + " is pinned here"};
  if (!has_signed(note, party->second.root)) {
    return Error{ErrorCode::refused, "the root key of " + party->first + ", " + party->second.root.name + ", did not sign: keys change by its signature only"};
  }
  if (const auto* rotation = std::get_if<KeyRotation>(&note.statement.body)) return rotate(party->second, party->first, note, *rotation, recorded_at);
  if (const auto* revocation = std::get_if<KeyRevocation>(&note.statement.body)) {
    // Never back in time: what was recorded by then, in the same millisecond too, stays as it was judged.
    const Time end = std::max(revocation->not_after.value_or(recorded_at), recorded_at + milliseconds(1));
    const auto [at, first] = party->second.ended.try_emplace(revocation->key, end);
    if (!first) at->second = std::min(at->second, end);
    return {};
  }
  return bad_input(std::string(type_of(note.statement.body)) + " changes no key");
}

std::vector<KeyInUse> KeyRegister::at(std::string_view name, std::span<const ListedKey> listed, KeyRole role, Time when) const {
  std::vector<KeyInUse> keys;
  const auto party = parties_.find(name);
  const auto add = [&](const std::string& key, const std::string& holder) {
    const auto end = end_of(name, key);
    if (end && *end <= when) return;
    if (std::any_of(keys.begin(), keys.end(), [&](const KeyInUse& k) { return k.key == key; })) return;
    keys.push_back({key, holder, end});
  };
  // Those rotated in first: a later text of terms may list the new key, and its holder is still who held the old one.
  if (party != parties_.end()) {
    for (const RotatedIn& in : party->second.in) {
      const bool in_terms = std::any_of(listed.begin(), listed.end(), [&](const ListedKey& k) { return k.role == role && k.key == in.key; });
      if (in.role == role && (in.from <= when || in_terms)) add(in.key, in.holder);
    }
  }
  for (const ListedKey& key : listed) {
    if (key.role == role) add(key.key, key.key);
  }
  std::sort(keys.begin(), keys.end(), [](const KeyInUse& a, const KeyInUse& b) { return a.key < b.key; });
  return keys;
}

const ledger::VerifierKey* KeyRegister::root_of(std::string_view party) const {
  const auto at = parties_.find(party);
  return at == parties_.end() ? nullptr : &at->second.root;
}

std::optional<Time> KeyRegister::end_of(std::string_view party, std::string_view key) const {
  const auto at = parties_.find(party);
  if (at == parties_.end()) return std::nullopt;
  const auto end = at->second.ended.find(key);
  return end == at->second.ended.end() ? std::nullopt : std::optional(end->second);
}

std::vector<std::string> KeyRegister::ended(std::string_view party, Time by) const {
  std::vector<std::string> keys;
  const auto at = parties_.find(party);
  if (at == parties_.end()) return keys;
  for (const auto& [key, end] : at->second.ended) {
    if (end <= by) keys.push_back(key);
  }
  return keys;
}

std::vector<KeyUse> KeyRegister::uses() const {
  std::vector<KeyUse> uses;
  for (const auto& [name, party] : parties_) {
    uses.push_back({name, KeyRole::root, ledger::to_string(party.root)});
    for (const RotatedIn& in : party.in) uses.push_back({name, in.role, in.key});
  }
  return uses;
}

}  // namespace skypact::pact
