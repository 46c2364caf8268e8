# One interface target for how our own code is compiled, one for code that a generator or a library wrote.
set(VEERPONT_SANITIZE "" CACHE STRING "-fsanitize= list, or empty")
option(VEERPONT_FUZZ "build the fuzzers (clang) instead of programs and tests" OFF)
# Where we develop, a warning is an error. Whoever builds a release with a compiler that we do not know gets a release.
option(VEERPONT_WERROR "treat warnings as errors" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # Two checkouts of the same sources share one cache: paths are hashed relative to the checkout.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_library(flags INTERFACE)
# GCC 12 warns of bounds and uses in its own library that it does not warn of without optimisation, nor from 13 on.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13 AND CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread)
endif()
target_compile_options(flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wcast-qual -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wsuggest-override -Wimplicit-fallthrough -Wundef -Wredundant-decls
  -Wextra-semi $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety> $<$<BOOL:${VEERPONT_WERROR}>:-Werror>)
target_include_directories(flags INTERFACE ${PROJECT_SOURCE_DIR})

add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection=full -fvisibility=hidden)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-D_FORTIFY_SOURCE=3 -ftrivial-auto-var-init=zero)
endif()
add_link_options(-pie -Wl,-z,relro,-z,now)

# Sanitizers instrument our own code; Beast and generated code would cost minutes and show nothing of ours. Only the one for
# threads must see all of Asio, which hands our work from thread to thread.
if(VEERPONT_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
endif()
if(VEERPONT_SANITIZE)
  add_compile_definitions(VEERPONT_SANITIZED)
  # Clang 14 cannot assemble its check of function types in a coroutine.
  target_compile_options(flags INTERFACE -fsanitize=${VEERPONT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
  add_link_options(-fsanitize=${VEERPONT_SANITIZE})
  # The checks bring 60 MB of addresses, which a program that may lie anywhere rewrites at every start.
  if(NOT VEERPONT_SANITIZE STREQUAL "thread" AND NOT VEERPONT_FUZZ)
    add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-no-pie>)
  endif()
endif()
# Crash tests end processes at named places; a release has none.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT VEERPONT_FUZZ)
  add_compile_definitions(VEERPONT_KILL_POINTS)
endif()

# Boost's own sources, compiled once.
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
