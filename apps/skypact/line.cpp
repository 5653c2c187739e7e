// skypact line desks | list | use | show | call | stop | check | answer | handover | export | import | watch: the duty line of a running node.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/input_file.h"
#include "base/percent.h"
#include "base/text.h"
#include "commands.h"
#include "json/document.h"
#include "json/writer.h"
#include "line/message.h"
#include "line/phrase_review.h"
#include "line/phrasebook.h"
#include "line_use.h"
#include "node_request.h"
#include "person_key.h"
#include "server/http_client.h"

namespace skypact::app {
namespace {

struct Options {
  std::string node = "http://127.0.0.1:8480";
  std::string token_file, desk;
  bool json = false, open = false, exercise = false;
  std::string party, of, language = "en";
  unsigned limit = 50;
  std::string id, file, passphrase_file;
  std::vector<std::string> to;
  std::string phrase_class = "inform", text, reply_to;
  unsigned phrase = 0;
  std::vector<std::string> slots;
  std::string activity = "firing", radius = "5nm", position;
  std::string answer = "seen", depth;
  std::vector<std::string> open_items;
  std::string remark;
};

std::string text_of(json::Value value) { return std::string(value.as_string().value_or("")); }

// "02:13:45Z"
std::string clock_of(json::Value value) {
  const std::string text = text_of(value);
  return text.size() > 19 ? text.substr(11, 8) + "Z" : text;
}

std::string join(json::Value list, std::string_view member) {
  std::string all;
  for (const json::Value element : list.elements()) all += (all.empty() ? "" : ", ") + text_of(member.empty() ? element : element[member]);
  return all;
}

void print_said(json::Value said, const std::string& language, const char* indent) {
  for (const json::Value phrase : said.elements()) {
    const std::string text = text_of(phrase["text"][language]);
    if (text.empty()) {
      std::printf("%s%lld: %s\n", indent, static_cast<long long>(phrase["phrase"].as_integer().value_or(0)), text_of(phrase["unknown"]).c_str());
    } else {
      std::printf("%s%s\n", indent, text.c_str());
    }
    for (const json::Value place : phrase["places"].elements()) {
      const json::Value near = place["near"];
      std::printf("%s  %s: %s  %s", indent, text_of(place["slot"]).c_str(), text_of(place["dms"]).c_str(), text_of(place["mgrs"]).c_str());
      if (near.has_value()) {
        std::printf("  %03.0f° true, %.1f NM from %s", near["bearing_deg"].as_number().value_or(0), near["distance_nm"].as_number().value_or(0), text_of(near["name"]).c_str());
      }
      std::printf("\n");
    }
  }
}

void print(json::Value message, const Options& options, bool whole) {
  const bool own = message["own"].as_boolean().value_or(false);
  std::string what = text_of(message["class"]);
  for (char& c : what) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  std::printf("%s  %-8s %-8s %s %s%s%s\n", clock_of(message["taken_at"]).c_str(), what.c_str(), text_of(message["type"]).c_str(), own ? "to" : "from",
              own ? join(message["to"], "party").c_str() : text_of(message["from"]).c_str(), message["exercise"].as_boolean().value_or(false) ? "  EXERCISE" : "",
              message["open"].as_boolean().value_or(false) ? "  OPEN" : "");
  std::printf("  id %s%s\n", text_of(message["id"]).c_str(), message["recorded"].as_boolean().value_or(false) ? "" : "  not yet recorded");
  print_said(message["said"], options.language, "  ");
  if (const json::Value text = message["body"]["text"]; text.has_value()) std::printf("  (%s) %s\n", text_of(text["language"]).c_str(), text_of(text["text"]).c_str());
  for (const json::Value to : message["to"].elements()) {
    if (!own) break;
    std::printf("  %s: %s", text_of(to["party"]).c_str(), text_of(to["stage"]).c_str());
    if (to["receipt_at"].has_value()) std::printf(", its node has it since %s%s", clock_of(to["receipt_at"]).c_str(), to["recorded"].as_boolean().value_or(false) ? "" : " and has not recorded it");
    if (to["carried_by"].size() > 0) std::printf(", also by way of %s", join(to["carried_by"], "").c_str());
    if (to["call"].has_value()) std::printf(": CALL %s", text_of(to["call"]).c_str());
    std::printf("\n");
  }
  for (const json::Value answer : message["answers"].elements()) {
    std::printf("  %s %s (%s): %s", clock_of(answer["taken_at"]).c_str(), text_of(answer["party"]).c_str(), text_of(answer["by"]["account"]).c_str(), text_of(answer["answer"]).c_str());
    if (answer["depth"].has_value()) std::printf(", down to the %s", text_of(answer["depth"]).c_str());
    if (answer["same_place"].has_value()) std::printf("%s", answer["same_place"].as_boolean().value_or(false) ? ", the same place" : ", ANOTHER PLACE on its screen");
    std::printf("\n");
    print_said(answer["said"], options.language, "    ");
  }
  if (!whole) return;
  for (const json::Value event : message["events"].elements()) {
    std::printf("  %s %s: %s %s\n", clock_of(event["at"]).c_str(), text_of(event["party"]).c_str(), text_of(event["event"]).c_str(), text_of(event["call"]).c_str());
  }
  if (message["index"].has_value()) std::printf("  entry %lld of this node's record: skypact ledger prove shows it to others\n", static_cast<long long>(*message["index"].as_integer()));
}

// Prints the answer as it is, or each message in it in words.
int show_answer(const Result<std::string>& body, const Options& options, const std::string& command, bool whole) {
  if (!body) return fail(command, body.error());
  if (options.json) {
    std::printf("%s\n", body->c_str());
    return Exit::done;
  }
  const auto document = json::parse(*body, {.bytes = std::size_t{64} << 20});
  if (!document) return fail(command, document.error());
  if (const json::Value messages = document->root()["messages"]; messages.exists()) {
    for (const json::Value message : messages.elements()) print(message, options, whole);
    if (!document->root()["complete"].as_boolean().value_or(true)) std::printf("The node still reads its record: older messages are not here yet.\n");
  } else {
    print(document->root(), options, whole);
  }
  return Exit::done;
}

Result<server::ClientRequest> request_for(const Options& options, std::string path) {
  if (!options.desk.empty()) path += (path.find('?') == path.npos ? "?desk=" : "&desk=") + percent_encode(options.desk);
  return node_request(options.node, options.token_file, path);
}

int get(const Options& options, const std::string& command, const std::string& path) {
  auto request = request_for(options, path);
  if (!request) return fail(command, request.error());
  return show_answer(ask(*request), options, command, true);
}

int post(const Options& options, const std::string& command, const std::string& path, const std::string& body) {
  auto request = request_for(options, path);
  if (!request) return fail(command, request.error());
  request->method = "POST";
  request->body = body;
  return show_answer(ask(*request), options, command, true);
}

// NAME=VALUE, where the value is JSON, or else a text.
Result<std::string> slots_json(const std::vector<std::string>& slots) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  for (const std::string& slot : slots) {
    const auto equals = slot.find('=');
    if (equals == slot.npos || equals == 0) return bad_input("--slot " + skypact::quoted(slot) + ": write NAME=VALUE, as in distance=5nm or position='{\"lat_deg\":35.1,\"lon_deg\":33.75}'");
    out.key(slot.substr(0, equals));
    const std::string value = slot.substr(equals + 1);
    if (const auto parsed = json::parse(value, {.bytes = 4096, .depth = 4})) {
      out.raw(value);
    } else {
      out.value(value);
    }
  }
  out.end_object();
  return text;
}

int send(const Options& options, const std::string& command, unsigned phrase, const std::string& slots) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("to");
  out.begin_array();
  for (const std::string& party : options.to) out.value(party);
  out.end_array();
  out.field("class", options.phrase_class);
  if (options.exercise) out.field("exercise", true);
  if (!options.reply_to.empty()) out.field("reply_to", options.reply_to);
  out.key("phrases");
  out.begin_array();
  out.begin_object();
  out.field("phrase", phrase);
  out.key("slots");
  out.raw(slots);
  out.end_object();
  out.end_array();
  if (!options.text.empty()) {
    out.key("text");
    out.begin_object();
    out.field("language", options.language);
    out.field("text", options.text);
    out.end_object();
  }
  out.end_object();
  return post(options, command, "/api/v1/line/messages", body);
}

