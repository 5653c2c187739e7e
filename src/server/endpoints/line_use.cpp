// /api/v1/line/use: was the line used, when, and who answered, with proofs out of the records.

#include "ledger/audit.h"
#include "node/api_names.h"
#include "node/line_use.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
namespace {

constexpr unsigned most_at_once = 2;   // each reads up to half a million entries of each record

struct Asked {
  line::UseQuestion question;
  node::LineUseOptions options;
};

Result<Asked> read_question(const Call& call, Time now) {
  Asked asked{{.span = {now - std::chrono::hours(24), now}}, {}};
  for (const auto& [name, time] : {std::pair{"from", &asked.question.span.from}, std::pair{"to", &asked.question.span.to}}) {
    const auto text = call.request.query(name);
    if (!text) continue;
    const auto read = parse_rfc3339(*text);
    if (!read) return Error(read.error()).within(name);
    *time = *read;
  }
  if (!call.request.query("from")) asked.question.span.from = asked.question.span.to - std::chrono::hours(24);
  asked.question.party = call.request.query("party").value_or("");
  if (const auto word = call.request.query("class")) {
    asked.question.of = line::class_of(*word);
    if (!asked.question.of) return bad_input("class is stop, distress, warn or inform");
  }
  asked.question.type = call.request.query("type").value_or("");
  if (const std::string& type = asked.question.type; !type.empty() && type != "call" && type != "check" && type != "notice" && type != "case" && type != "handover") {
    return bad_input("type is call, check, notice, case or handover");
  }
  const auto proofs = call.request.query("proofs").value_or("false");
  if (proofs != "true" && proofs != "false") return bad_input("proofs is true or false");
  asked.options.proofs = proofs == "true";
  return asked;
}

Result<node::UseRecord> open_record(std::string party, const ledger::VerifierKey& key, const std::filesystem::path& folder, const std::vector<ledger::VerifierKey>& cosigners) {
  auto log = ledger::open_log_files(ledger::files_in(folder));
  if (!log) return std::move(log).error();
  node::UseRecord record{std::move(party), std::move(*log), ledger::policy_of(key)};
  for (const ledger::VerifierKey& cosigner : cosigners) record.policy.witnesses.push_back({cosigner.name, cosigner, {}});
  return record;
}

Response line_use(NodeContext& node, const Asked& asked) {
  const auto key = ledger::parse_verifier_key(node.ledger.status().verifier_key);
  if (!key) return error_response(503, "unreachable", "The node has not opened its record yet; ask again in a few seconds.");
  const std::vector<ledger::VerifierKey> cosigners = node.mirrors != nullptr ? node.mirrors->cosigners() : std::vector<ledger::VerifierKey>{};
  std::vector<node::UseRecord> records;
  auto own = open_record(node.line->party(), *key, node.ledger.folder(), cosigners);
  if (!own) return error_response(503, "unreachable", "The record cannot be read now: " + own.error().message + ".");
  records.push_back(std::move(*own));
  const auto config = node.config();
  for (const node::PeerConfig& peer : config->peers) {
    // One of which nothing is held yet says nothing.
    if (node.mirrors == nullptr || !peer.record_key || node.mirrors->mirror(peer.record_key->name) == nullptr) continue;
    auto held = open_record(std::string(node::party_name(peer.party, config->rules.parties)), *peer.record_key, node.mirrors->folder_of(peer.record_key->name), cosigners);
    if (held) records.push_back(std::move(*held));
  }
  auto text = node::line_use_json(asked.question, node.line->party(), records, asked.options);
  return text ? json_response(std::move(*text)) : error_response(text.error());
}

}  // namespace

// ?from=, ?to=: the last day without; ?party=south; ?class=stop; ?type=notice; ?proofs=true
Reply get_line_use(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  const auto asked = read_question(call, node.clock.now());
  if (!asked) return error_response(asked.error());
  return LaterReply{[&node, asked = *asked]() -> Response {
    struct Running {
      std::atomic<unsigned>& count;
      const unsigned before = count++;
      ~Running() { --count; }
    } const running{node.questions};
    if (running.before >= most_at_once) return error_response(503, "over_limit", "As many such questions as the node answers at once are being answered; ask again in a few seconds.");
    return line_use(node, asked);
  }};
}

}  // namespace skypact::server::endpoints
