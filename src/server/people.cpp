#include "server/people.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "accounts/throttle.h"
#include "base/text.h"
#include "json/canonical.h"
#include "json/writer.h"
#include "ledger/random_bytes.h"
#include "server/accounts_store.h"
#include "server/disk_thread.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

using accounts::Account;
using accounts::Accounts;
using accounts::Digest;
using accounts::Permission;
using accounts::Role;
using accounts::Session;
using accounts::SessionKind;

constexpr Duration enrolment_lasts = minutes(10);
constexpr unsigned refusals_a_minute = 60;      // as entries of their own; the others are counted in one
constexpr std::size_t streams_of_a_session = 64;

// What a password proves of somebody who is not there takes as long as of somebody who is.
std::string hash_of_nobody(const accounts::PasswordCost& cost) { return accounts::hash_password("nobody has this password", cost).value(); }

Refused refused(ErrorCode code, std::string message, Duration wait = Duration(0)) { return {Error{code, std::move(message)}, wait}; }

struct Field {
  std::string_view name;
  std::string value;
};
std::string body_of(std::initializer_list<Field> fields) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  for (const Field& f : fields) {
    if (!f.value.empty()) out.field(f.name, f.value);
  }
  out.end_object();
  const auto document = json::parse(text);
  return document ? json::canonical(document->root()).value() : text;
}

std::string roles_text(accounts::Roles roles) {
  std::string text;
  for (std::size_t i = 0; i < accounts::role_count; ++i) {
    const auto role = static_cast<Role>(i);
    if (roles.has(role)) text += (text.empty() ? "" : ",") + std::string(to_string(role));
  }
  return text;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& t : texts) out += (out.empty() ? "" : ",") + t;
  return out;
}

// What may be shown of an account.
Account shown(const Account& account) {
  Account a = account;
  a.password.clear();
  if (a.totp) a.totp->fill(0);
  for (Digest& d : a.recovery) d.fill(0);
  return a;
}

// What the writer's thread holds beside the owner.
struct Behind : DiskThreadState {
  std::shared_ptr<AccountsStore> store;
  std::optional<std::string> sessions;   // to be written
};

void write_behind(const std::shared_ptr<Behind>& behind) {
  name_thread("sessions");
  bool failing = false;
  std::unique_lock lock(behind->mutex);
  for (;;) {
    behind->changed.wait(lock, [&] { return behind->stopping || behind->sessions; });
    if (!behind->sessions) break;
    const std::string json = std::move(*behind->sessions);
    behind->sessions.reset();
    lock.unlock();
    const auto saved = behind->store->save_sessions(json);
    if (!saved && !failing) log::warn("sessions are not written; after a restart people log in again", {{"why", saved.error().message}});
    failing = !saved;
    lock.lock();
  }
  behind->finished = true;
  behind->changed.notify_all();
}

}  // namespace

std::string_view name_of(const Caller& caller) {
  switch (caller.by) {
    case Caller::By::session: return caller.account;
    case Caller::By::token: return "token";
    case Caller::By::open: return "open";
    case Caller::By::nobody: return "";
  }
  return "";
}

struct People::State {
  explicit State(PeopleOptions o) : options(std::move(o)) {}

  void tell(std::string type, std::initializer_list<Field> fields) const { options.journal(std::move(type), body_of(fields)); }
  void tell_refusal(std::string type, std::initializer_list<Field> fields);   // with the mutex held
  void ended(const std::vector<Session>& sessions, std::string_view why);     // likewise
  void touched() { dirty = true; }                                            // likewise
  void sweep();
  void keep_house();
  Result<void> change(const std::function<Result<void>(Accounts&)>& what);
  // The password, and the second factor where the account has one or `factor_needed`. Counts what is wrong.
  std::optional<Refused> prove(const std::string& account, const std::string& password, const std::string& code, const std::string& recovery_code,
                               const std::string& peer, bool factor_needed, bool& factor_given);

  const PeopleOptions options;
  std::string nobody;
  std::shared_ptr<Behind> behind = std::make_shared<Behind>();
  std::thread writer;

