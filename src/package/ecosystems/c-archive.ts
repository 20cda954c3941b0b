import type { Program } from "@millrace/program";
import type { CompiledFile, CompileOptions } from "@millrace/program/compile";
import { tarGzipOf } from "./archives.ts";
import { exampleRow } from "./example-row.ts";
import type { EcosystemPackage } from "./model.ts";
import { type PackageNames, packageNames } from "./package-names.ts";
import { packageReadme } from "./package-readme.ts";

/** Header and source with a Makefile and a CMakeLists.txt; both install a library, its pkg-config file and the filter. */
export function cArchive(files: readonly CompiledFile[], options: CompileOptions, program: Program): EcosystemPackage {
  const names = packageNames(options);
  const library = `millrace-${names.dashed}`;
  const folder = `${library}-${names.version}`;
  const entries = new Map<string, string | Uint8Array>();
  for (const { path, content } of files) entries.set(`${folder}/${path}`, content);
  entries.set(`${folder}/Makefile`, makefile(library));
  entries.set(`${folder}/CMakeLists.txt`, cmakeLists(library, names));
  entries.set(`${folder}/${library}.pc.in`, packageConfig(library, names));
  const header = String(files.find(({ path }) => path === "model.h")!.content);
  entries.set(`${folder}/README.md`, packageReadme(program, options, useOf(header, library, program)));
  const path = `${folder}.tar.gz`;
  return {
    files: [{ path, content: tarGzipOf(entries) }],
    usage: [
      `tar -xzf ${path}`,
      `make -C ${folder} install PREFIX=/usr/local`,
      `cc app.c $(pkg-config --cflags --libs ${library}) -o app`,
      `${library} < in.csv > out.csv`,
    ],
  };
}

function useOf(header: string, library: string, program: Program): string[] {
  const prefix = /^int (\w+)_score\(/m.exec(header)![1]!;
  const upper = prefix.toUpperCase();
  const sets = exampleRow(program).flatMap(({ input, place, json, number }) => {
    const name = input.name.replace(/[^A-Za-z0-9_.,+ -]/g, ".");
    if (input.type !== "string")
      return input.type === "strings" || input.type === "vector" ? [] : [`  row.x${place} = ${number}; /* ${name} */`];
    const bytes = [...new TextEncoder().encode(JSON.parse(json) as string)];
    const text = bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
    const plain = bytes.every((byte) => byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 && byte !== 63);
    return [
      `  row.x${place}.text = ${plain ? json : `"${text}"`}; /* ${name} */`,
      `  row.x${place}.length = ${bytes.length};`,
    ];
  });
  return [
    "```c",
    "#include <math.h>",
    "#include <stdio.h>",
    "#include <string.h>",
    "#include <model.h>",
    "",
    "int main(void) {",
    `  ${prefix}_row row;`,
    `  ${prefix}_result result;`,
    "  size_t k;",
    "  /* everything is missing at first */",
    "  memset(&row, 0, sizeof row);",
    `  for (k = 0; k < ${upper}_INPUTS; k++)`,
    `    if (${prefix}_inputs[k].type <= ${upper}_TIMESTAMP) *(double *)((char *)&row + ${prefix}_inputs[k].offset) = NAN;`,
    ...sets,
    `  if (${prefix}_score(&row, &result) != 0) return 1;`,
    '  printf("%.17g\\n", result.score);',
    "  return 0;",
    "}",
    "```",
    "",
    "```sh",
    `make install PREFIX=/usr/local && cc app.c $(pkg-config --cflags --libs ${library}) -o app`,
    `${library} < in.csv > out.csv`,
    "```",
    "",
    `The library allocates nothing. With CMake: \`find_package(${library})\` and \`millrace::${library}\`.`,
  ];
}

function makefile(library: string): string {
  return `PREFIX ?= /usr/local
CFLAGS ?= -O2
# Exactness: products are rounded before they are added.
EXACT = -std=c99 -ffp-contract=off

all: lib${library}.a ${library} ${library}.pc

model.o: model.c model.h
	$(CC) $(CFLAGS) $(EXACT) -fPIC -DMILLRACE_NO_MAIN -c model.c -o model.o

lib${library}.a: model.o
	$(AR) rcs $@ model.o

${library}: model.c model.h
	$(CC) $(CFLAGS) $(EXACT) model.c -lm -o $@

${library}.pc: ${library}.pc.in
	sed 's|@PREFIX@|$(PREFIX)|' ${library}.pc.in > $@

install: all
	mkdir -p $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include/${library} $(DESTDIR)$(PREFIX)/lib/pkgconfig
	cp ${library} $(DESTDIR)$(PREFIX)/bin/
	cp model.h $(DESTDIR)$(PREFIX)/include/${library}/
	cp lib${library}.a $(DESTDIR)$(PREFIX)/lib/
	cp ${library}.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/

clean:
	rm -f model.o lib${library}.a ${library} ${library}.pc

.PHONY: all install clean
`;
}

function cmakeLists(library: string, { version }: PackageNames): string {
  return `cmake_minimum_required(VERSION 3.13)
project(${library} VERSION ${version} LANGUAGES C)
include(GNUInstallDirs)

set(CMAKE_C_STANDARD 99)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()
# Exactness: products are rounded before they are added.
if(NOT MSVC)
  add_compile_options(-ffp-contract=off)
endif()

add_library(${library} STATIC model.c)
set_target_properties(${library} PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_definitions(${library} PRIVATE MILLRACE_NO_MAIN)
target_include_directories(${library} INTERFACE
  $<BUILD_INTERFACE:\${CMAKE_CURRENT_SOURCE_DIR}>
  $<INSTALL_INTERFACE:\${CMAKE_INSTALL_INCLUDEDIR}/${library}>)
add_executable(${library}-filter model.c)
set_target_properties(${library}-filter PROPERTIES OUTPUT_NAME ${library})
if(UNIX)
  target_link_libraries(${library} PUBLIC m)
  target_link_libraries(${library}-filter PRIVATE m)
endif()

set(PREFIX \${CMAKE_INSTALL_PREFIX})
configure_file(${library}.pc.in ${library}.pc @ONLY)
install(TARGETS ${library} EXPORT ${library} ARCHIVE DESTINATION lib)
install(TARGETS ${library}-filter RUNTIME DESTINATION bin)
install(FILES model.h DESTINATION include/${library})
install(FILES \${CMAKE_CURRENT_BINARY_DIR}/${library}.pc DESTINATION lib/pkgconfig)
install(EXPORT ${library} FILE ${library}-config.cmake NAMESPACE millrace:: DESTINATION lib/cmake/${library})
`;
}

function packageConfig(library: string, { version, digest }: PackageNames): string {
  return `prefix=@PREFIX@

Name: ${library}
Description: A trained model as dependency-free code${digest === undefined ? "" : `, content ${digest}`}.
Version: ${version}
Cflags: -I\${prefix}/include/${library}
Libs: -L\${prefix}/lib -l${library} -lm
`;
}
