/**
 * The known name nearest to one that was typed, or `undefined` when none is near: insertions, deletions,
 * substitutions and swapped neighbours count one each (optimal string alignment), and may be a third of its length.
 *
 * ```ts
 * nearestName("trian", ["train", "test"]); // "train"
 * ```
 */
export function nearestName(typed: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase());
    // A name with not one letter in common is no typing error.
    if (distance < bestDistance && distance < Math.max(typed.length, name.length)) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** `did you mean b? known are a, b, c`: the tail of every "unknown name" message. */
export function knownNames(typed: string, known: readonly string[]): string {
  const near = nearestName(typed, known);
  const list = known.length > 12 ? `${known.slice(0, 12).join(", ")}, … (${known.length} in all)` : known.join(", ");
  const all =
    known.length > 1 ? `known are ${list}` : known.length === 1 ? `the only one known is ${list}` : "none is known";
  return near === undefined ? all : `did you mean ${near}? ${all}`;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min(row[j - 1]! + 1, last[j]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, beforeLast[j - 2]! + 1);
      row.push(distance);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
