# precompile(TARGET [HEADER…]): the headers that nearly every source of ours reads, parsed once for the target instead of
# once for each source: more than half of a clean build. Only with g++, which is what we build with.
function(precompile target)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  target_precompile_headers(${target} PRIVATE
    <algorithm> <chrono> <functional> <map> <memory> <mutex> <optional> <set> <string> <string_view> <utility> <variant> <vector>
    <veerpont/v1/audit.pb.h> <veerpont/v1/directory.pb.h> <veerpont/v1/documents.pb.h> <veerpont/v1/envelope.pb.h>
    <veerpont/v1/frames.pb.h> <veerpont/v1/grant.pb.h> <veerpont/v1/keys.pb.h> ${ARGN})
  target_compile_options(${target} PRIVATE -fpch-preprocess)  # so that ccache knows what went into it
endfunction()
