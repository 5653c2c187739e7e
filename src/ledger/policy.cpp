#include "ledger/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"

namespace skypact::ledger {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0;;) {
    at = line.find_first_not_of(" \t", at);
    if (at == line.npos) return words;
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
}

class Reader {
 public:
  Result<Policy> read(std::string_view text) {
    if (text.size() > PolicyLimits::bytes) return Error{ErrorCode::over_limit, fmt::format("a policy has at most {} bytes", PolicyLimits::bytes)};
    std::size_t number = 0;
    while (!text.empty()) {
      ++number;
      const auto end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      const auto control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; };
      if (std::any_of(line.begin(), line.end(), control)) return bad_input(fmt::format("line {}: a control character", number));
      const auto words = words_of(line);
      if (words.empty() || words[0].starts_with('#')) continue;
      if (auto taken = take(words); !taken) return std::move(taken).error().within(fmt::format("line {}", number));
    }
    if (!has_quorum_) return bad_input("the policy has no quorum line; write \"quorum none\" where no cosigner is needed");
    // The groups' members were numbered while the witnesses were still being counted.
    for (auto& group : policy_.groups) {
      for (std::uint32_t& member : group.members) settle(member);
    }
    if (policy_.quorum) settle(*policy_.quorum);
    return std::move(policy_);
  }

 private:
  static constexpr std::uint32_t group_mark = 1u << 31;

  void settle(std::uint32_t& member) const {
    if ((member & group_mark) != 0) member = static_cast<std::uint32_t>((member & ~group_mark) + policy_.witnesses.size());
  }

  Result<void> take(const std::vector<std::string_view>& words) {
    if (words[0] == "log" && (words.size() == 2 || words.size() == 3)) return take_log(words);
    if (words[0] == "witness" && (words.size() == 3 || words.size() == 4)) return take_witness(words);
    if (words[0] == "group" && words.size() >= 4) return take_group(words);
    if (words[0] == "quorum" && words.size() == 2) return take_quorum(words[1]);
    return bad_input(fmt::format("{} is not log KEY [URL], witness NAME KEY [URL], group NAME all|any|NUMBER NAME… or quorum NAME", quoted(words[0])));
  }

  Result<void> take_log(const std::vector<std::string_view>& words) {
    auto key = parse_verifier_key(words[1]);
    if (!key) return std::move(key).error();
    if (key->type != KeyType::ed25519) return bad_input("a log's key is of type 1");
    if (auto fresh = remember(*key); !fresh) return fresh;
    if (policy_.logs.size() >= PolicyLimits::logs) return Error{ErrorCode::over_limit, fmt::format("more than {} logs", PolicyLimits::logs)};
    policy_.logs.push_back({std::move(*key), words.size() > 2 ? std::string(words[2]) : ""});
    return {};
  }

  Result<void> take_witness(const std::vector<std::string_view>& words) {
    auto key = parse_verifier_key(words[2]);
    if (!key) return std::move(key).error();
    if (key->type != KeyType::cosignature) return bad_input("a witness's key is of type 4");
    if (auto fresh = remember(*key); !fresh) return fresh;
    if (policy_.witnesses.size() >= PolicyLimits::witnesses) return Error{ErrorCode::over_limit, fmt::format("more than {} witnesses", PolicyLimits::witnesses)};
    if (auto named = define(words[1], static_cast<std::uint32_t>(policy_.witnesses.size())); !named) return named;
    policy_.witnesses.push_back({std::string(words[1]), std::move(*key), words.size() > 3 ? std::string(words[3]) : ""});
    return {};
  }

  Result<void> take_group(const std::vector<std::string_view>& words) {
    if (policy_.groups.size() >= PolicyLimits::groups) return Error{ErrorCode::over_limit, fmt::format("more than {} groups", PolicyLimits::groups)};
    Policy::Group group{std::string(words[1]), 1, {}};
    for (std::size_t i = 3; i < words.size(); ++i) {
      const auto at = names_.find(words[i]);
      if (at == names_.end()) return bad_input(fmt::format("{} is not defined above", quoted(words[i])));
      // Else one witness could count twice.
      if (std::exchange(at->second.used, true)) return bad_input(fmt::format("{} is a member already", quoted(words[i])));
      group.members.push_back(at->second.member);
    }
    const std::size_t n = group.members.size();
    const auto k = words[2] == "all" ? n : words[2] == "any" ? 1 : parse_count(words[2]).value_or(0);
    if (k < 1 || k > n) return bad_input(fmt::format("{} of {} members cannot be needed", quoted(words[2]), n));
    group.needed = static_cast<unsigned>(k);
    if (auto named = define(words[1], group_mark | static_cast<std::uint32_t>(policy_.groups.size())); !named) return named;
    policy_.groups.push_back(std::move(group));
    return {};
  }

  Result<void> take_quorum(std::string_view name) {
    if (std::exchange(has_quorum_, true)) return bad_input("a second quorum line");
    if (name == "none") return {};
    const auto at = names_.find(name);
    if (at == names_.end()) return bad_input(fmt::format("{} is not defined above", quoted(name)));
    policy_.quorum = at->second.member;
    return {};
  }

  Result<void> define(std::string_view name, std::uint32_t member) {
    if (name == "none") return bad_input("none is no name for a witness or group");
    if (!names_.emplace(std::string(name), Name{member, false}).second) return bad_input(fmt::format("{} is defined twice", quoted(name)));
    return {};
  }

  // Two names for one key would let one party count as two.
  Result<void> remember(const VerifierKey& key) {
    if (std::find(keys_.begin(), keys_.end(), std::pair(key.type, key.public_key)) != keys_.end()) return bad_input("this public key is there already");
    keys_.emplace_back(key.type, key.public_key);
    return {};
  }

  struct Name {
    std::uint32_t member;
    bool used;
  };
  Policy policy_;
  bool has_quorum_ = false;
  std::map<std::string, Name, std::less<>> names_;
  std::vector<std::pair<KeyType, std::array<std::uint8_t, 32>>> keys_;
};

