#pragma once
// Backups of a node's data, also of a running one, and back. A folder of files with a manifest of their hashes.
//
//     auto made = make_backup(config, "/mnt/backup/2026-11-26", {});
//     auto done = restore_backup("/mnt/backup/2026-11-26", "/var/lib/skypact", {});
//
// The record is copied as it stands at one moment: write-ahead log first, then the signed head, then the tiles of that head;
// so every entry that was done before the copying began is in it, whatever the node writes meanwhile. What is restored
// is marked (own_record.h): the node signs nothing before the mirrors have said that they hold no more.
//
// Private keys are only copied where that is asked for. One thread.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "node/config.h"

namespace skypact::server {

struct BackupOptions {
  bool with_recording = false;
  bool with_keys = false;
  Time now;                          // stands in the manifest
};

struct BackupReport {
  std::string origin;                // of the record; empty where there is none
  std::uint64_t entries = 0;         // of it, under its signed head
  std::uint64_t files = 0, bytes = 0;
};

// `folder` is made, and must not be there or be empty. Errors: conflict where it is not, not_found or unreachable where a
// file cannot be read or written; what was copied until then stays, without a manifest, which restore refuses.
Result<BackupReport> make_backup(const node::Config& config, const std::filesystem::path& folder, const BackupOptions& options);

struct RestoreOptions {
  // The record is not marked: whoever says so knows that nobody holds more of it.
  bool no_mirror = false;
};

// Everything is verified before anything is written: each file's hash, and the record as an audit does it. `data_dir` must not be
// there or be empty. Configuration and keys stay in the backup, to be put in their place by hand. Errors: bad_input where
// something does not fit the manifest, conflict where data_dir is not empty.
Result<BackupReport> restore_backup(const std::filesystem::path& folder, const std::filesystem::path& data_dir, const RestoreOptions& options);

}  // namespace skypact::server
