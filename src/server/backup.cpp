#include "server/backup.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <utility>

#include "base/base64.h"
#include "base/input_file.h"
#include "base/text.h"
#include "json/document.h"
#include "json/writer.h"
#include "ledger/audit.h"
#include "ledger/key_file.h"
#include "ledger/prune.h"
#include "ledger/storage.h"
#include "ledger/tile.h"
#include "plan/snapshot.h"
#include "server/own_record.h"

namespace skypact::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_file = "manifest.json";
constexpr int format_version = 1;
constexpr std::size_t largest_manifest = std::size_t{256} << 20;
constexpr std::size_t piece = std::size_t{1} << 20;

struct File {
  std::uint64_t bytes = 0;
  std::string sha256;
};
using Manifest = std::map<std::string, File>;  // by path in the backup

Result<File> hash_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorCode::not_found, "cannot open " + path.string()};
  ledger::Sha256Stream hash;
  File file;
  std::string buffer(piece, '\0');
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    const std::string_view part = std::string_view(buffer).substr(0, static_cast<std::size_t>(in.gcount()));
    hash.add(ledger::as_bytes(part));
    file.bytes += part.size();
  }
  if (in.bad()) return Error{ErrorCode::unreachable, "cannot read " + path.string()};
  file.sha256 = ledger::to_base64(hash.take());
  return file;
}

Result<void> must_be_empty(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  if (fs::is_directory(folder, error) && fs::is_empty(folder, error) && !error) return {};
  return Error{ErrorCode::conflict, folder.string() + " is there already and not empty; nothing is overwritten"};
}

class Backup {
 public:
  explicit Backup(fs::path folder) : folder_(std::move(folder)), storage_(folder_) {}

  Result<void> put(const std::string& path, std::string_view bytes) {
    if (auto made = storage_.make_folder(ledger::folder_of(path)); !made) return made;
    if (auto written = storage_.write(path, bytes); !written) return written;
    if (auto synced = storage_.sync(path); !synced) return synced;
    files_[path] = {bytes.size(), ledger::to_base64(ledger::sha256(ledger::as_bytes(bytes)))};
    return {};
  }
  // A file that only grows, or is replaced whole. One that is gone by now is passed over where `may_go`.
  Result<void> copy(const fs::path& from, const std::string& path, bool may_go = false) {
    if (auto made = storage_.make_folder(ledger::folder_of(path)); !made) return made;
    std::error_code error;
    fs::copy_file(from, folder_ / path, error);
    if (error == std::errc::no_such_file_or_directory && may_go) return {};
    if (error) return Error{ErrorCode::unreachable, "cannot copy " + from.string() + ": " + error.message()};
    if (auto synced = storage_.sync(path); !synced) return synced;
    auto file = hash_of(folder_ / path);
    if (!file) return std::move(file).error();
    files_[path] = std::move(*file);
    return {};
  }
  Result<void> copy_all(const fs::path& from, const std::string& path, bool may_go) {
    std::error_code error;
    std::vector<fs::path> names;
    for (fs::directory_iterator at(from, error), end; !error && at != end; at.increment(error)) {
      std::error_code ignored;
      if (at->is_regular_file(ignored) && at->path().filename() != "lock" && at->path().extension() != ".new") names.push_back(at->path());
    }
    std::sort(names.begin(), names.end());
    for (const fs::path& name : names) {
      if (auto copied = copy(name, path + "/" + name.filename().string(), may_go); !copied) return copied;
    }
    return {};
  }

