/** Rows by descending score; ties keep row order and form one group. */
export interface ScoreOrder {
  /** Row numbers, best score first. */
  readonly order: Int32Array;
  /** Position after the last row of each group of equal scores. */
  readonly groupEnds: Int32Array;
}

const digits = 65536;

/**
 * Sorts rows once: two counting passes over the upper half of each score's bits, then by the whole score where upper
 * halves are equal. Scores are no NaN.
 */
export function orderByScore(scores: Float64Array): ScoreOrder {
  const n = scores.length;
  const keys = descendingKeys(scores);
  let order = new Int32Array(n);
  let from = new Int32Array(n);
  for (let row = 0; row < n; row++) from[row] = row;
  for (const shift of [0, 16]) {
    const next = new Int32Array(digits);
    for (let row = 0; row < n; row++) next[(keys[row]! >>> shift) & 0xffff]!++;
    for (let digit = 0, start = 0; digit < digits; digit++) {
      const count = next[digit]!;
      next[digit] = start;
      start += count;
    }
    for (let i = 0; i < n; i++) {
      const row = from[i]!;
      order[next[(keys[row]! >>> shift) & 0xffff]!++] = row;
    }
    [order, from] = [from, order];
  }
  settleRuns(from, keys, scores);
  return { order: from, groupEnds: groupEndsOf(from, scores) };
}

/** The upper 32 bits of each score, turned so that greater scores have smaller keys. */
function descendingKeys(scores: Float64Array): Uint32Array {
  const keys = new Uint32Array(scores.length);
  const one = new Float64Array(1);
  const halves = new Uint32Array(one.buffer);
  for (let row = 0; row < scores.length; row++) {
    // Adding 0 turns −0 into 0, which must stand in one group with it.
    one[0] = scores[row]! + 0;
    const upper = halves[1]!;
    keys[row] = upper >>> 31 === 1 ? upper : ~upper & 0x7fffffff;
  }
  return keys;
}

/** Puts rows in order whose keys are equal and whose scores may not be. */
function settleRuns(order: Int32Array, keys: Uint32Array, scores: Float64Array): void {
  const n = order.length;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    let sorted = true;
    while (end < n && keys[order[end]!] === keys[order[start]!]) {
      if (scores[order[end]!]! > scores[order[end - 1]!]!) sorted = false;
      end++;
    }
    if (!sorted) order.subarray(start, end).sort((a, b) => scores[b]! - scores[a]! || a - b);
    start = end;
  }
}

function groupEndsOf(order: Int32Array, scores: Float64Array): Int32Array {
  const n = order.length;
  const ends = new Int32Array(n);
  let groups = 0;
  for (let i = 1; i <= n; i++) if (i === n || scores[order[i]!] !== scores[order[i - 1]!]) ends[groups++] = i;
  return ends.slice(0, groups);
}

/** Area under the ROC curve of weighted rows in score order; NaN when one class has no weight. */
export function rankedAuc(y: Uint8Array, weights: Float64Array, groupEnds: Int32Array): number {
  let positives = 0;
  let negatives = 0;
  let area = 0;
  let row = 0;
  for (const end of groupEnds) {
    let p = 0;
    let q = 0;
    for (; row < end; row++) {
      const w = weights[row]!;
      if (y[row] === 1) p += w;
      else q += w;
    }
    // Each negative of the group stands below all earlier positives and ties with the group's own.
    area += q * (positives + p / 2);
    positives += p;
    negatives += q;
  }
  return positives > 0 && negatives > 0 ? area / (positives * negatives) : Number.NaN;
}
