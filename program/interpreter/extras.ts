import type { Column } from "../columns.ts";
import type { ProgramInput, ProgramOutputs } from "../model.ts";
import type { Cell } from "../operators/operator.ts";
import { abstainReasons, type ExtraOutput, extraOutputs } from "../outputs.ts";
import type { FrameMarks } from "./evaluate.ts";
import type { FrameExtras, FrameScores, RowScore } from "./load.ts";
import type { RowMarks } from "./row.ts";

/** Adds the outputs beside the score to a row's result; `cells` are those of `outputRefs`. Nothing where there are none. */
export function rowExtras(
  outputs: ProgramOutputs,
  inputs: readonly ProgramInput[],
  cells: readonly Cell[],
  marks: RowMarks,
): ((row: RowScore) => RowScore) | undefined {
  const extras = extraOutputs(outputs);
  if (extras.length === 0 && inputs.every(({ invalid }) => invalid === undefined)) return undefined;
  const classes = outputs.classes ?? [];
  const reasonOf = abstention(outputs);
  const domain = outputs.outOfDomain && cells[1 + extras.findIndex(({ name }) => name === "outOfDomain")];
  return (row) => {
    const made: Record<string, unknown> = { ...row };
    extras.forEach((extra, k) => {
      const cell = cells[1 + k];
      if (extra.kind === "number") made[extra.name] = cell!.missing ? null : cell!.number;
      else if (extra.kind === "set")
        made[extra.name] = cell!.missing ? null : classes.filter((_, c) => cell!.vector[c] === 1);
      else {
        const outside = domain === undefined || domain.missing ? Number.NaN : domain.number;
        const reason = reasonOf(marks.missingInput, outside, row.score ?? Number.NaN);
        made[extra.name] = reason === 0 ? null : abstainReasons[reason - 1]!;
        if (reason !== 0) made.prediction = null;
      }
    });
    if (marks.imputed.length > 0) made.imputed = marks.imputed;
    return made as unknown as RowScore;
  };
}

/** The same for whole columns: those of `outputRefs`. */
export function frameExtras(
  outputs: ProgramOutputs,
  columns: readonly Column[],
  scores: FrameScores,
  { imputed, missingInput }: FrameMarks,
): FrameExtras | undefined {
  const extras = extraOutputs(outputs);
  if (extras.length === 0 && imputed.size === 0) return undefined;
  const made: Record<string, Float64Array | Uint8Array | ReadonlyMap<string, number>> = {};
  extras.forEach((extra: ExtraOutput, k) => {
    if (extra.kind !== "reason") made[extra.name] = withNaN(columns[1 + k]!);
  });
  if (outputs.abstain !== undefined) {
    const reasonOf = abstention(outputs);
    const outside = made.outOfDomain as Float64Array | undefined;
    made.abstain = missingInput.map((missing, i) =>
      reasonOf(missing === 1, outside?.[i] ?? Number.NaN, shownScore(outputs, scores, i)),
    );
  }
  if (imputed.size > 0) made.imputed = imputed;
  return made;
}

/** 0, or 1 + the place of the first reason that holds; NaN is missing. */
function abstention({ abstain, outOfDomain }: ProgramOutputs) {
  const { from, to } = abstain?.unsure ?? { from: 1, to: 0 };
  const most = abstain?.outOfDomain === true ? outOfDomain!.threshold : Number.POSITIVE_INFINITY;
  return (missingInput: boolean, outside: number, score: number): number => {
    if (missingInput) return 1;
    if (outside > most) return 2;
    return score >= from && score < to ? 3 : 0;
  };
}

/** As a row's `score`: of several classes the greatest. */
function shownScore(
  { task, classes }: ProgramOutputs,
  { score, missing, prediction }: FrameScores,
  row: number,
): number {
  if (missing?.[row] === 1) return Number.NaN;
  return task === "multiclass" ? score[row * classes!.length + prediction[row]!]! : score[row]!;
}

function withNaN(column: Column): Float64Array {
  // `checkProgram` has seen that an output is a number or a vector.
  const numbers = column as Exclude<Column, { type: "string" | "bool" }>;
  const { values, missing } = numbers;
  if (missing === undefined) return values;
  const width = numbers.type === "vector" ? numbers.width : 1;
  return values.map((value, i) => (missing[Math.floor(i / width)] === 1 ? Number.NaN : value));
}
