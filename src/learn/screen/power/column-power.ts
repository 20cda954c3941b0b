import type { Column } from "@millrace/program";
import { mix } from "../../kernels/twin/numbers.ts";
import type { LearningTask } from "../../model.ts";
import { type Groups, groupsOf, numbersOf } from "./column-groups.ts";
import { aucInterval, explainedInterval, type Interval, wilson } from "./intervals.ts";

/** How well one column alone tells the target. */
export interface Power {
  /** `AUC` (binary), `explained variance` (regression), `accuracy above chance` (multiclass). */
  readonly measure: "AUC" | "explained variance" | "accuracy above chance";
  readonly interval: Interval;
  /** What of the column it was: itself, its present rows, its first character, its length. */
  readonly of: string;
  /** Rows that were looked at. */
  readonly rows: number;
  /** Each value goes with one class only. */
  readonly pure: boolean;
}

/**
 * The power of one column, measured out of sample: the target's mean within groups of the column's values is learned on one
 * half of the rows and judged on the other. Numbers are judged by their order as well.
 */
export function columnPower(column: Column, labels: Float64Array, task: LearningTask, classes: number): Power {
  const rows = labels.length;
  const whole = groupsOf(column, rows);
  const candidates: Power[] = [measure(whole, labels, task, classes, "it")];
  const numbers = numbersOf(column, rows);
  if (numbers !== undefined) candidates.push(...numericPower(numbers, labels, task));
  const present = presentGroups(whole, rows);
  if (present !== undefined)
    candidates.push(measure(present.groups, present.pick(labels), task, classes, "where present, it"));
  if (column.type === "string" && column.levels.length > 50)
    for (const [of, part] of textParts(column.levels)) {
      const groups = regroup(column, part);
      if (groups.names.length > 1) candidates.push(measure(groups, labels, task, classes, of));
    }
  return candidates.reduce((best, power) => (power.interval.low > best.interval.low ? power : best));
}

/** Area under the ROC curve of scores for labels 0 and 1; ties count half. By two plain sorts: it is asked for thousands of times. */
export function rankAuc(
  scores: Float64Array,
  labels: Float64Array,
): { auc: number; positives: number; negatives: number } {
  const [low, high] = [new Float64Array(scores.length), new Float64Array(scores.length)].map((into, label) => {
    let count = 0;
    for (let i = 0; i < scores.length; i++) if (labels[i] === label) into[count++] = scores[i]!;
    return into.subarray(0, count).sort();
  }) as [Float64Array, Float64Array];
  const [negatives, positives] = [low.length, high.length];
  if (positives === 0 || negatives === 0) return { auc: 0.5, positives, negatives };
  let [below, upTo, wins] = [0, 0, 0];
  for (const score of high) {
    while (below < negatives && low[below]! < score) below++;
    while (upTo < negatives && low[upTo]! <= score) upTo++;
    wins += (below + upTo) / 2;
  }
  return { auc: wins / (positives * negatives), positives, negatives };
}

function numericPower(numbers: Float64Array, labels: Float64Array, task: LearningTask): Power[] {
  if (task === "multiclass") return [];
  const isPresent = (_: number, i: number) => !Number.isNaN(numbers[i]!);
  const x = numbers.filter(isPresent);
  const rows = x.length;
  if (rows < 20) return [];
  const whole = rows === numbers.length;
  const y = whole ? labels : labels.filter(isPresent);
  const of = whole ? "its order" : "where present, its order";
  if (task === "regression")
    return [
      {
        measure: "explained variance",
        interval: explainedInterval(correlation(x, y) ** 2, rows),
        of: whole ? "a line through it" : "where present, a line through it",
        rows,
        pure: false,
      },
    ];
  const { auc, positives, negatives } = rankAuc(x, y);
  if (Math.min(positives, negatives) < 5) return [];
  const interval = aucInterval(Math.max(auc, 1 - auc), positives, negatives);
  return [{ measure: "AUC", interval, of, rows, pure: auc === 1 || auc === 0 }];
}

/** Pearson's correlation; 0 where one side is constant. Infinite values are held at the largest double's root. */
export function correlation(x: Float64Array, y: Float64Array): number {
  const held = (value: number) => Math.max(-1e150, Math.min(1e150, value));
  let [sx, sy] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    sx += held(x[i]!);
    sy += held(y[i]!);
  }
  const [mx, my] = [sx / x.length, sy / x.length];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const dx = held(x[i]!) - mx;
    const dy = held(y[i]!) - my;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  const scale = Math.sqrt(xx) * Math.sqrt(yy);
  return scale > 0 && Number.isFinite(scale) ? Math.max(-1, Math.min(1, xy / scale)) : 0;
}

