import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadKernels } from "../kernels/load-kernels.ts";
import type { LearningTask } from "../model.ts";
import { worst } from "../test-data/learner-peers.ts";
import { type Layers, layersWith, parametersOf } from "./layers.ts";
import { networkMargins } from "./margins.ts";
import { Passes } from "./passes.ts";
import { overHinges } from "./pieces.ts";

interface Case {
  readonly task: LearningTask;
  readonly levels: readonly (readonly [levels: number, width: number])[];
  readonly blocks: number;
  readonly width: number;
  readonly outputs: number;
  readonly knots: readonly (readonly number[])[];
  readonly x: readonly (readonly number[])[];
  readonly codes: readonly (readonly number[])[];
  readonly label: readonly number[];
  readonly weight: readonly number[];
  /** Parameters in PyTorch's order, which is that of `parametersOf`. */
  readonly start: readonly (readonly number[])[];
  readonly end: readonly (readonly number[])[];
  /** The running mean of the parameters. */
  readonly average: readonly (readonly number[])[];
  readonly margins: readonly number[];
}

/**
 * How near 32-bit floats come to PyTorch's doubles. One of them is right to 6e-8 of itself and rounded in every step, so six
 * steps leave parameters of about 1 some 1e-7 off, and margins, which are sums of many of them, some 4e-7.
 */
const near = { parameters: 1e-6, margins: 3e-6 };

/** PyTorch's AdamW from given weights, by oracle/freeze-network.py. */
const frozen = JSON.parse(readFileSync(new URL("../oracle/network.golden.json", import.meta.url), "utf8")) as {
  readonly rate: number;
  readonly decay: number;
  readonly steps: number;
  readonly batch: number;
  readonly cases: readonly Case[];
};

function startOf({ levels, blocks, width, outputs, knots, start }: Case): Layers {
  const dense = (inputs: number, own: number) => ({
    inputs,
    outputs: own,
    weights: new Float64Array(inputs * own),
    bias: new Float64Array(own),
  });
  const shape: Layers = {
    embeddings: levels.map(([count, own]) => ({
      levels: count,
      width: own,
      values: new Float64Array((count + 1) * own),
    })),
    first: dense(
      knots.reduce((sum, own) => sum + Math.max(1, own.length), 0) + levels.reduce((sum, [, own]) => sum + own, 0),
      width,
    ),
    blocks: Array.from({ length: blocks }, () => ({ inner: dense(width, width), outer: dense(width, width) })),
    last: dense(width, outputs),
  };
  return layersWith(
    shape,
    start.map((values) => Float64Array.from(values)),
  );
}

test.for(frozen.cases)(
  "$task, $blocks blocks of $width, embeddings of $levels, knots $knots: six steps from the same weights end where PyTorch's do",
  async (own) => {
    const { rate, decay, steps, batch } = frozen;
    const columns = [...own.x, ...own.codes].map((column) => Float64Array.from(column));
    const knots = own.knots.map((ends) => Float64Array.from(ends));
    const passes = new Passes(startOf(own), own.task, knots, {
      module: await loadKernels(),
      batch,
      learningRate: rate,
      weightDecay: decay,
    });
    for (let step = 0; step < steps; step++) {
      const rows = Uint32Array.from({ length: batch }, (_, k) => batch * (step % 2) + k);
      const weights = Array.from(rows, (row) => own.weight[row]! / batch);
      passes.learn(columns, rows, own.label, weights);
      passes.step(1);
      passes.average(3 / (step + 3));
    }
    const ends = parametersOf(passes.layers);
    expect(ends.length).toBe(own.end.length);
    for (const [p, end] of own.end.entries()) {
      expect(worst(ends[p]!, end)).toBeLessThan(near.parameters);
      // A step that did nothing would be equal, too.
      expect(worst(own.start[p]!, end)).toBeGreaterThan(1e-3);
    }
    expect(worst(passes.margins(columns, own.label.length), own.margins)).toBeLessThan(near.margins);
    // What a model answers with, in doubles: hinges where it learned by pieces, and all else the same.
    const numbers = knots.map((ends) => ({ knots: ends, before: 1 }));
    const model = layersWith(
      passes.layers,
      ends.map((values) => Float64Array.from(values)),
    );
    const hinged = { ...model, first: overHinges(model.first, numbers) };
    const asked = networkMargins(hinged, knots, columns, own.label.length);
    expect(worst(asked, own.margins)).toBeLessThan(near.margins);
    passes.averaged(() => {
      for (const [p, mean] of own.average.entries())
        expect(worst(parametersOf(passes.layers)[p]!, mean)).toBeLessThan(near.parameters);
    });
    expect(worst(parametersOf(passes.layers)[0]!, own.end[0]!)).toBeLessThan(near.parameters);
  },
);
