import type { Column, Frame } from "@millrace/program";
import { knownNames } from "#kernel";
import { type CleaningInput, type ColumnCleaning, checkFit, cleanText, unfit } from "./recipe.ts";
import { resolveCleaning } from "./resolve-cleaning.ts";

/**
 * The rows with their columns cleaned.
 *
 * ```ts
 * const city = { type: "string", levels: ["Hamburg", "Hambrug"], codes: Int32Array.of(0, 1) } as const;
 * const frame = { rows: 2, columns: new Map([["city", city]]) };
 * const clean = cleanFrame(frame, { city: { merge: { Hambrug: "Hamburg" } } });
 * clean.columns.get("city"); // codes 0, 0
 * ```
 *
 * Missing: stays missing. Errors: TRANSFORM_CLEANING_UNFIT: a column that is not there or of a type that the recipe does
 * not fit, a chain of merges, bounds the wrong way round.
 */
export function cleanFrame(frame: Frame, given: CleaningInput): Frame {
  const recipe = resolveCleaning(given, frame);
  const columns = new Map(frame.columns);
  for (const [name, column] of Object.entries(recipe)) {
    const held = columns.get(name);
    if (held === undefined)
      throw unfit(
        `names a column "${name}", which the data do not have (${knownNames(name, [...columns.keys()])})`,
        name,
      );
    checkFit(name, held.type, column);
    columns.set(name, cleanColumn(held, column));
  }
  return { rows: frame.rows, columns };
}

function cleanColumn(column: Column, recipe: ColumnCleaning): Column {
  if (column.type === "string") {
    const levels: string[] = [];
    const places = new Map<string, number>();
    const codeOf = Int32Array.from(column.levels, (raw) => {
      const clean = cleanText(recipe, raw);
      if (clean === null) return -1;
      if (!places.has(clean)) places.set(clean, levels.push(clean) - 1);
      return places.get(clean)!;
    });
    return { type: "string", levels, codes: column.codes.map((code) => (code < 0 ? -1 : codeOf[code]!)) };
  }
  if (column.type !== "number" && column.type !== "integer") return column;
  const [low, high] = recipe.clip ?? [null, null];
  const nulls = new Set(recipe.nullValues);
  const missing = Uint8Array.from(column.values, (value, row) =>
    column.missing?.[row] === 1 || nulls.has(value) ? 1 : 0,
  );
  const values = column.values.map((value) =>
    low !== null && value < low ? low : high !== null && value > high ? high : value,
  );
  return { ...column, values, ...(missing.includes(1) ? { missing } : {}) };
}
