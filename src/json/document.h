#pragma once
// JSON from outside, read within limits.
//
//     auto document = json::parse(text);
//     if (!document) return document.error();      // "line 3, column 14: expected a value, found "}""
//     for (json::Value zone : document->root()["zones"].elements()) use(zone["name"].as_string());
//
// A Document owns what was read; a Value is a small view into it and lives no longer than its Document
// (moving the Document ends it too). Strings are valid UTF-8 with escapes resolved. A name that appears
// twice in one object is refused, because two readers would disagree about its meaning (RFC 8259 §4).
// A Document may be read from several threads.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace skypact::json {

struct Limits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t depth = 32;
};

enum class Kind : std::uint8_t { missing, null, boolean, integer, number, string, array, object };
// "a number", "an object", "nothing": for error messages.
[[nodiscard]] std::string_view to_string(Kind kind);

class Document;
class Elements;
class Members;

// A value, or the absence of one: what is asked of a missing value is missing too, so paths can be chained.
class Value {
 public:
  Value() = default;

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool exists() const { return document_ != nullptr; }
  // Neither missing nor null.
  [[nodiscard]] bool has_value() const { return kind() > Kind::null; }

  // Each is nullopt where the value is of another kind. A number is what a double holds nearest to the
  // text; it is finite. An integer is a number written without fraction and exponent that fits.
  [[nodiscard]] std::optional<bool> as_boolean() const;
  [[nodiscard]] std::optional<double> as_number() const;
  [[nodiscard]] std::optional<std::int64_t> as_integer() const;
  [[nodiscard]] std::optional<std::string_view> as_string() const;

  // Elements of an array, members of an object, else 0.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] Value operator[](std::string_view name) const;  // member of an object
  [[nodiscard]] Elements elements() const;                      // of an array, else none
  [[nodiscard]] Members members() const;                        // of an object, else none

 private:
  friend class Document;
  friend class Elements;
  friend class Members;
  Value(const Document* document, std::uint32_t node) : document_(document), node_(node) {}

  const Document* document_ = nullptr;
  std::uint32_t node_ = 0;
};

struct Member {
  std::string_view name;
  Value value;
};

// The tree in the order of the text: an object's or array's content follows it, a member's name precedes
// its value, and `next` is the node after everything that belongs to this one.
struct Node {
  Kind kind = Kind::null;
  std::uint32_t next = 0;
  std::uint32_t size = 0;   // elements, members, or bytes of the string
  union {
    bool boolean;
    std::int64_t integer;
    double number;
    std::uint64_t text;     // where the string begins in Document::text_
  };
  Node() : integer(0) {}
};

class Document {
 public:
  [[nodiscard]] Value root() const { return {this, 0}; }

 private:
  friend class Value;
  friend class Elements;
  friend class Members;
  friend Result<Document> parse(std::string_view text, const Limits& limits);

  [[nodiscard]] std::string_view text_of(const Node& node) const {
    return std::string_view(text_).substr(node.text, node.size);
  }

  std::vector<Node> nodes_;
  std::string text_;
};

// Reads exactly one value with white space around it. Errors: bad_input with line and column, or
// over_limit naming the limit.
Result<Document> parse(std::string_view text, const Limits& limits = {});

// What for loops go over.
class Elements {
 public:
  class Iterator {
   public:
    Iterator(const Document* document, std::uint32_t node) : document_(document), node_(node) {}
    Value operator*() const { return {document_, node_}; }
    Iterator& operator++() { return node_ = document_->nodes_[node_].next, *this; }
    friend bool operator==(Iterator a, Iterator b) { return a.node_ == b.node_; }

   private:
    const Document* document_;
    std::uint32_t node_;
  };
  Elements(const Document* document, std::uint32_t from, std::uint32_t to) : document_(document), from_(from), to_(to) {}
  [[nodiscard]] Iterator begin() const { return {document_, from_}; }
  [[nodiscard]] Iterator end() const { return {document_, to_}; }

 private:
  const Document* document_;
  std::uint32_t from_, to_;
};

class Members {
 public:
  class Iterator {
   public:
    Iterator(const Document* document, std::uint32_t node) : document_(document), node_(node) {}
    Member operator*() const {
      const Node& name = document_->nodes_[node_];
      return {document_->text_of(name), {document_, name.next}};
    }
    Iterator& operator++() {
      node_ = document_->nodes_[document_->nodes_[node_].next].next;
      return *this;
    }
    friend bool operator==(Iterator a, Iterator b) { return a.node_ == b.node_; }

   private:
    const Document* document_;
    std::uint32_t node_;
  };
  Members(const Document* document, std::uint32_t from, std::uint32_t to) : document_(document), from_(from), to_(to) {}
  [[nodiscard]] Iterator begin() const { return {document_, from_}; }
  [[nodiscard]] Iterator end() const { return {document_, to_}; }

 private:
  const Document* document_;
  std::uint32_t from_, to_;
};

}  // namespace skypact::json