bool reached(const Policy& policy, std::uint32_t member, const std::vector<bool>& witnessed) {
  if (member < policy.witnesses.size()) return witnessed[member];
  const Policy::Group& group = policy.groups[member - policy.witnesses.size()];
  return std::count_if(group.members.begin(), group.members.end(), [&](std::uint32_t m) { return reached(policy, m, witnessed); }) >=
         static_cast<std::ptrdiff_t>(group.needed);
}

}  // namespace

Policy policy_of(const VerifierKey& log) {
  Policy policy;
  policy.logs.push_back({log, {}});
  return policy;
}

Result<Policy> parse_policy(std::string_view text) { return Reader().read(text); }

Result<Accepted> accept(const Note& note, const Policy& policy) {
  std::vector<VerifierKey> keys;
  for (const auto& log : policy.logs) keys.push_back(log.key);
  for (const auto& witness : policy.witnesses) keys.push_back(witness.key);
  const auto signers = verify(note, keys);
  if (!signers) return signers.error();
  auto checkpoint = parse_checkpoint(note.text);
  if (!checkpoint) return std::move(checkpoint).error();

  std::optional<std::size_t> log;
  std::vector<std::optional<Time>> cosigned(policy.witnesses.size());
  bool another_log = false;
  for (const Signer& signer : *signers) {
    if (signer.key < policy.logs.size()) {
      if (keys[signer.key].name == checkpoint->origin) log = signer.key;
      else another_log = true;
      continue;
    }
    auto& at = cosigned[signer.key - policy.logs.size()];
    at = std::min(at.value_or(*signer.cosigned_at), *signer.cosigned_at);
  }
  if (!log && another_log) return bad_input(fmt::format("a log signed a checkpoint of {}, which is not its own name", quoted(checkpoint->origin)));
  if (!log) return Error{ErrorCode::refused, fmt::format("no log of the policy signed this checkpoint of {}", quoted(checkpoint->origin))};

  Accepted accepted{std::move(*checkpoint), *log, {}};
  std::vector<bool> witnessed(policy.witnesses.size());
  std::string missing;
  for (std::size_t w = 0; w < cosigned.size(); ++w) {
    if (cosigned[w]) {
      witnessed[w] = true;
      accepted.cosigned.push_back({w, *cosigned[w]});
    } else {
      missing += (missing.empty() ? "" : ", ") + policy.witnesses[w].name;
    }
  }
  if (policy.quorum && !reached(policy, *policy.quorum, witnessed)) {
    return Error{ErrorCode::refused, fmt::format("too few cosigned this checkpoint; missing: {}", quoted(missing, 200))};
  }
  return accepted;
}

}  // namespace skypact::ledger
