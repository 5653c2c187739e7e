#include "airspace/clearance.h"

namespace skypact {

std::string_view to_string(ClearanceBreach breach) {
  switch (breach) {
    case ClearanceBreach::none: return "none";
    case ClearanceBreach::outside_time: return "outside_time";
    case ClearanceBreach::outside_levels: return "outside_levels";
    case ClearanceBreach::outside_corridor: return "outside_corridor";
    case ClearanceBreach::other_address: return "other_address";
    case ClearanceBreach::after_end: return "after_end";
    case ClearanceBreach::without: return "without";
  }
  return {};
}

}  // namespace skypact
