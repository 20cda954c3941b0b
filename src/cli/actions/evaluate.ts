import { basename } from "node:path";
import type { Frame, JsonObject } from "@millrace/program";
import { selectRows } from "#dataset";
import {
  describeOutputs,
  type Evaluation,
  evaluate,
  evaluateSlices,
  findWorstSlices,
  measureOutputs,
  pictureScores,
  renderEvaluationHtml,
  renderEvaluationText,
  type SliceEvaluation,
  type SliceSearch,
} from "#evaluate";
import { MillraceError } from "#kernel";
import { readTargetAs } from "#learn";
import type { Action, ActionContext } from "../command.ts";
import { fairnessLines, judgeFairness } from "../fairness.ts";
import { type LoadedModel, loadModel, modelReference } from "../load-model.ts";
import { listOption, textOption } from "../options.ts";
import { readForModel } from "../read-for-model.ts";
import { refuseRows } from "../refuse-rows.ts";
import { table } from "../table.ts";
import { writeText } from "../write-text.ts";

export const evaluateCommand: Action = async (context, reference = "", data = "") => {
  const { terminal, options } = context;
  const model = await loadModel(context, reference);
  const target = targetOf(context, model);
  const read = await readForModel(context, model, data, target);
  const warnings = refuseRows(context, model, data, read, [target.name]);
  const { outputs } = model.scorer.program;
  const labels = readTargetAs(read, target.name, outputs.task, outputs.classes);
  if (labels.labelled === 0) throw unlabelled(read, target.name, outputs.classes ?? [], labels.unknown);
  const known = Uint8Array.from(labels.values, (value) => (Number.isNaN(value) ? 0 : 1));
  const frame = selectRows(read, known);
  const weight = model.config?.roles.weight;
  const weights = weight === undefined ? undefined : frame.columns.get(weight);
  const scored = model.scorer.scoreFrame(frame);
  const input = {
    scores: scored.score,
    labels: labels.values.filter((value) => !Number.isNaN(value)),
    ...(outputs.classes === undefined ? {} : { classes: outputs.classes }),
    ...(outputs.task === "binary" && outputs.threshold !== undefined ? { threshold: outputs.threshold } : {}),
    ...(weights === undefined || weights.type === "string" ? {} : { weights: weights.values }),
  };
  const evaluation: Evaluation = evaluate(outputs.task, input, { seed: 1 });
  const by = listOption(options, "slices");
  const slices = by.length === 0 ? [] : evaluateSlices(outputs.task, input, frame, { by: [...by] });
  const fairness = judgeFairness(context, outputs.task, input, frame, model.scorer.program.inputs);
  const left = { unlabelled: read.rows - labels.labelled - labels.unknown, unknownLabels: labels.unknown };
  const measured = measureOutputs(outputs, scored, input.labels);
  const beside = measured === undefined ? {} : { outputs: measured };
  const search = findWorstSlices(outputs.task, input, frame, {
    columns: searchable(model, frame, target.name),
    seed: 1,
  });
  const pictures = pictureScores(outputs.task, input);
  const out = textOption(options, "out");
  if (out !== undefined)
    await writeText(out, [
      renderEvaluationHtml({
        model: modelReference(model),
        data: basename(data),
        target: target.name,
        evaluation,
        pictures,
        ...(measured === undefined ? {} : { outputs: measured }),
        slices,
        search,
        ...(fairness.fairness === undefined ? {} : { fairness: fairness.fairness }),
        notes: leftLines(left),
      }),
    ]);
  const plain = JSON.parse(
    JSON.stringify({
      model: modelReference(model),
      target: target.name,
      ...left,
      ...evaluation,
      ...beside,
      pictures,
      slices,
      search,
      ...fairness,
      warnings,
    }),
  );
  terminal.result(plain as JsonObject, () => [
    ...renderEvaluationText(evaluation).trimEnd().split("\n"),
    ...(measured === undefined ? [] : describeOutputs(measured).map((line) => `  ${line}`)),
    ...leftLines(left).map((line) => `  ${line}`),
    ...sliceLines(slices),
    ...searchLines(search),
    ...fairnessLines(fairness),
    ...(out === undefined ? [] : ["", `Wrote the report to ${out}.`]),
  ]);
  return 0;
};

function targetOf({ options }: ActionContext, model: LoadedModel): { readonly name: string; readonly sql?: string } {
  const typed = textOption(options, "target");
  if (typed !== undefined) return { name: typed };
  if (model.target !== null) return model.target;
  throw new MillraceError("CLI_OPTION_INVALID", {
    message: `${modelReference(model)} does not say which column holds the true values.`,
    next: "Name it with --target.",
  });
}

function unlabelled(frame: Frame, target: string, classes: readonly string[], unknown: number): MillraceError {
  const values =
    unknown === 0
      ? "is missing in all of them"
      : `holds no value that the model knows (${classes.slice(0, 8).join(", ")})`;
  return new MillraceError("CLI_LABELS_MISSING", {
    message: `None of ${frame.rows} rows has a true value: "${target}" ${values}.`,
    next: "Name the column of true values with --target.",
    facts: { target, rows: frame.rows, unknown },
  });
}

function leftLines({ unlabelled, unknownLabels }: { unlabelled: number; unknownLabels: number }): string[] {
  return [
    ...(unlabelled > 0 ? [`${unlabelled} rows without a true value were left out.`] : []),
    ...(unknownLabels > 0 ? [`${unknownLabels} rows whose true value the model does not know were left out.`] : []),
  ];
}

function sliceLines(slices: readonly SliceEvaluation[]): string[] {
  if (slices.length === 0) return [];
  const { metric } = slices[0]!;
  const rows = slices.map(({ name, rows, metrics, gap, clearlyWorse }) => {
    const { value, low, high } = metrics[metric]!;
    const interval = low === null || high === null ? "" : `${low.toFixed(3)} to ${high.toFixed(3)}`;
    return [
      name,
      rows,
      value?.toFixed(4) ?? "–",
      interval,
      gap?.toFixed(4) ?? "–",
      clearlyWorse ? "clearly worse" : "",
    ];
  });
  return ["", ...table(rows, { header: ["slice", "rows", metric, "interval", "worse by", ""] })];
}

/** Every column that may show where the model is worse: not the truth itself, nor what only names or weighs a row. */
function searchable({ config }: LoadedModel, frame: Frame, target: string): string[] {
  const { id = [], weight } = config?.roles ?? {};
  const left = new Set([target, weight, ...id]);
  return [...frame.columns].filter(([name, { type }]) => !left.has(name) && type !== "vector").map(([name]) => name);
}

const shownSlices = 8;

function searchLines({ slices, tested, worse, loss }: SliceSearch): string[] {
  if (slices.length === 0) return ["", `No slice is worse beyond chance (${tested} compared).`];
  const rows = slices
    .slice(0, shownSlices)
    .map((slice) => [
      slice.name,
      slice.rows,
      slice.meanLoss.toPrecision(3),
      slice.restLoss.toPrecision(3),
      slice.adjustedP.toPrecision(2),
      slice.priority.toPrecision(3),
    ]);
  return [
    "",
    `What to work on first (${worse} of ${tested} slices are worse beyond chance, by ${loss}):`,
    ...table(rows, { header: ["slice", "rows", "here", "elsewhere", "adjusted p", "priority"] }),
  ];
}
