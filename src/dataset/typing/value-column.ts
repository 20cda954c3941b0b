import type { ReadProblem } from "../model.ts";
import { type TypedColumn, typeColumn } from "./type-column.ts";
import { missingTest, plainColumn, textOfValues, ValueKinds, valueText } from "./value-kinds.ts";

/** A value of a typed source: JSON, SQL, Parquet. Whole numbers beyond ±2^53 come as bigint; `null` is missing. */
export type Value = string | number | bigint | boolean | null;

/**
 * Types a column of a typed source by all its values: one kind keeps its type, whole and decimal numbers together are `number`, whole
 * numbers beyond ±2^53 and mixtures become text exactly, and text that is dates by one pattern becomes `timestamp`.
 */
export function typeValues(
  name: string,
  values: readonly Value[],
  nullValues: readonly string[],
  problems: ReadProblem[],
): TypedColumn {
  const missingAt = missingTest(nullValues);
  const kinds = new ValueKinds();
  kinds.add(values, missingAt);
  const text = (row: number) => (missingAt(values[row]) ? null : valueText(values[row]!));
  if (kinds.plain !== undefined) return { name, text, column: plainColumn(values, missingAt, kinds.plain) };
  kinds.report(name, problems);
  return typeColumn(
    name,
    textOfValues(values, missingAt),
    { nullValues: [], numbersInText: false, declared: kinds.allText ? undefined : "string" },
    problems,
  );
}
