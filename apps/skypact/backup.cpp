// skypact backup and restore: a node's data as a folder with a manifest, and back.

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "commands.h"
#include "json/writer.h"
#include "node/config.h"
#include "server/backup.h"

namespace skypact::app {
namespace {

struct Options {
  std::string config = "skypact.toml";
  std::string folder, data_dir;
  bool with_recording = false, with_keys = false, no_mirror = false, json = false;
};

int print(const server::BackupReport& report, const Options& options, const std::string& sentence) {
  if (!options.json) {
    fmt::print("{}: {} files, {} bytes{}\n", sentence, report.files, report.bytes,
               report.origin.empty() ? "" : fmt::format("; the record {} with {} entries", report.origin, report.entries));
    return Exit::done;
  }
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("origin", report.origin);
  out.field("entries", report.entries);
  out.field("files", report.files);
  out.field("bytes", report.bytes);
  out.end_object();
  fmt::print("{}\n", line);
  return Exit::done;
}

int backup(const Options& options) {
  const auto config = node::read_config(options.config);
  if (!config) return fail("backup", config.error());
  const auto report = server::make_backup(*config, options.folder, {options.with_recording, options.with_keys, system_now()});
  if (!report) return fail("backup", report.error());
  return print(*report, options, options.folder + " is made");
}

int restore(const Options& options) {
  const auto report = server::restore_backup(options.folder, options.data_dir, {options.no_mirror});
  if (!report) return fail("restore", report.error());
  const int done = print(*report, options, options.data_dir + " is restored");
  if (!options.json) {
    fmt::print("Configuration and keys stay in {}; put them in their place by hand.\n", options.folder);
    if (!options.no_mirror && !report->origin.empty()) fmt::print("The node signs nothing before every peer has said what it holds of this record.\n");
  }
  return done;
}

}  // namespace

void add_backup(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* b = app.add_subcommand("backup", "Copy a node's data into a new folder, also while the node runs");
  b->add_option("FOLDER", options->folder, "Where to; it must not be there or be empty")->required()->type_name("FOLDER");
  b->add_option("--config", options->config, "The node's configuration file")->type_name("FILE")->capture_default_str();
  b->add_flag("--with-recording", options->with_recording, "The recording of all feeds too; it is large");
  b->add_flag("--with-keys", options->with_keys, "Private keys and token too: whoever has this backup can then sign as the node");
  b->add_flag("--json", options->json, "Print one JSON object");
  b->callback([options, &status] { status = backup(*options); });

  CLI::App* r = app.add_subcommand("restore", "Verify such a folder and put its data into a new data_dir");
  r->add_option("FOLDER", options->folder, "The backup")->required()->type_name("FOLDER");
  r->add_option("DATA_DIR", options->data_dir, "The node's data_dir; it must not be there or be empty")->required();
  r->add_flag("--no-mirror", options->no_mirror, "Nobody holds newer entries of this record: sign at once. A fork if that is wrong");
  r->add_flag("--json", options->json, "Print one JSON object");
  r->callback([options, &status] { status = restore(*options); });
}

}  // namespace skypact::app
