// A USS on a real disk and real sockets, before a DSS of the test's: what it does when one of them does not.

#include "server/uss_desk.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "ledger/test_storage.h"
#include "plan/test_uss.h"
#include "server/http_server.h"
#include "server/log.h"

namespace skypact::server {
namespace {

using ledger::test::Fault;
using plan::Kind;
using plan::test::Box;
using plan::test::entity;

// By HTTP on the loopback.
class DssOfTheTest {
 public:
  DssOfTheTest() {
    auto server = HttpServer::start({}, [this](const Request& request) { return answer(request); });
    EXPECT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  [[nodiscard]] std::size_t intents() {
    const std::lock_guard lock(mutex_);
    return world_.dss.dss.intents();
  }
  // Before each request is carried out.
  void before(std::function<void(const Request&)> look) {
    const std::lock_guard lock(mutex_);
    before_ = std::move(look);
  }
  void stop() { server_->stop(); }

 private:
  Reply answer(const Request& request) {
    const std::lock_guard lock(mutex_);
    if (before_) before_(request);
    const auto told = world_.carry("north", {request.method, plan::test::dss_url + request.path, request.body, "utm.strategic_coordination utm.constraint_processing utm.conformance_monitoring_sa"});
    return told ? json_response(told->body, told->status) : text_response("", 503);
  }

  std::mutex mutex_;
  plan::test::UtmWorld world_;
  std::function<void(const Request&)> before_;
  std::unique_ptr<HttpServer> server_;
};

void write_rsa_key(const std::filesystem::path& file) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(2048), EVP_PKEY_free);
  const std::unique_ptr<FILE, decltype(&std::fclose)> out(std::fopen(file.c_str(), "w"), std::fclose);
  ASSERT_EQ(PEM_write_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
}

class UssDeskTest : public testing::Test {
 protected:
  void SetUp() override {
    log::set_level("off");
    folder_ = std::filesystem::path(testing::TempDir()) / ("uss_desk_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    write_rsa_key(folder_ / "key");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<UssDesk> start() {
    UssDeskOptions options;
    options.folder = folder_ / "uss";
    options.setup = {"north", "https://north.test", dss_.url(), {}, true};
    options.tokens.subject = "north";
    options.tokens.signing_key = folder_ / "key";
    options.urls = UssClient::Urls::http_too;
    options.now = [] { return plan::test::noon - std::chrono::hours(1); };
    options.through = [fault = fault_](ledger::Storage& files) { return std::make_unique<ledger::test::Faulty>(files, *fault); };
    auto desk = std::make_unique<UssDesk>(std::move(options));
    EXPECT_TRUE(until([&] { return desk->status().state == UssStatus::State::on; }));
    return desk;
  }
  static Result<UssDesk::Done> ask(UssDesk& desk, unsigned n, UssDesk::Ask::What what = UssDesk::Ask::What::put) {
    auto promise = std::make_shared<std::promise<Result<UssDesk::Done>>>();
    auto done = promise->get_future();
    UssDesk::Ask asked{what, Kind::operational_intent, entity(n), {}, {plan::test::details_of({Box{.lat = 46 + 0.1 * n}}), plan::IntentState::accepted}};
    if (auto taken = desk.ask(std::move(asked), [promise](Result<UssDesk::Done> d) { promise->set_value(std::move(d)); }); !taken) return taken.error();
    return done.get();
  }
  static bool until(const std::function<bool()>& condition) {
    for (int i = 0; i < 30'000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return false;
  }

  std::filesystem::path folder_;
  DssOfTheTest dss_;
  std::shared_ptr<ledger::test::FaultSwitch> fault_ = std::make_shared<ledger::test::FaultSwitch>();   // a thread may outlive the test
};

TEST_F(UssDeskTest, ADiskThatFailsStopsPlanningAndNotWhatPeersAreShown) {
  auto desk = start();
  const auto first = ask(*desk, 1);
  ASSERT_TRUE(first && first->taken) << (first ? "barred" : first.error().message);
  for (const Fault fault : {Fault::sync_fails, Fault::full}) {
    fault_->set(fault);
    auto refused = ask(*desk, 2);
    while (!refused && refused.error().code == ErrorCode::conflict) refused = ask(*desk, 2);   // what became of it before is just being found out
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unreachable);
    EXPECT_NE(refused.error().message.find("cannot write its plans"), std::string::npos) << refused.error().message;
    EXPECT_EQ(dss_.intents(), 1u) << "the DSS is not asked for what is not written down";
    EXPECT_TRUE(desk->disclosed(Kind::operational_intent, entity(1)));
    EXPECT_EQ(desk->status().state, UssStatus::State::failing);
    fault_->set(Fault::none);
    ASSERT_TRUE(until([&] { return desk->status().state == UssStatus::State::on; }));
    EXPECT_TRUE(until([&] { return desk->status().unsure == 0; })) << "what was written in part is found not to be taken";
    EXPECT_FALSE(desk->disclosed(Kind::operational_intent, entity(2)));
  }
  const auto second = ask(*desk, 2);
  EXPECT_TRUE(second && second->taken);
}

TEST_F(UssDeskTest, WhatTheDssTookAndCouldNotBeWrittenIsFoundAgain) {
  auto desk = start();
  dss_.before([&](const Request& request) {
    if (request.method == "PUT") fault_->set(Fault::full);   // half of what is written arrives: none of it
  });
  const auto done = ask(*desk, 1);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("the DSS took it"), std::string::npos) << done.error().message;
  EXPECT_FALSE(desk->disclosed(Kind::operational_intent, entity(1)));
  dss_.before({});
  fault_->set(Fault::none);
  ASSERT_TRUE(until([&] { return desk->disclosed(Kind::operational_intent, entity(1)).has_value(); }));
  EXPECT_EQ(desk->status().unsure, 0u);
  EXPECT_EQ(desk->disclosed(Kind::operational_intent, entity(1))->reference.version, 2) << "it was put once more, to know whom to tell";
}

TEST_F(UssDeskTest, AHungDiskHoldsNeitherPeersNorTheEnd) {
  auto desk = start();
  ASSERT_TRUE(ask(*desk, 1));
  fault_->set(Fault::hangs);
  ASSERT_TRUE(desk->ask({UssDesk::Ask::What::put, Kind::operational_intent, entity(2), {}, {plan::test::details_of({Box{.lat = 50}}), plan::IntentState::accepted}}, [](const auto&) {}));
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_TRUE(desk->disclosed(Kind::operational_intent, entity(1)));
  EXPECT_TRUE(ask(*desk, 3, UssDesk::Ask::What::look)) << "a look needs no disk";
  desk.reset();
  fault_->set(Fault::none);
}

TEST_F(UssDeskTest, ADssThatDoesNotAnswerLeavesThePlanOpenUntilItDoes) {
  auto desk = start();
  ASSERT_TRUE(ask(*desk, 1));
  dss_.stop();
  const auto done = ask(*desk, 2);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::unreachable);
  EXPECT_NE(done.error().message.find("the DSS"), std::string::npos) << done.error().message;
  EXPECT_TRUE(desk->disclosed(Kind::operational_intent, entity(1)));
  EXPECT_FALSE(ask(*desk, 1, UssDesk::Ask::What::withdraw));
  EXPECT_TRUE(desk->entity(entity(1))->asked) << "whether it was withdrawn is not known";
  EXPECT_EQ(ask(*desk, 1).error().code, ErrorCode::conflict);
  EXPECT_TRUE(desk->disclosed(Kind::operational_intent, entity(1))) << "and peers are still shown it";
}

TEST_F(UssDeskTest, OnlyHttpsIsAskedWhereTheNodeDoesNotAllowOtherwise) {
  TokenSourceOptions options;
  options.subject = "north";
  options.signing_key = folder_ / "key";
  TokenSource tokens(options);
  UssClient client(tokens, [] { return plan::test::noon; }, UssClient::Urls::https_only);
  for (const std::string& url : {dss_.url() + "/dss/v1/x", std::string("ftp://x.example/"), std::string("https://user@x.example/"), std::string("")}) {
    const auto asked = client.ask({"GET", url, "", "utm.strategic_coordination"}, seconds(1));
    ASSERT_FALSE(asked.told) << url;
    EXPECT_EQ(asked.told.error().code, ErrorCode::unreachable);
    EXPECT_FALSE(asked.exchange) << "nobody was asked, and nobody made a mistake";
  }
}

TEST_F(UssDeskTest, ATokenIsForItsHostAndKeptUntilItIsNearlyOver) {
  TokenSourceOptions options;
  options.subject = "north";
  options.signing_key = folder_ / "key";
  TokenSource tokens(options);
  const auto first = tokens.token("a.example", "one two", plan::test::noon);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*tokens.token("a.example", "one two", plan::test::noon + minutes(20)), *first);
  EXPECT_NE(*tokens.token("a.example", "one two", plan::test::noon + TokenSourceLimits::own_time - seconds(59)), *first);
  EXPECT_NE(*tokens.token("b.example", "one two", plan::test::noon), *first);
  EXPECT_NE(*tokens.token("a.example", "one", plan::test::noon), *first);
}

}  // namespace
}  // namespace skypact::server
