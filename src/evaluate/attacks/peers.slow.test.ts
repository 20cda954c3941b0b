import { readFileSync } from "node:fs";
import { type Frame, load, type Program, type Scorer, type Tensor, type Tensors } from "@millrace/program";
import { importLightGbm } from "@millrace/program/import";
import { expect, test } from "vitest";
import { attackRows } from "#evaluate";

interface Nearest {
  readonly distance: number | null;
  readonly flipped: readonly number[] | null;
}
const golden = JSON.parse(readFileSync(new URL("./attacks.golden.json", import.meta.url), "utf8")) as {
  readonly names: readonly string[];
  readonly X: readonly (readonly number[])[];
  readonly rows: readonly number[];
  readonly lightgbm: string;
  readonly forest: readonly Nearest[];
  readonly forestClass: readonly number[];
  readonly linear: {
    readonly mean: readonly number[];
    readonly scale: readonly number[];
    readonly weights: readonly number[];
    readonly bias: number;
    readonly classes: readonly number[];
    readonly distance: readonly number[];
    readonly found: readonly Nearest[];
  };
};
const { names, X, rows } = golden;
const frameOf = (values: readonly (readonly number[])[]): Frame => ({
  rows: values.length,
  columns: new Map(
    names.map((name, k) => [name, { type: "number", values: Float64Array.from(values, (row) => row[k]!) }]),
  ),
});

/** Our attacks beside the flips that the peer's own predictions gave a search of a million rows. */
function besidePeer(scorer: Scorer, tensors: Tensors, peer: readonly Nearest[], classes: readonly number[]) {
  const attacked = frameOf(rows.map((row) => X[row]!));
  expect([...scorer.scoreFrame(attacked).prediction]).toEqual(classes);
  const found = attackRows(scorer, tensors, attacked, frameOf(X), { boxes: 2000 }).rows;
  found.forEach(({ distance, certified }, k) => {
    const { distance: theirs, flipped } = peer[k]!;
    if (theirs === null || flipped === null) return;
    expect(scorer.scoreFrame(frameOf([flipped])).prediction[0]).not.toBe(classes[k]);
    expect(certified ?? Infinity).toBeLessThanOrEqual(theirs + 1e-12);
    expect(distance ?? Infinity).toBeLessThanOrEqual(theirs + 1e-12);
  });
  return found;
}

test("attacks on a model of LightGBM come nearer than a random search of it, and none lies within what is certified", () => {
  const { program, tensors } = importLightGbm(golden.lightgbm);
  const found = besidePeer(load({ program, tensors }), tensors, golden.forest, golden.forestClass);
  const gaps = found.map(({ distance, certified }) => (certified ?? 0) / (distance ?? 1));
  console.info(`certified part of the smallest change found: ${gaps.map((gap) => gap.toFixed(2)).join(" ")}`);
  expect(gaps.filter((gap) => gap > 0.5).length).toBeGreaterThan(rows.length / 2);
});

test("attacks on a model of scikit-learn are its distance to the plane", () => {
  const { mean, scale, weights, bias, classes, distance, found } = golden.linear;
  const width = names.length;
  const program: Program = {
    format: 1,
    inputs: names.map((name) => ({ name, type: "number", missingAllowed: false })),
    nodes: [
      ...names.map((_, k) => ({
        op: "scale",
        version: 1 as const,
        inputs: [k],
        attributes: { offset: mean[k]!, scale: scale[k]! },
      })),
      {
        op: "linear",
        version: 1,
        inputs: names.map((_, k) => width + k),
        attributes: { weights: { tensor: "w" }, bias },
      },
      { op: "logistic", version: 1, inputs: [2 * width], attributes: {} },
    ],
    outputs: { task: "binary", score: 2 * width + 1, classes: ["malignant", "benign"], threshold: 0.5 },
  };
  const tensors = new Map<string, Tensor>([["w", { type: "f64", values: Float64Array.from(weights) }]]);
  const ours = besidePeer(load({ program, tensors }), tensors, found, classes);
  ours.forEach(({ distance: own, changes }, k) => {
    // Where no number meets the end of its range, all move alike.
    const steps = changes.map(({ input, from, to }) => Math.abs(to - from) / scale[names.indexOf(input)]!);
    if (steps.length === width && Math.max(...steps) - Math.min(...steps) < 1e-9)
      expect(own).toBeCloseTo(distance[k]!, 9);
  });
});
