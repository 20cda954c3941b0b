import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parityCase, pickFrom, randomCases } from "../../testing/parity.ts";
import { randomProgram, randomRows } from "../../testing/random-program.ts";
import { lowerProgram } from "../lower.ts";
import type { CompiledFile } from "../model.ts";
import { jsCompiler, tsCompiler } from "./compiler.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function written(files: readonly CompiledFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-js-"));
  folders.push(folder);
  for (const { path, content } of files) writeFileSync(join(folder, path), content);
  return folder;
}

describe("JavaScript of random programs", () => {
  test("as a filter writes what the interpreter gives, to the byte", { timeout: 120_000 }, async () => {
    for (const { program, tensors, csv, expected } of randomCases(11, 25, 60)) {
      const folder = written(jsCompiler.compile(program, tensors, { name: "random" }).files);
      const found = execFileSync(process.execPath, [join(folder, "model.mjs")], { input: csv, encoding: "utf8" });
      expect(found).toBe(expected);
    }
  });

  test("as a library gives the interpreter's results for raw values", { timeout: 120_000 }, async () => {
    for (let seed = 0; seed < 150; seed++) {
      const pick = pickFrom(1000 + seed);
      const { program, tensors } = randomProgram(pick);
      const { rows, expected } = parityCase(program, tensors, randomRows(pick, program.inputs, 70));
      const folder = written(jsCompiler.compile(program, tensors, { name: "random" }).files);
      const model = await import(join(folder, "model.mjs"));
      const { load } = await import("@millrace/program");
      const scorer = load({ program, tensors });
      for (const row of rows) expect(model.score(row)).toEqual(scorer.score(row));
      expect(expected.split("\n")).toHaveLength(72);
    }
  });
});

describe("JavaScript's filter", () => {
  const { program, tensors } = randomProgram(pickFrom(5));
  const used = lowerProgram(program, tensors).inputs[0]!.input.name;
  test.each([
    ["no header", "", "header: there is no header line"],
    ["a field too many", "x0\n1,2\n", "row 1: has 2 fields; the header has 1"],
    ["a column twice", `${used},${used}\n1,2\n`, `header: column "${used}" is there twice`],
    ["an open quote", 'x0\n"1\n', "row 1: ends within a quoted field"],
  ])("says what is wrong: %s", async (_, input, message) => {
    const folder = written(jsCompiler.compile(program, tensors, { name: "random" }).files);
    const { status, stderr } = spawnSync(process.execPath, [join(folder, "model.mjs")], { input, encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr.trim()).toContain(message);
  });
});

describe("TypeScript", () => {
  test("states the exact types of rows and results", async () => {
    const { program, tensors } = randomProgram(pickFrom(3));
    const folder = written(tsCompiler.compile(program, tensors, { name: "random" }).files);
    const use = (row: string, wanted: string) => {
      const file = join(folder, "use.ts");
      writeFileSync(
        file,
        `import { score } from "./model.ts";\nconst { prediction } = score(${row});\nexport const p: ${wanted} = prediction;\n`,
      );
      const tsc = join(import.meta.dirname, "../../../node_modules/typescript/bin/tsc");
      return spawnSync(
        process.execPath,
        [
          tsc,
          "--noEmit",
          "--ignoreConfig",
          "--strict",
          "--module",
          "nodenext",
          "--allowImportingTsExtensions",
          "--types",
          "",
          file,
        ],
        { encoding: "utf8" },
      );
    };
    const prediction =
      program.outputs.task === "regression"
        ? "number | null"
        : `${program.outputs.classes!.map((name) => JSON.stringify(name)).join(" | ")} | null`;
    const good = use("{}", prediction);
    expect(good.stdout).toBe("");
    expect(use('{ x0: "text" }', prediction).stdout).toContain("TS");
    expect(use("{}", "symbol").stdout).toContain("TS2322");
  });
});