  // A ledger's folder: entries that are done and not under the head, the head, and its tiles. The write-ahead log first: what it
  // loses meanwhile is under the head that is read after it. The mark of what was pruned last: it may have grown meanwhile.
  Result<std::uint64_t> copy_ledger(const fs::path& from, const std::string& path, const char* head_file) {
    if (auto copied = copy_all(from / "wal", path + "/wal", true); !copied) return std::move(copied).error();
    const ledger::ReadFile read = ledger::files_in(from);
    const auto text = read(head_file);
    if (!text && text.error().code == ErrorCode::not_found) return std::uint64_t{0};  // nothing was signed yet
    if (!text) return text.error();
    const auto note = ledger::parse_note(*text);
    if (!note) return Error(note.error()).within((from / head_file).string());
    const auto head = ledger::parse_checkpoint(note->text);
    if (!head) return Error(head.error()).within((from / head_file).string());
    const auto pruned = ledger::read_pruned(read);
    if (!pruned) return Error(pruned.error()).within(from.string());
    for (unsigned level = 0; level == 0 || head->size >> (ledger::tile_height * level) > 0; ++level) {
      for (std::uint64_t hash = 0; hash < head->size >> (ledger::tile_height * level); hash += ledger::tile_width) {
        const ledger::TileId tile = ledger::tile_at(level, hash, head->size);
        const auto hashes = ledger::read_tile(read, tile);
        if (!hashes) return hashes.error();
        if (auto put_tile = put(path + "/" + ledger::tile_path(tile), ledger::to_bytes(*hashes)); !put_tile) return std::move(put_tile).error();
        if (level > 0 || hash < pruned->minimum) continue;
        const auto bundle = ledger::read_bundle(read, tile.index, tile.width);
        if (!bundle && bundle.error().code == ErrorCode::not_found) {
          if (const auto by_now = ledger::read_pruned(read); by_now && hash < by_now->minimum) continue;
        }
        if (!bundle) return bundle.error();
        if (auto put_bundle = put(path + "/" + ledger::bundle_path(tile.index, tile.width), *bundle); !put_bundle) return std::move(put_bundle).error();
      }
      if (level == ledger::highest_level / ledger::tile_height) break;
    }
    auto mark = ledger::read_pruned(read);
    if (!mark) return Error(mark.error()).within(from.string());
    if (mark->minimum > 0) {
      mark->removed = pruned->minimum;   // bundles that were copied before they were pruned are in the backup
      if (auto done = put(path + "/" + ledger::pruned_file, ledger::to_text(*mark)); !done) return std::move(done).error();
    }
    if (auto done = put(path + "/checkpoint", *text); !done) return std::move(done).error();
    if (std::string_view(head_file) != "checkpoint") {
      if (auto done = put(path + "/" + head_file, *text); !done) return std::move(done).error();
    }
    return head->size;
  }

  // The folder of a log and its snapshots, of the DSS or of the USS: the log first, so that what a fold takes from it meanwhile is in the snapshot that is read after it. The DSS's
  // salt is a secret, and another one is made.
  Result<void> copy_plans(const fs::path& from, const std::string& path) {
    if (auto copied = copy_all(from / "wal", path + "/wal", true); !copied) return copied;
    ledger::FileStorage files(from);
    Result<void> last;
    for (int attempt = 0; attempt < 3; ++attempt) {   // a newer snapshot may take this one's place
      const auto newest = plan::newest_snapshot(files);
      if (!newest) return Error(newest.error()).within(from.string());
      if (!*newest) return copy_all(from / "reports", path + "/reports", true);
      last = {};
      for (const std::string& name : plan::files_of(**newest)) {
        if (files_.contains(path + "/" + name)) continue;
        if (last = copy(from / name, path + "/" + name); !last) break;
      }
      if (last) return copy_all(from / "reports", path + "/reports", true);
    }
    return last;
  }

  [[nodiscard]] const Manifest& files() const { return files_; }
  ledger::FileStorage& storage() { return storage_; }

 private:
  fs::path folder_;
  ledger::FileStorage storage_;
  Manifest files_;
};