  mutable std::mutex mutex;
  Accounts accounts;
  accounts::Sessions sessions;
  accounts::Throttle throttle;
  std::map<Digest, std::vector<std::weak_ptr<Outbox>>> streams;
  struct Pending {
    accounts::TotpSeed seed{};
    Time at{};
  };
  std::map<std::string, Pending, std::less<>> enrolments;
  bool dirty = false;
  Time refusals_since{};
  std::uint64_t refusals = 0;

  std::timed_mutex changing;   // held over the write of one change of an account

  std::mutex house_mutex;
  std::condition_variable house_changed;
  bool stopping = false;
  std::thread house;
};

void People::State::tell_refusal(std::string type, std::initializer_list<Field> fields) {
  const Time now = options.now();
  if (now - refusals_since >= minutes(1) || now < refusals_since) {
    if (refusals > refusals_a_minute) tell("refused.more", {{"count", std::to_string(refusals - refusals_a_minute)}});
    refusals_since = now;
    refusals = 0;
  }
  if (++refusals <= refusals_a_minute) tell(std::move(type), fields);
}

void People::State::ended(const std::vector<Session>& over, std::string_view why) {
  for (const Session& s : over) {
    if (const auto at = streams.find(s.key); at != streams.end()) {
      for (const auto& weak : at->second) {
        if (const auto outbox = weak.lock()) outbox->close();
      }
      streams.erase(at);
    }
    tell("session.ended", {{"account", s.account}, {"why", std::string(why)}});
    touched();
  }
}

void People::State::sweep() {
  std::optional<std::string> json;
  {
    const std::lock_guard lock(mutex);
    const Time now = options.now();
    ended(sessions.sweep(now), "time");
    std::erase_if(enrolments, [&](const auto& e) { return now - e.second.at > enrolment_lasts; });
    if (dirty) json = sessions.to_json();
    dirty = false;
  }
  if (!json) return;
  const std::lock_guard lock(behind->mutex);
  behind->sessions = std::move(json);
  behind->changed.notify_all();
}

void People::State::keep_house() {
  name_thread("people");
  std::unique_lock lock(house_mutex);
  while (!stopping) {
    house_changed.wait_for(lock, std::chrono::seconds(1), [this] { return stopping; });
    lock.unlock();
    sweep();
    lock.lock();
  }
}

Result<void> People::State::change(const std::function<Result<void>(Accounts&)>& what) {
  const std::unique_lock writing(changing, std::chrono::seconds(5));
  if (!writing) return Error{ErrorCode::unreachable, "Another change of an account is still being written; the disk does not answer."};
  Accounts next;
  {
    const std::lock_guard lock(mutex);
    next = accounts;
  }
  if (auto done = what(next); !done) return done;
  if (auto saved = behind->store->save(next); !saved) return saved;
  const std::lock_guard lock(mutex);
  accounts = std::move(next);
  return {};
}

std::optional<Refused> People::State::prove(const std::string& id, const std::string& password, const std::string& code, const std::string& recovery_code,
                                            const std::string& peer, bool factor_needed, bool& factor_given) {
  std::optional<Account> account;
  {
    const std::lock_guard lock(mutex);
    if (const Duration wait = throttle.wait(id, peer, options.now()); wait > Duration(0)) {
      const auto whole = std::chrono::ceil<seconds>(wait);
      tell_refusal("session.refused", {{"account", accounts.find(id) != nullptr ? id : ""}, {"peer", peer}, {"why", "wait"}});
      return refused(ErrorCode::over_limit, "Too many wrong tries; wait " + std::to_string(whole.count()) + " s.", whole);
    }
    if (const Account* found = accounts.find(id); found != nullptr && !found->disabled) account = *found;
  }
  // The same work and the same answer for whoever is not there: no list of names can be made by asking.
  const bool right = accounts::verify_password(account ? account->password : nobody, password) && account.has_value();
  std::string why = "password";
  bool good = right;
  factor_given = false;
  if (good && account->totp && !recovery_code.empty()) {
    bool used = false;
    const auto done = change([&](Accounts& a) -> Result<void> {
      used = a.use_recovery_code(id, accounts::recovery_digest(recovery_code));
      return used ? Result<void>() : Error{ErrorCode::refused, "no such code"};
    });
    if (used && !done) return refused(done.error().code, done.error().message);
    good = factor_given = used;
    why = "recovery code";
    if (used) tell("account.recovery_used", {{"account", id}});
  } else if (good && account->totp) {
    const std::lock_guard lock(mutex);
    const auto step = accounts::totp_match(*account->totp, code, options.now(), sessions.last_step(id));
    good = factor_given = step.has_value();
    why = "code";
    if (step) {
      sessions.use_step(id, *step);
      touched();
    }
  } else if (good && factor_needed) {
    return refused(ErrorCode::conflict, "This account has no second factor yet; set one up first.");
  }
  const std::lock_guard lock(mutex);
  if (good) {
    throttle.succeeded(id, peer, options.now());
    return std::nullopt;
  }
  throttle.failed(id, peer, options.now());
  // A name that is nobody's may be a password in the wrong field.
  tell_refusal("session.refused", {{"account", accounts.find(id) != nullptr ? id : ""}, {"peer", peer}, {"why", why}});
  return refused(ErrorCode::refused, "Account, password or code is wrong.");
}

