# skypact_module(NAME [DEPENDS module…] [LINKS library…] [TEST_LINKS library…])
#
# A folder under src/ is one static library, skypact_NAME. By file name:
#   x.cpp        goes into the library
#   x_test.cpp   into the module's test program NAME_test
#   x_fuzz.cpp   is a fuzzer: a libFuzzer program under SKYPACT_FUZZ, and always a test that replays
#                the corpus beside it (corpus/x/) through the same function
#   x_bench.cpp  into the module's benchmark program NAME_bench

find_package(GTest REQUIRED)

set(SKYPACT_SHARED_DATA ${PROJECT_SOURCE_DIR}/../shared/data CACHE PATH
  "Reference recordings; tests that read them say that they were skipped where the folder is missing")

add_library(skypact_test_paths STATIC ${PROJECT_SOURCE_DIR}/tests/paths.cpp)
target_include_directories(skypact_test_paths PUBLIC ${PROJECT_SOURCE_DIR})
target_compile_definitions(skypact_test_paths PRIVATE
  SKYPACT_SHARED_DATA="${SKYPACT_SHARED_DATA}" SKYPACT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(skypact_test_paths PRIVATE skypact_flags)

function(skypact_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINKS;TEST_LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")

  if(sources)
    add_library(skypact_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(skypact_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  if(SKYPACT_FUZZ AND sources)
    target_compile_options(skypact_${name} PRIVATE -fsanitize=fuzzer-no-link)   # what fuzzers find their way by
  endif()
  list(TRANSFORM ARG_DEPENDS PREPEND skypact_)
  target_link_libraries(skypact_${name} ${scope} skypact_flags ${ARG_DEPENDS} ${ARG_LINKS})

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE skypact_${name} ${ARG_TEST_LINKS} skypact_test_paths GTest::gtest GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 600)
  endif()

  foreach(fuzzer ${fuzzers})
    get_filename_component(target ${fuzzer} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" subject ${target})
    if(SKYPACT_FUZZ)
      add_executable(${target} ${fuzzer})
      target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      add_test(NAME ${target}_corpus COMMAND ${target} -runs=0 -verbosity=0 ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${subject})
    else()
      add_executable(${target} ${fuzzer} ${PROJECT_SOURCE_DIR}/cmake/replay_corpus.cpp)
      add_test(NAME ${target}_corpus COMMAND ${target} ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${subject})
    endif()
    target_link_libraries(${target} PRIVATE skypact_${name})
  endforeach()

  if(benches AND NOT SKYPACT_SANITIZE)  # a sanitized figure says nothing
    find_package(benchmark REQUIRED)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE skypact_${name} ${ARG_TEST_LINKS} benchmark::benchmark_main)
  endif()
endfunction()
