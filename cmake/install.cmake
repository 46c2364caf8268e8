# What `cmake --install` gives: three programs, libveerpont with headers, CMake package and pkg-config file, man pages,
# completion, a service unit.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS veerpont veerpontd veerpont-gateway RUNTIME COMPONENT programs)
# Where `./dev web` built them; without, the gateway serves its API alone and says so.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/build/web/ DESTINATION ${CMAKE_INSTALL_DATADIR}/veerpont/web COMPONENT programs OPTIONAL)
install(TARGETS veerpont_shared EXPORT veerpont-targets LIBRARY)

# In the tree headers are included by root path; installed, they live below veerpont/ and say so.
set(headers ${CMAKE_BINARY_DIR}/install/include/veerpont)
foreach(header base/api base/ids base/language base/refusal base/result base/time schemas/codes schemas/finding)
  file(READ ${PROJECT_SOURCE_DIR}/${header}.h text)
  string(REGEX REPLACE "#include \"(base|schemas)/" "#include \"veerpont/\\1/" text "${text}")
  file(CONFIGURE OUTPUT ${headers}/${header}.h CONTENT "${text}" @ONLY)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header}.h)
endforeach()
foreach(header veerpont rows)
  set(source client_sdk/include/veerpont/${header}.h)
  file(READ ${PROJECT_SOURCE_DIR}/${source} text)
  string(REGEX REPLACE "#include \"(base|schemas)/" "#include \"veerpont/\\1/" text "${text}")
  file(CONFIGURE OUTPUT ${headers}/${header}.h CONTENT "${text}" @ONLY)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/client_sdk/include/veerpont/veerpont_c.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/veerpont)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/client_sdk/python/veerpont DESTINATION lib/python3/dist-packages
        FILES_MATCHING PATTERN "*.py" PATTERN "py.typed")
install(FILES ${CMAKE_BINARY_DIR}/api/python/__init__.pyi DESTINATION lib/python3/dist-packages/veerpont)
install(FILES ${PROJECT_SOURCE_DIR}/api/proto/veerpont/api/v1/api.proto DESTINATION ${CMAKE_INSTALL_DATADIR}/veerpont)
install(DIRECTORY ${CMAKE_BINARY_DIR}/install/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

install(EXPORT veerpont-targets NAMESPACE veerpont:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/veerpont)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/install/veerpont-config.cmake
     CONTENT "include(\"\${CMAKE_CURRENT_LIST_DIR}/veerpont-targets.cmake\")\n" @ONLY)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/install/veerpont-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/install/veerpont-config.cmake ${CMAKE_BINARY_DIR}/install/veerpont-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/veerpont)
# Relative to itself, so that the tree may be installed anywhere and moved.
file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/install/veerpont.pc CONTENT
"prefix=\${pcfiledir}/${up}
includedir=\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}
libdir=\${prefix}/${CMAKE_INSTALL_LIBDIR}

Name: veerpont
Description: Refer a child, receive, answer, prove
Version: ${PROJECT_VERSION}
Cflags: -I\${includedir}
Libs: -L\${libdir} -lveerpont
" @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/install/veerpont.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES ${PROJECT_SOURCE_DIR}/packaging/veerpont.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/veerpontd.8 ${PROJECT_SOURCE_DIR}/packaging/veerpont-gateway.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/veerpont.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME veerpont)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/veerpont.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME veerpontd)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/veerpont.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME veerpont-gateway)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/veerpontd.service ${PROJECT_SOURCE_DIR}/packaging/veerpont-gateway.service ${PROJECT_SOURCE_DIR}/packaging/veerpont-witness.service DESTINATION lib/systemd/system)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/veerpontd.logrotate DESTINATION ${CMAKE_INSTALL_DATADIR}/veerpont)
