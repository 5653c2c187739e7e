#pragma once
// A new random UUID (RFC 9562, section 5.4), which nobody can guess.
//
// Any thread.

#include "plan/uuid.h"

namespace skypact::server {

[[nodiscard]] plan::EntityId new_uuid();

}  // namespace skypact::server
