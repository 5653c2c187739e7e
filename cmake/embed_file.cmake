# Writes a C++ source with the bytes of INPUT behind a function; called by skypact_embed().
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(.*)::([^:]+)" "\\1" space "${FUNCTION}")
string(REGEX REPLACE "(.*)::([^:]+)" "\\2" function "${FUNCTION}")
file(WRITE ${OUTPUT} "#include <string_view>

namespace ${space} {
namespace {
constexpr unsigned char bytes[] = {${bytes}};
}
std::string_view ${function}();
std::string_view ${function}() { return {reinterpret_cast<const char*>(bytes), sizeof bytes}; }
}
")
