import type { LearningData } from "../../model.ts";
import { compareOn } from "../choose/choose-model.ts";
import { type JudgedRows, rowsAt } from "../rows/judged-rows.ts";
import { type LabelledRows, learningData, planFeatures } from "../rows/training-rows.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import { isStop } from "../search/search-budget.ts";
import { joinFolds } from "../trial/fold-margins.ts";
import { fitModel, learnerOf, type Settings, shapeOf } from "../trial/run-trial.ts";

/** Below so many rows a table of the target is a table of chance. */
export const fewestTableRows = 1000;
/** Of a fold; a quick look needs no more. */
const mostRows = 20_000;
const optionOf = {
  combination: { name: "combinations", wanted: 6 },
  table: { name: "tables", wanted: 6 },
  frequency: { name: "tableFrequencies", wanted: true },
} as const;
/** Shorter searches, and tables of so many columns, have no time to look. */
export const shortestLook = 10;
const mostColumns = 300;
/** A model with them must be better in so many of the draws; to be given up before the last fold, worse in as many. */
const likely = 0.95;

/** A model that is made quickly and is not bad. */
export const quickTrial: TrialPlan = {
  learner: "gbdt",
  options: {
    trees: 400,
    earlyStoppingRounds: 20,
    learningRate: 0.1,
    leaves: 31,
    l2: 1,
    minRowsInLeaf: 10,
    featureShare: 0.8,
    rowShare: 0.8,
  },
};

/** What is looked for beside the plain features, in this order. */
const looks = ["combination", "table", "frequency"] as const;
type Look = (typeof looks)[number];

/**
 * The settings with combinations of numbers, with tables of the target and with how frequent their cells are among the features:
 * each where quick models of the folds' training rows are better with them on the test rows. Trees find most of what they tell by
 * themselves, and then lose by them. Folds join until they are sure; those beyond the first only until `enough` says so.
 *
 * Left as they are where rows or seconds are few, columns very many, learners were named, and where a model must be readable or monotone: a table of two
 * columns is neither. Random: by the seed. Errors: KERNEL_STOPPED: when `stopping` says so.
 */
export async function withMadeFeatures(
  planned: JudgedRows,
  settings: Settings,
  leftOut: readonly string[],
  classes: readonly string[],
  stopping: () => boolean,
  enough: () => boolean = () => false,
): Promise<Settings> {
  const { constraints, learners, transform, budgetSeconds = shortestLook } = settings;
  if (budgetSeconds < shortestLook || planned.all.frame.columns.size > mostColumns) return settings;
  const bound = constraints.interpretable || Object.keys(constraints.monotone).length > 0 || learners !== undefined;
  if (bound || planned.folds[0]!.train.length < fewestTableRows) return settings;
  const open = looks.filter((look) => transform[optionOf[look].name] === undefined);
  if (open.length === 0) return settings;
  const all = open.map((look) => [optionOf[look].name, optionOf[look].wanted] as const);
  const rich = { ...settings, transform: { ...transform, ...Object.fromEntries(all) } };
  const looked = [lookAt(0, open, planned, rich, leftOut, classes, stopping)];
  const shown = open.filter((look) => looked[0]!.shows(look));
  /** Whether models with one more kind of features are better; folds join until that or the contrary is sure. */
  const isBetter = async (kept: readonly Look[], look: Look) => {
    for (let folds = 1; ; folds++) {
      const some = looked.slice(0, folds);
      const joined = async (own: readonly Look[]) => {
        const parts: Float64Array[] = [];
        for (const one of some) parts.push(await one.margins(own));
        return joinFolds(parts, Math.max(1, classes.length), settings.task);
      };
      const judged = judgedOf(some.map(({ test }) => test));
      const share = compareOn(await joined([...kept, look]), await joined(kept), judged, settings, classes, stopping);
      if (share >= likely) return true;
      if (share <= 1 - likely || folds === planned.folds.length || enough()) return false;
      looked[folds] ??= lookAt(folds, open, planned, rich, leftOut, classes, either(stopping, enough));
    }
  };
  let kept: readonly Look[] = [];
  for (const look of shown) {
    // There are none of tables that are not there.
    if (look === "frequency" && open.includes("table") && !kept.includes("table")) continue;
    try {
      if (await isBetter(kept, look)) kept = [...kept, look];
    } catch (error) {
      // What is not sure by then is left out; what is stays.
      if (!isStop(error) || stopping()) throw error;
    }
  }
  const found = kept.map((look) => [optionOf[look].name, optionOf[look].wanted] as const);
  return kept.length === 0 ? settings : { ...settings, transform: { ...transform, ...Object.fromEntries(found) } };
}

/** Quick models of one fold with some of the made features, each fitted once. */
interface FoldLook {
  readonly test: LabelledRows;
  readonly shows: (look: Look) => boolean;
  readonly margins: (kept: readonly Look[]) => Promise<Float64Array>;
}

function lookAt(
  place: number,
  open: readonly Look[],
  planned: JudgedRows,
  settings: Settings,
  leftOut: readonly string[],
  classes: readonly string[],
  stopping: () => boolean,
): FoldLook {
  const fold = planned.folds[place]!;
  const train = rowsAt(planned.all, thinned(fold.train));
  const test = rowsAt(planned.all, thinned(fold.test));
  const rich = planFeatures(train, settings, leftOut, stopping);
  const made = new Map<string, Float64Array>();
  const margins = async (kept: readonly Look[]) => {
    const known = made.get(kept.join());
    if (known !== undefined) return known;
    const without = open.filter((look) => !kept.includes(look));
    const plan = { ...rich, features: rich.features.filter((one) => without.every((look) => one[look] !== true)) };
    const own = learningData(plan, train, "trees", true);
    const validation = learningData(plan, test, "trees", false);
    const input = { ...shapeOf(settings, classes), train: own, validation };
    const model = await fitModel(quickTrial, input, settings, { stopping });
    const fresh = learnerOf(quickTrial).predict(model, validation.features, validation.rows);
    made.set(kept.join(), fresh);
    return fresh;
  };
  return { test, shows: (look) => rich.features.some((feature) => feature[look] === true), margins };
}

function judgedOf(tests: readonly LabelledRows[]): Pick<LearningData, "target" | "weights"> {
  const joined = (parts: readonly Float64Array[]) => Float64Array.from(parts.flatMap((part) => [...part]));
  const weights = tests.flatMap(({ weights }) => (weights === undefined ? [] : [weights]));
  const target = joined(tests.map(({ target }) => target.values));
  return { target, ...(weights.length === 0 ? {} : { weights: joined(weights) }) };
}

function either(one: () => boolean, other: () => boolean): () => boolean {
  return () => one() || other();
}

/** Of many rows some, evenly spread. */
export function thinned(rows: Uint32Array, most = mostRows): Uint32Array {
  const step = Math.max(1, rows.length / Math.min(most, mostRows));
  return Uint32Array.from({ length: Math.floor(rows.length / step) }, (_, i) => rows[Math.floor(i * step)]!);
}