int call(const Options& options) {
  const auto slots = slots_json(options.slots);
  if (!slots) return fail("line call", slots.error());
  return send(options, "line call", options.phrase, *slots);
}

// Phrase 101: STOP {activity} within {distance} of {position}.
int stop(Options options) {
  const auto position = line::read_position(options.position);
  if (!position) return fail("line stop", Error(position.error()).within("--position"));
  std::string slots;
  json::Writer out(slots);
  out.begin_object();
  out.field("activity", options.activity);
  out.field("distance", options.radius);
  out.key("position");
  out.begin_object();
  out.key("lat_deg");
  out.shortest(position->position.lat_degrees());
  out.key("lon_deg");
  out.shortest(position->position.lon_degrees());
  out.end_object();
  out.end_object();
  options.phrase_class = "stop";
  return send(options, "line stop", 101, slots);
}

int check(const Options& options) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("type", "check");
  out.key("to");
  out.begin_array();
  for (const std::string& party : options.to) out.value(party);
  out.end_array();
  out.end_object();
  return post(options, "line check", "/api/v1/line/messages", body);
}

int answer(const Options& options) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("answer", options.answer);
  if (!options.depth.empty()) out.field("depth", options.depth);
  if (!options.position.empty()) {
    const auto position = line::read_position(options.position);
    if (!position) return fail("line answer", Error(position.error()).within("--position"));
    out.key("shown");
    out.begin_object();
    out.key("lat_deg");
    out.shortest(position->position.lat_degrees());
    out.key("lon_deg");
    out.shortest(position->position.lon_degrees());
    out.end_object();
  }
  if (!options.text.empty()) {
    out.key("text");
    out.begin_object();
    out.field("language", options.language);
    out.field("text", options.text);
    out.end_object();
  }
  out.end_object();
  return post(options, "line answer", "/api/v1/line/messages/" + options.id + "/answers", body);
}

