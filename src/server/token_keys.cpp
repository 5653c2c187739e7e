#include "server/token_keys.h"

#include "base/clock.h"
#include "base/input_file.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

Result<accounts::TokenKeyRing::Keys> read_files(const std::vector<std::filesystem::path>& files) {
  accounts::TokenKeyRing::Keys keys;
  for (const std::filesystem::path& file : files) {
    const auto text = read_bytes(file.string(), accounts::TokenKeyLimits::pem_bytes);
    if (!text) return text.error();
    auto key = accounts::TokenKey::from_pem(*text);
    if (!key) return std::move(key).error().within(file.string());
    keys.push_back(*std::move(key));
  }
  return keys;
}

void tell(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) log::info("token keys", {{"what", sentence}});
}

}  // namespace

Result<std::unique_ptr<TokenKeys>> TokenKeys::start(TokenKeysOptions options) {
  std::unique_ptr<TokenKeys> keys(new TokenKeys(std::move(options)));
  if (auto loaded = keys->reload(); !loaded) return std::move(loaded).error();
  if (!keys->options_.jwks.empty()) {
    keys->thread_ = std::thread([raw = keys.get()] {
      name_thread("token-keys");
      raw->run();
    });
  }
  return keys;
}

TokenKeys::~TokenKeys() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  client_.stop();
  if (thread_.joinable()) thread_.join();
}

Result<void> TokenKeys::reload() {
  auto keys = read_files(options_.files);
  if (!keys) return std::move(keys).error();
  tell(ring_.set_files(*std::move(keys)));
  return {};
}

std::size_t TokenKeys::count() const { return ring_.keys(monotonic_now())->size(); }

void TokenKeys::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    ClientRequest request;
    request.url = options_.jwks;
    request.time = TokenKeysLimits::fetch_time;
    request.longest_answer = accounts::TokenKeyLimits::jwks_bytes;
    auto answer = client_.fetch(request);
    Result<std::string> set = answer ? Result<std::string>(std::move(answer->body)) : Result<std::string>(answer.error());
    if (answer && answer->status != 200) set = Error{ErrorCode::unreachable, options_.jwks + " answers with status " + std::to_string(answer->status)};
    lock.lock();
    if (stopping_) break;
    tell(ring_.fetched(monotonic_now(), set));
    changed_.wait_for(lock, options_.fetch_every, [&] { return stopping_; });
  }
}

Result<accounts::AccessToken> TokenKeys::caller(std::string_view authorization, Time now) {
  const auto token = accounts::bearer_token(authorization);
  if (!token) return token.error();
  const accounts::TokenRules rules{.audiences = options_.audiences, .now = now};
  const auto keys = ring_.keys(monotonic_now());
  const ledger::Hash hash = ledger::sha256(ledger::as_bytes(*token));
  {
    const std::lock_guard lock(mutex_);
    if (known_by_ != keys) known_.clear();
    known_by_ = keys;
    if (const auto found = known_.find(hash); found != known_.end()) {
      if (now < found->second.expires_at + rules.leeway) return found->second;
      known_.erase(found);
    }
  }
  auto caller = accounts::verify(*token, *keys, rules);
  if (!caller) return caller;
  const std::lock_guard lock(mutex_);
  if (known_by_ != keys) return caller;   // changed meanwhile
  if (known_.size() >= TokenKeysLimits::known_tokens) known_.clear();
  known_.emplace(hash, *caller);
  return caller;
}

}  // namespace skypact::server
