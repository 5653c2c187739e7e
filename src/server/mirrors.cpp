#include "server/mirrors.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/percent.h"
#include "base/random.h"
#include "ledger/audit.h"
#include "ledger/key_file.h"
#include "ledger/witness.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {
namespace {

// A folder's name for an origin, which is any text. Two that become one are told apart when the mirror is opened: its
// checkpoint is another log's.
std::string folder_name(std::string_view origin) {
  std::string name;
  for (const char c : origin) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || (c == '.' && !name.empty());
    name += plain ? c : '_';
  }
  return name;
}

Error answered_with(const std::string& who, int status) { return {ErrorCode::unreachable, who + " answers with status " + std::to_string(status)}; }

// Grows to the longest, by chance shorter: peers that went down together must not come back together.
class BackOff {
 public:
  explicit BackOff(std::uint64_t seed) : random_(seed) {}
  Duration next() {
    const Duration now = pause_;
    pause_ = std::min(pause_ * 2, Duration(MirrorLimits::longest_retry));
    return now / 2 + Duration(static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(now.count() / 2))));
  }
  void reset() { pause_ = MirrorLimits::first_retry; }

 private:
  Random random_;
  Duration pause_ = MirrorLimits::first_retry;
};

}  // namespace

struct Mirrors::State {
  explicit State(MirrorsOptions o) : options(std::move(o)) {}

  // One peer, by index of options.peers.
  struct Peer {
    std::optional<ledger::FileStorage> storage;     // locked once the first time that succeeds
    std::shared_ptr<ledger::Mirror> mirror;         // under mutex
    KeptClient follows, asks;
    bool told_fork = false;                         // of the following thread
  };

  void follow(std::size_t p);
  Result<bool> follow_once(std::size_t p, std::optional<std::uint64_t>& position);
  Result<void> open(std::size_t p);
  // True when the taker has all that is here.
  bool deliver(const ledger::Mirror& mirror, std::optional<std::uint64_t>& position);
  void tell_fork(Peer& peer, const ledger::Mirror& mirror);

  void ask_cosignatures(std::size_t p);
  Result<bool> ask_once(std::size_t p, Duration& last_entry);
  void take_to_witnesses();
  Result<bool> take_to_witness(std::size_t w, KeptClient& client, std::uint64_t& old_size, Duration& last_entry);
  Result<bool> take_cosigned(const ledger::Note& note, std::span<const ledger::VerifierKey> cosigners, MirrorStatus::Cosigner& known, Duration& last_entry);

  [[nodiscard]] PeerAddress address_of(std::size_t p) const { return options.address ? options.address(p) : options.peers[p].address; }
  [[nodiscard]] std::vector<ledger::VerifierKey> cosigners_of(std::size_t p) const {
    if (options.cosigners) return options.cosigners(p);
    return options.peers[p].cosigner_key ? std::vector{*options.peers[p].cosigner_key} : std::vector<ledger::VerifierKey>{};
  }
  // nullopt while the own record has not read its key yet.
  [[nodiscard]] std::optional<ledger::VerifierKey> own_key() const {
    const std::string text = options.own ? options.own->status().verifier_key : "";
    const auto key = ledger::parse_verifier_key(text);
    return key ? std::optional(*key) : std::nullopt;
  }
  // False when it is time to end.
  bool pause(Duration time) {
    std::unique_lock lock(mutex);
    return !changed.wait_for(lock, time, [&] { return stopping; });
  }
  template <class Change>
  void note(Change&& change) {
    const std::lock_guard lock(mutex);
    change(status);
  }

  const MirrorsOptions options;
  std::optional<ledger::SigningKey> cosigner;       // under mutex until read; then unchanged
  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<std::unique_ptr<KeptClient>> witness_clients;
  std::vector<std::thread> threads;
  mutable std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  MirrorStatus status;                              // cosigners: the peers, then the witnesses
  Waiters waiters;
};

