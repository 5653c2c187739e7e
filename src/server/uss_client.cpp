#include "server/uss_client.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "plan/uss_log_item.h"

namespace skypact::server {

// One that is taken out for a request and comes back after it.
class UssClient::Connection {
 public:
  Connection(UssClient& owner, std::string authority) : owner_(owner), authority_(std::move(authority)), client_(owner.take(authority_)) {}
  ~Connection() { owner_.give_back(authority_, std::move(client_)); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  KeptClient& operator*() { return *client_; }

 private:
  UssClient& owner_;
  const std::string authority_;
  std::unique_ptr<KeptClient> client_;
};

std::unique_ptr<KeptClient> UssClient::take(const std::string& authority) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<KeptClient> client;
  if (const auto found = idle_.find(authority); found != idle_.end()) {
    client = std::move(found->second);
    idle_.erase(found);
  } else {
    client = std::make_unique<KeptClient>();
  }
  if (stopped_) client->stop();
  busy_.insert(client.get());
  return client;
}

void UssClient::give_back(const std::string& authority, std::unique_ptr<KeptClient> client) {
  const std::lock_guard lock(mutex_);
  busy_.erase(client.get());
  if (idle_.size() >= UssClientLimits::idle) idle_.erase(idle_.begin());
  idle_.emplace(authority, std::move(client));
}

void UssClient::stop() {
  tokens_.stop();
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (KeptClient* client : busy_) client->stop();
}

UssClient::Asked UssClient::ask(const plan::Ask& ask, Duration time) {
  const auto unreachable = [](const std::string& why) { return Asked{Error{ErrorCode::unreachable, why}}; };
  const auto url = parse_url(ask.url);
  if (!url) return unreachable(url.error().message);
  if (!url->secure && urls_ == Urls::https_only) return unreachable(url->authority() + ": is asked over https only");
  auto token = tokens_.token(url->host, ask.scopes, now_());
  if (!token) return unreachable(token.error().message);
  ClientRequest request;
  request.url = ask.url;
  request.method = ask.method;
  request.body = ask.body;
  request.token = *std::move(token);
  request.time = time;
  request.longest_answer = UssClientLimits::answer_bytes;
  // What arrives twice is known again by the DSS or refused by its version, and the planner asks what there is.
  request.repeatable = true;
  Connection connection(*this, url->authority());
  auto exchange = plan::begun(plan::ExchangeReport::Role::client, ask.method, ask.url, "Bearer " + request.token, ask.body, now_());
  auto answer = (*connection).fetch(request);
  if (!answer) {
    plan::add_problem(exchange, answer.error().message);
    return {Error{ErrorCode::unreachable, answer.error().message}, std::move(exchange)};
  }
  plan::answered(exchange, answer->status, answer->body, now_());
  return {plan::Told{answer->status, std::move(answer->body)}, std::move(exchange)};
}

std::vector<UssClient::Asked> UssClient::ask_all(const std::vector<plan::Ask>& asks, Duration time) {
  std::vector<Asked> told(asks.size(), Asked{Error{ErrorCode::internal, "was not asked"}});
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < asks.size(); i = next++) told[i] = ask(asks[i], time);
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min(asks.size(), UssClientLimits::at_once); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return told;
}

}  // namespace skypact::server