function measure(groups: Groups, labels: Float64Array, task: LearningTask, classes: number, of: string): Power {
  const rows = labels.length;
  const common = { of, rows, pure: isPure(groups, labels) };
  const groupCount = groups.names.length + 1;
  if (task === "multiclass") {
    const hits = crossFit(groups, labels, groupCount, classes).reduce(
      (sum, p, i) => sum + (p === labels[i] ? 1 : 0),
      0,
    );
    const counts = new Float64Array(classes);
    for (const label of labels) counts[label]!++;
    const chance = Math.max(...counts) / rows;
    const above = (share: number) => Math.max(0, (share - chance) / (1 - chance));
    const { value, low, high } = wilson(hits, rows);
    return {
      ...common,
      measure: "accuracy above chance",
      interval: { value: above(value), low: above(low), high: above(high) },
    };
  }
  const fitted = crossFitMeans(groups, labels, groupCount);
  if (task === "regression") {
    const r = correlation(fitted, labels);
    return { ...common, measure: "explained variance", interval: explainedInterval(r > 0 ? r * r : 0, rows) };
  }
  const { auc, positives, negatives } = rankAuc(fitted, labels);
  const few = Math.min(positives, negatives) < 5;
  return {
    ...common,
    measure: "AUC",
    interval: few ? { value: 0.5, low: 0, high: 1 } : aucInterval(auc, positives, negatives),
  };
}

const halfOf = (row: number) => mix(row, 0x51ed270b) & 1;

/** The other half's mean of each row's group, drawn to the overall mean by one row's weight. */
function crossFitMeans({ codes }: Groups, labels: Float64Array, groupCount: number): Float64Array {
  const sums = new Float64Array(2 * groupCount);
  const counts = new Float64Array(2 * groupCount);
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const at = halfOf(i) * groupCount + codes[i]! + 1;
    sums[at]! += labels[i]!;
    counts[at]!++;
    total += labels[i]!;
  }
  const mean = total / labels.length;
  const means = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const at = (1 - halfOf(i)) * groupCount + codes[i]! + 1;
    means[i] = (sums[at]! + mean) / (counts[at]! + 1);
  }
  return means;
}

/** The other half's most frequent class of each row's group. */
function crossFit({ codes }: Groups, labels: Float64Array, groupCount: number, classes: number): Float64Array {
  const counts = new Float64Array(2 * groupCount * classes);
  for (let i = 0; i < labels.length; i++) counts[(halfOf(i) * groupCount + codes[i]! + 1) * classes + labels[i]!]!++;
  return Float64Array.from(labels, (_, i) => {
    const at = ((1 - halfOf(i)) * groupCount + codes[i]! + 1) * classes;
    let best = 0;
    for (let c = 1; c < classes; c++) if (counts[at + c]! > counts[at + best]!) best = c;
    return best;
  });
}

function isPure({ codes, names }: Groups, labels: Float64Array): boolean {
  const first = new Float64Array(names.length + 1).fill(Number.NaN);
  for (let i = 0; i < labels.length; i++) {
    const at = codes[i]! + 1;
    if (Number.isNaN(first[at]!)) first[at] = labels[i]!;
    else if (first[at] !== labels[i]) return false;
  }
  return true;
}

/** The rows that have a value, when that is neither all of them nor too few to judge. */
function presentGroups(groups: Groups, rows: number) {
  const present: number[] = [];
  for (let i = 0; i < rows; i++) if (groups.codes[i]! >= 0) present.push(i);
  if (present.length === rows || present.length < 50) return undefined;
  return {
    groups: { codes: Int32Array.from(present, (row) => groups.codes[row]!), names: groups.names },
    pick: (labels: Float64Array) => Float64Array.from(present, (row) => labels[row]!),
  };
}

function textParts(levels: readonly string[]): [string, readonly string[]][] {
  return [
    ["its first character", levels.map((level) => level.slice(0, 1))],
    ["its last character", levels.map((level) => level.slice(-1))],
    ["its length", levels.map((level) => String(level.length))],
  ];
}

function regroup(column: Extract<Column, { type: "string" }>, part: readonly string[]): Groups {
  const names = [...new Set(part)];
  const position = new Map(names.map((name, k) => [name, k]));
  const codeOf = Int32Array.from(part, (name) => position.get(name)!);
  return { codes: column.codes.map((code) => (code < 0 ? -1 : codeOf[code]!)), names };
}
