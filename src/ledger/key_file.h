#pragma once
// Files of private keys: one line, readable by their owner only.
//
//     if (auto written = write_key_file("record.key", key); !written) …     // never over an old one
//     Result<SigningKey> key = read_key_file("record.key");
//
// A node's own keys (record, cosigner) lie so. A signatory's key is locked by a passphrase (locked_key_file.h) and never lies at a
// node.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/key.h"

namespace skypact::ledger {

// Durable. Errors: conflict where the file is there already, unreachable where it cannot be written.
Result<void> write_key_file(const std::filesystem::path& file, const SigningKey& key);

// Errors: not_found, refused where others may read or write it, bad_input. None quotes what is in the file.
Result<SigningKey> read_key_file(const std::filesystem::path& file);

// The same for any text that only its owner may read: a locked key, a TLS key.
inline constexpr std::size_t longest_secret = 8'000;   // bytes
Result<void> write_secret_file(const std::filesystem::path& file, std::string_view text);
Result<std::string> read_secret_file(const std::filesystem::path& file);

}  // namespace skypact::ledger
