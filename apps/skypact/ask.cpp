// skypact ask: questions about the past, answered from a recording, with what the record vouches for.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "base/input_file.h"
#include "base/text.h"
#include "commands.h"
#include "json/writer.h"
#include "ledger/hash.h"
#include "ledger_folder.h"
#include "node/config.h"
#include "node/coverage.h"
#include "node/within.h"
#include "replay_input.h"

namespace skypact::app {
namespace {

struct Options {
  ReplayInput input;
  std::string distance, of, record, out;
  Trust trust;
  bool json = false;
};

constexpr Duration before = minutes(5);      // tracks are to be known when the time asked about begins
constexpr std::size_t largest_segment = std::size_t{1} << 31;

// "52.31,4.76" is a place; anything else names an aircraft.
Result<node::WithinOf> subject_of(const std::string& text) {
  const std::size_t comma = text.find(',');
  if (comma == text.npos) return node::WithinOf{text, {}};
  const auto lat = parse_number(std::string_view(text).substr(0, comma)), lon = parse_number(std::string_view(text).substr(comma + 1));
  const auto place = lat && lon ? geo::Position::from_degrees(*lat, *lon) : std::nullopt;
  if (!place) return Error{ErrorCode::usage, "--of: " + skypact::quoted(text) + " is no place; write latitude,longitude in degrees"};
  return node::WithinOf{{}, *place};
}

// Are the bytes of the recording those that the record committed to?
class Segments {
 public:
  explicit Segments(std::filesystem::path folder) : folder_(std::move(folder)) {}
  node::Bytes judge(const node::TrafficStretch& stretch) {
    if (stretch.segment != name_) {
      auto content = read_whole((folder_ / stretch.segment).string(), largest_segment);
      name_ = stretch.segment;
      here_ = content.has_value();
      content_ = here_ ? std::move(*content) : std::string();
    }
    if (!here_) return node::Bytes::missing;
    if (stretch.to > content_.size()) return node::Bytes::wrong;
    const auto bytes = std::string_view(content_).substr(stretch.from, stretch.to - stretch.from);
    return ledger::to_base64(ledger::sha256(ledger::as_bytes(bytes))) == stretch.sha256 ? node::Bytes::proven : node::Bytes::wrong;
  }