Result<void> Mirrors::State::open(std::size_t p) {
  Peer& peer = *peers[p];
  const ledger::VerifierKey& key = *options.peers[p].record_key;
  const ledger::SigningKey* with = nullptr;
  if (!options.cosigner_key_file.empty()) {
    const std::lock_guard lock(mutex);
    if (!cosigner) {
      auto read = ledger::read_key_file(options.cosigner_key_file);
      if (!read) return std::move(read).error();
      if (read->verifier().type != ledger::KeyType::cosignature) {
        return bad_input(options.cosigner_key_file.string() + ": this is no cosigner's key; skypact key generate --type cosigner makes one");
      }
      cosigner = std::move(*read);
    }
    with = &*cosigner;
  }
  if (!peer.storage) {
    peer.storage.emplace(options.folder / folder_name(key.name));
    if (auto locked = peer.storage->lock(); !locked) {
      peer.storage.reset();
      return locked;
    }
  }
  auto opened = ledger::Mirror::open(*peer.storage, key, with);
  if (!opened) return std::move(opened).error();
  std::shared_ptr<ledger::Mirror> mirror = std::move(*opened);
  if (mirror->equivocation()) tell_fork(peer, *mirror);
  const std::lock_guard lock(mutex);
  peer.mirror = std::move(mirror);
  status.mirrored[p].size = peer.mirror->size();
  status.mirrored[p].forked = peer.mirror->equivocation().has_value();
  return {};
}

// Once in a run of the node: it may have stopped before its record had it.
void Mirrors::State::tell_fork(Peer& peer, const ledger::Mirror& mirror) {
  if (std::exchange(peer.told_fork, true)) return;
  log::error("A RECORD IS FORKED: its key signed two histories; the proof is kept",
             {{"record", mirror.log().name}, {"proof", (options.folder / folder_name(mirror.log().name) / ledger::equivocation_file).string()}});
  if (options.forked) options.forked(mirror.log().name, *mirror.equivocation());
}

bool Mirrors::State::deliver(const ledger::Mirror& mirror, std::optional<std::uint64_t>& position) {
  if (!options.take) return true;
  if (!position) position = options.from(mirror.log().name);
  while (position && *position < mirror.size()) {
    const auto entries = mirror.entries(*position, MirrorLimits::entries_at_once);
    if (!entries) {
      log::error("a mirror cannot be read", {{"record", mirror.log().name}, {"why", entries.error().message}});
      return false;
    }
    if (options.take(mirror.log().name, *position, *entries)) {
      *position += entries->size();
    } else {
      position.reset();
    }
    const std::lock_guard lock(mutex);
    if (stopping) return false;
  }
  return position.has_value();
}

// One poll, and everything that it brought. True where there was something new.
Result<bool> Mirrors::State::follow_once(std::size_t p, std::optional<std::uint64_t>& position) {
  Peer& peer = *peers[p];
  const PeerAddress address = address_of(p);
  if (!peer.mirror) {
    if (auto opened = open(p); !opened) return std::move(opened).error();
    position.reset();
  }
  const bool taken = deliver(*peer.mirror, position);
  const auto head = peer.mirror->checkpoint();
  std::string target = "/ledger/checkpoint";
  if (head && taken) target += "?after=" + std::to_string(head->size) + "&wait_s=" + std::to_string(std::chrono::duration_cast<seconds>(MirrorLimits::wait).count());
  const auto answer = peer.follows.fetch(request_to(address, target, MirrorLimits::answer));
  if (!answer) return answer.error();
  if (answer->status != 200) return answered_with(address.name, answer->status);
  const auto checkpoint = ledger::parse_note(answer->body);
  if (!checkpoint) return Error(checkpoint.error()).within("its checkpoint");
  const auto value = ledger::parse_checkpoint(checkpoint->text);
  if (!value) return Error(value.error()).within("its checkpoint");
  note([&](MirrorStatus& s) { s.mirrored[p].shown = value->size; });

  const ledger::ReadFile source = [&](const std::string& path) -> Result<std::string> {
    auto file = peer.follows.fetch(request_to(address, "/ledger/" + path, MirrorLimits::answer));
    if (!file) return std::move(file).error();
    if (file->status == 404) return Error{ErrorCode::not_found, address.name + " has no file " + path};
    if (file->status != 200) return answered_with(address.name, file->status);
    return std::move(file->body);
  };
  bool news = false;
  for (bool more = true; more;) {
    auto followed = peer.mirror->follow(*checkpoint, source, options.now());
    if (!followed) {
      // What storage holds after an error is known by opening anew; a refusal and a contradiction change nothing.
      const ErrorCode code = followed.error().code;
      if (code != ErrorCode::refused && code != ErrorCode::conflict) {
        const std::lock_guard lock(mutex);
        peer.mirror.reset();
      }
      return std::move(followed).error();
    }
    if (followed->equivocation) {
      tell_fork(peer, *peer.mirror);
      note([&](MirrorStatus& s) { s.mirrored[p].forked = true; });
      return Error{ErrorCode::conflict, "its key signed two histories"};
    }
    more = followed->more;
    news |= followed->grown;
    note([&](MirrorStatus& s) { s.mirrored[p].size = peer.mirror->size(), s.mirrored[p].answered_at = options.now(); });
    if (followed->grown && !more) waiters.wake_all();
    deliver(*peer.mirror, position);
    const std::lock_guard lock(mutex);
    if (stopping) return news;
  }
  return news;
}