int handover(const Options& options) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("to", options.to.front());
  out.key("open");
  out.begin_array();
  for (const std::string& item : options.open_items) out.value(item);
  out.end_array();
  if (!options.remark.empty()) out.field("remark", options.remark);
  out.end_object();
  return post(options, "line handover", "/api/v1/line/handovers", body);
}

int list(const Options& options) {
  std::string path = "/api/v1/line/messages?limit=" + std::to_string(options.limit);
  if (options.open) path += "&open=true";
  if (!options.party.empty()) path += "&party=" + percent_encode(options.party);
  if (!options.of.empty()) path += "&class=" + options.of;
  auto request = node_request(options.node, options.token_file, path);
  if (!request) return fail("line list", request.error());
  return show_answer(ask(*request), options, "line list", false);
}

int desks(const Options& options) {
  auto request = node_request(options.node, options.token_file, "/api/v1/line");
  if (!request) return fail("line desks", request.error());
  const auto body = ask(*request);
  if (!body) return fail("line desks", body.error());
  if (options.json) {
    std::printf("%s\n", body->c_str());
    return Exit::done;
  }
  const auto document = json::parse(*body);
  if (!document) return fail("line desks", document.error());
  const auto print_desks = [](json::Value all) {
    for (const json::Value desk : all.elements()) {
      std::printf("    %-12s %s (%s), %lld on watch\n", text_of(desk["id"]).c_str(), text_of(desk["name"]).c_str(), join(desk["languages"], "").c_str(),
                  static_cast<long long>(desk["officers"].as_integer().value_or(0)));
    }
  };
  const json::Value root = document->root();
  std::printf("%s (this node)\n", text_of(root["party"]).c_str());
  print_desks(root["desks"]);
  for (const json::Value peer : root["peers"].elements()) {
    std::printf("%s: link %s, %s", text_of(peer["party"]).c_str(), peer["link_up"].as_boolean().value_or(false) ? "up" : "DOWN",
                peer["present"].as_boolean().value_or(false) ? "present" : "says nothing");
    if (peer["check_missed_at"].has_value()) std::printf(", LINE CHECK MISSED since %s", clock_of(peer["check_missed_at"]).c_str());
    if (peer["checked_at"].has_value()) std::printf(", last line check %s", text_of(peer["checked_at"]).c_str());
    std::printf("\n");
    print_desks(peer["desks"]);
  }
  if (const auto waiting = root["not_recorded"].as_integer().value_or(0); waiting > 0) std::printf("%lld messages are not recorded yet\n", static_cast<long long>(waiting));
  return Exit::done;
}

