import { withSeenLevels } from "../lower/with-seen-levels.ts";
import { lowerProgram } from "../lower.ts";
import type { CompileOptions, Compiler, Lowered } from "../model.ts";
import { reasonOf } from "../printing/extras.ts";
import { titleOf } from "../printing/names.ts";
import { shallow } from "../printing/shallow.ts";
import { double, prefixInC, sized } from "./literals.ts";
import { printFilter } from "./print-filter.ts";
import { printHeader } from "./print-header.ts";
import { array } from "./print-tables.ts";
import { type PrintedUnits, printUnits } from "./print-units.ts";
import { runtimeOf } from "./runtime-parts.ts";

/** Deeper forms are computed in steps, since compilers nest brackets only so far. */
const deepest = 48;
const build = "cc -O2 -ffp-contract=off model.c -lm -o model";

/** C99: a library that allocates nothing (`model.h`, `model.c`), and a CSV filter in the same file. */
export const cCompiler: Compiler = {
  kind: "compiler",
  name: "c",
  version: "1",
  traits: { exact: true, tolerance: 0 },
  supports: () => [],
  compile: (program, tensors, options) => {
    const lowered = shallow(lowerProgram(program, tensors), deepest);
    const needs = new Set(["base"]);
    const units = printUnits(lowered, needs);
    return {
      files: [
        { path: "model.c", content: printSource(lowered, units, needs, options) },
        { path: "model.h", content: printHeader(lowered, options, units.isStatic) },
      ],
      usage: [build, "./model < in.csv > out.csv"],
    };
  },
};

function printSource(lowered: Lowered, units: PrintedUnits, needs: Set<string>, options: CompileOptions): string {
  const prefix = prefixInC(options);
  const result = [...printExtras(lowered), ...printResult(lowered, needs)];
  const library = runtimeOf(needs);
  const filter = runtimeOf(["main"], needs);
  return `/* ${titleOf(options)}
 *
 *   ${build}
 *   ./model < in.csv > out.csv
 *
 * With -DMILLRACE_NO_MAIN it is a library without the filter: see model.h.
 */
#include "model.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Products are rounded before they are added: nothing is fused. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("-ffp-contract=off")
#else
#pragma STDC FP_CONTRACT OFF
#endif

typedef ${prefix}_text mr_text;
typedef ${prefix}_row mr_row;
typedef ${prefix}_result mr_result;

${library}

${units.tables.join("\n")}

${units.functions.join("\n")}
${publicPart(lowered, units, result, prefix)}

#ifndef MILLRACE_NO_MAIN

#include <stdio.h>
#include <stdlib.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

${filter}

${printFilter(withSeenLevels(lowered), lowered.tables.length, prefix).join("\n")}

#endif
`;
}

function printExtras({ program, extras }: Lowered): string[] {
  return extras.flatMap(({ kind, column, slot }) => {
    if (kind === "number") return [`result->${column} = s->n${slot};`];
    if (kind === "reason") return [`result->abstain = (int)s->n${slot};`];
    return program.outputs.classes!.map(
      (_, k) => `result->set[${k}] = mr_missing(s->v${slot}[0]) ? -1 : s->v${slot}[${k}] == 1.0;`,
    );
  });
}

function printResult(lowered: Lowered, needs: Set<string>): string[] {
  const { score } = lowered;
  const { outputs } = lowered.program;
  const reason = reasonOf(lowered);
  const decided = reason === undefined ? "" : `s->n${reason.slot} > 0.0 || `;
  if ("vector" in score) {
    needs.add("best");
    const width = outputs.classes!.length;
    return [
      `size_t best = mr_first_greatest(s->v${score.vector}, ${width});`,
      `memcpy(result->scores, s->v${score.vector}, ${width} * sizeof(double));`,
      `if (mr_missing(s->v${score.vector}[0])) {`,
      "  result->score = NAN;",
      "  result->prediction = -1;",
      "  return;",
      "}",
      "result->score = result->scores[best];",
      reason === undefined
        ? "result->prediction = (long)best;"
        : `result->prediction = s->n${reason.slot} > 0.0 ? -1 : (long)best;`,
    ];
  }
  const value = `s->n${score.number}`;
  if (outputs.task === "regression") {
    const prediction = reason === undefined ? [] : [`if (s->n${reason.slot} > 0.0) result->prediction = NAN;`];
    return [`result->score = result->prediction = ${value};`, ...prediction];
  }
  return [
    `result->score = result->scores[1] = ${value};`,
    `result->scores[0] = 1.0 - ${value};`,
    `result->prediction = ${decided}mr_missing(${value}) ? -1 : ${value} >= ${double(outputs.threshold ?? 0.5)} ? 1 : 0;`,
  ];
}

function publicPart(lowered: Lowered, units: PrintedUnits, result: readonly string[], prefix: string): string {
  const { inputs, program } = lowered;
  const upper = prefix.toUpperCase();
  const { classes } = program.outputs;
  const described = inputs.map(({ input }, k) => {
    const type = `${upper}_${input.type.toUpperCase()}`;
    return `{{${sized(input.name)}}, ${type}, ${input.missingAllowed ? 1 : 0}, offsetof(mr_row, x${k})}`;
  });
  return [
    ...array(
      `${prefix}_input`,
      `${prefix}_inputs`,
      described.length === 0 ? ["{{NULL, 0}, 0, 0, 0}"] : described,
      "const",
    ),
    ...(classes === undefined
      ? []
      : array(
          `${prefix}_text`,
          `${prefix}_classes`,
          classes.map((name) => `{${sized(name)}}`),
          "const",
        )),
    "",
    "static void finish(const mr_state *s, mr_result *result) {",
    ...result.map((line) => `  ${line}`),
    "}",
    "",
    "static void score_block(mr_state *s, size_t count, mr_result *results) {",
    "  size_t i;",
    ...units.calls.map((line) => `  ${line}`),
    "  for (i = 0; i < count; i++) finish(s + i, results + i);",
    "}",
    "",
    `int ${prefix}_score(const ${prefix}_row *row, ${prefix}_result *result) {`,
    `  ${units.isStatic ? "static " : ""}mr_state s[1];`,
    "  const int refused = part0(row, s);",
    "  if (refused == 0) score_block(s, 1, result);",
    "  return refused;",
    "}",
    "",
    `size_t ${prefix}_score_rows(const ${prefix}_row *rows, size_t count, ${prefix}_result *results) {`,
    `  ${units.isStatic ? "static " : ""}mr_state s[${units.block}];`,
    "  size_t done = 0;",
    "  while (done < count) {",
    `    const size_t block = count - done < ${units.block} ? count - done : ${units.block};`,
    "    size_t read = 0;",
    "    while (read < block && part0(rows + done + read, s + read) == 0) read++;",
    "    score_block(s, read, results + done);",
    "    done += read;",
    "    if (read < block) break;",
    "  }",
    "  return done;",
    "}",
  ].join("\n");
}
