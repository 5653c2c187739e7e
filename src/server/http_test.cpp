// The HTTP server over real sockets on the loopback, with a responder of the test's own.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "server/http_server.h"
#include "server/limits.h"
#include "server/log.h"
#include "server/static_files.h"
#include "server/test_socket.h"

namespace skypact::server {
namespace {

std::unique_ptr<HttpServer> serve(Responder respond) {
  log::set_level("off");
  auto server = HttpServer::start({}, std::move(respond));
  EXPECT_TRUE(server) << (server ? "" : server.error().message);
  return std::move(*server);
}

Reply hello(const Request& request) { return text_response(request.method + " " + request.path + " " + request.body); }

TEST(HttpServer, AnswersRequestAfterRequestOnOneConnection) {
  auto server = serve(hello);
  TestSocket client(server->port());
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b%20c HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_NE(client.read_until("GET /a ").find("200 OK"), std::string::npos);
  EXPECT_NE(client.read_until("POST /b c hi").find("200 OK"), std::string::npos);
}

TEST(HttpServer, RefusesWhatIsNotHttpAndGoesOn) {
  auto server = serve(hello);
  TestSocket garbage(server->port());
  garbage.send(std::string("\x1a\x33\0\xff\xfe\r\n\r\n", 9));
  EXPECT_NE(garbage.read_all().find("400"), std::string::npos);
  TestSocket client(server->port());
  client.send("GET /still HTTP/1.0\r\n\r\n");
  EXPECT_NE(client.read_all().find("GET /still"), std::string::npos);
  EXPECT_EQ(server->counts().bad_requests, 1u);
}

TEST(HttpServer, RefusesAHeaderBeyondItsBound) {
  auto server = serve(hello);
  TestSocket client(server->port());
  client.send("GET / HTTP/1.1\r\nX: " + std::string(HttpLimits::header_bytes, 'x') + "\r\n\r\n");
  EXPECT_NE(client.read_all().find("431"), std::string::npos);
}

TEST(HttpServer, TakesABodyAtItsBoundAndRefusesOneByteMore) {
  auto server = serve([](const Request& r) -> Reply { return text_response("size " + std::to_string(r.body.size()) + " bytes"); });
  TestSocket at(server->port());
  at.send("POST / HTTP/1.1\r\nContent-Length: " + std::to_string(HttpLimits::body_bytes) + "\r\n\r\n" +
          std::string(HttpLimits::body_bytes, 'x'));
  EXPECT_NE(at.read_until(" bytes").find("200 OK"), std::string::npos);
  TestSocket past(server->port());
  past.send("POST / HTTP/1.1\r\nContent-Length: " + std::to_string(HttpLimits::body_bytes + 1) + "\r\n\r\n");
  EXPECT_NE(past.read_all().find("413"), std::string::npos);
}

TEST(HttpServer, AnswersInternalErrorWhereTheResponderThrows) {
  auto server = serve([](const Request&) -> Reply { throw std::runtime_error("broken"); });
  TestSocket client(server->port());
  client.send("GET / HTTP/1.0\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_NE(answer.find("500"), std::string::npos);
  EXPECT_EQ(answer.find("broken"), std::string::npos);
}

TEST(HttpServer, ClosesConnectionsBeyondItsBound) {
  auto server = serve(hello);
  std::vector<std::unique_ptr<TestSocket>> clients;
  for (std::size_t i = 0; i < HttpLimits::connections; ++i) {
    clients.push_back(std::make_unique<TestSocket>(server->port()));
    clients.back()->send("GET / HTTP/1.1\r\n\r\n");
    ASSERT_NE(clients.back()->read_until("GET / ").find("200"), std::string::npos) << i;
  }
  TestSocket past(server->port());
  EXPECT_EQ(past.read_all(), "");
  EXPECT_EQ(server->counts().refused_connections, 1u);
}

TEST(HttpServer, StreamsServerSentEvents) {
  auto server = serve([](const Request&) -> Reply {
    return StreamReply{StreamReply::Form::event_stream, {.messages = 10}, [](const std::shared_ptr<Outbox>& outbox) {
                         outbox->offer({std::make_shared<const std::string>("{\"a\":1}"), Message::Form::text, 7});
                         outbox->finish();
                       }, "run:"};
  });
  TestSocket client(server->port());
  client.send("GET /events HTTP/1.1\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_NE(answer.find("text/event-stream"), std::string::npos);
  EXPECT_NE(answer.find("id: run:7\ndata: {\"a\":1}\n\n"), std::string::npos);
}

TEST(HttpServer, SpeaksWebSocket) {
  auto server = serve([](const Request&) -> Reply {
    return StreamReply{StreamReply::Form::websocket, {.messages = 10}, [](const std::shared_ptr<Outbox>& outbox) {
                         outbox->offer({std::make_shared<const std::string>("hello"), Message::Form::text, 0});
                         outbox->finish();
                       }, {}};
  });
  TestSocket client(server->port());
  client.send("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  const std::string answer = client.read_until("hello");
  // RFC 6455 §1.3 gives this pair of key and answer.
  EXPECT_NE(answer.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
  EXPECT_NE(answer.find("\x81\x05hello"), std::string::npos);
}

TEST(Outbox, LetsOldPicturesGoAndCountsThem) {
  Outbox outbox({.messages = 2, .when_full = OutboxPolicy::WhenFull::skip_oldest});
  for (const char* text : {"1", "2", "3"}) EXPECT_TRUE(outbox.offer({std::make_shared<const std::string>(text)}));
  Outbox::State state{};
  EXPECT_EQ(*outbox.take(state)->content, "2");
  EXPECT_EQ(*outbox.take(state)->content, "3");
  EXPECT_FALSE(outbox.take(state));
  EXPECT_EQ(outbox.skipped(), 1u);
}

TEST(Outbox, EndsAStreamOfEventsRatherThanLeavingAHole) {
  Outbox outbox({.messages = 2});
  EXPECT_TRUE(outbox.offer({std::make_shared<const std::string>("1")}));
  EXPECT_TRUE(outbox.offer({std::make_shared<const std::string>("2")}));
  EXPECT_FALSE(outbox.offer({std::make_shared<const std::string>("3")}));
  Outbox::State state{};
  EXPECT_FALSE(outbox.take(state));
  EXPECT_EQ(state, Outbox::State::closed);
  EXPECT_TRUE(outbox.overflowed());
}

class Files : public testing::Test {
 protected:
  Files() {
    folder_ = std::filesystem::temp_directory_path() / ("skypact-files-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_ / "assets");
    std::ofstream(folder_ / "index.html") << "<html>";
    std::ofstream(folder_ / "assets" / "app-1a2b.js") << "run()";
    std::ofstream(folder_ / "assets" / "signer.worker-1a2b.js") << "sign()";
    files_ = std::move(*StaticFiles::load(folder_));
  }
  ~Files() override { std::filesystem::remove_all(folder_); }

  Response get(const std::string& path) {
    Request request;
    request.method = "GET";
    request.path = path;
    return files_.answer(request);
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const Header& h : response.headers) {
      if (h.name == name) return h.value;
    }
    return "";
  }

  std::filesystem::path folder_;
  StaticFiles files_;
};

TEST_F(Files, AnswerWithTypeAndCaching) {
  EXPECT_EQ(*get("/").body, "<html>");
  EXPECT_EQ(header(get("/"), "Cache-Control"), "no-cache");
  EXPECT_NE(header(get("/"), "Content-Security-Policy").find("default-src 'self'"), std::string::npos);
  EXPECT_EQ(header(get("/assets/app-1a2b.js"), "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_NE(header(get("/assets/app-1a2b.js"), "Cache-Control").find("immutable"), std::string::npos);
}

TEST_F(Files, AllowWebAssemblyToTheWorkerThatSignsAlone) {
  EXPECT_NE(header(get("/assets/signer.worker-1a2b.js"), "Content-Security-Policy").find("script-src 'self' 'wasm-unsafe-eval'"), std::string::npos);
  for (const char* path : {"/", "/assets/app-1a2b.js", "/assets/../assets/signer.worker-1a2b.js"}) {
    EXPECT_EQ(header(get(path), "Content-Security-Policy").find("wasm"), std::string::npos) << path;
  }
}

TEST_F(Files, AnswerIndexToTheConsolesOwnRoutesAndNothingElse) {
  EXPECT_EQ(*get("/alerts/12").body, "<html>");
  EXPECT_EQ(get("/assets/gone.js").status, 404);
}

TEST_F(Files, CannotBeLeft) {
  for (const char* path : {"/../../etc/passwd", "/assets/../../etc/shadow.txt", "//etc/hosts.conf", "/assets/.."}) {
    const Response response = get(path);
    EXPECT_TRUE(response.status == 404 || *response.body == "<html>") << path;
  }
}

TEST_F(Files, AreNotSentAgainToWhoHasThem) {
  Request request;
  request.method = "GET";
  request.path = "/";
  request.headers.push_back({"if-none-match", header(get("/"), "ETag")});
  EXPECT_EQ(files_.answer(request).status, 304);
}

TEST(Requests, DecodePathsAndQueries) {
  Request request;
  request.target = "/x?since=12&name=a%20b+c&bad=%zz";
  EXPECT_EQ(request.query("since"), "12");
  EXPECT_EQ(request.query("name"), "a b c");
  EXPECT_EQ(request.query("bad"), "");
  EXPECT_EQ(request.query("none"), std::nullopt);
  EXPECT_EQ(percent_decode("%00"), std::nullopt);
}

}  // namespace
}  // namespace skypact::server
