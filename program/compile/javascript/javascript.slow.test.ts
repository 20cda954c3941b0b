import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { csvFiles, twoColumns } from "../../testing/csv-files.ts";
import { oddNames } from "../../testing/odd-programs.ts";
import { parityCase, pickFrom, randomCases } from "../../testing/parity.ts";
import { randomProgram, randomRows } from "../../testing/random-program.ts";
import { readings } from "../../testing/readings.ts";
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
  const run = (folder: string, input: string | Uint8Array) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(folder, "model.mjs")], {
      input,
      maxBuffer: 1 << 28,
    });
    return { stdout: stdout.toString(), stderr: stderr.toString(), status };
  };

  test("reads CSV by RFC 4180 and says what is wrong with it", { timeout: 60_000 }, () => {
    const folder = written(jsCompiler.compile(twoColumns, new Map(), { name: "csv" }).files);
    for (const { file, out, error } of csvFiles)
      expect(run(folder, file), JSON.stringify(file)).toEqual({
        stdout: `prediction,score\n${out}`,
        stderr: error,
        status: error === "" ? 0 : 1,
      });
  });

  test("reads and refuses texts as the interpreter does, and keeps the texts of a program texts", {
    timeout: 120_000,
  }, () => {
    for (const { program, good, bad } of readings()) {
      const folder = written(jsCompiler.compile(program, new Map(), { name: "readings" }).files);
      expect(run(folder, good.csv)).toEqual({ stdout: good.expected, stderr: "", status: 0 });
      for (const { csv, error } of bad.slice(0, 4))
        expect(run(folder, csv)).toEqual({ stdout: "prediction,score\n", stderr: error, status: 1 });
    }
    const { program, tensors, csv, expected } = oddNames();
    expect(run(written(jsCompiler.compile(program, tensors, { name: "odd" }).files), csv).stdout).toBe(expected);
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
