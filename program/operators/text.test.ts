import { describe, expect, it } from "vitest";
import { compileScorer } from "../compile/javascript/compile-scorer.ts";
import {
  type Column,
  type Frame,
  type JsonObject,
  load,
  type Program,
  type ProgramInput,
  type Tensor,
} from "../index.ts";
import { abstainReasons } from "../outputs.ts";
import { cellText } from "../testing/parity.ts";
import { badLists, listProgram, textCases } from "../testing/text-cases.ts";
import { validateProgram } from "../validate.ts";

/** Raw rows as a frame of text columns, as cells of CSV hold them. */
function frameOf(inputs: readonly ProgramInput[], rows: readonly Record<string, unknown>[]): Frame {
  const columns = inputs.map(({ name, type }): [string, Column] => {
    const texts = rows.map((row) => {
      const value = row[name] ?? null;
      return value === null || typeof value === "string" ? value : cellText(type, value);
    });
    const levels = [...new Set(texts.filter((text) => text !== null))];
    return [name, { type: "string", levels, codes: Int32Array.from(texts, (text) => levels.indexOf(text!)) }];
  });
  return { rows: rows.length, columns: new Map(columns) };
}

describe("operators of text", () => {
  it("give the same bits by row, by column and as compiled code", () => {
    for (const { program, tensors, rows } of textCases(9, 8, 20)) {
      const scorer = load({ program, tensors });
      const compiled = compileScorer({ program, tensors });
      const scores = scorer.scoreFrame(frameOf(program.inputs, rows));
      const width = program.outputs.task === "multiclass" ? 3 : 1;
      rows.forEach((row, i) => {
        const wanted = scorer.score(row);
        const { score, scores: each } = wanted;
        expect(compiled.score(row)).toEqual({ ...wanted });
        for (const name of ["intervalLow", "intervalHigh", "outOfDomain"] as const)
          expect(scores.extras?.[name]?.[i]).toBe(wanted[name] === null ? Number.NaN : wanted[name]);
        const reason = wanted.abstain;
        expect(scores.extras?.abstain?.[i]).toBe(reason === null ? 0 : reason && abstainReasons.indexOf(reason) + 1);
        expect(scores.missing?.[i] === 1).toBe(score === null);
        if (score === null) return;
        const found = [...scores.score.subarray(i * width, (i + 1) * width)];
        expect(found).toEqual(width === 1 ? [score] : Object.values(each!));
      });
    }
  });

  const classes: Tensor = { type: "f64", values: Float64Array.of(97, 123) };
  const tensors = new Map<string, Tensor>([
    ["classes", classes],
    ["two", { type: "f64", values: Float64Array.of(1, 2) }],
    ["spaces", { type: "f64", values: Float64Array.of(0, 123) }],
    ["surrogate", { type: "f64", values: Float64Array.of(0xd800, 98) }],
  ]);
  const word = { unit: "word", classes: { tensor: "classes" }, count: "times", norm: false };
  const problem = (op: string, attributes: JsonObject, type: ProgramInput["type"] = "string") => {
    const inputs: ProgramInput[] = [{ name: "x", type, missingAllowed: true }];
    const nodes = [
      { op, version: 1 as const, inputs: [0], attributes },
      { op: "isMissing", version: 1 as const, inputs: [1], attributes: {} },
    ];
    const program: Program = { format: 1, inputs, nodes, outputs: { task: "regression", score: 2 } };
    try {
      validateProgram(program, tensors);
      return "none";
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("name what is wrong with a node", () => {
    expect(problem("terms", { ...word, buckets: 8 })).toBe("none");
    expect(problem("terms", { ...word, buckets: 8 }, "strings")).toMatch(/takes one value of type string; got strings/);
    expect(problem("terms", word)).toMatch(/needs levels or buckets/);
    expect(problem("terms", { ...word, buckets: 8, levels: ["a"] })).toMatch(/needs levels or buckets, and not both/);
    expect(problem("terms", { ...word, buckets: 70_000 })).toMatch(/has 70000 terms; it may have 1 … 65536/);
    expect(problem("terms", { ...word, buckets: 2_000_000 })).toMatch(/above 1048576/);
    expect(problem("terms", { ...word, buckets: 3, idf: { tensor: "two" } })).toMatch(/needs 3 finite numbers as idf/);
    expect(problem("terms", { ...word, buckets: 8, low: 3, high: 2 })).toMatch(/high that is below its low/);
    expect(problem("terms", { ...word, buckets: 8, most: 100_000 })).toMatch(/above 65536/);
    expect(problem("terms", { ...word, buckets: 8, classes: { tensor: "spaces" } })).toMatch(/code points as classes/);
    const fold = { foldFrom: { tensor: "classes" }, foldTo: { tensor: "surrogate" } };
    expect(problem("terms", { ...word, buckets: 8, ...fold })).toMatch(/as many code points or −1 as foldTo/);
    expect(problem("terms", { ...word, unit: "item", buckets: 8 }, "strings")).toMatch(/takes items as they are/);
    expect(problem("termLinear", { ...word, buckets: 2, weights: { tensor: "two" }, bias: 0 })).toBe("none");
    expect(problem("termLinear", { ...word, buckets: 3, weights: { tensor: "two" }, bias: 0 })).toMatch(
      /has 2 weights/,
    );
    expect(problem("cross", { separator: "" })).toMatch(/takes two to eight strings/);
    expect(problem("textLength", {}, "strings")).toMatch(/takes one string; got strings/);
  });
});

describe("lists as inputs", () => {
  it("are checked by row", () => {
    for (const type of ["strings", "vector"] as const) {
      const scorer = load({ ...listProgram(type), tensors: new Map() });
      for (const x of badLists[type])
        expect(scorer.check({ x })).toMatchObject([{ kind: "unreadable", severity: "error" }]);
      for (const x of [null, "", " ", undefined]) expect(scorer.score({ x }).score).toBe(1);
    }
    const { check, score } = load({ ...listProgram("vector"), tensors: new Map() });
    expect(check({ x: [1, 2] })[0]!.message).toBe('The value of "x" has 2 numbers instead of 3.');
    expect(check({ x: [1, 2, "3"] })[0]!.message).toBe('The value of "x" is not a list of numbers.');
    expect(score({ x: [1, Number.NaN, 3] }).score).toBe(1);
    expect(score({ x: Float32Array.of(1, 2, 3) }).score).toBe(0);
    const list = load({ ...listProgram("strings"), tensors: new Map() });
    expect(list.check({ x: ["a", 1] })[0]!.message).toBe('The value of "x" is not a list of texts.');
    expect([[], [""], ["a"]].map((x) => list.score({ x }).score)).toEqual([1, 0, 0]);
  });

  it("come as columns of vectors too", () => {
    const { scoreFrame } = load({ ...listProgram("vector"), tensors: new Map() });
    const values = Float64Array.of(1, 2, 3, 4, Number.NaN, 6, 7, 8, 9);
    const column: Column = { type: "vector", width: 3, values, missing: Uint8Array.of(0, 0, 1) };
    expect([...scoreFrame({ rows: 3, columns: new Map([["x", column]]) }).score]).toEqual([0, 1, 1]);
    const narrow: Column = { type: "vector", width: 1, values: Float64Array.of(1) };
    expect(() => scoreFrame({ rows: 1, columns: new Map([["x", narrow]]) })).toThrow(
      /vectors of 1; the program needs 3/,
    );
  });

  it("have a width where they are vectors, and no domain", () => {
    const { program } = listProgram("vector");
    const input = program.inputs[0]!;
    const message = (changed: object) => {
      try {
        validateProgram({ ...program, inputs: [{ ...input, ...changed }] }, new Map());
        return "none";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message({})).toBe("none");
    expect(message({ type: "strings" })).toMatch(/is a strings with a width/);
    expect(message({ width: undefined })).toMatch(/is a vector without a width/);
    expect(message({ width: 0 })).toMatch(/has the width 0/);
    expect(message({ width: 65_537 })).toMatch(/is 65537; the most is 65536/);
    expect(message({ domain: { low: 1 } })).toMatch(/is a list, which has no domain/);
  });
});
