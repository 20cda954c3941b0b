const chunkRows = 65_536;

/**
 * The sum of n terms in one fixed order: left to right within chunks of 65,536 rows, chunks merged by index. The result
 * is the same on any number of threads.
 */
export function fixedOrderSum(n: number, term: (index: number) => number): number {
  let total = 0;
  for (let start = 0; start < n; start += chunkRows) {
    const end = Math.min(start + chunkRows, n);
    let sum = 0;
    for (let i = start; i < end; i++) sum += term(i);
    total += sum;
  }
  return total;
}
