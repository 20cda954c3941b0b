import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import type { Program } from "../model.ts";
import { randomProgram } from "../testing/random-program.ts";
import { encodeProgram } from "../write.ts";
import { importRule } from "./import-rule.ts";
import { fallbackPart, splitFallback, withFallback } from "./with-fallback.ts";

const textOf = (model: Parameters<typeof withFallback>[0]) => encodeProgram(model.program, model.tensors);
const rule = (expression: string) => importRule({ kind: "expression", expression });

describe("splitFallback", () => {
  test("finds the two programs again that were joined, whatever they are", () => {
    let pairs = 0;
    const model = fc.array(fc.nat(1e6), { minLength: 60, maxLength: 300 }).map((tape) => {
      let at = 0;
      return randomProgram((n) => (tape[at++ % tape.length]! + at) % n);
    });
    fc.assert(
      fc.property(model, fc.constantFrom(..."abc"), (own, expression) => {
        const { task, classes = [] } = own.program.outputs;
        const texts = classes.map((name) => `'${name.replaceAll("'", "''")}'`);
        const cases = texts.map((text, k) => `WHEN x0 > ${k} THEN ${text}`).join(" ");
        const fallback = importRule({
          kind: "expression",
          expression: task === "multiclass" ? `CASE ${cases} ELSE ${texts[0]} END` : `x0 / COALESCE(${expression}, 3)`,
          task,
          ...(task === "binary" ? { classes: [...classes] } : {}),
        });
        const joined = withFallback(own, fallback);
        const parts = splitFallback(joined, fallbackPart(own, fallback));
        expect(textOf(parts.own)).toEqual(textOf(own));
        expect(textOf(parts.fallback)).toEqual(textOf(fallback));
        pairs++;
      }),
      { numRuns: 40 },
    );
    expect(pairs).toBe(40);
  });

  test("refuses a part that is not of the program", () => {
    const [own, fallback] = [rule("x / y"), rule("COALESCE(z, 7)")];
    const joined = withFallback(own, fallback);
    const part = fallbackPart(own, fallback);
    const other = (change: object) => () => splitFallback(joined, { ...part, ...change } as JsonObject);
    expect(other({})).not.toThrow();
    const program = part.program as unknown as Program;
    for (const change of [
      { inputs: 1 },
      { inputs: -1 },
      { inputs: 1e9 },
      { inputs: "2" },
      { format: 2 },
      { program: null },
      { program: { ...program, nodes: [] } },
      { program: { ...program, nodes: new Array(50).fill(program.nodes[0]) } },
      { program: { ...program, inputs: [] } },
      { program: fallbackPart(fallback, own).program },
    ])
      expect(other(change), JSON.stringify(change)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^PROGRAM_/) }),
      );
  });
});
