#include "node/config_utm.h"

#include <fmt/format.h>

#include "base/text.h"

namespace skypact::node {
namespace {

constexpr std::size_t longest_url = 2000;
constexpr std::size_t most_audiences = 32;
constexpr std::size_t most_keys = 32;

void read_utm(ConfigSection& s, const std::filesystem::path& folder, Config& config) {
  UtmConfig utm;
  if (const auto text = s.text("listen", 1, 300, Need::required)) {
    const auto address = parse_host_port(*text);
    if (!address) s.refuse("listen", address.error().message);
    if (address) utm.listen = *address;
  }
  const auto certificate = existing_file(s, "tls_certificate", folder);
  const auto key = existing_file(s, "tls_key", folder);
  if (certificate && key) utm.tls = Tls{*certificate, *key};
  if (s.has("tls_certificate") != s.has("tls_key")) {
    s.refuse(s.has("tls_key") ? "tls_key" : "tls_certificate", "tls_certificate and tls_key belong together");
  } else if (!s.has("tls_key") && !utm.listen.host.empty() && !is_loopback(utm.listen.host)) {
    s.refuse("listen", to_string(utm.listen) + " can be reached from other machines, and tokens would travel in the clear; that needs tls_certificate and tls_key. Or listen on 127.0.0.1");
  }
  s.texts("audiences", most_audiences, [&](const std::string& text, const std::string&, unsigned) { utm.audiences.push_back(text); });
  if (!s.has("audiences")) s.refuse("audiences", "is missing: the names that a token may be for, usually the host in this node's URL");
  s.texts("token_keys", most_keys, [&](const std::string& text, const std::string& place, unsigned line) {
    if (auto path = existing_file(s, text, place, line, folder)) utm.token_keys.push_back(*std::move(path));
  });
  utm.jwks = s.text("jwks", 1, longest_url).value_or("");
  const bool plain = utm.jwks.starts_with("http://");
  if (!utm.jwks.empty() && (host_of(utm.jwks).empty() || (!plain && !utm.jwks.starts_with("https://")))) {
    s.refuse("jwks", quoted(std::string_view(utm.jwks)) + " is not an address; write for example https://auth.example/.well-known/jwks.json");
  } else if (plain && !is_loopback(host_of(utm.jwks))) {
    s.refuse("jwks", "plain http is for this machine only: who stands between could put a key of his own into the set");
  }
  if (!s.has("token_keys") && !s.has("jwks")) s.refuse_at(s.line(), s.path() + ": needs token_keys or jwks, by which tokens are checked");
  utm.folder = config.data_dir / "dss";
  if (const auto text = s.text("folder", 1, 4096)) utm.folder = std::filesystem::path(*text).is_absolute() ? std::filesystem::path(*text) : folder / *text;
  utm.locality = s.text("locality", 1, 64).value_or(config.name);
  if (const auto word = s.text("conflicts", 1, 16)) {
    if (*word != "exact" && *word != "cells") s.refuse("conflicts", quoted(std::string_view(*word)) + " is not one of exact, cells");
    utm.conflicts = *word == "cells" ? UtmConfig::Conflicts::by_cells : UtmConfig::Conflicts::exact;
  }
  utm.http_urls = s.boolean("development_http_urls").value_or(false);
  utm.area_km2 = s.number("area_km2", 1, 10'000).value_or(utm.area_km2);
  utm.constraint_area_km2 = s.number("constraint_area_km2", 1, 10'000).value_or(utm.constraint_area_km2);
  s.finish();
  config.utm = std::move(utm);
}

// A base URL, without a slash at its end.
std::string read_base_url(ConfigSection& s, std::string_view key, bool http_urls) {
  const auto text = s.text(key, 1, longest_url, Need::required);
  if (!text) return {};
  const bool plain = text->starts_with("http://");
  if (host_of(*text).empty() || (!plain && !text->starts_with("https://"))) s.refuse(key, quoted(std::string_view(*text)) + " is not an address; write for example https://uss.example");
  else if (plain && !http_urls) s.refuse(key, "plain http is for development: it needs development_http_urls = true in [utm]");
  else if (text->ends_with('/')) s.refuse(key, "has a slash at its end; leave it out");
  return *text;
}

void read_uss(ConfigSection& s, const std::filesystem::path& folder, Config& config) {
  UssConfig uss;
  if (!config.utm) s.refuse_at(s.line(), s.path() + ": needs [utm], on whose listener peers ask");
  const bool http_urls = config.utm && config.utm->http_urls;
  uss.manager = s.text("manager", 1, 256, Need::required).value_or("");
  uss.base_url = read_base_url(s, "base_url", http_urls);
  uss.dss = read_base_url(s, "dss", http_urls);
  if (auto key = existing_file(s, "signing_key", folder)) uss.signing_key = *std::move(key);
  uss.token_url = s.text("token_url", 1, longest_url).value_or("");
  if (auto secret = existing_file(s, "client_secret", folder)) uss.client_secret = *std::move(secret);
  const bool plain = uss.token_url.starts_with("http://");
  if (!uss.token_url.empty() && (host_of(uss.token_url).empty() || (!plain && !uss.token_url.starts_with("https://")))) {
    s.refuse("token_url", quoted(std::string_view(uss.token_url)) + " is not an address; write for example https://auth.example/oauth/token");
  } else if (plain && !is_loopback(host_of(uss.token_url))) {
    s.refuse("token_url", "plain http is for this machine only: who stands between would get the tokens");
  }
  if (s.has("signing_key") == s.has("token_url")) s.refuse_at(s.line(), s.path() + ": needs either token_url, of an authorization server, or signing_key, by which this node signs its tokens itself");
  if (s.has("client_secret") && !s.has("token_url")) s.refuse("client_secret", "belongs to token_url");
  uss.same_priority_may_conflict = s.boolean("same_priority_may_conflict").value_or(false);
  uss.constraints = s.boolean("constraints").value_or(true);
  uss.publishes_zones = s.boolean("publish_zones").value_or(false);
  uss.folder = config.data_dir / "uss";
  if (const auto days = s.integer("log_days", 1, 3650)) uss.log_kept = std::chrono::days(*days);
  if (const auto bytes = s.size("log_max_bytes", 64'000'000)) uss.log_max_bytes = *bytes;
  if (const auto text = s.text("test_interface", 1, 300)) {
    const auto address = parse_host_port(*text);
    if (!address) s.refuse("test_interface", address.error().message);
    else if (!is_loopback(address->host) && config.utm && !config.utm->tls) s.refuse("test_interface", *text + " can be reached from other machines; that needs tls_certificate and tls_key in [utm]");
    else uss.test_interface = *address;
  }
  if (const auto text = s.text("folder", 1, 4096)) uss.folder = std::filesystem::path(*text).is_absolute() ? std::filesystem::path(*text) : folder / *text;
  s.finish();
  config.uss = std::move(uss);
}

std::string describe_uss(const UssConfig& uss) {
  return fmt::format("{:<12}{} at {}, by the DSS {}; tokens {}; flights of one priority {}\n", "uss", uss.manager, uss.base_url, uss.dss,
                     uss.signing_key.empty() ? "of " + uss.token_url : "signed here", uss.same_priority_may_conflict ? "may meet" : "do not meet") +
         (uss.test_interface ? fmt::format("{:<12}open on {}: whoever may ask there flies in this USS's name\n", "test", to_string(*uss.test_interface)) : std::string());
}

}  // namespace

void read_utm_sections(ConfigSection& root, const std::filesystem::path& folder, Config& config) {
  root.table("utm", [&](ConfigSection& s) { read_utm(s, folder, config); });
  root.table("uss", [&](ConfigSection& s) { read_uss(s, folder, config); });
}

std::string describe_utm(const Config& config) {
  if (!config.utm) return {};
  const UtmConfig& utm = *config.utm;
  return fmt::format("{:<12}on {}{}; tokens for {}, by {}; conflicts are {}\n", "utm", to_string(utm.listen), utm.tls ? ", TLS" : ", plain HTTP", fmt::join(utm.audiences, ", "),
                     utm.jwks.empty() ? fmt::format("{} of keys", utm.token_keys.size() == 1 ? "a file" : fmt::format("{} files", utm.token_keys.size())) : "the keys of " + utm.jwks,
                     utm.conflicts == UtmConfig::Conflicts::exact ? "exact" : "by cells") +
         (config.uss ? describe_uss(*config.uss) : std::string());
}

}  // namespace skypact::node
