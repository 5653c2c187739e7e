# skypact_embed(TARGET FILE FUNCTION)
#
# Builds the bytes of FILE into TARGET, as `std::string_view FUNCTION()`; FUNCTION is qualified: skypact::line::airfields_csv.
# The declaration stands in a header of the module.
function(skypact_embed target file function)
  get_filename_component(input ${file} ABSOLUTE)
  get_filename_component(name ${file} NAME)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${input} -DOUTPUT=${output} -DFUNCTION=${function} -P ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake
    DEPENDS ${input} ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake
    COMMENT "Embedding ${name}" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