People::People(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<People>> People::start(PeopleOptions options) {
  auto state = std::make_unique<State>(std::move(options));
  auto store = AccountsStore::open(state->options.data_dir);
  if (!store) return std::move(store).error();
  state->accounts = store->take_accounts();
  state->sessions = store->take_sessions();
  state->behind->store = std::make_shared<AccountsStore>(std::move(*store));
  if (!state->accounts.empty()) state->nobody = hash_of_nobody(state->options.cost);
  state->writer = std::thread([behind = state->behind] { write_behind(behind); });
  State* raw = state.get();
  state->house = std::thread([raw] { raw->keep_house(); });
  return std::unique_ptr<People>(new People(std::move(state)));
}

People::~People() {
  {
    const std::lock_guard lock(state_->house_mutex);
    state_->stopping = true;
  }
  state_->house_changed.notify_all();
  state_->house.join();
  state_->sweep();
  end_disk_thread(*state_->behind, state_->writer);
}

bool People::has_accounts() const {
  const std::lock_guard lock(state_->mutex);
  return !state_->accounts.empty();
}

Caller People::session_caller(std::string_view id) const {
  if (id.empty()) return {};
  const Digest key = accounts::sha256(id);
  const std::lock_guard lock(state_->mutex);
  const Time now = state_->options.now();
  const Session* s = state_->sessions.find(key, now);
  if (s == nullptr) return {};
  const Account* account = state_->accounts.find(s->account);
  if (account == nullptr || account->disabled) return {};
  return {.by = Caller::By::session, .permissions = permissions_of(*account), .account = s->account, .session = key, .confirmed = s->is_confirmed(now)};
}

Caller People::token_caller() const {
  using accounts::Roles;
  Caller caller{.by = Caller::By::token, .permissions = {}, .account = {}, .session = {}, .confirmed = true};
  if (state_->options.token_roles) {
    caller.permissions = permissions_of(*state_->options.token_roles);
  } else {
    caller.permissions = has_accounts() ? permissions_of(Roles{Role::watch_officer, Role::planner}) : open_caller().permissions;
  }
  return caller;
}

Caller People::open_caller() const {
  using accounts::Roles;
  return {.by = Caller::By::open,
          .permissions = permissions_of(Roles{Role::negotiator, Role::signatory, Role::watch_officer, Role::planner}),
          .account = {},
          .session = {},
          .confirmed = true};
}

std::optional<Session> People::session(const Digest& key) const {
  const std::lock_guard lock(state_->mutex);
  const Session* s = state_->sessions.find(key, state_->options.now());
  return s == nullptr ? std::nullopt : std::optional(*s);
}

std::vector<std::vector<std::string>> People::on_watch() const {
  const std::lock_guard lock(state_->mutex);
  const Time now = state_->options.now();
  std::set<std::string> present;
  for (const auto& [key, followed] : state_->streams) {
    const Session* s = state_->sessions.find(key, now);
    if (s == nullptr || s->kind != accounts::SessionKind::watch) continue;
    const bool follows = std::any_of(followed.begin(), followed.end(), [](const std::weak_ptr<Outbox>& weak) {
      const auto outbox = weak.lock();
      return outbox && !outbox->closed();
    });
    if (follows) present.insert(s->account);
  }
  std::vector<std::vector<std::string>> desks;
  for (const std::string& id : present) {
    const Account* account = state_->accounts.find(id);
    if (account != nullptr && !account->disabled) desks.push_back(account->desks);
  }
  return desks;
}

std::optional<Account> People::account(std::string_view id) const {
  const std::lock_guard lock(state_->mutex);
  const Account* a = state_->accounts.find(id);
  return a == nullptr ? std::nullopt : std::optional(shown(*a));
}

std::vector<Account> People::all() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<Account> list;
  for (const auto& [id, account] : state_->accounts.all()) list.push_back(shown(account));
  return list;
}

