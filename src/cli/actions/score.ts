import { abstainReasons, extraOutputs, type Frame, type FrameScores, type JsonObject } from "@millrace/program";
import { selectRows } from "#dataset";
import {
  describeOutputs,
  type Evaluation,
  evaluate,
  evaluateSlices,
  measureOutputs,
  renderEvaluationText,
  type SliceEvaluation,
} from "#evaluate";
import { MillraceError } from "#kernel";
import { readTargetAs } from "#learn";
import { checkRows, problemLine, problemLines, type RowsProblem } from "../check-rows.ts";
import type { Action, ActionContext } from "../command.ts";
import { type LoadedModel, loadModel } from "../load-model.ts";
import { listOption, textOption } from "../options.ts";
import { readForModel } from "../read-for-model.ts";
import { type IdColumn, scoredRow, scoresCsv } from "../scores-csv.ts";
import { table } from "../table.ts";
import { writeText } from "../write-text.ts";

export const score: Action = async (context, reference = "", data = "") => {
  const { terminal, options } = context;
  const model = await loadModel(context, reference);
  const frame = await readForModel(context, model, data);
  const warnings = refuseErrors(context, model, data, frame);
  const { outputs } = model.scorer.program;
  const scores = model.scorer.scoreFrame(frame);
  const out = textOption(options, "out");
  const policies = policiesOf(scores);
  const said: JsonObject = {
    model: named(model),
    rows: frame.rows,
    warnings: warnings.map((one) => ({ ...one })),
    ...policies,
  };
  if (out === undefined && terminal.json) {
    const classes = outputs.classes ?? [];
    const predictions = Array.from({ length: frame.rows }, (_, row) => {
      const [prediction = null, value = null, ...rest] = scoredRow(outputs, classes, scores, row);
      const each = outputs.task === "multiclass" ? rest.slice(0, classes.length) : [];
      const byClass = Object.fromEntries(each.map((one, k) => [classes[k]!, one]));
      const beside = extraOutputs(outputs).map(({ kind, name }, k) => {
        const cell = rest[each.length + k] ?? null;
        return [name, kind === "set" && cell !== null ? (JSON.parse(String(cell)) as string[]) : cell] as const;
      });
      const scoresOf = each.length === 0 ? {} : { scores: byClass };
      return { prediction, score: value, ...scoresOf, ...Object.fromEntries(beside) };
    });
    terminal.result({ ...said, predictions }, () => []);
    return 0;
  }
  await writeText(out, scoresCsv(outputs, scores, frame.rows, idColumns(model, frame)));
  if (out === undefined) return 0;
  if (terminal.json) terminal.result({ ...said, out }, () => []);
  else terminal.say(`Scored ${frame.rows} rows with ${named(model)}; wrote ${out}.${policyLine(policies)}`);
  return 0;
};

/** What the program's policies did: rows without a prediction by reason, and values taken for missing by input. */
function policiesOf({ extras }: FrameScores): { abstained?: Record<string, number>; imputed?: Record<string, number> } {
  const abstained: Record<string, number> = {};
  for (const reason of extras?.abstain ?? [])
    if (reason > 0) abstained[abstainReasons[reason - 1]!] = (abstained[abstainReasons[reason - 1]!] ?? 0) + 1;
  return {
    ...(extras?.abstain === undefined ? {} : { abstained }),
    ...(extras?.imputed === undefined ? {} : { imputed: Object.fromEntries(extras.imputed) }),
  };
}

function policyLine({ abstained = {}, imputed = {} }: ReturnType<typeof policiesOf>): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ");
  const rows = Object.values(abstained).reduce((sum, count) => sum + count, 0);
  return [
    ...(rows === 0 ? [] : [` ${rows} rows have no prediction (${list(abstained)}).`]),
    ...(Object.keys(imputed).length === 0 ? [] : [` Values that cannot be read count as missing (${list(imputed)}).`]),
  ].join("");
}

export const evaluateCommand: Action = async (context, reference = "", data = "") => {
  const { terminal, options } = context;
  const model = await loadModel(context, reference);
  const target = targetOf(context, model);
  const read = await readForModel(context, model, data, target);
  const warnings = refuseErrors(context, model, data, read, [target.name]);
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
  const left = { unlabelled: read.rows - labels.labelled - labels.unknown, unknownLabels: labels.unknown };
  const measured = measureOutputs(outputs, scored, input.labels);
  const beside = measured === undefined ? {} : { outputs: measured };
  const plain = JSON.parse(
    JSON.stringify({ model: named(model), target: target.name, ...left, ...evaluation, ...beside, slices, warnings }),
  );
  terminal.result(plain as JsonObject, () => [
    ...renderEvaluationText(evaluation).trimEnd().split("\n"),
    ...(measured === undefined ? [] : describeOutputs(measured).map((line) => `  ${line}`)),
    ...leftLines(left),
    ...sliceLines(slices),
  ]);
  return 0;
};

/** Says what is unusual, and stops where a row cannot be scored: nothing is written then. */
function refuseErrors(
  context: ActionContext,
  model: LoadedModel,
  data: string,
  frame: Frame,
  beside: readonly string[] = [],
): readonly RowsProblem[] {
  const problems = checkRows(model.scorer, frame).filter(({ column }) => !beside.includes(column));
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length === 0) {
    for (const line of problemLines(problems)) context.terminal.warn(line);
    return problems;
  }
  const more = errors.length > 3 ? ` (and ${errors.length - 3} more problems)` : "";
  throw new MillraceError("CLI_ROWS_INVALID", {
    message: `${data} cannot be scored by ${named(model)}: ${errors.slice(0, 3).map(problemLine).join(" ")}${more}`,
    next: "Correct these rows and columns and score again; nothing was written. Row 1 is the first below the header.",
    facts: { problems: errors.slice(0, 50).map((one) => ({ ...one })) },
  });
}

function targetOf({ options }: ActionContext, model: LoadedModel): { readonly name: string; readonly sql?: string } {
  const typed = textOption(options, "target");
  if (typed !== undefined) return { name: typed };
  if (model.target !== null) return model.target;
  throw new MillraceError("CLI_OPTION_INVALID", {
    message: `${named(model)} does not say which column holds the true values.`,
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

function idColumns({ config }: LoadedModel, frame: Frame): readonly IdColumn[] {
  return (config?.roles.id ?? []).flatMap((name) => {
    const column = frame.columns.get(name);
    return column === undefined || column.type === "vector" ? [] : [{ name, column }];
  });
}

function named({ name, version }: LoadedModel): string {
  return version === 0 ? name : `${name}:${version}`;
}

function leftLines({ unlabelled, unknownLabels }: { unlabelled: number; unknownLabels: number }): string[] {
  return [
    ...(unlabelled > 0 ? [`  ${unlabelled} rows without a true value were left out.`] : []),
    ...(unknownLabels > 0 ? [`  ${unknownLabels} rows whose true value the model does not know were left out.`] : []),
  ];
}

function sliceLines(slices: readonly SliceEvaluation[]): string[] {
  if (slices.length === 0) return [];
  const [metric = ""] = Object.keys(slices[0]!.metrics);
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
