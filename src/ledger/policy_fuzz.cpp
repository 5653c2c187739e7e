// Any bytes: a policy that is read refers to nothing that it does not have.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ledger/policy.h"

using namespace skypact::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy = parse_policy({reinterpret_cast<const char*>(data), size});
  if (!policy) return 0;
  const std::size_t witnesses = policy->witnesses.size();
  for (std::size_t g = 0; g < policy->groups.size(); ++g) {
    const auto& group = policy->groups[g];
    SKYPACT_CHECK(group.needed >= 1 && group.needed <= group.members.size());
    for (const auto member : group.members) SKYPACT_CHECK(member < witnesses + g);
  }
  if (policy->quorum) SKYPACT_CHECK(*policy->quorum < witnesses + policy->groups.size());
  (void)accept({"log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", {}}, *policy).has_value();
  return 0;
}