void Mirrors::State::follow(std::size_t p) {
  name_thread("mirror");
  BackOff back_off(static_cast<std::uint64_t>(monotonic_now().count()) + p);
  std::optional<std::uint64_t> position;
  for (;;) {
    const Duration began = monotonic_now();
    const auto done = follow_once(p, position);
    std::string message = done ? "" : done.error().message;
    note([&](MirrorStatus& s) {
      if (!stopping && message != s.mirrored[p].message) {
        if (message.empty()) log::info("a peer's record is followed", {{"record", s.mirrored[p].origin}});
        else log::warn("a peer's record is not followed", {{"record", s.mirrored[p].origin}, {"why", message}});
      }
      s.mirrored[p].message = message;
    });
    Duration wait{};
    if (!done) wait = back_off.next();
    else if (back_off.reset(); !*done) wait = std::max(Duration(), MirrorLimits::shortest_period - (monotonic_now() - began));
    if (!pause(wait)) return;
  }
}

// A checkpoint of ours with a cosignature: counted, shown, and at most once a minute an entry of our record.
Result<bool> Mirrors::State::take_cosigned(const ledger::Note& note_, std::span<const ledger::VerifierKey> cosigners, MirrorStatus::Cosigner& known, Duration& last_entry) {
  const auto key = own_key();
  if (!key) return false;
  std::vector<ledger::VerifierKey> keys{*key};
  keys.insert(keys.end(), cosigners.begin(), cosigners.end());
  const auto signers = ledger::verify(note_, keys);
  if (!signers) return signers.error();
  const auto checkpoint = ledger::parse_checkpoint(note_.text);
  if (!checkpoint) return checkpoint.error();
  std::optional<Time> at;
  bool ours = false;
  for (const ledger::Signer& signer : *signers) {
    ours |= signer.key == 0;
    if (signer.key > 0) at = std::min(at.value_or(*signer.cosigned_at), *signer.cosigned_at);
  }
  if (!ours || checkpoint->origin != key->name) return Error{ErrorCode::refused, "what it cosigned is not of this node's record"};
  if (!at) return Error{ErrorCode::refused, "it has entries of our record and does not cosign them with its key of the configuration or of the terms in force"};
  const auto here = published_size(options.own->folder());
  if (here && checkpoint->size > *here) {
    return Error{ErrorCode::conflict, "it holds " + std::to_string(checkpoint->size) + " entries that our key signed, and here are " + std::to_string(*here)};
  }
  bool news = false;
  note([&](MirrorStatus&) {
    news = checkpoint->size > known.size || !known.cosigned_at;
    if (checkpoint->size >= known.size) known.size = checkpoint->size, known.cosigned_at = *at;
    known.answered_at = options.now();
  });
  if (!news) return false;
  ledger::Note ours_and_theirs{note_.text, {}};
  for (const ledger::NoteSignature& s : note_.signatures) {
    for (const ledger::VerifierKey& k : keys) {
      if (k.name == s.name && k.id() == s.key_id && ours_and_theirs.signatures.size() < 4) ours_and_theirs.signatures.push_back(s);
    }
  }
  options.own->add_signatures(ours_and_theirs);
  if (options.cosigned && checkpoint->size > 0 && (last_entry == Duration() || monotonic_now() - last_entry >= MirrorLimits::cosigned_entry_every)) {
    last_entry = monotonic_now();
    options.cosigned(ours_and_theirs);
  }
  return true;
}

