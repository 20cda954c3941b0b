import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { load } from "../interpreter/load.ts";
import type { Program, ProgramInput, ProgramNode, Tensor } from "../model.ts";
import { frameOf } from "../testing/random-program.ts";
import { explain } from "./index.ts";

interface Layer {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

interface Wanted {
  readonly base: readonly number[];
  /** Row by row, column by column, class by class. */
  readonly values: readonly (readonly (readonly number[])[])[];
}

/** Of the shap package: freeze-margin-shap.py. The first 20 rows are the background. */
const golden = JSON.parse(readFileSync(new URL("margin-shap.golden.json", import.meta.url), "utf8")) as {
  readonly rows: readonly (readonly [number, number, number, string])[];
  readonly linear: Layer & Wanted;
  readonly network: Wanted & { readonly layers: readonly Layer[] };
  readonly many: readonly (readonly number[])[];
  readonly wide: Wanted & { readonly layers: readonly Layer[] };
};

const number = (name: string): ProgramInput => ({ name, type: "number", missingAllowed: true });
const level: ProgramInput = { name: "level", type: "string", missingAllowed: true };

/** Dense layers over features, a softmax behind them. */
function layered(inputs: readonly ProgramInput[], layers: readonly Layer[]) {
  const tensors = new Map<string, Tensor>();
  const nodes: ProgramNode[] = [];
  const add = (op: string, refs: readonly number[], attributes: ProgramNode["attributes"]) => {
    nodes.push({ op, version: 1, inputs: refs, attributes });
    return inputs.length + nodes.length - 1;
  };
  let refs = inputs.map(({ type }, k) =>
    type === "string" ? add("oneHot", [k], { levels: ["a", "b", "c"], other: false, missing: false }) : k,
  );
  layers.forEach(({ weights, bias }, k) => {
    tensors.set(`w${k}`, { type: "f64", values: Float64Array.from(weights.flat()) });
    tensors.set(`b${k}`, { type: "f64", values: Float64Array.from(bias) });
    const made = add("linear", refs, {
      weights: { tensor: `w${k}` },
      bias: { tensor: `b${k}` },
      outputs: bias.length,
    });
    refs = [add(k === layers.length - 1 ? "softmax" : "relu", [made], {})];
  });
  const classes = layers.at(-1)!.bias.map((_, k) => `class ${k}`);
  const program: Program = {
    format: 1,
    inputs,
    nodes,
    outputs: { task: "multiclass", score: inputs.length + nodes.length - 1, classes },
  };
  return { program, tensors };
}

const rowsOf = (inputs: readonly ProgramInput[], rows: readonly (readonly (number | string)[])[]) =>
  rows.map((row) => Object.fromEntries(inputs.map(({ name }, k) => [name, row[k]!])));

const mixed = [number("x"), number("y"), number("z"), level];
const wide = Array.from({ length: 11 }, (_, k) => number(`n${k}`));

/** The greatest difference from the package's values. */
function farthest(
  found: readonly { readonly contributions: Readonly<Record<string, readonly number[]>> }[],
  names: readonly string[],
  wanted: Wanted["values"],
): number {
  expect(found).toHaveLength(wanted.length);
  return Math.max(
    ...found.flatMap(({ contributions }, row) =>
      names.flatMap((name, k) =>
        wanted[row]![k]!.map((value, output) => Math.abs(value - contributions[name]![output]!)),
      ),
    ),
  );
}

describe("explanations of several classes", () => {
  const rows = rowsOf(mixed, golden.rows);
  const background = frameOf(mixed, rows.slice(0, 20));

  test("of a linear model are those of shap.LinearExplainer, an input's indicators together", () => {
    const explainer = explain(layered(mixed, [golden.linear]), { background });
    expect(explainer.method).toBe("linearShap");
    expect(explainer.base).toEqual(golden.linear.base.map((one) => expect.closeTo(one, 9)));
    const found = explainer.explainFrame(frameOf(mixed, rows));
    expect(farthest(found, explainer.inputs, golden.linear.values)).toBeLessThan(1e-9);
  });

  test("of a network are those of shap's explainer that tries every set of columns", () => {
    const source = layered(mixed, golden.network.layers);
    const explainer = explain(source, { background });
    expect(explainer.method).toBe("exactShapley");
    expect(explainer.base).toEqual(golden.network.base.map((one) => expect.closeTo(one, 9)));
    const found = explainer.explainFrame(frameOf(mixed, rows.slice(20, 40)));
    expect(farthest(found, explainer.inputs, golden.network.values)).toBeLessThan(1e-9);
    // one raw row as an endpoint gets it
    expect(explainer.explain(rows[20]!)).toEqual(found[0]);
  });

  test("of a network with many inputs are drawn, as near as their stated error says, and add up exactly", () => {
    const many = rowsOf(wide, golden.many);
    const source = layered(wide, golden.wide.layers);
    const explainer = explain(source, { background: frameOf(wide, many.slice(0, 20)) });
    expect(explainer.method).toBe("sampledShapley");
    const found = explainer.explainFrame(frameOf(wide, many.slice(20)));
    const off: number[] = [];
    found.forEach(({ contributions, standardErrors, base, margin }, row) => {
      for (const [k, name] of explainer.inputs.entries())
        contributions[name]!.forEach((value, output) => {
          off.push((value - golden.wide.values[row]![k]![output]!) / standardErrors![name]![output]!);
        });
      base.forEach((start, output) => {
        const sum = Object.values(contributions).reduce((total, own) => total + own[output]!, start);
        expect(sum).toBeCloseTo(margin[output]!, 9);
      });
      const { scores } = load(source).score(many[20 + row]!);
      const whole = margin.reduce((sum, one) => sum + Math.exp(one), 0);
      expect(margin.map((one) => Math.exp(one) / whole)).toEqual(
        Object.values(scores!).map((one) => expect.closeTo(one, 9)),
      );
    });
    // one standard deviation each: of 132 differences some 2 in 3 lie within one
    const squares = off.reduce((sum, one) => sum + one * one, 0) / off.length;
    expect(squares).toBeGreaterThan(0.3);
    expect(squares).toBeLessThan(2);
  });

  test("of a network need background rows, and say so", () => {
    expect(() => explain(layered(mixed, golden.network.layers))).toThrow(/hidden layers, without background rows/);
  });

  test("are missing where a margin is", () => {
    const explainer = explain(layered(mixed, golden.network.layers), { background });
    const { contributions, margin } = explainer.explain({ ...rows[20]!, x: null });
    expect([...margin, ...Object.values(contributions).flat()].every(Number.isNaN)).toBe(true);
  });
});
