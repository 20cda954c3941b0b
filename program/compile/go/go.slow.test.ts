import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import * as elementary from "../../index.ts";
import type { Program, Tensor } from "../../model.ts";
import { type ParityCase, parityCase, pickFrom, randomCases, rowsAsCsv } from "../../testing/parity.ts";
import { goCompiler } from "./compiler.ts";

const found = spawnSync("go", ["version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "millrace-go-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const environment = { ...process.env, GOFLAGS: "-mod=mod", GOPROXY: "off", GOTOOLCHAIN: "local" };

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Many programs in one module, so that what they share is compiled once: `./<i>` are the filters. */
function build(
  programs: readonly { readonly program: Program; readonly tensors: ReadonlyMap<string, Tensor> }[],
): void {
  rmSync(folder, { recursive: true, force: true });
  write("go.mod", "module many\n\ngo 1.21\n");
  programs.forEach(({ program, tensors }, i) => {
    for (const { path, content } of goCompiler.compile(program, tensors, { name: "random" }).files)
      if (path !== "go.mod") write(`m${i}/${path}`, content.toString().replace('"random/model"', `"many/m${i}/model"`));
  });
  mkdirSync(join(folder, "bin"), { recursive: true });
  const { status, stderr } = spawnSync("go", ["build", "-o", "bin/", "./..."], {
    cwd: folder,
    env: environment,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
}

const filter = (i: number, input: string) =>
  spawnSync(join(folder, "bin", `m${i}`), { input, encoding: "utf8", maxBuffer: 1 << 28 });

function agree(cases: readonly ParityCase[]): void {
  build(cases);
  cases.forEach(({ csv, expected }, i) => {
    const { stdout, stderr } = filter(i, csv);
    expect(stderr).toBe("");
    expect(stdout).toBe(expected);
  });
}

describe.skipIf(!found)("Go", () => {
  test("writes what the interpreter gives, to the byte, for random programs and rows", { timeout: 300_000 }, () => {
    agree(randomCases(31, 25, 200));
  });

  test("has the program's elementary functions, to the bit", { timeout: 120_000 }, () => {
    const names = ["exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid"];
    const odd = [
      0, 1e-310, 5e-324, 1e-200, 0.3, -0.29, 0.41, 1, 36.7, -40.1, 709.9, -745.3, 1e5, 1e7, 3e22, 1e300, -1e300,
    ];
    const pick = pickFrom(9);
    const values = [...odd, ...Array.from({ length: 4000 }, () => (pick(2_000_001) - 1_000_000) / 10 ** pick(7))];
    build([randomCases(1, 1, 1)[0]!]);
    write(
      "m0/model/check_test.go",
      `package model\n\nimport ("os"; "strings"; "strconv"; "testing")\n\nfunc TestPrint(t *testing.T) {\n\tdata, _ := os.ReadFile("values.txt")\n\tvar xs []float64\n\tfor _, line := range strings.Fields(string(data)) { x, _ := strconv.ParseFloat(line, 64); xs = append(xs, x) }\n\tvar out strings.Builder\n\tfor i, x := range xs { y := xs[(i+7)%len(xs)]; for _, v := range []float64{${names.map((name) => `${name}(x)`).join(", ")}, pow(abs(x), y)} { out.WriteString(numberText(v) + " ") } ; out.WriteString("\\n") }\n\tos.WriteFile("results.txt", []byte(out.String()), 0o600)\n}\n`,
    );
    write("m0/model/values.txt", values.map(String).join("\n"));
    const { status, stdout } = spawnSync("go", ["test", "./m0/model"], {
      cwd: folder,
      env: environment,
      encoding: "utf8",
    });
    expect(stdout).toMatch(/^ok/);
    expect(status).toBe(0);
    const results = spawnSync("cat", [join(folder, "m0/model/results.txt")], { encoding: "utf8", maxBuffer: 1 << 28 });
    const own = elementary as unknown as Record<string, (x: number, y?: number) => number>;
    const lines = results.stdout.trim().split("\n");
    expect(lines).toHaveLength(values.length);
    values.forEach((x, i) => {
      const y = values[(i + 7) % values.length]!;
      const wanted = [...names.map((name) => own[name]!(x)), own.pow!(Math.abs(x), y)].map((value) =>
        String(value + 0),
      );
      expect(lines[i]!.trim().split(" "), `${x}, ${y}`).toEqual(wanted);
    });
  });

  test("keeps the texts of a program texts, and says what it cannot read", { timeout: 300_000 }, () => {
    const odd = [
      '"',
      "'",
      "`",
      "\\",
      "*/",
      "//",
      "\n",
      "\r",
      "\u2028",
      "$" + "{1}",
      "%s",
      "%%",
      "\u0000",
      "😀",
      "\ud800",
      "本",
    ];
    const programs = odd.map((part) => {
      const name = `${part}x`.toWellFormed();
      const level = `${part}y`.toWellFormed();
      const pattern = `%d.%m.%Y ${part.toWellFormed().replaceAll("%", "%%")}`;
      const program = {
        format: 1,
        inputs: [
          { name, type: "string", missingAllowed: true },
          { name: `${name}2`, type: "timestamp", missingAllowed: true, pattern },
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
      return parityCase(program, new Map(), rows);
    });
    agree(programs);
    programs.forEach(({ program }, i) => {
      const wrong = filter(i, rowsAsCsv(program.inputs, [{}, { [program.inputs[1]!.name]: "no date" }]));
      expect(wrong.status).toBe(1);
      expect(wrong.stderr).toMatch(/^row 2, column /);
    });
    const name = programs[0]!.program.inputs[0]!.name.replaceAll('"', '""');
    for (const [input, message] of [
      [`"${name}"\n1,2\n`, "row 1: has 2 fields; the header has 1"],
      [`"${name}","${name}"\n1,2\n`, "is there twice"],
      [`"${name}"\n"1\n`, "ends within a quoted field"],
      ["", "header: there is no header line"],
    ] as const) {
      const { status, stderr } = filter(0, input);
      expect(status).toBe(1);
      expect(stderr).toContain(message);
    }
  });
});
