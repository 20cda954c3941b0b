import type { Frame, NumberColumn, ProgramInput } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";
import { countLevels } from "../categorical-features.ts";
import { moments, scaledNumber, sortedPresent } from "../numeric-features.ts";
import type { TransformOptions } from "../options.ts";
import type { PlanBuilder } from "../plan-builder.ts";

type What = TransformOptions["aggregates"][number]["what"];

/**
 * What the rows of a key have in common, as a table by key: how many there are, or the mean, least or greatest value of a
 * number. Where there is a time, a training row gets what the rows of its key before its own time gave, as a later row gets
 * what all training rows give; without one what all training rows give.
 *
 * Missing: a key that is missing, unseen or without earlier rows has the count 0, or what all rows give.
 * Errors: TRANSFORM_COLUMN_UNKNOWN: a key that is no text, a value that is no number, a column that is not learned from.
 */
export function addAggregates(
  plan: PlanBuilder,
  inputs: readonly ProgramInput[],
  frame: Frame,
  time: string | undefined,
  options: TransformOptions,
): void {
  for (const { by, of, what } of options.aggregates) {
    const ref = requireColumn(inputs, by, ["string"]);
    const key = frame.columns.get(by)!;
    if (key.type !== "string") continue;
    if (of !== undefined) requireColumn(inputs, of, ["number", "integer"]);
    const data = countLevels(key);
    const values = valuesOf(frame, of, what);
    const all = whole(values, what);
    const { table, training } = tables(data.codes, data.levels.length, values, what, all, timesOf(frame, time));
    const name = what === "count" ? `${by}: count` : `${by}: ${what} of ${of}`;
    const attributes = { levels: data.levels, values: plan.tensor(table), unseen: all, missing: all };
    const node = plan.node("lookup", [ref], attributes, name);
    plan.feature({ name, ref: node, kind: "numeric", from: by, for: ["trees"] }, training);
    const sorted = sortedPresent(training, undefined);
    const scaled = scaledNumber(plan, name, node, sorted, options);
    if (scaled === undefined) continue;
    const { mean, deviation } = moments(sorted);
    const bound = options.linearClip;
    const own = training.map((value) => Math.min(bound, Math.max(-bound, (value - mean) / deviation)));
    plan.feature({ name: `${name}:scaled`, ref: scaled, kind: "numeric", from: by, for: ["linear"] }, own);
  }
}

function requireColumn(inputs: readonly ProgramInput[], name: string, types: readonly string[]): number {
  const ref = inputs.findIndex((input) => input.name === name && types.includes(input.type));
  if (ref >= 0) return ref;
  const known = inputs.filter(({ type }) => types.includes(type)).map((input) => input.name);
  throw new MillraceError("TRANSFORM_COLUMN_UNKNOWN", {
    message: `An aggregate names "${name}", which is no ${types[0] === "string" ? "text" : "number"} that is learned from (${knownNames(name, known)}).`,
    next: "Correct `aggregates`: { by: a column of texts, of: a column of numbers, what }.",
    facts: { name, known },
  });
}

/** NaN: no value. */
function valuesOf(frame: Frame, of: string | undefined, what: What): Float64Array {
  if (what === "count" || of === undefined) return new Float64Array(frame.rows).fill(1);
  const { values, missing } = frame.columns.get(of) as NumberColumn;
  return Float64Array.from(values, (value, row) =>
    missing?.[row] === 1 || !Number.isFinite(value) ? Number.NaN : value,
  );
}

function timesOf(frame: Frame, time: string | undefined): Float64Array | undefined {
  const column = time === undefined ? undefined : frame.columns.get(time);
  if (column === undefined || column.type === "string" || column.type === "vector") return undefined;
  return Float64Array.from(column.values, (value, row) =>
    column.missing?.[row] === 1 ? Number.POSITIVE_INFINITY : value,
  );
}

/** What a key without rows gets. */
function whole(values: Float64Array, what: What): number {
  if (what === "count") return 0;
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length === 0) return 0;
  if (what === "min") return known[0]! + 0;
  return what === "max" ? known.at(-1)! + 0 : moments(known).mean + 0;
}

function tables(
  codes: Int32Array,
  levels: number,
  values: Float64Array,
  what: What,
  none: number,
  times: Float64Array | undefined,
) {
  const rows = Uint32Array.from({ length: codes.length }, (_, row) => row);
  const order =
    times === undefined ? rows : rows.sort((a, b) => times[a]! - times[b]! || values[a]! - values[b]! || a - b);
  const sums = new Float64Array(levels).fill(what === "min" ? Infinity : what === "max" ? -Infinity : 0);
  const counts = new Float64Array(levels);
  const told = (level: number) => {
    if (level < 0 || counts[level] === 0) return none;
    return what === "mean" ? sums[level]! / counts[level]! + 0 : what === "count" ? counts[level]! : sums[level]! + 0;
  };
  const training = new Float64Array(codes.length);
  for (let at = 0; at < order.length; ) {
    // Rows of one moment do not know each other.
    let end = at + 1;
    while (times !== undefined && end < order.length && times[order[end]!] === times[order[at]!]) end++;
    if (times !== undefined) for (let k = at; k < end; k++) training[order[k]!] = told(codes[order[k]!]!);
    for (let k = at; k < end; k++) {
      const row = order[k]!;
      const [level, value] = [codes[row]!, values[row]!];
      if (level < 0 || Number.isNaN(value)) continue;
      counts[level]! += 1;
      if (what === "min") sums[level] = Math.min(sums[level]!, value);
      else if (what === "max") sums[level] = Math.max(sums[level]!, value);
      else sums[level]! += value;
    }
    at = end;
  }
  if (times === undefined) for (const row of rows) training[row] = told(codes[row]!);
  return { table: Float64Array.from({ length: levels }, (_, level) => told(level)), training };
}
