/** How many numbers of an increasing table are below x; 0 for NaN. */
export function countBelow(table: Float64Array, x: number): number {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many numbers of an increasing table are at most x; 0 for NaN. */
export function countUpTo(table: Float64Array, x: number): number {
  const below = countBelow(table, x);
  return table[below] === x ? below + 1 : below;
}
