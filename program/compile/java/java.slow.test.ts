// Whole although long: all cases go through the same few ways of compiling and running, which stand above them.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import * as elementary from "../../index.ts";
import { load } from "../../interpreter/load.ts";
import type { Program, Tensors } from "../../model.ts";
import { csvCases, csvProgram } from "../../testing/csv-cases.ts";
import { csvFiles, csvSuites } from "../../testing/csv-files.ts";
import { expectGraphsToAgree, filterDifference } from "../../testing/fixtures/tape.ts";
import { type ForestShape, forestCase } from "../../testing/forest-cases.ts";
import { hostile, hostileCase, wideCase } from "../../testing/odd-programs.ts";
import { type ParityCase, parityCase, pickFrom, rowsAsCsv } from "../../testing/parity.ts";
import { randomProgram } from "../../testing/random-program.ts";
import { readingCases, readingProgram } from "../../testing/reading-cases.ts";
import { someNumbers } from "../../testing/some-numbers.ts";
import { javaCompiler } from "./compiler.ts";
import { runtimeText } from "./runtime-text.ts";

const found = spawnSync("javac", ["--version"]).status === 0;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-java-"));
  folders.push(folder);
  return folder;
}

function javac(folder: string, files: readonly string[]): void {
  const { status, stderr } = spawnSync("javac", ["-Xlint:all", "-d", folder, ...files], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
}

const quick = ["-Xshare:auto", "-XX:TieredStopAtLevel=1"];

function java(folder: string, name: string, input: string | Uint8Array) {
  return spawnSync("java", [...quick, "-cp", folder, name], { input, encoding: "utf8", maxBuffer: 1 << 28 });
}

/** Many programs at once, since javac starts slowly: each as the class of its package. */
function built(cases: readonly { readonly program: Program; readonly tensors: Tensors }[]) {
  const folder = emptyFolder();
  const files = cases.map(({ program, tensors }, i) => {
    const { path, content } = javaCompiler.compile(program, tensors, { name: `case-${i}` }).files[2]!;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    return join(folder, path);
  });
  javac(folder, files);
  return (i: number, input: string | Uint8Array) => java(folder, `millrace.case_${i}.Model`, input);
}

/** A program as `Model`, beside a class that reads lines from standard input and prints a line for each. */
function beside(program: Program, tensors: Tensors, body: string): (lines: readonly string[]) => string[] {
  const folder = emptyFolder();
  const [model] = javaCompiler.compile(program, tensors, { name: "beside" }).files;
  writeFileSync(join(folder, "Model.java"), model!.content);
  writeFileSync(join(folder, "Support.java"), runtimeText);
  writeFileSync(
    join(folder, "Check.java"),
    `import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

final class Check {
  static String text(String base64) {
    java.nio.CharBuffer units = java.nio.ByteBuffer.wrap(Base64.getDecoder().decode(base64)).asCharBuffer();
    return units.toString();
  }

  static double number(String bits) {
    return Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
  }

  static String bits(double x) {
    return x != x ? "nan" : String.format("%016x", Double.doubleToRawLongBits(x));
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split(" ");
      out.print(answer(parts) + "\\n");
    }
    out.flush();
  }

${body}
}
`,
  );
  javac(
    folder,
    ["Model.java", "Support.java", "Check.java"].map((name) => join(folder, name)),
  );
  return (lines) => {
    const { stdout, stderr } = java(folder, "Check", lines.map((line) => `${line}\n`).join(""));
    expect(stderr).toBe("");
    return stdout.split("\n").slice(0, -1);
  };
}

const utf16 = (text: string) => Buffer.from(text, "utf16le").swap16().toString("base64");

/** A double as its sixteen hexadecimal digits. */
function bits(x: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

describe.skipIf(!found)("Java", () => {
  test(
    "writes what the interpreter gives, to the byte, for graphs and rows that fast-check draws",
    {
      timeout: 600_000,
    },
    () =>
      expectGraphsToAgree({ graphs: 25, texts: 6, rows: 120, seed: 23 }, (cases) => {
        const run = built(cases);
        return cases.map((one, i) => filterDifference(one, run(i, one.csv)));
      }),
  );

  test("walks trees of every shape", { timeout: 300_000 }, () => {
    const shapes: ForestShape[] = [
      { trees: 60, leaves: 31, columns: 28 },
      { trees: 12, leaves: 200, columns: 9, classes: 3 },
      { trees: 3, leaves: 4000, columns: 12 },
      { trees: 40, leaves: 20, columns: 5, categorical: 2, classes: 4 },
      { trees: 7, leaves: 1, columns: 2 },
      { trees: 4, leaves: 40, columns: 4, shared: true },
      { trees: 3, leaves: 1500, columns: 4, chain: true },
    ];
    const cases: ParityCase[] = shapes.map((shape) => forestCase(pickFrom(shape.leaves), shape, 300));
    const wide = wideCase(3000);
    cases.push(parityCase(wide.program, new Map(), wide.rows));
    const run = built(cases);
    cases.forEach(({ csv, expected, notes }, i) => {
      expect(run(i, csv), JSON.stringify(shapes[i])).toMatchObject({ stderr: notes, stdout: expected });
    });
  });

  test("has the program's elementary functions and JavaScript's number texts, to the bit", { timeout: 120_000 }, () => {
    const golden = JSON.parse(
      readFileSync(join(import.meta.dirname, "../../elementary/elementary.golden.json"), "utf8"),
    ) as Record<string, number[][]>;
    const own = elementary as unknown as Record<string, (...x: number[]) => number>;
    const some = someNumbers(20_000);
    const calls = Object.entries(golden).flatMap(([name, rows]) => [
      ...rows.map((row) => [name, ...row.slice(0, -2)] as const),
      ...some
        .slice(0, 6000)
        .map((x, i) =>
          name === "pow" ? ([name, x, some[(i * 7 + 1) % some.length]!] as const) : ([name, x] as const),
        ),
    ]) as [string, ...number[]][];
    const run = beside(
      csvProgram,
      new Map(),
      `  static final Support.Elementary e = new Support.Elementary();

  static String answer(String[] parts) {
    double x = number(parts[1]);
    switch (parts[0]) {
${["exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid"].map((name) => `      case "${name}": return bits(e.${name}(x));`).join("\n")}
      case "pow": return bits(e.pow(x, number(parts[2])));
      default: return Support.numberText(x);
    }
  }`,
    );
    const said = run([
      ...calls.map(([name, ...xs]) => [name, ...xs.map(bits)].join(" ")),
      ...some.map((x) => `text ${bits(x)}`),
    ]);
    const wrong = calls.filter(([name, ...xs], i) => {
      const wanted = own[name]!(...xs);
      return said[i] !== (Number.isNaN(wanted) ? "nan" : bits(wanted));
    });
    expect(wrong).toEqual([]);
    expect(said.slice(calls.length)).toEqual(some.map(String));
  });

  test("reads values as the interpreter does, and refuses them in its words", { timeout: 60_000 }, () => {
    const cases = readingCases(pickFrom(78), 6000);
    const run = beside(
      readingProgram,
      new Map(),
      `  static Object raw(String kind, String text) {
    switch (kind) {
      case "s": return text(text);
      case "n": return number(text);
      case "b": return text.equals("true");
      default: return null;
    }
  }

  static String answer(String[] parts) {
    Map<String, Object> row = new HashMap<>();
    row.put(parts[0], raw(parts[1], parts.length > 2 ? parts[2] : ""));
    Model.Row filled = new Model.Row();
    try {
      Model.Result result = Model.score(row);
      StringJoiner all = new StringJoiner(" ");
      for (double each : result.scores().values()) all.add(Support.numberText(each));
      if (parts[1].equals("n")) filled.set(parts[0], number(parts[2]));
      else filled.set(parts[0], row.get(parts[0]));
      if (!Model.score(filled).scores().equals(result.scores())) return "a filled row differs";
      return all.toString();
    } catch (Model.InputException error) {
      return error.getMessage();
    }
  }`,
    );
    const coded = ({ column, raw }: (typeof cases)[number]) => {
      if (raw === null) return `${column} 0`;
      if (typeof raw === "string") return `${column} s ${utf16(raw)}`;
      return `${column} ${typeof raw === "number" ? `n ${bits(raw)}` : `b ${raw}`}`;
    };
    // A line stands for a result; a pattern in a message may hold one.
    const plain = (text: string) => text.replaceAll("\n", " ");
    const said = run(cases.filter(({ expected }) => !expected.includes("\n")).map(coded));
    const wanted = cases.filter(({ expected }) => !expected.includes("\n"));
    expect(said.map((text, i) => ({ ...wanted[i]!, expected: plain(text) }))).toEqual(wanted);
  });

  test("reads CSV as the JavaScript filter does", { timeout: 120_000 }, async () => {
    const cases = await csvCases(pickFrom(32), 400);
    const run = beside(
      csvProgram,
      new Map(),
      `  static String answer(String[] parts) throws Exception {
    java.lang.reflect.Method each = Model.class.getDeclaredMethod("filter", InputStream.class, OutputStream.class, OutputStream.class);
    each.setAccessible(true);
    byte[] csv = Base64.getDecoder().decode(parts[0].substring(1));
    StringBuilder answers = new StringBuilder();
    for (int size : new int[] {1, 7, 1 << 16}) {
      InputStream source = new ByteArrayInputStream(csv) {
        @Override
        public synchronized int read(byte[] data, int from, int count) {
          return super.read(data, from, Math.min(size, count));
        }
      };
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int code = (int) each.invoke(null, source, out, new ByteArrayOutputStream());
      answers.append(Base64.getEncoder().encodeToString(out.toByteArray())).append(code).append(' ');
    }
    return answers.toString();
  }`,
    );
    const said = run(cases.map(({ csv }) => `-${Buffer.from(csv).toString("base64")}`));
    cases.forEach(({ csv, stdout, ok }, i) => {
      const wanted = `${Buffer.from(stdout).toString("base64")}${ok ? 0 : 1} `.repeat(3);
      expect(said[i], JSON.stringify(new TextDecoder().decode(csv))).toBe(wanted);
    });
  });

  test("keeps the texts of a program texts, and says what it cannot read", { timeout: 300_000 }, () => {
    const all = hostile.map((part) => hostileCase(part));
    const run = built(all.map(({ program }) => ({ program, tensors: new Map() })));
    all.forEach(({ program, rows, timeColumn }, i) => {
      const { csv, expected, notes } = parityCase(program, new Map(), rows);
      expect(run(i, csv)).toMatchObject({ stderr: notes, stdout: expected });
      const wrong = run(i, rowsAsCsv(program.inputs, [{}, { [timeColumn]: "no date" }]));
      expect(wrong.status).toBe(1);
      expect(wrong.stdout).toBe(parityCase(program, new Map(), [{}]).expected);
      expect(wrong.stderr).toBe(
        `row 2, column ${JSON.stringify(timeColumn)}: is not a time of the pattern ${program.inputs[1]!.pattern}\n`,
      );
    });
  });

  test("gives results by name and by place, for raw values of its own types", { timeout: 60_000 }, () => {
    const { program } = hostileCase("x");
    const run = beside(
      program,
      new Map(),
      `  static String answer(String[] parts) {
    Model.Result result = Model.score(Map.of("xx2", java.time.LocalDate.of(2024, 2, 29), "xx", "xy"));
    Model.Result missing = Model.score(Map.of());
    return result.prediction() + " " + result.score() + " " + result.score(0) + " " + result.predictedClass() + " "
        + result.scores() + " " + missing.scores().size() + " " + Model.TASK + Model.CLASSES + Model.INPUTS;
  }`,
    );
    const { score, scores } = load({ program, tensors: new Map() }).score({ xx: "xy", xx2: "2024-02-29" });
    expect(scores).toBeDefined();
    expect(run(["go"])).toEqual([
      `${score! >= 0.5 ? "xx" : "xy"} ${score} ${1 - score!} ${score! >= 0.5 ? 1 : 0} {xy=${1 - score!}, xx=${score}} 2 binary[xy, xx][Input[name=xx, type=string, missingAllowed=true], Input[name=xx2, type=timestamp, missingAllowed=true]]`,
    ]);
  });

  test("is run by the commands that it is said to be run by", { timeout: 60_000 }, () => {
    const { program, tensors } = randomProgram(pickFrom(5));
    const { csv, expected } = parityCase(program, tensors, [{}, { x0: 1 }]);
    const folder = emptyFolder();
    const { files, usage } = javaCompiler.compile(program, tensors, { name: "import", version: 3 });
    for (const { path, content } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    writeFileSync(join(folder, "in.csv"), csv);
    for (const line of usage) execFileSync("sh", ["-c", line], { cwd: folder });
    expect(readFileSync(join(folder, "out.csv"), "utf8")).toBe(expected);
    expect(files.map(({ path }) => path)).toContain("src/main/java/millrace/import_/Model.java");
  });

  test("reads CSV by RFC 4180 and says what is wrong with it", { timeout: 60_000 }, () => {
    const run = built(csvSuites);
    for (const { suite, file, out, error, warning = "", note = "" } of csvFiles) {
      const { stdout, stderr, status } = run(suite, file);
      expect({ stdout, stderr, status }, JSON.stringify(file)).toEqual({
        stdout: `prediction,score\n${out}`,
        stderr: warning + error + note,
        status: error === "" ? 0 : 1,
      });
    }
  });
});
