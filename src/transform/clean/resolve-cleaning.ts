import type { Frame } from "@millrace/program";
import { type Cleaning, type CleaningInput, type ColumnCleaning, cleaningSchema } from "./recipe.ts";

/**
 * The recipe with `trim` and `lowerCase` written out as `merge`: one entry for each spelling that the rows hold.
 *
 * A program makes no texts of its own, so it cannot trim what it has never seen: a spelling that is in none of these rows stays as it is
 * and is an unseen value, in training, evaluation and serving alike. Resolve once, on the rows that are learned from, and clean
 * everything by what comes back. What is merged or means missing is trimmed and written small as well.
 * Lower case is Unicode's simple mapping of this Node, code point by code point; what is resolved no longer depends on it.
 */
export function resolveCleaning(given: CleaningInput, frame: Frame): Cleaning {
  const recipe = cleaningSchema.parse(given);
  return Object.fromEntries(
    Object.entries(recipe).map(([name, column]) => {
      const { trim, lowerCase, ...rest } = column;
      const held = frame.columns.get(name);
      if ((trim !== true && lowerCase !== true) || held?.type !== "string") return [name, column];
      return [name, { ...rest, ...writtenOut(column, held.levels) }];
    }),
  );
}

function writtenOut(
  { trim, lowerCase, merge, nullValues }: ColumnCleaning,
  levels: readonly string[],
): Pick<ColumnCleaning, "merge" | "nullValues"> {
  const plain = (raw: string) => {
    const bare = trim === true ? raw.trim() : raw;
    return lowerCase === true ? lower(bare) : bare;
  };
  const merged = new Map(Object.entries(merge).map(([from, to]) => [plain(from), plain(to)]));
  const missing = new Set(nullValues.map((value) => (typeof value === "string" ? plain(value) : value)));
  const written: [string, string][] = [];
  const gone = new Set(nullValues);
  for (const raw of new Set([...levels, ...Object.keys(merge)])) {
    const clean = merged.get(plain(raw)) ?? plain(raw);
    if (clean === "" || missing.has(clean)) gone.add(raw);
    else if (clean !== raw) written.push([raw, clean]);
  }
  return { merge: Object.fromEntries(written), nullValues: [...gone] };
}

/** Code point by code point, so that no neighbour counts (a final sigma stays a sigma); what grows longer stays. */
function lower(text: string): string {
  return Array.from(text, (sign) => {
    const small = sign.toLowerCase();
    return [...small].length === 1 ? small : sign;
  }).join("");
}