Result<bool> Mirrors::State::ask_once(std::size_t p, Duration& last_entry) {
  const auto key = own_key();
  if (!key) return false;
  const PeerAddress address = address_of(p);
  std::string target = "/mirror/" + percent_encode(key->name) + "/checkpoint";
  MirrorStatus::Cosigner& known = status.cosigners[p];
  {
    const std::lock_guard lock(mutex);
    if (known.cosigned_at) target += "?after=" + std::to_string(known.size) + "&wait_s=" + std::to_string(std::chrono::duration_cast<seconds>(MirrorLimits::wait).count());
  }
  const auto answer = peers[p]->asks.fetch(request_to(address, target, MirrorLimits::answer));
  if (!answer) return answer.error();
  if (answer->status == 404) return Error{ErrorCode::not_found, "it holds nothing of our record"};
  if (answer->status != 200) return answered_with(address.name, answer->status);
  const auto cosigned = ledger::parse_note(answer->body);
  if (!cosigned) return cosigned.error();
  return take_cosigned(*cosigned, cosigners_of(p), known, last_entry);
}

void Mirrors::State::ask_cosignatures(std::size_t p) {
  name_thread("cosigned");
  BackOff back_off(static_cast<std::uint64_t>(monotonic_now().count()) + 1000 + p);
  Duration last_entry{};
  for (;;) {
    const Duration began = monotonic_now();
    const auto done = ask_once(p, last_entry);
    note([&](MirrorStatus& s) { s.cosigners[p].message = done ? "" : done.error().message; });
    Duration wait{};
    if (!done) wait = back_off.next();
    else if (back_off.reset(); !*done) wait = std::max(Duration(), MirrorLimits::shortest_period - (monotonic_now() - began));
    if (!pause(wait)) return;
  }
}

// C2SP tlog-witness, add-checkpoint, the client's side.
Result<bool> Mirrors::State::take_to_witness(std::size_t w, KeptClient& client, std::uint64_t& old_size, Duration& last_entry) {
  const ledger::ReadFile files = ledger::files_in(options.own->folder());
  const auto text = files("checkpoint");
  if (!text) return false;  // nothing is published yet
  const auto head = ledger::parse_note(*text);
  if (!head) return head.error();
  const auto checkpoint = ledger::parse_checkpoint(head->text);
  if (!checkpoint) return checkpoint.error();
  MirrorStatus::Cosigner& known = status.cosigners[options.peers.size() + w];
  if (known.cosigned_at && checkpoint->size <= known.size) return false;
  for (int attempt = 0; attempt < 2; ++attempt) {
    ledger::AddCheckpoint request{old_size, {}, *head};
    if (old_size > checkpoint->size) return Error{ErrorCode::conflict, "it cosigned " + std::to_string(old_size) + " entries of our record, and here are " + std::to_string(checkpoint->size)};
    if (old_size > 0 && old_size < checkpoint->size) {
      auto proof = ledger::consistency_proof(old_size, checkpoint->size, ledger::tile_nodes(files, checkpoint->size));
      if (!proof) return std::move(proof).error();
      request.proof = std::move(*proof);
    }
    ClientRequest post;
    post.url = options.witnesses[w].url + "/add-checkpoint";
    post.method = "POST";
    post.body = ledger::to_text(request);
    post.content_type = "text/plain; charset=utf-8";
    post.repeatable = true;  // the same checkpoint again is cosigned again
    const auto answer = client.fetch(post);
    if (!answer) return answer.error();
    if (answer->status == 200) {
      auto signatures = ledger::parse_signatures(answer->body);
      if (!signatures) return std::move(signatures).error();
      old_size = checkpoint->size;
      ledger::Note cosigned{head->text, head->signatures};
      cosigned.signatures.insert(cosigned.signatures.end(), signatures->begin(), signatures->end());
      return take_cosigned(cosigned, std::span(&options.witnesses[w].key, 1), known, last_entry);
    }
    std::string_view body = answer->body;
    if (body.ends_with('\n')) body.remove_suffix(1);
    const auto size = ledger::parse_count(body);
    if (answer->status != 409 || !size || attempt > 0) {
      return Error{ErrorCode::unreachable, options.witnesses[w].name + " answers with status " + std::to_string(answer->status)};
    }
    old_size = *size;
  }
  return false;
}

