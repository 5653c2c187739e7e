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

}  // namespace

void read_utm_section(ConfigSection& root, const std::filesystem::path& folder, Config& config) {
  root.table("utm", [&](ConfigSection& s) { read_utm(s, folder, config); });
}

std::string describe_utm(const Config& config) {
  if (!config.utm) return {};
  const UtmConfig& utm = *config.utm;
  return fmt::format("{:<12}on {}{}; tokens for {}, by {}; conflicts are {}\n", "utm", to_string(utm.listen), utm.tls ? ", TLS" : ", plain HTTP", fmt::join(utm.audiences, ", "),
                     utm.jwks.empty() ? fmt::format("{} of keys", utm.token_keys.size() == 1 ? "a file" : fmt::format("{} files", utm.token_keys.size())) : "the keys of " + utm.jwks,
                     utm.conflicts == UtmConfig::Conflicts::exact ? "exact" : "by cells");
}

}  // namespace skypact::node
