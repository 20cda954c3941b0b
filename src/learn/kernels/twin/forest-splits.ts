import type { forestPlan } from "../forest-plan.ts";
import type { Views } from "./twin-kernels.ts";

/** A node's rows with what they weigh and answer (classes, or weighted targets), and their sums. */
export interface NodeRows {
  readonly rows: Uint32Array;
  readonly weights: Float64Array;
  readonly answers: Float64Array;
  readonly sums: Float64Array;
  readonly weight: number;
  readonly parent: number;
}

/** Where a node's rows part; `sides` has one byte a bin, 1 goes left. */
export interface Found {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: number;
  readonly sides: Uint8Array;
}

export type Slots = (name: Exclude<keyof typeof forestPlan, "bytes">) => number;

/** One feature's cut over a node's rows, where it gains more than `least`. */
export type Search = (node: NodeRows, feature: number, random: number, least: number) => Found | undefined;

/** The twin of `searchFeature` in wasm/forest-splits.ts: the feature's best cut. */
export function newSearch({ u8, i32 }: Views, slot: Slots): Search {
  const classes = slot("classes");
  const width = classes > 0 ? classes : 2;
  const minRows = slot("minRows");
  return (node, feature, random, least) => {
    const [bins, missingBin, isCategorical] = i32.subarray((slot("featureTable") >> 2) + 4 * feature) as Int32Array &
      [number, number, number];
    const cells = Array.from({ length: bins }, () => new Float64Array(width));
    const counts = new Int32Array(256);
    node.rows.forEach((row, k) => {
      const bin = u8[slot("bins") + feature * slot("featureStep") + row * slot("rowStep")]!;
      counts[bin]!++;
      cells[bin]![classes > 0 ? node.answers[k]! : 0]! += node.weights[k]!;
      if (classes === 0) cells[bin]![1]! += node.answers[k]!;
    });
    const weightOf = (cell: Float64Array) => (classes > 0 ? cell.reduce((sum, one) => sum + one, 0) : cell[0]!);
    const known = Array.from({ length: bins }, (_, bin) => bin).filter((bin) => bin !== missingBin && counts[bin]! > 0);
    if (isCategorical) sortByMean(known, cells, node.sums, classes, weightOf);
    const hasMissing = missingBin >= 0 && counts[missingBin]! > 0;
    if (known.length < 2 && !hasMissing) return undefined;
    const draws = slot("drawnThresholds") !== 0 && known.length > 1;
    const drawn = draws ? Math.floor((random * (known.length - 1)) / 4294967296) : -1;
    let [best, bestAt, bestMissing] = [least, -1, 0];
    for (const pass of hasMissing ? [0, 1] : [0]) {
      const left = pass === 1 ? cells[missingBin]!.slice() : new Float64Array(width);
      let count = pass === 1 ? counts[missingBin]! : 0;
      const last = hasMissing && pass === 0 ? known.length : known.length - 1;
      for (let k = 0; k < last; k++) {
        cells[known[k]!]!.forEach((value, c) => {
          left[c]! += value;
        });
        count += counts[known[k]!]!;
        if (count < minRows) continue;
        if (node.rows.length - count < minRows) break;
        if (drawn >= 0 && k !== drawn) continue;
        const { gain, own } = gainOf(left, node, classes);
        if (!(gain > best)) continue;
        [best, bestAt] = [gain, k];
        bestMissing = hasMissing ? pass : Number(own + own > node.weight);
      }
    }
    if (bestAt < 0) return undefined;
    const cut = known[bestAt]!;
    if (!isCategorical) return cutOf(best, feature, cut, bestMissing, missingBin >= 0 ? missingBin : bins);
    const sides = new Uint8Array(256);
    for (const bin of known.slice(0, bestAt + 1)) sides[bin] = 1;
    return { gain: best, feature, bin: cut, missingLeft: sides[0]!, sides };
  };
}

/** A numeric cut; bins from `end` on are missing's or have no training rows. */
export function cutOf(gain: number, feature: number, bin: number, missingLeft: number, end: number): Found {
  const sides = Uint8Array.from({ length: 256 }, (_, k) => (k < end ? Number(k <= bin) : missingLeft));
  return { gain, feature, bin, missingLeft, sides };
}

/** The fall of the sum of squares, and the left side's weight; NaN where a side weighs nothing. */
export function gainOf(left: Float64Array, node: NodeRows, classes: number): { gain: number; own: number } {
  let own = classes === 0 ? left[0]! : 0;
  let [leftSquares, rightSquares] = [0, 0];
  for (let c = classes === 0 ? 1 : 0; c < left.length; c++) {
    const mine = left[c]!;
    const other = node.sums[c]! - mine;
    if (classes > 0) own += mine;
    leftSquares += mine * mine;
    rightSquares += other * other;
  }
  const rest = node.weight - own;
  const weighs = own > 0 && rest > 0;
  return { gain: weighs ? leftSquares / own + rightSquares / rest - node.parent : Number.NaN, own };
}

function sortByMean(
  known: number[],
  cells: readonly Float64Array[],
  sums: Float64Array,
  classes: number,
  weightOf: (cell: Float64Array) => number,
): void {
  let most = classes > 0 ? 0 : 1;
  for (let c = 1; c < classes; c++) if (sums[c]! > sums[most]!) most = c;
  const key = (bin: number) => cells[bin]![most]! / weightOf(cells[bin]!);
  known.sort((a, b) => key(a) - key(b) || a - b);
}
