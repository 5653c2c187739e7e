// Reports of others' mistakes: to whom, how often, and none of a report.

#include "server/uss_reports.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/document.h"

namespace skypact::server {
namespace {

constexpr Duration start = std::chrono::hours(1'000);

plan::ExchangeReport exchange_of(const std::string& url) {
  plan::ExchangeReport exchange;
  exchange.url = url;
  exchange.method = "GET";
  exchange.headers = {"Authorization: Bearer a.b.(signature taken out)"};
  exchange.problem = "answered 500";
  return exchange;
}
UssReports reports() { return UssReports({"https://dss.test", "https://north.test"}); }
std::vector<std::string> urls(UssReports& from) {
  std::vector<std::string> all;
  while (const auto ask = from.next()) all.push_back(ask->method + " " + ask->url);
  return all;
}
const std::string intent = "https://south.test/base/uss/v1/operational_intents/1";

TEST(UssReports, APeersMistakeIsToldToItAndToTheDss) {
  UssReports to = reports();
  to.offer(exchange_of(intent), Mistake::fails, start);
  const auto first = to.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->url, "https://south.test/base/uss/v1/reports");
  const auto document = json::parse(first->body);
  ASSERT_TRUE(document) << first->body;
  EXPECT_FALSE(document->root()["report_id"].exists()) << "the server gives it";
  EXPECT_EQ(document->root()["exchange"]["url"].as_string(), intent);
  EXPECT_EQ(document->root()["exchange"]["problem"].as_string(), "answered 500");
  EXPECT_EQ(urls(to), std::vector<std::string>{"POST https://dss.test/dss/v1/reports"});
}

TEST(UssReports, TheDsssMistakeIsToldToIt) {
  UssReports to = reports();
  to.offer(exchange_of("https://dss.test/dss/v1/operational_intent_references/query"), Mistake::wrong_answer, start);
  EXPECT_EQ(urls(to), std::vector<std::string>{"POST https://dss.test/dss/v1/reports"});
}

TEST(UssReports, OnceAnHourForEachServerAndKindOfMistake) {
  UssReports to = reports();
  to.offer(exchange_of(intent), Mistake::fails, start);
  EXPECT_EQ(urls(to).size(), 2u);
  to.offer(exchange_of(intent + "2"), Mistake::fails, start + UssReportsLimits::every - Duration(1));
  EXPECT_TRUE(to.empty()) << "another of its entities, the same mistake";
  to.offer(exchange_of(intent), Mistake::no_answer, start);
  to.offer(exchange_of("https://east.test/uss/v1/constraints/1"), Mistake::fails, start);
  EXPECT_EQ(urls(to).size(), 4u);
  to.offer(exchange_of(intent), Mistake::fails, start + UssReportsLimits::every);
  EXPECT_EQ(urls(to).size(), 2u);
}

TEST(UssReports, OfAReportAndOfOneselfNothingIsReported) {
  UssReports to = reports();
  to.offer(exchange_of("https://south.test/uss/v1/reports"), Mistake::fails, start);
  to.offer(exchange_of("https://dss.test/dss/v1/reports"), Mistake::no_answer, start);
  to.offer(exchange_of("https://elsewhere.test/token"), Mistake::no_answer, start);
  EXPECT_TRUE(to.empty());
  to.offer(exchange_of("https://north.test/uss/v1/operational_intents/1"), Mistake::no_answer, start);
  EXPECT_EQ(urls(to), std::vector<std::string>{"POST https://dss.test/dss/v1/reports"}) << "not to itself";
}

TEST(UssReports, NoMoreWaitThanThereIsRoomFor) {
  UssReports to = reports();
  for (std::size_t i = 0; i < UssReportsLimits::waiting; ++i) to.offer(exchange_of("https://peer" + std::to_string(i) + ".test/uss/v1/constraints/1"), Mistake::fails, start);
  EXPECT_EQ(urls(to).size(), UssReportsLimits::waiting);
  // Whom there was no room to tell of is told of when there is.
  to.offer(exchange_of("https://peer99.test/uss/v1/constraints/1"), Mistake::fails, start);
  EXPECT_EQ(urls(to).size(), 2u);
}

TEST(UssReports, NoMoreServersAreRememberedThanThereIsRoomFor) {
  UssReports to = reports();
  for (std::size_t i = 0; i < UssReportsLimits::servers; ++i) {
    to.offer(exchange_of("https://peer" + std::to_string(i) + ".test/uss/v1/constraints/1"), Mistake::fails, start);
    ASSERT_EQ(urls(to).size(), 2u) << i;
  }
  to.offer(exchange_of(intent), Mistake::fails, start);
  EXPECT_TRUE(to.empty());
  to.offer(exchange_of(intent), Mistake::fails, start + UssReportsLimits::every);
  EXPECT_EQ(urls(to).size(), 2u);
}

TEST(UssReports, LongBodiesAreCutAndTheReportSaysSo) {
  UssReports to = reports();
  plan::ExchangeReport exchange = exchange_of(intent);
  exchange.response_body.assign(UssReportsLimits::body_characters + 4, 'A');
  to.offer(exchange, Mistake::wrong_answer, start);
  const auto ask = to.next();
  ASSERT_TRUE(ask);
  const auto document = json::parse(ask->body);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root()["exchange"]["response_body"].as_string()->size(), UssReportsLimits::body_characters);
  EXPECT_EQ(UssReportsLimits::body_characters % 4, 0u) << "whole groups of base 64";
  EXPECT_NE(document->root()["exchange"]["problem"].as_string()->find("first 64 kB"), std::string::npos);
}

}  // namespace
}  // namespace skypact::server
