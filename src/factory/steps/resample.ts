import { type Frame, load } from "@millrace/program";
import { z } from "zod";
import { selectRows } from "#dataset";
import {
  crossValidate,
  type Fold,
  type FoldOptions,
  learningCurve,
  metricNamed,
  planFolds,
  type Resampling,
  weightsOf,
} from "#evaluate";
import { MillraceError } from "#kernel";
import { automl, type GuardrailReport, readTargetAs } from "#learn";
import { defineStep } from "#pipeline";
import {
  cleanFrame,
  cleaningSchema,
  declaredFeaturesSchema,
  resolveCleaning,
  transformOptionsSchema,
} from "#transform";
import { datasetFrame } from "./dataset-artifact.ts";
import { scorerOf } from "./model-artifact.ts";
import { quietly } from "./quietly.ts";
import { rowsOf } from "./split.ts";

export const crossValidationSchema = z.strictObject({
  scheme: z
    .enum(["kFold", "stratified", "group", "time"])
    .optional()
    .describe("default: time or group where such a column has a role, stratified for classes, else kFold"),
  folds: z.int().min(2).max(100).default(5).describe("how many folds"),
  repeats: z.int().min(1).max(100).default(1).describe("how often the folds are drawn anew (not by time)"),
  window: z
    .enum(["expanding", "rolling"])
    .default("expanding")
    .describe("by time: all that went before, or the newest part"),
  gapDays: z.number().min(0).default(0).describe("by time: days left out between training and test"),
});

/** How the model's way of learning is tried again on other rows. */
export const resamplingSchema = z.strictObject({
  learningCurve: z
    .boolean()
    .default(false)
    .describe("would more rows help? learns from growing parts of the training rows"),
  crossValidation: crossValidationSchema
    .optional()
    .describe("learns again fold by fold from training and validation rows; the out-of-fold scores are kept"),
  trials: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe("1: the settings that won; more: a search of so many trials inside each fold (nested)"),
});

const microsADay = 86_400_000_000;

