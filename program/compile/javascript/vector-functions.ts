import { exp } from "../../elementary/exponential.ts";
import { murmur3 } from "../../text/murmur3.ts";
import { dotTerms, type Terms } from "../../text/terms.ts";

// Each function is one form of `compile/model.ts`.

/** Marks a vector that holds a NaN as missing, and takes the sign off zeros. */
export function clean(vector: Float64Array): void {
  for (let k = 0; k < vector.length; k++) {
    const value = vector[k]! + 0;
    vector[k] = value;
    if (Number.isNaN(value)) vector[0] = Number.NaN;
  }
}

export function dot(input: Float64Array, weights: Float64Array, bias: number, from = 0): number {
  let total = bias;
  for (let k = 0; k < input.length; k++) total += weights[from + k]! * input[k]!;
  return total;
}

export function affine(out: Float64Array, input: Float64Array, weights: Float64Array, biases: Float64Array): void {
  for (let j = 0; j < out.length; j++) out[j] = dot(input, weights, biases[j]!, j * input.length);
  clean(out);
}

export function affineTerms(
  out: Float64Array,
  terms: Terms,
  weights: Float64Array,
  biases: Float64Array,
  width: number,
): void {
  for (let j = 0; j < out.length; j++) out[j] = dotTerms(terms, weights, biases[j]!, j * width);
  clean(out);
}

export function softmax(out: Float64Array, input: Float64Array): void {
  let greatest = input[0]!;
  for (let k = 1; k < input.length; k++) if (input[k]! > greatest) greatest = input[k]!;
  let total = 0;
  for (let k = 0; k < input.length; k++) {
    const term = exp(input[k]! - greatest);
    out[k] = term;
    total += term;
  }
  for (let k = 0; k < input.length; k++) out[k] = out[k]! / total;
  clean(out);
}

export function level(levels: ReadonlyMap<string, number>, text: string | null): number {
  return text === null ? Number.NaN : (levels.get(text) ?? -1);
}

export function hashText(text: string | null): number {
  return text === null ? Number.NaN : murmur3(text);
}

export function firstGreatest(vector: Float64Array): number {
  let best = 0;
  for (let k = 1; k < vector.length; k++) if (vector[k]! > vector[best]!) best = k;
  return best;
}

/** Whether a categorical split sends x to the left. */
function inBits(bits: Uint32Array, start: number, words: number, x: number, missingLeft: boolean): boolean {
  if (x >= 0 && x < words * 32 && Math.floor(x) === x) return ((bits[start + (x >>> 5)]! >>> (x & 31)) & 1) === 1;
  return missingLeft;
}

/** The leaf that row `row` of `width` numbers reaches; `nodes` holds feature, left, right and flags of each node. */
export function walk(
  nodes: Int32Array,
  threshold: Float64Array,
  bitsetStart: Int32Array,
  bits: Uint32Array,
  root: number,
  rows: Float64Array,
  at: number,
): number {
  let node = root;
  while (node >= 0) {
    const x = rows[at + nodes[4 * node]!]!;
    const flags = nodes[4 * node + 3]!;
    let left: boolean;
    if ((flags & 1) === 0) left = flags < 2 ? x <= threshold[node]! : !(x > threshold[node]!);
    else left = inBits(bits, bitsetStart[node]!, bitsetStart[node + 1]! - bitsetStart[node]!, x, flags >= 2);
    node = left ? nodes[4 * node + 1]! : nodes[4 * node + 2]!;
  }
  return ~node;
}
