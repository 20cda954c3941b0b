import type { Column } from "@millrace/program";
import { z } from "zod";
import { MillraceError } from "#kernel";

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
  trim: z.boolean().optional().describe("cut blanks around texts"),
  lowerCase: z.boolean().optional().describe("write texts in lower case"),
  clip: z.tuple([bound, bound]).optional().describe("numbers outside are set to the nearer bound; null: no bound"),
});

/**
 * How raw values are cleaned, by column: first what means missing, then texts that stand for others, then bounds. `trim` and `lowerCase`
 * come before: `resolveCleaning` writes them out as texts that stand for others.
 */
export const cleaningSchema = z.record(z.string().min(1), columnRecipeSchema);
export type CleaningInput = z.input<typeof cleaningSchema>;
export type Cleaning = z.output<typeof cleaningSchema>;
export type ColumnCleaning = Cleaning[string];

/** What a raw text becomes; `null`: missing. One step: what it stands for is not looked up again. */
export function cleanText({ nullValues, merge }: ColumnCleaning, raw: string): string | null {
  if (nullValues.includes(raw)) return null;
  return Object.hasOwn(merge, raw) ? merge[raw]! : raw;
}

/** Errors: TRANSFORM_CLEANING_UNFIT. */
export function checkFit(
  name: string,
  type: Column["type"] | "strings",
  { nullValues, merge, clip, trim, lowerCase }: ColumnCleaning,
): void {
  const texts = type === "string";
  if (!texts && type !== "number" && type !== "integer")
    throw unfit(`cleans ${name}, a column of type ${type}`, name, "Clean columns of numbers or texts only.");
  if (!texts && (trim === true || lowerCase === true))
    throw unfit(`trims or lower-cases ${name}, a column of numbers`, name);
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

/** TRANSFORM_CLEANING_UNFIT. */
export function unfit(what: string, column: string, next = "Correct the column's entry of `clean`."): MillraceError {
  return new MillraceError("TRANSFORM_CLEANING_UNFIT", { message: `The recipe ${what}.`, next, facts: { column } });
}