/** Learns again from parts of the training and validation rows: cross-validation, learning curve. Test rows stay closed. */
export const resampleStep = defineStep({
  module: import.meta.url,
  export: "resampleStep",
  name: "resample",
  version: 2,
  kind: "pure",
  weight: "heavy",
  inputs: {
    dataset: { type: "dataset" },
    split: { type: "split" },
    guardrails: { type: "guardrails" },
    model: { type: "model" },
    training: { type: "training" },
  },
  outputs: { resampling: { type: "resampling" } },
  options: z.strictObject({
    task: z.enum(["binary", "multiclass", "regression"]),
    target: z.string(),
    positive: z.union([z.string(), z.boolean(), z.number()]).optional(),
    time: z.string().optional(),
    group: z.string().optional(),
    weight: z.string().optional(),
    leftOut: z.array(z.string()),
    metric: z.string(),
    costs: z.strictObject({ falsePositive: z.number().min(0), falseNegative: z.number().min(0) }).optional(),
    features: declaredFeaturesSchema.optional(),
    transform: transformOptionsSchema.partial().optional(),
    clean: cleaningSchema.optional(),
    ...resamplingSchema.shape,
  }),
  async run(context, inputs, { learningCurve: wantsCurve, crossValidation, trials, clean: recipe = {}, ...given }) {
    const raw = await datasetFrame(inputs.dataset);
    const { features, transform, costs, ...shape } = given;
    const options = {
      ...shape,
      ...(features === undefined ? {} : { features }),
      ...(transform === undefined ? {} : { transform }),
      ...(costs === undefined ? {} : { costs }),
    };
    const all = cleanFrame(raw, resolveCleaning(recipe, selectRows(raw, await rowsOf(inputs.split, "train"))));
    const { task, target, metric, weight } = options;
    const { classes, threshold } = (await scorerOf(inputs.model, 0)).program.outputs;
    const guardrails = await inputs.guardrails.json<GuardrailReport>();
    const { leaderboard } = await inputs.training.json<{ leaderboard: readonly Settings[] }>();
    const won = winningSettings(leaderboard);
    const learner = won.map((one) => one.learner).join(", ");
    const part = async (names: readonly ("train" | "validation")[]) => {
      const flags = await Promise.all(names.map((name) => rowsOf(inputs.split, name)));
      const known = readTargetAs(all, target, task, classes).values;
      return Uint32Array.from(
        Array.from({ length: all.rows }, (_, row) => row).filter(
          (row) => flags.some((flag) => flag[row] === 1) && !Number.isNaN(known[row]!),
        ),
      );
    };
    const shared = (frame: Frame) => {
      const weights = weightsOf(frame, weight);
      return {
        labels: readTargetAs(frame, target, task, classes).values,
        ...(classes === undefined ? {} : { classes }),
        ...(task === "binary" && threshold !== undefined ? { threshold } : {}),
        ...(weights === undefined ? {} : { weights }),
      };
    };
    /** Learns from some rows, and scores others under the classes of the whole. */
    const learnAndScore = async (train: Frame, others: Frame, seed: number) => {
      const { program, tensors } = await automl(
        {
          ...options,
          train,
          guardrails,
          seed,
          folds: 3,
          // The baseline is a trial as well. Several that won together are averaged again.
          ...(trials === 1
            ? { learners: won, ensemble: won.length > 1, budgetTrials: won.length + 1 }
            : { ensemble: false, budgetTrials: trials }),
        },
        quietly(context),
      );
      const found = load({ program, tensors }).scoreFrame(others).score;
      return task === "multiclass" ? underClasses(found, program.outputs.classes!, classes!) : found;
    };
    const name = metricNamed(metric, task).name;
    const found: Resampling = { metric: name, learner: trials > 1 ? "its own search" : learner, trials };
    const both = selectRows(all, await part(["train", "validation"]));
    let files: Record<string, Uint8Array> = {};
    let cross: Resampling["crossValidation"];
    if (crossValidation !== undefined) {
      const given = shared(both);
      const plan = planOf(crossValidation, both, given.labels, options);
      const made = await crossValidate({
        task,
        ...given,
        folds: planFolds(both.rows, { plan, seed: context.seed }),
        fit: async ({ train, test, fold, repeat }: Fold, seed) => {
          context.progress({ what: `fold ${fold + 1} of ${crossValidation.folds}, round ${repeat + 1}` });
          return learnAndScore(selectRows(both, train), selectRows(both, test), seed);
        },
        seed: context.seed,
      });
      const { evaluations, spread, outOfFold } = made;
      cross = {
        ...crossValidation,
        scheme: plan.scheme,
        repeats: outOfFold.length,
        rows: both.rows,
        evaluations,
        spread,
      };
      files = { "out-of-fold.csv": new TextEncoder().encode(outOfFoldCsv(given.labels, outOfFold, classes, task)) };
    }
    let curve: Resampling["learningCurve"];
    if (wantsCurve) {
      const train = selectRows(all, await part(["train"]));
      const judged = selectRows(all, await part(["validation"]));
      curve = await learningCurve({
        task,
        metric,
        trainRows: train.rows,
        test: shared(judged),
        fit: (rows, seed) => {
          context.progress({ what: `learning curve: ${rows.length} rows` });
          return learnAndScore(selectRows(train, rows), judged, seed);
        },
        options: { seed: context.seed },
      });
    }
    const value: Resampling = {
      ...found,
      ...(cross === undefined ? {} : { crossValidation: cross }),
      ...(curve === undefined ? {} : { learningCurve: curve }),
    };
    files["value.json"] = new TextEncoder().encode(JSON.stringify(value));
    return { resampling: { files } };
  },
});