std::variant<std::string, Refused> People::login(const Login& given) {
  State& s = *state_;
  if (!has_accounts()) return refused(ErrorCode::conflict, "This node has no accounts; skypact account add makes one while it is stopped.");
  bool factor_given = false;
  if (auto no = s.prove(given.account, given.password, given.code, given.recovery_code, given.peer, false, factor_given)) return std::move(*no);

  std::string id = accounts::to_hex(ledger::random_bytes<32>());
  std::string old_hash;
  {
    const std::lock_guard lock(s.mutex);
    const Account* account = s.accounts.find(given.account);
    if (account == nullptr || account->disabled) return refused(ErrorCode::refused, "Account, password or code is wrong.");
    old_hash = account->password;
    const Time now = s.options.now();
    Session session;
    session.key = accounts::sha256(id);
    session.account = given.account;
    session.kind = permissions_of(*account).has(Permission::acknowledge) ? SessionKind::watch : SessionKind::other;
    session.began_at = session.active_at = std::chrono::floor<milliseconds>(now);
    if (factor_given) session.confirmed_at = session.began_at;
    if (given.instead_of) {
      if (auto old = s.sessions.end(*given.instead_of)) s.ended({*old}, "another login");
    }
    s.ended(s.sessions.begin(std::move(session)), "too many sessions");
    s.touched();
    s.tell("session.began", {{"account", given.account}, {"peer", given.peer}, {"second_factor", factor_given ? "yes" : "no"}});
  }
  if (accounts::needs_rehash(old_hash, s.options.cost)) {
    auto hash = accounts::hash_password(given.password, s.options.cost);
    // Into memory only, so that no login waits for the disk; the next change of an account writes it.
    const std::unique_lock writing(s.changing, std::try_to_lock);
    const std::lock_guard lock(s.mutex);
    const Account* now = s.accounts.find(given.account);
    if (hash && writing && now != nullptr && now->password == old_hash) {
      if (auto done = s.accounts.set_password(given.account, *hash, now->password_is_initial); !done) log::warn("a password keeps its old hash");
    }
  }
  return id;
}

std::optional<Refused> People::step_up(const Caller& caller, const std::string& password, const std::string& code, const std::string& peer) {
  State& s = *state_;
  bool factor_given = false;
  if (auto no = s.prove(caller.account, password, code, "", peer, true, factor_given)) return no;
  const std::lock_guard lock(s.mutex);
  s.sessions.confirm(*caller.session, std::chrono::floor<milliseconds>(s.options.now()));
  s.sessions.active(*caller.session, s.options.now());
  s.touched();
  s.tell("session.confirmed", {{"account", caller.account}, {"peer", peer}});
  return std::nullopt;
}

void People::active(const Caller& caller) {
  if (!caller.session) return;
  const std::lock_guard lock(state_->mutex);
  state_->sessions.active(*caller.session, std::chrono::floor<milliseconds>(state_->options.now()));
  state_->touched();
}

void People::end(const Digest& session, std::string_view why) {
  const std::lock_guard lock(state_->mutex);
  if (auto over = state_->sessions.end(session)) state_->ended({*over}, why);
}

void People::join(const Digest& session, const std::shared_ptr<Outbox>& outbox) {
  const std::lock_guard lock(state_->mutex);
  if (state_->sessions.find(session, state_->options.now()) == nullptr) return outbox->close();
  auto& list = state_->streams[session];
  std::erase_if(list, [](const auto& weak) { return weak.expired(); });
  if (list.size() >= streams_of_a_session) return outbox->close();
  list.push_back(outbox);
}