void Mirrors::State::take_to_witnesses() {
  name_thread("witnesses");
  struct Each {
    BackOff back_off{1};
    std::uint64_t old_size = 0;
    Duration last_entry{}, not_before{};
  };
  std::vector<Each> each(options.witnesses.size());
  do {
    for (std::size_t w = 0; w < each.size(); ++w) {
      if (monotonic_now() < each[w].not_before) continue;
      const auto done = take_to_witness(w, *witness_clients[w], each[w].old_size, each[w].last_entry);
      note([&](MirrorStatus& s) { s.cosigners[options.peers.size() + w].message = done ? "" : done.error().message; });
      if (!done) each[w].not_before = monotonic_now() + each[w].back_off.next();
      else each[w].back_off.reset();
    }
  } while (pause(MirrorLimits::shortest_period));
}

Mirrors::Mirrors(MirrorsOptions options) : state_(std::make_unique<State>(std::move(options))) {
  State& s = *state_;
  for (const MirrorPeer& peer : s.options.peers) {
    s.peers.push_back(std::make_unique<State::Peer>());
    s.status.mirrored.push_back({peer.address.name, peer.record_key ? peer.record_key->name : "", 0, 0, {}, {}, false});
    s.status.cosigners.push_back({peer.address.name, false, 0, {}, {}, {}});
  }
  for (const MirrorWitness& witness : s.options.witnesses) {
    s.witness_clients.push_back(std::make_unique<KeptClient>());
    s.status.cosigners.push_back({witness.name, true, 0, {}, {}, {}});
  }
}

Mirrors::~Mirrors() { stop(); }

void Mirrors::start() {
  State& s = *state_;
  const bool own = s.options.own && s.options.own->is_on();
  for (std::size_t p = 0; p < s.peers.size(); ++p) {
    if (s.options.peers[p].record_key) s.threads.emplace_back([&s, p] { s.follow(p); });
    if (own && s.options.peers[p].cosigner_key) s.threads.emplace_back([&s, p] { s.ask_cosignatures(p); });
  }
  if (own && !s.options.witnesses.empty()) s.threads.emplace_back([&s] { s.take_to_witnesses(); });
}

void Mirrors::stop() {
  State& s = *state_;
  {
    const std::lock_guard lock(s.mutex);
    s.stopping = true;
    s.changed.notify_all();
  }
  for (const auto& peer : s.peers) peer->follows.stop(), peer->asks.stop();
  for (const auto& client : s.witness_clients) client->stop();
  for (std::thread& thread : s.threads) thread.join();
  s.threads.clear();
}

MirrorStatus Mirrors::status() const {
  const std::lock_guard lock(state_->mutex);
  return state_->status;
}

std::shared_ptr<const ledger::Mirror> Mirrors::mirror(std::string_view origin) const {
  const std::lock_guard lock(state_->mutex);
  for (std::size_t p = 0; p < state_->peers.size(); ++p) {
    const auto& key = state_->options.peers[p].record_key;
    if (key && key->name == origin) return state_->peers[p]->mirror;
  }
  return nullptr;
}

bool Mirrors::is_mirrored(std::string_view origin) const {
  const auto& peers = state_->options.peers;
  return std::any_of(peers.begin(), peers.end(), [&](const MirrorPeer& peer) { return peer.record_key && peer.record_key->name == origin; });
}

std::vector<ledger::VerifierKey> Mirrors::cosigners() const {
  std::vector<ledger::VerifierKey> keys;
  for (std::size_t p = 0; p < state_->peers.size(); ++p) {
    for (ledger::VerifierKey& key : state_->cosigners_of(p)) keys.push_back(std::move(key));
  }
  for (const MirrorWitness& witness : state_->options.witnesses) keys.push_back(witness.key);
  const std::lock_guard lock(state_->mutex);
  if (state_->cosigner) keys.push_back(state_->cosigner->verifier());
  return keys;
}

std::filesystem::path Mirrors::folder_of(std::string_view origin) const { return state_->options.folder / folder_name(origin); }

Waiters& Mirrors::waiters() const { return state_->waiters; }

}  // namespace skypact::server
