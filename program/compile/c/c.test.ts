import { describe, expect, it } from "vitest";
import type { Program } from "../../model.ts";
import { oddNames } from "../../testing/odd-programs.ts";
import { randomCases } from "../../testing/parity.ts";
import { cCompiler } from "./compiler.ts";
import { double, quoted } from "./literals.ts";

const textOf = (program: Program, tensors: Parameters<typeof cCompiler.compile>[1], name = "churn") =>
  cCompiler
    .compile(program, tensors, { name, version: 2, digest: "sha256:0a1b" })
    .files.map(({ content }) => content.toString())
    .join("\n");

describe("C as text", () => {
  it("is the same for the same program", () => {
    for (const { program, tensors } of randomCases(5, 5, 1))
      expect(textOf(program, tensors)).toBe(textOf(structuredClone(program), new Map(tensors)));
  });

  it("holds a program's texts in literals only, and nothing but ASCII", () => {
    const { program, tensors } = oddNames();
    const marked: Program = {
      ...program,
      inputs: program.inputs.map((input) => ({ ...input, name: `PLANTED${input.name}` })),
      outputs: { ...program.outputs, classes: program.outputs.classes!.map((name) => `PLANTED${name}`) },
    };
    const text = textOf(marked, tensors, '*/ int name;\n"');
    expect(text).toMatch(/^[\t\n -~]*$/);
    const bare = text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:\\.|[^'\\])'|\/\*[\s\S]*?\*\//g, "0");
    expect(bare).not.toMatch(/PLANTED|"|\\/);
    expect(text).not.toMatch(/\?\?/);
  });

  it("writes literals that read back", () => {
    expect([1, -0, 0.1, 1e21, 5e-324, -2.5, Number.NaN, Number.NEGATIVE_INFINITY].map(double)).toEqual([
      "1.0",
      "(-0.0)",
      "0.1",
      "1e+21",
      "5e-324",
      "(-2.5)",
      "NAN",
      "(-INFINITY)",
    ]);
    expect(quoted('a"\\\n?é\u00001')).toBe('"a\\042\\134\\012\\077\\303\\251\\0001"');
  });

  it("names the build that fuses nothing", () => {
    const { program, tensors } = randomCases(6, 1, 1)[0]!;
    const { usage, files } = cCompiler.compile(program, tensors, { name: "churn" });
    expect(usage[0]).toContain("-ffp-contract=off");
    expect(files.map(({ path }) => path)).toEqual(["model.c", "model.h"]);
    expect(cCompiler.supports(program, tensors)).toEqual([]);
  });
});
