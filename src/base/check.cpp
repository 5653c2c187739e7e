#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace skypact {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "skypact: this is a bug in skypact: %s does not hold at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace skypact
