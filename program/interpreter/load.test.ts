import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { abstainReasons, load, type Program, type Tensors } from "../index.ts";
import { pickFromTape, tape } from "../testing/fixtures/tape.ts";
import { frameOf, randomProgram, randomRows } from "../testing/random-program.ts";
import { encodeProgram, pruneProgram } from "../write.ts";

const bits = (value: number) => new BigUint64Array(new Float64Array([value]).buffer)[0];

describe("load", () => {
  it("gives the same bits one row at a time and in columns, for any graph and odd rows", () => {
    fc.assert(
      fc.property(tape, (choices) => {
        const pick = pickFromTape(choices);
        const { program, tensors } = randomProgram(pick);
        const scorer = load({ program, tensors });
        const rows = randomRows(pick, program.inputs, 12);
        const { score, missing, prediction, extras = {} } = scorer.scoreFrame(frameOf(program.inputs, rows));
        const classes = program.outputs.classes;
        const width = program.outputs.task === "multiclass" ? classes!.length : 1;
        rows.forEach((row, i) => {
          const one = scorer.score(row);
          for (const name of ["intervalLow", "intervalHigh", "outOfDomain"] as const) {
            const value = extras[name]?.[i];
            expect(one[name]).toEqual(value === undefined || !Number.isNaN(value) ? value : null);
          }
          const reason = extras.abstain?.[i];
          expect(one.abstain).toBe(reason === undefined ? undefined : [null, ...abstainReasons][reason]);
          if (extras.set !== undefined) {
            const width = classes!.length;
            const members = [...extras.set.subarray(i * width, (i + 1) * width)];
            expect(one.set).toEqual(Number.isNaN(members[0]) ? null : classes!.filter((_, k) => members[k] === 1));
          }
          if (missing?.[i] === 1) {
            expect(one.score).toBeNull();
            return;
          }
          const columns = [...score.subarray(i * width, (i + 1) * width)];
          expect(columns.some((value) => Number.isNaN(value) || Object.is(value, -0))).toBe(false);
          const own = width === 1 ? [one.score!] : Object.values(one.scores!);
          expect(own.map(bits)).toEqual(columns.map(bits));
          if ((reason ?? 0) > 0) expect(one.prediction).toBeNull();
          else if (classes === undefined) expect(one.prediction).toBe(prediction[i]);
          else expect(one.prediction).toBe(classes[prediction[i]!]);
        });
      }),
      { numRuns: 400 },
    );
  });

  it("gives the same bits where a frame before is kept and a column differs, for any graph", () => {
    fc.assert(
      fc.property(tape, (choices) => {
        const pick = pickFromTape(choices);
        const { program, tensors } = randomProgram(pick);
        const scorer = load({ program, tensors });
        const [first, second] = [1, 2].map(() => frameOf(program.inputs, randomRows(pick, program.inputs, 12)));
        const refs = [program.outputs.score];
        const kept = scorer.evaluateValues(first!, refs);
        for (const { name } of program.inputs) {
          const columns = new Map(first!.columns).set(name, second!.columns.get(name)!);
          const frame = { rows: first!.rows, columns };
          const found = scorer.evaluateValues(frame, refs, kept).values[refs[0]!]!;
          expect(found).toEqual(scorer.evaluateNodes(frame, refs)[0]);
        }
        expect(scorer.evaluateValues(first!, refs, kept).values[refs[0]!]).toBe(kept.values[refs[0]!]);
      }),
    );
  });

  it("gives each value of the graph the same bits after encoding, and after pruning", () => {
    fc.assert(
      fc.property(tape, (choices) => {
        const pick = pickFromTape(choices);
        const { program, tensors } = randomProgram(pick);
        const files = encodeProgram(program, tensors);
        const again = load({ json: files.json, bytes: files.tensors });
        const pruned = load({ program: pruneProgram(program), tensors });
        const frame = frameOf(program.inputs, randomRows(pick, program.inputs, 5));
        const wanted = load({ program, tensors }).scoreFrame(frame);
        expect(again.scoreFrame(frame)).toEqual(wanted);
        expect(pruned.scoreFrame(frame)).toEqual(wanted);
        expect(encodeProgram(again.program, tensors).json).toBe(files.json);
      }),
      { numRuns: 100 },
    );
  });

  const tensors: Tensors = new Map();
  const binary: Program = {
    format: 1,
    inputs: [{ name: "x", type: "number", missingAllowed: false, domain: { low: 0, high: 10 } }],
    nodes: [{ op: "logistic", version: 1, inputs: [0], attributes: {} }],
    outputs: { task: "binary", score: 1, classes: ["no", "yes"], threshold: 0.5 },
  };

  it("predicts the positive class at the threshold", () => {
    const scorer = load({ program: binary, tensors });
    expect(scorer.score({ x: 0 })).toEqual({ score: 0.5, scores: { no: 0.5, yes: 0.5 }, prediction: "yes" });
    expect(scorer.score({ x: "-1e-9" }).prediction).toBe("no");
  });

  it("predicts the first of the greatest scores", () => {
    const program: Program = {
      ...binary,
      nodes: [{ op: "concat", version: 1, inputs: [0, 0], attributes: {} }],
      outputs: { task: "multiclass", score: 1, classes: ["b", "a"] },
    };
    expect(load({ program, tensors }).score({ x: 3 })).toEqual({ score: 3, scores: { b: 3, a: 3 }, prediction: "b" });
  });

  it("refuses to score what it cannot read, and names every problem in check", () => {
    const scorer = load({ program: binary, tensors });
    expect(() => scorer.score({ x: "many" })).toThrow(/"x" is not a number/);
    expect(() => scorer.score({})).toThrow(/may not be missing/);
    expect(() => scorer.scoreFrame({ rows: 1, columns: new Map() })).toThrow(/no column "x"/);
    expect(scorer.check({ x: "many", y: 1 })).toMatchObject([
      { severity: "error", column: "x", kind: "unreadable" },
      { severity: "warning", column: "y", kind: "unknownColumn" },
    ]);
    expect(scorer.check({ x: Number.NaN })).toMatchObject([{ severity: "error", kind: "missing" }]);
    const lenient = load({ program: { ...binary, inputs: [{ ...binary.inputs[0]!, missingAllowed: true }] }, tensors });
    expect(lenient.check({ x: null })).toEqual([]);
    expect(lenient.check({})).toEqual([
      {
        severity: "warning",
        column: "x",
        kind: "absent",
        message: '"x" (number) is absent; it counts as missing.',
      },
    ]);
    expect(scorer.check({}).map(({ kind }) => kind)).toEqual(["missing"]);
    expect(scorer.check({ x: 11 })).toMatchObject([{ severity: "warning", kind: "outOfRange" }]);
    expect(scorer.check({ x: 5 })).toEqual([]);
    expect(scorer.check(JSON.parse('{"x":1,"__proto__":{"x":"many"}}') as Record<string, unknown>)).toHaveLength(1);
  });

  it("reads a frame's column by the same rules as a raw value", () => {
    const scorer = load({ program: binary, tensors });
    const text = {
      type: "string",
      codes: Int32Array.of(0, 1),
      levels: [" 1.5", "2e0", "unused and not a number"],
    } as const;
    const whole = { type: "integer", values: Float64Array.of(1, 2) } as const;
    expect(scorer.scoreFrame({ rows: 2, columns: new Map([["x", text]]) }).score[0]).toBe(
      scorer.score({ x: 1.5 }).score,
    );
    expect(scorer.scoreFrame({ rows: 2, columns: new Map([["x", whole]]) }).score[1]).toBe(
      scorer.score({ x: 2 }).score,
    );
    const bad = { type: "string", codes: Int32Array.of(0, 0), levels: ["x"] } as const;
    expect(() => scorer.scoreFrame({ rows: 2, columns: new Map([["x", bad]]) })).toThrow(/not a number/);
  });
});
