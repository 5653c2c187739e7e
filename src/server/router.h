#pragma once
// Router: the table of routes, and from a request to its endpoint. openapi.yaml describes the same table; a test
// compares the two.
//
//     Router router(context);
//     Reply reply = router.answer(request);
//
// Any thread.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/node_context.h"

namespace skypact::server {

// A request with the parameters of its path, in their order, percent-decoded, and who asks.
struct Call {
  const Request& request;
  std::vector<std::string> parameters;
  Caller caller = {};
};

struct Route {
  std::string_view method;
  std::string_view path;                            // "/api/v1/tracks/{id}"
  Need need = Need::read;
  Reply (*answer)(NodeContext& node, const Call& call);
  std::vector<std::string_view> content_types = {};  // of a POST's body; the first is the usual one
  // What the caller must be permitted. Where it is absent: to read, for what reads; nobody, for a command.
  std::optional<accounts::Permission> permission = {};
  bool is_sensitive = false;                        // who reads it is noted in the journal
};

[[nodiscard]] const std::vector<Route>& routes();

// The same for other parties' nodes, on the link's listener. Request::peer_party says whose asks; `need` is not looked at.
[[nodiscard]] const std::vector<Route>& link_routes();

class Router {
 public:
  explicit Router(NodeContext& node) : node_(node) {}
  [[nodiscard]] Reply answer(const Request& request) const;
  // On the link's listener.
  [[nodiscard]] Reply answer_link(const Request& request) const;

 private:
  NodeContext& node_;
};

}  // namespace skypact::server
