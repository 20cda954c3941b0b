import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect, isDeepStrictEqual } from "node:util";
import { deserialize } from "node:v8";
import { afterAll, describe, expect, test } from "vitest";
import { load, type Scorer } from "../../interpreter/load.ts";
import type { Program, ProgramInput } from "../../model.ts";
import { pruneProgram } from "../../prune.ts";
import { csvFiles, csvSuites } from "../../testing/csv-files.ts";
import { type Difference, expectGraphsToAgree, filterDifference } from "../../testing/fixtures/tape.ts";
import { oddNames } from "../../testing/odd-programs.ts";
import { type ParityCase, pickFrom } from "../../testing/parity.ts";
import { randomProgram } from "../../testing/random-program.ts";
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

const run = (folder: string, input: string | Uint8Array) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(folder, "model.mjs")], {
    input,
    maxBuffer: 1 << 28,
  });
  return { stdout: stdout.toString(), stderr: stderr.toString(), status };
};

function rowDifference(wanted: readonly unknown[], given: readonly unknown[]): Difference {
  const row = wanted.findIndex((one, k) => !isDeepStrictEqual(given[k], one));
  if (row < 0 && given.length === wanted.length) return undefined;
  return `row ${row}: wanted ${inspect(wanted[row])}, got ${inspect(given[row])}`;
}

describe("JavaScript of graphs that fast-check draws", () => {
  test("as a filter writes what the interpreter gives, to the byte", { timeout: 120_000 }, () =>
    expectGraphsToAgree({ graphs: 15, texts: 12, rows: 100, seed: 11 }, (cases) =>
      cases.map((one) => {
        const folder = written(jsCompiler.compile(one.program, one.tensors, { name: "random" }).files);
        return filterDifference(one, run(folder, one.csv));
      }),
    ),
  );

  test("as a library gives the interpreter's results for raw values", { timeout: 120_000 }, () =>
    expectGraphsToAgree({ graphs: 120, rows: 70, seed: 12 }, (cases) =>
      Promise.all(
        cases.map(async ({ program, tensors, rows }) => {
          const folder = written(jsCompiler.compile(program, tensors, { name: "random" }).files);
          const model = (await import(join(folder, "model.mjs"))) as Pick<Scorer, "score">;
          const scorer = load({ program, tensors });
          return rowDifference(
            rows.map((row) => scorer.score(row)),
            rows.map((row) => model.score(row)),
          );
        }),
      ),
    ),
  );
});

describe("JavaScript's filter", () => {
  test("reads CSV by RFC 4180 and says what is wrong with it", { timeout: 60_000 }, () => {
    const folders = csvSuites.map(({ program }) =>
      written(jsCompiler.compile(program, new Map(), { name: "csv" }).files),
    );
    for (const { suite, file, out, error, warning = "", note = "" } of csvFiles)
      expect(run(folders[suite]!, file), JSON.stringify(file)).toEqual({
        stdout: `prediction,score\n${out}`,
        stderr: warning + error + note,
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
  const tsc = join(import.meta.dirname, "../../../node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "--ignoreConfig", "--strict", "--module", "nodenext", "--target", "esnext"];
  const checked = (file: string) =>
    spawnSync(process.execPath, [tsc, ...flags, "--allowImportingTsExtensions", "--types", "node", file], {
      encoding: "utf8",
      // where the types of Node are found
      cwd: join(import.meta.dirname, "../../.."),
    });

  test("states the exact types of rows and results", { timeout: 120_000 }, () => {
    const { program, tensors } = randomProgram(pickFrom(3));
    const folder = written(tsCompiler.compile(program, tensors, { name: "random" }).files);
    const use = (row: string, wanted: string) => {
      const file = join(folder, "use.ts");
      writeFileSync(
        file,
        `import { score } from "./model.ts";\nconst { prediction } = score(${row});\nexport const p: ${wanted} = prediction;\n`,
      );
      return checked(file);
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

  test(
    "of graphs that fast-check draws passes the type check, and gives the interpreter's results",
    {
      timeout: 300_000,
    },
    () => expectGraphsToAgree({ graphs: 4, texts: 4, rows: 100, seed: 41 }, typedDifferences),
  );

  function typedDifferences(cases: readonly ParityCase[]): Difference[] {
    const folders = cases.map(({ program, tensors, rows }) => {
      const folder = written(tsCompiler.compile(program, tensors, { name: "mixed" }).files);
      // the type of a row names what the model reads, and nothing else
      const { inputs } = pruneProgram(program);
      const typed = rows
        .filter((row) => inputs.every((input) => isTyped(input, row[input.name])))
        .map((row) => Object.fromEntries(inputs.flatMap(({ name }) => (name in row ? [[name, row[name]]] : []))));
      writeFileSync(join(folder, "use.ts"), useOf(program, typed));
      const scorer = load({ program, tensors });
      return { folder, wanted: typed.map((row) => scorer.score(row)) };
    });
    // one check for all of them: starting the compiler takes longer than reading a file
    const whole = join(folders[0]!.folder, "all.ts");
    writeFileSync(whole, folders.map(({ folder }) => `import ${JSON.stringify(join(folder, "use.ts"))};\n`).join(""));
    const complaints = checked(whole).stdout;
    return folders.map(({ folder, wanted }) => {
      if (complaints !== "") return complaints;
      const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "use.ts")], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
      if (stderr !== "") return stderr;
      return rowDifference(wanted, deserialize(Buffer.from(stdout, "base64")) as unknown[]);
    });
  }
});

/** Whether the exact types of an export take a value; others are for filters and for JavaScript. */
function isTyped({ type, missingAllowed }: ProgramInput, value: unknown): boolean {
  if (value === null || value === undefined) return missingAllowed;
  if (type === "strings" || type === "vector") return Array.isArray(value);
  if (type === "timestamp") return typeof value === "number" || /^\d{4}-/.test(String(value));
  return typeof value === { number: "number", integer: "number", bool: "boolean", string: "string" }[type];
}

/** A module that scores rows under their exact types; structured clones keep what JSON lacks. */
function useOf({ outputs }: Program, rows: readonly Readonly<Record<string, unknown>>[]): string {
  const cell = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(cell).join(", ")}]`;
    if (typeof value !== "number") return JSON.stringify(value ?? null);
    return Object.is(value, -0) ? "-0" : String(value);
  };
  const lines = rows.map(
    (row) =>
      `  { ${Object.entries(row)
        .map(([name, value]) => `${JSON.stringify(name)}: ${cell(value)}`)
        .join(", ")} },`,
  );
  const prediction = outputs.task === "regression" ? "number" : "ClassName";
  return `import { serialize } from "node:v8";
import { type ${prediction === "number" ? "Row" : "ClassName, type Row"}, score } from "./model.ts";

const rows: readonly Row[] = [
${lines.join("\n")}
];
const results = rows.map((row) => score(row));
const predictions: readonly (${prediction} | null)[] = results.map(({ prediction }) => prediction);
const scores: readonly (number | null)[] = results.map(({ score }) => score);
if (predictions.length !== scores.length) throw new Error("A row has no result.");
process.stdout.write(serialize(results).toString("base64"));
`;
}
