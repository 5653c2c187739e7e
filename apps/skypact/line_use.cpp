// skypact line use: was the line used, when, and who answered, out of the records of a running node; with --proofs a file for each entry that says
// so, which skypact ledger verify checks without the node.

#include "line_use.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>

#include "base/percent.h"
#include "base/text.h"
#include "commands.h"
#include "json/document.h"
#include "node/line_use.h"
#include "node_request.h"

namespace skypact::app {
namespace {

struct Options {
  std::string command;                   // "line use"
  std::string node = "http://127.0.0.1:8480";
  std::string token_file, from, to, party, of, type, proofs;
  bool json = false;
};

std::string text_of(json::Value value) { return std::string(value.as_string().value_or("")); }
long long number_of(json::Value value) { return static_cast<long long>(value.as_integer().value_or(0)); }
bool is(json::Value value) { return value.as_boolean().value_or(false); }

void print_spread(const char* what, json::Value spread) {
  if (number_of(spread["count"]) == 0) return;
  std::printf("  %s: median %.1f s, worst %.1f s, of %lld", what, spread["median_s"].as_number().value_or(0), spread["worst_s"].as_number().value_or(0), number_of(spread["count"]));
  if (const auto apart = number_of(spread["two_clocks"]); apart > 0) std::printf(" (%lld by two nodes' clocks)", apart);
  std::printf("\n");
}

void print_summary(const char* before, json::Value sum) {
  std::printf("%s%lld messages: %lld stop, %lld distress, %lld warn, %lld inform\n", before, number_of(sum["messages"]), number_of(sum["stop"]), number_of(sum["distress"]), number_of(sum["warn"]), number_of(sum["inform"]));
  if (number_of(sum["deliveries"]) == 0) return;
  std::printf("  %lld of %lld deliveries received, %lld of %lld answered by a desk, %lld rang out, %lld climbed the ladder, %lld without a receipt in time\n", number_of(sum["received"]), number_of(sum["deliveries"]),
              number_of(sum["answered"]), number_of(sum["wanted"]), number_of(sum["rang_out"]), number_of(sum["escalated"]), number_of(sum["not_received"]));
  print_spread("receipt by the node", sum["receipt"]);
  print_spread("answer by a desk", sum["answer"]);
}

// How far the answer reaches, as entries under a checkpoint that others cosigned.
void print_record(json::Value record) {
  if (record["message"].has_value()) {
    std::printf("%s: NOT READ, %s\n", text_of(record["origin"]).c_str(), text_of(record["message"]).c_str());
    return;
  }
  const long long from = number_of(record["from_index"]), to = number_of(record["to_index"]);
  std::printf("%s: entries %lld to %lld of %lld were read whole: %s\n", text_of(record["origin"]).c_str(), from, to - 1, number_of(record["size"]), is(record["complete"]) ? "COMPLETE for that time" : "not proven for all of that time");
  const auto said = [](const char* what, json::Value end) {
    if (end.has_value()) std::printf("  %s %s, by %s\n", what, text_of(end["at"]).c_str(), text_of(end["by"]).c_str());
  };
  if (from == 0) std::printf("  there are none before\n");
  said("those before were written before", record["earlier_written_before"]);
  said("those behind, and all still to come, after", record["later_written_after"]);
  if (const json::Value under = record["under"]; under.has_value()) std::printf("  all under the checkpoint of %lld entries that %s cosigned at %s\n", number_of(under["size"]), text_of(under["by"]).c_str(), text_of(under["at"]).c_str());
}

void print_entries(json::Value entries, const char* indent) {
  for (const json::Value entry : entries.elements()) {
    std::printf("%sentry %lld of %s", indent, number_of(entry["index"]), text_of(entry["origin"]).c_str());
    if (entry["written_after"].has_value()) std::printf(", written after %s", text_of(entry["written_after"]).c_str());
    if (entry["written_before"].has_value()) std::printf(", before %s", text_of(entry["written_before"]).c_str());
    std::printf("\n");
  }
}

void print_message(json::Value message) {
  std::string to;
  for (const json::Value delivery : message["to"].elements()) to += (to.empty() ? "" : ", ") + text_of(delivery["party"]);
  std::printf("%s  %s %s from %s to %s%s\n", text_of(message["sent_at"]).c_str(), to_upper(text_of(message["class"])).c_str(), text_of(message["type"]).c_str(), text_of(message["from"]).c_str(), to.c_str(),
              is(message["exercise"]) ? "  EXERCISE" : "");
  std::printf("  id %s, by %s\n", text_of(message["id"]).c_str(), message["by"].has_value() ? (text_of(message["by"]["account"]) + " at " + text_of(message["by"]["desk"])).c_str() : "the node itself");
  if (const json::Value notice = message["notice"]; notice.has_value()) {
    std::printf("  notice %s revision %lld, %s: %s\n", text_of(notice["number"]).c_str(), number_of(notice["revision"]), text_of(notice["state"]).c_str(), text_of(notice["activity"]).c_str());
  }
  print_entries(message["entries"], "  ");
  for (const json::Value delivery : message["to"].elements()) {
    std::printf("  %s:", text_of(delivery["party"]).c_str());
    if (!delivery["received_at"].has_value()) std::printf(" NO RECEIPT");
    else std::printf(" its node had it at %s (%.1f s)", text_of(delivery["received_at"]).c_str(), delivery["receipt_s"].as_number().value_or(0));
    if (delivery["durable_at"].has_value()) std::printf(", durably at %s", text_of(delivery["durable_at"]).c_str());
    if (delivery["answered_at"].has_value()) std::printf(", answered at %s (%.1f s)", text_of(delivery["answered_at"]).c_str(), delivery["answer_s"].as_number().value_or(0));
    else if (is(message["wants_answer"])) std::printf(", NOT ANSWERED");
    if (delivery["depth"].has_value()) std::printf(", down to the %s", text_of(delivery["depth"]).c_str());
    if (is(delivery["cannot"])) std::printf(", CANNOT");
    if (is(delivery["rang_out"])) std::printf(", RANG OUT");
    if (const auto steps = number_of(delivery["escalated"]); steps > 0) std::printf(", %lld steps of the ladder", steps);
    std::printf("\n");
    print_entries(delivery["entries"], "    ");
  }
  for (const json::Value given : message["answers"].elements()) {
    std::printf("  %s %s answers %s (%s: %s)\n", text_of(given["at"]).c_str(), text_of(given["party"]).c_str(), text_of(given["answer"]).c_str(), text_of(given["speaker"]).c_str(), text_of(given["by"]["account"]).c_str());
    print_entries(given["entries"], "    ");
  }
  for (const json::Value event : message["events"].elements()) {
    std::printf("  %s %s: %s %s\n", text_of(event["at"]).c_str(), text_of(event["party"]).c_str(), text_of(event["event"]).c_str(), text_of(event["call"]).c_str());
    print_entries(event["entries"], "    ");
  }
}

// "north.example_record-000017.proof"
std::string proof_name(json::Value entry) {
  std::string name;
  for (const char c : text_of(entry["origin"])) name += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ? c : '_';
  return fmt::format("{}-{:06}.proof", name, number_of(entry["index"]));
}

// One file for each entry, and the whole answer.
Result<std::size_t> write_proofs(const std::filesystem::path& folder, const std::string& body, json::Value root) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  const auto write = [&](const std::string& name, std::string_view text) -> Result<void> {
    std::ofstream to(folder / name, std::ios::binary | std::ios::trunc);
    if (!(to << text << std::flush)) return bad_input((folder / name).string() + " cannot be written");
    return {};
  };
  std::set<std::string> written;
  std::optional<Error> wrong;
  const auto each = [&](json::Value of) {
    for (const json::Value entry : of["entries"].elements()) {
      const std::string name = proof_name(entry);
      if (wrong || !written.insert(name).second) continue;
      if (auto done = write(name, entry["proof"].as_string().value_or("")); !done) wrong = done.error();
    }
  };
  for (const json::Value message : root["messages"].elements()) {
    each(message);
    for (const char* list : {"to", "answers", "events"}) {
      for (const json::Value part : message[list].elements()) each(part);
    }
  }
  if (auto done = write("answer.json", body + "\n"); !done) wrong = done.error();
  if (wrong) return *wrong;
  return written.size();
}

int use(const Options& options) {
  std::string path = "/api/v1/line/use?proofs=" + std::string(options.proofs.empty() ? "false" : "true");
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const std::string*>>{{"from", &options.from}, {"to", &options.to}, {"party", &options.party}, {"class", &options.of}, {"type", &options.type}}) {
    if (!value->empty()) path += "&" + std::string(name) + "=" + percent_encode(*value);
  }
  const auto request = node_request(options.node, options.token_file, path);
  if (!request) return fail(options.command, request.error());
  const auto body = ask(*request);
  if (!body) return fail(options.command, body.error());
  const auto document = json::parse(*body, {.bytes = 2 * node::LineUseReadLimits::bytes});
  if (!document) return fail(options.command, document.error());
  const json::Value root = document->root();
  std::size_t proofs = 0;
  if (!options.proofs.empty()) {
    const auto written = write_proofs(options.proofs, *body, root);
    if (!written) return fail(options.command, written.error());
    proofs = *written;
  }
  if (options.json) {
    std::printf("%s\n", body->c_str());
    return Exit::done;
  }
  std::printf("%s to %s: ", text_of(root["from"]).c_str(), text_of(root["to"]).c_str());
  print_summary("", root["real"]);
  if (number_of(root["exercise"]["messages"]) > 0) print_summary("exercise: ", root["exercise"]);
  for (const json::Value record : root["records"].elements()) print_record(record);
  for (const json::Value message : root["messages"].elements()) print_message(message);
  if (!options.proofs.empty()) std::printf("%zu proofs and answer.json are in %s; skypact ledger verify FILE --key KEY checks each, where KEY is that of the record\n", proofs, options.proofs.c_str());
  return Exit::done;
}

}  // namespace

