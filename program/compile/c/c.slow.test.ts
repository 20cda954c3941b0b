import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Program, Tensors } from "../../model.ts";
import { csvFiles, csvSuites } from "../../testing/csv-files.ts";
import { elementaryCases } from "../../testing/elementary-cases.ts";
import { expectGraphsToAgree, filterDifference } from "../../testing/fixtures/tape.ts";
import { forestCase } from "../../testing/forest-cases.ts";
import { largeModel, unusualTrees } from "../../testing/large-models.ts";
import { oddNames } from "../../testing/odd-programs.ts";
import { type ParityCase, pickFrom, randomCases } from "../../testing/parity.ts";
import { readings } from "../../testing/readings.ts";
import { textCases } from "../../testing/text-cases.ts";
import { cCompiler } from "./compiler.ts";
import { runtimeOf } from "./runtime-parts.ts";

const found = spawnSync("cc", ["--version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "millrace-c-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const strict = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"];
const quick = ["-O1", ...strict];
let builds = 0;

/** Compiles files of one program, without a warning; gives the path of what was built. */
function build(files: Readonly<Record<string, string>>, main: string, flags: readonly string[]): string {
  const place = join(folder, String(builds++));
  mkdirSync(place);
  for (const [path, content] of Object.entries(files)) writeFileSync(join(place, path), content);
  const { stderr, status } = spawnSync("cc", [...flags, main, "-lm", "-o", "built"], { cwd: place, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return join(place, "built");
}

function sources(program: Program, tensors: Tensors, name = "churn-model"): Record<string, string> {
  const { files } = cCompiler.compile(program, tensors, { name, version: 3 });
  return Object.fromEntries(files.map(({ path, content }) => [path, content.toString()]));
}

const run = (filter: string, input: string | Uint8Array) => {
  const { stdout, stderr, status } = spawnSync(filter, { input, maxBuffer: 1 << 28 });
  return { stdout: stdout.toString(), stderr: stderr.toString(), status };
};

function agree({ program, tensors, csv, expected, notes }: ParityCase, flags: readonly string[] = quick): void {
  const built = build(sources(program, tensors), "model.c", flags);
  expect(run(built, csv)).toEqual({ stdout: expected, stderr: notes, status: 0 });
}

/** Reads the rows as the filter does, keeps them all, and scores them together. */
const together = `#define main filter
#include "model.c"
#undef main
static mr_row all[1000];
static mr_result scored[1000];
int main(void) {
  const char *problem = NULL, *shown = NULL;
  size_t count = 0, k, i;
  mr_record(&problem);
  mr_bind(readers, CHURN_MODEL_INPUTS, columns, &shown);
  while (mr_record(&problem) > 0) {
    for (k = 0; k < CHURN_MODEL_INPUTS; k++) {
      mr_read(&readers[k], columns[k], (char *)&all[count], &counts[k]);
      if (readers[k].kind == 's') {
        mr_text *text = (mr_text *)((char *)&all[count] + readers[k].offset);
        text->text = memcpy(malloc(text->length + 1), text->text, text->length);
      }
    }
    count++;
  }
  if (churn_model_score_rows(all, count, scored) != count) return 1;
  (void)filter;
  for (i = 0; i < count; i++) {
    mr_result one;
    if (churn_model_score(&all[i], &one) != 0) return 4;
    /* a regression that abstains has NAN as prediction */
    if (one.prediction != scored[i].prediction && one.prediction == one.prediction) return 2;
    if (one.score == one.score && memcmp(&one.score, &scored[i].score, sizeof one.score) != 0) return 3;
    printf("%.17g\\n", scored[i].score);
  }
  return 0;
}
`;

function agreeTogether({ program, tensors, csv, expected }: ParityCase, flags: readonly string[]): void {
  const built = build({ ...sources(program, tensors), "together.c": together }, "together.c", flags);
  const { stdout, stderr, status } = run(built, csv);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const wanted = expected.trim().split("\n").slice(1);
  const given = stdout.trim().split("\n");
  expect(given.map((text) => (text.includes("nan") ? "" : String(Number(text.replace("inf", "Infinity")))))).toEqual(
    wanted.map((line) => line.split(",")[1]!),
  );
}

describe.skipIf(!found)("C", () => {
  test(
    "writes what the interpreter gives, to the byte, for graphs and rows that fast-check draws",
    {
      timeout: 300_000,
    },
    () =>
      expectGraphsToAgree({ graphs: 20, texts: 6, rows: 150, seed: 101 }, (cases) =>
        cases.map((one) =>
          filterDifference(one, run(build(sources(one.program, one.tensors), "model.c", quick), one.csv)),
        ),
      ),
  );

  test("gives the same bits where the processor could fuse, and where memory is watched", { timeout: 300_000 }, () => {
    for (const one of [...randomCases(102, 5, 150), ...textCases(102, 2, 100)]) {
      agree(one, ["-O3", "-march=native"]);
      agree(one, ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
    }
  });

  test("scores many rows as it scores one", { timeout: 120_000 }, () => {
    for (const one of randomCases(103, 8, 203)) agreeTogether(one, ["-O1"]);
  });

  test("asks trees of up to 64 leaves of many rows at once, others row by row", { timeout: 300_000 }, () => {
    const pick = pickFrom(105);
    const flags = [["-O2"], ["-O1", "-DMILLRACE_PLAIN"], ["-O1", "-g", "-fsanitize=address,undefined"]];
    for (const [k, leaves] of [1, 31, 33, 64, 65].entries()) {
      const one = forestCase(pick, { trees: 5, leaves, columns: 3, classes: 1 + (k % 3), chain: k === 1 }, 90);
      for (const each of flags) agreeTogether(one, each);
      build(sources(one.program, one.tensors), "model.c", ["-DMILLRACE_PLAIN", ...quick]);
      const cuts = sources(one.program, one.tensors)["model.c"]!.includes("mr_cut_trees cuts");
      expect(cuts).toBe(leaves <= 64);
    }
  });

  test("keeps the texts of a program texts", { timeout: 60_000 }, () => {
    agree(oddNames());
    agree(oddNames(), ["-O1", "-g", "-trigraphs", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
  });

  test("reads and refuses texts as the interpreter does", { timeout: 120_000 }, () => {
    for (const { program, good, bad } of readings()) {
      const built = build(sources(program, new Map()), "model.c", quick);
      expect(run(built, good.csv)).toEqual({ stdout: good.expected, stderr: "", status: 0 });
      for (const { csv, error } of bad)
        expect(run(built, csv)).toEqual({ stdout: "prediction,score\n", stderr: error, status: 1 });
    }
  });

  test("reads CSV by RFC 4180 and says what is wrong with it", { timeout: 60_000 }, () => {
    const filters = csvSuites.map(({ program, tensors }) =>
      build(sources(program, tensors), "model.c", ["-g", "-fsanitize=address,undefined", ...quick]),
    );
    for (const { suite, file, out, error, warning = "", note = "" } of csvFiles)
      expect(run(filters[suite]!, file), JSON.stringify(file)).toEqual({
        stdout: `prediction,score\n${out}`,
        stderr: warning + error + note,
        status: error === "" ? 0 : 1,
      });
  });

  test("takes unusual and large models", { timeout: 300_000 }, () => {
    agree(unusualTrees());
    agree(unusualTrees(), ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
    agree(largeModel(), ["-O2"]);
  });

  test("has the program's elementary functions, to the bit", { timeout: 60_000 }, () => {
    const names = ["exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid"];
    const cases = elementaryCases();
    const source = `#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef struct { const char *text; size_t length; } mr_text;
${runtimeOf([...names, "pow"])}
static double of(uint64_t bits) { double x; memcpy(&x, &bits, sizeof x); return x; }
int main(void) {
  char name[16];
  uint64_t a, b, bits;
  while (scanf("%15s %" SCNx64, name, &a) == 2) {
    double y = NAN;
    ${names.map((name) => `if (strcmp(name, "${name}") == 0) y = mr_${name}(of(a));`).join("\n    ")}
    if (strcmp(name, "pow") == 0 && scanf("%" SCNx64, &b) == 1) y = mr_pow(of(a), of(b));
    memcpy(&bits, &y, sizeof bits);
    printf("%016" PRIx64 "\\n", y != y ? UINT64_C(0x7ff8000000000000) : bits);
  }
  return 0;
}
`;
    const input = cases.map((one) => `${one.name} ${one.arguments}\n`).join("");
    const wanted = cases.map(({ result }) => result);
    for (const flags of [["-O2"], ["-O2", "-march=native", "-ffp-contract=off"]]) {
      const built = build({ "elementary.c": source }, "elementary.c", flags);
      expect(run(built, input).stdout.trim().split("\n")).toEqual(wanted);
    }
  });

  test("is a library without a filter where that is asked for", { timeout: 60_000 }, () => {
    const { program, tensors } = randomCases(104, 1, 1)[0]!;
    const built = build(sources(program, tensors), "model.c", ["-c", "-DMILLRACE_NO_MAIN", ...quick]);
    expect(readFileSync(built).length).toBeGreaterThan(0);
    for (const name of ["mr", "int", "7", "main", "Ünïcode -- */"])
      build(sources(program, tensors, name), "model.c", ["-c", ...quick]);
    const { stdout } = spawnSync("nm", ["-u", built], { encoding: "utf8" });
    expect(stdout).not.toMatch(/malloc|calloc|realloc|printf|stdout/);
  });
});
