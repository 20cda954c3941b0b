import type { Task } from "../model.ts";

/** How much better than by chance somebody tells whether a row was learned from, who knows the row, its answer and the scores. */
export interface MembershipAdvantage {
  /** Greatest true positive rate minus false positive rate, over all thresholds of the row's loss: 0 nothing, 1 everything. */
  readonly advantage: number;
  /** Up to so much comes about by chance alone in 95 of 100 models that remember nothing. */
  readonly chance: number;
  readonly members: number;
  readonly others: number;
}

/**
 * The membership-inference advantage of guessing "was learned from" where a row's loss is low.
 *
 * Shapes: scores and labels as in `evaluate`, of rows that were learned from and of rows that were not. Missing: rows with a
 * loss that is no number are left out; `null` without rows on either side.
 * Source: S. Yeom et al., Privacy risk in machine learning, CSF 2018 (the advantage and the attack by loss); the bound of chance
 * is that of the two-sample Kolmogorov–Smirnov test, N. Smirnov, Ann. Math. Stat. 19, 1948.
 */
export function membershipAdvantage(
  task: Task,
  members: { readonly scores: Float64Array; readonly labels: ArrayLike<number> },
  others: { readonly scores: Float64Array; readonly labels: ArrayLike<number> },
): MembershipAdvantage | null {
  const [own, rest] = [lossesOf(task, members), lossesOf(task, others)];
  if (own.length === 0 || rest.length === 0) return null;
  let [advantage, i, j] = [0, 0, 0];
  while (i < own.length) {
    const loss = own[i]!;
    while (i < own.length && own[i] === loss) i++;
    while (j < rest.length && rest[j]! <= loss) j++;
    advantage = Math.max(advantage, i / own.length - j / rest.length);
  }
  const chance = Math.min(1, 1.358 * Math.sqrt((own.length + rest.length) / (own.length * rest.length)));
  return { advantage, chance, members: own.length, others: rest.length };
}

/** What each row's answer cost, ascending: one minus the true class's score, or the distance. */
function lossesOf(
  task: Task,
  { scores, labels }: { readonly scores: Float64Array; readonly labels: ArrayLike<number> },
) {
  const width = labels.length === 0 ? 1 : scores.length / labels.length;
  const loss = (row: number): number => {
    const label = labels[row]!;
    if (task === "regression") return Math.abs(scores[row]! - label);
    if (task === "binary") return label === 1 ? 1 - scores[row]! : scores[row]!;
    return 1 - scores[row * width + label]!;
  };
  return Float64Array.from({ length: labels.length }, (_, row) => loss(row))
    .filter((one) => !Number.isNaN(one))
    .sort();
}
