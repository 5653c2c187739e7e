// /mirror/: what this node holds of the other parties' records, each a log like any other. /witness/: cosignatures of logs that
// are not held. /api/v1/record: where the own record stands, and who holds what of whom.

#include "ledger/audit.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
namespace {

Response text_of_note(const ledger::Note& note) { return text_response(ledger::to_text(note)); }

// Nothing is held, or what is held cannot be read just now: whoever recovers his record from here must know which.
// On the link a party gets what is held of its own record, and nobody else's.
std::variant<std::shared_ptr<const ledger::Mirror>, Response> held(NodeContext& node, std::optional<PartyId> asking, const std::string& origin) {
  if (asking) {
    const auto config = node.config();
    const node::PeerConfig* peer = node::peer_of(*config, *asking);
    if (peer == nullptr || !peer->record_key || peer->record_key->name != origin) {
      return error_response(403, "refused", "On the link a party is shown the mirror of its own record.");
    }
  }
  if (!node.mirrors || !node.mirrors->is_mirrored(origin)) return error_response(404, "not_found", "This node mirrors no such record.");
  auto mirror = node.mirrors->mirror(origin);
  if (!mirror) return error_response(503, "unreachable", "The mirror of this record cannot be read at the moment; the node's log says why.");
  return mirror;
}

void append_time(json::Writer& out, std::string_view name, const std::optional<Time>& at) {
  if (at) out.field(name, to_rfc3339(*at));
}

}  // namespace

Reply mirror_checkpoint(NodeContext& node, const Call& call) {
  const std::string origin = call.parameters[0];
  const auto now = [&node, origin, asking = call.request.peer_party]() -> Response {
    auto found = held(node, asking, origin);
    if (auto* refusal = std::get_if<Response>(&found)) return *refusal;
    const ledger::Note head = std::get<0>(found)->head();
    if (head.text.empty()) return error_response(404, "not_found", "Nothing of this record is held yet.");
    return text_of_note(head);
  };
  const auto size = [&node, origin]() -> std::optional<std::uint64_t> {
    const auto mirror = node.mirrors ? node.mirrors->mirror(origin) : nullptr;
    const auto head = mirror ? mirror->checkpoint() : std::nullopt;
    return head ? std::optional(head->size) : std::nullopt;
  };
  return when_grown(call, node.mirrors ? &node.mirrors->waiters() : nullptr, size, now);
}

Reply mirror_tile(NodeContext& node, const Call& call) {
  auto found = held(node, call.request.peer_party, call.parameters[0]);
  if (auto* refusal = std::get_if<Response>(&found)) return *refusal;
  const std::string path = "tile/" + call.parameters[1];
  if (!ledger::parse_tile_path(path)) return error_response(404, "not_found", "This is no tile's path.");
  return LaterReply{[folder = node.mirrors->folder_of(call.parameters[0]), path]() -> Response {
    auto bytes = ledger::files_in(folder)(path);
    if (!bytes) return error_response(404, "not_found", "The mirror has no such file.");
    Response response;
    response.headers.push_back({"Content-Type", "application/octet-stream"});
    response.body = std::make_shared<const std::string>(std::move(*bytes));
    return response;
  }};
}

Reply add_checkpoint(NodeContext& node, const Call& call) {
  if (!node.witness) return error_response(404, "not_found", "This node is nobody's witness.");
  return LaterReply{[&node, body = call.request.body] {
    const ledger::WitnessAnswer answer = node.witness->add_checkpoint(body, node.clock.now());
    Response response = text_response(answer.body, static_cast<int>(answer.status));
    response.headers[0].value = answer.content_type;
    return response;
  }};
}

namespace {

Response record(NodeContext& node) {
  const LedgerWriter::Status own = node.ledger.status();
  const MirrorStatus others = node.mirrors ? node.mirrors->status() : MirrorStatus{};
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("now", to_rfc3339(node.clock.now()));
  out.key("own");
  out.begin_object();
  out.field("state", to_string(own.state));
  if (own.state != LedgerWriter::State::off) {
    out.field("origin", node.config()->record.name);
    if (!own.message.empty()) out.field("message", own.message);
    if (!own.verifier_key.empty()) out.field("verifier_key", own.verifier_key);
    out.field("entries", own.durable);
    out.field("published", own.published);
    out.field("waiting", own.waiting);
    out.field("dropped", own.dropped);
    const auto checkpoint = ledger::files_in(node.ledger.folder())("checkpoint");
    if (checkpoint) out.field("checkpoint", *checkpoint);
  }
  out.key("cosigned");
  out.begin_array();
  for (const MirrorStatus::Cosigner& c : others.cosigners) {
    out.begin_object();
    out.field("by", c.name);
    out.field("holds_entries", !c.witness);
    out.field("size", c.size);
    append_time(out, "at", c.cosigned_at);
    append_time(out, "answered_at", c.answered_at);
    if (!c.message.empty()) out.field("message", c.message);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  out.key("mirrors");
  out.begin_array();
  for (const MirrorStatus::Mirrored& m : others.mirrored) {
    if (m.origin.empty()) continue;
    out.begin_object();
    out.field("party", m.party);
    out.field("origin", m.origin);
    out.field("size", m.size);
    out.field("shown", m.shown);
    append_time(out, "answered_at", m.answered_at);
    if (!m.message.empty()) out.field("message", m.message);
    out.field("forked", m.forked);
    const auto mirror = m.forked ? node.mirrors->mirror(m.origin) : nullptr;
    const auto proof = mirror ? mirror->equivocation() : std::nullopt;
    if (proof) out.field("equivocation", *proof);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return json_response(std::move(text));
}

}  // namespace

Reply get_record(NodeContext& node, const Call&) {
  return LaterReply{[&node] { return record(node); }};
}

}  // namespace skypact::server::endpoints