void add_line_use(CLI::App& command, const std::string& name, const std::string& type, int& status) {
  auto o = std::make_shared<Options>();
  o->command = name;
  o->type = type;
  CLI::App* s = command.add_subcommand("use", type.empty() ? "Was the line used, when, and who answered: out of the records, with proofs" : "Which were given, when, received and acknowledged by whom: out of the records, with proofs");
  s->add_option("--node", o->node, "The node's address")->capture_default_str();
  s->add_option("--token-file", o->token_file, "File whose first line is the token")->type_name("FILE");
  s->add_flag("--json", o->json, "The node's own JSON");
  s->add_option("--from", o->from, "From when on: 2026-11-28T06:00:00Z; a day before --to otherwise");
  s->add_option("--to", o->to, "Up to when; now otherwise");
  s->add_option("--party", o->party, "Only with this party");
  s->add_option("--class", o->of, "Only of this class")->check(CLI::IsMember({"stop", "distress", "warn", "inform"}));
  if (type.empty()) s->add_option("--type", o->type, "Only of this type")->check(CLI::IsMember({"call", "check", "notice", "case", "handover"}));
  s->add_option("--proofs", o->proofs, "Write a proof of each entry into this folder, and the whole answer")->type_name("FOLDER");
  s->callback([o, &status] { status = use(*o); });
}

}  // namespace skypact::app
