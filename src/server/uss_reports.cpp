#include "server/uss_reports.h"

#include <initializer_list>

#include "plan/uss_log_item.h"

namespace skypact::server {
namespace {

constexpr std::string_view any_scope = "utm.strategic_coordination";

void cut(std::string& base64) {
  if (base64.size() > UssReportsLimits::body_characters) base64.resize(UssReportsLimits::body_characters);
}

}  // namespace

Mistake mistake_of(const Result<plan::Told>& told) { return !told ? Mistake::no_answer : told->status >= 500 ? Mistake::fails : Mistake::wrong_answer; }

void UssReports::offer(const plan::ExchangeReport& exchange, Mistake mistake, Duration now) {
  const bool of_dss = exchange.url.starts_with(options_.dss_url + "/dss/v1/");
  const std::size_t interface = exchange.url.find("/uss/v1/");
  if (exchange.url.ends_with("/v1/reports") || (!of_dss && interface == std::string::npos)) return;
  const std::string server = of_dss ? options_.dss_url : exchange.url.substr(0, interface);
  std::erase_if(told_at_, [&](const auto& one) { return now - one.second >= UssReportsLimits::every; });
  if (told_at_.size() >= UssReportsLimits::servers || waiting_.size() + 2 > UssReportsLimits::waiting) return;
  if (!told_at_.emplace(std::pair(server, mistake), now).second) return;
  plan::ExchangeReport report = exchange;
  if (report.request_body.size() > UssReportsLimits::body_characters || report.response_body.size() > UssReportsLimits::body_characters) plan::add_problem(report, "of longer bodies the first 64 kB are here");
  cut(report.request_body);
  cut(report.response_body);
  const std::string body = to_json(report, "");
  if (!of_dss && server != options_.own_url) waiting_.push_back({"POST", server + "/uss/v1/reports", body, any_scope});
  waiting_.push_back({"POST", options_.dss_url + "/dss/v1/reports", body, any_scope});
}

std::optional<plan::Ask> UssReports::next() {
  if (waiting_.empty()) return std::nullopt;
  plan::Ask ask = std::move(waiting_.front());
  waiting_.pop_front();
  return ask;
}

}  // namespace skypact::server
