// Any bytes read without harm. Pairs of them also damage a good recording (place, new value), so that the
// search for the next record is reached.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "wire/recording.h"

namespace {

using namespace skypact;

void read_all(std::string_view content) {
  auto reader = wire::RecordingReader::open(content);
  if (!reader) return;
  std::size_t payloads = 0;
  while (const auto record = reader->next()) payloads += record->payload.size();
  SKYPACT_CHECK(payloads + reader->skipped_bytes() <= content.size());
  SKYPACT_CHECK((reader->skipped_bytes() == 0) == (reader->damaged_stretches() == 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  read_all(input);

  std::string good;
  wire::RecordingWriter writer(good, {{SourceId{1}, "roof", "beast"}}, Time(seconds(5)));
  const std::size_t header = good.size();
  writer.bytes(SourceId{1}, Time(seconds(6)), input);
  writer.tick(Time(seconds(7)));
  auto reader = wire::RecordingReader::open(good);
  SKYPACT_CHECK(reader && reader->next()->payload == input);
  for (std::size_t i = 1; i + 1 < size; i += 2) {
    good[header + (data[i] % (good.size() - header))] = static_cast<char>(data[i + 1]);
  }
  read_all(good);
  return 0;
}
