// /api/v1/tracks

#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {

Reply list_tracks(NodeContext& node, const Call& call) {
  std::optional<node::BoundingBox> box;
  if (const auto text = call.request.query("bbox")) {
    auto parsed = node::parse_bounding_box(*text);
    if (!parsed) return error_response(parsed.error());
    box = *parsed;
  }
  return json_response(node::tracks_json(*node.watch.picture(), box));
}

Reply get_track(NodeContext& node, const Call& call) {
  const auto picture = node.watch.picture();
  const node::PictureTrack* track = node::find_track(*picture, TrackId{number_of(call.parameters[0])});
  if (track == nullptr) return no_such("track");
  return json_response(node::track_json(*track, *picture));
}

Reply get_track_history(NodeContext& node, const Call& call) {
  const auto picture = node.watch.picture();
  const node::PictureTrack* track = node::find_track(*picture, TrackId{number_of(call.parameters[0])});
  if (track == nullptr) return no_such("track");
  return json_response(node::history_json(*track));
}

}  // namespace skypact::server::endpoints
