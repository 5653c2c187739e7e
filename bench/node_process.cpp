#include "bench/node_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

#include "accounts/access_token.h"
#include "accounts/test_rsa_key.h"
#include "base/clock.h"
#include "base/input_file.h"
#include "base/text.h"
#include "json/document.h"
#include "server/http_client.h"

namespace skypact::bench {
namespace {

constexpr std::string_view configuration = R"([node]
name = "load"
data_dir = "data"
[server]
listen = "127.0.0.1:0"
[[feed]]
name = "receiver"
format = "beast"
listen = "127.0.0.1:0"
)";

constexpr std::string_view with_dss = R"([utm]
listen = "127.0.0.1:0"
audiences = ["bench"]
token_keys = ["auth.pem"]
)";

}  // namespace

NodeProcess::NodeProcess(NodeProcess&& other) noexcept
    : folder_(std::move(other.folder_)), id_(std::exchange(other.id_, -1)), port_(other.port_), feed_port_(other.feed_port_), dss_port_(other.dss_port_), dss_token_(std::move(other.dss_token_)) {}

NodeProcess::~NodeProcess() {
  if (id_ < 0) return;
  ::kill(id_, SIGTERM);
  ::waitpid(id_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Result<NodeProcess> NodeProcess::start(const std::string& program, Dss dss) {
  std::string folder = (std::filesystem::temp_directory_path() / "skypact-load-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return Error{ErrorCode::internal, folder + ": cannot be made"};
  NodeProcess node;
  node.folder_ = folder;
  const std::string config = folder + "/skypact.toml", ready = folder + "/ready.json", log = folder + "/log";
  std::ofstream(config) << configuration << (dss == Dss::on ? with_dss : "");
  if (dss == Dss::on) {
    const accounts::test::RsaKey key = accounts::test::make_rsa_key();
    std::ofstream(folder + "/auth.pem") << key.public_pem;
    const Time now = system_now();
    auto token = accounts::sign_token({.subject = "uss1", .audiences = {"bench"}, .scopes = {"utm.strategic_coordination"}, .issuer = "", .kid = "", .issued_at = now, .expires_at = now + std::chrono::hours(12)}, key.private_pem);
    if (!token) return std::move(token).error();
    node.dss_token_ = *std::move(token);
  }

  node.id_ = ::fork();
  if (node.id_ == 0) {
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execl(program.c_str(), program.c_str(), "serve", "--config", config.c_str(), "--ready-file", ready.c_str(), nullptr);
    ::_exit(127);
  }
  while (!std::filesystem::exists(ready)) {
    if (::waitpid(node.id_, nullptr, WNOHANG) != 0) {
      node.id_ = -1;
      std::ostringstream why;
      why << std::ifstream(log).rdbuf();
      return Error{ErrorCode::internal, program + " does not start: " + why.str()};
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
  const auto text = read_whole(ready, 65536);
  if (!text) return text.error();
  const auto document = json::parse(*text);
  if (!document) return document.error();
  node.port_ = static_cast<std::uint16_t>(document->root()["port"].as_integer().value_or(0));
  node.dss_port_ = static_cast<std::uint16_t>(document->root()["utm_port"].as_integer().value_or(0));
  for (const json::Value port : document->root()["feed_ports"].elements()) node.feed_port_ = static_cast<std::uint16_t>(port.as_integer().value_or(0));
  return node;
}

double NodeProcess::metric(const std::string& name) const {
  server::ClientRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(port_) + "/metrics";
  const auto answer = server::fetch(request);
  if (!answer) return 0;
  double sum = 0;
  std::istringstream lines(answer->body);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name) || (line[name.size()] != ' ' && line[name.size()] != '{')) continue;
    sum += parse_number(std::string_view(line).substr(line.rfind(' ') + 1)).value_or(0);
  }
  return sum;
}

}  // namespace skypact::bench
