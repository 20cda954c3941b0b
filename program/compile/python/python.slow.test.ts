import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import * as elementary from "../../index.ts";
import { load, type RowScore } from "../../interpreter/load.ts";
import type { Program, Tensors } from "../../model.ts";
import { csvCases, csvProgram } from "../../testing/csv-cases.ts";
import { csvFiles, csvSuites } from "../../testing/csv-files.ts";
import { expectGraphsToAgree, filterDifference } from "../../testing/fixtures/tape.ts";
import { type ForestShape, forestCase } from "../../testing/forest-cases.ts";
import { hostile, hostileCase, wideCase } from "../../testing/odd-programs.ts";
import { parityCase, pickFrom, rowsAsCsv } from "../../testing/parity.ts";
import { randomProgram, randomRows } from "../../testing/random-program.ts";
import { readingCases, readingProgram } from "../../testing/reading-cases.ts";
import { someNumbers } from "../../testing/some-numbers.ts";
import { pythonCompiler } from "./compiler.ts";

const found = spawnSync("python3", ["--version"]).status === 0;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function written(program: Program, tensors: Tensors, name = "random"): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-python-"));
  folders.push(folder);
  for (const { path, content } of pythonCompiler.compile(program, tensors, { name }).files)
    writeFileSync(join(folder, path), content);
  return folder;
}

function filter(folder: string, input: string | Uint8Array) {
  return spawnSync("python3", [join(folder, "model.py")], { input, encoding: "utf8", maxBuffer: 1 << 28 });
}

