import type { Frame, NumberColumn } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import type { NestedColumn, NestedFrame } from "../nested/model.ts";
import { ExactSum } from "../sums/exact-sum.ts";
import type { PartialStatistics } from "./model.ts";
import { partialColumns } from "./partial-columns.ts";

export const partialOptionsSchema = z.object({
  limit: z
    .int()
    .min(0)
    .max(1e9)
    .default(100_000)
    .describe("How many distinct values of a column to count; beyond it uniques and quantiles are estimated."),
  columns: z.array(z.string()).optional().describe("Only these columns."),
  weight: z.string().optional().describe("The column that says how much each row counts."),
  keepWeight: z.boolean().default(false).describe("Whether the weight has statistics of its own, too."),
  bytes: z.array(z.string()).default([]).describe("Columns of text that hold bytes, like images."),
});
export type PartialStatisticsOptions = z.input<typeof partialOptionsSchema>;

/**
 * What to keep of one part of a dataset, so that parts can be read anywhere and in any order and give the statistics of
 * the whole: `mergePartials` of parts is, to the byte, the partial of the whole.
 *
 * ```ts
 * const x = { type: "number", values: Float64Array.of(0.1, 0.2) } as const;
 * const part = partialStatistics({ rows: 2, columns: new Map([["x", x]]) });
 * finishStatistics(mergePartials(part, part)).columns[0]?.present; // 4
 * ```
 *
 * Missing: counted and left out of the rest. Random: none; sums are exact, so their order is nothing.
 * Errors: VALIDATE_COLUMN_UNKNOWN: the weight is not there; VALIDATE_COLUMN_TYPE: it is no column of numbers, or a weight is
 * missing, negative or infinite.
 */
export function partialStatistics(
  frame: Frame | NestedFrame,
  options: PartialStatisticsOptions = {},
): PartialStatistics {
  const { columns, weight, ...rest } = parseOptions(partialOptionsSchema, options, "statistics");
  return partialOf(frame, { ...rest, ...(columns && { columns }), ...(weight !== undefined && { weight }) });
}

/** As `partialStatistics`, with options that are checked and a limit that may be infinite. */
export function partialOf(
  frame: Frame | NestedFrame,
  options: {
    limit: number;
    columns?: readonly string[];
    weight?: string;
    keepWeight: boolean;
    bytes: readonly string[];
  },
): PartialStatistics {
  const { limit, columns, weight: name, keepWeight, bytes } = options;
  const all = frame.columns as ReadonlyMap<string, NestedColumn>;
  const weight = name === undefined ? undefined : weightsOf(all, name);
  const wanted = [...all].filter(
    ([one]) => (keepWeight || one !== name) && (columns === undefined || columns.includes(one)),
  );
  const weightedRows = weight && sumOf(weight);
  return {
    rows: frame.rows,
    limit,
    ...(weightedRows && { weightedRows }),
    columns: wanted.flatMap(([one, column]) =>
      partialColumns([one], column, { limit, bytes: new Set(bytes), ...(weight && { weight }) }),
    ),
  };
}

function sumOf(values: Float64Array): ExactSum {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum;
}

function weightsOf(columns: ReadonlyMap<string, NestedColumn>, name: string): Float64Array {
  const column = columns.get(name);
  if (column === undefined)
    throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
      message: `The weight "${name}" is not a column: ${knownNames(name, [...columns.keys()])}.`,
      next: "Name a column of the data with --weight.",
      facts: { column: name },
    });
  if (column.type !== "number" && column.type !== "integer")
    throw weightInvalid(name, `it holds ${column.type} values, and weights are numbers`);
  const row = badWeight(column);
  if (row >= 0) throw weightInvalid(name, `row ${row + 1} has none that is a finite number from 0 on`);
  return column.values;
}

const badWeight = ({ values, missing }: NumberColumn) =>
  values.findIndex((value, row) => missing?.[row] === 1 || !(value >= 0 && value < Infinity));

const weightInvalid = (name: string, what: string) =>
  new MillraceError("VALIDATE_COLUMN_TYPE", {
    message: `"${name}" cannot be the weight: ${what}.`,
    next: "Choose another column, or leave those rows out with --where.",
    facts: { column: name },
  });
