import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import * as elementary from "../../index.ts";
import { load } from "../../interpreter/load.ts";
import type { Program, Tensor } from "../../model.ts";
import { parityCase, pickFrom, randomCases, rowsAsCsv } from "../../testing/parity.ts";
import { randomProgram } from "../../testing/random-program.ts";
import { pythonCompiler } from "./compiler.ts";

const found = spawnSync("python3", ["--version"]).status === 0;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function written(program: Program, tensors: ReadonlyMap<string, Tensor>, name = "random"): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-python-"));
  folders.push(folder);
  for (const { path, content } of pythonCompiler.compile(program, tensors, { name }).files)
    writeFileSync(join(folder, path), content);
  return folder;
}

function filter(folder: string, input: string) {
  return spawnSync("python3", [join(folder, "model.py")], { input, encoding: "utf8", maxBuffer: 1 << 28 });
}

describe.skipIf(!found)("Python", () => {
  test("writes what the interpreter gives, to the byte, for random programs and rows", { timeout: 300_000 }, () => {
    for (const { program, tensors, csv, expected } of randomCases(21, 40, 120)) {
      const { stdout, stderr } = filter(written(program, tensors), csv);
      expect(stderr).toBe("");
      expect(stdout).toBe(expected);
    }
  });

  test("has the program's elementary functions, to the bit", { timeout: 60_000 }, () => {
    const golden = readFileSync(join(import.meta.dirname, "../../elementary/elementary.golden.json"), "utf8");
    const { program, tensors } = randomProgram(pickFrom(1));
    const folder = written(program, tensors);
    const names = ["exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid"];
    const odd = [
      0, -0, 1e-310, 5e-324, 1e-200, 0.3, -0.29, 0.41, 1, 36.7, -40.1, 709.9, -745.3, 1e5, 1e7, 3e22, 1e300, -1e300,
    ];
    const pick = pickFrom(9);
    const values = [...odd, ...Array.from({ length: 4000 }, () => (pick(2_000_001) - 1_000_000) / 10 ** pick(7))];
    writeFileSync(
      join(folder, "check.py"),
      `import json, sys\nimport model\nxs = json.load(sys.stdin)\nprint(json.dumps({n: [repr(getattr(model, "_" + n)(float(x))) for x in xs] for n in ${JSON.stringify(names)}} | {"pow": [repr(model._pow(abs(float(x)), float(y))) for x, y in zip(xs, xs[7:] + xs[:7])]}))\n`,
    );
    const out = execFileSync("python3", [join(folder, "check.py")], {
      input: JSON.stringify(values),
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const found = JSON.parse(out) as Record<string, string[]>;
    const own = elementary as unknown as Record<string, (x: number, y?: number) => number>;
    const plain = (text: string) =>
      text === "nan" ? Number.NaN : text.endsWith("inf") ? (text[0] === "-" ? -1 : 1) / 0 : Number(text);
    for (const name of names)
      values.forEach((x, i) => {
        expect(plain(found[name]![i]!), `${name}(${x})`).toBe(own[name]!(JSON.parse(JSON.stringify(x))));
      });
    values.forEach((x, i) => {
      const y = values[(i + 7) % values.length]!;
      expect(plain(found.pow![i]!), `pow(${x}, ${y})`).toBe(own.pow!(Math.abs(x), JSON.parse(JSON.stringify(y))));
    });
    expect(golden.length).toBeGreaterThan(1000);
  });

  test("keeps the texts of a program texts, and says what it cannot read", { timeout: 60_000 }, () => {
    const odd = [
      '"',
      "'",
      "\\",
      '"""',
      "#",
      "\n",
      "\r",
      "\u2028",
      "$" + "{1}",
      "{0}",
      "%s",
      "\u0000",
      "😀",
      "\ud800",
      "*/",
      "本",
    ];
    for (const part of odd) {
      const name = `${part}x`.toWellFormed();
      const level = `${part}y`.toWellFormed();
      const program = {
        format: 1,
        inputs: [
          { name, type: "string", missingAllowed: true },
          {
            name: `${name}2`,
            type: "timestamp",
            missingAllowed: true,
            pattern: `%d.%m.%Y ${part.toWellFormed().replaceAll("%", "%%")}`,
          },
        ],
        nodes: [
          { op: "ordinal", version: 1, inputs: [0], attributes: { levels: [level], unseen: 7, missing: 9 } },
          { op: "isMissing", version: 1, inputs: [1], attributes: {} },
          { op: "add", version: 1, inputs: [2, 3], attributes: {} },
          { op: "logistic", version: 1, inputs: [4], attributes: {} },
        ],
        outputs: { task: "binary", score: 5, classes: [level, name] },
      } as const satisfies Program;
      const rows = [{ [name]: level }, { [name]: "other", [`${name}2`]: "2024-02-29" }, {}];
      const { csv, expected } = parityCase(program, new Map(), rows);
      const folder = written(program, new Map(), part);
      expect(filter(folder, csv)).toMatchObject({ stderr: "", stdout: expected });
      const wrong = filter(folder, rowsAsCsv(program.inputs, [{}, { [`${name}2`]: "no date" }]));
      expect(wrong.status).toBe(1);
      expect(wrong.stderr).toMatch(/^row 2, column /);
      expect(load({ program, tensors: new Map() }).score({}).score).not.toBeNull();
    }
  });

  test.each([
    ["a field too many", "NAME\n1,2\n", "row 1: has 2 fields; the header has 1"],
    ["a column twice", "NAME,NAME\n1,2\n", 'column "NAME" is there twice'],
    ["an open quote", 'NAME\n"1\n', "ends within a quoted field"],
    ["nothing", "", "header: there is no header line"],
  ])("says what is wrong with the CSV: %s", (_, input, message) => {
    const { program, tensors } = randomProgram(pickFrom(5));
    const name = pythonCompiler
      .compile(program, tensors, { name: "x" })
      .files[0]!.content.toString()
      .match(/INPUTS = \(\("(\w+)"/)![1]!;
    const { status, stderr } = filter(written(program, tensors), input.replaceAll("NAME", name));
    expect(status).toBe(1);
    expect(stderr).toContain(message.replaceAll("NAME", name));
  });
});
