#pragma once
// Files of private keys: one line, readable by their owner only.
//
//     if (auto written = write_key_file("record.key", key); !written) …     // never over an old one
//     Result<SigningKey> key = read_key_file("record.key");
//
// A node's own keys (record, cosigner) lie so. A signatory's key is locked by a passphrase and never lies at a node.

#include <filesystem>

#include "base/result.h"
#include "ledger/key.h"

namespace skypact::ledger {

// Durable. Errors: conflict where the file is there already, unreachable where it cannot be written.
Result<void> write_key_file(const std::filesystem::path& file, const SigningKey& key);

// Errors: not_found, refused where others may read or write it, bad_input. None quotes what is in the file.
Result<SigningKey> read_key_file(const std::filesystem::path& file);

}  // namespace skypact::ledger
