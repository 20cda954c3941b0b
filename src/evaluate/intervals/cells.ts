import { exp } from "@millrace/program";
import { randomStream } from "#kernel";
import { normalQuantile } from "#validate";
import type { BinaryRows } from "../metrics/binary-sample.ts";
import type { Sample } from "../metrics/sample.ts";
import type { Draws } from "./bootstrap.ts";

const groupsAtMost = 2048;

/**
 * The bootstrap for very many rows: neighbours in score order with the same label and decision become one cell, and a
 * draw gives every cell a Poisson number of rows. What a cell hides (the order within 1/2048 of the rows) moves a metric
 * by far less than its interval is wide; each draw is shifted by what it moves the metric itself. `exact` are the metrics
 * of the rows themselves; weights are in score order.
 */
export function bootstrapCells(
  rows: BinaryRows,
  exact: Float64Array,
  prepare: (cells: BinaryRows) => Sample,
  weights: Float64Array,
  draws: number,
  seed: number,
): Draws {
  const { cells, mass, rowsIn } = collapse(rows, weights);
  const sample = prepare(cells);
  const width = sample.names.length;
  const collapsed = new Float64Array(width);
  sample.measure(mass, collapsed);
  const random = randomStream(seed, "bootstrap/cells");
  const values = new Float64Array(draws * width);
  const drawn = new Float64Array(mass.length);
  const each = mass.map((weight, cell) => weight / rowsIn[cell]!);
  const spread = rowsIn.map(Math.sqrt);
  const z = normalTable();
  for (let draw = 0; draw < draws; draw++) {
    const start = draw * mass.length;
    for (let cell = 0; cell < mass.length; cell++) {
      const mean = rowsIn[cell]!;
      const count =
        mean > manyRows
          ? Math.max(0, mean + spread[cell]! * z[random.uint32At(start + cell) >>> tableShift]!)
          : poisson(mean, random.uint32At(start + cell) / 4294967296);
      drawn[cell] = each[cell]! * count;
    }
    const out = values.subarray(draw * width, (draw + 1) * width);
    sample.measure(drawn, out);
    for (let k = 0; k < width; k++) out[k]! += exact[k]! - collapsed[k]!;
  }
  return { draws, names: sample.names, values };
}

/** A cell of more rows takes the normal distribution for Poisson's. */
const manyRows = 50;
const tableShift = 16;

/** The normal distribution as 65,536 equally likely values. */
function normalTable(): Float64Array {
  const size = 2 ** (32 - tableShift);
  const table = new Float64Array(size);
  for (let i = 0; i < size; i++) table[i] = normalQuantile((i + 0.5) / size);
  return table;
}

/** The Poisson count at this uniform number, by its distribution. */
function poisson(mean: number, uniform: number): number {
  let count = 0;
  let term = exp(-mean);
  let sum = term;
  while (uniform >= sum && count < 4 * manyRows) {
    count++;
    term *= mean / count;
    sum += term;
  }
  return count;
}

function collapse(rows: BinaryRows, weights: Float64Array) {
  const n = rows.order.length;
  const perGroup = Math.ceil(n / groupsAtMost);
  const y: number[] = [];
  const predicted: number[] = [];
  const scores: number[] = [];
  const mass: number[] = [];
  const rowsIn: number[] = [];
  const groupEnds: number[] = [];
  /** Of each truth and decision: weight, its squares, weight × score. */
  const sums = new Float64Array(12);
  let start = 0;
  let tie = 0;
  while (start < n) {
    // A group ends with a group of ties, so that equal scores stay equal.
    while (rows.groupEnds[tie]! < Math.min(n, start + perGroup)) tie++;
    const end = rows.groupEnds[tie]!;
    sums.fill(0);
    for (let i = start; i < end; i++) {
      const w = weights[i]!;
      const at = 3 * (2 * rows.y[i]! + rows.predicted[i]!);
      sums[at]! += w;
      sums[at + 1]! += w * w;
      sums[at + 2]! += w * rows.scores[i]!;
    }
    for (let cell = 0; cell < 4; cell++) {
      const weight = sums[3 * cell]!;
      if (weight === 0) continue;
      y.push(cell >>> 1);
      predicted.push(cell & 1);
      scores.push(sums[3 * cell + 2]! / weight);
      mass.push(weight);
      rowsIn.push((weight * weight) / sums[3 * cell + 1]!);
    }
    if (mass.length > (groupEnds.at(-1) ?? 0)) groupEnds.push(mass.length);
    start = end;
  }
  const cells: BinaryRows = {
    order: Int32Array.from(mass, (_, cell) => cell),
    groupEnds: Int32Array.from(groupEnds),
    y: Uint8Array.from(y),
    scores: Float64Array.from(scores),
    predicted: Uint8Array.from(predicted),
    areProbabilities: rows.areProbabilities,
  };
  return { cells, mass: Float64Array.from(mass), rowsIn: Float64Array.from(rowsIn) };
}
