import { describe, expect, test } from "vitest";
import { forestCase } from "../../testing/forest-cases.ts";
import { hostile, hostileCase } from "../../testing/odd-programs.ts";
import { pickFrom } from "../../testing/parity.ts";
import { randomProgram } from "../../testing/random-program.ts";
import { pythonCompiler } from "./compiler.ts";
import { number, text } from "./literals.ts";

const content = (files: ReturnType<typeof pythonCompiler.compile>["files"], path: string) =>
  String(files.find((file) => file.path === path)!.content);

describe("Python's text", () => {
  test("is the same for the same program", () => {
    const files = () => {
      const { program, tensors } = randomProgram(pickFrom(4));
      return pythonCompiler.compile(program, tensors, { name: "churn", version: 3 }).files;
    };
    expect(files()).toEqual(files());
    expect(files().map(({ path }) => path)).toEqual(["model.py", "__init__.py", "py.typed", "pyproject.toml"]);
  });

  test("holds a program's texts as ASCII literals of one line", () => {
    for (const part of hostile) {
      const { program } = hostileCase(part);
      const plain = hostileCase("x");
      const lines = (of: typeof program) =>
        content(pythonCompiler.compile(of, new Map(), { name: part }).files, "model.py").split("\n");
      const found = lines(program);
      expect(found).toHaveLength(lines(plain.program).length);
      // the runtime says ±2^53
      expect(found.filter((line) => /[^\x20-\x7e]/.test(line) && !line.includes("±2^53"))).toEqual([]);
    }
  });

  test("writes literals that cannot end early", () => {
    expect(text('"\\\n\u0000\u2028😀\ud800é')).toBe('"\\x22\\x5c\\x0a\\x00\\u2028\\U0001f600\\ufffd\\xe9"');
    expect([0, -0, 1, -1.5, 1e21, 5e-324, 1 / 0, -1 / 0, Number.NaN].map(number)).toEqual([
      "0.0",
      "(-0.0)",
      "1.0",
      "(-1.5)",
      "1e+21",
      "5e-324",
      "_INF",
      "(-_INF)",
      "_NAN",
    ]);
  });

  test("makes a package's name of the model's", () => {
    const { program, tensors } = randomProgram(pickFrom(4));
    const named = (name: string) =>
      content(pythonCompiler.compile(program, tensors, { name, version: 3 }).files, "pyproject.toml");
    expect(named('x"]\n[evil]\n')).toContain('name = "millrace-x-evil"\nversion = "3.0.0"');
    expect(named("import")).toContain('packages = ["millrace_import"]');
  });

  test("keeps a large forest in tables", () => {
    const { program, tensors } = forestCase(pickFrom(1), { trees: 1000, leaves: 31, columns: 28 }, 0);
    const module = content(pythonCompiler.compile(program, tensors, { name: "large" }).files, "model.py");
    expect(module.length).toBeLessThan(2_000_000);
    expect(module.split("\n").length).toBeLessThan(2500);
  });
});
