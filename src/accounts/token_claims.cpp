#include "accounts/token_claims.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"
#include "json/document.h"

namespace skypact::accounts {
namespace {

using Limits = TokenLimits;

Error refused(std::string message) { return {ErrorCode::refused, std::move(message)}; }

// NumericDate of RFC 7519, section 2. Whole seconds are read exactly.
std::optional<Time> read_time(json::Value value) {
  const auto number = value.as_number();
  if (!number || *number < 0 || *number >= Limits::latest_s) return std::nullopt;
  if (const auto whole = value.as_integer()) return Time(seconds(*whole));
  return Time(from_seconds(*number));
}

Error bad_time(std::string_view name) { return refused("The token's \"" + std::string(name) + "\" is no number of seconds from 0 to before 9000000000."); }

Result<Time> read_expiry(json::Value claims, const TokenRules& rules) {
  if (!claims["exp"].exists()) return refused("The token has no \"exp\", so it would be good for ever.");
  const auto expires = read_time(claims["exp"]);
  if (!expires) return bad_time("exp");
  if (rules.now >= *expires + rules.leeway) return refused("The token expired at " + to_rfc3339(*expires) + "; here it is " + to_rfc3339(rules.now) + ".");
  return *expires;
}

Result<void> check_begin(json::Value claims, const TokenRules& rules) {
  const json::Value not_before = claims["nbf"], issued = claims["iat"];
  if (issued.exists() && !read_time(issued)) return bad_time("iat");
  if (!not_before.exists()) return {};
  const auto begin = read_time(not_before);
  if (!begin) return bad_time("nbf");
  if (rules.now + rules.leeway < *begin) return refused("The token counts from " + to_rfc3339(*begin) + "; here it is " + to_rfc3339(rules.now) + ".");
  return {};
}

Result<std::string> read_subject(json::Value claims) {
  const json::Value subject = claims["sub"];
  if (!subject.exists()) return refused("The token has no \"sub\", so it does not say who calls.");
  const auto text = subject.as_string();
  if (!text || !is_subject(*text)) {
    return refused("The token's \"sub\" is no text of 1 to " + std::to_string(Limits::subject_bytes) + " bytes without control characters.");
  }
  return std::string(*text);
}

Result<std::vector<std::string_view>> texts_of(json::Value audience) {
  if (const auto one = audience.as_string()) return std::vector<std::string_view>{*one};
  if (audience.kind() != json::Kind::array || audience.size() > Limits::audiences) {
    return refused("The token's \"aud\" is no text and no list of at most " + std::to_string(Limits::audiences) + " texts.");
  }
  std::vector<std::string_view> texts;
  for (const json::Value element : audience.elements()) {
    const auto text = element.as_string();
    if (!text) return refused("The token's \"aud\" lists something that is no text.");
    texts.push_back(*text);
  }
  return texts;
}

Result<std::string> read_audience(json::Value claims, const TokenRules& rules) {
  if (!claims["aud"].exists()) return refused("The token has no \"aud\", so it may be meant for another server.");
  const auto named = texts_of(claims["aud"]);
  if (!named) return named.error();
  for (const std::string_view audience : *named) {
    if (std::find(rules.audiences.begin(), rules.audiences.end(), audience) != rules.audiences.end()) return std::string(audience);
  }
  return refused("The token is for another server: its \"aud\" is no name of this one.");
}

Result<std::set<std::string, std::less<>>> read_scopes(json::Value claims) {
  std::set<std::string, std::less<>> scopes;
  const json::Value scope = claims["scope"];
  if (!scope.exists()) return scopes;
  const auto text = scope.as_string();
  if (!text) return refused("The token's \"scope\" is no text of words with spaces between them.");
  for (std::string_view rest = *text; const auto word = next_field(rest, ' ');) {
    if (word->empty()) continue;
    if (!is_scope(*word)) return refused("The token's \"scope\" has a character that no scope has.");
    scopes.emplace(*word);
    if (scopes.size() > Limits::scopes) return refused("The token has more than " + std::to_string(Limits::scopes) + " scopes.");
  }
  return scopes;
}

}  // namespace

bool is_subject(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return !text.empty() && text.size() <= Limits::subject_bytes && is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

bool is_scope(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '\\'; });
}

Result<AccessToken> read_claims(std::string_view json, const TokenRules& rules) {
  const auto document = json::parse(json, {.bytes = Limits::token_bytes, .depth = Limits::json_depth});
  // The parser's sentence may quote what it read.
  if (!document || document->root().kind() != json::Kind::object) {
    return refused("The token's claims are no JSON object, name something twice or are nested too deep.");
  }
  const json::Value claims = document->root();
  const auto expires = read_expiry(claims, rules);
  if (!expires) return expires.error();
  if (const auto begun = check_begin(claims, rules); !begun) return begun.error();
  const auto audience = read_audience(claims, rules);
  if (!audience) return audience.error();
  const auto subject = read_subject(claims);
  if (!subject) return subject.error();
  const auto scopes = read_scopes(claims);
  if (!scopes) return scopes.error();
  return AccessToken{*subject, *scopes, *expires, *audience};
}

}  // namespace skypact::accounts
