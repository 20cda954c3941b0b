import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Program, Tensors } from "@millrace/program";
import { compilers } from "@millrace/program/compile";

/** Builds the C export of a model of numbers as its build line says, with a clock around its rows; undefined without cc. */
export function buildC(program: Program, tensors: Tensors, into: string): string | undefined {
  mkdirSync(into, { recursive: true });
  const { files } = compilers.get("c")!.compile(program, tensors, { name: "bench" });
  for (const { path, content } of files) writeFileSync(join(into, path), content);
  writeFileSync(join(into, "clock.c"), clock);
  const args = ["-O2", "-ffp-contract=off", "-DMILLRACE_NO_MAIN", "model.c", "clock.c", "-lm", "-o", "clock"];
  const { status, stderr, error } = spawnSync("cc", args, { cwd: into, encoding: "utf8" });
  if (status === 0) return join(into, "clock");
  console.log(`No C: ${error?.message ?? stderr.split("\n")[0]}`);
  return undefined;
}

/** Seconds for the first `count` rows of a file of doubles, and the first scores. */
export function timeC(program: string, rows: string, count: number) {
  const { stdout, status, stderr } = spawnSync(program, [rows, String(count)], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`The C export failed: ${stderr}`);
  const [seconds = "", ...scores] = stdout.trim().split("\n");
  return { seconds: Number(seconds), scores: scores.map(Number) };
}

const clock = `#define _POSIX_C_SOURCE 199309L
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv) {
  const size_t count = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 0;
  bench_row *rows = malloc(count * sizeof *rows);
  bench_result *results = malloc(count * sizeof *results);
  FILE *file = fopen(argv[1], "rb");
  double began, seconds;
  size_t i;
  if (file == NULL || rows == NULL || results == NULL || fread(rows, sizeof *rows, count, file) != count) return 1;
  bench_score_rows(rows, count < 1000 ? count : 1000, results);
  began = now();
  bench_score_rows(rows, count, results);
  seconds = now() - began;
  printf("%.9f\\n", seconds);
  for (i = 0; i < count && i < 1000; i++) printf("%.17g\\n", results[i].score);
  return 0;
}
`;
