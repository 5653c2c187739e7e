#pragma once
// For tests. Disk: in memory, and its power can be cut: what was not made durable may be there, in part, torn, or not at all, in any
// combination. Faulty: before another storage, whose syncs fail or hang, or which is full.

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "ledger/storage.h"

namespace skypact::ledger::test {

class Disk final : public Storage {
 public:
  // Calls that change something, or make it durable, from the beginning on; the power is cut in place of call `n`.
  std::optional<std::uint64_t> cut_at;
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] bool is_cut() const { return cut_at && calls_ >= *cut_at; }

  // The disk as it may be found when the power is back.
  [[nodiscard]] Disk after_power_cut(Random& random) const {
    Disk found;
    // Names: each change since the folder was last made durable is there or not. Renaming is whole: with the new name the old one is gone.
    std::map<std::string, std::shared_ptr<File>> names = durable_names_;
    for (const Change& change : changes_) {
      if (random.chance(0.5)) continue;
      if (change.file) names[change.to] = change.file;
      if (!change.from.empty()) names.erase(change.from);
    }
    for (const auto& [path, file] : names) {
      auto copy = std::make_shared<File>();
      copy->now = copy->durable = file->found(random);
      found.names_[path] = found.durable_names_[path] = copy;
    }
    return found;
  }
  // What a killed process leaves to the next one: everything, durable or not.
  [[nodiscard]] Disk after_kill() const {
    Disk found = *this;
    std::map<const File*, std::shared_ptr<File>> copies;
    const auto copy = [&](std::shared_ptr<File>& file) {
      if (!file) return;
      auto& c = copies[file.get()];
      if (!c) c = std::make_shared<File>(*file);
      file = c;
    };
    for (auto& [path, file] : found.names_) copy(file);
    for (auto& [path, file] : found.durable_names_) copy(file);
    for (Change& change : found.changes_) copy(change.file);
    found.cut_at.reset();
    found.calls_ = 0;
    return found;
  }
  // Changes bytes behind everybody's back.
  std::string& bytes_of(const std::string& path) { return names_.at(path)->now; }
  [[nodiscard]] bool has(const std::string& path) const { return names_.contains(path); }
  [[nodiscard]] std::vector<std::string> paths() const {
    std::vector<std::string> all;
    for (const auto& [path, file] : names_) all.push_back(path);
    return all;
  }
  void forget(const std::string& path) { names_.erase(path), durable_names_.erase(path); }

  Result<std::string> read(const std::string& path) override {
    const auto at = names_.find(path);
    if (at == names_.end()) return Error{ErrorCode::not_found, "cannot open " + path};
    return at->second->now;
  }
  Result<std::vector<std::string>> list(const std::string& folder) override {
    std::vector<std::string> result;
    for (const auto& [path, file] : names_) {
      if (folder_of(path) == folder) result.push_back(path.substr(folder.empty() ? 0 : folder.size() + 1));
    }
    return result;
  }
  Result<void> make_folder(const std::string&) override { return call(); }
  Result<void> write(const std::string& path, std::string_view bytes) override {
    if (auto on = call(); !on) {
      if (!bytes.empty()) begin(path)->now = bytes.substr(0, bytes.size() / 2);  // cut in the middle of it
      return on;
    }
    begin(path)->now = bytes;
    return {};
  }
  Result<void> append(const std::string& path, std::string_view bytes) override {
    auto on = call();
    const auto at = names_.find(path);
    if (at == names_.end()) return Error{ErrorCode::not_found, "cannot open " + path};
    at->second->now += on ? bytes : bytes.substr(0, bytes.size() / 2);
    return on;
  }
  Result<void> sync(const std::string& path) override {
    if (auto on = call(); !on) return on;
    const auto at = names_.find(path);
    if (at == names_.end()) return Error{ErrorCode::not_found, "cannot open " + path};
    at->second->durable = at->second->now;
    return {};
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    if (auto on = call(); !on) return on;
    const auto at = names_.find(from);
    if (at == names_.end()) return Error{ErrorCode::not_found, "cannot open " + from};
    const auto file = at->second;
    names_.erase(at);
    names_[to] = file;
    changes_.push_back({from, to, file});
    return {};
  }
  Result<void> remove(const std::string& path) override {
    if (auto on = call(); !on) return on;
    if (names_.erase(path) > 0) changes_.push_back({path, "", nullptr});
    return {};
  }
  Result<void> sync_folder(const std::string& folder) override {
    if (auto on = call(); !on) return on;
    std::erase_if(changes_, [&](const Change& change) {
      if (folder_of(change.file ? change.to : change.from) != folder) return false;
      if (change.file) durable_names_[change.to] = change.file;
      if (!change.from.empty()) durable_names_.erase(change.from);
      return true;
    });
    return {};
  }

