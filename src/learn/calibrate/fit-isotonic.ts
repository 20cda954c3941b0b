import type { Calibration } from "./model.ts";

/**
 * The non-decreasing probabilities of least squares over margins, as a polyline through the means of the pooled blocks,
 * drawn in so that no probability is 0 or 1.
 *
 * Source: Ayer et al., "An empirical distribution function for sampling with incomplete information", Ann. Math. Stat. 26,
 * 1955 (pool adjacent violators).
 */
export function fitIsotonic(
  margins: Float64Array,
  labels: Float64Array,
  weights?: Float64Array,
): Extract<Calibration, { kind: "isotonic" }> {
  const order = Uint32Array.from(margins, (_, i) => i).sort((a, b) => margins[a]! - margins[b]! || a - b);
  const blocks: { margin: number; label: number; weight: number }[] = [];
  for (let k = 0; k < order.length; ) {
    const block = { margin: 0, label: 0, weight: 0 };
    const margin = margins[order[k]!]!;
    for (; k < order.length && margins[order[k]!] === margin; k++) {
      const weight = weights?.[order[k]!] ?? 1;
      block.margin += weight * margin;
      block.label += weight * labels[order[k]!]!;
      block.weight += weight;
    }
    if (block.weight === 0) continue;
    blocks.push(block);
    while (blocks.length > 1) {
      const last = blocks[blocks.length - 1]!;
      const before = blocks[blocks.length - 2]!;
      if (before.label / before.weight < last.label / last.weight) break;
      before.margin += last.margin;
      before.label += last.label;
      before.weight += last.weight;
      blocks.pop();
    }
  }
  const x: number[] = [];
  const y: number[] = [];
  for (const { margin, label, weight } of blocks) {
    const at = margin / weight;
    if (x.length > 0 && at <= x[x.length - 1]!) continue;
    x.push(at);
    // Half a row of each class: a block of one class only does not mean certainty.
    y.push(Math.max((label + 0.5) / (weight + 1), y[y.length - 1] ?? 0));
  }
  return { kind: "isotonic", x: Float64Array.from(x), y: Float64Array.from(y) };
}