// Calls by voice and video: who spoke with whom, what each side found, and what both signed of it.
int calls(const Options& options) {
  auto request = node_request(options.node, options.token_file, "/api/v1/line/calls?limit=" + std::to_string(options.limit));
  if (!request) return fail("line calls", request.error());
  const auto body = ask(*request);
  if (!body) return fail("line calls", body.error());
  if (options.json) {
    std::printf("%s\n", body->c_str());
    return Exit::done;
  }
  const auto document = json::parse(*body, {.bytes = std::size_t{64} << 20});
  if (!document) return fail("line calls", document.error());
  const auto officer = [](json::Value who) { return text_of(who["account"]) + " at " + text_of(who["desk"]); };
  for (const json::Value call : document->root()["calls"].elements()) {
    std::printf("%s  %s %s, desk %s: %s%s\n", clock_of(call["taken_at"]).c_str(), call["own"].as_boolean().value_or(false) ? "to" : "from", text_of(call["party"]).c_str(),
                text_of(call["desk"]).c_str(), text_of(call["stage"]).c_str(), call["exercise"].as_boolean().value_or(false) ? "  EXERCISE" : "");
    std::printf("  %s called", officer(call["caller"]).c_str());
    if (call["callee"].has_value()) std::printf("; %s answered at %s", officer(call["callee"]).c_str(), clock_of(call["responded_at"]).c_str());
    if (call["ended_at"].has_value()) std::printf("; over at %s (%s)", clock_of(call["ended_at"]).c_str(), text_of(call["outcome"]).c_str());
    std::printf("\n");
    for (const json::Value signal : call["signals"].elements()) {
      if (text_of(signal["kind"]) != "checked") continue;
      std::printf("  %s %s the other end%s%s\n", text_of(signal["from"]).c_str(), text_of(signal["outcome"]).c_str(), signal["remark"].has_value() ? ": " : "", text_of(signal["remark"]).c_str());
    }
    for (const json::Value minutes : call["minutes"].elements()) {
      std::printf("  minutes of %s, %s:\n    %s\n", text_of(minutes["from"]).c_str(), minutes["agreed"].has_value() ? "signed by both" : "not signed by the other one", text_of(minutes["text"]).c_str());
    }
  }
  return Exit::done;
}

// The note itself, for a file.
int export_note(const Options& options) {
  auto request = node_request(options.node, options.token_file, "/api/v1/line/messages/" + options.id + "/file");
  if (!request) return fail("line export", request.error());
  const auto body = ask(*request);
  if (!body) return fail("line export", body.error());
  std::fwrite(body->data(), 1, body->size(), stdout);
  return Exit::done;
}

int import_note(const Options& options) {
  const auto note = read_bytes(options.file, line::MessageLimits::note_bytes);
  if (!note) return fail("line import", note.error());
  auto request = node_request(options.node, options.token_file, "/api/v1/line/files");
  if (!request) return fail("line import", request.error());
  request->method = "POST";
  request->content_type = "text/plain";
  request->body = *note;
  return show_answer(ask(*request), options, "line import", true);
}

