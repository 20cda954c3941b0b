import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { countOf, knownNames, MillraceError } from "#kernel";
import type { AnomalyExample } from "../anomalies/model.ts";
import { reader } from "../anomalies/rows/offence.ts";

const bound = z.union([z.number(), z.string()]);

/** What must hold of one column. `share` (default 1) is the part of the rows for which it must. */
export const assumptionCheckSchema = z
  .strictObject({
    column: z.string().describe("The column that the assumption is about."),
    min: bound.optional().describe("No value is less (a date as ISO 8601 for a timestamp)."),
    max: bound.optional().describe("No value is greater."),
    notMissing: z.boolean().optional().describe("Every row has a value."),
    inSet: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe("Every value is one of these."),
    unique: z.boolean().optional().describe("No value occurs twice."),
    share: z.number().gt(0).max(1).default(1).describe("Part of the rows for which it must hold."),
  })
  .refine(
    (check) => [check.min, check.max, check.notMissing, check.inSet, check.unique].some((part) => part !== undefined),
    {
      message: "a check needs at least one of min, max, notMissing, inSet, unique",
    },
  );

/** A written, owned statement about the data; with a check, one that a machine can hold the data to. */
export const assumptionSchema = z.strictObject({
  name: z.string().min(1),
  owner: z.string().min(1),
  statement: z.string().min(1),
  check: assumptionCheckSchema.optional(),
});
export type Assumption = z.input<typeof assumptionSchema>;
type Check = z.output<typeof assumptionCheckSchema>;

export interface AssumptionResult {
  readonly name: string;
  readonly owner: string;
  readonly statement: string;
  /** `unchecked`: nothing that a machine can check was given. */
  readonly verdict: "holds" | "broken" | "unchecked";
  /** What was found, in plain words. */
  readonly evidence: string;
  readonly offendingRows?: number;
  /** Part of the rows for which it holds. */
  readonly share?: number;
  readonly examples?: readonly AnomalyExample[];
}

/**
 * Holds a frame to written assumptions.
 *
 * ```ts
 * const age = { type: "integer", values: Float64Array.of(31, -4) } as const;
 * const adults = { name: "age", owner: "ana", statement: "Nobody is younger than 0.", check: { column: "age", min: 0 } };
 * checkAssumptions([adults], { rows: 2, columns: new Map([["age", age]]) })[0]?.verdict; // "broken"
 * ```
 *
 * Missing: a missing value offends only `notMissing`. Shapes: one result an assumption; example rows count from 1.
 * Errors: VALIDATE_COLUMN_UNKNOWN: when a check names a column that is not in the data. VALIDATE_COLUMN_TYPE: when a
 * bound does not fit the column's type.
 */
export function checkAssumptions(assumptions: readonly Assumption[], frame: Frame): AssumptionResult[] {
  return assumptions.map((given) => {
    const { check, ...said } = assumptionSchema.parse(given);
    if (check === undefined) return { ...said, verdict: "unchecked", evidence: "no check was given" };
    const column = frame.columns.get(check.column);
    if (column === undefined)
      throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
        message: `The assumption "${said.name}" is about a column "${check.column}", which the data do not have (${knownNames(check.column, [...frame.columns.keys()])}).`,
        next: "Name a column of the data in the assumption's check.",
        facts: { assumption: said.name, column: check.column },
      });
    return { ...said, ...applyCheck(check, column, frame.rows) };
  });
}

function applyCheck(
  check: Check,
  column: Column,
  rows: number,
): Omit<AssumptionResult, "name" | "owner" | "statement"> {
  const offends = offence(check, column);
  const read = column.type === "vector" ? () => null : reader(column);
  const examples: AnomalyExample[] = [];
  let offendingRows = 0;
  for (let row = 0; row < rows; row++) {
    if (!offends(row)) continue;
    offendingRows++;
    if (examples.length < 10) examples.push({ row: row + 1, value: read(row) });
  }
  const share = rows === 0 ? 1 : (rows - offendingRows) / rows;
  const verdict = share >= check.share ? "holds" : "broken";
  const evidence = `${rows - offendingRows} of ${countOf(rows, "row")} keep to it${check.share < 1 ? ` (at least ${check.share * 100} % must)` : ""}`;
  return { verdict, evidence, offendingRows, share, ...(offendingRows > 0 && { examples }) };
}

function offence(check: Check, column: Column): (row: number) => boolean {
  if (column.type === "vector") return wrongType(check.column, "a vector", "this kind of check");
  const read = reader(column);
  const low = boundOf(check, "min", column);
  const high = boundOf(check, "max", column);
  const allowed = check.inSet === undefined ? undefined : new Set(check.inSet.map(String));
  const seen = new Set<unknown>();
  return (row) => {
    const value = read(row);
    if (value === null) return check.notMissing === true;
    if (low !== undefined && Number(value) < low) return true;
    if (high !== undefined && Number(value) > high) return true;
    if (allowed !== undefined && !allowed.has(String(value))) return true;
    if (check.unique !== true) return false;
    if (seen.has(value)) return true;
    seen.add(value);
    return false;
  };
}

function boundOf(check: Check, key: "min" | "max", column: Column): number | undefined {
  const given = check[key];
  if (given === undefined) return undefined;
  if (column.type === "timestamp" && typeof given === "string") {
    const ms = Date.parse(given);
    return Number.isNaN(ms) ? wrongType(check.column, "a timestamp", `the bound "${given}"`) : ms * 1000;
  }
  if (
    typeof given === "number" &&
    (column.type === "number" || column.type === "integer" || column.type === "timestamp")
  )
    return given;
  return wrongType(check.column, `of type ${column.type}`, `the bound ${JSON.stringify(given)}`);
}

function wrongType(column: string, type: string, what: string): never {
  throw new MillraceError("VALIDATE_COLUMN_TYPE", {
    message: `The column "${column}" is ${type}, and ${what} does not fit it.`,
    next: "Give a check that fits the column's type.",
    facts: { column },
  });
}
