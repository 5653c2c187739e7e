#include "node/record.h"

#include <algorithm>

#include "base/check.h"
#include "json/canonical.h"
#include "json/writer.h"
#include "ledger/hash.h"
#include "ledger/tile.h"
#include "node/api_json.h"

namespace skypact::node {
namespace {

constexpr int format_version = 1;

// {"at":…,"body":…,"origin":…,"party":…,"type":…,"v":1}, canonical, and a newline.
template <class Body>
std::string entry_of(std::string_view origin, std::string_view party, std::string_view type, Time at, const Body& body) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("v", format_version);
  out.field("type", type);
  out.field("at", to_rfc3339(at));
  out.field("origin", origin);
  out.field("party", party);
  out.key("body");
  body(out);
  out.end_object();
  const auto document = json::parse(text, {.bytes = std::size_t{1} << 24});
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return *canonical + '\n';
}

}  // namespace

ledger::Hash commitment(const Salt& salt, std::string_view canonical) {
  std::string text(reinterpret_cast<const char*>(salt.data()), salt.size());
  text += canonical;
  return ledger::sha256(ledger::as_bytes(text));
}

Result<Opened> open_entry(std::string_view journal_entry) {
  const auto document = json::parse(journal_entry);
  if (!document) return document.error();
  const json::Value body = document->root()["body"];
  const std::string_view type = document->root()["type"].as_string().value_or("");
  const json::Value what = body[type];
  const auto salt = ledger::hash_from_base64(body["salt"].as_string().value_or(""));
  if ((type != "alert" && type != "verdict" && type != "case") || !what.exists() || !salt) {
    return Error{ErrorCode::bad_input, "this is no entry of a journal that holds an alert, a verdict or a case, and its salt"};
  }
  auto text = json::canonical(what);
  if (!text) return std::move(text).error();
  const ledger::Hash hash = commitment(salt->bytes, *text);
  return Opened{std::string(type), std::move(*text), hash};
}

MachineEntries RecordKeeper::started(Time at, std::string_view version, const Picture& picture) const {
  const auto body = [&](bool all) {
    return [&, all](json::Writer& out) {
      const Rules& rules = *picture.rules;
      out.begin_object();
      out.field("version", version);
      if (all) {
        out.key("minima_default");
        out.begin_object();
        out.field("horizontal_nm", rules.fallback.horizontal.in(nautical_miles), 4);
        out.field("vertical_ft", rules.fallback.vertical.in_feet(), 1);
        out.end_object();
        out.field("zones", rules.zones.size());
        out.key("feeds");
        out.begin_array();
        for (const FeedStatus& feed : picture.feeds) out.value(feed.name);
        out.end_array();
      }
      out.end_object();
    };
  };
  return {entry_of(record_, party_, "started", at, body(false)), entry_of(journal_, party_, "started", at, body(true))};
}

MachineEntries RecordKeeper::entries(const Event& event, const Picture& picture, const Salt& salt) {
  const auto* alert = std::get_if<Alert>(&event.what);
  if (alert) {
    Told now{alert->state, alert->severity, alert->acknowledgements.size(), {}, overdue(awaited_answers(*alert, picture.peer_alerts->of(*alert), picture))};
    for (const Acknowledgement& a : alert->acknowledgements) now.last_acknowledged = std::max(now.last_acknowledged, a.at);
    if (alert->state == AlertState::ended && !told_.contains(alert->id)) return {};   // told again, with a verdict: its end is written
    const auto [at, first] = told_.try_emplace(alert->id, now);
    if (!first && at->second == now) return {};
    at->second = now;
    if (alert->state == AlertState::ended) told_.erase(at);
  }
  if (const auto* found = std::get_if<PairVerdict>(&event.what)) return verdict(event.at, *found, salt);
  if (const auto* found = std::get_if<VerdictComparison>(&event.what)) return compared(event.at, *found);
  // The event as the API tells it, without its number there: that begins anew with the node.
  const std::string text = event_json(event, picture);
  const auto document = json::parse(text, {.bytes = std::size_t{1} << 24});
  SKYPACT_CHECK(document.has_value());
  const json::Value root = document->root();
  const std::string_view type = root["type"].as_string().value();
  const json::Value body = root[type];
  MachineEntries entries;
  if (!body.exists()) {
    entries.journal = entry_of(journal_, party_, type, event.at, [&](json::Writer& out) {
      out.begin_object();
      out.field("id", root["id"].as_string().value_or(""));
      out.end_object();
    });
    return entries;
  }
  const std::string whole = json::canonical(body).value();
  entries.journal = entry_of(journal_, party_, type, event.at, [&](json::Writer& out) {
    if (!alert) return out.raw(whole);
    out.begin_object();
    out.key("alert");
    out.raw(whole);
    out.field("salt", ledger::to_base64(ledger::Hash{salt}));
    out.end_object();
  });
  if (entries.journal->size() > ledger::longest_entry) {
    // A zone of a hundred thousand vertices: its hash is written, the rest lies where it came from.
    entries.journal = entry_of(journal_, party_, type, event.at, [&](json::Writer& out) {
      out.begin_object();
      out.field("id", body["id"].as_string().value_or(""));
      out.field("bytes", whole.size());
      out.field("sha256", ledger::to_base64(ledger::sha256(ledger::as_bytes(whole))));
      out.end_object();
    });
  }
  if (alert) {
    entries.record = entry_of(record_, party_, type, event.at, [&](json::Writer& out) {
      out.begin_object();
      out.field("id", alert->id.value);
      out.field("state", to_string(alert->state));
      out.field("commitment", ledger::to_base64(commitment(salt, whole)));
      out.end_object();
    });
  }
  return entries;
}

