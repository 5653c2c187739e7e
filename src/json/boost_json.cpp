// Boost.JSON, compiled here once for the whole program.

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wpedantic"
#endif

#include <boost/json/src.hpp>
