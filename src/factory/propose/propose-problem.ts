import type { Column, Frame } from "@millrace/program";
import type { Inspection, SnapshotColumn } from "#dataset";
import { knownNames, MillraceError } from "#kernel";

export interface Proposed<T> {
  readonly value: T;
  /** One line: why this was proposed. */
  readonly reason: string;
}

/** What a look at the data proposes; every part is written into the config with its reason, for a person to correct. */
export interface Proposal {
  readonly target: Proposed<string>;
  readonly task: Proposed<"binary" | "multiclass" | "regression">;
  readonly positive?: Proposed<string | number | boolean>;
  readonly metric: Proposed<string>;
  readonly split: Proposed<"time" | "stratified" | "random">;
  readonly time?: Proposed<string>;
  readonly ids: readonly Proposed<string>[];
}

const targetNames =
  /^(target|label|class|y|outcome|survived|churn(ed)?|default(ed)?|fraud|spam|is_.*|price|species|quality)$/i;
const positiveNames = [
  "true",
  "yes",
  "y",
  "1",
  "positive",
  "churned",
  "fraud",
  "spam",
  "bad",
  "default",
  "fail",
  "failed",
  "damaged",
];
const mostClasses = 50;

/**
 * Task, metric, split, positive class and roles for a data set, each with its reason.
 *
 * Errors: FACTORY_COLUMN_UNKNOWN: when `target` is not a column; FACTORY_TARGET_UNUSABLE: when it is missing in every row,
 * constant, or text with more than 50 values.
 */
export function proposeProblem(
  frame: Frame,
  columns: Inspection["columns"] | readonly SnapshotColumn[],
  target?: string,
): Proposal {
  const names = [...frame.columns.keys()];
  const chosen = chooseTarget(names, target);
  const values = summarize(frame.columns.get(chosen.value)!);
  refuseUnusable(chosen.value, values, frame.rows);
  const task = chooseTask(values);
  const time = chooseTime(frame, columns);
  const positive = task.value === "binary" ? choosePositive(values) : undefined;
  return {
    target: chosen,
    task,
    ...(positive === undefined ? {} : { positive }),
    metric: chooseMetric(task.value, values),
    split: chooseSplit(task.value, time),
    ...(time === undefined ? {} : { time }),
    ids: names.filter((name) => name !== chosen.value && name !== time?.value).flatMap((name) => idLike(name, frame)),
  };
}

interface ValueSummary {
  readonly type: Column["type"];
  readonly present: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly whole: boolean;
}

