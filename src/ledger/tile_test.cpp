// Paths, tiles and bundles, and proofs made of tiles.

#include "ledger/tile.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "ledger/checkpoint.h"
#include "ledger/test_log.h"

namespace skypact::ledger {
namespace {

TEST(TilePath, IsThatOfTheStandardsExamples) {
  EXPECT_EQ(tile_path({0, 1234067}), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({63, 0, 1}), "tile/63/000.p/1");
  EXPECT_EQ(bundle_path(999, 256), "tile/entries/999");
  EXPECT_EQ(bundle_path(1000, 255), "tile/entries/x001/000.p/255");
}

TEST(TilePath, IsReadBack) {
  Random random(1);
  for (int round = 0; round < 2000; ++round) {
    const TileId tile{static_cast<unsigned>(random.below(64)), random.below(std::uint64_t{1} << random.below(54)), 1 + static_cast<unsigned>(random.below(256))};
    const auto again = parse_tile_path(tile_path(tile));
    ASSERT_TRUE(again) << tile_path(tile);
    EXPECT_EQ(again->tile, tile);
    EXPECT_FALSE(again->entries);
    EXPECT_TRUE(parse_tile_path(bundle_path(tile.index, tile.width))->entries);
  }
}

TEST(TilePath, HasOneTextOnly) {
  for (const std::string path :
       {"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/00", "tile/0/0000", "tile/0/x000/000", "tile/0/x001/", "tile/0/001/000", "tile/00/000", "tile/64/000",
        "tile/-1/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p/1/", "tile/0/+01", "tile/0/x001/x0a2/003",
        "tile/0/../000", "tile/entries/x001", "tile/entries/000.p", "/tile/0/000", "tile/0/x999/x999/x999/x999/x999/x999/x999/999"}) {
    EXPECT_FALSE(parse_tile_path(path)) << path;
  }
}

TEST(Tile, WidthsAreThoseOfTheStandardsExample) {
  constexpr std::uint64_t size = 70'000;
  EXPECT_EQ(tile_at(0, 272 * 256, size), (TileId{0, 272, 256}));
  EXPECT_EQ(tile_at(0, size - 1, size), (TileId{0, 273, 112}));
  EXPECT_EQ(tile_at(1, 0, size), (TileId{1, 0, 256}));
  EXPECT_EQ(tile_at(1, 256, size), (TileId{1, 1, 17}));
  EXPECT_EQ(tile_at(2, 0, size), (TileId{2, 0, 1}));
  EXPECT_EQ(tile_at(3, 0, size).width, 0u);
  EXPECT_EQ(tile_at(63, 0, most_entries).width, 0u);
}

TEST(Bundle, KeepsEveryLengthOfEntry) {
  std::string bundle;
  const std::vector<std::string> entries{"", "a", std::string(255, 'b'), std::string(256, 'c'), std::string(longest_entry, 'd')};
  for (const auto& entry : entries) append_entry(bundle, entry);
  const auto again = parse_bundle(bundle, 5);
  ASSERT_TRUE(again);
  EXPECT_EQ(std::vector<std::string>(again->begin(), again->end()), entries);
  EXPECT_FALSE(parse_bundle(bundle, 4));
  EXPECT_FALSE(parse_bundle(bundle, 6));
  for (const std::size_t cut : {std::size_t{1}, std::size_t{2}, bundle.size() - 1}) EXPECT_FALSE(parse_bundle(bundle.substr(0, bundle.size() - cut), 5));
  EXPECT_TRUE(parse_bundle("", 0));
}

// Sizes about each power of 256 that tests can afford.
class LogSizes : public testing::TestWithParam<std::size_t> {};

TEST_P(LogSizes, ProofsFromTilesAreThoseFromLeaves) {
  const auto entries = test::some_entries(GetParam());
  const auto leaves = test::leaves_of(entries);
  const auto files = test::log_of(entries, SigningKey::generate("log.example", KeyType::ed25519));
  const NodeReader from_tiles = tile_nodes(test::reader_of(files), entries.size());
  const Hash root = root_of(leaves);
  Random random(GetParam());
  for (int round = 0; round < 20; ++round) {
    const std::uint64_t index = round == 0 ? entries.size() - 1 : random.below(entries.size());
    const auto proof = inclusion_proof(index, entries.size(), from_tiles);
    ASSERT_TRUE(proof) << proof.error().message;
    EXPECT_TRUE(verify_inclusion(index, entries.size(), leaves[index], *proof, root));
    const std::uint64_t older = 1 + random.below(entries.size());
    const auto consistency = consistency_proof(older, entries.size(), from_tiles);
    ASSERT_TRUE(consistency) << consistency.error().message;
    EXPECT_TRUE(verify_consistency(older, entries.size(), *consistency, root_of(std::span(leaves).first(older)), root));
  }
}

INSTANTIATE_TEST_SUITE_P(, LogSizes, testing::Values(1, 2, 255, 256, 257, 511, 512, 513, 65'535, 65'536, 65'537, 70'000));

TEST(Tile, IsCutFromAFullOneWhereThePartialOneIsGone) {
  const auto entries = test::some_entries(256);
  const auto files = test::log_of(entries, SigningKey::generate("log.example", KeyType::ed25519));
  EXPECT_EQ(read_tile(test::reader_of(files), {0, 0, 10})->size(), 10u);
  const auto bundle = read_bundle(test::reader_of(files), 0, 10);
  ASSERT_TRUE(bundle);
  EXPECT_EQ(parse_bundle(*bundle, 10)->at(9), entries[9]);
}

}  // namespace
}  // namespace skypact::ledger