 private:
  struct File {
    std::string now, durable;

    // Written but not durable: the old bytes, the new ones, or a mixture in blocks, with zeros where a block was only allocated.
    [[nodiscard]] std::string found(Random& random) const {
      if (now == durable || random.chance(0.2)) return durable;
      if (random.chance(0.2)) return now;
      constexpr std::size_t block = 16;  // small, so that small writes are torn too
      std::string bytes = now.substr(0, random.chance(0.5) ? now.size() : random.below(now.size() + 1));
      for (std::size_t at = 0; at < bytes.size(); at += block) {
        const bool written = random.chance(0.6);
        for (std::size_t i = at; i < std::min(at + block, bytes.size()); ++i) {
          // Where old and new agree, as in what an append leaves alone, nothing was written.
          if (!written && (i >= durable.size() || durable[i] != now[i])) bytes[i] = i < durable.size() ? durable[i] : '\0';
        }
      }
      if (bytes.size() < durable.size() && now.starts_with(durable)) bytes = durable;  // appending takes nothing away
      return bytes;
    }
  };
  struct Change {  // a file got a name; or, without a file, lost one
    std::string from, to;
    std::shared_ptr<File> file;
  };

  Result<void> call() {
    if (is_cut()) return Error{ErrorCode::unreachable, "the power is off"};
    ++calls_;
    if (is_cut()) return Error{ErrorCode::unreachable, "the power went off"};
    return {};
  }
  // A new file under this name.
  std::shared_ptr<File> begin(const std::string& path) {
    auto file = std::make_shared<File>();
    const auto at = names_.find(path);
    if (at != names_.end()) file->durable = at->second->durable;  // overwritten in place
    names_[path] = file;
    changes_.push_back({"", path, file});
    return file;
  }

  std::uint64_t calls_ = 0;
  std::map<std::string, std::shared_ptr<File>> names_, durable_names_;
  std::vector<Change> changes_;
};

enum class Fault {
  none,
  sync_fails,    // what was written is there, and nobody knows
  full,          // of what is written half arrives
  hangs,         // until another fault is set
};

// What is wrong with a disk, also after it was opened anew. Any thread.
class FaultSwitch {
 public:
  void set(Fault fault) {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
    changed_.notify_all();
  }
  [[nodiscard]] Fault now() const {
    const std::lock_guard lock(mutex_);
    return fault_;
  }
  // Waits while it hangs.
  [[nodiscard]] Fault when_it_answers() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return fault_ != Fault::hangs; });
    return fault_;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Fault fault_ = Fault::none;
};

class Faulty final : public Storage {
 public:
  // Both outlive it.
  Faulty(Storage& disk, const FaultSwitch& fault) : disk_(disk), fault_(fault) {}

  Result<std::string> read(const std::string& path) override { return disk_.read(path); }
  Result<std::vector<std::string>> list(const std::string& folder) override { return disk_.list(folder); }
  Result<void> make_folder(const std::string& folder) override { return disk_.make_folder(folder); }
  Result<void> write(const std::string& path, std::string_view bytes) override {
    return put(path, bytes, [&](std::string_view some) { return disk_.write(path, some); });
  }
  Result<void> append(const std::string& path, std::string_view bytes) override {
    return put(path, bytes, [&](std::string_view some) { return disk_.append(path, some); });
  }
  Result<void> sync(const std::string& path) override {
    if (fault_.when_it_answers() == Fault::sync_fails) return Error{ErrorCode::unreachable, "cannot make durable " + path + ": Input/output error"};
    return disk_.sync(path);
  }
  Result<void> rename(const std::string& from, const std::string& to) override { return disk_.rename(from, to); }
  Result<void> remove(const std::string& path) override { return disk_.remove(path); }
  Result<void> sync_folder(const std::string& folder) override { return disk_.sync_folder(folder); }

 private:
  template <class Put>
  Result<void> put(const std::string& path, std::string_view bytes, const Put& put_bytes) {
    if (fault_.now() != Fault::full) return put_bytes(bytes);
    (void)put_bytes(bytes.substr(0, bytes.size() / 2));
    return Error{ErrorCode::unreachable, "cannot write " + path + ": No space left on device; make room on this disk"};
  }

  Storage& disk_;
  const FaultSwitch& fault_;
};

}  // namespace skypact::ledger::test