int watch(const Options& options) {
  auto request = node_request(options.node, options.token_file, "/api/v1/events");
  if (!request) return fail("line watch", request.error());
  const auto done = server::follow_events(*request, [&](std::string_view data) {
    const auto event = json::parse(data, {.bytes = std::size_t{64} << 20});
    if (!event || text_of(event->root()["type"]) != "line_message") return true;
    if (options.json) {
      std::printf("%.*s\n", static_cast<int>(data.size()), data.data());
    } else {
      print(event->root()["message"], options, false);
    }
    std::fflush(stdout);
    return true;
  });
  if (!done) return fail("line watch", done.error());
  return Exit::done;
}

// The texts of one language as they are signed, or a note that signs them.
int review(const Options& options) {
  const auto language = *line::language_of(options.language);
  if (options.file.empty()) {
    std::printf("%s\n", line::phrase_set_text(line::phrasebook(), language).c_str());
    return Exit::done;
  }
  const auto key = open_person_key(options.file, options.passphrase_file);
  if (!key) return fail("line review", key.error());
  if (key->verifier().type != ledger::KeyType::ed25519) return fail("line review", bad_input(options.file + ": this is a cosigner's key; a party's root key signs its review"));
  ledger::Note note{line::review_text(line::phrasebook(), language), {}};
  note.signatures.push_back(ledger::sign(note.text, *key));
  std::printf("%s", ledger::to_text(note).c_str());
  return Exit::done;
}

int phrases(const Options& options) {
  const auto language = line::language_of(options.language);
  for (const line::Phrase& phrase : line::phrasebook().phrases) {
    std::string classes;
    for (const line::MessageClass of : phrase.classes) classes += (classes.empty() ? "" : " ") + std::string(to_string(of));
    std::printf("%4u  %-28s %s\n", phrase.number, classes.c_str(), phrase.text[static_cast<std::size_t>(*language)].c_str());
  }
  return Exit::done;
}

}  // namespace

