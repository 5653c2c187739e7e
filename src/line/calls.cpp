#include "line/calls.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace skypact::line {
namespace {

constexpr std::string_view signs[] = {"none", "good", "wrong", "unknown"};
constexpr std::string_view stages[] = {"ringing", "talking", "declined", "not_answered", "ended"};

Error conflict(std::string message) { return {ErrorCode::conflict, std::move(message)}; }

}  // namespace

std::string_view to_string(OfficerSign sign) { return signs[static_cast<std::size_t>(sign)]; }
std::string_view to_string(CallStage stage) { return stages[static_cast<std::size_t>(stage)]; }

// ------------------------------------------------------------------------------------------------------------ officers

void CallBook::take_officer(const OpenMessage& opened, std::string_view note, std::optional<std::uint64_t> index) {
  const Message& message = opened.message;
  const auto* officer = std::get_if<Officer>(&message.body);
  const auto key = officer != nullptr ? ledger::parse_verifier_key(officer->key) : Result<ledger::VerifierKey>(bad_input("no officer"));
  if (!key) return;
  const std::pair<std::string, std::string> whose{message.from, message.by.account};
  const auto known = officers_.find(whose);
  // One that was carried around may come late.
  if (known != officers_.end() && message.at < known->second.at) return;
  officers_[whose] = {message.from, message.by, *key, message.at, officer->until, opened.id, std::string(note), index};
  if (officers_.size() <= CallLimits::officers) return;
  officers_.erase(std::min_element(officers_.begin(), officers_.end(), [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
}

const KnownOfficer* CallBook::officer(std::string_view party, std::string_view account) const {
  const auto at = officers_.find({std::string(party), std::string(account)});
  return at == officers_.end() ? nullptr : &at->second;
}

OfficerSign CallBook::sign_of(const Message& message) const {
  if (!std::holds_alternative<Signal>(message.body) && !std::holds_alternative<Minutes>(message.body)) return OfficerSign::none;
  const KnownOfficer* const known = officer(message.from, message.by.account);
  // Both times are of the same node's clock.
  if (known == nullptr || message.at >= known->until) return OfficerSign::unknown;
  return is_signed_by_officer(message, known->key) ? OfficerSign::good : OfficerSign::wrong;
}

// ------------------------------------------------------------------------------------------------------------ own signals

Result<void> CallBook::may_send(const Message& message, std::string_view sdp, Time) const {
  const auto* signal = std::get_if<Signal>(&message.body);
  const auto* minutes = std::get_if<Minutes>(&message.body);
  if (signal == nullptr && minutes == nullptr) return {};
  switch (sign_of(message)) {
    case OfficerSign::unknown:
      return Error{ErrorCode::refused, "no key of the officer " + quoted(message.by.account) + " holds now: his console announces one with POST /api/v1/line/officers"};
    case OfficerSign::wrong:
      return Error{ErrorCode::refused, "signature: is not the one of the key that " + quoted(message.by.account) + " announced last, over what this message says; another console of that account may have announced one since"};
    default: break;
  }
  if (signal != nullptr) return may_signal(message, *signal, sdp);
  const CallState* const call = find(minutes->call);
  if (call == nullptr || call->party != message.to.front()) return Error{ErrorCode::not_found, "call: there is no such call with " + quoted(message.to.front()) + " here"};
  if (!call->talked) return conflict("minutes are of a call that was answered");
  if (message.reply_to.empty() && call->minutes.size() >= CallLimits::minutes) return Error{ErrorCode::over_limit, fmt::format("a call has at most {} minutes", CallLimits::minutes)};
  return {};
}

Result<void> CallBook::may_signal(const Message& message, const Signal& signal, std::string_view sdp) const {
  if (signal.sdp && ledger::sha256(ledger::as_bytes(sdp)) != *signal.sdp) return bad_input("sdp: its SHA-256 is not the one that was signed");
  if (!signal.sdp && !sdp.empty()) return bad_input("sdp: only an offer and an answer have one");
  const CallState* const call = find(signal.call);
  if (signal.kind == SignalKind::offer) {
    if (call != nullptr) return conflict("call: there is a call of that number; a new one has a new number");
    return {};
  }
  if (call == nullptr || call->party != message.to.front()) return Error{ErrorCode::not_found, "call: there is no such call with " + quoted(message.to.front()) + " here"};
  if (call->signals.size() >= CallLimits::signals) return Error{ErrorCode::over_limit, fmt::format("a call has at most {} signals", CallLimits::signals)};
  if (call->ended_at) return conflict("the call has ended");
  const bool responds = signal.kind == SignalKind::answer || signal.kind == SignalKind::decline;
  if (responds && call->own) return conflict("this party called; the other one answers");
  if (responds && call->responded_at) return conflict("the call was answered by " + quoted(call->callee ? call->callee->account : std::string()) + " already");
  return {};
}

// ------------------------------------------------------------------------------------------------------------ both sides'

const CallState* CallBook::take(const std::string& id, const Message& message, Time taken_at, std::optional<std::uint64_t> index) {
  CallState* const call = belongs(id, message, taken_at);
  if (call != nullptr && index) call->said_by.push_back(*index);
  return call;
}

// The call, with what the message changes of it.
CallState* CallBook::belongs(const std::string& id, const Message& message, Time taken_at) {
  const bool own = message.from == own_party_;
  const std::string& other = own ? message.to.front() : message.from;
  if (const auto* minutes = std::get_if<Minutes>(&message.body)) {
    const auto at = calls_.find(minutes->call);
    if (at == calls_.end() || at->second.party != other) return nullptr;
    std::vector<CallState::Written>& written = at->second.minutes;
    if (message.reply_to.empty()) {
      if (written.size() >= CallLimits::minutes) return nullptr;
      written.push_back({id, {}});
      return &at->second;
    }
    const auto agreed = std::find_if(written.begin(), written.end(), [&](const CallState::Written& w) { return w.id == message.reply_to; });
    if (agreed == written.end() || !agreed->agreed_by.empty()) return nullptr;
    agreed->agreed_by = id;
    return &at->second;
  }
  const auto* signal = std::get_if<Signal>(&message.body);
  if (signal == nullptr) return nullptr;
  auto at = calls_.find(signal->call);
  if (signal->kind == SignalKind::offer) {
    if (at != calls_.end()) return nullptr;
    CallState call;
    call.id = signal->call;
    call.party = other;
    call.own = own;
    call.exercise = message.exercise;
    call.desk = signal->desk;
    call.caller = message.by;
    call.at = message.at;
    call.taken_at = taken_at;
    call.signals.push_back(id);
    order_.push_back(call.id);
    CallState& kept = calls_[signal->call] = std::move(call);
    if (order_.size() > CallLimits::calls) {
      calls_.erase(order_.front());
      order_.pop_front();
    }
    return &kept;
  }
  if (at == calls_.end() || at->second.party != other || at->second.signals.size() >= CallLimits::signals) return nullptr;
  CallState& call = at->second;
  const bool responds = signal->kind == SignalKind::answer || signal->kind == SignalKind::decline;
  if (call.ended_at || (responds && (call.own == own || call.responded_at))) return nullptr;
  call.signals.push_back(id);
  if (responds) {
    call.responded_at = taken_at;
    call.callee = message.by;
    call.talked = signal->kind == SignalKind::answer;
    if (!call.talked) call.ended_at = taken_at;
  }
  if (signal->kind == SignalKind::end) call.ended_at = taken_at;
  if (call.ended_at) call.outcome = signal->outcome;
  return &call;
}

void CallBook::rang_out(std::string_view call, std::optional<std::uint64_t> index) {
  const auto at = calls_.find(call);
  if (at == calls_.end() || at->second.rang_out) return;
  at->second.rang_out = true;
  if (index) at->second.said_by.push_back(*index);
}

const CallState* CallBook::find(std::string_view call) const {
  const auto at = calls_.find(call);
  return at == calls_.end() ? nullptr : &at->second;
}

CallStage CallBook::stage(const CallState& call, Duration answered_within, Time now) {
  if (call.ended_at) return call.talked ? CallStage::ended : call.responded_at ? CallStage::declined : CallStage::not_answered;
  if (call.talked) return CallStage::talking;
  const bool rings = !call.rang_out && now < call.taken_at + answered_within && now < call.at + answered_within + CallLimits::clock_doubt;
  return rings ? CallStage::ringing : CallStage::not_answered;
}

}  // namespace skypact::line
