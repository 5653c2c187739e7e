# Compiler flags that hold for every target of ours.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(SKYPACT_SANITIZE "" CACHE STRING "Sanitizers for every target, for example address,undefined")
option(SKYPACT_FUZZ "Build the fuzzers with libFuzzer (needs Clang)" OFF)
# What a newer compiler takes for an error may be its own mistake (GCC 14: array bounds in a sort), and its users must be able to
# build; so only the compilers of Debian 12 end the build at a warning, unless one asks.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13
   OR CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  set(tested_compiler ON)
else()
  set(tested_compiler OFF)
endif()
option(SKYPACT_WERROR "Warnings are errors" ${tested_compiler})
option(SKYPACT_CCACHE "Use ccache where it is installed" ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

# Everything of ours links this. Third-party headers are system headers and stay quiet.
add_library(skypact_flags INTERFACE)
target_include_directories(skypact_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(skypact_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wcast-align -Wunused -Woverloaded-virtual
  -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough -Wextra-semi
  # Same input, same bytes out, on every machine: no fused multiply-add behind our back, never fast-math.
  -ffp-contract=off
  -fstack-protector-strong -fno-omit-frame-pointer)
target_compile_definitions(skypact_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
# GCC 12 sees an overlap in adding two strings at -O3 where there is none (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(skypact_flags INTERFACE -Wno-restrict)
endif()
if(SKYPACT_WERROR)
  target_compile_options(skypact_flags INTERFACE -Werror)
endif()

if(SKYPACT_SANITIZE)
  add_compile_options(-fsanitize=${SKYPACT_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SKYPACT_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # Clang 14 cannot assemble this check in coroutines ("cannot represent a difference across sections").
    add_compile_options(-fno-sanitize=function)
  endif()
  target_compile_options(skypact_flags INTERFACE -U_FORTIFY_SOURCE)
endif()
if(SKYPACT_FUZZ AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "SKYPACT_FUZZ needs Clang: cmake --preset asan")
endif()

# There are more than a hundred programs to link; LLVM's linker takes a fifth of the time.
find_program(SKYPACT_LLD ld.lld)
if(SKYPACT_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(SKYPACT_CCACHE)
  find_program(SKYPACT_CCACHE_PROGRAM ccache)
  if(SKYPACT_CCACHE_PROGRAM)
    # Paths relative to the tree, so that a second checkout finds what the first one compiled.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
      ${SKYPACT_CCACHE_PROGRAM})
    add_compile_options(-fdebug-prefix-map=${PROJECT_SOURCE_DIR}=.)
  endif()
endif()

# Boost >= 1.81, headers only: the system's where it is new enough, else what tools/install-deps unpacked.
find_path(SKYPACT_BOOST_INCLUDE_DIR boost/version.hpp
  PATHS ${PROJECT_SOURCE_DIR}/.deps/boost/usr/include /usr/include NO_DEFAULT_PATH REQUIRED)
add_library(skypact_boost INTERFACE)
target_include_directories(skypact_boost SYSTEM INTERFACE ${SKYPACT_BOOST_INCLUDE_DIR})

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
