import { MillraceError } from "#kernel";
import type { Fold } from "./model.ts";
import { tooFew } from "./too-few.ts";

interface TimePlan {
  readonly folds: number;
  readonly times: ArrayLike<number>;
  readonly window: "expanding" | "rolling";
  readonly span?: number | undefined;
  readonly gap: number;
}

/**
 * Blocks of about as many rows each, oldest first: the first is only trained on, every other one is tested once. A block
 * begins where the time changes.
 */
export function planTimeFolds({ folds, times, window, span, gap }: TimePlan, rows: Uint32Array): Fold[] {
  for (const row of rows)
    if (!Number.isFinite(times[row]!))
      throw new MillraceError("EVALUATE_FOLDS_IMPOSSIBLE", {
        message: `The time in row ${row + 1} is ${times[row]}.`,
        next: "Leave out the rows whose time is not known.",
        facts: { row: row + 1 },
      });
  const sorted = rows.slice().sort((a, b) => times[a]! - times[b]! || a - b);
  const starts = blockStarts(sorted, times, folds + 1);
  return Array.from({ length: folds }, (_, fold): Fold => {
    const start = starts[fold + 1]!;
    const test = sorted.slice(start, starts[fold + 2]);
    const first = times[test[0]!]!;
    const last = first - gap;
    const earliest =
      window === "expanding" ? -Infinity : span === undefined ? times[sorted[starts[fold]!]!]! - gap : last - span;
    const train = sorted.slice(0, start).filter((row) => times[row]! <= last && times[row]! >= earliest);
    if (train.length === 0)
      throw new MillraceError("EVALUATE_FOLDS_IMPOSSIBLE", {
        message: `No row lies far enough before ${first} to train fold ${fold + 1} of ${folds} (gap ${gap}).`,
        next: "Ask for fewer folds, a smaller gap or a wider span.",
        facts: { fold: fold + 1, gap },
      });
    return { repeat: 0, fold, train: train.sort(), test: test.sort() };
  });
}

function blockStarts(sorted: Uint32Array, times: ArrayLike<number>, blocks: number): number[] {
  const changes: number[] = [0];
  for (let i = 1; i < sorted.length; i++) if (times[sorted[i]!] !== times[sorted[i - 1]!]) changes.push(i);
  if (changes.length < blocks) throw tooFew("different times beside the first", changes.length - 1, blocks - 1);
  const starts = [0];
  let next = 1;
  for (let block = 1; block < blocks; block++) {
    const wanted = (sorted.length * block) / blocks;
    // Enough changes stay for the blocks that follow.
    const lastChoice = changes.length - (blocks - block);
    while (next < lastChoice && changes[next]! < wanted) next++;
    starts.push(changes[next]!);
    next++;
  }
  return [...starts, sorted.length];
}
