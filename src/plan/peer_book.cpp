#include "plan/peer_book.h"

#include <fmt/format.h>

#include "base/text.h"

namespace skypact::plan {
namespace {

bool are_same(const Disclosed& a, const Disclosed& b) {
  const auto text = [](const Disclosed& entity) {
    std::string body;
    json::Writer out(body);
    write_details(out, entity.reference.kind, entity.details);
    return body;
  };
  return a.reference.ovn == b.reference.ovn && text(a) == text(b);
}

}  // namespace

void PeerBook::make_room(Time now) {
  if (entities_.size() < PeerLimits::entities) return;
  std::erase_if(entities_, [&](const auto& one) { return one.second.reference.time.to <= now; });
  while (entities_.size() >= PeerLimits::entities) entities_.erase(entities_.begin());
}

void PeerBook::learned(const Disclosed& entity, Time now) {
  make_room(now);
  entities_.insert_or_assign({entity.reference.kind, entity.reference.id}, entity);
}

Result<void> PeerBook::notified(const EntityNotice& notice, const std::string& sender, Time now) {
  const auto found = entities_.find({notice.kind, notice.id});
  const Disclosed* known = found == entities_.end() ? nullptr : &found->second;
  const auto refused = [&](const std::string& manager) {
    return Error{ErrorCode::refused, fmt::format("{} is an entity of {}, the token is of {}", to_string(notice.id), quoted(std::string_view(manager)), quoted(std::string_view(sender)))};
  };
  if (known && known->reference.manager != sender) return refused(known->reference.manager);
  if (notice.entity && notice.entity->reference.manager != sender) return refused(notice.entity->reference.manager);
  if (!notice.entity) {
    if (known) entities_.erase(found);
    return {};
  }
  const Reference& told = notice.entity->reference;
  if (known && told.version < known->reference.version) {
    return Error{ErrorCode::conflict, fmt::format("version {} of {} is older than {}, which was told before", told.version, to_string(notice.id), known->reference.version)};
  }
  if (known && told.version == known->reference.version && !are_same(*notice.entity, *known)) {
    return Error{ErrorCode::conflict, fmt::format("version {} of {} was told before, and was another", told.version, to_string(notice.id))};
  }
  learned(*notice.entity, now);
  return {};
}

std::vector<Disclosed> PeerBook::standing(Time now) const {
  std::vector<Disclosed> entities;
  for (const auto& [key, entity] : entities_) {
    if (entity.reference.time.to > now) entities.push_back(entity);
  }
  return entities;
}

const Disclosed* PeerBook::find(Kind kind, EntityId id) const {
  const auto found = entities_.find({kind, id});
  return found == entities_.end() ? nullptr : &found->second;
}

}  // namespace skypact::plan