Result<void> copy_keys(Backup& backup, const node::Config& config) {
  std::vector<fs::path> keys;
  if (config.record.enabled) keys.push_back(config.record.key_file);
  if (!config.record.cosigner_key_file.empty()) keys.push_back(config.record.cosigner_key_file);
  if (config.witnessing) keys.push_back(config.witnessing->key_file);
  if (config.server.token_file) keys.push_back(*config.server.token_file);
  if (config.server.tls) keys.insert(keys.end(), {config.server.tls->certificate, config.server.tls->key});
  if (config.utm && config.utm->tls) keys.insert(keys.end(), {config.utm->tls->certificate, config.utm->tls->key});
  if (config.link && config.link->tls) keys.insert(keys.end(), {config.link->tls->certificate, config.link->tls->key});
  std::map<std::string, unsigned> names;
  for (const fs::path& key : keys) {
    const std::string name = key.filename().string();
    const unsigned again = names[name]++;
    if (auto copied = backup.copy(key, "keys/" + (again == 0 ? name : std::to_string(again) + "-" + name)); !copied) return copied;
  }
  return {};
}

struct Read {
  Manifest files;
  std::string origin, verifier_key;
};

Result<Read> read_manifest(const fs::path& folder) {
  const fs::path path = folder / manifest_file;
  const auto text = read_bytes(path.string(), largest_manifest);
  if (!text) return Error{text.error().code, text.error().message + "; a backup that was made to its end has a manifest"};
  const auto document = json::parse(*text, {.bytes = largest_manifest});
  if (!document) return Error(document.error()).within(path.string());
  const json::Value root = document->root();
  if (root["v"].as_integer() != format_version) return bad_input(path.string() + ": this is a backup of another version");
  Read read;
  read.origin = root["origin"].as_string().value_or("");
  read.verifier_key = root["verifier_key"].as_string().value_or("");
  for (const json::Value file : root["files"].elements()) {
    const auto name = file["path"].as_string();
    const auto bytes = file["bytes"].as_integer();
    const auto sha256 = file["sha256"].as_string();
    // Nothing leads out of the folders that are written.
    const fs::path relative = name ? fs::path(*name) : fs::path();
    const bool inside = name && !name->empty() && relative.is_relative() && relative.lexically_normal() == relative && *relative.begin() != "..";
    if (!inside || !bytes || *bytes < 0 || !sha256) return bad_input(path.string() + ": a file's path, bytes and sha256 are expected");
    if (!read.files.emplace(std::string(*name), File{static_cast<std::uint64_t>(*bytes), std::string(*sha256)}).second) {
      return bad_input(path.string() + ": " + quoted(*name) + " is there twice");
    }
  }
  return read;
}

}  // namespace

Result<BackupReport> make_backup(const node::Config& config, const fs::path& folder, const BackupOptions& options) {
  if (auto empty = must_be_empty(folder); !empty) return std::move(empty).error();
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Error{ErrorCode::unreachable, "cannot make the folder " + folder.string() + ": " + error.message()};
  fs::permissions(folder, fs::perms::owner_all, error);  // it tells who flew where, and may hold keys
  Backup backup(folder);
  BackupReport report;
  std::string verifier_key;
  if (config.record.enabled) {
    const auto key = ledger::read_key_file(config.record.key_file);
    if (!key) return key.error();
    verifier_key = ledger::to_string(key->verifier());
    report.origin = key->verifier().name;
    const auto size = backup.copy_ledger(config.record.folder, "data/record", "signed");
    if (!size) return size.error();
    report.entries = *size;
  }
  if (fs::exists(config.data_dir / "journal" / "signed", error)) {
    if (auto copied = backup.copy_ledger(config.data_dir / "journal", "data/journal", "signed"); !copied) return std::move(copied).error();
  }
  std::vector<fs::path> mirrors;
  for (fs::directory_iterator at(config.data_dir / "mirrors", error), end; !error && at != end; at.increment(error)) mirrors.push_back(at->path());
  std::sort(mirrors.begin(), mirrors.end());
  for (const fs::path& mirror : mirrors) {
    const std::string path = "data/mirrors/" + mirror.filename().string();
    if (auto copied = backup.copy_ledger(mirror, path, "checkpoint"); !copied) return std::move(copied).error();
    if (fs::exists(mirror / "equivocation", error)) {
      if (auto copied = backup.copy(mirror / "equivocation", path + "/equivocation"); !copied) return std::move(copied).error();
    }
  }
  if (config.witnessing) {
    if (auto copied = backup.copy_all(config.witnessing->folder / "witness", "data/witness/witness", false); !copied) return std::move(copied).error();
  }
  if (config.utm) {
    if (auto copied = backup.copy_plans(config.utm->folder, "data/dss"); !copied) return std::move(copied).error();
  }
  if (config.uss) {
    if (auto copied = backup.copy_plans(config.uss->folder, "data/uss"); !copied) return std::move(copied).error();
  }
  if (options.with_recording) {
    if (auto copied = backup.copy_all(config.recording.folder, "data/recording", true); !copied) return std::move(copied).error();
  }
  if (auto copied = backup.copy(config.file, "config/skypact.toml"); !copied) return std::move(copied).error();
  if (options.with_keys) {
    if (auto copied = copy_keys(backup, config); !copied) return std::move(copied).error();
  }

  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("v", format_version);
  out.field("made_at", to_rfc3339(options.now));
  out.field("by", "skypact " SKYPACT_VERSION);
  out.field("origin", report.origin);
  out.field("verifier_key", verifier_key);
  out.field("entries", report.entries);
  out.key("files");
  out.begin_array();
  for (const auto& [path, file] : backup.files()) {
    text += '\n';
    out.begin_object();
    out.field("path", path);
    out.field("bytes", file.bytes);
    out.field("sha256", file.sha256);
    out.end_object();
    ++report.files;
    report.bytes += file.bytes;
  }
  out.end_array();
  out.end_object();
  if (auto written = ledger::replace(backup.storage(), manifest_file, text + "\n"); !written) return std::move(written).error();
  return report;
}

