#pragma once
// Admission: from a request and its route to who asks and whether they may. Deny by default: a command whose route names
// no permission is refused.
//
//     auto admitted = admit(node, request, route);
//     if (auto* refusal = std::get_if<Response>(&admitted)) return *refusal;
//
// Any thread.

#include <variant>

#include "server/router.h"

namespace skypact::server {

[[nodiscard]] std::variant<Response, Caller> admit(const NodeContext& node, const Request& request, const Route& route);

// "__Host-skypact" over TLS, which a browser takes only as Secure, for this host and the whole of it (RFC 6265bis
// §4.1.3.2). Plain, on the loopback, the port is part of the name, because cookies of one host are of all its ports.
[[nodiscard]] std::string cookie_name(const Request& request);
// Set-Cookie with that id; an empty id takes the cookie away.
[[nodiscard]] Header session_cookie(const Request& request, std::string_view id);

}  // namespace skypact::server
