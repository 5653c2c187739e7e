#include "wire/error_counts.h"

namespace skypact::wire {
namespace {

struct Text {
  std::string_view name;
  std::string_view sentence;
};

Text text_of(DecodeError error) {
  switch (error) {
    case DecodeError::none: return {"none", "Nothing is wrong."};
    case DecodeError::garbage: return {"garbage", "Bytes that belong to no frame were skipped; each unbroken stretch counts once."};
    case DecodeError::unknown_frame_type: return {"unknown_frame_type", "A Beast frame is of a type other than 1 to 4."};
    case DecodeError::cut_frame: return {"cut_frame", "A frame ended, or the next one began, before its last byte."};
    case DecodeError::bad_line: return {"bad_line", "A line does not have the form that the format asks for."};
    case DecodeError::line_too_long: return {"line_too_long", "A line is longer than any line of the format can be; it was skipped to its end."};
    case DecodeError::wrong_length: return {"wrong_length", "The length of a Mode S frame does not fit its downlink format."};
    case DecodeError::unsupported_format: return {"unsupported_format", "The downlink format is not one of 0, 4, 5, 11, 16, 17, 18, 20, 21."};
    case DecodeError::bad_crc: return {"bad_crc", "The parity of a Mode S frame is wrong: it was damaged on the air."};
    case DecodeError::zero_address: return {"zero_address", "The aircraft address is 000000, which is nobody's."};
    case DecodeError::unconfirmed_address:
      return {"unconfirmed_address", "A reply whose address is only in its parity names an aircraft not heard recently by other means."};
    case DecodeError::unsupported_type: return {"unsupported_type", "The message has a type code or subtype that is reserved, or that carries nothing used here."};
    case DecodeError::metric_altitude: return {"metric_altitude", "The altitude is coded in metres (M bit), for which no coding is standardised."};
    case DecodeError::bad_altitude: return {"bad_altitude", "The altitude code is not a valid Gillham code."};
    case DecodeError::bad_callsign: return {"bad_callsign", "The callsign holds characters outside A to Z, 0 to 9 and space."};
    case DecodeError::bad_hex: return {"bad_hex", "The hexadecimal digits are not such or not as many as a beacon message has, or begin with no synchronisation."};
    case DecodeError::uncorrectable: return {"uncorrectable", "More bits of a beacon message are wrong than its code corrects."};
    case DecodeError::ambiguous_form: return {"ambiguous_form", "The digits of a beacon message can be read in two ways, or in neither, and nothing tells which is meant."};
    case DecodeError::position_pair_refused:
      return {"position_pair_refused", "An even and an odd position do not fit together, or no position on the Earth fits them."};
    case DecodeError::position_out_of_range: return {"position_out_of_range", "The position is farther from the receiver than it can hear."};
    case DecodeError::position_jump: return {"position_jump", "The position is farther from the last one than an aircraft flies in the time between."};
    case DecodeError::clock_went_back: return {"clock_went_back", "The receive time went back; earlier positions of this feed were forgotten."};
    case DecodeError::time_contradicted:
      return {"time_contradicted", "The receiver's GPS time and the time of receipt do not agree; the message is dated by its receipt."};
    case DecodeError::missing_field: return {"missing_field", "A field that the format requires is missing."};
    case DecodeError::bad_field: return {"bad_field", "A field is not of the kind that the format asks for."};
    case DecodeError::out_of_range: return {"out_of_range", "A number is outside what is possible, for example latitude 91."};
    case DecodeError::bad_json: return {"bad_json", "The text is not valid JSON."};
    case DecodeError::unknown_record: return {"unknown_record", "A record is of a kind that the format does not know."};
    case DecodeError::duplicate: return {"duplicate", "A record repeats one that was read before."};
    case DecodeError::over_limit: return {"over_limit", "A record is well-formed but larger than a named limit."};
  }
  return {"unknown", "An unknown reason."};
}

}  // namespace

std::string_view name(DecodeError error) { return text_of(error).name; }
std::string_view sentence(DecodeError error) { return text_of(error).sentence; }

}  // namespace skypact::wire