std::optional<Refused> People::change_password(const Caller& caller, const std::string& old_password, const std::string& new_password, const std::string& peer) {
  State& s = *state_;
  const auto account = this->account(caller.account);
  if (!account) return refused(ErrorCode::not_found, "The account is gone.");
  if (auto good = accounts::check_password(new_password, account->id, account->name); !good) return refused(good.error().code, good.error().message);
  if (new_password == old_password) return refused(ErrorCode::bad_input, "The new password is the old one.");
  // The second factor is not asked for again: who has the session and the password has it all but that.
  {
    const std::lock_guard lock(s.mutex);
    if (const Duration wait = s.throttle.wait(caller.account, peer, s.options.now()); wait > Duration(0)) {
      return refused(ErrorCode::over_limit, "Too many wrong tries; wait a minute.", wait);
    }
  }
  std::string old_hash;
  {
    const std::lock_guard lock(s.mutex);
    if (const Account* a = s.accounts.find(caller.account)) old_hash = a->password;
  }
  if (!accounts::verify_password(old_hash, old_password)) {
    const std::lock_guard lock(s.mutex);
    s.throttle.failed(caller.account, peer, s.options.now());
    s.tell_refusal("session.refused", {{"account", caller.account}, {"peer", peer}, {"why", "password"}});
    return refused(ErrorCode::refused, "The old password is wrong.");
  }
  auto hash = accounts::hash_password(new_password, s.options.cost);
  if (!hash) return refused(hash.error().code, hash.error().message);
  const auto done = s.change([&](Accounts& a) { return a.set_password(caller.account, *hash, false); });
  if (!done) return refused(done.error().code, done.error().message);
  const std::lock_guard lock(s.mutex);
  s.ended(s.sessions.end_all_of(caller.account, &*caller.session), "password changed");
  s.tell("account.password_changed", {{"account", caller.account}, {"by", caller.account}});
  return std::nullopt;
}

std::variant<People::Enrolment, Refused> People::begin_totp(const Caller& caller, const std::string& password, const std::string& peer) {
  State& s = *state_;
  std::string hash;
  bool has_one = false;
  {
    const std::lock_guard lock(s.mutex);
    if (const Duration wait = s.throttle.wait(caller.account, peer, s.options.now()); wait > Duration(0)) {
      return refused(ErrorCode::over_limit, "Too many wrong tries; wait a minute.", wait);
    }
    if (const Account* a = s.accounts.find(caller.account)) {
      hash = a->password;
      has_one = a->totp.has_value();
    }
  }
  if (has_one && !caller.confirmed) return refused(ErrorCode::conflict, "Confirm with the present second factor first.");
  if (!accounts::verify_password(hash, password)) {
    const std::lock_guard lock(s.mutex);
    s.throttle.failed(caller.account, peer, s.options.now());
    return refused(ErrorCode::refused, "The password is wrong.");
  }
  const auto seed = ledger::random_bytes<accounts::totp_seed_bytes>();
  const std::lock_guard lock(s.mutex);
  s.enrolments[caller.account] = {seed, s.options.now()};
  return Enrolment{accounts::to_base32(seed), accounts::totp_uri(seed, s.options.issuer, caller.account)};
}

std::variant<std::vector<std::string>, Refused> People::confirm_totp(const Caller& caller, const std::string& code) {
  State& s = *state_;
  accounts::TotpSeed seed{};
  {
    const std::lock_guard lock(s.mutex);
    const auto at = s.enrolments.find(caller.account);
    if (at == s.enrolments.end() || s.options.now() - at->second.at > enrolment_lasts) {
      return refused(ErrorCode::conflict, "No second factor waits to be confirmed; begin again.");
    }
    seed = at->second.seed;
    const auto step = accounts::totp_match(seed, code, s.options.now(), 0);
    if (!step) return refused(ErrorCode::refused, "The code is wrong. Is the clock of the telephone right?");
    s.enrolments.erase(at);
    s.sessions.use_step(caller.account, *step);
  }
  std::vector<std::string> codes;
  std::vector<Digest> digests;
  for (std::size_t i = 0; i < accounts::AccountLimits::recovery_codes; ++i) {
    codes.push_back(accounts::recovery_code(ledger::random_bytes<accounts::recovery_code_bytes>()));
    digests.push_back(accounts::recovery_digest(codes.back()));
  }
  const auto done = s.change([&](Accounts& a) { return a.set_totp(caller.account, seed, std::move(digests)); });
  if (!done) return refused(done.error().code, done.error().message);
  const std::lock_guard lock(s.mutex);
  s.sessions.confirm(*caller.session, std::chrono::floor<milliseconds>(s.options.now()));
  s.touched();
  s.tell("account.totp_enrolled", {{"account", caller.account}, {"by", caller.account}});
  return codes;
}

