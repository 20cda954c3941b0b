import { writeEntries } from "./entries.ts";
import type { Dense, Layers } from "./layers.ts";
import { hinges, type Knots } from "./pieces.ts";

/** Rows that go through the layers at once; a multiple of four. */
const batch = 64;

/**
 * Margins of all rows, class-major, of a model's layers over hinges: in doubles, each number summed in the order of a
 * program's `linear` nodes and so with their bits.
 */
export function networkMargins(
  layers: Layers,
  knots: readonly Knots[],
  columns: readonly Float64Array[],
  rows: number,
): Float64Array {
  const { embeddings, first, blocks, last } = layers;
  const block = (width: number) => new Float64Array(Math.min(batch, rows + 3) * width);
  const input = block(first.inputs);
  const [state, active, inner] = [block(first.outputs), block(first.outputs), block(first.outputs)];
  const out = block(last.outputs);
  const margins = new Float64Array(rows * last.outputs);
  for (let from = 0; from < rows; from += batch) {
    const places = Uint32Array.from({ length: Math.min(batch, rows - from) }, (_, k) => from + k);
    const count = places.length;
    writeEntries(columns, places, knots, hinges, embeddings, input, first.inputs);
    forward(first, input, state, count);
    for (const own of blocks) {
      rectify(state, active);
      forward(own.inner, active, inner, count);
      rectify(inner, inner);
      forward(own.outer, inner, active, count);
      for (let k = 0; k < state.length; k++) state[k]! += active[k]!;
    }
    rectify(state, active);
    forward(last, active, out, count);
    for (let k = 0; k < count; k++)
      for (let c = 0; c < last.outputs; c++) margins[c * rows + from + k] = out[k * last.outputs + c]!;
  }
  return margins;
}

/** Four rows at once, as their sums do not wait for each other; up to three rows after the last are room that is free. */
function forward({ inputs, outputs, weights, bias }: Dense, from: Float64Array, to: Float64Array, count: number): void {
  for (let r = 0; r < count; r += 4) {
    const x = r * inputs;
    const y = x + inputs;
    const z = y + inputs;
    const w = z + inputs;
    for (let o = 0; o < outputs; o++) {
      let a = bias[o]!;
      let b = a;
      let c = a;
      let d = a;
      for (let k = 0; k < inputs; k++) {
        const weight = weights[o * inputs + k]!;
        a += weight * from[x + k]!;
        b += weight * from[y + k]!;
        c += weight * from[z + k]!;
        d += weight * from[w + k]!;
      }
      // Adding 0 makes −0 the 0 that a program gives.
      to[r * outputs + o] = a + 0;
      to[(r + 1) * outputs + o] = b + 0;
      to[(r + 2) * outputs + o] = c + 0;
      to[(r + 3) * outputs + o] = d + 0;
    }
  }
}

function rectify(input: Float64Array, out: Float64Array): void {
  for (let k = 0; k < input.length; k++) out[k] = input[k]! > 0 ? input[k]! : 0;
}