interface Settings {
  readonly learner: string;
  readonly options: Record<string, unknown>;
  readonly facts?: { readonly ranks?: readonly number[] };
}

/** The settings that the run's model was learned with: those of the best trial, or of the members of an ensemble. */
function winningSettings(leaderboard: readonly Settings[]): Pick<Settings, "learner" | "options">[] {
  const [first] = leaderboard;
  const ranks = first?.facts?.ranks;
  const won = ranks === undefined ? [first] : ranks.map((rank) => leaderboard[rank - 1]);
  return won.flatMap((one) => (one === undefined ? [] : [{ learner: one.learner, options: one.options }]));
}

function planOf(
  { scheme, folds, repeats, window, gapDays }: z.output<typeof crossValidationSchema>,
  frame: Frame,
  labels: Float64Array,
  {
    task,
    time,
    group,
  }: { readonly task: string; readonly time?: string | undefined; readonly group?: string | undefined },
): FoldOptions["plan"] {
  const usual =
    time !== undefined ? "time" : group !== undefined ? "group" : task === "regression" ? "kFold" : "stratified";
  const chosen = scheme ?? usual;
  if (chosen === "kFold") return { scheme: chosen, folds, repeats };
  if (chosen === "stratified") return { scheme: chosen, folds, repeats, labels };
  if (chosen === "group") return { scheme: chosen, folds, repeats, groups: keysOf(frame, named(group, "group")) };
  const column = frame.columns.get(named(time, "time"));
  if (column === undefined || column.type === "string" || column.type === "vector")
    throw new MillraceError("FACTORY_CONFIG_INVALID", {
      message: `Folds by time need a column of times, and "${time}" is none.`,
      next: "Name one under roles.time, or take another scheme.",
    });
  const times = Float64Array.from(column.values, (value, row) => (column.missing?.[row] === 1 ? Number.NaN : value));
  const gap = column.type === "timestamp" ? gapDays * microsADay : gapDays;
  return { scheme: chosen, folds, times, window, gap };
}

function named(column: string | undefined, role: string): string {
  if (column !== undefined) return column;
  throw new MillraceError("FACTORY_CONFIG_INVALID", {
    message: `Folds by ${role} need a ${role} column, and none is named.`,
    next: `Name it under roles.${role}, or take another scheme.`,
  });
}

function keysOf(frame: Frame, name: string): (string | number)[] {
  const column = frame.columns.get(name);
  if (column?.type === "string") return Array.from(column.codes, (code) => column.levels[code] ?? "");
  if (column === undefined || column.type === "vector") return [];
  return Array.from(column.values, (value, row) => (column.missing?.[row] === 1 ? "" : value));
}

/** A class that a part of the rows lacks gets the score 0. */
function underClasses(scores: Float64Array, own: readonly string[], classes: readonly string[]): Float64Array {
  const rows = scores.length / own.length;
  const made = new Float64Array(rows * classes.length);
  own.forEach((name, k) => {
    const place = classes.indexOf(name);
    for (let row = 0; row < rows; row++) made[row * classes.length + place] = scores[row * own.length + k]!;
  });
  return made;
}

/** Place of the row among training and validation rows, round, true value, and the score by a model that had not seen it. */
function outOfFoldCsv(
  labels: Float64Array,
  rounds: readonly Float64Array[],
  classes: readonly string[] | undefined,
  task: string,
): string {
  const width = task === "multiclass" ? classes!.length : 1;
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const names = width === 1 ? ["score"] : classes!.map((name) => quoted(`score: ${name}`));
  const lines = [["row", "round", "label", ...names].join(",")];
  rounds.forEach((scores, round) => {
    labels.forEach((label, row) => {
      const own = scores.subarray(row * width, (row + 1) * width);
      if (!own.some(Number.isNaN))
        lines.push([row + 1, round + 1, quoted(classes?.[label] ?? String(label)), ...own].join(","));
    });
  });
  return `${lines.join("\n")}\n`;
}
