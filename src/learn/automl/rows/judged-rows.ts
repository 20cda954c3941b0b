import { concatFrames, selectRows } from "#dataset";
import { planFolds } from "#evaluate";
import type { AutomlOptions } from "../model.ts";
import type { LabelledRows } from "./training-rows.ts";

/** Rows to search with, and the folds that judge: each fold's test rows are judged by a model of its training rows. */
export interface JudgedRows {
  readonly all: LabelledRows;
  readonly folds: readonly { readonly train: Uint32Array; readonly test: Uint32Array }[];
  /** The judged rows, fold after fold: the order of all margins. */
  readonly judged: LabelledRows;
  /** Where each fold begins among the judged rows, and where the last one ends. */
  readonly starts: readonly number[];
  /** How often the folds judge every row; each time with other folds. */
  readonly repeats: number;
  /** Folds after which a trial is dropped or goes on: one, or where rows are few all that judge every row once. */
  readonly rung: number;
}

/** Above so many rows one fold is enough to tell models apart, and several cost more than they tell. */
export const mostFoldedRows = 8000;
/** Above so many margins of classes, which every trial keeps, a single fold judges as well. */
const mostFoldedMargins = 2_500_000;
/** Seconds for which folds of so many rows are affordable; of longer ones for more rows. */
const secondsForMore = 60;
/** Below so many rows one division into folds is a matter of chance. */
const repeated = [
  { rows: 300, times: 4 },
  { rows: 1000, times: 2 },
] as const;
/** Seconds for each further such time, up to four times as often: a long search tells many trials apart that are much alike. */
const secondsForRepeats = 150;

/**
 * The folds of a search: the validation rows (`folds: 0`), k folds, or by the number of rows: 5 up to 8000 (more where seconds
 * are many), below 1000 several times over, above a single one of a fifth of the rows.
 *
 * Groups stay together; classes keep their shares as far as they have rows. Random: by the seed.
 */
export function judgeBy(train: LabelledRows, validation: LabelledRows | undefined, options: AutomlOptions): JudgedRows {
  const all = validation === undefined ? train : joined(train, validation);
  const rows = all.frame.rows;
  if (options.folds === 0 && validation !== undefined) {
    const own = train.frame.rows;
    const places = Uint32Array.from({ length: rows }, (_, i) => i);
    return judgedBy(all, [{ train: places.slice(0, own), test: places.slice(own) }]);
  }
  const classes = Math.max(1, all.target.classes.length);
  const many =
    rows * classes > mostFoldedMargins ||
    rows > mostFoldedRows * Math.max(1, (options.budgetSeconds ?? 0) / secondsForMore);
  const folds = options.folds === "auto" || options.folds === 0 ? 5 : options.folds;
  const auto = options.folds === "auto";
  const usual = repeated.find((one) => rows < one.rows)?.times ?? 1;
  const longer = Math.max(1, Math.min(4, Math.floor((options.budgetSeconds ?? 0) / secondsForRepeats)));
  const repeats = !auto ? 1 : usual > 1 ? usual * longer : 1;
  const planned = Array.from({ length: repeats }, (_, k) =>
    planFolds(rows, { plan: schemeOf(all, folds, options), seed: options.seed + k }),
  ).flat();
  return judgedBy(all, many && auto ? planned.slice(0, 1) : planned, repeats);
}

/** Only the first folds judge. */
export function firstFolds(rows: JudgedRows, folds: number): JudgedRows {
  if (folds >= rows.folds.length) return rows;
  const end = rows.starts[folds]!;
  // A part of the folds judges some rows once more than others, if any.
  const repeats = Math.max(1, Math.ceil((folds * rows.repeats) / rows.folds.length));
  return {
    ...rows,
    repeats,
    rung: folds > rows.rung ? rows.rung : 1,
    folds: rows.folds.slice(0, folds),
    judged: rowsAt(
      rows.judged,
      Uint32Array.from({ length: end }, (_, i) => i),
    ),
    starts: rows.starts.slice(0, folds + 1),
  };
}

export function judgedBy(all: LabelledRows, folds: JudgedRows["folds"], repeats = 1): JudgedRows {
  const starts = [0];
  for (const { test } of folds) starts.push(starts.at(-1)! + test.length);
  const order = new Uint32Array(starts.at(-1)!);
  for (const [k, { test }] of folds.entries()) order.set(test, starts[k]!);
  return { all, folds, judged: rowsAt(all, order), starts, repeats, rung: repeats > 1 ? folds.length / repeats : 1 };
}

function schemeOf({ frame, target }: LabelledRows, folds: number, { group, task }: AutomlOptions) {
  const column = group === undefined ? undefined : frame.columns.get(group);
  if (column !== undefined && column.type !== "vector")
    return { scheme: "group", folds, groups: column.type === "string" ? column.codes : column.values } as const;
  if (task === "regression") return { scheme: "kFold", folds } as const;
  return { scheme: "stratified", folds, labels: strata(target.values, folds) } as const;
}

/** Classes with fewer rows than folds count as the most frequent class, so that dealing them is possible. */
function strata(values: Float64Array, folds: number): Float64Array {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [usual] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
  return values.map((value) => (counts.get(value)! < folds ? usual : value));
}

/** Where the rows stand that are judged for the first time. */
export function judgedOnce({ folds, starts, repeats }: JudgedRows): number {
  return starts[Math.min(folds.length, Math.ceil(folds.length / repeats))]!;
}

/** Which of all rows the judged ones are. */
export function rowsJudged({ folds, starts }: JudgedRows): Uint32Array {
  const order = new Uint32Array(starts.at(-1)!);
  for (const [k, { test }] of folds.entries()) order.set(test, starts[k]!);
  return order;
}

/** Some of the rows, in the given order. */
export function rowsAt({ frame, target, weights }: LabelledRows, places: Uint32Array): LabelledRows {
  return {
    frame: selectRows(frame, places),
    target: { ...target, values: Float64Array.from(places, (row) => target.values[row]!), labelled: places.length },
    weights: weights === undefined ? undefined : Float64Array.from(places, (row) => weights[row]!),
  };
}

function joined(train: LabelledRows, validation: LabelledRows): LabelledRows {
  return {
    frame: concatFrames(train.frame, validation.frame),
    target: {
      ...train.target,
      values: Float64Array.of(...train.target.values, ...validation.target.values),
      labelled: train.target.labelled + validation.target.labelled,
    },
    weights:
      train.weights === undefined || validation.weights === undefined
        ? undefined
        : Float64Array.of(...train.weights, ...validation.weights),
  };
}
