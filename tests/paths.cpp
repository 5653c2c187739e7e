#include "tests/paths.h"

namespace skypact::tests {

std::filesystem::path source_dir() { return SKYPACT_SOURCE_DIR; }
std::filesystem::path shared_data() { return SKYPACT_SHARED_DATA; }

}  // namespace skypact::tests
