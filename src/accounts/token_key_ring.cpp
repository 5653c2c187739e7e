#include "accounts/token_key_ring.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace skypact::accounts {
namespace {

using Keys = TokenKeyRing::Keys;

std::string name_of(const TokenKey& key) { return (key.kid().empty() ? "" : quoted(key.kid()) + ", ") + "SHA-256 " + key.fingerprint().substr(0, 16); }

std::set<std::string> names_of(const Keys& keys) {
  std::set<std::string> names;
  for (const TokenKey& key : keys) names.insert(name_of(key));
  return names;
}

std::vector<std::string> changes(const Keys& before, const Keys& after, const std::string& of) {
  const auto old_names = names_of(before), new_names = names_of(after);
  std::vector<std::string> lines;
  for (const std::string& name : new_names) {
    if (!old_names.contains(name)) lines.push_back("Access tokens: a key " + of + " counts from now on: " + name + ".");
  }
  for (const std::string& name : old_names) {
    if (!new_names.contains(name)) lines.push_back("Access tokens: a key " + of + " counts no more: " + name + ".");
  }
  return lines;
}

}  // namespace

std::vector<std::string> TokenKeyRing::set_files(Keys keys) {
  const std::lock_guard lock(mutex_);
  auto lines = changes(*files_, keys, "of a file");
  files_ = std::make_shared<const Keys>(std::move(keys));
  combine();
  return lines;
}

std::vector<std::string> TokenKeyRing::fetched(Duration now, const Result<std::string>& jwks) {
  const std::lock_guard lock(mutex_);
  if (!jwks) return failed(now, jwks.error().message);
  auto set = read_jwks(*jwks);
  if (!set) return failed(now, set.error().message);
  // What an hour of failures took away is told as new.
  auto lines = changes(dropped_ ? Keys() : set_, set->keys, "of the key set");
  if (failing_) lines.insert(lines.begin(), "Access tokens: the key set is to be had again.");
  if (set->notes != notes_) {
    for (const std::string& note : set->notes) lines.push_back("Access tokens: of the key set: " + note);
  }
  if (set->keys.empty() && (!fetched_at_ || !set_.empty() || dropped_)) lines.emplace_back("Access tokens: the key set has no key that can be used.");
  set_ = std::move(set->keys);
  notes_ = std::move(set->notes);
  fetched_at_ = now;
  failing_ = dropped_ = false;
  combine();
  return lines;
}

std::vector<std::string> TokenKeyRing::failed(Duration now, const std::string& why) {
  std::vector<std::string> lines;
  if (!failing_) {
    lines.push_back("Access tokens: the key set is not to be had (" + quoted(why, 200) + "); " +
                    (fetched_at_ ? "the keys of the last one count until an hour after it was read." : "no key of it is known yet."));
  }
  failing_ = true;
  if (fetched_at_ && !dropped_ && now >= *fetched_at_ + kept_for) {
    dropped_ = true;
    lines.emplace_back("Access tokens: the key set has not been had for an hour; its keys count no more.");
  }
  return lines;
}

void TokenKeyRing::combine() {
  Keys all = *files_;
  all.insert(all.end(), set_.begin(), set_.end());
  all_ = std::make_shared<const Keys>(std::move(all));
}

std::shared_ptr<const Keys> TokenKeyRing::keys(Duration now) const {
  const std::lock_guard lock(mutex_);
  return fetched_at_ && now < *fetched_at_ + kept_for ? all_ : files_;
}

}  // namespace skypact::accounts
