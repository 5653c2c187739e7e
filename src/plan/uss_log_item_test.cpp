// What is kept of an exchange: never a token that somebody could use, and no more of a body than there is room for.

#include "plan/uss_log_item.h"

#include <gtest/gtest.h>

#include <string>

#include "base/base64.h"
#include "plan/test_uss.h"

namespace skypact::plan::test {
namespace {

using Role = ExchangeReport::Role;

std::string base64url(std::string_view text) { return to_base64url({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}); }
std::string base64(std::string_view text) { return to_base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}); }

const std::string head = base64url(R"({"alg":"RS256"})"), claims = base64url(R"({"sub":"south"})");
constexpr std::string_view signature = "c2lnbmF0dXJl";

std::string token() { return head + "." + claims + "." + std::string(signature); }

TEST(UssLogItem, OfATokenItsClaimsAreKeptAndItsSignatureIsNot) {
  for (const std::string& value : {"Bearer " + token(), "bearer  " + token(), " BEARER " + token() + " "}) {
    const std::string kept = logged_authorization(value);
    EXPECT_EQ(kept, "Bearer " + head + "." + claims + ".(signature taken out)");
  }
  EXPECT_EQ(logged_authorization(""), "");
}

TEST(UssLogItem, WhatIsNoSignedTokenIsTakenOutWhole) {
  const std::string secret = "s3cret";
  for (const std::string& value : {secret, "Basic " + secret, "Bearer " + secret, "Bearer " + secret + "." + secret + "." + secret, "Bearer " + head + "." + claims + ".",
                                   "Bearer " + head + "." + claims, "Bearer " + token() + "." + secret, "Bearer " + head + "." + secret + "." + secret, "Bearer " + head + ".." + secret}) {
    const std::string kept = logged_authorization(value);
    EXPECT_EQ(kept.find(secret), std::string::npos) << kept;
    EXPECT_EQ(kept.find(claims), std::string::npos) << kept;
    EXPECT_TRUE(kept.ends_with("(taken out)")) << kept;
  }
}

TEST(UssLogItem, AnExchangeIsKeptWithItsAnswer) {
  ExchangeReport exchange = begun(Role::client, "GET", "https://south.test/uss/v1/constraints/1", "Bearer " + token(), "", noon);
  answered(exchange, 404, "{}", noon + milliseconds(20));
  const std::string text = exchange_item(exchange).text;
  const std::string expected = R"x({"url":"https://south.test/uss/v1/constraints/1","method":"GET","headers":["Authorization: Bearer )x" + head + "." + claims +
                               R"x(.(signature taken out)"],"recorder_role":"Client","request_time":{"value":"2026-12-01T12:00:00Z","format":"RFC3339"},"request_body":"",)x"
                               R"x("response_time":{"value":"2026-12-01T12:00:00.02Z","format":"RFC3339"},"response_body":"e30=","response_code":404})x";
  EXPECT_EQ(text, expected);
}

TEST(UssLogItem, ABodyIsCutBeyondItsBoundAndTheRecordSaysSo) {
  const std::string fits(UssLogItemLimits::body_bytes, 'x');
  const ExchangeReport whole = begun(Role::server, "POST", "https://north.test/uss/v1/constraints", "", fits, noon);
  EXPECT_EQ(from_base64(whole.request_body), fits);
  EXPECT_EQ(whole.problem, "");
  ExchangeReport cut = begun(Role::server, "POST", "https://north.test/uss/v1/constraints", "", fits + "y", noon);
  EXPECT_EQ(from_base64(cut.request_body), fits);
  EXPECT_NE(cut.problem.find("the request has 262145 bytes"), std::string::npos) << cut.problem;
  answered(cut, 200, fits + "z", noon);
  EXPECT_EQ(from_base64(cut.response_body), fits);
  EXPECT_NE(cut.problem.find("; the response has"), std::string::npos) << cut.problem;
}

std::string report_of(const std::string& url, const std::string& request_body) {
  ExchangeReport inner;
  inner.url = url;
  inner.method = "POST";
  inner.headers = {"Authorization: Bearer " + token(), "X-Other: 1"};
  inner.request_body = request_body;
  return to_json(inner, "");
}

TEST(UssLogItem, AReportIsKeptWithoutTheTokensInIt) {
  // A report of a report, too: what is in the inner one is in base 64, where no search finds it.
  const std::string inner = report_of("https://east.test/uss/v1/constraints", base64("{}"));
  for (const std::string& body : {inner, report_of("https://east.test/uss/v1/reports", base64(inner))}) {
    const ExchangeReport exchange = begun(Role::server, "POST", "https://north.test/uss/v1/reports", "Bearer " + token(), body, noon);
    const auto kept = from_base64(exchange.request_body);
    ASSERT_TRUE(kept);
    EXPECT_NE(kept->find("Authorization: (taken out)"), std::string::npos) << *kept;
    EXPECT_NE(kept->find("X-Other: 1"), std::string::npos) << *kept;
    EXPECT_EQ(kept->find(signature), std::string::npos) << *kept;
    EXPECT_EQ(kept->find(base64(inner)), std::string::npos) << *kept;
  }
  const ExchangeReport none = begun(Role::server, "POST", "https://north.test/uss/v1/reports", "", "Bearer " + token(), noon);
  EXPECT_EQ(none.request_body, "");
  EXPECT_NE(none.problem, "");
}

TEST(UssLogItem, OnlyWhatTheInterfaceHasARecordOfIsANotification) {
  EXPECT_TRUE(notification_item(noon, "SCD0090", "x"));
  EXPECT_TRUE(notification_item(noon, "CMSA0115", "x"));
  EXPECT_FALSE(notification_item(noon, "SCD0091", "x"));
}

TEST(UssLogItem, APlanningAttemptSaysWhatWasKnownAndWhatWasMissing) {
  EXPECT_EQ(planning_item({noon, entity(1), {"an ovn of sixteen"}, {entity(2)}, {}, "it meets another"}).text,
            R"({"time":{"value":"2026-12-01T12:00:00Z","format":"RFC3339"},"operational_intent_id":")" + to_string(entity(1)) + R"(","ovns":["an ovn of sixteen"],"missing_operational_intents":[")" + to_string(entity(2)) +
                R"("],"missing_constraints":[],"problem":"it meets another"})");
}

}  // namespace
}  // namespace skypact::plan::test
