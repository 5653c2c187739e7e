#pragma once
// What the endpoints of sessions and accounts both write. Any thread.

#include "accounts/account.h"
#include "json/writer.h"

namespace skypact::server::endpoints {

void write_permissions(json::Writer& out, accounts::Permissions permissions);
// Without anything secret.
void write_account(json::Writer& out, const accounts::Account& account);

}  // namespace skypact::server::endpoints
