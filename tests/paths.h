#pragma once
// Where tests find files of this tree and the reference recordings. Only paths.cpp knows the places, so that
// a test compiled in one checkout serves another one from the compiler cache.

#include <filesystem>

namespace skypact::tests {

[[nodiscard]] std::filesystem::path source_dir();
// The reference recordings, not part of the project: a test that reads them says that it was skipped where the
// folder does not exist.
[[nodiscard]] std::filesystem::path shared_data();

}  // namespace skypact::tests
