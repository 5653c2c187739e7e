#include "accounts/session.h"

#include <algorithm>

#include "accounts/account.h"
#include "json/fields.h"
#include "json/writer.h"

namespace skypact::accounts {

Time Session::ends_at() const { return began_at + (kind == SessionKind::watch ? SessionLimits::shift : SessionLimits::longest); }

std::optional<Time> Session::idle_ends_at() const {
  if (kind == SessionKind::watch) return std::nullopt;
  return active_at + SessionLimits::idle;
}

bool Session::is_over(Time now) const { return now >= ends_at() || (idle_ends_at() && now >= *idle_ends_at()); }

bool Session::is_confirmed(Time now) const {
  return confirmed_at && now >= *confirmed_at && now < *confirmed_at + SessionLimits::step_up;
}

std::vector<Session> Sessions::begin(Session session) {
  std::vector<Session> ended;
  const auto end_oldest = [&](auto&& counts) {
    auto oldest = sessions_.end();
    for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
      if (counts(at->second) && (oldest == sessions_.end() || at->second.began_at < oldest->second.began_at)) oldest = at;
    }
    if (oldest == sessions_.end()) return;
    ended.push_back(oldest->second);
    sessions_.erase(oldest);
  };
  if (count_of(session.account) >= SessionLimits::of_one_account) end_oldest([&](const Session& s) { return s.account == session.account; });
  if (sessions_.size() >= SessionLimits::sessions) end_oldest([](const Session&) { return true; });
  sessions_[session.key] = std::move(session);
  return ended;
}

const Session* Sessions::find(const Digest& key, Time now) const {
  const auto at = sessions_.find(key);
  return at == sessions_.end() || at->second.is_over(now) ? nullptr : &at->second;
}

void Sessions::active(const Digest& key, Time now) {
  const auto at = sessions_.find(key);
  if (at != sessions_.end() && now > at->second.active_at) at->second.active_at = now;
}

void Sessions::confirm(const Digest& key, Time now) {
  const auto at = sessions_.find(key);
  if (at != sessions_.end()) at->second.confirmed_at = now;
}

void Sessions::use_step(const std::string& account, std::int64_t step) {
  if (!steps_.contains(account) && steps_.size() >= AccountLimits::accounts) return;
  auto& last = steps_[account];
  last = std::max(last, step);
}

std::int64_t Sessions::last_step(std::string_view account) const {
  const auto at = steps_.find(account);
  return at == steps_.end() ? 0 : at->second;
}

std::optional<Session> Sessions::end(const Digest& key) {
  const auto at = sessions_.find(key);
  if (at == sessions_.end()) return std::nullopt;
  Session ended = std::move(at->second);
  sessions_.erase(at);
  return ended;
}

std::vector<Session> Sessions::end_all_of(std::string_view account, const Digest* except) {
  std::vector<Session> ended;
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    if (at->second.account == account && (except == nullptr || at->first != *except)) {
      ended.push_back(std::move(at->second));
      at = sessions_.erase(at);
    } else {
      ++at;
    }
  }
  return ended;
}

std::vector<Session> Sessions::sweep(Time now) {
  std::vector<Session> ended;
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    if (at->second.is_over(now)) {
      ended.push_back(std::move(at->second));
      at = sessions_.erase(at);
    } else {
      ++at;
    }
  }
  return ended;
}

std::size_t Sessions::count_of(std::string_view account) const {
  return static_cast<std::size_t>(std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& s) { return s.second.account == account; }));
}

std::string Sessions::to_json() const {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.key("sessions");
  out.begin_array();
  for (const auto& [key, s] : sessions_) {
    out.begin_object();
    out.field("account", s.account);
    out.field("active_at", to_rfc3339(s.active_at));
    out.field("began_at", to_rfc3339(s.began_at));
    if (s.confirmed_at) out.field("confirmed_at", to_rfc3339(*s.confirmed_at));
    out.field("key", to_hex(key));
    out.field("kind", s.kind == SessionKind::watch ? "watch" : "other");
    out.end_object();
  }
  out.end_array();
  out.key("steps");
  out.begin_object();
  for (const auto& [account, step] : steps_) out.field(account, step);
  out.end_object();
  out.field("v", 1);
  out.end_object();
  return text + '\n';
}

Result<Sessions> Sessions::parse(std::string_view text) {
  const auto document = json::parse(text, {.bytes = SessionLimits::file_bytes, .depth = 4});
  if (!document) return Error{document.error().code, "is no JSON that can be read, or larger than 1 MB"};
  json::Fields fields(document->root());
  fields.integer("v", 1, 1, json::required);
  const json::Value list = fields.array("sessions", json::required), steps = fields.object("steps", json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (list.size() > SessionLimits::sessions || steps.size() > AccountLimits::accounts) return Error{ErrorCode::over_limit, "holds more than a node keeps"};
  Sessions sessions;
  for (const json::Value value : list.elements()) {
    json::Fields in(value);
    Session s;
    s.account = in.text("account", 1, AccountLimits::id_bytes, json::required).value_or("");
    s.active_at = in.time("active_at", json::required).value_or(Time());
    s.began_at = in.time("began_at", json::required).value_or(Time());
    s.confirmed_at = in.time("confirmed_at");
    const auto key = digest_from_hex(in.text("key", 64, 64, json::required).value_or(""));
    s.kind = in.word("kind", {"watch", "other"}, json::required) == 0 ? SessionKind::watch : SessionKind::other;
    if (!key) in.refuse("key", "must be a SHA-256 digest in hexadecimal");
    if (const auto good = check_account_id(s.account); !good) in.refuse("account", "is no account's name");
    in.refuse_unknown();
    if (in.error()) return *in.error();
    s.key = *key;
    sessions.sessions_[s.key] = std::move(s);
  }
  for (const json::Member member : steps.members()) {
    const auto step = member.value.as_integer();
    if (!step || *step < 0 || !check_account_id(member.name)) return bad_input("steps: must be an account's name and a number");
    sessions.steps_[std::string(member.name)] = *step;
  }
  return sessions;
}

}  // namespace skypact::accounts
