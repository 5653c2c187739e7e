#include "distress/case.h"

#include <algorithm>
#include <array>

namespace skypact::distress {
namespace {

constexpr std::array<std::string_view, 2> mark_names{"false_alarm", "duplicate"};
constexpr std::array<std::string_view, 8> close_names{"safe", "rescued", "false_alarm", "duplicate", "handed_over", "search_ended", "exercise_ended", "other"};
constexpr std::array<std::string_view, 3> addressee_names{"rescue_centre", "party", "outsider"};
constexpr std::array<std::string_view, 3> depth_names{"desk", "unit", "crew"};

template <class E, std::size_t N>
std::optional<E> of(const std::array<std::string_view, N>& names, std::string_view word) {
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end()) return std::nullopt;
  return static_cast<E>(found - names.begin());
}

}  // namespace

std::string_view to_string(MarkKind kind) { return mark_names[static_cast<std::size_t>(kind)]; }
std::string_view to_string(CloseReason reason) { return close_names[static_cast<std::size_t>(reason)]; }
std::string_view to_string(AddresseeKind kind) { return addressee_names[static_cast<std::size_t>(kind)]; }
std::string_view to_string(Depth depth) { return depth_names[static_cast<std::size_t>(depth)]; }
std::optional<CloseReason> close_reason_of(std::string_view word) { return of<CloseReason>(close_names, word); }
std::optional<AddresseeKind> addressee_kind_of(std::string_view word) { return of<AddresseeKind>(addressee_names, word); }
std::optional<Depth> depth_of(std::string_view word) { return of<Depth>(depth_names, word); }

}  // namespace skypact::distress
