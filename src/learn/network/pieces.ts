import type { Dense } from "./layers.ts";

/** Ends of the pieces of a number's range, ascending. */
export type Knots = Float64Array;

export type Floats = Float32Array | Float64Array;

/** What a number that has knots becomes beside itself: `count` numbers, which `write` puts at a place. */
export interface Encoding {
  count(knots: Knots): number;
  write(value: number, knots: Knots, out: Floats, at: number): void;
}

/** As a network learns: each piece has a weight that does not hang on the others'. */
export const pieces: Encoding = { count: (knots) => Math.max(0, knots.length - 1), write: writePieces };
/** As a program computes. */
export const hinges: Encoding = { count: (knots) => knots.length, write: writeHinges };

const mostSorted = 10_000;
/** In deviations: nearer knots are one. */
const nearest = 1e-3;

/**
 * Ends of pieces that hold about as many of the values each; none where there are no three ends, for a line tells two apart.
 *
 * Source: Gorishniy, Rubachev, Babenko, "On embeddings for numerical features in tabular deep learning", NeurIPS 2022, §3.2
 * (piecewise linear encoding, by quantiles).
 */
export function knotsOf(values: Float64Array, counts: (row: number) => boolean, pieces: number): Knots {
  const rows: number[] = [];
  for (let row = 0; row < values.length; row++) if (counts(row)) rows.push(row);
  const stride = Math.max(1, rows.length / mostSorted);
  const sorted = new Float64Array(Math.floor(rows.length / stride));
  for (let k = 0; k < sorted.length; k++) sorted[k] = values[rows[Math.floor(k * stride)]!]!;
  sorted.sort();
  const knots: number[] = [];
  for (let k = 0; k <= pieces && sorted.length > 0; k++) {
    const value = sorted[Math.round((k / pieces) * (sorted.length - 1))]!;
    if (knots.length === 0 || value > knots.at(-1)! + nearest) knots.push(value);
  }
  return Float64Array.from(knots.length > 2 ? knots : []);
}

/** How far the value is through each piece, from 0 to 1. */
export function writePieces(value: number, knots: Knots, out: Floats, at: number): void {
  for (let k = 0; k + 1 < knots.length; k++) {
    const low = knots[k]!;
    const high = knots[k + 1]!;
    out[at + k] = value <= low ? 0 : value >= high ? 1 : (value - low) / (high - low);
  }
}

/** How far the value is above each knot, as a `linear` node and a rectifier give it. */
export function writeHinges(value: number, knots: Knots, out: Floats, at: number): void {
  for (let k = 0; k < knots.length; k++) out[at + k] = value > knots[k]! ? value - knots[k]! : 0;
}

/** The same layer over hinges where it was over pieces: a piece is the difference of two hinges over its length. */
export function overHinges(layer: Dense, inputs: readonly { readonly knots: Knots; readonly before: number }[]): Dense {
  const { outputs } = layer;
  const width = layer.inputs + inputs.filter(({ knots }) => knots.length > 0).length;
  const weights = new Float64Array(width * outputs);
  for (let o = 0; o < outputs; o++) {
    let from = o * layer.inputs;
    let to = o * width;
    for (const { knots, before } of inputs) {
      for (let k = 0; k < before; k++) weights[to++] = layer.weights[from++]!;
      for (let k = 0; k < pieces.count(knots); k++) {
        const slope = layer.weights[from++]! / (knots[k + 1]! - knots[k]!);
        weights[to + k]! += slope;
        weights[to + k + 1]! -= slope;
      }
      to += knots.length;
    }
    while (from < (o + 1) * layer.inputs) weights[to++] = layer.weights[from++]!;
  }
  return { ...layer, inputs: width, weights };
}
