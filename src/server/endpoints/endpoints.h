#pragma once
// One function for each route, in files that mirror the URLs. Each is called on any thread, reads a picture or gives
// the engine a command, and answers; the schemas are openapi.yaml's.

#include <cstdint>
#include <functional>
#include <optional>

#include "server/router.h"

namespace skypact::server::endpoints {

Reply get_node(NodeContext& node, const Call& call);

Reply list_tracks(NodeContext& node, const Call& call);
Reply get_track(NodeContext& node, const Call& call);
Reply get_track_history(NodeContext& node, const Call& call);

Reply list_alerts(NodeContext& node, const Call& call);
Reply get_alert(NodeContext& node, const Call& call);
Reply get_encounter(NodeContext& node, const Call& call);
Reply acknowledge_alert(NodeContext& node, const Call& call);

Reply list_zones(NodeContext& node, const Call& call);
Reply add_zone(NodeContext& node, const Call& call);
Reply remove_zone(NodeContext& node, const Call& call);

Reply list_inhibitions(NodeContext& node, const Call& call);
Reply add_inhibition(NodeContext& node, const Call& call);
Reply remove_inhibition(NodeContext& node, const Call& call);

Reply list_groups(NodeContext& node, const Call& call);
Reply add_group(NodeContext& node, const Call& call);
Reply remove_group(NodeContext& node, const Call& call);

Reply list_feeds(NodeContext& node, const Call& call);
Reply post_reports(NodeContext& node, const Call& call);
Reply post_manual_track(NodeContext& node, const Call& call);
Reply remove_manual_track(NodeContext& node, const Call& call);

Reply get_recording(NodeContext& node, const Call& call);
Reply replay(NodeContext& node, const Call& call);

Reply list_links(NodeContext& node, const Call& call);
Reply link_live(NodeContext& node, const Call& call);     // of another party's node
Reply link_urgent(NodeContext& node, const Call& call);
Reply link_notes(NodeContext& node, const Call& call);

Reply list_cases(NodeContext& node, const Call& call);
Reply get_frequencies(NodeContext& node, const Call& call);
Reply post_distress_report(NodeContext& node, const Call& call);
Reply post_beacons(NodeContext& node, const Call& call);
Reply get_case(NodeContext& node, const Call& call);
Reply post_case_act(NodeContext& node, const Call& call);
Reply tell_case(NodeContext& node, const Call& call);
Reply get_case_report(NodeContext& node, const Call& call);
Reply get_case_geojson(NodeContext& node, const Call& call);

Reply get_line(NodeContext& node, const Call& call);
Reply get_line_use(NodeContext& node, const Call& call);
Reply get_phrasebook(NodeContext& node, const Call& call);
Reply preview_message(NodeContext& node, const Call& call);
Reply echo_position(NodeContext& node, const Call& call);
Reply list_messages(NodeContext& node, const Call& call);
Reply get_message(NodeContext& node, const Call& call);
Reply post_message(NodeContext& node, const Call& call);
Reply post_answer(NodeContext& node, const Call& call);
Reply post_handover(NodeContext& node, const Call& call);
Reply get_message_file(NodeContext& node, const Call& call);
Reply post_message_file(NodeContext& node, const Call& call);

Reply list_notices(NodeContext& node, const Call& call);
Reply get_notice(NodeContext& node, const Call& call);
Reply check_notice(NodeContext& node, const Call& call);
Reply post_notice(NodeContext& node, const Call& call);
Reply put_notice(NodeContext& node, const Call& call);
Reply delete_notice(NodeContext& node, const Call& call);
Reply acknowledge_notice(NodeContext& node, const Call& call);

Reply list_clearances(NodeContext& node, const Call& call);
Reply get_clearance(NodeContext& node, const Call& call);
Reply get_clearance_text(NodeContext& node, const Call& call);
Reply list_clearance_flights(NodeContext& node, const Call& call);
Reply post_clearance(NodeContext& node, const Call& call);
Reply put_clearance(NodeContext& node, const Call& call);
Reply post_clearance_act(NodeContext& node, const Call& call);

Reply list_plans(NodeContext& node, const Call& call);
Reply list_others_plans(NodeContext& node, const Call& call);
Reply get_plan(NodeContext& node, const Call& call);
Reply post_plan(NodeContext& node, const Call& call);
Reply check_plan(NodeContext& node, const Call& call);
Reply put_plan(NodeContext& node, const Call& call);
Reply delete_plan(NodeContext& node, const Call& call);
Reply get_plan_conformance(NodeContext& node, const Call& call);
Reply post_plan_telemetry(NodeContext& node, const Call& call);
Reply dismiss_plan_notice(NodeContext& node, const Call& call);
Reply get_plan_log(NodeContext& node, const Call& call);
Reply post_plan_log_set(NodeContext& node, const Call& call);

Reply list_officers(NodeContext& node, const Call& call);
Reply post_officer(NodeContext& node, const Call& call);
Reply remove_officer(NodeContext& node, const Call& call);
Reply list_calls(NodeContext& node, const Call& call);
Reply post_signal(NodeContext& node, const Call& call);
Reply get_signal_sdp(NodeContext& node, const Call& call);
Reply post_minutes(NodeContext& node, const Call& call);

Reply get_session(NodeContext& node, const Call& call);
Reply log_in(NodeContext& node, const Call& call);
Reply log_out(NodeContext& node, const Call& call);
Reply step_up(NodeContext& node, const Call& call);
Reply note_activity(NodeContext& node, const Call& call);
Reply change_password(NodeContext& node, const Call& call);
Reply begin_totp(NodeContext& node, const Call& call);
Reply confirm_totp(NodeContext& node, const Call& call);

Reply list_accounts(NodeContext& node, const Call& call);
Reply create_account(NodeContext& node, const Call& call);
Reply change_account(NodeContext& node, const Call& call);
Reply reset_account(NodeContext& node, const Call& call);

Reply ledger_checkpoint(NodeContext& node, const Call& call);
Reply ledger_tile(NodeContext& node, const Call& call);
Reply mirror_checkpoint(NodeContext& node, const Call& call);
Reply mirror_tile(NodeContext& node, const Call& call);
Reply add_checkpoint(NodeContext& node, const Call& call);
Reply get_record(NodeContext& node, const Call& call);

Reply get_pact(NodeContext& node, const Call& call);
Reply get_terms(NodeContext& node, const Call& call);
Reply get_statement(NodeContext& node, const Call& call);
Reply post_statement(NodeContext& node, const Call& call);

Reply picture(NodeContext& node, const Call& call);
Reply events(NodeContext& node, const Call& call);

Reply healthy(NodeContext& node, const Call& call);
Reply metrics(NodeContext& node, const Call& call);
Reply aircraft_json(NodeContext& node, const Call& call);
Reply receiver_json(NodeContext& node, const Call& call);

// ---- What several of them do --------------------------------------------------------------------------

// The answer of a node without a duty line.
[[nodiscard]] Response no_line();
// Who is logged in is who speaks on the line; a program says for whom it does, at the desk that it names with ?desk=. Error: refused.
[[nodiscard]] Result<line::Author> author(NodeContext& node, const Call& call);
// The path's number; 0, which nothing has, where it is none.
[[nodiscard]] std::uint32_t number_of(const std::string& parameter);
[[nodiscard]] Response no_such(std::string_view thing);
// Does a command that removes: 204, or why not.
[[nodiscard]] Response removed(NodeContext& node, node::Command command);
// The answer at once, or, with ?after=SIZE&wait_s=SECONDS, when the log has more entries than that or the time is over.
// `size`: of the log as it can be answered now. `waiters` may be null.
[[nodiscard]] Reply when_grown(const Call& call, Waiters* waiters, std::function<std::optional<std::uint64_t>()> size, std::function<Response()> answer);

}  // namespace skypact::server::endpoints
