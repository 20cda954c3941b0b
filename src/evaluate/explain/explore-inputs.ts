import type { Frame } from "@millrace/program";
import type { explain } from "@millrace/program/explain";
import type { EvaluationInput, Task } from "../model.ts";
import { accumulatedEffects } from "./accumulated-effects.ts";
import { takeFrame } from "./columns.ts";
import type { EffectPoint, InputImportance, ScoredModel } from "./model.ts";
import { partialDependence } from "./partial-dependence.ts";
import { permutationImportance } from "./permutation-importance.ts";
import { type Contributions, summarizeContributions } from "./summarize-contributions.ts";

/** How the score moves with one input. */
export interface InputDependence {
  readonly input: string;
  /** Partial dependence: the mean score, one an output, with the input set to a value in all rows. */
  readonly points: readonly EffectPoint[];
  /** Accumulated effects, of numbers, within the same range; their mean is 0. */
  readonly accumulated?: readonly Pick<EffectPoint, "value" | "effect">[];
  /** The scores of single rows at the points, of models with one output: which rows they are is not told. */
  readonly single?: readonly (readonly number[])[];
}

/** What a model looks at, and how. */
export interface InputFindings {
  readonly importances: readonly InputImportance[];
  /** `null` where the program cannot be taken apart. */
  readonly contributions: Contributions | null;
  /** Of the inputs that matter most. */
  readonly dependence: readonly InputDependence[];
}

export interface ExploreOptions {
  /** The metric whose loss is told; `null`: these rows do not define it. */
  readonly metric: string | null;
  readonly seed: number;
  /** Inputs whose dependence is told. */
  readonly inputs?: number;
  /** The first so many rows tell the dependence, the first 40 at most the contributions. */
  readonly dependenceRows?: number;
}

/** Values that fewer rows have are not told: they could name a person. */
export const fewestRowsTold = 10;
/** Shapley values of deep forests take some 20 ms a row. */
const mostExplained = 40;
const singleCurves = 20;

/**
 * Importances by shuffling, contributions in short, and the dependence on the inputs that matter most.
 *
 * Shapes: `frame` has the rows of the labels; `source` is the model's own program, `null` where it cannot be taken apart.
 * Numbers that are set have two digits and lie within the middle 90 % of the rows. Random: keyed by the seed.
 * Errors: those of `permutationImportance`.
 */
export function exploreInputs(
  source: Parameters<typeof explain>[0] | null,
  model: ScoredModel,
  task: Task,
  frame: Frame,
  input: Omit<EvaluationInput, "scores" | "predictions">,
  { metric, seed, inputs = 6, dependenceRows = 200 }: ExploreOptions,
): InputFindings {
  const importances =
    metric === null ? [] : permutationImportance(model, task, frame, input, { metric, seed, repeats: 3 });
  const some = firstRows(frame, dependenceRows);
  return {
    importances,
    contributions:
      source === null
        ? null
        : summarizeContributions(source, firstRows(frame, Math.min(mostExplained, dependenceRows))),
    dependence: importances.slice(0, inputs).flatMap(({ input: name }) => dependenceOf(model, some, name)),
  };
}

function firstRows(frame: Frame, most: number): Frame {
  return takeFrame(
    frame,
    Array.from({ length: Math.min(most, frame.rows) }, (_, row) => row),
  );
}

function dependenceOf(model: ScoredModel, frame: Frame, input: string): InputDependence[] {
  const column = frame.columns.get(input);
  if (column === undefined || column.type === "vector" || column.type === "timestamp") return [];
  const rows = model.outputs === 1 ? Math.min(singleCurves, frame.rows) : 0;
  const { points, curves } = partialDependence(model, frame, { input, points: 12, trim: 0.05, digits: 2, rows });
  const told = points.map(({ value, rows: own }) => typeof value === "number" || own >= fewestRowsTold);
  const kept = points.filter((_, k) => told[k]);
  if (kept.length < 2) return [];
  const single = curves.map((curve) => curve.flatMap(([score], k) => (told[k] ? [rounded(score!)] : [])));
  return [{ input, points: kept, ...(single.length > 0 && { single }), ...accumulatedOf(model, frame, input, kept) }];
}

/** Within the values of the points, so that neither the least nor the greatest row is told. */
function accumulatedOf(model: ScoredModel, frame: Frame, input: string, points: readonly EffectPoint[]) {
  const values = points.map(({ value }) => value);
  if (!values.every((value) => typeof value === "number")) return {};
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const found = accumulatedEffects(model, frame, { input, bins: 12 })
    .map(({ value, effect }) => ({ value: Number(Number(value).toPrecision(2)), effect }))
    .filter(({ value }, k, all) => value >= least && value <= greatest && value !== all[k - 1]?.value);
  return found.length < 2 ? {} : { accumulated: found };
}

const rounded = (score: number) => Number(score.toPrecision(4));
