#include "server/http.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "json/writer.h"

namespace skypact::server {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Request::header(std::string_view name) const {
  for (const Header& h : headers) {
    if (equal_ignoring_case(h.name, name)) return h.value;
  }
  return {};
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<std::string> Request::query(std::string_view name) const {
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(target).substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (percent_decode(pair.substr(0, equals), true) != name) continue;
    return equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), true).value_or("");
  }
  return std::nullopt;
}

std::string_view Request::cookie(std::string_view name) const {
  std::string_view found;
  for (const Header& h : headers) {
    if (!equal_ignoring_case(h.name, "Cookie")) continue;
    std::string_view rest = h.value;
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) continue;
      if (!found.empty()) return {};
      found = trim(pair.substr(equals + 1));
    }
  }
  return found;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 421: return "Misdirected Request";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Unknown";
  }
}

Response json_response(std::string body, int status) {
  return {status, {{"Content-Type", "application/json"}}, std::make_shared<const std::string>(std::move(body))};
}

Response text_response(std::string body, int status) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::make_shared<const std::string>(std::move(body))};
}

Response error_response(int status, std::string_view code, std::string_view message) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("error");
  out.begin_object();
  out.field("code", code);
  out.field("message", message);
  out.end_object();
  out.end_object();
  return json_response(std::move(body), status);
}

Response error_response(const Error& error) {
  switch (error.code) {
    case ErrorCode::usage: return error_response(400, "usage", error.message);
    case ErrorCode::bad_input: return error_response(400, "bad_input", error.message);
    case ErrorCode::over_limit: return error_response(400, "over_limit", error.message);
    case ErrorCode::not_found: return error_response(404, "not_found", error.message);
    case ErrorCode::conflict: return error_response(409, "conflict", error.message);
    case ErrorCode::refused: return error_response(403, "refused", error.message);
    case ErrorCode::unreachable: return error_response(503, "unreachable", error.message);
    case ErrorCode::internal: return error_response(500, "internal", error.message);
  }
  return error_response(500, "internal", error.message);
}

std::string head_of(const Response& response, bool keep_alive, bool has_length) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ' + std::string(reason_phrase(response.status)) + "\r\n";
  for (const Header& h : response.headers) head += h.name + ": " + h.value + "\r\n";
  if (has_length && response.status != 204 && response.status != 304) {
    head += "Content-Length: " + std::to_string(response.body ? response.body->size() : 0) + "\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace skypact::server
