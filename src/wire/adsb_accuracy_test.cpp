// The tables of DO-260, DO-260A and DO-260B, row by row.

#include "wire/adsb_accuracy.h"

#include <gtest/gtest.h>

namespace skypact::wire {
namespace {

TEST(Integrity, FollowsTheTableOfVersionTwo) {
  struct Row { std::uint8_t type_code; bool a, b, c; int nic; std::optional<Length> rc; };
  for (const auto& r : {Row{9, false, false, false, 11, metres(7.5)}, Row{10, false, false, false, 10, metres(25)}, Row{11, true, true, false, 9, metres(75)},
                        Row{11, false, false, false, 8, nautical_miles(0.1)}, Row{12, false, false, false, 7, nautical_miles(0.2)},
                        Row{13, false, true, false, 6, nautical_miles(0.3)}, Row{13, false, false, false, 6, nautical_miles(0.5)},
                        Row{13, true, true, false, 6, nautical_miles(0.6)}, Row{14, false, false, false, 5, nautical_miles(1)},
                        Row{15, false, false, false, 4, nautical_miles(2)}, Row{16, true, true, false, 3, nautical_miles(4)},
                        Row{16, false, false, false, 2, nautical_miles(8)}, Row{17, false, false, false, 1, nautical_miles(20)},
                        Row{18, false, false, false, 0, {}}, Row{20, false, false, false, 11, metres(7.5)}, Row{21, false, false, false, 10, metres(25)},
                        Row{22, false, false, false, 0, {}}, Row{5, false, false, false, 11, metres(7.5)}, Row{6, false, false, false, 10, metres(25)},
                        Row{7, true, false, false, 9, metres(75)}, Row{7, false, false, false, 8, nautical_miles(0.1)},
                        Row{8, true, false, true, 7, nautical_miles(0.2)}, Row{8, true, false, false, 6, nautical_miles(0.3)},
                        Row{8, false, false, true, 6, nautical_miles(0.6)}, Row{8, false, false, false, 0, {}}}) {
    const auto i = integrity_of(r.type_code, 2, {r.a, r.b, r.c});
    EXPECT_EQ(i.nic, r.nic) << int{r.type_code};
    EXPECT_EQ(i.containment, r.rc) << int{r.type_code};
  }
}

TEST(Integrity, TakesTheLargerRadiusWhereASupplementIsUnknown) {
  for (const std::uint8_t version : {1, 2, 3}) {
    for (std::uint8_t type_code = 5; type_code <= 22; ++type_code) {
      if (type_code == 19) continue;
      const auto unknown = integrity_of(type_code, version, {});
      for (int bits = 0; bits < 8; ++bits) {
        const auto known = integrity_of(type_code, version, {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0});
        if (!unknown.containment) continue;
        ASSERT_TRUE(known.containment) << int{type_code};
        EXPECT_GE(*unknown.containment, *known.containment) << int{type_code} << " " << bits;
      }
    }
  }
}

TEST(Integrity, OfVersionZeroHasARadiusAndNoNic) {
  EXPECT_EQ(integrity_of(11, 0, {}), (Integrity{{}, nautical_miles(0.1)}));
  EXPECT_EQ(integrity_of(16, 0, {}), (Integrity{{}, nautical_miles(10)}));
  EXPECT_EQ(integrity_of(18, 0, {}), Integrity{});
  EXPECT_EQ(integrity_of(19, 2, {}), Integrity{});
  EXPECT_EQ(integrity_of(4, 2, {}), Integrity{});
}

TEST(Accuracy, OfNacPFallsMonotonicallyAndIsUnknownAtBothEnds) {
  EXPECT_FALSE(accuracy_of_nac_p(0));
  EXPECT_FALSE(accuracy_of_nac_p(12));
  EXPECT_EQ(accuracy_of_nac_p(1), nautical_miles(10));
  EXPECT_EQ(accuracy_of_nac_p(8), nautical_miles(0.05));
  EXPECT_EQ(accuracy_of_nac_p(11), metres(3));
  for (std::uint8_t n = 2; n <= 11; ++n) EXPECT_LT(*accuracy_of_nac_p(n), *accuracy_of_nac_p(static_cast<std::uint8_t>(n - 1)));
}

}  // namespace
}  // namespace skypact::wire
