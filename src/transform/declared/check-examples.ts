import {
  type Column,
  type Frame,
  type InputType,
  ProgramError,
  type ProgramInput,
  Unreadable,
  valueReader,
} from "@millrace/program";
import { type FeatureNodes, importFeature } from "@millrace/program/import";
import { evaluateGraph } from "@millrace/program/write";
import { MillraceError } from "#kernel";
import type { DeclaredFeature, DeclaredFeatures } from "./schema.ts";

type Cell = DeclaredFeature["examples"][number]["row"][string];
type Value = DeclaredFeature["examples"][number]["value"];

/**
 * Holds declared features to their examples, before any data are read.
 *
 * Errors: TRANSFORM_FEATURE_UNFIT: an expression that cannot be read (with line and column), or an example that gives
 * another value.
 */
export function checkExamples(features: DeclaredFeatures): void {
  for (const [name, declared] of Object.entries(features)) {
    const { examples } = declared;
    const hints = typesOf(examples.map(({ row }) => row));
    if (examples.length === 0) {
      readExpression(name, declared, {});
      continue;
    }
    const levels = (column: string) => [...new Set(examples.flatMap(({ row }) => textOf(row[column])))];
    for (const [k, { row, value: wanted }] of examples.entries()) {
      const feature = readExpression(name, declared, { hints, levels });
      const unread = Object.keys(row).find((column) => !feature.inputs.some((input) => input.name === column));
      if (unread !== undefined)
        throw unfit(
          `features.${name}, example ${k + 1}: the expression reads no column "${unread}"`,
          `It reads ${feature.inputs.map((input) => input.name).join(", ")}.`,
        );
      const found = valueAt(feature, row);
      if (!isAlike(found, wanted))
        throw unfit(
          `features.${name}, example ${k + 1}: it gives ${JSON.stringify(found)}, and the example says ${JSON.stringify(wanted)}`,
          "Correct the expression or the example.",
        );
    }
  }
}

/** The nodes of one expression. Errors: TRANSFORM_FEATURE_UNFIT, with line and column. */
export function readExpression(
  name: string,
  { sql, vectors, otherwise }: Pick<DeclaredFeature, "sql" | "vectors" | "otherwise">,
  given: {
    readonly hints?: Readonly<Record<string, InputType>>;
    readonly columns?: Readonly<Record<string, InputType>>;
    readonly levels?: (column: string) => readonly string[];
    readonly patterns?: Readonly<Record<string, string>>;
  },
): FeatureNodes {
  const { hints, ...options } = given;
  try {
    return importFeature({
      name: `features.${name}`,
      expression: sql,
      ...options,
      ...(hints && { types: hints }),
      ...(vectors && { vectors }),
      ...(otherwise && { otherwise }),
    });
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new MillraceError("TRANSFORM_FEATURE_UNFIT", {
      message: error.message,
      next: error.next,
      facts: { feature: name },
      cause: error,
    });
  }
}

export function unfit(message: string, next: string): MillraceError {
  return new MillraceError("TRANSFORM_FEATURE_UNFIT", { message: `${message}.`, next });
}

/** What the examples' own values tell of types; a text may be a date as well, so it tells nothing. */
function typesOf(rows: readonly Readonly<Record<string, Cell>>[]): Record<string, InputType> {
  const found: Record<string, InputType> = {};
  for (const row of rows)
    for (const [column, value] of Object.entries(row))
      if (typeof value === "number") found[column] = "number";
      else if (typeof value === "boolean") found[column] = "bool";
  return found;
}

function textOf(value: Cell | undefined): readonly string[] {
  return typeof value === "string" && value !== "" ? [value] : [];
}

function valueAt(feature: FeatureNodes, row: Readonly<Record<string, Cell>>): Value {
  const columns = feature.inputs.map((input): [string, Column] => [
    input.name,
    cellColumn(input, row[input.name] ?? null),
  ]);
  const frame: Frame = { rows: 1, columns: new Map(columns) };
  const [column] = evaluateGraph(feature, frame, [feature.value]) as [Extract<Column, { values: Float64Array }>];
  if (column.missing?.[0] === 1) return null;
  if (feature.type === "vector") return [...column.values];
  const number = column.values[0]!;
  if (feature.type === "bool") return number === 1;
  return feature.type === "string" ? (feature.levels[number] ?? null) : number;
}

function cellColumn(input: ProgramInput, cell: Cell): Column {
  const { name, type } = input;
  const value = valueReader(input)(cell);
  if (value instanceof Unreadable)
    throw unfit(`The example's ${name} is ${JSON.stringify(cell)}, which is no ${type}`, "Correct the example.");
  const missing = Uint8Array.of(value === null || value === undefined ? 1 : 0);
  if (type === "string")
    return { type, codes: Int32Array.of(missing[0] === 1 ? -1 : 0), levels: missing[0] === 1 ? [] : [String(value)] };
  if (type === "bool") return { type, values: Uint8Array.of(value === 1 ? 1 : 0), missing };
  return { type: type as "number" | "integer" | "timestamp", values: Float64Array.of(Number(value ?? 0)), missing };
}

function isAlike(found: Value, wanted: Value): boolean {
  if (Array.isArray(found) && Array.isArray(wanted))
    return found.length === wanted.length && found.every((number, k) => isAlike(number, wanted[k]!));
  if (typeof found === "number" && typeof wanted === "number")
    return Math.abs(found - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
  return found === wanted || (typeof found === "boolean" && wanted === (found ? 1 : 0));
}
