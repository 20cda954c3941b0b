/** Rows by descending score; ties keep row order and form one group. */
export interface ScoreOrder {
  /** Row numbers, best score first. */
  readonly order: Int32Array;
  /** Position after the last row of each group of equal scores. */
  readonly groupEnds: Int32Array;
}

/** Sorts rows once: a native sort of the scores, then a counting sort of the rows by their place in it. */
export function orderByScore(scores: Float64Array): ScoreOrder {
  const n = scores.length;
  const sorted = scores.slice().sort();
  let groups = 0;
  const groupStarts = new Int32Array(n + 1);
  const unique = new Float64Array(n);
  // Descending: the last of the ascending values comes first.
  for (let i = n - 1; i >= 0; i--) {
    if (i !== n - 1 && sorted[i] === sorted[i + 1]) continue;
    unique[groups] = sorted[i]!;
    groupStarts[groups++] = n - 1 - i;
  }
  const next = groupStarts.slice(0, groups);
  const order = new Int32Array(n);
  for (let row = 0; row < n; row++) {
    const group = findDescending(unique, groups, scores[row]!);
    order[next[group]!++] = row;
  }
  return { order, groupEnds: next };
}

function findDescending(unique: Float64Array, length: number, score: number): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (unique[middle]! > score) low = middle + 1;
    else high = middle;
  }
  return low;
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
