#include "server/token_source.h"

#include <optional>

#include "accounts/access_token.h"
#include "base/base64.h"
#include "base/input_file.h"
#include "base/percent.h"
#include "base/text.h"
#include "json/document.h"
#include "json/fields.h"

namespace skypact::server {
namespace {

std::vector<std::string> words_of(std::string_view scopes) {
  std::vector<std::string> words;
  for (std::string_view rest = scopes; auto word = next_field(rest, ' ');) words.emplace_back(*word);
  return words;
}

// What the token itself says; nobody is trusted by it here.
std::optional<Time> expiry_of(std::string_view token) {
  std::string_view rest = token;
  (void)next_field(rest, '.');
  const auto part = next_field(rest, '.');
  const auto claims = part ? from_base64url(*part) : std::nullopt;
  const auto document = claims ? json::parse(*claims) : Result<json::Document>(bad_input(""));
  const auto expires = document ? document->root()["exp"].as_number() : std::nullopt;
  if (!expires || *expires < 0 || *expires > accounts::TokenLimits::latest_s) return std::nullopt;
  return Time(std::chrono::seconds(static_cast<std::int64_t>(*expires)));
}

}  // namespace

Result<std::string> TokenSource::token(const std::string& host, std::string_view scopes, Time now) {
  const std::pair<std::string, std::string> key(host, scopes);
  const auto kept = [&]() -> std::optional<std::string> {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(key);
    return found != kept_.end() && now < found->second.expires_at - TokenSourceLimits::renewed_before ? std::optional(found->second.token) : std::nullopt;
  };
  if (auto token = kept()) return *std::move(token);
  const std::lock_guard one_at_a_time(fetching_);
  if (auto token = kept()) return *std::move(token);   // another thread has fetched it meanwhile
  auto made = options_.signing_key.empty() ? fetch(host, scopes, now) : sign(host, scopes, now);
  if (!made) return std::move(made).error();
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= TokenSourceLimits::kept) kept_.clear();
  std::string token = made->token;
  kept_.insert_or_assign(key, *std::move(made));
  return token;
}

Result<TokenSource::Kept> TokenSource::sign(const std::string& host, std::string_view scopes, Time now) const {
  const auto key = read_bytes(options_.signing_key.string(), accounts::TokenKeyLimits::pem_bytes);
  if (!key) return key.error();
  const Time expires_at = now + TokenSourceLimits::own_time;
  auto token = accounts::sign_token({options_.subject, {host}, words_of(scopes), options_.subject, "", now, expires_at}, *key);
  if (!token) return std::move(token).error().within(options_.signing_key.string());
  return Kept{*std::move(token), expires_at};
}

Result<TokenSource::Kept> TokenSource::fetch(const std::string& host, std::string_view scopes, Time now) {
  const std::string asked = "grant_type=client_credentials&scope=" + percent_encode(scopes) + "&intended_audience=" + percent_encode(host);
  ClientRequest request;
  request.url = options_.token_url;
  request.time = TokenSourceLimits::fetch_time;
  request.longest_answer = TokenSourceLimits::answer_bytes;
  if (options_.secret_file.empty()) {
    request.url += (request.url.find('?') == std::string::npos ? '?' : '&') + asked + "&issuer=" + percent_encode(options_.subject) + "&sub=" + percent_encode(options_.subject);
  } else {
    const auto secret = read_bytes(options_.secret_file.string(), TokenSourceLimits::secret_bytes);
    if (!secret) return secret.error();
    request.method = "POST";
    request.content_type = "application/x-www-form-urlencoded";
    request.body = asked + "&client_id=" + percent_encode(options_.subject) + "&client_secret=" + percent_encode(trim(*secret));
    request.repeatable = true;
  }
  const auto answer = client_.fetch(request);
  if (!answer) return Error(answer.error()).within("the authorization server");
  if (answer->status != 200) {
    return Error{answer->status == 429 || answer->status >= 500 ? ErrorCode::unreachable : ErrorCode::refused,
                 "the authorization server answers " + std::to_string(answer->status) + " to the request for a token for " + host + " with " + std::string(scopes)};
  }
  const auto document = json::parse(answer->body);
  if (!document) return Error{ErrorCode::unreachable, "the authorization server's answer is no JSON: " + document.error().message};
  json::Fields fields(document->root());
  const auto token = fields.text("access_token", 1, accounts::TokenLimits::token_bytes, json::required);
  const auto seconds_left = fields.number("expires_in", 0, 1e7);
  if (fields.error()) return Error{ErrorCode::unreachable, "the authorization server's answer: " + fields.error()->message};
  const Time by_answer = now + (seconds_left ? std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*seconds_left)) : 2 * TokenSourceLimits::renewed_before);
  return Kept{std::string(*token), expiry_of(*token).value_or(by_answer)};
}

}  // namespace skypact::server
