import type { RowScore } from "./interpreter/load.ts";
import type { ProgramOutputs, ValueRef } from "./model.ts";

/** Why a row has no prediction, in the order in which the reasons are tried: the first that holds is given. */
export const abstainReasons = ["missingInput", "outOfDomain", "unsure"] as const;
export type AbstainReason = (typeof abstainReasons)[number];

/**
 * What a program gives beside score and prediction, in the order of its columns. `name` is the property of a scored row,
 * `column` that of CSV and SQL. `abstain` is no value of the graph: it follows from the program's policy.
 */
export type ExtraOutput =
  | {
      readonly kind: "number";
      readonly name: "intervalLow" | "intervalHigh" | "outOfDomain";
      readonly column: string;
      readonly ref: ValueRef;
    }
  | { readonly kind: "set"; readonly name: "set"; readonly column: string; readonly ref: ValueRef }
  | { readonly kind: "reason"; readonly name: "abstain"; readonly column: string; readonly ref?: never };

export function extraOutputs({ interval, set, outOfDomain, abstain }: ProgramOutputs): readonly ExtraOutput[] {
  const extras: ExtraOutput[] = [];
  const number = (name: "intervalLow" | "intervalHigh" | "outOfDomain", column: string, ref: ValueRef) =>
    extras.push({ kind: "number", name, column, ref });
  if (interval !== undefined) {
    number("intervalLow", "interval_low", interval.low);
    number("intervalHigh", "interval_high", interval.high);
  }
  if (set !== undefined) extras.push({ kind: "set", name: "set", column: "set", ref: set.members });
  if (outOfDomain !== undefined) number("outOfDomain", "out_of_domain", outOfDomain.score);
  if (abstain !== undefined) extras.push({ kind: "reason", name: "abstain", column: "abstain" });
  return extras;
}

/** Every value of the graph that an output reads, the score first. */
export function outputRefs(outputs: ProgramOutputs): readonly ValueRef[] {
  return [outputs.score, ...extraOutputs(outputs).flatMap(({ ref }) => (ref === undefined ? [] : [ref]))];
}

/** The outputs with their values renumbered. */
export function mapOutputs(outputs: ProgramOutputs, place: (ref: ValueRef) => ValueRef): ProgramOutputs {
  const { score, interval, set, outOfDomain } = outputs;
  return {
    ...outputs,
    score: place(score),
    ...(interval && { interval: { ...interval, low: place(interval.low), high: place(interval.high) } }),
    ...(set && { set: { ...set, members: place(set.members) } }),
    ...(outOfDomain && { outOfDomain: { ...outOfDomain, score: place(outOfDomain.score) } }),
  };
}

/** The columns of a scored row, in order. */
export function outputColumns(outputs: ProgramOutputs): string[] {
  const each = outputs.task === "multiclass" ? outputs.classes! : [];
  const extras = extraOutputs(outputs).map(({ column }) => column);
  return ["prediction", "score", ...each.map((name) => `score_${name}`), ...extras];
}

/** A scored row's cells, in the order of `outputColumns`; null is an empty cell, a set is a JSON list. */
export function outputCells(outputs: ProgramOutputs, row: RowScore): (string | number | null)[] {
  const each = outputs.task === "multiclass" ? outputs.classes! : [];
  return [
    row.prediction,
    row.score,
    ...each.map((name) => row.scores?.[name] ?? null),
    ...extraOutputs(outputs).map(({ name }) => {
      const value = row[name];
      return value === null || value === undefined || !Array.isArray(value)
        ? ((value ?? null) as string | number | null)
        : JSON.stringify(value);
    }),
  ];
}
