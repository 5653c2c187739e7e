#include "node/rules_files.h"

#include <gtest/gtest.h>

#include <fstream>

namespace skypact::node {
namespace {

std::filesystem::path written(const std::string& name, const std::string& text) {
  const auto path = std::filesystem::path(testing::TempDir()) / name;
  std::ofstream(path) << text;
  return path;
}

TEST(ZoneFiles, OfAConfigurationAreAddedToItsRulesAllOrNone) {
  Config config;
  config.rules.zones.resize(1);
  config.zone_files = {written("skypact_a.txt", "AC P\nAN CAMP\nAL SFC\nAH FL100\nV X=34:00:00 N 033:00:00 E\nDC 5\n")};
  const auto notes = read_zone_files(config);
  ASSERT_TRUE(notes) << notes.error().message;
  ASSERT_EQ(config.rules.zones.size(), 2u);
  EXPECT_EQ(config.rules.zones[1].name, "CAMP");

  config.zone_files.push_back(written("skypact_b.geojson", "{\"type\":\"FeatureCollection\""));
  const auto wrong = read_zone_files(config);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("skypact_b.geojson"), std::string::npos) << wrong.error().message;
  EXPECT_EQ(config.rules.zones.size(), 2u);
  config.zone_files = {"/nonexistent.kml"};
  EXPECT_FALSE(read_zone_files(config));
}

}  // namespace
}  // namespace skypact::node
