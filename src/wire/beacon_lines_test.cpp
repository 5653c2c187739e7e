#include "wire/beacon_lines.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "wire/beacon_json.h"

namespace skypact::wire {
namespace {

const std::string elt = "FFFE2F8DB345B146202DDF3C71F59BAB7072";
const std::string second = "0039823D32618658622811F0000000000003FFF004030680258";

std::vector<ReadBeaconLine> read_all(std::string_view text, const BeaconLineOptions& options = {}, std::size_t piece = 0) {
  BeaconLineReader reader(options);
  std::vector<ReadBeaconLine> lines;
  const auto sink = [&](const ReadBeaconLine& read) { lines.push_back(read); };
  if (piece == 0) piece = text.size() + 1;
  for (std::size_t at = 0; at < text.size(); at += piece) reader.push(text.substr(at, piece), sink);
  reader.finish(sink);
  std::size_t accepted = 0;
  for (const auto& line : lines) accepted += line.burst ? 1 : 0;
  EXPECT_EQ(reader.accepted(), accepted);
  EXPECT_EQ(reader.errors().total(), lines.size() - accepted);
  return lines;
}

TEST(BeaconLines, TakeTimeAndStationBeforeTheDigitsWhereTheyStand) {
  const struct {
    std::string line;
    std::string_view time, station;
  } table[] = {
      {elt, "", ""},
      {"fffe2f 8db345b146 202ddf3c71 f59bab7072", "", ""},
      {"2026-11-27T00:15:02.25Z " + elt, "2026-11-27T00:15:02.250Z", ""},
      {"2026-11-27T01:15:02+01:00 rx-north " + elt, "2026-11-27T00:15:02.000Z", "rx-north"},
      {"rx_1 " + elt, "", "rx_1"},
      {"FACE: " + elt, "", "FACE"},
      {"\t rx.1:  FFFE2F8DB345 B146202DDF3C71F59BAB7072 \r", "", "rx.1"},
      {"rx1 " + second, "", "rx1"},
  };
  for (const auto& [line, time, station] : table) {
    const auto lines = read_all(line + "\n");
    ASSERT_EQ(lines.size(), 1u) << line;
    ASSERT_TRUE(lines[0].burst) << lines[0].message;
    EXPECT_EQ(lines[0].burst->station, station);
    EXPECT_EQ(lines[0].burst->received_at ? to_rfc3339(*lines[0].burst->received_at) : "", time);
    EXPECT_TRUE(may_alert(lines[0].burst->message));
  }
}

TEST(BeaconLines, AReceiverCanSayThatItHeardASelfTest) {
  for (const std::string& line : {"self-test " + elt, "rx1 self-test " + second}) {
    const auto lines = read_all(line);
    ASSERT_TRUE(lines.at(0).burst) << lines[0].message;
    EXPECT_EQ(lines[0].burst->message.mode, BeaconMode::self_test);
    EXPECT_FALSE(may_alert(lines[0].burst->message));
  }
}

TEST(BeaconLines, NameTheLineAndWhatIsWrongAndQuoteLittle) {
  const struct {
    std::string line;
    DecodeError error;
    std::string_view says;
  } table[] = {
      {elt + "0", DecodeError::bad_hex, "37 hexadecimal digits are no second-generation message"},
      {elt.substr(1), DecodeError::bad_hex, "35 hexadecimal digits"},
      {"FFFE2F8DB345B146202DDF3C71F59BAB707G", DecodeError::bad_hex, "digit 36 is \"G\""},
      {"rx1 FFFE2F8DB345G146202DDF3C71F59BAB7072", DecodeError::bad_hex, "digit 13 is \"G\""},
      {"FFFE2F" + std::string(30, '5'), DecodeError::uncorrectable, "BCH-1"},
      {"2026-11-27 " + elt, DecodeError::bad_line, "is not a time"},
      {"2026-13-27T00:00:00Z " + elt, DecodeError::bad_line, "is not a time"},
      {"2026-11-27T00:00:00Z", DecodeError::bad_line, "no message follows"},
      {"2026-11-27T00:00:00Z rx1:", DecodeError::bad_line, "no message follows"},
      {std::string(30, 'z') + " " + elt, DecodeError::bad_line, "nor a station"},
      {"rx\xff " + elt, DecodeError::bad_line, "\\xff"},
      {std::string(500, 'z'), DecodeError::bad_hex, "digit 1 is \"z\""},
      {std::string(513, 'A'), DecodeError::line_too_long, "longer than 512 bytes"},
      {std::string(512, 'A'), DecodeError::bad_hex, "more than 63"},
  };
  for (const auto& [line, error, says] : table) {
    const auto lines = read_all("# remark\n\n" + line + "\n" + elt + "\n");
    ASSERT_EQ(lines.size(), 2u) << line;
    EXPECT_FALSE(lines[0].burst);
    EXPECT_EQ(lines[0].line, 3u);
    EXPECT_TRUE(lines[0].message.starts_with("line 3: ")) << lines[0].message;
    EXPECT_NE(lines[0].message.find(says), std::string::npos) << lines[0].message;
    EXPECT_EQ(name(lines[0].error), name(error)) << lines[0].message;
    EXPECT_LE(lines[0].message.size(), 300u) << "no more than 80 bytes of the line are quoted";
    EXPECT_TRUE(lines[1].burst) << "the next line is read as if nothing had been";
    EXPECT_EQ(lines[1].line, 4u);
  }
}

TEST(BeaconLines, AGarbledSynchronisationIsNotTakenForAStation) {
  const std::string bare = elt.substr(6);
  for (const std::string_view garbled : {"FFFEZ0", "ZFFED0", "rx1"}) {
    const auto lines = read_all(std::string(garbled) + " " + bare);
    EXPECT_FALSE(lines.at(0).burst) << "it may have been a self-test";
    EXPECT_EQ(lines[0].error, DecodeError::ambiguous_form);
    EXPECT_NE(lines[0].message.find("write a station with a colon"), std::string::npos) << lines[0].message;
  }
  EXPECT_EQ(read_all("rx1: " + bare).at(0).burst.value().station, "rx1");
}

TEST(BeaconLines, TheFormThatWasAskedForIsTheOnlyOne) {
  EXPECT_TRUE(read_all(elt, {.form = BeaconForm::t001}).at(0).burst);
  EXPECT_FALSE(read_all(second, {.form = BeaconForm::t001}).at(0).burst);
  EXPECT_FALSE(read_all(elt, {.form = BeaconForm::t018}).at(0).burst);
  EXPECT_TRUE(read_all(second, {.form = BeaconForm::t018}).at(0).burst);
}

TEST(BeaconLines, ComeInAnyPieces) {
  const std::string text = "# start\r\n" + elt + "\r\n\n" + std::string(2000, 'x') + "\nrx1 " + second + "\nnonsense\n" + elt;
  const auto whole = read_all(text);
  ASSERT_EQ(whole.size(), 5u);
  for (std::size_t piece = 1; piece < 40; ++piece) {
    const auto pieces = read_all(text, {}, piece);
    ASSERT_EQ(pieces.size(), whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      EXPECT_EQ(pieces[i].message, whole[i].message);
      EXPECT_EQ(pieces[i].line, whole[i].line);
    }
  }
}

TEST(BeaconLines, AMessageIsALineForPeopleAndAnObjectForPrograms) {
  const auto burst = read_all(elt).at(0).burst;
  ASSERT_TRUE(burst);
  EXPECT_EQ(one_line(burst->message),
            "LIVE ALERT ELT 1B668B628CFFBFF Denmark (219), aircraft address 45B146, at 32.11556 N 110.94111 W within 88 m, homing on 121.5 MHz, standard "
            "location, ELT with aircraft address");
  std::string text;
  json::Writer out(text);
  out.begin_object();
  write_members(burst->message, out);
  out.end_object();
  EXPECT_EQ(text,
            R"({"generation":"first","mode":"live","kind":"alert","may_alert":true,"protocol":"standard_elt_aircraft_address","type":"elt",)"
            R"("id":"1B668B628CFFBFF","hex":"8DB345B146202DDF3C71F59BAB7072","country":219,"country_name":"Denmark",)"
            R"("identity":{"aircraft_address":"45B146","words":"aircraft address 45B146"},"position_status":"fine","lat_deg":32.1155556,)"
            R"("lon_deg":-110.9411111,"uncertainty_m":87.3,"position_source":"external","homing":"121.5_mhz","corrected_first":0,"corrected_second":0})");
}

}  // namespace
}  // namespace skypact::wire
