import type { MatrixKind } from "#transform";
import { fitStopped } from "../../fit-stopped.ts";
import type { FittedModel, LearningData } from "../../model.ts";
import type { TrialPlan } from "../search/portfolio.ts";
import type { SearchBudget } from "../search/search-budget.ts";
import { lostOn } from "../trial/exportable.ts";
import { joinFolds } from "../trial/fold-margins.ts";
import { modelCost } from "../trial/program-cost.ts";
import {
  fitModel,
  judge,
  learnerOf,
  matrixOf,
  meanFacts,
  prefixOf,
  shapeOf,
  type Trial,
  type TrialGround,
} from "../trial/run-trial.ts";
import { assembleModels, type FinalModel } from "./assemble-models.ts";
import { layerData, outOfFold, placesJudged, withMargins } from "./layer-data.ts";

/** Below so many rows what a second layer learns of the first is mostly chance. */
export const fewestLayerRows = 1000;
/** Columns of margins beyond which a second layer reads more of them than of anything else. */
const mostMargins = 60;

/** Whether folds judged every row once, so that margins of all rows are there which no model of the row's label made. */
export function mayStack({ rows, settings }: TrialGround): boolean {
  const { constraints, ensemble } = settings;
  if (!ensemble || constraints.interpretable || Object.keys(constraints.monotone).length > 0) return false;
  const all = rows.all.frame.rows;
  return rows.folds.length > 2 && rows.repeats === 1 && rows.starts.at(-1) === all && all >= fewestLayerRows;
}

/** As many of the trials as a second layer may read. */
export function readable(base: readonly Trial[], { settings, classes }: TrialGround): readonly Trial[] {
  const outputs = settings.task === "multiclass" ? classes.length : 1;
  return base.slice(0, Math.max(0, Math.floor(mostMargins / outputs)));
}

/** First-layer margins to learn a fold's second layer from, of each trial in the order of the judged rows. */
export type LayerMargins = (fold: number) => readonly Pick<Trial, "margins">[];

/**
 * Trials of a second layer, of these plans, that read the margins of the first layer beside the features. Each is judged as
 * any trial, with the same folds. Its margins of a fold's test rows come from a model of the fold's training rows; their
 * first-layer margins come each from a model that did not see the row: the trials' own, or with `nested` one that saw no row
 * of the fold either.
 *
 * Errors: KERNEL_STOPPED: the budget says so.
 * Source: Wolpert, "Stacked generalization", Neural Networks 5, 1992; Erickson, Mueller, Shirkov et al., "AutoGluon-Tabular",
 * 2020, §2.2 (the features go around the first layer).
 */
export async function fitSecondLayer(
  base: readonly Trial[],
  plans: readonly TrialPlan[],
  ground: TrialGround,
  budget: SearchBudget,
  nested: LayerMargins = () => base,
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const plan of plans) trials.push(await layerTrial(plan, base, nested, ground, budget));
  return trials;
}

/** A fold's matrices with the margins of the first layer, each of a model that did not see the row. */
export function layerFold(
  fold: number,
  kind: MatrixKind,
  base: readonly Pick<Trial, "margins">[],
  { rows, matrices }: Pick<TrialGround, "rows" | "matrices">,
  stopping?: () => boolean,
): { readonly train: LearningData; readonly validation: LearningData } {
  const placeOf = placesJudged(rows);
  const { train, test } = rows.folds[fold]!;
  const marginsOf = (places: Uint32Array) => base.map((trial) => outOfFold(trial, places, placeOf));
  return {
    train: layerData(matrices.train(fold, kind, stopping), marginsOf(train)),
    validation: layerData(matrices.test(fold, kind, stopping), marginsOf(test)),
  };
}

async function layerTrial(
  plan: TrialPlan,
  base: readonly Trial[],
  nested: LayerMargins,
  ground: TrialGround,
  budget: SearchBudget,
): Promise<Trial> {
  const { rows, settings, classes } = ground;
  const shape = shapeOf(settings, classes);
  const kind = matrixOf(plan);
  const models: FittedModel[] = [];
  const parts: Float64Array[] = [];
  const began = budget.now();
  for (const fold of rows.folds.keys()) {
    const { train, validation } = layerFold(fold, kind, nested(fold), ground, budget.stopsChoosing);
    const model = await fitModel(plan, { ...shape, train, validation }, settings, {
      stopping: budget.stopsChoosing,
    });
    // A linear fit that was stopped gives what it has, which is no model.
    if (budget.stopsChoosing()) throw fitStopped(`in fold ${fold + 1} of the second layer`);
    models.push(model);
    parts.push(learnerOf(plan).predict(model, validation.features, validation.rows));
  }
  const margins = joinFolds(parts, shape.classes, settings.task);
  const folds = rows.folds.length;
  return {
    plan,
    over: base,
    models,
    margins,
    folds,
    plannedFolds: folds,
    ...judge(margins, prefixOf(rows, folds), settings, classes),
    firstScore: null,
    facts: { ...meanFacts(models), layer: 2, reads: base.length },
    work: 0,
    ...costOf(plan, models[0]!, base, ground),
    trainSeconds: budget.now() - began,
  };
}

/** What a model of the second layer adds to those of the first; constants stand in for these. */
function costOf(
  plan: TrialPlan,
  model: FittedModel,
  base: readonly Trial[],
  { matrices, settings, classes }: TrialGround,
): Pick<Trial, "scoreMicros" | "sizeBytes" | "networks" | "lost"> {
  const nothing: TrialPlan = { learner: "constant", options: {} };
  const outputs = settings.task === "multiclass" ? classes.length : 1;
  const constant = {
    learner: "constant",
    task: settings.task,
    classes: Math.max(classes.length, 1),
    margins: new Float64Array(outputs),
    facts: {},
  };
  const stand: FinalModel[] = base.map(() => ({ trial: nothing, model: constant }));
  const made = assembleModels(matrices.plan(0), [...stand, { trial: plan, model, reads: [...base.keys()] }], {
    task: settings.task,
    classes,
    calibration: { kind: "none" },
    weights: [...base.map(() => 0), 1],
  });
  return { ...modelCost(made, settings), lost: lostOn(made, settings.exportTo) };
}

/** Margins of models in their order, of which the later may read the earlier. */
export function marginsInOrder(
  models: readonly FinalModel[],
  rows: number,
  featuresOf: (trial: TrialPlan) => Parameters<ReturnType<typeof learnerOf>["predict"]>[1],
): Float64Array[] {
  const margins: Float64Array[] = [];
  for (const { trial, model, reads = [] } of models) {
    const features = withMargins(
      featuresOf(trial),
      reads.map((k) => margins[k]!),
      rows,
    );
    margins.push(learnerOf(trial).predict(model, features, rows));
  }
  return margins;
}
