#include "json/document.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <boost/json/basic_parser_impl.hpp>

#include "base/text.h"

namespace skypact::json {
namespace {

namespace bj = boost::json;
using Code = bj::error_code;

// Takes the events of Boost's parser and lays them out as nodes.
struct Builder {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  std::vector<Node> nodes;
  std::string text;
  std::vector<std::uint32_t> open;       // arrays and objects not yet closed
  std::vector<std::string_view> names;   // scratch for the search for duplicates
  std::string number;                    // the text of a number that came in parts
  std::size_t string_begin = 0;
  bool after_name = false;               // the last thing read was a member's name
  std::string failure;                   // set where one of our own rules stopped the parser

  Node& add(Kind kind) {
    Node& node = nodes.emplace_back();
    node.kind = kind;
    node.next = static_cast<std::uint32_t>(nodes.size());
    after_name = false;
    return node;
  }
  bool stop(Code& code, std::string why) {
    failure = std::move(why);
    code = bj::error::exception;
    return false;
  }
  bool begin(Kind kind) {
    open.push_back(static_cast<std::uint32_t>(nodes.size()));
    add(kind);
    return true;
  }
  void end(std::size_t size) {
    Node& node = nodes[open.back()];
    node.size = static_cast<std::uint32_t>(size);
    node.next = static_cast<std::uint32_t>(nodes.size());
    open.pop_back();
  }
  bool has_duplicate(std::uint32_t first) {
    names.clear();
    for (std::uint32_t i = first; i < nodes.size(); i = nodes[nodes[i].next].next) {
      names.push_back(std::string_view(text).substr(nodes[i].text, nodes[i].size));
    }
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return false;
    failure = "the name " + quoted(*twice) + " appears twice in the object that ends here";
    return true;
  }
  void string_done() {
    Node& node = add(Kind::string);
    node.text = string_begin;
    node.size = static_cast<std::uint32_t>(text.size() - string_begin);
    string_begin = text.size();
  }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return begin(Kind::object); }
  bool on_object_end(std::size_t size, Code& code) {
    if (size > 1 && has_duplicate(open.back() + 1)) return stop(code, std::move(failure));
    end(size);
    return true;
  }
  bool on_array_begin(Code&) { return begin(Kind::array); }
  bool on_array_end(std::size_t size, Code&) { return end(size), true; }
  bool on_key_part(bj::string_view part, std::size_t, Code&) { return text.append(part.data(), part.size()), true; }
  bool on_key(bj::string_view part, std::size_t, Code&) {
    text.append(part.data(), part.size());
    string_done();
    after_name = true;
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, Code&) { return text.append(part.data(), part.size()), true; }
  bool on_string(bj::string_view part, std::size_t, Code&) {
    text.append(part.data(), part.size());
    string_done();
    return true;
  }
  bool on_number_part(bj::string_view part, Code&) { return number.append(part.data(), part.size()), true; }
  bool on_int64(std::int64_t value, bj::string_view, Code&) {
    number.clear();
    add(Kind::integer).integer = value;
    return true;
  }
  bool on_uint64(std::uint64_t value, bj::string_view, Code&) {
    number.clear();
    add(Kind::number).number = static_cast<double>(value);
    return true;
  }
  // Boost's own conversion may be an ulp off, differently in each version; the standard's is exact.
  bool on_double(double, bj::string_view part, Code& code) {
    number.append(part.data(), part.size());
    double value = 0;
    const auto [last, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    const bool tiny = error == std::errc::result_out_of_range && number.find("e-") != std::string::npos;
    if (tiny) value = 0;
    if ((error != std::errc{} && !tiny) || !std::isfinite(value)) return stop(code, "the number " + quoted(number) + " is too large");
    number.clear();
    add(Kind::number).number = value;
    return true;
  }
  bool on_bool(bool value, Code&) { return add(Kind::boolean).boolean = value, true; }
  bool on_null(Code&) { return add(Kind::null), true; }
  bool on_comment_part(bj::string_view, Code&) { return true; }
  bool on_comment(bj::string_view, Code&) { return true; }
};

std::string place(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(at - line_begin + 1);
}

// What the grammar allows at a place outside a string, from what stands before it.
std::string_view expected(const Builder& builder, char before) {
  const Kind inside = builder.open.empty() ? Kind::missing : builder.nodes[builder.open.back()].kind;
  switch (before) {
    case '\0': return "a value";
    case '{': return "a name in double quotes or \"}\"";
    case '[': return "a value or \"]\"";
    case ':': return "a value";
    case ',': return inside == Kind::object ? "a name in double quotes" : "a value";
    default:
      if (builder.after_name) return "\":\"";
      if (inside == Kind::object) return "\",\" or \"}\"";
      if (inside == Kind::array) return "\",\" or \"]\"";
      return "the end of the text";
  }
}

std::string describe(const Builder& builder, const Code& code, std::string_view text, std::size_t at) {
  if (!builder.failure.empty()) return builder.failure;
  if (code == bj::error::illegal_leading_surrogate || code == bj::error::illegal_trailing_surrogate) {
    return "this \\u escape is half of a surrogate pair without the other half";
  }
  if (code == bj::error::expected_hex_digit || code == bj::error::expected_utf16_escape) return "expected \\u with four hex digits";
  if (at >= text.size() || code == bj::error::incomplete) return "the text ends before the value does";
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') return "a control character must be escaped";
  if (byte >= 0x80) return "these bytes are not UTF-8 text inside a string";
  const std::size_t previous = text.substr(0, at).find_last_not_of(" \t\r\n");
  const char before = previous == std::string_view::npos ? '\0' : text[previous];
  return "expected " + std::string(expected(builder, before)) + ", found " + quoted(text.substr(at, 1));
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::missing: return "nothing";
    case Kind::null: return "null";
    case Kind::boolean: return "true or false";
    case Kind::integer:
    case Kind::number: return "a number";
    case Kind::string: return "a text";
    case Kind::array: return "an array";
    case Kind::object: return "an object";
  }
  return "nothing";
}

Kind Value::kind() const { return document_ == nullptr ? Kind::missing : document_->nodes_[node_].kind; }

std::optional<bool> Value::as_boolean() const {
  if (kind() != Kind::boolean) return std::nullopt;
  return document_->nodes_[node_].boolean;
}

std::optional<double> Value::as_number() const {
  if (kind() == Kind::integer) return static_cast<double>(document_->nodes_[node_].integer);
  if (kind() == Kind::number) return document_->nodes_[node_].number;
  return std::nullopt;
}

std::optional<std::int64_t> Value::as_integer() const {
  if (kind() != Kind::integer) return std::nullopt;
  return document_->nodes_[node_].integer;
}

std::optional<std::string_view> Value::as_string() const {
  if (kind() != Kind::string) return std::nullopt;
  return document_->text_of(document_->nodes_[node_]);
}

std::size_t Value::size() const {
  return kind() == Kind::array || kind() == Kind::object ? document_->nodes_[node_].size : 0;
}

Value Value::operator[](std::string_view name) const {
  for (const Member member : members()) {
    if (member.name == name) return member.value;
  }
  return {};
}

Elements Value::elements() const {
  if (kind() != Kind::array) return {nullptr, 0, 0};
  return {document_, node_ + 1, document_->nodes_[node_].next};
}

Members Value::members() const {
  if (kind() != Kind::object) return {nullptr, 0, 0};
  return {document_, node_ + 1, document_->nodes_[node_].next};
}

Result<Document> parse(std::string_view text, const Limits& limits) {
  // A node counts at least one byte, so this keeps the 32-bit indices of the nodes from overflowing too.
  if (text.size() > std::min<std::size_t>(limits.bytes, std::size_t{1} << 31)) {
    return Error{ErrorCode::over_limit, "the text has " + std::to_string(text.size()) + " bytes; at most " +
                                            std::to_string(limits.bytes) + " are read"};
  }
  bj::parse_options options;
  options.max_depth = limits.depth;
  bj::basic_parser<Builder> parser(options);
  Code code;
  std::size_t read = parser.write_some(false, text.data(), text.size(), code);
  Builder& builder = parser.handler();
  if (code == bj::error::too_deep) {
    return Error{ErrorCode::over_limit, "the values are nested more than " + std::to_string(limits.depth) + " deep"};
  }
  if (!code && read < text.size()) code = bj::error::extra_data;
  if (code) return bad_input(place(text, read) + ": " + describe(builder, code, text, read));

  Document document;
  document.nodes_ = std::move(builder.nodes);
  document.text_ = std::move(builder.text);
  return document;
}

}  // namespace skypact::json