 private:
  std::filesystem::path folder_;
  std::string name_, content_;
  bool here_ = false;
};

struct Proof {
  std::uint64_t index = 0;
  std::string file;
};

// What the record says of the time, each entry proven to be in it; `out`: the proofs are written there.
Result<node::CoverageReport> covered(const Options& options, Interval<Time> span, std::vector<Proof>& proofs) {
  const auto folder = open_ledger_folder(options.record);
  if (!folder) return folder.error();
  const auto policy = read_policy(options.trust);
  if (!policy) return policy.error();
  if (const auto signed_ = signed_by_log(folder->head, *policy); !signed_) return signed_.error();
  node::Coverage coverage(span);
  Segments segments(options.input.path);
  std::optional<Error> wrong;
  const auto read = each_entry(*folder, 0, [&](std::uint64_t index, std::string_view entry) {
    const auto stretch = node::read_traffic(entry);
    if (!stretch) wrong = Error(stretch.error()).within(fmt::format("entry {} of the record", index));
    else if (*stretch && coverage.concerns(**stretch)) coverage.add(**stretch, index, segments.judge(**stretch));
    return !wrong;
  });
  if (!read) return read.error();
  if (wrong) return *wrong;
  node::CoverageReport report = coverage.report();
  for (const std::uint64_t index : report.entries) {
    const auto proved = prove_entry(*folder, index, policy->witnesses.empty() ? nullptr : &*policy);
    if (!proved) return proved.error();
    Proof proof{index, {}};
    if (!options.out.empty()) {
      proof.file = fmt::format("entry-{:06}.proof", index);
      std::error_code ignored;
      std::filesystem::create_directories(options.out, ignored);
      std::ofstream to(std::filesystem::path(options.out) / proof.file, std::ios::binary | std::ios::trunc);
      if (!(to << ledger::to_text(proved->proof) << std::flush)) return bad_input(options.out + "/" + proof.file + " cannot be written");
    }
    proofs.push_back(std::move(proof));
  }
  return report;
}

void write_span(json::Writer& out, Interval<Time> span) {
  out.begin_object();
  out.field("from", to_rfc3339(span.from));
  out.field("to", to_rfc3339(span.to));
  out.end_object();
}

void write_coverage(json::Writer& out, const node::CoverageReport& r, const std::vector<Proof>& proofs) {
  out.begin_object();
  out.field("complete", r.complete());
  out.key("parts");
  out.begin_array();
  for (const auto& part : r.parts) {
    out.begin_object();
    out.field("from", to_rfc3339(part.span.from));
    out.field("to", to_rfc3339(part.span.to));
    out.field("bytes", to_string(part.bytes));
    out.end_object();
  }
  out.end_array();
  out.key("gaps");
  out.begin_array();
  for (const auto& gap : r.gaps) write_span(out, gap);
  out.end_array();
  out.key("sources");
  out.begin_array();
  for (const auto& source : r.sources) {
    out.begin_object();
    out.field("name", source.name);
    out.field("messages", source.messages);
    out.field("positions", source.positions);
    out.key("silent");
    out.begin_array();
    for (const auto& span : source.silent) write_span(out, span);
    out.end_array();
    out.end_object();
  }
  out.end_array();
  out.key("entries");
  out.begin_array();
  for (const Proof& proof : proofs) {
    out.begin_object();
    out.field("index", proof.index);
    if (!proof.file.empty()) out.field("proof", proof.file);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

std::string coverage_text(const node::CoverageReport& r, const std::vector<Proof>& proofs) {
  std::string text = r.complete() ? "covered: all of it, and the bytes are those that the record committed to\n" : "NOT ALL COVERED:\n";
  for (const auto& part : r.parts) {
    if (part.bytes != node::Bytes::proven || !r.complete()) text += fmt::format("  {} to {}  bytes {}\n", to_rfc3339(part.span.from), to_rfc3339(part.span.to), to_string(part.bytes));
  }
  for (const auto& gap : r.gaps) text += fmt::format("  {} to {}  nothing recorded\n", to_rfc3339(gap.from), to_rfc3339(gap.to));
  for (const auto& source : r.sources) {
    text += fmt::format("  {:<16} {} messages, {} positions\n", source.name, source.messages, source.positions);
    for (const auto& span : source.silent) text += fmt::format("    silent {} to {}\n", to_rfc3339(span.from), to_rfc3339(span.to));
  }
  if (!proofs.empty()) text += fmt::format("  by entries {} to {} of the record\n", proofs.front().index, proofs.back().index);
  return text;
}

int within(const Options& options) {
  constexpr const char* command = "ask within";
  const auto distance = parse_length(options.distance);
  if (!distance) return fail(command, Error{ErrorCode::usage, "DISTANCE: " + distance.error().message});
  const auto of = subject_of(options.of);
  if (!of) return fail(command, of.error());
  const auto span = span_of(options.input);
  if (!span) return fail(command, span.error());
  ReplayInput input = options.input;
  input.from = to_rfc3339(span->from - before);
  node::Within question(*of, *distance, *span);
  const auto replayed = run_replay(input, [&](const node::Engine& engine, const std::vector<node::Event>&) {
    question.step(*engine.picture());
    return true;
  });
  if (!replayed) return fail(command, replayed.error());
  const node::WithinReport report = question.report();
  std::optional<node::CoverageReport> coverage;
  std::vector<Proof> proofs;
  if (!options.record.empty()) {
    auto r = covered(options, *span, proofs);
    if (!r) return r.error().code == ErrorCode::refused ? (fail(command, r.error()), static_cast<int>(Exit::negative_verdict)) : fail(command, r.error());
    coverage = std::move(*r);
  }

  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("from", to_rfc3339(span->from));
  out.field("to", to_rfc3339(span->to));
  out.field("of", options.of);
  out.field("distance_nm", distance->in(nautical_miles), 3);
  out.field("ticks", report.ticks);
  out.field("ticks_seen", report.ticks_seen);
  out.key("near");
  out.begin_array();
  for (const auto& near : report.near) {
    out.begin_object();
    out.field("key", to_string(near.key));
    out.field("callsign", near.callsign);
    out.field("party", near.party);
    out.field("certain", near.certain);
    out.field("first", to_rfc3339(near.first));
    out.field("last", to_rfc3339(near.last));
    out.field("nearest_nm", near.nearest.in(nautical_miles), 3);
    out.field("error_nm", near.error.in(nautical_miles), 3);
    out.field("nearest_at", to_rfc3339(near.nearest_at));
    if (near.vertical) out.field("vertical_ft", near.vertical->in_feet(), 0);
    out.end_object();
  }
  out.end_array();
  if (coverage) {
    out.key("coverage");
    write_coverage(out, *coverage, proofs);
  }
  out.end_object();
  text += '\n';
  if (!options.json) {
    text = fmt::format("within {:.2f} NM of {}, {} to {}: {} aircraft\n", distance->in(nautical_miles), options.of, to_rfc3339(span->from), to_rfc3339(span->to), report.near.size());
    for (const auto& near : report.near) {
      text += fmt::format("  {:<12} {:<8} {:<10} {:<9} {} to {}, nearest {:.2f} NM ± {:.2f} at {}{}\n", to_string(near.key), near.callsign, near.party, near.certain ? "certainly" : "perhaps",
                          to_rfc3339(near.first), to_rfc3339(near.last), near.nearest.in(nautical_miles), near.error.in(nautical_miles), to_rfc3339(near.nearest_at),
                          near.vertical ? fmt::format(", {:.0f} ft apart", near.vertical->in_feet()) : "");
    }
    if (report.ticks_seen < report.ticks) text += fmt::format("{} itself was located in {} of {} ticks\n", options.of, report.ticks_seen, report.ticks);
    text += coverage ? coverage_text(*coverage, proofs) : "not held against a record: --record says whether the recording is whole\n";
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (replayed->damaged) return fail(command, *replayed->damaged);
  const bool whole = report.ticks > 0 && report.ticks_seen == report.ticks && (!coverage || coverage->complete());
  return whole ? Exit::done : Exit::negative_verdict;
}

}  // namespace

void add_ask(CLI::App& app, int& status) {
  CLI::App* ask = app.add_subcommand("ask", "Questions about the past, answered from a recording and held against the record");
  ask->require_subcommand(1);
  auto options = std::make_shared<Options>();
  CLI::App* w = ask->add_subcommand("within", "Who was within a distance of an aircraft or a place?");
  w->add_option("DISTANCE", options->distance, "5nm, 9.26km, 500m")->required();
  w->add_option("--of", options->of, "An aircraft's address or key, or latitude,longitude")->required()->type_name("AIRCRAFT");
  options->input.add_options(*w, "--recording");
  w->get_option("--from")->required();
  w->get_option("--to")->required();
  auto* record = w->add_option("--record", options->record, "The record's folder, or a mirror's: what of the time the recording covers, and whether its bytes are those committed to")->type_name("FOLDER");
  options->trust.add_options(*w);
  w->add_option("--out", options->out, "Write a proof of each of the record's entries into this folder, for skypact ledger verify")->type_name("FOLDER")->needs(record);
  w->add_flag("--json", options->json, "One JSON object");
  w->footer(
      "Judged at each tick of the replay from where the tracks then were, and how well that is known: certainly, or perhaps.\n"
      "Exit status 1 where the answer does not stand on all of the time: the aircraft was not located, nothing was recorded, or the\n"
      "bytes are missing or not those that the record committed to.");
  w->callback([options, &status] { status = within(*options); });
}

}  // namespace skypact::app
