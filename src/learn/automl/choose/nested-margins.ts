import { type RemoteFits, sharedBy } from "../remote/remote-fits.ts";
import { untilStopped } from "../remote/until-stopped.ts";
import { foldPairs, pairsOf } from "../rows/fold-pairs.ts";
import { type JudgedRows, judgedBy } from "../rows/judged-rows.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import { joinFolds } from "../trial/fold-margins.ts";
import { foldMargins } from "../trial/learn-folds.ts";
import type { Trial, TrialGround } from "../trial/run-trial.ts";
import { decidedBy } from "./learn-chosen.ts";

type Margins = Pick<Trial, "margins">;

/** Above so many rows the labels of one fold hardly show in what models of the others give. */
const mostNestedRows = 5000;
/** The making of matrices for every two folds, as a share of their fits. */
const making = 1 / 3;

/** Whether a second layer over these rows is judged by nested folds: margins flatter where rows are few, and fits are quick there. */
export function isNested({ all }: Pick<JudgedRows, "all">): boolean {
  return all.frame.rows <= mostNestedRows;
}

/** Seconds that the nested folds of these trials take in so many processes. */
export function nestedSeconds(base: readonly Trial[], { rows }: Pick<TrialGround, "rows">, places: number): number {
  if (!isNested(rows)) return 0;
  // Of k folds there are (k − 1) / 2 pairs a fold, each of which leaves (k − 2) / (k − 1) of a fold's rows to learn from.
  const fits = (rows.folds.length - 2) / 2;
  const seconds = base.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0);
  return ((1 + making) * fits * seconds) / sharedBy(places, base.length);
}

/**
 * First-layer margins to judge a second layer by, fold by fold. Out-of-fold margins of a fold's training rows come from models
 * that learned the labels of its test rows; a second layer that reads them is judged by what it was told. Here those of the
 * training rows come from models without either fold. Those of the test rows stay as they are.
 *
 * Shapes: for each fold, of each trial its margins in the order of the judged rows. Errors: KERNEL_STOPPED.
 * Source: Varma, Simon, "Bias in error estimation when using cross-validation for model selection", BMC Bioinformatics 7, 2006.
 */
export async function nestedMargins(
  base: readonly Trial[],
  ground: TrialGround,
  remote: RemoteFits | undefined,
  stopping: () => boolean,
): Promise<(fold: number) => readonly Margins[]> {
  const rows = foldPairs(ground.rows);
  const plans = base.map((trial) => decidedBy(trial, 1));
  const made =
    remote === undefined
      ? await pairByPair(plans, rows, ground, stopping)
      : await untilStopped(stopping, (signal) => Promise.all(plans.map((plan) => remote.pairMargins(plan, signal))));
  return (fold) => base.map((trial, k) => ({ margins: withoutFold(fold, trial.margins, made[k]!, ground.rows, rows) }));
}

/** The matrices of one pair at a time: ten times the rows of many columns may be beyond memory. */
async function pairByPair(
  plans: readonly TrialPlan[],
  { all, folds }: JudgedRows,
  ground: TrialGround,
  stopping: () => boolean,
): Promise<readonly Float64Array[]> {
  const parts = plans.map((): Float64Array[] => []);
  for (const pair of folds) {
    const rows = judgedBy(all, [pair]);
    const own = { ...ground, rows, matrices: ground.matrices.over(rows) };
    for (const [k, plan] of plans.entries()) parts[k]!.push(await foldMargins(plan, own, stopping));
  }
  return parts.map((own) => joinFolds(own, Math.max(ground.classes.length, 1), ground.settings.task));
}

/** Out-of-fold margins where those of all folds but one are of models without that one, too. */
function withoutFold(
  fold: number,
  margins: Float64Array,
  nested: Float64Array,
  rows: JudgedRows,
  pairs: JudgedRows,
): Float64Array {
  const [all, allNested] = [rows.starts.at(-1)!, pairs.starts.at(-1)!];
  const outputs = margins.length / all;
  const own = margins.slice();
  for (const [k, [first, second]] of pairsOf(rows.folds.length).entries()) {
    if (first !== fold && second !== fold) continue;
    const other = first === fold ? second : first;
    const count = rows.folds[other]!.test.length;
    const from = pairs.starts[k]! + (other === first ? 0 : rows.folds[first]!.test.length);
    for (let c = 0; c < outputs; c++) {
      const part = nested.subarray(c * allNested + from, c * allNested + from + count);
      own.set(part, c * all + rows.starts[other]!);
    }
  }
  return own;
}