function summarize(column: Column): ValueSummary {
  const counts = new Map<string, number>();
  let present = 0;
  let whole = true;
  const rows = column.type === "string" ? column.codes.length : column.values.length;
  for (let row = 0; row < rows; row++) {
    const value = textAt(column, row);
    if (value === undefined) continue;
    present++;
    if (column.type === "number" && !Number.isInteger(Number(value))) whole = false;
    if (counts.size <= 10_000) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return { type: column.type, present, counts, whole };
}

function textAt(column: Column, row: number): string | undefined {
  if (column.type === "string") {
    const code = column.codes[row]!;
    return code < 0 ? undefined : column.levels[code];
  }
  if (column.missing?.[row] === 1) return undefined;
  return column.type === "bool" ? (column.values[row] === 1 ? "true" : "false") : String(column.values[row]);
}

function chooseTarget(names: readonly string[], target: string | undefined): Proposed<string> {
  if (target !== undefined) {
    if (names.includes(target)) return { value: target, reason: "you named it" };
    throw new MillraceError("FACTORY_COLUMN_UNKNOWN", {
      message: `There is no column "${target}": ${knownNames(target, names)}.`,
      next: "Name one of these columns with --target.",
      facts: { target },
    });
  }
  const named = names.find((name) => targetNames.test(name));
  if (named !== undefined) return { value: named, reason: "its name is one that targets often have" };
  return { value: names.at(-1)!, reason: "it is the last column" };
}

function refuseUnusable(name: string, values: ValueSummary, rows: number): void {
  const refuse = (message: string, next: string) => {
    throw new MillraceError("FACTORY_TARGET_UNUSABLE", { message, next, facts: { target: name, rows } });
  };
  if (values.present === 0)
    refuse(`The target "${name}" is missing in all ${rows} rows.`, "Name another column with --target.");
  if (values.counts.size === 1)
    refuse(
      `The target "${name}" has the one value "${[...values.counts.keys()][0]}" in all rows.`,
      "Name another column with --target.",
    );
  if (values.type === "string" && values.counts.size > mostClasses)
    refuse(
      `The target "${name}" is text with ${values.counts.size > 10_000 ? "over 10,000" : values.counts.size} values; at most ${mostClasses} classes can be told apart.`,
      "Name another column with --target, or derive a target with an SQL expression in millrace.config.ts.",
    );
  if (values.type === "timestamp")
    refuse(`The target "${name}" is a date.`, "Derive a number or a class from it with an SQL expression.");
}

function chooseTask(values: ValueSummary): Proposed<"binary" | "multiclass" | "regression"> {
  const count = values.counts.size;
  if (count === 2)
    return { value: "binary", reason: `the target has two values: ${[...values.counts.keys()].join(", ")}` };
  if (values.type === "string" || values.type === "bool")
    return { value: "multiclass", reason: `the target has ${count} classes` };
  if (values.whole && count <= 12 && values.present >= 20 * count)
    return { value: "multiclass", reason: `the target has only ${count} whole values, each often` };
  return {
    value: "regression",
    reason: `the target is a number with ${count > 10_000 ? "over 10,000" : count} values`,
  };
}

function choosePositive(values: ValueSummary): Proposed<string | number | boolean> {
  const byCount = [...values.counts].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
  const named = byCount.find(([value]) => positiveNames.includes(value.toLowerCase()));
  const [value, count] = named ?? byCount[0]!;
  const typed = values.type === "bool" ? value === "true" : values.type === "string" ? value : Number(value);
  const share = `${((100 * count) / values.present).toFixed(1)} % of the rows`;
  return { value: typed, reason: named === undefined ? `it is the rarer value, ${share}` : `${share}` };
}

function chooseMetric(task: string, values: ValueSummary): Proposed<string> {
  if (task === "regression") return { value: "rmseError", reason: "large misses count more than small ones" };
  if (task === "multiclass") return { value: "logLoss", reason: "it asks for honest probabilities of every class" };
  const rarest = Math.min(...values.counts.values()) / values.present;
  if (rarest < 0.05)
    return {
      value: "prAucScore",
      reason: `only ${(100 * rarest).toFixed(1)} % are positive, so what matters is the head of the ranking`,
    };
  return { value: "rocAucScore", reason: "it judges the ranking, whatever threshold is chosen later" };
}

function chooseTime(
  frame: Frame,
  columns: readonly { readonly name: string; readonly type: string }[],
): Proposed<string> | undefined {
  let best: { name: string; distinct: number } | undefined;
  for (const { name, type } of columns) {
    const column = frame.columns.get(name);
    if (type !== "timestamp" || column?.type !== "timestamp") continue;
    const missing = column.missing?.reduce((sum, bit) => sum + bit, 0) ?? 0;
    const distinct = new Set(column.values).size;
    if (missing === 0 && distinct >= 10 && distinct > (best?.distinct ?? 0)) best = { name, distinct };
  }
  return best === undefined
    ? undefined
    : { value: best.name, reason: `a date in every row, ${best.distinct} different ones` };
}

function chooseSplit(task: string, time: Proposed<string> | undefined): Proposed<"time" | "stratified" | "random"> {
  if (time !== undefined)
    return { value: "time", reason: "the model will be asked about later rows than it learned from" };
  if (task === "regression") return { value: "random", reason: "the rows have no time" };
  return { value: "stratified", reason: "the rows have no time; each split gets its share of every class" };
}

function idLike(name: string, frame: Frame): Proposed<string>[] {
  const column = frame.columns.get(name)!;
  if (column.type !== "string" && column.type !== "integer") return [];
  const { present, counts } = summarize(column);
  const unique = present === frame.rows && counts.size === Math.min(frame.rows, 10_001) && frame.rows >= 20;
  if (!unique) return [];
  if (column.type === "integer" && !/(^|_|\s)(id|no|nr|number|key|index|row)$/i.test(name)) return [];
  return [{ value: name, reason: "every row has another value" }];
}
