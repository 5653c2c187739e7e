#pragma once
// What a request and its answer are to everything above the sockets: plain values.
//
//     Reply respond(const Request& request) {
//       if (request.method != "GET") return error_response(405, "method", "Only GET.");
//       return json_response(body);
//     }
//
// A Reply is an answer, the work that will make one, or the beginning of a stream whose messages go through an Outbox.
// Plain values for any thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "airspace/identity.h"
#include "base/result.h"
#include "base/time.h"
#include "server/outbox.h"

namespace skypact::server {

struct Header {
  std::string name, value;
};

struct Request {
  std::string method;
  std::string target;                 // as sent: "/api/v1/alerts?ended=true"
  std::string path;                   // of the target, percent-decoded
  std::vector<Header> headers;
  std::string body;
  std::string peer;                   // address, for the log
  bool secure = false;                // came over TLS
  std::optional<PartyId> peer_party;  // on the link's listener: whose node asks
  bool websocket = false;             // asks for an upgrade

  // The first header of that name, whatever its case; empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  // The query's member, percent-decoded; nullopt where there is none.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
  // The cookie of that name; empty where there is none, or more than one: a page of another host below the same name
  // may set a second.
  [[nodiscard]] std::string_view cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;
  std::shared_ptr<const std::string> body;   // null is empty
};

// The answer becomes a stream. `start` is called once, with what the client is reached by.
struct StreamReply {
  enum class Form : std::uint8_t { websocket, event_stream };
  Form form = Form::websocket;
  OutboxPolicy policy;
  std::function<void(std::shared_ptr<Outbox>)> start;
  std::string id_prefix;            // of server-sent events' ids, before the number
};

// The answer comes later: when something has happened, or the time is over. No thread waits meanwhile.
struct LaterReply {
  // Where the functions are called. What reads files has threads of its own, so that a disk that hangs costs no other answer; what
  // is in memory starts at once, on the thread of the sockets, and does not wait.
  enum class Work : std::uint8_t { with_files, in_memory };
  std::function<Response()> answer;
  Duration longest{};
  // Called once, first; may be empty: `wake`, which any thread may call, once or more, when there may be something to say.
  std::function<void(std::function<void()> wake)> start{};
  Work work = Work::with_files;
};

// The answer takes long (a password is hashed): `work` makes it on threads kept for that, so that nobody else waits.
// Where too many wait already the client is told to come back.
struct SlowReply {
  std::function<Response()> work;
};

using Reply = std::variant<Response, StreamReply, LaterReply, SlowReply>;
using Responder = std::function<Reply(const Request&)>;

[[nodiscard]] Response json_response(std::string body, int status = 200);
[[nodiscard]] Response text_response(std::string body, int status = 200);
// {"error":{"code":…,"message":…}}
[[nodiscard]] Response error_response(int status, std::string_view code, std::string_view message);
// The status that belongs to the error's code.
[[nodiscard]] Response error_response(const Error& error);

[[nodiscard]] std::string_view reason_phrase(int status);
// nullopt for a broken escape or an escaped zero byte.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

// The status line and headers of an answer, ready to send; the body follows.
[[nodiscard]] std::string head_of(const Response& response, bool keep_alive, bool has_length = true);

}  // namespace skypact::server
