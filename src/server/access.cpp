#include "server/access.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <fstream>

#include "base/text.h"

namespace skypact::server {
namespace {

constexpr std::size_t shortest_token = 16;

std::array<unsigned char, 32> digest(std::string_view text) {
  std::array<unsigned char, 32> out{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data());
  return out;
}

std::string_view host_without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    return end == std::string_view::npos ? std::string_view() : host.substr(1, end - 1);
  }
  return host.substr(0, host.rfind(':'));
}

}  // namespace

Result<Access> Access::make(const node::ServerConfig& config) {
  Access access;
  access.loopback_ = node::is_loopback(config.listen.host);
  if (!access.loopback_ && (!config.tls || !config.token_file)) {
    return Error{ErrorCode::refused, node::to_string(config.listen) +
                                         " can be reached from other machines; that needs tls_certificate, tls_key and token_file. "
                                         "Or listen on 127.0.0.1."};
  }
  if (config.token_file) {
    std::ifstream in(*config.token_file);
    std::string line;
    std::getline(in, line);
    const std::string_view token = trim(line);
    if (token.size() < shortest_token) {
      return bad_input(config.token_file->string() + ": its first line must be a token of at least 16 characters; openssl rand -hex 32 makes one");
    }
    access.token_ = digest(token);
  }
  return access;
}

std::optional<Response> Access::refuse(const Request& request, Need need) const {
  const std::string_view host = request.header("Host");
  if (loopback_ && !host.empty() && !node::is_loopback(host_without_port(host))) {
    return error_response(421, "host", "This node answers on its loopback address only, not as " + quoted(host) + ".");
  }
  const std::string_view origin = request.header("Origin");
  if (!origin.empty() && (need == Need::stream || need == Need::login || need == Need::command)) {
    const std::string own = (request.secure ? "https://" : "http://") + std::string(host);
    if (!equal_ignoring_case(origin, own)) {
      return error_response(403, "origin", "A page of another site may not do this.");
    }
  }
  return std::nullopt;
}

Access::Token Access::token(const Request& request, Need need) const {
  std::string given;
  const std::string_view authorization = request.header("Authorization");
  if (authorization.size() > 7 && equal_ignoring_case(authorization.substr(0, 7), "Bearer ")) {
    given = std::string(trim(authorization.substr(7)));
  } else if (need == Need::stream) {
    given = request.query("token").value_or("");
  }
  if (given.empty()) return Token::absent;
  return token_ && CRYPTO_memcmp(digest(given).data(), token_->data(), token_->size()) == 0 ? Token::right : Token::wrong;
}

}  // namespace skypact::server