/** Runs Python code in the folder of a model; JSON in, JSON out. */
function run(folder: string, code: string, input: unknown): unknown {
  const script = `import json, sys\nimport model\ngiven = json.load(sys.stdin)\n${code}\nprint(json.dumps(result))\n`;
  writeFileSync(join(folder, "check.py"), script);
  const out = execFileSync("python3", [join(folder, "check.py")], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return JSON.parse(out);
}

/** A row's result under the names of its columns; Python says nothing of what it read as missing. */
function inPython(result: RowScore): unknown {
  const { imputed: _, ...given } = result;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

/** A double as its sixteen hexadecimal digits. */
function bits(x: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  return Number.isNaN(x) ? "nan" : view.getBigUint64(0).toString(16).padStart(16, "0");
}

const bitsInPython = `
import struct
def number(text):
    return struct.unpack(">d", bytes.fromhex(text))[0] if text != "nan" else float("nan")
def bits(x):
    return "nan" if x != x else struct.pack(">d", x).hex()
`;

describe.skipIf(!found)("Python", () => {
  test(
    "writes what the interpreter gives, to the byte, for graphs and rows that fast-check draws",
    {
      timeout: 300_000,
    },
    () =>
      expectGraphsToAgree({ graphs: 30, texts: 12, rows: 120, seed: 21 }, (cases) =>
        cases.map((one) => filterDifference(one, filter(written(one.program, one.tensors), one.csv))),
      ),
  );

  test("gives the interpreter's results for raw values", { timeout: 120_000 }, () => {
    for (let seed = 0; seed < 10; seed++) {
      const pick = pickFrom(300 + seed);
      const { program, tensors } = randomProgram(pick);
      const rows = randomRows(pick, program.inputs, 60).map((row) =>
        Object.fromEntries(
          Object.entries(row).filter(([, value]) => typeof value !== "number" || Number.isFinite(value)),
        ),
      );
      const scorer = load({ program, tensors });
      const said = run(
        written(program, tensors),
        "result = [repr(x) for x in map(str, given)] and model.score_many(given)",
        rows,
      );
      const plain = (value: unknown) =>
        JSON.parse(JSON.stringify(value, (_, x) => (typeof x === "number" && !Number.isFinite(x) ? String(x) : x)));
      expect(plain(said)).toEqual(plain(rows.map((row) => inPython(scorer.score(row)))));
    }
  });

  test("has the program's elementary functions, to the bit", { timeout: 120_000 }, () => {
    const golden = JSON.parse(
      readFileSync(join(import.meta.dirname, "../../elementary/elementary.golden.json"), "utf8"),
    ) as Record<string, number[][]>;
    const own = elementary as unknown as Record<string, (...x: number[]) => number>;
    const some = [...someNumbers(3000), Number.NaN];
    const calls = Object.entries(golden).flatMap(([name, rows]) => [
      ...rows.map((row) => [name, ...row.slice(0, -2)] as const),
      ...some.map((x, i) =>
        name === "pow" ? ([name, x, some[(i * 7 + 1) % some.length]!] as const) : ([name, x] as const),
      ),
    ]) as [string, ...number[]][];
    const folder = written(csvProgram, new Map());
    const said = run(
      folder,
      `${bitsInPython}\nresult = [bits(getattr(model, "_" + name)(*map(number, xs))) for name, *xs in given]`,
      calls.map(([name, ...xs]) => [name, ...xs.map(bits)]),
    ) as string[];
    const wrong = calls.filter(([name, ...xs], i) => said[i] !== bits(own[name]!(...xs)));
    expect(calls.length).toBeGreaterThan(20_000);
    expect(wrong).toEqual([]);
  });

  test("writes numbers as JavaScript does", { timeout: 60_000 }, () => {
    const some = [...someNumbers(20_000), Number.NaN];
    const said = run(
      written(csvProgram, new Map()),
      `${bitsInPython}\nresult = [model._number_text(number(x) + 0.0) for x in given]`,
      some.map(bits),
    );
    expect(said).toEqual(some.map((x) => String(x + 0)));
  });

  test("reads values as the interpreter does, and refuses them in its words", { timeout: 60_000 }, () => {
    const cases = readingCases(pickFrom(77), 6000);
    const said = run(
      written(readingProgram, new Map()),
      `
def reading(column, raw):
    try:
        scores = model.score({column: float(raw["number"]) if isinstance(raw, dict) else raw})["scores"]
        return " ".join(map(model._number_text, scores.values()))
    except model.InputError as error:
        return str(error)
result = [reading(*one) for one in given]`,
      cases.map(({ column, raw }) => [
        column,
        typeof raw === "number" ? { number: String(raw).replace("Infinity", "inf") } : raw,
      ]),
    ) as string[];
    expect(said.map((text, i) => ({ ...cases[i]!, expected: text }))).toEqual(cases);
  });

  test("reads Python's own times and NumPy-like numbers", () => {
    const said = run(
      written(readingProgram, new Map()),
      `
import datetime
eastern = datetime.timezone(datetime.timedelta(hours=-5))
values = [
    datetime.datetime(2024, 2, 29, 1, 2, 3, 4),
    datetime.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=eastern),
    datetime.date(1969, 12, 31),
]
result = [model.score({"time": value})["scores"]["time"] for value in values]
result.append(model.score({"number": 10 ** 400})["score"] == float("inf"))`,
      null,
    );
    expect(said).toEqual([1709168523000004, 1709186523000004, -86400000000, true]);
  });

  test("reads CSV as the JavaScript filter does", { timeout: 120_000 }, async () => {
    const folder = written(csvProgram, new Map());
    const cases = await csvCases(pickFrom(31), 400);
    const said = run(
      folder,
      `
import base64, io
def one(text, size):
    class Source(io.BytesIO):
        def read1(self, _):
            return self.read(size)
    out, errors = io.BytesIO(), io.BytesIO()
    code = model._filter(model._READERS, [], model._evaluate, model._line, model._HEADER, Source(base64.b64decode(text)), out, errors)
    return [out.getvalue().decode("utf-8"), code == 0]
result = [[one(text, size) for size in (1, 7, 1 << 16)] for text in given]`,
      cases.map(({ csv }) => Buffer.from(csv).toString("base64")),
    ) as [string, boolean][][];
    cases.forEach(({ csv, stdout, ok }, i) => {
      for (const answer of said[i]!)
        expect(answer, JSON.stringify(new TextDecoder().decode(csv))).toEqual([stdout, ok]);
    });
  });

  test.each<[string, ForestShape]>([
    ["of 31 leaves", { trees: 60, leaves: 31, columns: 28 }],
    ["of 200 leaves", { trees: 12, leaves: 200, columns: 9, classes: 3 }],
    ["of 2000 leaves", { trees: 3, leaves: 2000, columns: 12 }],
    ["of sets of categories", { trees: 40, leaves: 20, columns: 5, categorical: 2, classes: 4 }],
    ["of large sets of categories", { trees: 3, leaves: 700, columns: 5, categorical: 3 }],
    ["of single leaves", { trees: 7, leaves: 1, columns: 2 }],
    ["that share parts", { trees: 4, leaves: 40, columns: 4, shared: true }],
    ["that are chains", { trees: 3, leaves: 1500, columns: 4, chain: true }],
  ])("walks trees %s", { timeout: 60_000 }, (_, shape) => {
    const { program, tensors, csv, expected, notes } = forestCase(pickFrom(shape.leaves), shape, 300);
    expect(filter(written(program, tensors), csv)).toMatchObject({ stderr: notes, stdout: expected });
  });

  test("takes forms of thousands of parts", { timeout: 60_000 }, () => {
    const { program, rows } = wideCase(3000);
    const { csv, expected, notes } = parityCase(program, new Map(), rows);
    expect(filter(written(program, new Map()), csv)).toMatchObject({ stderr: notes, stdout: expected });
  });

  test("keeps the texts of a program texts, and says what it cannot read", { timeout: 60_000 }, () => {
    for (const part of hostile) {
      const { program, rows, timeColumn } = hostileCase(part);
      const { csv, expected, notes } = parityCase(program, new Map(), rows);
      const folder = written(program, new Map(), part);
      expect(filter(folder, csv)).toMatchObject({ stderr: notes, stdout: expected });
      const wrong = filter(folder, rowsAsCsv(program.inputs, [{}, { [timeColumn]: "no date" }]));
      expect(wrong.status).toBe(1);
      expect(wrong.stdout).toBe(parityCase(program, new Map(), [{}]).expected);
      expect(wrong.stderr).toBe(
        `row 2, column ${JSON.stringify(timeColumn)}: is not a time of the pattern ${program.inputs[1]!.pattern}\n`,
      );
    }
  });

  test("is a package", { timeout: 60_000 }, () => {
    const { program, tensors } = randomProgram(pickFrom(5));
    const from = written(program, tensors, "Churn 7");
    const folder = mkdtempSync(join(tmpdir(), "millrace-python-"));
    folders.push(folder);
    mkdirSync(join(folder, "millrace_churn_7"));
    for (const name of ["model.py", "__init__.py"])
      writeFileSync(join(folder, "millrace_churn_7", name), readFileSync(join(from, name)));
    const code =
      "import millrace_churn_7 as churn; print(churn.score({}).keys() >= {'score', 'prediction'}, len(churn.INPUTS) > 0)";
    expect(execFileSync("python3", ["-c", code], { cwd: folder, encoding: "utf8" })).toBe("True True\n");
    expect(readFileSync(join(from, "pyproject.toml"), "utf8")).toContain('packages = ["millrace_churn_7"]');
  });

  test("reads CSV by RFC 4180 and says what is wrong with it", { timeout: 60_000 }, () => {
    const folders = csvSuites.map(({ program, tensors }) => written(program, tensors));
    for (const { suite, file, out, error, warning = "", note = "" } of csvFiles) {
      const { stdout, stderr, status } = filter(folders[suite]!, file);
      expect({ stdout, stderr, status }, JSON.stringify(file)).toEqual({
        stdout: `prediction,score\n${out}`,
        stderr: warning + error + note,
        status: error === "" ? 0 : 1,
      });
    }
  });
});
