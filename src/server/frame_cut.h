#pragma once
// Where a piece of a byte stream may be cut without tearing a message, for feeds on which several senders are
// connected at once: their whole messages are put one after the other, so that one decoder, and the recording, see
// one clean stream.
//
//     const std::size_t whole = complete_prefix(FeedFormat::beast, pending);
//     decoder.push(pending.substr(0, whole), now); pending.erase(0, whole);
//
// Pure; any thread.

#include <cstddef>
#include <string_view>

#include "node/config.h"

namespace skypact::server {

// A sender that sends this much without the end of a message is passed on as it is; the decoder counts it as garbage.
inline constexpr std::size_t longest_unfinished_message = 8192;

// Bytes at the front that are whole messages (and any garbage before them).
[[nodiscard]] std::size_t complete_prefix(node::FeedFormat format, std::string_view bytes);

}  // namespace skypact::server
