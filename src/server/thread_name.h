#pragma once
// The names under which `top -H` and a debugger show the node's threads.

#include <pthread.h>

namespace skypact::server {

// Of the calling thread; at most 15 bytes.
inline void name_thread(const char* name) { ::pthread_setname_np(::pthread_self(), name); }

}  // namespace skypact::server
