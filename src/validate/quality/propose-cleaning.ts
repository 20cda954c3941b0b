import type { QualityReport } from "./describe-quality.ts";

/** What may be done to a column's values; a config's `clean` takes it. */
export interface ProposedCleaning {
  nullValues?: (string | number)[];
  merge?: Record<string, string>;
  trim?: boolean;
}

/**
 * A cleaning recipe out of what looks like spellings of one category and stand-ins for missing, for a person to review.
 *
 * Shapes: one entry a column that has any. A text that is merged is merged into a final one.
 */
export function proposeCleaning({ merges, columns }: QualityReport): Record<string, ProposedCleaning> {
  const found = new Map<string, ProposedCleaning>();
  const of = (column: string) => {
    if (!found.has(column)) found.set(column, {});
    return found.get(column)!;
  };
  for (const { column, kind, values = [] } of columns) {
    if (values.length > 0) of(column).nullValues = [...values];
    if (kind === "outer-blanks") of(column).trim = true;
  }
  for (const { column } of merges) {
    const entry = of(column);
    if (entry.merge !== undefined) continue;
    const own = new Map(merges.filter((one) => one.column === column).map(({ from, to }) => [from, to]));
    const final = (text: string): string => (own.has(text) ? final(own.get(text)!) : text);
    const kept = [...own.keys()].filter((from) => !isNull(entry, from) && !isNull(entry, final(from)));
    if (kept.length > 0) entry.merge = Object.fromEntries(kept.map((from) => [from, final(from)]));
  }
  return Object.fromEntries([...found].filter(([, entry]) => Object.keys(entry).length > 0));
}

const isNull = ({ nullValues = [] }: ProposedCleaning, text: string) => nullValues.includes(text);
