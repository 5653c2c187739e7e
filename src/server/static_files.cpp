#include "server/static_files.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace skypact::server {
namespace {

namespace fs = std::filesystem;

struct Type {
  std::string_view extension, type;
};
constexpr std::array types{
    Type{".html", "text/html; charset=utf-8"}, Type{".js", "text/javascript; charset=utf-8"},
    Type{".mjs", "text/javascript; charset=utf-8"}, Type{".css", "text/css; charset=utf-8"},
    Type{".json", "application/json"}, Type{".webmanifest", "application/manifest+json"},
    Type{".geojson", "application/geo+json"}, Type{".svg", "image/svg+xml"}, Type{".png", "image/png"},
    Type{".ico", "image/x-icon"}, Type{".woff2", "font/woff2"}, Type{".wasm", "application/wasm"},
    Type{".txt", "text/plain; charset=utf-8"}, Type{".mp3", "audio/mpeg"}, Type{".ogg", "audio/ogg"},
    Type{".wav", "audio/wav"}, Type{".pbf", "application/x-protobuf"}, Type{".bin", "application/octet-stream"}};

std::string type_of(const fs::path& path) {
  const std::string extension = path.extension().string();
  for (const Type& t : types) {
    if (t.extension == extension) return std::string(t.type);
  }
  return "application/octet-stream";
}

// FNV-1a over the content: tells versions apart; nothing rests on it being unforgeable.
std::string tag_of(const std::string& content) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : content) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "\"%016llx\"", static_cast<unsigned long long>(hash));
  return text.data();
}

constexpr std::string_view no_console =
    "<!doctype html><html lang=\"en\"><title>skypact</title><h1>skypact</h1>"
    "<p>The node runs, but the console has not been built: run <code>npm ci &amp;&amp; npm run build</code> in "
    "<code>console/</code>, or name its folder with <code>--console</code>. The API is at <a href=\"/api/v1/node\">/api/v1</a>.";

// The page may load, connect to (its WebSockets too: 'self' covers them) and be framed by nothing but this node.
constexpr std::string_view policy =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// WebAssembly for the worker that opens a person's key, and for nothing else: a worker has the policy of its own file
// (docs/decisions/0025-webassembly-in-the-signing-worker.md).
constexpr std::string_view signer = "/assets/signer.worker-";
constexpr std::string_view signer_policy = "; script-src 'self' 'wasm-unsafe-eval'";

}  // namespace

Result<StaticFiles> StaticFiles::load(const fs::path& folder) {
  StaticFiles files;
  std::error_code error;
  std::size_t bytes = 0;
  for (fs::recursive_directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
    if (!i->is_regular_file(error) || error) continue;
    std::ifstream in(i->path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return Error{ErrorCode::unreachable, i->path().string() + ": cannot be read"};
    File file{std::make_shared<const std::string>(std::move(text).str()), type_of(i->path()), "", false};
    file.tag = tag_of(*file.content);
    const std::string name = "/" + i->path().lexically_relative(folder).generic_string();
    file.immutable = name.starts_with("/assets/");
    bytes += file.content->size();
    if (bytes > Limits::bytes || files.files_.size() >= Limits::files) {
      return Error{ErrorCode::over_limit, folder.string() + ": more than 2000 files or 64 MB; is this the console's folder?"};
    }
    files.files_.emplace(name, std::move(file));
  }
  if (error) return Error{ErrorCode::not_found, folder.string() + ": " + error.message()};
  if (!files.files_.contains("/index.html")) return Error{ErrorCode::not_found, folder.string() + ": has no index.html"};
  return files;
}

Response StaticFiles::answer(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    Response refusal = error_response(405, "method", "Files can only be read.");
    refusal.headers.push_back({"Allow", "GET, HEAD"});
    return refusal;
  }
  Response response;
  response.headers = {{"Content-Security-Policy", std::string(policy)},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"}};
  if (files_.empty()) {
    response.body = std::make_shared<const std::string>(no_console);
    response.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    return response;
  }
  auto found = files_.find(request.path == "/" ? std::string_view("/index.html") : std::string_view(request.path));
  if (found == files_.end()) {
    const std::string_view last = std::string_view(request.path).substr(request.path.rfind('/') + 1);
    if (request.path.empty() || last.find('.') != std::string_view::npos) {
      return error_response(404, "not_found", "There is no such file.");
    }
    found = files_.find("/index.html");
  }
  const File& file = found->second;
  if (found->first.starts_with(signer)) response.headers[0].value += signer_policy;
  response.headers.push_back({"Content-Type", file.type});
  response.headers.push_back({"ETag", file.tag});
  response.headers.push_back({"Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"});
  if (request.header("If-None-Match").find(file.tag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  response.body = file.content;
  return response;
}

std::optional<fs::path> find_console(const fs::path& given) {
  if (!given.empty()) return given;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path installed = program.parent_path().parent_path() / "share" / "skypact" / "console";
    if (fs::exists(installed / "index.html", error)) return installed;
  }
  const fs::path built = SKYPACT_CONSOLE_SOURCE;
  if (fs::exists(built / "index.html", error)) return built;
  return std::nullopt;
}

}  // namespace skypact::server