Result<BackupReport> restore_backup(const fs::path& folder, const fs::path& data_dir, const RestoreOptions& options) {
  if (auto empty = must_be_empty(data_dir); !empty) return std::move(empty).error();
  const auto manifest = read_manifest(folder);
  if (!manifest) return manifest.error();
  BackupReport report{manifest->origin, 0, 0, 0};
  for (const auto& [path, file] : manifest->files) {
    const auto now = hash_of(folder / path);
    if (!now) return now.error();
    if (now->bytes != file.bytes || now->sha256 != file.sha256) return bad_input((folder / path).string() + " is not what the manifest says: the backup is damaged");
  }
  if (manifest->files.contains("data/record/checkpoint")) {
    const auto key = ledger::parse_verifier_key(manifest->verifier_key);
    if (!key) return Error(key.error()).within("the manifest's verifier_key");
    const auto audited = ledger::audit(ledger::files_in(folder / "data/record"), ledger::policy_of(*key));
    if (!audited) return Error(audited.error()).within((folder / "data/record").string());
    if (audited->pruned > 0) return bad_input((folder / "data/record").string() + ": entries of a record are never pruned, and here those below " + std::to_string(audited->pruned) + " are");
    report.entries = audited->entries;
  }

  std::error_code error;
  fs::create_directories(data_dir, error);
  if (error) return Error{ErrorCode::unreachable, "cannot make the folder " + data_dir.string() + ": " + error.message()};
  ledger::FileStorage storage(data_dir);
  // The mark first: what is interrupted here must not be signed either.
  if (!manifest->origin.empty() && !options.no_mirror) {
    if (auto marked = ledger::replace(storage, std::string("record/") + restored_file, "This record came from a backup.\n"); !marked) return std::move(marked).error();
  }
  constexpr std::string_view data = "data/";
  for (const auto& [path, file] : manifest->files) {
    if (!path.starts_with(data)) continue;
    const std::string to = path.substr(data.size());
    if (auto made = storage.make_folder(ledger::folder_of(to)); !made) return std::move(made).error();
    fs::copy_file(folder / path, data_dir / to, error);
    if (error) return Error{ErrorCode::unreachable, "cannot write " + (data_dir / to).string() + ": " + error.message()};
    if (auto synced = storage.sync(to); !synced) return std::move(synced).error();
    if (auto synced = storage.sync_folder(ledger::folder_of(to)); !synced) return std::move(synced).error();
    ++report.files;
    report.bytes += file.bytes;
  }
  return report;
}

}  // namespace skypact::server
