import { type JudgedRows, judgedBy } from "./judged-rows.ts";

/** Every two of so many folds, the lower one first. */
export function pairsOf(folds: number): readonly (readonly [number, number])[] {
  return Array.from({ length: folds }, (_, first) =>
    Array.from({ length: folds - first - 1 }, (_, k) => [first, first + 1 + k] as const),
  ).flat();
}

/**
 * Folds that leave out every two of these together, in the order of `pairsOf`: their models give margins of one's rows that
 * no label of the other one's rows had a part in. Each row must be judged once.
 */
export function foldPairs({ all, folds }: JudgedRows): JudgedRows {
  return judgedBy(
    all,
    pairsOf(folds.length).map(([first, second]) => {
      const test = Uint32Array.of(...folds[first]!.test, ...folds[second]!.test);
      const isOut = new Uint8Array(all.frame.rows);
      for (const row of test) isOut[row] = 1;
      return { train: folds[first]!.train.filter((row) => isOut[row] === 0), test };
    }),
  );
}