MachineEntries RecordKeeper::verdict(Time at, const PairVerdict& v, const Salt& salt) const {
  constexpr std::size_t part_bytes = 30'000;   // quotes are escaped in an entry
  MachineEntries entries;
  const std::string& text = *v.evidence_text;
  const std::size_t parts = (text.size() + part_bytes - 1) / part_bytes;
  for (std::size_t i = 0; i < parts; ++i) {
    entries.evidence.push_back(entry_of(journal_, party_, "evidence", at, [&](json::Writer& out) {
      out.begin_object();
      out.field("evidence", v.evidence);
      out.field("part", i + 1);
      out.field("of", parts);
      out.field("text", std::string_view(text).substr(i * part_bytes, part_bytes));
      out.end_object();
    }));
  }
  std::string whole;
  json::Writer body(whole);
  append_verdict(body, v, {});
  const std::string canonical = json::canonical(json::parse(whole).value().root()).value();
  entries.journal = entry_of(journal_, party_, "verdict", at, [&](json::Writer& out) {
    out.begin_object();
    out.key("verdict");
    out.raw(canonical);
    out.field("salt", ledger::to_base64(ledger::Hash{salt}));
    out.end_object();
  });
  entries.record = entry_of(record_, party_, "verdict", at, [&](json::Writer& out) {
    out.begin_object();
    append_finding(out, v);
    out.field("commitment", ledger::to_base64(commitment(salt, canonical)));
    out.end_object();
  });
  return entries;
}

MachineEntries RecordKeeper::distress_case(Time at, const CaseSaid& said, const Salt& salt) const {
  MachineEntries entries;
  entries.journal = entry_of(journal_, party_, "case", at, [&](json::Writer& out) {
    out.begin_object();
    out.key("case");
    out.raw(said.whole);
    out.field("salt", ledger::to_base64(ledger::Hash{salt}));
    out.end_object();
  });
  entries.record = entry_of(record_, party_, "case", at, [&](json::Writer& out) {
    out.begin_object();
    out.field("case", said.number);
    out.field("what", said.what);
    out.field("phase", said.phase);
    if (!said.declared.empty()) out.field("declared", said.declared);
    out.field("exercise", said.exercise);
    out.field("open", said.open);
    out.field("commitment", ledger::to_base64(commitment(salt, said.whole)));
    out.end_object();
  });
  return entries;
}

MachineEntries RecordKeeper::compared(Time at, const VerdictComparison& c) const {
  MachineEntries entries;
  entries.record = entry_of(record_, party_, "verdict_compared", at, [&](json::Writer& out) { append_comparison(out, c); });
  return entries;
}

std::string RecordKeeper::journal_head(Time at, const ledger::Checkpoint& head) const {
  return entry_of(record_, party_, "journal", at, [&](json::Writer& out) {
    out.begin_object();
    out.field("origin", head.origin);
    out.field("size", std::to_string(head.size));
    out.field("root", ledger::to_base64(head.root));
    out.end_object();
  });
}

std::string RecordKeeper::traffic(Time at, const TrafficStretch& stretch) const {
  constexpr int degree_decimals = 4;
  return entry_of(record_, party_, "traffic", at, [&](json::Writer& out) {
    out.begin_object();
    out.field("segment", stretch.segment);
    out.field("from_byte", stretch.from);
    out.field("to_byte", stretch.to);
    out.field("sha256", stretch.sha256);
    out.field("since", to_rfc3339(stretch.since));
    out.field("until", to_rfc3339(stretch.until));
    out.key("sources");
    out.begin_array();
    for (const TrafficStretch::Source& source : stretch.sources) {
      out.begin_object();
      out.field("name", source.name);
      out.field("bytes", source.bytes);
      out.field("messages", source.messages);
      out.field("positions", source.positions);
      if (source.positions > 0) {
        out.key("area");
        out.begin_array();
        for (const double edge : {source.south, source.west, source.north, source.east}) out.value(edge, degree_decimals);
        out.end_array();
      }
      out.end_object();
    }
    out.end_array();
    out.end_object();
  });
}

std::string RecordKeeper::cosigned(Time at, std::string_view checkpoint) const {
  return entry_of(record_, party_, "cosigned", at, [&](json::Writer& out) {
    out.begin_object();
    out.field("checkpoint", checkpoint);
    out.end_object();
  });
}

std::string RecordKeeper::equivocation(Time at, std::string_view origin, std::string_view proof) const {
  return entry_of(record_, party_, "equivocation", at, [&](json::Writer& out) {
    out.begin_object();
    out.field("origin", origin);
    // A proof has some ten kilobytes; one that does not fit lies in the mirror's folder.
    constexpr std::size_t longest = 60'000;
    if (proof.size() <= longest) out.field("proof", proof);
    else out.field("sha256", ledger::to_base64(ledger::sha256(ledger::as_bytes(proof))));
    out.end_object();
  });
}

std::string RecordKeeper::of_person(Time at, std::string_view type, std::string_view body) const {
  return entry_of(journal_, party_, type, at, [&](json::Writer& out) { out.raw(body); });
}

}  // namespace skypact::node