void add_line(CLI::App& app, int& status) {
  auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("line", "The duty line of a running node: messages between desks");
  command->require_subcommand(1);
  const auto sub = [&](const char* name, const char* what) {
    CLI::App* s = command->add_subcommand(name, what);
    s->add_option("--node", o->node, "The node's address")->capture_default_str();
    s->add_option("--token-file", o->token_file, "File whose first line is the token")->type_name("FILE");
    s->add_flag("--json", o->json, "The node's own JSON");
    s->add_option("--language", o->language, "In which language it is read")->check(CLI::IsMember({"en", "fr", "ru", "ar"}))->capture_default_str();
    return s;
  };
  const auto addressees = [&](CLI::App* s) {
    s->add_option("--to", o->to, "The parties that are called")->required();
    s->add_option("--desk", o->desk, "At which of one's desks");
    return s;
  };
  const auto with_id = [&](CLI::App* s) {
    s->add_option("ID", o->id, "The message's id")->required();
    return s;
  };
  const CLI::IsMember classes({"stop", "distress", "warn", "inform"});

  sub("desks", "Whose desks are staffed, and how the links and line checks are")->callback([o, &status] { status = desks(*o); });
  CLI::App* list_command = sub("list", "Messages, the newest first");
  list_command->add_flag("--open", o->open, "Only those that somebody here should do something about");
  list_command->add_option("--party", o->party, "Only those with this party");
  list_command->add_option("--class", o->of, "Only those of this class")->check(classes);
  list_command->add_option("--limit", o->limit, "At most so many")->check(CLI::Range(1, 500))->capture_default_str();
  list_command->callback([o, &status] { status = list(*o); });
  add_line_use(*command, "line use", "", status);
  with_id(sub("show", "One message: who received it, who answered, when"))->callback([o, &status] { status = get(*o, "line show", "/api/v1/line/messages/" + o->id); });

  CLI::App* call_command = addressees(sub("call", "Say a phrase of the phrasebook"));
  call_command->add_option("--class", o->phrase_class, "How urgent it is")->check(classes)->capture_default_str();
  call_command->add_option("--phrase", o->phrase, "Its number; skypact line phrases lists them")->required();
  call_command->add_option("--slot", o->slots, "NAME=VALUE, for each slot");
  call_command->add_option("--text", o->text, "Free text beside it, in --language");
  call_command->add_option("--reply-to", o->reply_to, "The id of the message that this says more about");
  call_command->add_flag("--exercise", o->exercise, "Mark it as an exercise");
  call_command->callback([o, &status] { status = call(*o); });

  CLI::App* stop_command = addressees(sub("stop", "STOP: phrase 101, to every watch officer of the other party at once"));
  stop_command->add_option("--activity", o->activity, "What is to stop: a word of the phrasebook")->capture_default_str();
  stop_command->add_option("--radius", o->radius, "Around the position")->capture_default_str();
  stop_command->add_option("--position", o->position, "Where: \"35.17N 33.75E\", \"3510N03345E\", \"36S WD 57542 60235\"")->required();
  stop_command->add_option("--text", o->text, "Free text beside it, in --language");
  stop_command->add_flag("--exercise", o->exercise, "Mark it as an exercise");
  stop_command->callback([o, &status] { status = stop(*o); });

  addressees(sub("check", "A line check: somebody there answers"))->callback([o, &status] { status = check(*o); });

  CLI::App* answer_command = with_id(sub("answer", "Answer a message for one's desk"));
  answer_command->add_option("--answer", o->answer, "What is answered")
      ->check(CLI::IsMember({"seen", "passed_on", "stopped", "cannot", "where_exactly", "loud_and_clear"}))
      ->capture_default_str();
  answer_command->add_option("--depth", o->depth, "How far down it got")->check(CLI::IsMember({"desk", "unit", "crew"}));
  answer_command->add_option("--position", o->position, "The place as one's own screen or map shows it");
  answer_command->add_option("--text", o->text, "Free text beside it, in --language");
  answer_command->add_option("--desk", o->desk, "At which of one's desks");
  answer_command->callback([o, &status] { status = answer(*o); });

  CLI::App* handover_command = sub("handover", "Hand the desk to another officer, who accepts it by an answer");
  handover_command->add_option("--to", o->to, "His account")->required()->expected(1);
  handover_command->add_option("--open", o->open_items, "What is open: ids of messages, case:…, notice:…");
  handover_command->add_option("--remark", o->remark, "In words");
  handover_command->add_option("--desk", o->desk, "Which desk");
  handover_command->callback([o, &status] { status = handover(*o); });

  CLI::App* calls_command = sub("calls", "Calls by voice and video, the newest first");
  calls_command->add_option("--limit", o->limit, "At most so many")->check(CLI::Range(1, 200))->capture_default_str();
  calls_command->callback([o, &status] { status = calls(*o); });
  with_id(sub("export", "The message as a signed note, to be carried by hand"))->callback([o, &status] { status = export_note(*o); });
  CLI::App* import_command = sub("import", "A message that was carried here by hand");
  import_command->add_option("FILE", o->file, "The signed note")->required();
  import_command->callback([o, &status] { status = import_note(*o); });
  sub("watch", "Messages as they come and change, until interrupted")->callback([o, &status] { status = watch(*o); });
  CLI::App* review_command = command->add_subcommand("review", "The texts of one language as a party reviews them; with its root key the note that says it did, for [line] reviewed");
  review_command->add_option("LANGUAGE", o->language, "Which one")->required()->check(CLI::IsMember({"en", "fr", "ru", "ar"}));
  review_command->add_option("--key", o->file, "The party's root key")->type_name("FILE");
  review_command->add_option("--passphrase-file", o->passphrase_file, "Where the key is locked; asked at the terminal otherwise")->type_name("FILE");
  review_command->callback([o, &status] { status = review(*o); });
  sub("phrases", "The phrasebook: numbers, classes, texts. Needs no node")->callback([o, &status] { status = phrases(*o); });
}

}  // namespace skypact::app
