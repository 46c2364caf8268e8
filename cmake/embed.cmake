# embed(TARGET FILE CONSTANT): FILE, as one string CONSTANT in namespace veerpont, for the sources of TARGET, which include
# it by its path with every dot and dash an underscore: rules/data/holidays-nl.txt is "rules/data/holidays_nl_txt.h".
function(embed target file constant)
  file(READ ${file} content)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  string(REGEX REPLACE "[.-]" "_" header ${path})
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/embedded/${header}.h @ONLY CONTENT
"// Made from @path@.
#pragma once
namespace veerpont {
inline constexpr char @constant@[] = R\"embedded(@content@)embedded\";
}
")
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()
