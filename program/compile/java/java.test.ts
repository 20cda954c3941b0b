import { describe, expect, test } from "vitest";
import type { Program } from "../../model.ts";
import { forestCase } from "../../testing/forest-cases.ts";
import { hostile, hostileCase } from "../../testing/odd-programs.ts";
import { pickFrom } from "../../testing/parity.ts";
import { randomProgram } from "../../testing/random-program.ts";
import { javaCompiler } from "./compiler.ts";
import { number, pieces, text } from "./literals.ts";

const model = (program: Program, name = "x") =>
  String(javaCompiler.compile(program, new Map(), { name }).files[0]!.content);

describe("Java's text", () => {
  test("is the same for the same program, once without a package and once in one", () => {
    const files = () => {
      const { program, tensors } = randomProgram(pickFrom(4));
      return javaCompiler.compile(program, tensors, { name: "churn", version: 3 }).files;
    };
    expect(files()).toEqual(files());
    const [alone, pom, packaged] = files();
    expect([alone!.path, pom!.path, packaged!.path]).toEqual([
      "Model.java",
      "pom.xml",
      "src/main/java/millrace/churn/Model.java",
    ]);
    expect(String(packaged!.content).replace("package millrace.churn;\n\n", "")).toBe(alone!.content);
    expect(pom!.content).toContain("<version>3.0.0</version>");
  });

  test("holds a program's texts as ASCII literals of one line", () => {
    const length = model(hostileCase("x").program).split("\n").length;
    for (const part of hostile) {
      const source = model(hostileCase(part).program, part);
      expect(source.split("\n")).toHaveLength(length);
      expect(/[^\x20-\x7e\n]/.exec(source)?.[0]).toBeUndefined();
      // \uXXXX is read before literals are: none of them may stand for a quote, a backslash or a line's end
      expect(source.match(/\\u00[0-7][0-9a-f]/g) ?? []).toEqual([]);
    }
  });

  test("writes literals that cannot end early", () => {
    expect(text('"\\u0022\n\u0000\u2028😀é')).toBe('"\\"\\\\u0022\\012\\000\\u2028\\ud83d\\ude00\\u00e9"');
    expect([0, -0, 1, -1.5, 1e21, 5e-324, 1 / 0, -1 / 0, Number.NaN].map(number)).toEqual([
      "0.0",
      "(-0.0)",
      "1.0",
      "(-1.5)",
      "1e+21",
      "5e-324",
      "Double.POSITIVE_INFINITY",
      "Double.NEGATIVE_INFINITY",
      "Double.NaN",
    ]);
  });

  test("keeps each constant within what a class file holds", () => {
    const long = `${"é".repeat(50_000)}${"\u0000".repeat(50_000)}${"本".repeat(50_000)}x`;
    const found = pieces(long);
    const read = (literal: string) => JSON.parse(literal.replace(/\\000/g, "\\u0000")) as string;
    expect(found.map(read).join("")).toBe(long);
    const modifiedUtf8 = (piece: string) =>
      [...Array(piece.length).keys()].reduce((size, i) => {
        const unit = piece.charCodeAt(i);
        return size + (unit > 0x7ff ? 3 : unit > 0x7f || unit === 0 ? 2 : 1);
      }, 0);
    expect(Math.max(...found.map(read).map(modifiedUtf8))).toBeLessThan(65_536);
  });

  test("keeps methods within what HotSpot compiles", () => {
    const { program, tensors } = forestCase(pickFrom(1), { trees: 100, leaves: 31, columns: 28 }, 0);
    const source = String(javaCompiler.compile(program, tensors, { name: "x" }).files[0]!.content);
    const methods = source.match(/ {4}static void run\d+\([\s\S]*?\n {4}\}/g) ?? [];
    expect(methods.length).toBeGreaterThan(0);
    expect(Math.max(...methods.map((method) => method.length))).toBeLessThan(8000);
  });
});
