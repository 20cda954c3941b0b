import { cutOf, type Found, gainOf, type NodeRows, newSearch, type Search, type Slots } from "./forest-splits.ts";
import type { Views } from "./twin-kernels.ts";

/** The twin of `drawCut` in wasm/forest-draws.ts: one cut, drawn between the least and the greatest bin of the node's rows. */
export function newDraw(views: Views, slot: Slots): Search {
  const { u8, i32 } = views;
  const classes = slot("classes");
  const minRows = slot("minRows");
  const search = newSearch(views, slot);
  return (node, feature, random, leastGain) => {
    const [bins, missingBin, isCategorical] = i32.subarray((slot("featureTable") >> 2) + 4 * feature) as Int32Array &
      [number, number, number];
    if (isCategorical) return search(node, feature, random, leastGain);
    const column = slot("bins") + feature * slot("featureStep");
    const own = Uint8Array.from(node.rows, (row) => u8[column + row * slot("rowStep")]!);
    const known = own.filter((bin) => bin !== missingBin);
    const missing = own.length - known.length;
    const [least, most] = known.reduce(([low, high], bin) => [Math.min(low, bin), Math.max(high, bin)], [255, -1]);
    if (most < 0 || (least === most && missing === 0)) return undefined;
    const cut = least + Math.floor((random * (most - least)) / 4294967296);
    const isLeft = own.map((bin) => Number(bin >= least && bin <= cut));
    const left = sumWhere(node, isLeft, classes);
    const rows = isLeft.reduce((sum, one) => sum + one, 0);
    let best: Found | undefined;
    const judge = (sums: Float64Array, count: number, missingLeft: number | undefined) => {
      if (count < minRows || own.length - count < minRows) return;
      const { gain, own: weight } = gainOf(sums, node, classes);
      if (!(gain > (best?.gain ?? leastGain))) return;
      const side = missingLeft ?? Number(weight + weight > node.weight);
      best = cutOf(gain, feature, cut, side, missingBin >= 0 ? missingBin : bins);
    };
    judge(left, rows, missing > 0 ? 0 : undefined);
    if (missing === 0 || least === most) return best;
    const apart = sumWhere(
      node,
      own.map((bin) => Number(bin === missingBin)),
      classes,
    );
    judge(
      left.map((sum, c) => sum + apart[c]!),
      rows + missing,
      1,
    );
    return best;
  };
}

/** A cell's sums of the marked rows: of two numbers in two lines, by even and odd places; of more in one. */
function sumWhere({ weights, answers }: NodeRows, marked: Uint8Array, classes: number): Float64Array {
  const lines = [0, 1].map(() => new Float64Array(Math.max(classes, 2)));
  marked.forEach((mark, k) => {
    if (mark === 0) return;
    const line = lines[classes > 2 ? 0 : k % 2]!;
    line[classes > 0 ? answers[k]! : 0]! += weights[k]!;
    if (classes === 0) line[1]! += answers[k]!;
  });
  return lines[0]!.map((sum, c) => sum + lines[1]![c]!);
}
