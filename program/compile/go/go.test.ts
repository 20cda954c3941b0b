import { describe, expect, it } from "vitest";
import type { Program } from "../../model.ts";
import { oddNames } from "../../testing/odd-programs.ts";
import { randomCases } from "../../testing/parity.ts";
import { goCompiler } from "./compiler.ts";
import { double, quoted } from "./literals.ts";

const filesOf = (program: Program, tensors: Parameters<typeof goCompiler.compile>[1], name = "churn") =>
  goCompiler.compile(program, tensors, { name, version: 2, digest: "sha256:0a1b" }).files;

describe("Go as text", () => {
  it("is the same for the same program", () => {
    for (const { program, tensors } of randomCases(5, 5, 1))
      expect(filesOf(program, tensors)).toEqual(filesOf(structuredClone(program), new Map(tensors)));
  });

  it("holds a program's texts in literals only, and nothing but ASCII", () => {
    const { program, tensors } = oddNames();
    const marked: Program = {
      ...program,
      inputs: program.inputs.map((input) => ({ ...input, name: `PLANTED${input.name}` })),
      outputs: { ...program.outputs, classes: program.outputs.classes!.map((name) => `PLANTED${name}`) },
    };
    const files = filesOf(marked, tensors, '*/ name\n"').filter(({ path }) => !path.endsWith("runtime.go"));
    const text = files.map(({ content }) => content.toString()).join("\n");
    expect(text).toMatch(/^[\t\n -~]*$/);
    const bare = text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:\\.|[^'\\])'|\/\/.*/g, "0");
    expect(bare).not.toMatch(/PLANTED|"|\\|`/);
  });

  it("writes literals that read back", () => {
    expect([1, -0, 0.1, 1e21, 5e-324, -2.5, Number.NaN, Number.NEGATIVE_INFINITY].map(double)).toEqual([
      "1.0",
      "negativeZero",
      "0.1",
      "1e+21",
      "5e-324",
      "(-2.5)",
      "nan",
      "(-inf)",
    ]);
    expect(quoted('a"\\\n?é\u00001')).toBe('"a\\x22\\x5c\\x0a?\\xc3\\xa9\\x001"');
  });

  it("rounds every product", () => {
    for (const { program, tensors } of randomCases(7, 20, 1)) {
      const code = filesOf(program, tensors)
        .find(({ path }) => path === "model/model.go")!
        .content.toString();
      for (const { index } of code.matchAll(/ \* /g)) {
        let depth = 0;
        let open = index;
        while (depth >= 0) {
          open--;
          depth += code[open] === ")" ? 1 : code[open] === "(" ? -1 : 0;
        }
        expect(code.slice(open - 7, open)).toBe("float64");
      }
    }
  });
});