Result<std::string> People::create(accounts::NewAccount account, const std::string& password, std::string_view by) {
  State& s = *state_;
  std::string first = password;
  if (password.empty()) first = accounts::first_password(ledger::random_bytes<accounts::first_password_bytes>());
  if (auto good = accounts::check_password(first, account.id, account.name); !good) return std::move(good).error();
  auto hash = accounts::hash_password(first, s.options.cost);
  if (!hash) return std::move(hash).error();
  const std::string id = account.id, name = account.name, roles = roles_text(account.roles), desks = joined(account.desks);
  const Time now = s.options.now();
  if (auto done = s.change([&](Accounts& a) { return a.create(std::move(account), std::move(*hash), true, now); }); !done) return std::move(done).error();
  const std::lock_guard lock(s.mutex);
  if (s.nobody.empty()) s.nobody = s.accounts.find(id)->password;
  s.tell("account.created", {{"account", id}, {"by", std::string(by)}, {"name", name}, {"roles", roles}, {"desks", desks}});
  return first;
}

Result<void> People::change(std::string_view id, const accounts::AccountChange& change, std::string_view by) {
  State& s = *state_;
  if (auto done = s.change([&](Accounts& a) { return a.change(id, change); }); !done) return done;
  const std::lock_guard lock(s.mutex);
  const Account* after = s.accounts.find(id);
  if (change.disabled && *change.disabled) s.ended(s.sessions.end_all_of(id), "account disabled");
  // A session's length follows from the roles that it began with; with others one logs in anew.
  if (change.roles) s.ended(s.sessions.end_all_of(id), "roles changed");
  const char* type = change.disabled ? (*change.disabled ? "account.disabled" : "account.enabled") : "account.changed";
  s.tell(type, {{"account", std::string(id)}, {"by", std::string(by)}, {"name", after->name}, {"roles", roles_text(after->roles)}, {"desks", joined(after->desks)}});
  return {};
}

Result<std::string> People::reset_password(std::string_view id, std::string_view by) {
  State& s = *state_;
  std::string first = accounts::first_password(ledger::random_bytes<accounts::first_password_bytes>());
  auto hash = accounts::hash_password(first, s.options.cost);
  if (!hash) return std::move(hash).error();
  if (auto done = s.change([&](Accounts& a) { return a.set_password(id, *hash, true); }); !done) return std::move(done).error();
  const std::lock_guard lock(s.mutex);
  s.ended(s.sessions.end_all_of(id), "password reset");
  s.tell("account.password_changed", {{"account", std::string(id)}, {"by", std::string(by)}});
  return first;
}

Result<void> People::remove_totp(std::string_view id, std::string_view by) {
  State& s = *state_;
  if (auto done = s.change([&](Accounts& a) { return a.remove_totp(id); }); !done) return done;
  const std::lock_guard lock(s.mutex);
  s.ended(s.sessions.end_all_of(id), "second factor removed");
  s.tell("account.totp_removed", {{"account", std::string(id)}, {"by", std::string(by)}});
  return {};
}

void People::act(const Caller& caller, std::string_view method, std::string_view path, int status, std::string_view why) {
  if (!has_accounts()) return;
  const bool allowed = status / 100 == 2;
  const std::lock_guard lock(state_->mutex);
  const std::initializer_list<Field> fields = {{"by", std::string(name_of(caller))}, {"act", std::string(method) + " " + quoted(path, 200)},
                                               {"status", std::to_string(status)},   {"why", std::string(why)}};
  if (allowed) {
    state_->tell("act.done", fields);
  } else {
    state_->tell_refusal("act.refused", fields);
  }
}

void People::looked_at(const Caller& caller, std::string_view path) {
  if (!has_accounts()) return;
  const std::lock_guard lock(state_->mutex);
  state_->tell("read", {{"by", std::string(name_of(caller))}, {"what", quoted(path, 200)}});
}

}  // namespace skypact::server
