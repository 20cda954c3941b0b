import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError } from "#kernel";

const bound = z.number().nullable();

const columnRecipeSchema = z.strictObject({
  nullValues: z
    .array(z.union([z.string().min(1), z.number()]))
    .default([])
    .describe("values that mean missing, like -999 or unknown"),
  merge: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe("texts that stand for another: { Hambrug: Hamburg }"),
  clip: z.tuple([bound, bound]).optional().describe("numbers outside are set to the nearer bound; null: no bound"),
});

/** How raw values are cleaned, by column: first what means missing, then texts that stand for others, then bounds. */
export const cleaningSchema = z.record(z.string().min(1), columnRecipeSchema);
export type CleaningInput = z.input<typeof cleaningSchema>;
export type Cleaning = z.output<typeof cleaningSchema>;
export type ColumnCleaning = Cleaning[string];

/** What a raw text becomes; `null`: missing. One step: what it stands for is not looked up again. */
export function cleanText({ nullValues, merge }: ColumnCleaning, raw: string): string | null {
  if (nullValues.includes(raw)) return null;
  return Object.hasOwn(merge, raw) ? merge[raw]! : raw;
}

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
  const recipe = cleaningSchema.parse(given);
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

/** Errors: TRANSFORM_CLEANING_UNFIT. */
export function checkFit(
  name: string,
  type: Column["type"] | "strings",
  { nullValues, merge, clip }: ColumnCleaning,
): void {
  const texts = type === "string";
  if (!texts && type !== "number" && type !== "integer")
    throw unfit(`cleans ${name}, a column of type ${type}`, name, "Clean columns of numbers or texts only.");
  if (texts && clip !== undefined) throw unfit(`clips ${name}, a column of texts`, name);
  if (!texts && Object.keys(merge).length > 0) throw unfit(`merges texts of ${name}, a column of numbers`, name);
  const wrong = nullValues.find((value) => (typeof value === "string") !== texts);
  if (wrong !== undefined)
    throw unfit(`takes ${JSON.stringify(wrong)} of ${name} for missing, and the column holds ${type}s`, name);
  for (const [from, to] of Object.entries(merge)) {
    if (nullValues.includes(from)) throw unfit(`both merges "${from}" of ${name} and takes it for missing`, name);
    if (from !== to && (Object.hasOwn(merge, to) || nullValues.includes(to)))
      throw unfit(
        `merges "${from}" of ${name} into "${to}", which is cleaned itself`,
        name,
        "Merge into a final text.",
      );
  }
  const [low, high] = clip ?? [null, null];
  if (low !== null && high !== null && low > high) throw unfit(`clips ${name} from ${low} to ${high}`, name);
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

function unfit(what: string, column: string, next = "Correct the column's entry of `clean`."): MillraceError {
  return new MillraceError("TRANSFORM_CLEANING_UNFIT", { message: `The recipe ${what}.`, next, facts: { column } });
}
